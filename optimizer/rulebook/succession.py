"""Gate, off by default: promotions come from the succession list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.meaning import RuleSettings, State
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class SuccessionSettings(RuleSettings):
    """Off by default: what the decree says about the list was not found. The preference counts all the same."""

    state: State = "off"


class Succession(Gate):
    """A first or higher leadership post goes to somebody who is planned for its role.

    What: into a leadership post (levels 1-4) above the person's level, the post's role is one of those that the person
    is planned for. Whether it is on or off, such a move of somebody who is not planned for the role costs
    `disruption.not_planned` points. Concurrent duty asks for nothing.
    Why: the list says who was prepared and agreed on; whoever is on it comes first.
    Formula: level(post) < level(person) implies role of the post in planned_for.
    Data: people.planned_for, posts.role, people.level, posts.level, disruption.not_planned.
    Source: Decree 334/2025/NĐ-CP asks for planning; its details were not found, so that the rule is off.
    Relax: off, which leaves the points; enter the role on the person's list; waive for a person or a post.
    """

    name = "succession"
    title = T("Planned for the role of a first or higher post")
    source = Source("Nghị định 334/2025/NĐ-CP (chưa tra được quy định chi tiết về quy hoạch)", "NV")
    settings = SuccessionSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        return np.asarray((form == "concurrent") | a.person_planned[i, a.post_role[j]] | ~a.promotes(i, j))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return form == "concurrent" or not facts.is_promotion(person, post) or post.role in person.planned_for
