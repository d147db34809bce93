"""`staffing solve`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.output import print_json, print_table, progress, say, tell_warnings, warn, warnings_in_json
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, number_from, option, settings_option
from optimizer.texts import T, current_language

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.scenario.scenario import Scenario


@click.command(
    "solve",
    cls=SpokenCommand,
    summary=T("Find the best plan of a scenario, check it, and write it with its workbook."),
    details=T(
        "The plan goes to plans/NAME OF THE FOLDER unless --out says otherwise; a folder that is not a plan's is "
        "never overwritten. Ctrl-C and --time-limit keep the best plan found so far and say how far it is proven. "
        "With --start the plan is never worse, goal by goal in their order, than what can be kept of the plan given; "
        "each of its moves that data, settings or decisions now forbid is told with what stands against it."
    ),
    examples=(
        "staffing solve scenarios/example",
        "staffing solve scenarios/nghe-an --out plans/round-1 --time-limit 300",
        "staffing solve scenarios/example --start plans/example --time-limit 60",
        "staffing solve scenarios/nghe-an --set rules.lists.share=0.1",
    ),
)
@click.argument("scenario", metavar="SCENARIO")
@option("--out", metavar="DIR", text=T("Folder of the plan."))
@option("--start", metavar="PLAN", text=T("Start from a former plan, or from a CSV file of moves typed by hand."))
@option("--time-limit", callback=number_from(0.0), metavar="SECONDS", text=T("Stop after so many seconds."))
@settings_option
@common
def solve(
    scenario: str, out: str | None, start: str | None, time_limit: float | None, settings: dict[str, str]
) -> None:
    """Read, solve, write, tell."""
    import optimizer as so
    from optimizer.plan_files import read_given, require_plan_folder
    from optimizer.reporting.workbook import beside_the_tables

    session = current()
    read = so.read(scenario, settings)
    session.speak(read.config.language)
    folder = Path(out) if out else Path("plans", _name_of(scenario))
    require_plan_folder(folder)
    tell_warnings(read)
    given = None if start is None else read_given(start)
    with progress() as listen:
        plan = so.solve(read, time_limit=time_limit, start=given, listen=listen)
    warn(*plan.warnings)
    so.write_plan(plan, folder, [beside_the_tables(plan, read, current_language())])
    if session.as_json:
        print_json({**summary(plan), "folder": str(folder), **warnings_in_json(read, plan.warnings)})
    else:
        tell_plan(plan, read)
        tell_written(folder)


def _name_of(scenario: str) -> str:
    path = Path(scenario).resolve()
    return path.name if path.is_dir() else path.stem


def tell_written(folder: Path) -> None:
    """Where a plan is, and what of it is for the meeting."""
    from optimizer.reporting.workbook import PLAN_BOOK

    say(T("Written: {folder} ({book} for the meeting)", folder=folder, book=PLAN_BOOK))


def summary(plan: Plan) -> dict[str, Any]:
    """The head of a plan as it stands in a JSON document: status first."""
    waivers = [row for row in plan.parameters.get("decisions", ()) if row["kind"] == "waive"]
    return {
        "status": plan.status.value,
        "scenario": plan.scenario,
        "date": plan.date,
        "goals": [asdict(result) for result in plan.goals],
        "before": dict(plan.before),
        "totals": dict(plan.totals),
        "open_seats": sum(row.gap for row in plan.gaps),
        "temporary_seats": len(plan.temporary),
        "waivers": len(waivers),
        "moves_that_need_one": sum(bool(move.waived) for move in plan.moves),
        "greedy": asdict(plan.baseline),
    }


def tell_plan(plan: Plan, scenario: Scenario | None) -> None:
    """The first sheet of the workbook, without what is assumed and read."""
    from optimizer.reporting.naming import Names
    from optimizer.reporting.overview import overview

    sheet = overview(plan, Names(scenario))
    say(sheet.title, *sheet.lines)
    for table in sheet.tables[:-2]:
        print_table(table)
