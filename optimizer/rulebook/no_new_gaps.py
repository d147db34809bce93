"""Limit: a plan opens no gap in a post that is filled today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.facts import Facts, level_of
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

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
    title = T("No new gap in a filled leadership or specialist post")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    waived_by = frozenset({"post_id", "unit_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per leadership or specialist post of a commune."""
        posts = np.flatnonzero(a.unit_is_commune[a.post_unit] & ~a.post_is_general)
        row = np.full(a.n_posts + 1, -1, dtype=np.int32)
        row[posts] = np.arange(len(posts))
        promoted = (
            moves.is_form("internal")
            & a.post_is_leadership[moves.post]
            & (a.person_level[moves.person] == a.post_level[moves.post] + 1)
        )
        leaving = np.where(promoted, -1, row[moves.from_post]).astype(np.int32)
        lower = np.minimum(a.post_seats, a.post_held) - a.post_held
        return rows_over(
            (Term(row[moves.into_post], 1), Term(leaving, -1)),
            n=len(posts),
            lower=lower[posts],
            unit=a.post_unit[posts],
            post=posts,
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        for post_id in sorted(after.departures):
            post = facts.posts[post_id]
            counts = facts.in_commune(post) and post.category in {"leadership", "specialist"}
            if not counts or facts.is_waived(self.name, post_id=post_id, unit_id=post.unit_id):
                continue
            promoted = sum(_is_promoted(move) for move in after.out_of(post))
            filled, least = after.filled(post) + promoted, min(post.seats, facts.held[post_id])
            if filled < least:
                yield T(
                    "{post} is left with {filled} people, {least} were needed and there",
                    post=post_id,
                    filled=filled,
                    least=least,
                )


def _is_promoted(move: Placement) -> bool:
    is_led = move.post.category == "leadership"
    return move.form == "internal" and is_led and level_of(move.person) == level_of(move.post) + 1
