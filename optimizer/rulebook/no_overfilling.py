"""Limit: no post is filled beyond its seats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class NoOverfilling(Limit):
    """A post takes no more people than it has seats.

    What: a post held today by more people than seats receives nobody; any other is filled at most to its seats, and
    only seats that stay open are covered besides.
    Why: a seat is one person's.
    Formula: held - out + in + covering <= seats where held <= seats; in + covering = 0 where held > seats.
    Data: posts.seats, people.post_id.
    Source: follows from the words.
    Relax: more seats in the data; waive for a post or a unit.
    """

    name = "no_overfilling"
    title = T("No post beyond its seats")
    source = Source("Số người theo vị trí việc làm được giao", "logic")
    measure = "people"
    waived_by = frozenset({"post_id", "unit_id"})
    kinds = COMMUNE_KINDS

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
            today=np.where(room < 0, 0, a.post_held),
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        for post_id in sorted(after.arrivals.keys() | after.covers.keys()):
            post, held = facts.posts[post_id], facts.held[post_id]
            if facts.is_waived(self.name, post_id=post_id, unit_id=post.unit_id):
                continue
            if held > post.seats:
                yield T(
                    "{post} receives people though {held} hold its {seats} seats",
                    post=post_id,
                    held=held,
                    seats=post.seats,
                )
            elif (people := after.filled(post) + len(after.covering(post))) > post.seats:
                yield T("{post} has {filled} people on {seats} seats", post=post_id, filled=people, seats=post.seats)
