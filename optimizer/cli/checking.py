"""`staffing check`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.cli.output import print_json, print_table, say, tell_warnings
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, settings_option
from optimizer.errors import InputError
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.reporting.tables import Table
    from optimizer.verdict import Verdict


@click.command(
    "check",
    cls=SpokenCommand,
    summary=T("Judge a plan by every rule, without any solver."),
    details=T(
        "PLAN is the folder of a plan, or a CSV file typed by hand with the columns person_id, form and to_post_id. "
        "Exit code 3 where the plan breaks a rule or says something that the data contradicts. A plan that was made "
        "with --set is checked with the same --set."
    ),
    examples=("staffing check scenarios/example plans/example", "staffing check scenarios/example moves.csv"),
)
@click.argument("scenario", metavar="SCENARIO")
@click.argument("plan", metavar="PLAN")
@settings_option
@common
def check(scenario: str, plan: str, settings: dict[str, str]) -> int:
    """Read both, judge, tell."""
    import optimizer as so

    session = current()
    read = so.read(scenario, settings)
    session.speak(read.config.language)
    moves = so.read_plan(plan) if _is_plan(Path(plan)) else so.read_moves(plan)
    verdict = so.check(read, moves)
    code = 0 if verdict.passed else InputError.exit_code
    if session.as_json:
        breaches = [{**asdict(breach), "text": str(breach.text)} for breach in verdict.breaches]
        flags = {person: list(rules) for person, rules in verdict.flags.items()}
        print_json({"passed": verdict.passed, "breaches": breaches, "goals": dict(verdict.goals), "flags": flags})
        return code
    tell_warnings(read)
    if verdict.passed:
        say(T("The plan keeps every rule; {n} moves carry a warning", n=len(verdict.flags)))
    else:
        say(T("The plan breaks rules or contradicts the data in {n} places", n=len(verdict.breaches)))
        print_table(_breaches(verdict))
    print_table(_goals(verdict))
    return code


def _is_plan(path: Path) -> bool:
    """Whether a plan is meant: by its folder, there or not, or wrongly by a file that is no list typed by hand."""
    return path.is_dir() or path.suffix.lower() != ".csv"


def _breaches(verdict: Verdict) -> Table:
    from optimizer.reporting.tables import Column, table

    columns = [Column(str(T("Rule")), 20), Column(str(T("Where")), 30), Column(str(T("What is wrong")), 80)]
    return table("", columns, [(breach.rule, breach.place, str(breach.text)) for breach in verdict.breaches])


def _goals(verdict: Verdict) -> Table:
    from optimizer.reporting.naming import GOAL_UNITS, goal
    from optimizer.reporting.tables import Column, table

    columns = [
        Column(str(T("Goal, in order of priority")), 34),
        Column(str(T("Value")), 12, "whole"),
        Column(str(T("Unit of measure")), 30),
    ]
    rows = [(goal(name), value, str(GOAL_UNITS.get(name, ""))) for name, value in verdict.goals.items()]
    return table(str(T("Goals, counted from the data")), columns, rows)
