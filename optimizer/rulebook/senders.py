"""Gate: a post may name the units that send to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts, leaves_unit
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post


class Senders(Gate):
    """Where a post names its senders, only they send to it.

    What: for moves from other units, the person's unit is among the post's `senders`; blank means all.
    Why: a province may twin departments with communes, or keep a post for one body.
    Formula: same unit, or senders blank, or unit(person) in senders(post).
    Data: posts.senders, people.unit_id.
    Source: the planner's choice.
    Relax: clear or extend `senders`; waive for a person or a post.
    """

    name = "senders"
    title = T("From a unit that may send")
    source = Source("Phân công của tỉnh về đơn vị cử người", "planner")

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        unit = a.person_unit[i]
        return np.asarray(a.may_send[j, unit] | (unit == a.post_unit[j]))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return not leaves_unit(person, post) or not post.senders or person.unit_id in post.senders
