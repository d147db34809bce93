"""Prices of rows, the reduced cost of every move, and the lower bound that they prove: all in whole numbers.

Prices are multiples of 1 / SCALE, kept as integers. Any prices of the right signs prove a bound (weak duality); the
better they are, the higher it is. The price of "one move per person" is never taken from outside: given all others,
the best one is the smallest reduced cost among the person's moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import IntArray
from optimizer.certificate import SCALE, GoalPrices
from optimizer.engine.face import OUT_OF_SIGHT, Block, Face
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal
from optimizer.rulebook.one_move import OneMove
from optimizer.rulebook.rows import FREE

FloatArray = NDArray[np.float64]

LARGEST = 1 << 56  # of one price times one coefficient; 64 of them stay within 63 bits
WHOLE_WAY = 16  # sixteenths


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of the rows in units of 1 / SCALE: int64, one array per block, one number per fixed goal."""

    blocks: tuple[IntArray, ...]
    fixed: IntArray

    def towards(self, other: Prices, sixteenths: int) -> Prices:
        """The prices so many sixteenths of the way to `other`."""

        def between(here: IntArray, there: IntArray) -> IntArray:
            return here + (there - here) * sixteenths // WHOLE_WAY

        blocks = tuple(between(here, there) for here, there in zip(self.blocks, other.blocks, strict=True))
        return Prices(blocks, between(self.fixed, other.fixed))


@dataclass(frozen=True, eq=False)
class Priced:
    """What prices say: bound times SCALE, and reduced costs times SCALE of moves and of the segments of each goal."""

    goal: ProgramGoal
    prices: Prices
    bound: int
    move_costs: IntArray
    segment_costs: tuple[IntArray, ...]

    @property
    def floor(self) -> int:
        """The smallest value at or above the bound: no plan has a smaller one."""
        return self.goal.at_least(self.bound, SCALE)

    def room(self, upper: int) -> int:
        """How far a plan of value `upper` may be above the bound, times SCALE."""
        return upper * SCALE - self.bound


def no_prices(face: Face) -> Prices:
    """All prices 0."""
    blocks = tuple(np.zeros(len(block.lower), dtype=np.int64) for block in face.blocks)
    return Prices(blocks, np.zeros(len(face.fixed), dtype=np.int64))


