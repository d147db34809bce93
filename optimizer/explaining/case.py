"""A plan with the program that it solves: what every explanation starts from."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.admitting import build_moves
from optimizer.arrays import Arrays, KeyArray
from optimizer.arrays_building import build_arrays
from optimizer.moves import Moves
from optimizer.plan import Plan
from optimizer.program import Program, build_program
from optimizer.scenario.scenario import Scenario
from optimizer.verifying import chosen_of


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
