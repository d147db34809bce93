"""Gate: the director of the public administration centre is not a vice-chair at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import leaves_unit
from optimizer.scenario import vocabulary as words
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post

APART: Final = {"centre_director": "vice_chair", "vice_chair": "centre_director"}


class CentreDirector(Gate):
    """The director of the public administration centre is not a vice-chair of the commune at once.

    What: nobody gets one of the two roles while keeping the other in the same unit: by concurrent duty beside the own
    post, or by an internal move beside a post that they cover. Whoever leaves a unit gives up what they cover there.
    Whoever has both today and does not move stays as they are.
    Why: the two were one person's at first; since the resolution the centre has a director of its own.
    Formula: role(post) is one of centre_director, vice_chair, and the other one is the role of a post in the unit that
    the person keeps: the post held, for concurrent duty; also_holds, for both forms.
    Data: posts.role, people.post_id, people.also_holds.
    Source: Resolution 332/NQ-CP of 15 October 2025, in force from that day.
    Relax: end the duty in the data; waive for a person or a post.
    """

    name = "centre_director"
    title = T("The centre's director is not a vice-chair at once")
    source = Source("Nghị quyết 332/NQ-CP ngày 15/10/2025", "A", date(2025, 10, 15))

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        clashes = np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        roles = list(words.ROLE.extended(a.scenario.config.vocabulary.roles))
        for taken, kept in APART.items():
            code = roles.index(kept)
            covers = a.post_role[a.also_post] == code
            covered = a.also_person[covers] * a.n_units + a.post_unit[a.also_post[covers]]
            keeps = np.isin(i * a.n_units + a.post_unit[j], covered)
            if form == "concurrent":
                keeps = keeps | (a.held_role[i] == code)
            clashes |= keeps & (a.post_role[j] == roles.index(taken))
        return np.asarray(~clashes | (a.person_unit[i] != a.post_unit[j]))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if leaves_unit(person, post) or post.role not in APART:
            return True
        kept = list(person.also_holds)
        if form == "concurrent" and person.post_id is not None:
            kept.append(person.post_id)
        in_unit = [facts.posts[post_id] for post_id in kept if facts.posts[post_id].unit_id == post.unit_id]
        return all(other.role != APART[post.role] for other in in_unit)