def whole_prices(face: Face, blocks: list[FloatArray], fixed: FloatArray) -> Prices:
    """Prices of a linear solver as multiples of 1 / SCALE, without what leans on an open side of a row."""
    rounded = []
    for block, price in zip(face.blocks, blocks, strict=True):
        whole = _rounded(price, largest_price(block))
        whole = np.where((block.lower <= -FREE) & (whole > 0), 0, whole)
        rounded.append(np.where((block.upper >= FREE) & (whole < 0), 0, whole))
    heaviest = max((_heaviest(row.goal) for row in face.fixed), default=1)
    return Prices(tuple(rounded), np.minimum(_rounded(fixed, LARGEST // heaviest), 0))


def former_prices(face: Face, former: GoalPrices) -> Prices | None:
    """The prices of a goal of a like program, without what has no place here; None where the rows are others.

    A goal that is fixed here and has no price there gets none.
    """
    shapes = [of_rows.shape for of_rows in former.rows]
    if shapes != [block.lower.shape for block in face.blocks] or former.values.shape != (len(face.goals) - 1,):
        return None
    place = {id(goal): k for k, goal in enumerate(face.goals)}
    fixed = former.values[[place[id(row.goal)] for row in face.fixed]]
    blocks = [of_rows / SCALE for of_rows in former.rows]
    return whole_prices(face, blocks, fixed / SCALE)


def largest_price(block: Block) -> int:
    """How large a price of a row may be, so that sums with it stay within 63 bits."""
    return LARGEST // max((int(np.abs(term.coefficient).max(initial=1)) for term in block.terms), default=1)


def _heaviest(goal: ProgramGoal) -> int:
    of_moves = 1 if goal.weights is None else int(np.abs(goal.weights).max(initial=1))
    return max(of_moves, int(goal.segment_cost.max(initial=1)))


def _rounded(price: FloatArray, largest: int) -> IntArray:
    return np.clip(np.rint(price * SCALE), -float(largest), float(largest)).astype(np.int64)


def price(face: Face, goal: ProgramGoal, prices: Prices) -> Priced:
    """The bound on `goal` over the face, with the best price for every person's one move."""
    costs = move_costs(face, goal, prices)
    prices = _with_best_choice(face, prices, costs)
    segment_costs = tuple(_segment_costs(face, k, goal, prices) for k in range(len(face.goals)))
    ends = np.where(face.least, costs, np.where(face.most, np.minimum(costs, 0), 0))
    bound = goal.constant * SCALE + exact_sum(ends)
    for block, of_rows in zip(face.blocks, prices.blocks, strict=True):
        bound += dot(of_rows, np.where(of_rows > 0, block.lower, block.upper))
    for k, cost in enumerate(segment_costs):
        bound += dot(cost, np.where(cost > 0, face.segment_least[k], face.segment_most[k]))
    for row, of_goal in zip(face.fixed, prices.fixed.tolist(), strict=True):
        bound += of_goal * (row.upper - row.goal.constant)
    return Priced(goal, prices, bound, costs, segment_costs)


def move_costs(face: Face, goal: ProgramGoal, prices: Prices) -> IntArray:
    """Weight of every move less the prices of the rows in which it stands, those of `choice` left out."""
    n = face.program.n
    costs = np.zeros(n, dtype=np.int64) if goal.weights is None else goal.weights * SCALE
    limits = prices.blocks[0].copy()
    limits[face.choice_rows] = 0
    for block, of_rows in zip(face.blocks, (limits, *prices.blocks[1:]), strict=True):
        if not of_rows.any():
            continue
        padded = np.append(of_rows, 0)
        for term in block.terms:
            of_moves = padded[term.rows]
            if isinstance(term.coefficient, int) and abs(term.coefficient) == 1:
                (np.subtract if term.coefficient == 1 else np.add)(costs, of_moves, out=costs)
            else:
                costs -= term.coefficient * of_moves
    for row, of_goal in zip(face.fixed, prices.fixed.tolist(), strict=True):
        if row.goal.weights is not None and of_goal:
            costs -= of_goal * row.goal.weights
    return costs


def _with_best_choice(face: Face, prices: Prices, costs: IntArray) -> Prices:
    """The prices with the best one for every row of `choice`, which is taken off `costs` in place."""
    rows, at = face.choice_rows, face.choice_moves
    if not len(rows):
        return prices
    smallest = np.minimum.reduceat(np.where(face.most, costs, OUT_OF_SIGHT)[at], face.choice_first)
    smallest[smallest == OUT_OF_SIGHT] = 0
    must = face.blocks[0].lower[rows] >= 1
    best = np.where(must, smallest, np.minimum(smallest, 0))
    limits = prices.blocks[0].copy()
    limits[rows] = best
    costs[at] -= np.append(limits, 0)[face.program.choice[at]]
    return Prices((limits, *prices.blocks[1:]), prices.fixed)


def _segment_costs(face: Face, k: int, goal: ProgramGoal, prices: Prices) -> IntArray:
    """Reduced costs of the segments of the k-th goal begun."""
    return plain_segment_costs(face, k, goal, prices) - prices.blocks[k + 1][face.goals[k].segment_row]


def plain_segment_costs(face: Face, k: int, goal: ProgramGoal, prices: Prices) -> IntArray:
    """What segments of the k-th goal begun cost in `goal` and at the prices of finished goals, their own rows apart."""
    owner = face.goals[k]
    cost = owner.segment_cost * SCALE if owner is goal else np.zeros_like(owner.segment_cost)
    for row, of_goal in zip(face.fixed, prices.fixed.tolist(), strict=True):
        if row.goal is owner:
            cost = cost - of_goal * owner.segment_cost
    return cost


def exact_sum(values: IntArray) -> int:
    """The sum of int64 numbers, whatever its size."""
    low = (1 << 31) - 1
    return (int((values >> 31).sum()) << 31) + int((values & low).sum())


def dot(left: IntArray, right: IntArray) -> int:
    """The sum of products of int64 numbers, whatever their size."""
    at = np.flatnonzero(left)
    return sum(a * b for a, b in zip(left[at].tolist(), right[at].tolist(), strict=True))


def rules_priced(program: Program, of_limits: IntArray) -> tuple[str, ...]:
    """The rules whose rows have a price, in their order; `of_limits`: int64 (n_limits,)."""
    priced = {program.rule[row] for row in np.flatnonzero(of_limits).tolist()} - {OneMove.name}
    return tuple(name for name in dict.fromkeys(program.rule) if name in priced)
