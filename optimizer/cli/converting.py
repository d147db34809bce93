"""`staffing convert`."""

from __future__ import annotations

import click

from optimizer.cli.output import print_json, say, tell_warnings
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, option
from optimizer.texts import T


@click.command(
    "convert",
    cls=SpokenCommand,
    summary=T("Turn a scenario's folder into one workbook, or a workbook into a folder, without loss."),
    details=T(
        "SOURCE is a folder or a workbook (.xlsx, .ods); TARGET is a workbook where it ends with .xlsx, else a folder. "
        "The data is validated on the way; what a scenario extends stands in the copy."
    ),
    examples=(
        "staffing convert scenarios/example example.xlsx",
        "staffing convert example.xlsx scenarios/copy",
    ),
)
@click.argument("source", metavar="SOURCE")
@click.argument("target", metavar="TARGET")
@option("--force", is_flag=True, text=T("Replace a scenario that stands at TARGET."))
@common
def convert(source: str, target: str, force: bool) -> None:
    """Read, write, count."""
    import optimizer as so

    session = current()
    scenario = so.convert(source, target, force=force, language=session.language)
    session.speak(scenario.config.language)
    counts = {table: len(scenario.rows(table)) for table in ("units", "posts", "people")}
    if session.as_json:
        print_json({"source": source, "target": target, **counts})
        return
    tell_warnings(scenario)
    say(T("Written: {folder}: {units} units, {posts} posts, {people} people", folder=target, **counts))
