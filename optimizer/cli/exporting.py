"""`staffing export`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from optimizer.cli.output import print_json, say
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, one_of, option, tier_option
from optimizer.errors import UsageError
from optimizer.texts import T, current_language


def _formats() -> Sequence[str]:
    from optimizer.reporting.exporting import FORMATS

    return list(FORMATS)


def _format(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    """Callback of an option: one of the formats. Raises UsageError."""
    if value is None:
        raise UsageError(T("name the format with --format: {formats}", formats=", ".join(_formats())))
    return str(one_of(_formats)(ctx, param, value))


@click.command(
    "export",
    cls=SpokenCommand,
    summary=T("Write a plan as CSV, JSON, a workbook, a page for the browser, or an annex for Word."),
    details=T(
        "PLAN is the folder of a plan. The file goes beside it unless --out says otherwise; csv is a folder of files. "
        "docx is the list that goes with a decision, one annex per deciding body; what stands around it comes from "
        "[documents] in scenario.toml."
    ),
    examples=(
        "staffing export plans/example --format docx",
        "staffing export plans/example --format html --tier public",
        "staffing export plans/example --format csv --mask-ids --out lists",
    ),
)
@click.argument("plan", metavar="PLAN")
@option("--format", "form", callback=_format, metavar="csv|json|xlsx|html|docx", text=T("The format."))
@option("--out", metavar="PATH", text=T("The file, or for csv the folder."))
@tier_option
@option("--mask-ids", is_flag=True, text=T("Show the last letters of people's ids only."))
@option("--scenario", metavar="DIR", text=T("The scenario that the plan was made from."))
@common
def export(plan: str, form: str, out: str | None, tier: str, mask_ids: bool, scenario: str | None) -> None:
    """Read, write, tell."""
    import optimizer as so
    from optimizer.reporting.exporting import place_beside

    session = current()
    found = so.show(plan)
    session.speak(found.parameters.get("language"))
    read = so.scenario_of(found, scenario)
    path = out or place_beside(plan, form, tier)
    written = so.export(found, read, path, form=form, tier=tier, mask_ids=mask_ids, language=current_language())
    if session.as_json:
        print_json(
            {
                "status": found.status.value,
                "path": str(written.path),
                "format": form,
                "tier": tier,
                "sheets": written.sheets,
            }
        )
    else:
        say(T("Written: {file}", file=written.path))
