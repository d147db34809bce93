"""The restricted master: the linear program over some of the moves, solved by GLOP."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper, ModelSolverHelper, SolveStatus

from optimizer.arrays import KeyArray
from optimizer.engine.assembly import Part, assemble
from optimizer.engine.face import Face
from optimizer.engine.pricing import FloatArray, Prices, no_prices, whole_prices
from optimizer.errors import EngineError
from optimizer.program_goals import ProgramGoal
from optimizer.texts import T

SOLVERS: Final = ("GLOP", "HIGHS")  # the second where the first does not come to an end
OUT_OF_TIME: Final = frozenset({SolveStatus.FEASIBLE, SolveStatus.NOT_SOLVED, SolveStatus.CANCELLED_BY_USER})
UNSTABLE: Final = frozenset({SolveStatus.ABNORMAL, SolveStatus.UNKNOWN_STATUS})


class OutOfTimeError(Exception):
    """The deadline of the run has passed inside a solver call."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum of the linear program: `value` without rounding, one of `x` per move, and the prices of all rows."""

    value: float
    x: FloatArray
    prices: Prices


def solve_relaxed(face: Face, goal: ProgramGoal, moves: KeyArray, seconds: float) -> Relaxed:
    """The linear program over `moves`, which hold a plan of the face.

    Raises OutOfTimeError at the time limit, EngineError where no way of solving gives an optimum.
    """
    part = assemble(face, goal, moves)
    if not len(part.cost):
        return Relaxed(float(goal.constant), np.empty(0), no_prices(face))
    deadline = time.monotonic() + seconds
    model = ModelBuilderHelper()
    fill: Any = model.fill_model_from_sparse_data  # its stub knows neither shapes nor sparse arrays
    fill(part.column_lower, part.column_upper, part.cost, part.row_lower, part.row_upper, part.matrix)
    status, values, duals = SolveStatus.UNKNOWN_STATUS, np.empty(0), np.empty(0)
    for name in SOLVERS:
        solver = ModelSolverHelper(name)
        solver.set_time_limit_in_seconds(max(0.01, deadline - time.monotonic()))
        solver.solve(model)
        status = solver.status()
        if status == SolveStatus.OPTIMAL:
            values, duals = np.array(solver.variable_values()), np.array(solver.dual_values())
        if status not in UNSTABLE:
            break
    if status in OUT_OF_TIME or (status in UNSTABLE and time.monotonic() >= deadline):  # HiGHS says UNKNOWN_STATUS
        raise OutOfTimeError
    if status != SolveStatus.OPTIMAL:
        raise EngineError(T("the linear solver ended with {reason}", reason=status.name))
    return Relaxed(float(part.cost @ values) + goal.constant, values[: len(moves)], _prices(face, part, duals))


def _prices(face: Face, part: Part, duals: FloatArray) -> Prices:
    """The prices of the rows that the solver saw, 0 for all others."""
    every = np.zeros(len(part.kept))
    every[part.kept] = duals
    ends = np.cumsum([len(block.lower) for block in face.blocks])
    *blocks, fixed = np.split(every, ends)
    return whole_prices(face, blocks, fixed)
