"""Gate: secondments into leadership only for three years, and not to the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import numpy as np
from pydantic import Field

from optimizer.arrays import FULL_TERM_MONTHS
from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import FULL_TERM, Facts, level_of
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.schema import LEADERSHIP_LEVELS
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post


class IntoLeadershipSettings(RuleSettings):
    """`levels`: leadership levels open to secondments of 36 months."""

    levels: Annotated[
        tuple[Annotated[int, Field(ge=1, le=4)], ...],
        Meaning(T("leadership levels open to secondments of 36 months"), CHOICE),
    ] = (3, 4)


class SecondmentIntoLeadership(Gate):
    """A secondment into leadership lasts 36 months and reaches only the levels that are open.

    What: into leadership levels 3 and 4 only for 36 months; into levels 1 and 2 not at all, unless switched on.
    Why: a head for six months leads nobody; the top posts are elected or decided by the Standing Committee.
    Formula: level(post) = 5, or level(post) in levels and months >= 36.
    Data: rules.secondment_into_leadership.levels, pools.max_months, posts.level.
    Source: the planner's choice; Decree 170/2025/NĐ-CP, Article 26 allows an equivalent leadership post.
    Relax: add levels; waive for a post.
    """

    name = "secondment_into_leadership"
    title = T("Secondment into leadership: 36 months, open levels")
    source = Source("Lựa chọn của cơ quan lập phương án; Nghị định 170/2025/NĐ-CP, Điều 26", "planner")
    settings = IntoLeadershipSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        if form != "secondment":
            return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        levels = cast(IntoLeadershipSettings, a.scenario.rules[self.name]).levels
        level = a.post_level[j]
        open_level = np.isin(level, levels) & (a.secondment_months[i] >= FULL_TERM_MONTHS)
        return ~np.isin(level, LEADERSHIP_LEVELS) | open_level

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if form != "secondment" or level_of(post) not in LEADERSHIP_LEVELS:
            return True
        levels = facts.rule(self.name, IntoLeadershipSettings).levels
        return level_of(post) in levels and facts.months(person) >= FULL_TERM
