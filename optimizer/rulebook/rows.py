"""Rows over the table of moves, stored as group keys: the form in which limits and priced shortages are written.

A row is `lower <= sum(coefficient * x[move]) <= upper`. A `Term` says for every move in which row it stands and with
which coefficient; a move stands in as many rows as there are terms. Nothing per pair is a Python object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.arrays import Arrays, IntArray, KeyArray

NO_ROW: Final = -1
FREE: Final = 1 << 40  # a bound that no row of integers can reach: the side is open


@dataclass(frozen=True)
class Term:
    """`rows`: int32 array (n_moves,), the row of each move or NO_ROW.

    `coefficient`: one for all moves, or int64 array (n_moves,), one for each.
    """

    rows: KeyArray
    coefficient: int | IntArray

    def of(self, moves: KeyArray) -> IntArray:
        """The coefficients of `moves`: int64 (len(moves),)."""
        return self.of_all[moves]

    @property
    def of_all(self) -> IntArray:
        """The coefficients of all moves: int64 (n_moves,)."""
        return np.broadcast_to(np.asarray(self.coefficient, dtype=np.int64), self.rows.shape)


@dataclass(frozen=True)
class Rows:
    """Rows of one limit. `lower`, `upper`: int64 arrays (n_rows,); `unit`, `post`: index of the place, or -1.

    `people`: int64 array (n_rows, 2), whom the row is about, -1: nobody. `bloc`: int64, index of the bloc, or -1;
    `today`: int64, what the limit counts before the plan, so that it asks for `today + lower` to `today + upper`.
    """

    lower: IntArray
    upper: IntArray
    terms: tuple[Term, ...]
    unit: IntArray
    post: IntArray
    people: IntArray
    bloc: IntArray
    today: IntArray

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.lower)


def rows_over(
    terms: tuple[Term, ...],
    *,
    n: int,
    lower: IntArray | int | None = None,
    upper: IntArray | int | None = None,
    unit: IntArray | None = None,
    post: IntArray | None = None,
    people: IntArray | None = None,
    bloc: IntArray | None = None,
    today: IntArray | None = None,
) -> Rows:
    """Rows 0..n-1 with the given bounds; a missing bound is open, a missing place or person is unknown (-1)."""

    def side(value: IntArray | int | None, default: int) -> IntArray:
        return np.broadcast_to(np.asarray(default if value is None else value, dtype=np.int64), (n,)).copy()

    return Rows(
        lower=side(lower, -FREE),
        upper=side(upper, FREE),
        terms=terms,
        unit=side(unit, -1),
        post=side(post, -1),
        people=np.full((n, 2), -1, dtype=np.int64) if people is None else people,
        bloc=side(bloc, -1),
        today=side(today, 0),
    )


def in_and_out(a: Arrays, groups: IntArray, changed: tuple[KeyArray, KeyArray]) -> tuple[Term, Term]:
    """The two terms of rows over `groups`: moves that raise a group count up, moves that lower it count down.

    `changed`: group raised and group lowered by each move, as `Moves.payroll_groups` and `site_groups` give them.
    """
    arriving, leaving = changed
    return Term(a.group_row(groups, arriving), 1), Term(a.group_row(groups, leaving), -1)


def terms_of(n_moves: int, move: IntArray, row: IntArray, coefficient: IntArray) -> tuple[Term, ...]:
    """As few terms as hold single entries, int64 (n_entries,) each: the `coefficient` of a `move` in a `row`.

    Entries of one move in one row are added up, so that no move stands twice in a row.
    """
    n_rows = int(row.max(initial=0)) + 1
    keys, of_entry = np.unique(move.astype(np.int64) * n_rows + row, return_inverse=True)
    total = np.zeros(len(keys), dtype=np.int64)
    np.add.at(total, of_entry, coefficient)
    keys, total = keys[total != 0], total[total != 0]
    moves, rows = keys // n_rows, keys % n_rows
    place = np.arange(len(moves)) - np.searchsorted(moves, moves)  # the entries are sorted by move
    terms = []
    for layer in range(int(place.max(initial=-1)) + 1):
        here = place == layer
        keyed = np.full(n_moves, NO_ROW, dtype=np.int32)
        coefficients = np.zeros(n_moves, dtype=np.int64)
        keyed[moves[here]], coefficients[moves[here]] = rows[here], total[here]
        terms.append(Term(keyed, coefficients))
    return tuple(terms)
