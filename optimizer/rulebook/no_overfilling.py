"""Limit: no post is filled beyond its seats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves


class NoOverfilling(Limit):
    """A post takes no more people than it has seats.

    What: a post held today by more people than seats receives nobody; any other is filled at most to its seats.
    Why: a seat is one person's.
    Formula: held - out + in <= seats where held <= seats; in = 0 where held > seats.
    Data: posts.seats, people.post_id.
    Source: follows from the words.
    Relax: more seats in the data; waive for a post or a unit.
    """

    name = "no_overfilling"
    title = T("No post beyond its seats")
    source = Source("Số người theo vị trí việc làm được giao", "logic")
    waived_by = frozenset({"post_id", "unit_id"})

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per post."""
        room = a.post_seats - a.post_held
        over = np.append(room < 0, True)  # the last entry answers for people without a post (-1)
        leaving = np.where(over[moves.from_post], -1, moves.from_post).astype(np.int32)
        return rows_over(
            (Term(moves.post, 1), Term(leaving, -1)),
            n=a.n_posts,
            upper=np.maximum(room, 0),
            unit=a.post_unit,
            post=np.arange(a.n_posts),
        )
