"""Goal 3: open specialist seats, weighted by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import Field

from optimizer.goals.base import Goal, Priced, gaps_of_posts
from optimizer.scenario.meaning import GoalSettings, Meaning
from optimizer.scenario.schema import OneOf
from optimizer.scenario.vocabulary import FIELD
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, IntArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts

Weight = Annotated[int, Field(ge=0, le=1000)]


class SpecialistsSettings(GoalSettings):
    """`weights`: weight of an open seat by field, 1 where a field is not named. Assumed."""

    weights: Annotated[
        Mapping[str, Weight],
        OneOf(FIELD, many=True),
        Meaning(T("weight of an open seat by field, where the post gives none; 1 where a field is not named")),
    ] = {
        "land": 3,
        "finance": 3,
        "it": 4,
        "construction": 3,
        "environment": 2,
    }


class Specialists(Goal):
    """Open specialist seats, each times its weight and the hardship of its unit.

    What: sum over specialist posts of communes of weight x hardship x gap; hardship in per cent.
    Formula: gap = max(0, seats - filled); the post's own weight, or the largest of its fields, 1 by default.
    Data: posts.seats, posts.fields, posts.weight, units.hardship or units.region_class.
    """

    name = "specialists"
    title = T("Specialist gaps")
    unit = T("weighted per cent")
    settings = SpecialistsSettings

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form."""
        return gaps_of_posts(a, moves, a.post_is_specialist, self.weights(a))

    def weights(self, a: Arrays) -> IntArray:
        """The weight of a seat of every post, as a specialist's: int64 (n_posts,)."""
        table = cast(SpecialistsSettings, a.scenario.goals[self.name]).weights
        return a.post_weight_or([max((table.get(f, 1) for f in post.fields), default=1) for post in a.posts])

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        weights = facts.goal(self.name, SpecialistsSettings).weights
        total = 0
        for post in facts.counted_posts("specialist"):
            by_field = max((weights.get(field, 1) for field in post.fields), default=1)
            weight = by_field if post.weight is None else post.weight
            total += weight * facts.hardship(post.unit_id) * after.gap(post)
        return total
