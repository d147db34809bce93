"""Limit: a plan opens no gap in a post that is filled today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves


class NoNewGaps(Limit):
    """A leadership or specialist post of a commune that is filled today is filled afterwards.

    What: who leaves such a post is replaced; only a seat left by an internal promotion may stay open.
    Why: a gap must not be cured by opening another.
    Formula: held - out + in + (out by internal promotion) >= min(seats, held); an internal promotion is an internal
    move to a leadership post exactly one level above the person's.
    Data: posts.seats, posts.category, people.post_id, levels.
    Source: the planner's choice.
    Relax: waive for a post or a unit.
    """

    name = "no_new_gaps"
    title = T("No new gap in a filled post")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    waived_by = frozenset({"post_id", "unit_id"})

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per leadership or specialist post of a commune that somebody holds."""
        posts = np.flatnonzero(
            a.unit_is_commune[a.post_unit] & ~a.post_is_general & (a.post_held > 0) & (a.post_seats > 0)
        )
        row = np.full(a.n_posts + 1, -1, dtype=np.int32)
        row[posts] = np.arange(len(posts), dtype=np.int32)
        promoted = (
            moves.is_form("internal")
            & a.post_is_leadership[moves.post]
            & (a.person_level[moves.person] == a.post_level[moves.post] + 1)
        )
        leaving = np.where(promoted, -1, row[moves.from_post]).astype(np.int32)
        lower = np.minimum(a.post_seats, a.post_held) - a.post_held
        return rows_over(
            (Term(row[moves.post], 1), Term(leaving, -1)),
            n=len(posts),
            lower=lower[posts],
            unit=a.post_unit[posts],
            post=posts,
        )
