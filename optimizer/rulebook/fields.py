"""Gate: the fields and majors that a post names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.arrays import share_a_bit
from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts, known
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post


class Fields(Gate):
    """The person has one of the post's fields, and one of its majors where it names any.

    What: a specialist post names its fields; the person has one of them, and where the post names majors, one of
    those too. A leadership post asks the same where it names any.
    Why: surplus general staff cannot fill a land, accounting or IT post; headcount alone is a false cure.
    Formula: fields(person) and fields(post) meet, or the post names none; the same for majors. `unknown` is no
    field and no major.
    Data: posts.fields, posts.majors, people.fields, people.majors.
    Source: Official Letter 11/CV-BCĐ (2025): specialists hold a degree in a suitable field.
    Relax: widen the post's fields or majors; waive for a person or a post.
    """

    name = "fields"
    title = T("In the post's field and majors")
    source = Source("Công văn 11/CV-BCĐ (2025): ngành đào tạo phù hợp vị trí việc làm", "A")

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        in_field = share_a_bit(a.person_fields[i], a.post_fields[j]) | ~a.post_names_fields[j]
        in_major = share_a_bit(a.person_majors[i], a.post_majors[j]) | ~a.post_names_majors[j]
        return (in_field & in_major) | a.post_is_general[j]

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if post.category not in {"leadership", "specialist"}:
            return True
        in_field = not post.fields or bool(known(post.fields) & known(person.fields))
        in_major = not post.majors or bool(known(post.majors) & known(person.majors))
        return in_field and in_major
