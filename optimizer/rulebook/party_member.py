"""Gate: some posts ask for a Party member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class PartyMember(Gate):
    """A post marked `party_member` goes to somebody who is a member on the first day.

    What: the person joined the Party on or before the first day of the move; a blank day is no member.
    Why: leading Party posts, and others that the planner marks, are held by members; what is not known is not assumed.
    Formula: party_member = yes implies party_joined_on <= first day of the move.
    Data: posts.party_member, people.party_joined_on, pools.ready_from.
    Source: the mark on the post, which the planner sets after the standards of the title.
    Relax: clear the mark on the post; waive for a person or a post.
    """

    name = "party_member"
    title = T("A Party member where the post asks for one")
    source = Source("Lựa chọn của cơ quan lập phương án: cột Đảng viên của vị trí", "planner")

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        is_member = a.person_member_since[i] <= a.first_day(i, form)
        return np.asarray(~a.post_needs_member[j] | is_member)

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if post.party_member is not True:
            return True
        joined = person.party_joined_on
        return joined is not None and joined <= facts.start(person, form)
