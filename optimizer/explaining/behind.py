"""One step back from the posts that stay open: the posts whose holder after the plan could come to one of them.

Whoever is brought into such a post sets its holder free for the open one. Further steps back are not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.arrays import IntArray, KeyArray
from optimizer.engine.picking import first_of_each
from optimizer.explaining.case import Case
from optimizer.explaining.widening import rows_at, triples_of
from optimizer.offering import Triples
from optimizer.scenario.vocabulary import FORMS
from optimizer.swaps import NO_MOVE, SwapPrices, matches, own_moves, steps_of

FILLERS: Final = 3  # moves per post and kind of change that are put into the plan together with a step


@dataclass(frozen=True, eq=False)
class Entries:
    """Ways to bring people into posts while all else of a plan stays: int32 (n,) each, NO_MOVE where there is none.

    added: a move into a post; dropped: the person's own other move. onward: a move of the holder of that post, into an
    open one; given_up: the holder's own move of the plan.
    """

    added: KeyArray
    dropped: KeyArray
    onward: KeyArray
    given_up: KeyArray

    @property
    def n(self) -> int:
        """Number of ways."""
        return len(self.added)

    def steps(self) -> tuple[IntArray, KeyArray, IntArray]:
        """Way, move and +1 or -1 of every move that a way makes or takes back."""
        return steps_of([self.added, self.onward], [self.dropped, self.given_up])

    def take(self, rows: IntArray) -> Entries:
        """Some of the ways."""
        return Entries(self.added[rows], self.dropped[rows], self.onward[rows], self.given_up[rows])

    def made(self, way: int) -> KeyArray:
        """The moves that a way makes."""
        return _real(self.added[way], self.onward[way])

    def taken_back(self, way: int) -> KeyArray:
        """The moves that a way takes back."""
        return _real(self.dropped[way], self.given_up[way])


def _real(*moves: int) -> KeyArray:
    return np.array([move for move in moves if move != NO_MOVE], dtype=np.int32)


def entries_by(case: Case, added: KeyArray) -> Entries:
    """Moves, each in place of the person's own other move."""
    nothing = np.full(len(added), NO_MOVE, dtype=np.int32)
    return Entries(added, own_moves(case.moves, case.chosen)[case.moves.person[added]], nothing, nothing)


def joined_entries(parts: Sequence[Entries]) -> Entries:
    """All of them, one after another."""
    names = ("added", "dropped", "onward", "given_up")
    return Entries(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def seats_after(case: Case) -> IntArray:
    """The post that each person holds after the plan, -1 for none: int64 (n_people,)."""
    seat = case.arrays.person_post.astype(np.int64)
    taken = case.chosen[case.moves.into_post[case.chosen] >= 0]
    seat[case.moves.person[taken]] = case.moves.into_post[taken]
    return seat


@dataclass(frozen=True, eq=False)
class StepsBack:
    """Admissible moves into open posts of people who hold another post of a commune after the plan.

    posts: int64, sorted, the open posts. move: int32 (n,), rows of the table of the case; left: int64 (n,), the posts
    that the people hold.
    """

    case: Case
    posts: IntArray
    move: KeyArray
    left: IntArray

    @property
    def every(self) -> IntArray:
        """The open posts and those one step back, sorted."""
        return np.union1d(self.posts, self.left)

    def around(self, post: int) -> IntArray:
        """The post and those one step back from it, sorted."""
        return np.union1d([post], self.left[self.case.moves.post[self.move] == post])

    def within(self, wide: Case) -> StepsBack:
        """The same in the table of a widened case."""
        return StepsBack(wide, self.posts, rows_at(wide.moves, triples_of(self.case.moves.take(self.move))), self.left)


def steps_back(case: Case, posts: IntArray) -> StepsBack:
    """Who could come to `posts` and leaves another post by it."""
    a, moves = case.arrays, case.moves
    move = np.flatnonzero(np.isin(moves.post, posts) & ~moves.stays).astype(np.int32)
    left = seats_after(case)[moves.person[move]]
    counts = (left >= 0) & (left != moves.post[move]) & a.unit_is_commune[a.post_unit[left]]
    return StepsBack(case, np.unique(posts), move[counts], left[counts])


def likeliest(case: Case, back: StepsBack, moves: Triples, kind: IntArray) -> Triples:
    """Of moves into posts one step back those that are tried together with a step of the holder.

    `kind`: int64 (n,), the kind of change that lets a move in. Of each post and kind it is the first FILLERS, those
    of people without a move of their own first, then by points.
    """
    a = case.arrays
    rows = np.flatnonzero(np.isin(moves.post, back.left))
    moves, kind = moves.take(rows), kind[rows]
    points = moves.table(a).points
    is_used = own_moves(case.moves, case.chosen)[moves.person] != NO_MOVE
    order = np.lexsort([moves.keys(a), points, is_used, kind, moves.post])
    n_kinds = int(kind.max(initial=0)) + 1
    order = order[first_of_each((moves.keys(a) * n_kinds + kind)[order], 1)]
    return moves.take(order[first_of_each((moves.post * n_kinds + kind)[order], FILLERS)])


def relays(back: StepsBack, move: KeyArray) -> Entries:
    """Moves into posts one step back, each together with every step of the holder; of each step from post to post the
    best of each form.
    """
    case, moves = back.case, back.case.moves
    own = own_moves(moves, case.chosen)
    move = np.unique(move)
    step, left = _best_steps(back)
    entry, at = matches(moves.post[move], left)
    added, onward = move[entry], step[at]
    others = moves.person[added] != moves.person[onward]
    added, onward = added[others], onward[others]
    return Entries(added, own[moves.person[added]], onward, own[moves.person[onward]])


def _best_steps(back: StepsBack) -> tuple[KeyArray, IntArray]:
    """Of each post left, post taken and form the step that is best for the goals, and the post left, sorted by that."""
    moves, steps = back.case.moves, entries_by(back.case, back.move)
    costs = [SwapPrices(goal, back.case.chosen).differences(steps) for goal in back.case.program.goals]
    keys = np.stack([moves.form[back.move].astype(np.int64), moves.post[back.move].astype(np.int64), back.left])
    order = np.lexsort([back.move, moves.points[back.move], *reversed(costs), *keys])
    form, post, left = keys
    alike = (left * moves.arrays.n_posts + post) * len(FORMS) + form
    chosen = order[first_of_each(alike[order], 1)]
    return back.move[chosen], back.left[chosen]
