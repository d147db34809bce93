"""What the finished goals leave of a program: narrower bounds of moves, segments and rows.

A goal with a cap is a row from the first goal on, whatever its place in the order; only the pins come before.

When a goal is finished at a value, the prices that prove its bound say how far every move, segment and row can be from
its best end in any plan of that value: as far as the room between bound and value allows. Where value and bound meet,
there is no room at all, and what is left is exactly the set of best plans, without any new row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.arrays import BoolArray, IntArray
from optimizer.program import Program
from optimizer.program_goals import PINS, ProgramGoal
from optimizer.rulebook.rows import FREE, NO_ROW, Term

if TYPE_CHECKING:
    from optimizer.engine.pricing import Priced

OUT_OF_SIGHT = 1 << 62  # beyond every cost: prices that leave so much room say nothing


@dataclass(frozen=True, eq=False)
class Block:
    """Rows that came together: the limits, or the shortage rows of one goal."""

    terms: tuple[Term, ...]
    lower: IntArray
    upper: IntArray


@dataclass(frozen=True, eq=False)
class Fixed:
    """A finished goal as a row: its value, constant included, is at most `upper`.

    `is_implied`: the bounds of the face say so already; the row only has a price. `may_be_lower`: plans of the face may
    have a smaller value, as `upper` is a cap, or allows for a tolerance.
    """

    goal: ProgramGoal
    upper: int
    is_implied: bool = False
    may_be_lower: bool = False


class Face:
    """The bounds as they stand; `blocks` are the limits and then the rows of every goal begun so far, `goals`.

    `current`: the goal that is minimised.
    least, most: bool (n_moves,), bounds of the moves. segment_least, segment_most: int64, those of the segments of
    each goal begun. `fixed`: goals below their caps, and finished goals whose value is above the proven bound, or that
    may be exceeded; all of them where the face `keeps_values`, for prices that speak of them. choice_*:
    moves with a row of `choice`, which come person by person, the first of each person among them, and its row.
    """

    def __init__(self, program: Program, *, keeps_values: bool = False) -> None:
        self.program = program
        self._keeps_values = keeps_values
        self.goals: list[ProgramGoal] = []
        self.current: ProgramGoal
        self.blocks = [Block(program.terms, program.lower, program.upper)]
        self.fixed: list[Fixed] = []
        self.finished: list[Fixed] = []
        self.least = np.zeros(program.n, dtype=bool)
        self.most = program.possible.copy()
        self.segment_least: list[IntArray] = []
        self.segment_most: list[IntArray] = []
        self.choice_moves = np.flatnonzero(program.choice != NO_ROW)
        rows = program.choice[self.choice_moves]
        self.choice_first = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])) if len(rows) else rows
        self.choice_rows = rows[self.choice_first]

    def begin(self, goal: ProgramGoal) -> None:
        """Add the rows and segments of the next goal, and before the first one those of all that have a cap."""
        if goal.name != PINS:
            for capped in self.program.goals:
                if capped.settings.at_most is not None and capped not in self.goals:
                    self._add(capped)
                    self._keep(Fixed(capped, capped.settings.at_most, may_be_lower=True))
        if goal not in self.goals:
            self._add(goal)
        self.current = goal
        self.fixed = [row for row in self.fixed if row.goal is not goal]

    @property
    def others(self) -> list[ProgramGoal]:
        """The goals begun besides the one that is minimised, in the order in which their rows stand."""
        return [goal for goal in self.goals if goal is not self.current]

    def _keep(self, fixed: Fixed) -> None:
        self.finished.append(fixed)
        self.fixed.append(fixed)

    def _add(self, goal: ProgramGoal) -> None:
        self.goals.append(goal)
        self.blocks.append(Block(goal.terms, goal.need, np.full(len(goal.need), FREE, dtype=np.int64)))
        self.segment_least.append(np.zeros_like(goal.segment_size))
        self.segment_most.append(goal.segment_size)

    def finish(self, priced: Priced | None, upper: int) -> None:
        """Keep the goal that is minimised at or below `upper`, and narrow every bound as far as `priced` allows."""
        is_implied = priced is not None and not priced.room(upper) and not self._leans(priced)
        may_be_lower = self.current.settings.allowance(upper) > 0
        fixed = Fixed(self.current, upper, is_implied=is_implied, may_be_lower=may_be_lower)
        if priced is not None:
            self.narrow(priced, upper)
        if self._keeps_values or not fixed.is_implied:
            self._keep(fixed)
        else:
            self.finished.append(fixed)

    def _leans(self, priced: Priced) -> bool:
        """Whether prices speak of a value that may be lower: what is below it there makes room for more elsewhere.

        Where the goal that is minimised has a cap, every value before may: it was the least beside that cap alone.
        """
        is_capped = self.current.settings.at_most is not None
        return any(
            price and (is_capped or row.may_be_lower)
            for row, price in zip(self.fixed, priced.prices.fixed, strict=True)
        )

    def open_moves(self) -> BoolArray:
        """True for moves that some plan on the face may contain and some other may not: bool (n_moves,)."""
        taken = np.zeros(len(self.blocks[0].lower) + 1, dtype=bool)
        taken[self.program.choice[self.least]] = True
        taken[NO_ROW] = False
        return self.most & ~self.least & ~taken[self.program.choice]

    def narrow(self, priced: Priced, upper: int) -> None:
        """Narrow every bound to what plans can contain in which the goal that is minimised is at most `upper`."""
        room = priced.room(upper)
        if room >= OUT_OF_SIGHT:
            return
        self.most &= self.least | (priced.move_costs <= room)
        self.least |= self.most & (priced.move_costs < -room)
        for k, cost in enumerate(priced.segment_costs):
            step = room // np.maximum(np.abs(cost), 1)
            least, most = self.segment_least[k], self.segment_most[k]
            self.segment_most[k] = np.where(cost > 0, np.minimum(most, least + step), most)
            self.segment_least[k] = np.where(cost < 0, np.maximum(least, most - step), least)
        for k, price in enumerate(priced.prices.blocks):
            step = room // np.maximum(np.abs(price), 1)
            block = self.blocks[k]
            highest = np.where(price > 0, np.minimum(block.upper, block.lower + step), block.upper)
            lowest = np.where(price < 0, np.maximum(block.lower, block.upper - step), block.lower)
            self.blocks[k] = Block(block.terms, lowest, highest)
