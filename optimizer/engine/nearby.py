"""Column generation from the pins outwards: whether they can all be met is mostly settled by the moves around them.

The linear program begins with the neighbours of the pins that a plan misses and takes in whatever moves its prices ask
for. Its prices are those of a vertex, 0 for all rows that do not matter, so that a proof names few rows.
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.certificate import GoalPrices
from optimizer.engine.branching import branch
from optimizer.engine.columns import ROUNDING, entering
from optimizer.engine.face import Face
from optimizer.engine.master import OutOfTimeError, solve_relaxed
from optimizer.engine.neighbours import neighbours
from optimizer.engine.pricing import price
from optimizer.program_goals import ProgramGoal

MOST_BRANCHED: Final = 12_000
SECONDS_OF_SEARCH: Final = 5.0


def settle_nearby(face: Face, goal: ProgramGoal, start: KeyArray, until: float) -> KeyArray | GoalPrices | None:
    """A plan that misses nothing of `goal`, or prices that prove that there is none; None where neither is found.

    Raises OutOfTimeError at `until`, by the monotonic clock.
    """
    columns = neighbours(face.program, start, goal)
    while True:
        relaxed = solve_relaxed(face, goal, columns, _left(until))
        priced = price(face, goal, relaxed.prices)
        if priced.floor > 0:
            return GoalPrices(priced.prices.blocks, priced.prices.fixed)
        if relaxed.value < ROUNDING:
            return _plan_among(face, goal, columns, until)
        outside = face.most.copy()
        outside[columns] = False
        coming = entering(face, priced, relaxed.prices, outside)
        if not len(coming):
            return None
        columns = np.union1d(columns, coming)


def _plan_among(face: Face, goal: ProgramGoal, columns: KeyArray, until: float) -> KeyArray | None:
    """A plan of these moves that misses nothing, where branching finds one soon."""
    if len(columns) > MOST_BRANCHED:
        return None
    found = branch(face, goal, columns, at_least=None, seconds=min(SECONDS_OF_SEARCH, _left(until))).chosen
    if found is None or goal.value(found) or not face.program.holds(found):
        return None
    return np.sort(found)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise OutOfTimeError
    return left
