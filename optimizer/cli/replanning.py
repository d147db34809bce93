"""`staffing replan`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.cli.output import print_json, print_table, progress, say, tell_warnings, warn, warnings_in_json
from optimizer.cli.session import current
from optimizer.cli.solving import summary, tell_plan
from optimizer.cli.spoken import SpokenCommand, common, number_from, option, settings_option
from optimizer.texts import T, current_language

if TYPE_CHECKING:
    from optimizer.plan import Plan
    from optimizer.scenario.scenario import Scenario

BOOK = "plan.xlsx"


@click.command(
    "replan",
    cls=SpokenCommand,
    summary=T("Make the plan anew after its meeting: obey every answer, change as few rows as possible."),
    details=T(
        "PLAN is the workbook of a plan with the meeting's answers in its column of decisions, or the folder where it "
        "lies. What was accepted stays, what was refused is obeyed, who is kept stays where they are, and somebody "
        "else takes a seat for which another person is wanted. Of all plans as good as the goals ask, the one is "
        "sought that changes fewest rows; --tolerance says how much of each goal may be given up for that. The new "
        "plan goes to a folder of its own, by default with the next number, and holds the scenario with the answers: "
        "check it, solve it again, or go on to the next meeting with it. A plan that was made with --set is made anew "
        "with the same --set."
    ),
    examples=(
        "staffing replan scenarios/example plans/example/plan.xlsx",
        "staffing replan scenarios/nghe-an meeting.xlsx --plan plans/nghe-an --out plans/nghe-an-2 --tolerance 1%",
    ),
)
@click.argument("scenario", metavar="SCENARIO")
@click.argument("answers", metavar="PLAN")
@option("--plan", metavar="DIR", text=T("Folder of the plan that the workbook is about; by default where it lies."))
@option("--out", metavar="DIR", text=T("Folder of the new plan."))
@option(
    "--tolerance", metavar="T",
    text=T("How much of each goal may be given up to change fewer rows: in its units (5) or per cent (2%)."),
)  # fmt: skip
@option("--time-limit", callback=number_from(0.0), metavar="SECONDS", text=T("Stop after so many seconds."))
@settings_option
@common
def replan(
    scenario: str, answers: str, plan: str | None, out: str | None, tolerance: str | None, time_limit: float | None,
    settings: dict[str, str],
) -> None:  # fmt: skip
    """Read, obey, solve, write, tell."""
    import optimizer as so
    from optimizer.answers import read_answers
    from optimizer.plan_files import require_plan_folder
    from optimizer.replanning import replan_revised, revised
    from optimizer.reporting.changed import changed_table
    from optimizer.reporting.naming import Names
    from optimizer.reporting.workbook import write_workbook
    from optimizer.round_files import SCENARIO_FOLDER, kept_scenario, next_folder

    session = current()
    read = so.read(scenario, settings)
    session.speak(read.config.language)
    book = Path(answers, BOOK) if Path(answers).is_dir() else Path(answers)
    former_folder = Path(plan) if plan is not None else book.parent
    folder = Path(out) if out else next_folder(former_folder)
    require_plan_folder(folder)
    former = so.show(former_folder)
    given = read_answers(book, former)
    tell_warnings(read)
    warn(*given.warnings)
    _tell_differences(read, former)
    again = revised(read, former, given.rows, tolerance)
    with kept_scenario(again, scenario, folder, settings) as (kept, as_kept):
        with progress() as listen:
            found = replan_revised(as_kept, former, given.rows, time_limit=time_limit, listen=listen)
        new = replace(found.plan, origin=str(folder.resolve() / SCENARIO_FOLDER))
        language = current_language()
        extras = [
            lambda place: write_workbook(new, as_kept, place / BOOK, language),
            lambda place: shutil.copytree(kept, place / SCENARIO_FOLDER),
        ]
        so.write_plan(new, folder, extras)
    warn(*new.warnings)
    if session.as_json:
        changed = [row.model_dump() for row in found.changed]
        told = warnings_in_json(read, (*given.warnings, *new.warnings))
        print_json({**summary(new), "folder": str(folder), "answers": len(given.rows), "changed": changed, **told})
        return
    tell_plan(new, as_kept)
    print_table(changed_table(found.changed, Names(as_kept)))
    say(T("Written: {folder} (plan.xlsx for the meeting)", folder=folder))


def _tell_differences(scenario: Scenario, former: Plan) -> None:
    """What the former plan was made from that the scenario says otherwise by now."""
    from optimizer.provenance import wrong_provenance

    changes = [str(breach.text) for breach in wrong_provenance(former, scenario)]
    if changes:
        warn(T("The scenario is not what the former plan was made from: {changes}", changes="; ".join(changes)))
