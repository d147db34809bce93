"""Gate: some posts are not for people of the place."""

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


class NonNative(Gate):
    """A post marked `non_native` goes to someone whose native place is another unit.

    What: the person's native unit is not the post's unit; an unknown native unit passes with a warning.
    Why: commune Party secretaries are basically not local people.
    Formula: non_native = yes implies native_unit_id != unit of the post; blank is a warning.
    Data: posts.non_native, people.native_unit_id.
    Source: Conclusion 210-KL/TW; which posts carry the mark is data, after the province's own instruction.
    Relax: clear the mark on the post; waive for a person or a post.
    """

    name = "non_native"
    title = T("Not a native of the place")
    source = Source("Kết luận 210-KL/TW; hướng dẫn của tỉnh", "A")

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        return np.asarray(~a.post_non_native[j] | (a.person_native[i] != a.post_unit[j]))

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form."""
        return np.asarray(a.post_non_native[j] & (a.person_native[i] < 0))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return post.non_native is not True or person.native_unit_id != post.unit_id

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return post.non_native is True and person.native_unit_id is None
