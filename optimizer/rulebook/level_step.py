"""Gate: no jump of two levels, no demotion without consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts, level_of
from optimizer.scenario.schema import LOWEST_LEVEL
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post


class LevelStep(Gate):
    """People move within their level, one level up into leadership, or down only if they agree.

    What: into leadership (levels 1-4) from the same level, from one level below (a promotion), or from a higher
    one with consent or without a seat today. Into level 5: people of level 5; leaders with consent or without a seat.
    Concurrent duty changes no level. Levels of provincial bodies count as the scenario sets them equal.
    Why: an appointment goes step by step, and nobody is demoted by a list.
    Formula: level(person) = level(post), or level(person) = level(post) + 1 with level(post) <= 4, or
    level(person) < level(post) and (consent yes, or no seat). Level 1 is the highest; blank is 5. A move to a lower
    level carries a warning: consent to a place is not yet consent to a lower post.
    Data: people.level, posts.level, people.post_id, wishes.consent, department_levels.
    Source: practice of appointment step by step; the planner's choice.
    Relax: waive for a person or a post.
    """

    name = "level_step"
    title = T("Level kept, one step up, or down by consent")
    source = Source("Bổ nhiệm theo từng cấp; không bố trí chức vụ thấp hơn khi chưa đồng ý", "planner")

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        person, post = a.person_level[i], a.post_level[j]
        if form == "concurrent":
            return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        step_up = (person == post + 1) & (post < LOWEST_LEVEL)
        agrees = (a.consent[i, a.post_unit[j]] > 0) | (a.person_post[i] < 0)
        return np.asarray((person == post) | step_up | ((person < post) & agrees))

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form."""
        return np.asarray((a.person_level[i] < a.post_level[j]) & (form != "concurrent"))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        has, gets = facts.level(person), level_of(post)
        if form == "concurrent":
            return True
        if has < gets:
            return person.post_id is None or facts.consent(person, post.unit_id) is True
        return has == gets or (has == gets + 1 and gets < LOWEST_LEVEL)

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return form != "concurrent" and facts.level(person) < level_of(post)
