"""Gate: the lowest degree and political theory level of the post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.vocabulary import DEGREE, THEORY, UNKNOWN, Form, Vocabulary
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class Standards(Gate):
    """The person reaches the post's lowest degree and theory level.

    What: degree >= min_degree and theory >= min_theory, for leadership and specialist posts alike; `unknown` reaches
    nothing; a blank minimum is none.
    Why: a specialist needs a university degree, a leader intermediate theory; what is not known is not assumed.
    Formula: unknown < secondary < college < university < master < doctor; none < primary < intermediate < advanced.
    Data: posts.min_degree, posts.min_theory, people.degree, people.theory.
    Source: Official Letter 11/CV-BCĐ (2025): a suitable university degree for specialists, intermediate theory for
    leaders; Decree 334/2025/NĐ-CP: both for heads and deputies of communes, from December 2025.
    Relax: lower the post's minimum; waive for a person or a post.
    """

    name = "standards"
    title = T("Degree and political theory reached")
    source = Source("Công văn 11/CV-BCĐ (2025); Nghị định 334/2025/NĐ-CP (cấp trưởng, cấp phó, từ tháng 12/2025)", "A")

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        degree = a.person_degree[i] >= a.post_min_degree[j]
        theory = a.person_theory[i] >= a.post_min_theory[j]
        return degree & theory

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        reached = _reaches(DEGREE, person.degree, post.min_degree)
        return reached and _reaches(THEORY, person.theory, post.min_theory)


def _reaches(ladder: Vocabulary, has: str, lowest: str | None) -> bool:
    order = list(ladder)
    return lowest is None or (has != UNKNOWN and order.index(has) >= order.index(lowest))
