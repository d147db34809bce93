"""Gate or flag: a refusal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, cast

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts, leaves_unit
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post


class ConsentSettings(RuleSettings):
    """`refusal`: what a consent of `no` does: `flag` warns (and costs points), `gate` blocks."""

    refusal: Annotated[
        Literal["flag", "gate"],
        Meaning(
            T("what a refusal does"), CHOICE, words={"flag": T("warns and costs points"), "gate": T("forbids the move")}
        ),
    ] = "flag"


class Consent(Gate):
    """A refusal is shown on the row, or blocks where the planner says so.

    What: for moves that leave the unit, consent `no` for the destination warns, or blocks with refusal = "gate".
    Why: the head must meet the person and hear their views first; a civil servant may be ordered all the same.
    Formula: consent(person, unit of the post) = no; a row naming the unit outranks a row without one.
    Data: wishes.consent, rules.consent.refusal.
    Source: Decree 170/2025/NĐ-CP, Article 25, in force since 1 July 2025: the meeting comes before the decision.
    Relax: refusal = "flag"; waive for a person.
    """

    name = "consent"
    title = T("Has not refused the destination")
    source = Source("Nghị định 170/2025/NĐ-CP, Điều 25 (gặp gỡ trước khi quyết định)", "A", date(2025, 7, 1))
    settings = ConsentSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        if self._blocks(a):
            return ~self._refuses(a, i, j)
        return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form."""
        return None if self._blocks(a) else self._refuses(a, i, j)

    def _blocks(self, a: Arrays) -> bool:
        return cast(ConsentSettings, a.scenario.rules[self.name]).refusal == "gate"

    def _refuses(self, a: Arrays, i: Index, j: Index) -> Mask:
        unit = a.post_unit[j]
        return np.asarray((a.consent[i, unit] < 0) & (a.person_unit[i] != unit))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        gated = facts.rule(self.name, ConsentSettings).refusal == "gate"
        return not (gated and self._is_refused(facts, person, post))

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        flagged = facts.rule(self.name, ConsentSettings).refusal == "flag"
        return flagged and self._is_refused(facts, person, post)

    def _is_refused(self, facts: Facts, person: Person, post: Post) -> bool:
        return leaves_unit(person, post) and facts.consent(person, post.unit_id) is False
