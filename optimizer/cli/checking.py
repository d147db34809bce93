"""`staffing check`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from optimizer.cli.output import print_json, print_table, say, tell_warnings
from optimizer.cli.session import current
from optimizer.cli.spoken import SpokenCommand, common, settings_option
from optimizer.errors import FalseClaimError, InputError
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.certificate import Proof
    from optimizer.plan import MovedPerson, Plan
    from optimizer.reporting.tables import Table
    from optimizer.scenario.scenario import Scenario
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
    from optimizer.plan_files import read_given

    session = current()
    read = so.read(scenario, settings)
    session.speak(read.config.language)
    moves = read_given(plan)
    verdict = so.check(read, moves)
    proofs, false_claim = _proofs(read, moves)
    code = 0 if verdict.passed and false_claim is None else InputError.exit_code
    if session.as_json:
        breaches = [{**asdict(breach), "text": str(breach.text)} for breach in verdict.breaches]
        flags = {person: list(rules) for person, rules in verdict.flags.items()}
        proven = [{**asdict(proof), "rest": proof.rest} for proof in proofs]
        print_json(
            {
                "passed": verdict.passed,
                "breaches": breaches,
                "goals": dict(verdict.goals),
                "flags": flags,
                "proofs": proven,
                "false_claim": None if false_claim is None else str(false_claim),
            }
        )
        return code
    tell_warnings(read)
    if verdict.passed:
        say(T("The plan keeps every rule; {n} moves carry a warning", n=len(verdict.flags)))
    else:
        say(T("The plan breaks rules or contradicts the data in {n} places", n=len(verdict.breaches)))
        print_table(_breaches(verdict))
    print_table(_goals(verdict, proofs))
    if false_claim is not None:
        say(T("The certificate does not hold: {reason}", reason=false_claim))
    elif any(proof.certified is not None for proof in proofs):
        say(T("The certificate holds: every bound was recomputed from its prices over every admissible move"))
    return code


def _proofs(scenario: Scenario, plan: Plan | Sequence[MovedPerson]) -> tuple[Sequence[Proof], Text | None]:
    """What the certificate of a plan proves, or which claim of it is false; nothing for moves typed by hand."""
    import optimizer as so
    from optimizer.plan import Plan

    if not isinstance(plan, Plan) or plan.certificate is None:
        return (), None
    try:
        return so.verify(scenario, plan), None
    except FalseClaimError as error:
        return (), error.text


def _breaches(verdict: Verdict) -> Table:
    from optimizer.reporting.tables import Column, table

    columns = [Column(str(T("Rule")), 20), Column(str(T("Where")), 30), Column(str(T("What is wrong")), 80)]
    return table("", columns, [(breach.rule, breach.place, str(breach.text)) for breach in verdict.breaches])


def _goals(verdict: Verdict, proofs: Sequence[Proof]) -> Table:
    from optimizer.reporting.naming import GOAL_UNITS, goal
    from optimizer.reporting.tables import Column, table

    columns = [
        Column(str(T("Goal, in order of priority")), 34),
        Column(str(T("Value")), 12, "whole"),
        Column(str(T("Unit of measure")), 30),
    ]
    rows: list[tuple[object, ...]] = [
        (goal(name), value, str(GOAL_UNITS.get(name, ""))) for name, value in verdict.goals.items()
    ]
    if proofs:
        columns += [
            Column(str(T("Proven by prices: at least")), 14, "whole"),
            Column(str(T("Unproven rest")), 14, "whole"),
        ]
        proven = {proof.name: (proof.certified, proof.rest) for proof in proofs}
        rows = [(*row, *proven[name]) for row, name in zip(rows, verdict.goals, strict=True)]
    return table(str(T("Goals, counted from the data")), columns, rows)
