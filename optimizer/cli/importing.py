"""`staffing import`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from optimizer.cli.output import as_rows, print_json, print_table, say, waiting
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, option
from optimizer.errors import InputError, UsageError
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.scenario.gathering import Gathered

MOST_FINDINGS: Final = 10  # on the screen; the report has them all


@click.command(
    "import",
    cls=SpokenCommand,
    summary=T("Gather many workbooks, one per unit, into one scenario, with a report of what is wrong."),
    details=T(
        "FILE is a workbook (.xlsx, .xlsm, .ods), a folder of workbooks or a pattern such as units/*.xlsx. The "
        "workbook with the units, quotas, distances and settings of the province is one of them. SCENARIO is a "
        "workbook where it ends with .xlsx, else a folder; it is written only where no finding is an error. The report "
        "lists every finding with file, sheet, cell and mend. Exit code 3 where there is an error."
    ),
    examples=(
        "staffing import units/ province.xlsx --out scenarios/round-1",
        "staffing import units/*.xlsx province.xlsx --out round-1.xlsx --report findings.xlsx",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@option("--out", metavar="SCENARIO", text=T("Folder or workbook (.xlsx) of the scenario."))
@option("--report", metavar="FILE", text=T("Workbook of the report; by default beside the scenario."))
@option("--force", is_flag=True, text=T("Replace a scenario that stands there."))
@common
def import_(files: tuple[str, ...], out: str | None, report: str | None, force: bool) -> int:
    """Gather, write, count."""
    import optimizer as so

    session = current()
    if out is None:
        raise UsageError(T("{name} is missing; see --help", name="--out"))
    try:
        with waiting(T("Reading the files")):
            gathered = so.import_(files, out, report=report, force=force, language=session.language)
        code = 0
    except so.GatheringError as error:
        gathered, code = error.gathered, InputError.exit_code
    session.speak(gathered.language)
    if session.as_json:
        print_json(_document(gathered, out, _place(out, report)))
    else:
        _tell(gathered, out, _place(out, report))
    return code


def _place(out: str, report: str | None) -> Path:
    from optimizer.importing import report_beside

    return Path(report) if report else report_beside(Path(out))


def _document(gathered: Gathered, out: str, report: Path) -> dict[str, Any]:
    scenario = gathered.scenario
    places = [replace(finding.problem, file=finding.file) for finding in gathered.findings]
    return {
        "status": "BAD_INPUT" if scenario is None else "GATHERED",
        "out": None if scenario is None else out,
        "report": str(report),
        "files": len(gathered.files),
        **({} if scenario is None else {name: len(scenario.rows(name)) for name in ("units", "posts", "people")}),
        "findings": [
            {**row, "sheet": finding.sheet, "cell": finding.problem.cell}
            for row, finding in zip(as_rows(places), gathered.findings, strict=True)
        ],
    }


def _tell(gathered: Gathered, out: str, report: Path) -> None:
    from optimizer.reporting.quality import findings_table, kinds_table, verdict_of

    if gathered.findings:
        print_table(kinds_table(gathered))
        errors = [finding for finding in gathered.findings if finding.problem.severity == "error"]
        table = findings_table(errors or gathered.findings)
        print_table(replace(table, rows=table.rows[:MOST_FINDINGS]))
        more = len(gathered.findings) - min(len(table.rows), MOST_FINDINGS)
        if more:
            say(T("{n} more findings stand in the report", n=more), "")
    say(verdict_of(gathered))
    scenario = gathered.scenario
    if scenario is not None:
        counts = {name: len(scenario.rows(name)) for name in ("units", "posts", "people")}
        say(T("Written: {folder}: {units} units, {posts} posts, {people} people", folder=out, **counts))
    say(T("Report: {file}", file=report))
