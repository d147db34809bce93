"""Goal 1: open leadership seats, weighted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import Field, field_validator

from optimizer.goals.base import Goal, Priced, gaps_of_posts
from optimizer.rulebook.facts import Facts, level_of
from optimizer.scenario.meaning import GoalSettings, Meaning
from optimizer.scenario.schema import LEADERSHIP_LEVELS, LOWEST_LEVEL
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, IntArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After

Weight = Annotated[int, Field(ge=0, le=1000)]
Level = Annotated[int, Field(ge=1, le=4)]


class LeadershipSettings(GoalSettings):
    """`weights`: weight of an open seat by level, all of 1-4, where the post gives none. Assumed."""

    weights: Annotated[
        Mapping[Level, Weight],
        Meaning(
            T("weight of an open seat by level, where the post gives none"),
            words={"1": T("level 1"), "2": T("level 2"), "3": T("level 3"), "4": T("level 4")},
        ),
    ] = {1: 10, 2: 7, 3: 5, 4: 3}

    @field_validator("weights")
    @classmethod
    def _all_levels(cls, weights: Mapping[int, int]) -> Mapping[int, int]:
        if set(weights) != set(LEADERSHIP_LEVELS):
            raise ValueError("a weight for each level from 1 to 4")
        return weights


class Leadership(Goal):
    """Open leadership seats, each times its weight and the hardship of its unit.

    What: sum over leadership posts of communes of weight x hardship x gap; hardship in per cent.
    Formula: gap = max(0, seats - filled); the post's own weight, or by level 10, 7, 5, 3.
    Data: posts.seats, posts.level, posts.weight, units.hardship or units.region_class.
    """

    name = "leadership"
    title = T("Leadership gaps")
    unit = T("weighted per cent")
    settings = LeadershipSettings

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form."""
        return gaps_of_posts(a, moves, a.post_is_leadership, self.weights(a))

    def weights(self, a: Arrays) -> IntArray:
        """The weight of a seat of every post, as a leader's: int64 (n_posts,)."""
        weights = {LOWEST_LEVEL: 0, **cast(LeadershipSettings, a.scenario.goals[self.name]).weights}
        return a.post_weight_or([weights[level] for level in a.post_level.tolist()])

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        weights = facts.goal(self.name, LeadershipSettings).weights
        total = 0
        for post in facts.counted_posts("leadership"):
            weight = weights[level_of(post)] if post.weight is None else post.weight
            total += weight * facts.hardship(post.unit_id) * after.gap(post)
        return total
