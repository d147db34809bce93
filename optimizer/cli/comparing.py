"""`staffing compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.output import beginning, print_json, print_table, say
from optimizer.cli.session import current
from optimizer.cli.solving import summary
from optimizer.cli.spoken import SpokenCommand, common, option
from optimizer.texts import T, words

if TYPE_CHECKING:
    from optimizer.comparison import Comparison
    from optimizer.plan import Plan
    from optimizer.scenario.scenario import Scenario

MOST_ROWS = 40  # of a table on the screen
TABLES = ("goals", "bodies", "people", "posts", "units", "settings")


@click.command(
    "compare",
    cls=SpokenCommand,
    summary=T("Show what differs between two plans: goals, people, posts, units, settings."),
    details=T(
        "PLAN and OTHER are folders of plans of one province, usually a plan and its revised one. Names come from the "
        "scenarios of both, which are looked for where they stood when the plans were made, or from the one that "
        "--scenario names. What a plan's scenario does not know any more is shown by its id."
    ),
    examples=(
        "staffing compare plans/round-1 plans/round-2",
        "staffing compare plans/round-1 plans/round-2 --out so-sanh.xlsx --picture so-sanh.png",
    ),
)
@click.argument("plan", metavar="PLAN")
@click.argument("other", metavar="OTHER")
@option("--scenario", metavar="DIR", text=T("The scenario that one of the plans was made from."))
@option("--out", metavar="FILE.xlsx", text=T("Write the comparison as a workbook for the meeting."))
@option("--picture", metavar="FILE.png|svg", text=T("Draw what differs at a glance."))
@common
def compare(plan: str, other: str, scenario: str | None, out: str | None, picture: str | None) -> None:
    """Read, compare, write, tell."""
    import optimizer as so
    from optimizer.reporting.comparison_files import BOOK, require_form
    from optimizer.reporting.comparison_sheets import comparison_sheets
    from optimizer.reporting.figures.drawing import PICTURE_FORMS
    from optimizer.reporting.naming import Names

    session = current()
    plans = (so.show(plan), so.show(other))
    session.speak(plans[1].parameters.get("language"))
    found = so.compare(*plans)
    asked = ((out, (BOOK,)), (picture, PICTURE_FORMS))
    files = [path for path, forms in asked if path is not None and require_form(path, forms=forms)]
    known, former = scenarios_of(plans, scenario)
    called = called_by(plan, other)
    for path in files:
        so.write_comparison(found, path, known, former=former, called=called)
    if session.as_json:
        print_json({**_document(found), "files": files})
        return
    for sheet in comparison_sheets(found, Names(known, former=former), called):
        say("", sheet.title, *sheet.lines)
        for table in sheet.tables:
            more = T("The first {n} of {all}; --out writes them all.", n=MOST_ROWS, all=words(len(table.rows)))
            print_table(beginning(table, MOST_ROWS, more))
    for path in files:
        say(T("Written: {file}", file=path))


def _document(found: Comparison) -> dict[str, Any]:
    """The head of both plans, status first, and every table."""
    heads = [summary(plan) for plan in found.plans]
    status = [plan.status.value for plan in found.plans]
    tables = {table: found.rows(table) for table in TABLES}
    return {"status": status, "is_empty": found.is_empty, "plans": heads, "kept": found.kept, **tables}


def scenarios_of(plans: tuple[Plan, Plan], scenario: str | None) -> tuple[Scenario | None, Scenario | None]:
    """The scenario that names what stands in the plans, and one for what only the first plan knows.

    A scenario that has changed since its plan was made gives no names, as others might now bear its ids. Raises
    UsageError or InputError where a scenario is named or known, but none can be used.
    """
    import optimizer as so
    from optimizer.errors import InputError, UsageError

    first, last = plans
    found: list[Scenario] = []
    refused: list[UsageError | InputError] = []
    for plan in (last, first):
        is_enough = found and (scenario is not None or first.inputs == last.inputs)
        if not is_enough and (scenario or plan.origin):
            try:
                found.append(so.scenario_of(plan, scenario))
            except (UsageError, InputError) as error:
                refused.append(error)
    if refused and not found:
        raise refused[0]
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def called_by(plan: str, other: str) -> tuple[str, str]:
    """How two plans are called: by their folders' names, or as they were typed where these are the same."""
    names = Path(plan).resolve().name, Path(other).resolve().name
    return names if names[0] != names[1] else (plan, other)
