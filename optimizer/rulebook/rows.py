"""Rows over the table of moves, stored as group keys: the form in which limits and priced shortages are written.

A row is `lower <= sum(coefficient * x[move]) <= upper`. A `Term` says for every move in which row it stands and with
which coefficient; a move stands in as many rows as there are terms. Nothing per pair is a Python object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray

NO_ROW: Final = -1
FREE: Final = 1 << 40  # a bound that no row of integers can reach: the side is open


@dataclass(frozen=True)
class Term:
    """`rows`: int32 array (n_moves,), the row of each move or NO_ROW.

    `coefficient`: one for all moves, or int64 array (n_moves,), one for each.
    """

    rows: KeyArray
    coefficient: int | IntArray

    def of(self, moves: KeyArray | IntArray) -> IntArray:
        """The coefficients of `moves`: int64 (len(moves),)."""
        return self.of_all[moves]

    @property
    def of_all(self) -> IntArray:
        """The coefficients of all moves: int64 (n_moves,)."""
        if isinstance(self.coefficient, np.ndarray):
            return self.coefficient
        return np.broadcast_to(np.int64(self.coefficient), self.rows.shape)


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


def entries_of(terms: Sequence[Term]) -> tuple[IntArray, IntArray, IntArray]:
    """Move, row and coefficient wherever a move stands in a row: int64 (n_entries,) each."""
    moves = [np.flatnonzero(term.rows != NO_ROW) for term in terms]
    none = np.empty(0, dtype=np.int64)
    rows = [term.rows[move].astype(np.int64) for term, move in zip(terms, moves, strict=True)]
    coefficients = [term.of(move) for term, move in zip(terms, moves, strict=True)]
    return np.concatenate([none, *moves]), np.concatenate([none, *rows]), np.concatenate([none, *coefficients])


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


def reach(rows: Rows) -> tuple[IntArray, IntArray]:
    """Smallest and largest left-hand side of every row over all choices of moves."""
    least = np.zeros(rows.n, dtype=np.int64)
    most = np.zeros(rows.n, dtype=np.int64)
    for term in rows.terms:
        at, step = term.rows[term.rows != NO_ROW], term.of_all[term.rows != NO_ROW]
        np.add.at(most, at, np.maximum(step, 0))
        np.add.at(least, at, np.minimum(step, 0))
    return least, most


def may_break(rows: Rows) -> BoolArray:
    """True for rows that some choice of moves could break."""
    least, most = reach(rows)
    return np.asarray((least < rows.lower) | (most > rows.upper))


def kept(rows: Rows, keep: BoolArray) -> Rows:
    """The rows where `keep`, bool (n_rows,), is True, numbered anew."""
    if keep.all():
        return rows
    number = np.full(rows.n + 1, NO_ROW, dtype=np.int32)
    number[:-1][keep] = np.arange(int(keep.sum()), dtype=np.int32)
    terms = tuple(Term(number[term.rows], term.coefficient) for term in rows.terms)
    columns = (rows.unit, rows.post, rows.people, rows.bloc, rows.today)
    return Rows(rows.lower[keep], rows.upper[keep], terms, *(column[keep] for column in columns))


def stacked(parts: Sequence[Rows]) -> Rows:
    """All rows in one, in their order; terms in which no move stands are left out, and so is whom rows are about."""
    first = np.cumsum([0, *(rows.n for rows in parts)])
    terms = tuple(
        Term(np.where(term.rows == NO_ROW, NO_ROW, term.rows + start).astype(np.int32), term.coefficient)
        for rows, start in zip(parts, first, strict=False)
        for term in rows.terms
        if (term.rows != NO_ROW).any()
    )

    def column(name: str) -> IntArray:
        values = [getattr(rows, name) for rows in parts]
        return np.concatenate(values) if values else np.empty(0, dtype=np.int64)

    return rows_over(
        terms,
        n=int(first[-1]),
        lower=column("lower"),
        upper=column("upper"),
        unit=column("unit"),
        post=column("post"),
    )
