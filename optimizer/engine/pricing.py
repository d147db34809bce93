"""Reduced costs of every move, and the lower bound that a set of prices proves, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import BoolArray, IntArray
from optimizer.program import Program, ProgramGoal
from optimizer.rulebook.rows import FREE, Term

FloatArray = NDArray[np.float64]


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
            if term.coefficient == 1:
                cost -= priced
            elif term.coefficient == -1:
                cost += priced
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

    Every column takes its best end: a move 1 where its reduced cost is negative, a segment its size.
    """
    bound = float(goal.constant) + float(np.minimum(move_costs[active], 0.0).sum())
    for block, prices in zip(blocks, y.blocks, strict=True):
        side = np.where(prices > 0, block.lower, block.upper)
        bound += float((prices * np.where(prices == 0, 0, side)).sum())
    price_of = {id(row.goal): price for row, price in zip(fixed, y.fixed, strict=True)}
    for row, price in zip(fixed, y.fixed, strict=True):
        bound += price * (row.upper - row.goal.constant)
    for owner, prices in zip(goals, y.blocks[1:], strict=True):
        own = owner.segment_cost.astype(np.float64) * (1.0 if owner is goal else -price_of.get(id(owner), 0.0))
        reduced = own - prices[owner.segment_row] if len(owner.segment_row) else own
        bound += float((np.minimum(reduced, 0.0) * owner.segment_size).sum())
    return bound
