"""The prices of a former plan, carried over to a program of other decisions, or of goals in another order.

Decisions take moves out of the table, and with them rows that no move could break any more. A row is known again by the
moves that both programs have. A price that is carried over wrongly costs time, never truth: it proves what it proves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pydantic import ValidationError

from optimizer.admitting import left_by
from optimizer.arrays import Arrays, IntArray
from optimizer.certificate import Certificate, GoalPrices
from optimizer.moves import Moves
from optimizer.plan import Plan
from optimizer.program import Program, build_program
from optimizer.program_goals import PINS, ProgramGoal
from optimizer.rulebook.rows import NO_ROW, Term
from optimizer.scenario.meaning import GoalSettings
from optimizer.scenario.schema import Decision

Former = dict[str, tuple[GoalPrices, ...]]


@dataclass(frozen=True, eq=False)
class Shared:
    """The moves that two programs have: int64 (n,) each, their numbers in the former one and in this one."""

    was: IntArray
    now: IntArray


def prices_of(plan: Plan, admitted: Moves, program: Program) -> Former:
    """The prices of a plan's certificate as they stand in `program`, of the moves of `admitted` that decisions leave.

    `admitted`: all moves that gates let pass. Nothing where the plan has no certificate, or one of another table.
    """
    a, certificate = admitted.arrays, plan.certificate
    names = [goal.name for goal in plan.goals]
    try:
        decisions = [Decision(**row) for row in plan.parameters.get("decisions", ())]
        caps = {name: _cap_in(plan, name) for name in names}
    except (ValidationError, TypeError, AttributeError):
        return {}
    if certificate is None or not set(names) <= a.scenario.goals.keys():
        return {}
    decisions = [row for row in decisions if _is_known(a, row)]
    goals = {
        name: settings.model_copy(update={"at_most": caps.get(name)}) for name, settings in a.scenario.goals.items()
    }
    before = replace(a, scenario=replace(a.scenario, decisions=tuple(decisions), goals=goals, goal_order=tuple(names)))
    left, left_now = left_by(admitted, decisions), left_by(admitted, a.scenario.decisions)
    both = left & left_now
    shared = Shared(np.cumsum(left)[both] - 1, np.cumsum(left_now)[both] - 1)
    return carried(certificate, build_program(before, replace(admitted.take(left), arrays=before)), program, shared)


def prices_asking(certificate: Certificate | None, was: Program, program: Program) -> Former:
    """The prices that proved a program as they stand in that which asks for more, over the same moves."""
    every = np.arange(program.n)
    return {} if certificate is None else carried(certificate, was, program, Shared(every, every))


def carried(certificate: Certificate, was: Program, program: Program, shared: Shared) -> Former:
    """The prices of the certificate of a program in another one; rows that it does not have, and pins, get none."""
    limits = _rows_again(was.terms, program.terms, shared, len(program.lower))
    former = {goal.name: goal for goal in was.goals if goal.name != PINS}
    again = {
        goal.name: _rows_again(former[goal.name].terms, goal.terms, shared, len(goal.need))
        for goal in program.goals
        if goal.name in former
    }

    def carry(name: str, prices: GoalPrices) -> GoalPrices | None:
        begun, others = _begun(was, name), [goal.name for goal in _begun(was, name) if goal.name != name]
        shapes = [part.shape for part in prices.rows]
        if shapes != [was.lower.shape, *(goal.need.shape for goal in begun)] or len(prices.values) != len(others):
            return None
        of_goal = dict(zip((goal.name for goal in begun), prices.rows[1:], strict=True))
        of_value = dict(zip(others, prices.values.tolist(), strict=True))
        rows = [_picked(prices.rows[0], limits)]
        for goal in _begun(program, name):
            is_known = goal.name in of_goal and goal.name in again
            nothing = np.zeros(len(goal.need), dtype=np.int64)
            rows.append(_picked(of_goal[goal.name], again[goal.name]) if is_known else nothing)
        values = [of_value.get(goal.name, 0) for goal in _begun(program, name) if goal.name != name]
        return GoalPrices(tuple(rows), np.array(values, dtype=np.int64))

    found: Former = {}
    for name in again:
        layers = [carry(name, prices) for prices in certificate.prices.get(name, ())]
        found[name] = tuple(prices for prices in layers if prices is not None)
    return {name: layers for name, layers in found.items() if layers}


def _cap_in(plan: Plan, name: str) -> int | None:
    """The cap of a goal under which a plan was made."""
    settings: Mapping[str, Mapping[str, object]] = plan.parameters.get("goals", {})
    return GoalSettings.model_validate({"at_most": settings.get(name, {}).get("at_most")}).at_most


def _is_known(a: Arrays, decision: Decision) -> bool:
    """Whether the data still know whom and what a decision names."""
    places = ((decision.person_id, a.person_at), (decision.post_id, a.post_at), (decision.unit_id, a.unit_at))
    return all(name is None or name in place for name, place in places)


def _begun(program: Program, name: str) -> list[ProgramGoal]:
    """The goals whose rows stand while one is minimised: pins, those with a cap, then the others up to it."""
    names = [goal.name for goal in program.goals]
    first = program.goals[: names.index(name) + 1]
    pins = [goal for goal in first if goal.name == PINS]
    capped = [goal for goal in program.goals if goal.settings.at_most is not None]
    return [*pins, *capped, *(goal for goal in first if goal not in pins and goal not in capped)]


def _rows_again(was: Sequence[Term], now: Sequence[Term], shared: Shared, n_rows: int) -> IntArray:
    """For each row the former row in which its moves stood, NO_ROW where there is none: int64 (n_rows,)."""
    found = np.full(n_rows, NO_ROW, dtype=np.int64)
    for before, term in zip(was, now, strict=False):
        here, there = term.rows[shared.now], before.rows[shared.was]
        stands = (here != NO_ROW) & (there != NO_ROW)
        found[here[stands]] = there[stands]
    return found


def _picked(prices: IntArray, rows: IntArray) -> IntArray:
    """The prices of former rows, 0 where there was none."""
    picked: IntArray = np.append(prices, 0)[np.where(rows == NO_ROW, len(prices), rows)]
    return picked
