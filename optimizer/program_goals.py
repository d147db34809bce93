"""Goals as arrays: weights of moves, and priced shortages of groups in segments. It knows no solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import Final, cast

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.goals.base import Priced, Shortages
from optimizer.rulebook.rows import NO_ROW, Term
from optimizer.scenario.meaning import GoalSettings

PINS: Final = "pins"


@dataclass(frozen=True, eq=False)
class ProgramGoal:
    """A goal: `constant + weights . x + cost . segments`, with rows of its own that tie segments to moves.

    weights: int64 (n_moves,) or None. need: int64 (n_rows,), `sum(terms) + sum(segments of the row) >= need`.
    segment_row: row of each segment, counted from 0 within the goal; segment_cost, segment_size: int64.
    """

    name: str
    constant: int
    weights: IntArray | None
    need: IntArray
    terms: tuple[Term, ...]
    segment_row: IntArray
    segment_cost: IntArray
    segment_size: IntArray
    settings: GoalSettings

    @cached_property
    def step(self) -> int:
        """Values of the goal differ by multiples of it."""
        of_moves = 0 if self.weights is None else int(np.gcd.reduce(self.weights, initial=0))
        return max(1, gcd(of_moves, int(np.gcd.reduce(self.segment_cost, initial=0))))

    def at_least(self, bound: int, scale: int) -> int:
        """The smallest value that the goal can have at or above `bound / scale`."""
        return self.constant - (self.constant * scale - bound) // (self.step * scale) * self.step

    def value(self, chosen: KeyArray) -> int:
        """The goal's value when the moves `chosen` are made: every group pays its cheapest segments."""
        total = self.constant + (0 if self.weights is None else int(self.weights[chosen].sum()))
        return total + int((self.segments_used(chosen) * self.segment_cost).sum())

    def segments_used(self, chosen: KeyArray) -> IntArray:
        """How much of each segment is missing when the moves `chosen` are made: int64 (n_segments,)."""
        if not len(self.segment_row):
            return np.zeros_like(self.segment_size)
        missing = self.missing(chosen)
        start = np.concatenate(([0], np.cumsum(self.segment_size)))[:-1]
        first = np.searchsorted(self.segment_row, np.arange(len(self.need)))
        before = start - start[np.minimum(first, len(start) - 1)][self.segment_row]
        used: IntArray = np.clip(missing[self.segment_row] - before, 0, self.segment_size)
        return used

    def missing(self, chosen: KeyArray) -> IntArray:
        """How many each row lacks when the moves `chosen` are made, below 0 where it has more: int64 (n_rows,)."""
        return self.need - activity(self.terms, chosen, len(self.need))


def activity(terms: Sequence[Term], chosen: KeyArray, n_rows: int) -> IntArray:
    """Left-hand side of every row for the moves `chosen`: int64 (n_rows,)."""
    reached = np.zeros(n_rows, dtype=np.int64)
    for term in terms:
        rows = term.rows[chosen]
        np.add.at(reached, rows[rows != NO_ROW], term.of(chosen)[rows != NO_ROW])
    return reached


def asked_goal(need: Sequence[int], terms: Sequence[Term]) -> ProgramGoal:
    """What must come to nothing before all else: each move that is missing where some are asked for costs one."""
    seats = np.array(need, dtype=np.int64)
    every = np.arange(len(seats))
    return ProgramGoal(PINS, 0, None, seats, tuple(terms), every, np.ones_like(seats), seats, GoalSettings())


def weighted_goal(
    name: str, weights: IntArray | None, constant: int = 0, settings: GoalSettings | None = None
) -> ProgramGoal:
    """A goal of weights alone, int64 (n_moves,)."""
    nothing = np.empty(0, dtype=np.int64)
    return ProgramGoal(name, constant, weights, nothing, (), nothing, nothing, nothing, settings or GoalSettings())


def program_goal(name: str, priced: Priced, settings: GoalSettings) -> ProgramGoal:
    """A goal whose groups without any move in them are counted once and left out."""
    if priced.shortages is None:
        return weighted_goal(name, priced.weights, priced.constant, settings)
    touched = np.zeros(len(priced.shortages.need) + 1, dtype=bool)
    for term in priced.shortages.terms:
        touched[term.rows] = True
    touched = touched[:-1]
    untouched = _segments(name, Priced(0, None, priced.shortages), ~touched, settings)
    settled = priced.constant + untouched.value(np.empty(0, dtype=np.int32))
    return _segments(name, Priced(settled, priced.weights, priced.shortages), touched, settings)


def _segments(name: str, priced: Priced, keep: BoolArray, settings: GoalSettings) -> ProgramGoal:
    """The goal with the kept groups of its shortages only."""
    shortages = cast(Shortages, priced.shortages)
    number = np.full(len(keep) + 1, NO_ROW, dtype=np.int32)
    number[:-1][keep] = np.arange(int(keep.sum()), dtype=np.int32)
    of_segment = keep[shortages.segment_group]
    return ProgramGoal(
        name=name,
        constant=priced.constant,
        weights=priced.weights,
        need=shortages.need[keep],
        terms=tuple(Term(number[term.rows], term.coefficient) for term in shortages.terms),
        segment_row=number[shortages.segment_group[of_segment]].astype(np.int64),
        segment_cost=shortages.segment_cost[of_segment],
        segment_size=shortages.segment_size[of_segment],
        settings=settings,
    )
