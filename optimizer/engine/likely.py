"""The moves that can matter where a plan is nearly as good as any: its own, and those that nearly fit its prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from optimizer.arrays import IntArray, KeyArray
from optimizer.certificate import GoalPrices
from optimizer.engine.face import Face
from optimizer.engine.picking import cheapest, first_of_each
from optimizer.engine.pricing import former_prices, price
from optimizer.program import Program

NEAR: Final = 2_000  # moves of each goal that nearly fit its prices
PER_POST: Final = 1  # moves of each post that are always there, the cheapest first


def likely_moves(program: Program, chosen: KeyArray, former: Mapping[str, tuple[GoalPrices, ...]]) -> KeyArray:
    """The plan's moves, a few of each post, and those that nearly fit the former prices of each goal."""
    face = Face(program)
    inside = np.zeros(program.n, dtype=bool)
    inside[chosen] = True
    total: IntArray = np.zeros(program.n, dtype=np.int64)
    for goal in program.goals:
        face.begin(goal)
        value = goal.value(chosen)
        for layer in former.get(goal.name, ()):
            prices = former_prices(face, layer)
            if prices is None:
                break
            priced = price(face, goal, prices)
            inside[cheapest(np.flatnonzero(face.most), priced.move_costs, NEAR)] = True
            face.narrow(priced, value)
        face.finish(None, value)
        total += 0 if goal.weights is None else goal.weights
    rows = np.flatnonzero(program.possible)
    rows = rows[np.argsort(total[rows], kind="stable")]
    inside[rows[first_of_each(program.move_post[rows], PER_POST)]] = True
    return np.flatnonzero(inside | face.open_moves()).astype(np.int32)
