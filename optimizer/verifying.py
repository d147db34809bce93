"""A plan's certificate against the scenario: every bound recomputed from its prices, over every admissible move."""

from __future__ import annotations

import numpy as np

from optimizer.admitting import build_moves
from optimizer.arrays import KeyArray
from optimizer.arrays_building import build_arrays
from optimizer.certificate import Certificate, Proof, refuse_broken, verify_program
from optimizer.errors import FalseClaimError
from optimizer.moves import Moves
from optimizer.plan import MovedPerson, Plan
from optimizer.program import Program, build_program
from optimizer.program_goals import PINS
from optimizer.scenario.scenario import Scenario
from optimizer.texts import T


def verify(scenario: Scenario, plan: Plan) -> tuple[Proof, ...]:
    """What the plan's certificate proves of each goal, in their order, without a solver.

    A plan without certificate proves nothing: `certified` is None for every goal. Raises FalseClaimError where a move
    is not admissible, a row is broken, or a value, a bound or a price claims what is not so. It takes the seconds of
    reading the moves; the rules themselves are the checker's (`check`).
    """
    moves = build_moves(build_arrays(scenario))
    program = build_program(moves.arrays, moves)
    return verify_goals(program, chosen_of(moves, program, plan), plan)


def chosen_of(moves: Moves, program: Program, plan: Plan) -> KeyArray:
    """The rows of the table at which the moves of a plan stand, sorted: int32.

    Raises FalseClaimError where one is not admissible, or where together they break a row.
    """
    chosen = np.sort(np.array([_row(moves, moved) for moved in plan.moves], dtype=np.int32))
    refuse_broken(program, chosen)
    return chosen


def refuse_misstated(program: Program, chosen: KeyArray, plan: Plan) -> None:
    """Raises FalseClaimError where a plan says other goals, or values of them, than the moves `chosen` have."""
    values = {goal.name: goal.value(chosen) for goal in program.goals if goal.name != PINS}
    if [goal.name for goal in plan.goals] != [*values]:
        raise FalseClaimError(T("the goals of the plan are not those of the scenario in their order"))
    for goal in plan.goals:
        if goal.value != values[goal.name]:
            raise FalseClaimError(T("{name}: the plan misstates the value", name=goal.name))


def verify_goals(program: Program, chosen: KeyArray, plan: Plan) -> tuple[Proof, ...]:
    """The same, of the moves `chosen` of a program."""
    refuse_misstated(program, chosen, plan)
    bounds = {goal.name: goal.bound for goal in plan.goals}
    proofs = verify_program(program, chosen, bounds, plan.certificate or Certificate({}))
    claimed = {goal.name: goal for goal in plan.goals}
    for proof in proofs:
        if proof.name == PINS:
            if proof.value:
                raise FalseClaimError(T("the plan misses a pin"))
            continue
        goal = claimed[proof.name]
        if goal.certified is not None and (proof.certified is None or goal.certified > proof.certified):
            raise FalseClaimError(T("{name}: the prices prove less than the plan says", name=proof.name))
    return tuple(proof for proof in proofs if proof.name != PINS)


def _row(moves: Moves, moved: MovedPerson) -> int:
    """The row of the table in which a move stands."""
    row = moves.row_of(moved.person_id, moved.to_post_id, moved.form)
    if row is None:
        raise FalseClaimError(
            T("{person}: the move into {post} is not admissible", person=moved.person_id, post=moved.to_post_id)
        )
    return row
