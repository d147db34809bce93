"""Options for changing a plan by one move: what each adds to rows and goals when all else stays.

An option is one move put in place of another, and of the person's own other move. Its differences are exact for this
swap. Where the swap keeps every limit they are an upper bound of the true price, as a new plan around it may do better;
where it does not, further moves would be needed and the true price is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.moves import Moves
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal
from optimizer.rulebook.rows import NO_ROW, Term

NO_MOVE: Final = -1


class Steps(Protocol):
    """Ways to change a plan, each by making some moves and taking others back."""

    @property
    def n(self) -> int:
        """Number of ways."""

    def steps(self) -> tuple[IntArray, KeyArray, IntArray]:
        """Way, move and +1 or -1 of every move that a way makes or takes back."""


def steps_of(made: Sequence[KeyArray], taken_back: Sequence[KeyArray]) -> tuple[IntArray, KeyArray, IntArray]:
    """Way, move and +1 or -1 of ways that make and take back one move of each array, NO_MOVE for none."""
    way = np.tile(np.arange(len(made[0])), len(made) + len(taken_back))
    move = np.concatenate([*made, *taken_back])
    sign = np.repeat(np.array([1] * len(made) + [-1] * len(taken_back), dtype=np.int64), len(made[0]))
    real = move != NO_MOVE
    return way[real], move[real], sign[real]


def own_moves(moves: Moves, chosen: KeyArray) -> KeyArray:
    """The move that the plan of the moves `chosen` makes of each person, NO_MOVE for none: int32 (n_people,)."""
    own = np.full(moves.arrays.n_people, NO_MOVE, dtype=np.int32)
    own[moves.person[chosen]] = chosen
    return own


def matches(wanted: IntArray | KeyArray, keys: IntArray | KeyArray) -> tuple[IntArray, IntArray]:
    """All pairs of places in `wanted` and in `keys`, which are sorted, at which the same stands."""
    first = np.searchsorted(keys, wanted, side="left")
    number = np.searchsorted(keys, wanted, side="right") - first
    which = np.repeat(np.arange(len(wanted)), number)
    within = np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number)
    return which, first[which] + within


@dataclass(frozen=True, eq=False)
class Options:
    """Options for one post. `added`, `replaced`, `dropped`: moves (n,), NO_MOVE where there is none."""

    added: KeyArray
    replaced: KeyArray
    dropped: KeyArray

    @property
    def n(self) -> int:
        """Number of options."""
        return len(self.added)

    def steps(self) -> tuple[IntArray, KeyArray, IntArray]:
        """Option, move and +1 or -1 of every move that an option makes or takes back."""
        return steps_of([self.added], [self.replaced, self.dropped])


@dataclass(frozen=True, eq=False)
class Changes:
    """By how much options change rows: `option`, `row`, `by` of every pair that changes."""

    option: IntArray
    row: IntArray
    by: IntArray


def _changes(terms: Sequence[Term], options: Steps, n_rows: int) -> Changes:
    """What every option adds to the left-hand sides of the rows."""
    option, move, sign = options.steps()
    keys, values = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for term in terms:
        row = term.rows[move]
        stands = row != NO_ROW
        keys.append(option[stands] * n_rows + row[stands])
        values.append((term.of_all[move] * sign)[stands])
    key, at = np.unique(np.concatenate(keys), return_inverse=True)
    by = np.zeros(len(key), dtype=np.int64)
    np.add.at(by, at, np.concatenate(values))
    moved = by != 0
    return Changes(key[moved] // max(1, n_rows), key[moved] % max(1, n_rows), by[moved])


def rows_broken(program: Program, options: Steps, reached: IntArray) -> tuple[IntArray, IntArray]:
    """Option and row of every row that an option breaks; `reached`: what the rows of the plan come to.

    The plan keeps every row, so only rows that change can be broken.
    """
    changes = _changes(program.terms, options, len(program.lower))
    after = reached[changes.row] + changes.by
    outside = (after < program.lower[changes.row]) | (after > program.upper[changes.row])
    return changes.option[outside], changes.row[outside]


def in_order(moves: Moves, options: Options, breaks: BoolArray, costs: Sequence[IntArray]) -> IntArray:
    """Options from the best: limits kept, then goal by goal, points, ids of the person and of whom they replace."""
    replaced = np.where(options.replaced == NO_MOVE, -1, moves.person[options.replaced])
    keys = [
        moves.form[options.added], replaced, moves.person[options.added], moves.points[options.added],
        *reversed(costs), breaks,
    ]  # fmt: skip
    return np.lexsort(keys)


class SwapPrices:
    """What options cost by one goal: its weights, and what the missing people of each group cost."""

    def __init__(self, goal: ProgramGoal, chosen: KeyArray) -> None:
        self.goal = goal
        self.value = goal.value(chosen)
        self.missing = goal.missing(chosen)
        self.start = np.concatenate(([0], np.cumsum(goal.segment_size))).astype(np.int64)
        self.below = np.concatenate(([0], np.cumsum(goal.segment_size * goal.segment_cost))).astype(np.int64)
        rows = np.arange(len(goal.need) + 1)
        self.first = self.start[np.searchsorted(goal.segment_row, rows)]

    def differences(self, options: Steps) -> IntArray:
        """The goal's value after each option, less the plan's: int64 (n,)."""
        found = np.zeros(options.n, dtype=np.int64)
        option, move, sign = options.steps()
        if self.goal.weights is not None:
            np.add.at(found, option, sign * self.goal.weights[move])
        changes = _changes(self.goal.terms, options, len(self.goal.need))
        missing = self.missing[changes.row]
        now, then = self._cost(changes.row, missing), self._cost(changes.row, missing - changes.by)
        np.add.at(found, changes.option, then - now)
        return found

    def above_cap(self, differences: IntArray) -> BoolArray:
        """Whether options with these differences push the goal above its cap: bool (n,)."""
        most = self.goal.settings.at_most
        return np.zeros(len(differences), dtype=np.bool_) if most is None else self.value + differences > most

    def _cost(self, row: IntArray, missing: IntArray) -> IntArray:
        """What so many missing people cost in their groups: each group pays its cheapest segments."""
        if not len(self.goal.segment_cost):
            return np.zeros(len(row), dtype=np.int64)
        first = self.first[row]
        upto = first + np.clip(missing, 0, self.first[row + 1] - first)
        segment = np.clip(np.searchsorted(self.start, upto, side="right") - 1, 0, len(self.goal.segment_cost) - 1)
        total = self.below[segment] + (upto - self.start[segment]) * self.goal.segment_cost[segment]
        return np.asarray(total - self.below[np.searchsorted(self.start, first, side="left")])
