"""A plan with the program that it solves: what every explanation starts from."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.admitting import build_moves
from optimizer.arrays import Arrays, KeyArray
from optimizer.arrays_building import build_arrays
from optimizer.errors import FalseClaimError
from optimizer.left_open import filled_after, short_posts
from optimizer.moves import Moves
from optimizer.plan import Plan
from optimizer.program import Program, build_program
from optimizer.scenario.scenario import Scenario
from optimizer.texts import T
from optimizer.verifying import chosen_of, refuse_misstated


@dataclass(frozen=True, eq=False)
class Case:
    """`moves`: the admissible moves of the scenario; `chosen`: int32, sorted, the rows of those that the plan makes."""

    scenario: Scenario
    plan: Plan
    moves: Moves
    program: Program
    chosen: KeyArray

    @property
    def arrays(self) -> Arrays:
        """The scenario as arrays."""
        return self.moves.arrays


def case_of(scenario: Scenario, plan: Plan) -> Case:
    """The case of a plan; raises FalseClaimError where it makes a move that is not admissible or breaks a limit.

    It takes the seconds of reading the moves.
    """
    moves = build_moves(build_arrays(scenario))
    program = build_program(moves.arrays, moves)
    return Case(scenario, plan, moves, program, chosen_of(moves, program, plan))


def told_case(scenario: Scenario, plan: Plan) -> Case:
    """The case of a plan that is asked about; raises FalseClaimError also where its moves, goals and gaps disagree.

    So no answer begins with a table that was edited, or is that of another plan.
    """
    case = case_of(scenario, plan)
    refuse_misstated(case.program, case.chosen, plan)
    a = case.arrays
    filled = filled_after(a, case.moves.take(case.chosen))
    truth = {(a.posts[j].post_id, int(a.post_seats[j]), int(filled[j])) for j in short_posts(a, filled).tolist()}
    wrong = truth ^ {(row.post_id, row.seats, row.filled) for row in plan.gaps}
    if wrong:
        raise FalseClaimError(T("{post}: the plan's table of open posts is not that of its moves", post=min(wrong)[0]))
    return case
