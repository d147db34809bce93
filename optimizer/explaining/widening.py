"""A case with moves that are not admissible yet: those that single changes would add, in one program with all others.

The moves of one more place on a list and of one rule waived are exactly those of the changed scenario, and its rows and
goals are those of the present one, as neither reads lists or waivers of gates (but for `release_cap`, see `is_exact`).
A quota and what a person has learnt stand in rows and goals: there the program tells where to look, and no more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

import numpy as np

from optimizer.arrays import Arrays, KeyArray
from optimizer.explaining.case import Case
from optimizer.explaining.changes import Change, ListPlace, Waiver
from optimizer.moves import Moves
from optimizer.offering import OFFERED, Offering, Triples
from optimizer.program import build_program
from optimizer.rulebook import LIMITS
from optimizer.rulebook.release_cap import ReleaseCap
from optimizer.scenario.vocabulary import FORMS


def triples_of(moves: Moves) -> Triples:
    """The moves of a table."""
    return Triples(moves.person.astype(np.int64), moves.post.astype(np.int64), moves.form.astype(np.int64))


def widened(case: Case, more: Triples) -> Case:
    """The case with further moves in its table and program, none of them possible."""
    a = case.arrays
    had, new = triples_of(case.moves).keys(a), np.unique(more.keys(a))
    every = np.union1d(had, new)
    pair, form = np.divmod(every, len(FORMS))
    person, post = np.divmod(pair, a.n_posts)
    place = np.searchsorted(every, had)
    flags = np.zeros(len(every), dtype=np.uint64)
    flags[place] = case.moves.flags
    moves = Moves(a, person.astype(np.int32), post.astype(np.int32), form.astype(np.int8), flags)
    program = build_program(a, moves)
    possible = program.possible.copy()
    possible[np.isin(every, had, assume_unique=True, invert=True)] = False
    return Case(case.scenario, case.plan, moves, replace(program, possible=possible),
                place[case.chosen].astype(np.int32))  # fmt: skip


def rows_at(moves: Moves, of: Triples) -> KeyArray:
    """The rows of the table at which these moves stand, all of them: int32 (n,)."""
    return np.searchsorted(triples_of(moves).keys(moves.arrays), of.keys(moves.arrays)).astype(np.int32)


def still_there(moves: Moves, of: Triples) -> KeyArray:
    """The rows of the table at which those of these moves stand that it has, sorted: int32."""
    keys = triples_of(moves).keys(moves.arrays)
    return np.flatnonzero(np.isin(keys, of.keys(moves.arrays))).astype(np.int32)


class ListPlaces(Offering):
    """Who of provincial bodies would be offered with one more place on their list, by which moves and changes."""

    def change(self, person: int, form: str) -> ListPlace:
        """The place that offers a move by `form`; whose row the share cuts off keeps the form of that row."""
        row = self.a.people[person]
        listed = self.rows.get(row.person_id)
        offered = "secondment" if form == "secondment" else "transfer"
        return ListPlace(row.person_id, row.unit_id, offered if listed is None else listed.form)

    def moves_of(self, change: ListPlace) -> Triples:
        """Every move that the change makes admissible."""
        a = self.a
        posts = np.flatnonzero(a.unit_is_commune[a.post_unit])
        return self.moves(np.array([a.person_at[change.person_id]]), posts, OFFERED[change.form])


def is_exact(change: Change, a: Arrays) -> TypeGuard[ListPlace | Waiver]:
    """Whether the widened program holds all that the change does: its moves, and nothing else."""
    cap = next(limit for limit in LIMITS if isinstance(limit, ReleaseCap))
    return isinstance(change, Waiver) or (isinstance(change, ListPlace) and cap.state_in(a.scenario) == "off")


def moves_of(change: ListPlace | Waiver, a: Arrays, lists: ListPlaces) -> Triples:
    """Every move that the change makes admissible."""
    if isinstance(change, ListPlace):
        return lists.moves_of(change)
    place = [a.person_at[change.person_id], a.post_at[change.post_id], FORMS.index(change.form)]
    return Triples(*(np.array([number], dtype=np.int64) for number in place))
