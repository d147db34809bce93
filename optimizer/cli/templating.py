"""`staffing template`."""

from __future__ import annotations

import click

from optimizer.cli.output import print_json, say
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, option
from optimizer.texts import T, current_language


@click.command(
    "template",
    cls=SpokenCommand,
    summary=T("Write an empty workbook to fill in: headings with notes, drop-downs, an example row."),
    details=T(
        "With --province the units of one of the 34 provinces are filled in, by its code or its name. The workbook "
        "is filled in with Excel or LibreOffice and read by every command in place of a scenario's folder."
    ),
    examples=("staffing template my-province.xlsx --province 40", "staffing template empty.xlsx --lang en"),
)
@click.argument("workbook", metavar="WORKBOOK")
@option("--province", metavar="CODE", text=T("Code or name of the province whose units are filled in."))
@option("--force", is_flag=True, text=T("Replace a workbook that stands there."))
@common
def template(workbook: str, province: str | None, force: bool) -> None:
    """Write, and say what to do next."""
    import optimizer as so

    so.template(workbook, province, force=force, language=current_language())
    if current().as_json:
        print_json({"workbook": workbook, "province": province})
        return
    say(T("Written: {file}. Fill it in, then run: staffing validate {file}", file=workbook))
