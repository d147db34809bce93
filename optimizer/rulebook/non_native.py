"""Gate: some posts are not for people of the place; and what the rules for single roles share with it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class FromElsewhere(Gate):
    """The posts that a rule is about go to people whose native place is another unit; unknown is a doubt."""

    @abstractmethod
    def asks(self, a: Arrays, j: Index) -> Mask:
        """Vector form: True where the rule is about post `j`."""

    @abstractmethod
    def asks_of(self, post: Post) -> bool:
        """Scalar form of `asks`."""

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        return np.asarray(~self.asks(a, j) | (a.person_native[i] != a.post_unit[j]))

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form."""
        return np.asarray(self.asks(a, j) & (a.person_native[i] < 0))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return not self.asks_of(post) or person.native_unit_id != post.unit_id

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return self.asks_of(post) and person.native_unit_id is None


class RoleFromElsewhere(FromElsewhere):
    """The same for every post of one role."""

    role: ClassVar[str]

    def asks(self, a: Arrays, j: Index) -> Mask:
        """Vector form."""
        return a.has_role(j, {self.role})

    def asks_of(self, post: Post) -> bool:
        """Scalar form."""
        return post.role == self.role


class NonNative(FromElsewhere):
    """A post marked `non_native` goes to someone whose native place is another unit.

    What: the person's native unit is not the post's unit; an unknown native unit passes with a warning. The rules for
    secretaries, chairs and heads of inspection judge their roles whether marked or not; a post that both concern keeps
    both, and the warning is told once.
    Why: planners may keep any post from people of the place, beyond the roles for which the rules below stand.
    Formula: non_native = yes implies native_unit_id != unit of the post; blank is a warning.
    Data: posts.non_native, people.native_unit_id.
    Source: Conclusion 210-KL/TW; which posts carry the mark is data, after the province's own instruction.
    Relax: clear the mark on the post; waive for a person or a post.
    """

    name = "non_native"
    title = T("Not a native of the place")
    source = Source("Kết luận 210-KL/TW; hướng dẫn của tỉnh", "B")

    def asks(self, a: Arrays, j: Index) -> Mask:
        """Vector form."""
        return np.asarray(a.post_non_native[j])

    def asks_of(self, post: Post) -> bool:
        """Scalar form."""
        return post.non_native is True
