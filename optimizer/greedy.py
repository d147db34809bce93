"""What a careful planner reaches by hand under the same rules: post after post, the nearest person who may go.

Decisions come first, then open leadership seats, specialist seats and other seats, heaviest first; each takes the
nearest admissible person whose move breaks no rule at that moment, and nothing is taken back. It is the yardstick
beside every plan and the plan from which the engine starts.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.moves import Moves
from optimizer.program import Program
from optimizer.rulebook.rows import NO_ROW

NONE_MADE: Final = np.empty(0, dtype=np.int32)


def greedy(program: Program, moves: Moves, made: KeyArray = NONE_MADE) -> KeyArray:
    """The moves chosen by hand, sorted: int32 (n_chosen,). They satisfy every row of the program.

    `made`: moves that satisfy every row and are not taken back; the hand goes on from them.
    """
    hand = _Hand(program, moves)
    for move in made.tolist():
        hand.make(move)
    for pin in sorted(range(len(program.pins)), key=lambda pin: program.pins[pin].person_id is None):
        hand.meet(pin)
    into, first = _by_post(moves)
    for post in _worklist(moves):
        candidates = into[first[post] : first[post + 1]]
        while hand.is_open(post) and hand.take_nearest(candidates):
            pass
    return np.sort(np.array(hand.chosen, dtype=np.int32))


class _Hand:
    """The plan as it grows: how far every row is used and who has moved."""

    def __init__(self, program: Program, moves: Moves) -> None:
        self._program = program
        self._moves = moves
        self._reached = np.zeros(len(program.lower), dtype=np.int64)
        self._moved = np.zeros(moves.arrays.n_people, dtype=bool)
        self._gap = moves.arrays.post_seats - moves.arrays.post_held
        self._short = moves.arrays.quota - moves.arrays.strength
        self._groups = moves.site_groups()
        self.chosen: list[int] = []

    def is_open(self, post: int) -> bool:
        """True where a seat is open; a seat without a goal of its own counts while the bloc is short of people."""
        a = self._moves.arrays
        group = a.post_unit[post] * a.n_blocs + a.post_bloc[post]
        return bool(self._gap[post] > 0 and (not a.post_is_general[post] or self._short[group] > 0))

    def take_nearest(self, candidates: KeyArray) -> bool:
        """Make the nearest of the moves that are still free and break nothing; False where there is none."""
        moves = self._moves
        free = candidates[self._program.possible[candidates] & ~self._moved[moves.person[candidates]]]
        free = free[self._fits(free)]
        if not len(free):
            return False
        move = int(free[np.lexsort((moves.points[free], moves.metres[free]))[0]])
        self.make(move)
        return True

    def meet(self, pin: int) -> None:
        """Make the nearest moves that a pin still asks for, those made already counted."""
        asked = self._program.pinned[pin]
        met = int(np.isin(self.chosen, asked).sum())
        while met < self._program.goals[0].need[pin] and self.take_nearest(asked):
            met += 1

    def _fits(self, candidates: KeyArray) -> BoolArray:
        """True where a move, on top of those made, keeps every row in which it stands, taken one by one."""
        program = self._program
        fits = np.ones(len(candidates), dtype=bool)
        for term in program.terms:
            rows = term.rows[candidates]
            step = term.of(candidates)
            after = self._reached[rows] + step
            within = np.where(step > 0, after <= program.upper[rows], after >= program.lower[rows])
            fits &= within | (rows == NO_ROW)
        return fits

    def make(self, move: int) -> None:
        """Add a move to those made."""
        moves = self._moves
        for term in self._program.terms:
            if term.rows[move] != NO_ROW:
                self._reached[term.rows[move]] += term.of_all[move]
        self._moved[moves.person[move]] = True
        if moves.into_post[move] >= 0:
            self._gap[moves.into_post[move]] -= 1
        if moves.from_post[move] >= 0:
            self._gap[moves.from_post[move]] += 1
        for groups, change in zip(self._groups, (-1, 1), strict=True):
            if groups[move] >= 0:
                self._short[groups[move]] += change
        self.chosen.append(move)


def _by_post(moves: Moves) -> tuple[KeyArray, IntArray]:
    """Moves that fill a seat, sorted by its post, and where each post begins."""
    filling = np.flatnonzero(~moves.stays)
    into = filling[np.argsort(moves.post[filling], kind="stable")].astype(np.int32)
    first = np.searchsorted(moves.post[into], np.arange(moves.arrays.n_posts + 1))
    return into, first


def _worklist(moves: Moves) -> list[int]:
    """Posts of communes open today: leadership, specialists, others; within these by level, then by hardship."""
    a = moves.arrays
    kind = np.select([a.post_is_leadership, a.post_is_specialist], [0, 1], 2)
    is_open = (a.post_seats > a.post_held) & a.unit_is_commune[a.post_unit] & ~a.post_is_military
    posts = np.flatnonzero(is_open)
    hardship = a.hardship[a.post_unit[posts]]
    worklist: list[int] = posts[np.lexsort((posts, -hardship, a.post_level[posts], kind[posts]))].tolist()
    return worklist
