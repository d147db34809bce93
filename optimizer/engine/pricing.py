"""Reduced costs of every move, and the lower bound that a set of prices proves, in numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import BoolArray, IntArray
from optimizer.program import Program, ProgramGoal
from optimizer.rulebook.rows import FREE, Term

FloatArray = NDArray[np.float64]

EPSILON = 4 * float(np.finfo(np.float64).eps)  # four roundings where one would do


@dataclass(frozen=True, eq=False)
class Block:
    """Rows that came together: the limits, or the shortage rows of one goal."""

    terms: tuple[Term, ...]
    lower: IntArray
    upper: IntArray


@dataclass(frozen=True, eq=False)
class Fixed:
    """A finished goal as a row: its value, constant included, is at most `upper`."""

    goal: ProgramGoal
    upper: int


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of the rows: one array per block, one number per fixed goal. Signs are those of a minimum."""

    blocks: tuple[FloatArray, ...]
    fixed: tuple[float, ...]


def limits_block(program: Program) -> Block:
    """The limits of a program."""
    return Block(program.terms, program.lower, program.upper)


def goal_block(goal: ProgramGoal) -> Block:
    """The shortage rows of a goal."""
    return Block(goal.terms, goal.need, np.full(len(goal.need), FREE, dtype=np.int64))


def reduced_costs(goal: ProgramGoal, n: int, blocks: Sequence[Block], fixed: Sequence[Fixed], y: Prices) -> FloatArray:
    """Weight of every move less the prices of the rows in which it stands: float64 (n_moves,)."""
    cost = np.zeros(n) if goal.weights is None else goal.weights.astype(np.float64)
    for block, prices in zip(blocks, y.blocks, strict=True):
        padded = np.append(prices, 0.0)
        for term in block.terms:
            priced = padded[term.rows]
            if isinstance(term.coefficient, int) and abs(term.coefficient) == 1:
                (np.subtract if term.coefficient == 1 else np.add)(cost, priced, out=cost)
            else:
                cost -= term.coefficient * priced
    for row, price in zip(fixed, y.fixed, strict=True):
        if row.goal.weights is not None and price:
            cost -= price * row.goal.weights
    return cost


def dual_bound(
    goal: ProgramGoal,
    goals: Sequence[ProgramGoal],
    blocks: Sequence[Block],
    fixed: Sequence[Fixed],
    y: Prices,
    move_costs: FloatArray,
    active: BoolArray,
) -> float:
    """Lower bound on the goal by weak duality; `goals` are those whose shortage rows follow the limits in `blocks`.

    Every column takes its best end: a move 1 where its reduced cost is negative, a segment its size. What floating
    point may have added is taken off again: each reduced cost is a sum of so many prices, each sum of so many terms.
    """
    parts = [np.minimum(move_costs[active], 0.0)]
    for block, prices in zip(blocks, y.blocks, strict=True):
        parts.append(prices * np.where(prices > 0, block.lower, np.where(prices < 0, block.upper, 0)))
    price_of = {id(row.goal): price for row, price in zip(fixed, y.fixed, strict=True)}
    parts.append(np.array([price * (row.upper - row.goal.constant) for row, price in zip(fixed, y.fixed, strict=True)]))
    for owner, prices in zip(goals, y.blocks[1:], strict=True):
        own = owner.segment_cost.astype(np.float64) * (1.0 if owner is goal else -price_of.get(id(owner), 0.0))
        parts.append(np.minimum(own - prices[owner.segment_row], 0.0) * owner.segment_size)
    terms = np.concatenate(parts)
    depth = sum(len(block.terms) for block in blocks) + len(fixed) + 2
    largest = max((float(np.abs(prices).max(initial=0.0)) for prices in (*y.blocks, np.array(y.fixed))), default=0.0)
    heaviest = max((int(row.goal.weights.max(initial=0)) for row in fixed if row.goal.weights is not None), default=1)
    heaviest = max(
        [heaviest, *(int(np.abs(term.coefficient).max(initial=0)) for block in blocks for term in block.terms)]
    )
    rounding = EPSILON * (depth * largest * max(1, heaviest) * int(active.sum()) + float(np.abs(terms).sum()))
    return goal.constant + math.fsum(terms) - rounding
