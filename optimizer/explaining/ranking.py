"""Who else could take a seat, and what else somebody could take: every swap priced exactly while all else stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.explaining.case import Case
from optimizer.plan import Candidate
from optimizer.program_goals import activity
from optimizer.shortlisting import Priced, best_of_each, in_each_place, own_row, priced
from optimizer.swaps import NO_MOVE, Options, SwapPrices, own_moves

SIDES: Final = ("added", "replaced", "dropped")


@dataclass(frozen=True, eq=False)
class Ranked:
    """Candidates from the best; `known`: the moves of the plan with the best swap, None where it breaks a limit."""

    rows: tuple[Candidate, ...]
    known: KeyArray | None


class Ranking:
    """The swaps of one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._own = own_moves(case.moves, case.chosen)
        self._reached = activity(case.program.terms, case.chosen, len(case.program.lower))
        self._prices = [SwapPrices(goal, case.chosen) for goal in case.program.goals]

    def of_post(self, into: KeyArray, taken: KeyArray, *, is_open: bool) -> Ranked:
        """The plan's own moves `taken` into a post, then the best swap of each other person who could take a seat.

        `into`: the moves that could be made; `is_open`: one of them may be made besides those of the plan. Of an open
        post the best swap is the best of those into the open seat.
        """
        moves, found = self.case.moves, self._in_place_of(into, taken, is_open=is_open)
        rows = [own_row(moves, self.case.program, k, place) for place, k in enumerate(taken.tolist(), start=1)]
        others = enumerate(best_of_each(moves, found), start=len(rows) + 1)
        rows += [found.row(moves, option, place) for place, option in others]
        besides = [o for o in found.order.tolist() if not is_open or found.options.replaced[o] == NO_MOVE]
        return Ranked(tuple(rows), self._with_swap(found, besides[:1]))

    def of_move(self, into: KeyArray, taken: KeyArray, move: int) -> tuple[Ranked, int]:
        """The best swap of each person for one move of the plan, with that move in its place, and that place.

        The move comes before those who are as good by the limits and by every goal.
        """
        moves = self.case.moves
        others = into[~np.isin(moves.person[into], moves.person[taken])]
        found = self._in_place_of(others, np.array([move], dtype=np.int32), is_open=False)
        best = list(best_of_each(moves, found))
        nothing = [0] * len(found.costs)
        is_better = [o not in found.broken and [int(cost[o]) for cost in found.costs.values()] < nothing for o in best]
        rank = sum(is_better) + 1
        rows = [found.row(moves, option, 1 + k + (k + 1 >= rank)) for k, option in enumerate(best)]
        rows.insert(rank - 1, own_row(moves, self.case.program, move, rank))
        return Ranked(tuple(rows), self._with_swap(found, best[:1])), rank

    def of_person(self, rows: Sequence[int]) -> Ranked:
        """The best swap for each of the moves `rows` of one person, of whom the plan makes none of these."""
        case = self.case
        parts = [
            in_each_place(case.moves, np.array([row], dtype=np.int32), self._places(row), self._own) for row in rows
        ]
        options = Options(*(np.concatenate([getattr(part, side) for part in parts]) for side in SIDES))
        found = self._priced(options)
        first: dict[int, int] = {}
        for option in found.order.tolist():
            first.setdefault(int(options.added[option]), option)
        listed = tuple(found.row(case.moves, option, place) for place, option in enumerate(first.values(), start=1))
        return Ranked(listed, self._with_swap(found, found.order[:1].tolist()))

    def _with_swap(self, found: Priced, best: Sequence[int]) -> KeyArray | None:
        """The moves of the plan with the best of the options, where it breaks nothing."""
        if not best or best[0] in found.broken:
            return None
        sides = [int(getattr(found.options, side)[best[0]]) for side in SIDES]
        return np.sort(np.append(np.setdiff1d(self.case.chosen, sides[1:]), sides[0])).astype(np.int32)

    def _places(self, row: int) -> KeyArray:
        """Where a move could stand: besides all others, or in place of one into the same post."""
        return np.append(np.int32(NO_MOVE), taken_alike(self.case, row)).astype(np.int32)

    def _in_place_of(self, into: KeyArray, taken: KeyArray, *, is_open: bool) -> Priced:
        moves = self.case.moves
        others = into[~np.isin(moves.person[into], moves.person[taken])]
        places = np.append(np.array([NO_MOVE] if is_open else [], dtype=np.int32), taken).astype(np.int32)
        return self._priced(in_each_place(moves, others, places, self._own))

    def _priced(self, options: Options) -> Priced:
        return priced(self.case.moves, self.case.program, options, self._prices, self._reached)


def alike(case: Case, row: int) -> KeyArray:
    """The moves that take a seat of the same post as a move does: that fill one, or that cover one."""
    moves = case.moves
    return np.flatnonzero((moves.post == moves.post[row]) & (moves.stays == moves.stays[row])).astype(np.int32)


def taken_alike(case: Case, row: int) -> KeyArray:
    """Those of them that the plan makes, in the order of the table."""
    return np.intersect1d(alike(case, row), case.chosen).astype(np.int32)
