"""Optional goal: gaps that are filled only for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.goals.base import Goal, Priced
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class Temporary(Goal):
    """Secondments into leadership and specialist posts: what they fill opens again when they end.

    What: a secondment lends somebody for some months; the shortage returns with its end.
    Formula: one per secondment into a leadership or specialist post.
    Data: the plan, posts.category.
    """

    name = "temporary"
    title = T("Posts filled for a time only")
    unit = T("secondments")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form."""
        lends = moves.is_form("secondment") & ~a.post_is_general[moves.post]
        return Priced(weights=lends.astype(np.int64))

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        lent = [move.post.category for move in after.placements if move.form == "secondment"]
        return sum(category in {"leadership", "specialist"} for category in lent)
