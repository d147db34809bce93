"""Gate: the seven cases in which a civil servant is not transferred or seconded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, Literal, cast

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts, leaves_unit
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post

UNLESS_CONSENT: Final = frozenset({5, 6})
BY_HEAD: Final = 7
FROM_LISTS: Final = frozenset({"transfer", "secondment", "rotation"})  # they begin when the list says: ready


class ExemptSettings(RuleSettings):
    """`head_decides`: what case 7 does: `gate` blocks, `flag` warns. The other cases always do what the law says."""

    head_decides: Annotated[
        Literal["gate", "flag"],
        Meaning(
            T("what case 7 does, in which the head decides"),
            CHOICE,
            words={"gate": T("forbids the move"), "flag": T("warns only")},
        ),
    ] = "gate"


class Exempt(Gate):
    """Whoever is in an exempt case does not leave the unit.

    What: cases 1-4 (discipline; prosecution or inspection; serious illness; long study or already seconded) block;
    whoever is still seconded on the first day of the move is in case 4, whether or not the data say so. Cases 5
    (pregnancy, child under 36 months) and 6 (special hardship) block unless the person consents to the destination.
    Case 7 (by the head's word) blocks, or warns with head_decides = "flag". The row of a warning does not say which
    case it is; where the rule is on, it can only be case 7.
    Why: the law names them; nobody in such a case may stand on a list by oversight.
    Formula: leaves the unit and exempt contains 1, 2, 3 or 4; or seconded_until > first day of the move; or exempt
    contains 5 or 6 and consent is not yes; or exempt contains 7.
    Data: people.exempt, people.on_site_unit_id, people.seconded_until, pools.ready_from, wishes.consent,
    rules.exempt.head_decides.
    Source: Decree 170/2025/NĐ-CP, Articles 25 and 26, in force since 1 July 2025.
    Relax: correct the data; head_decides = "flag" for case 7; waive for a person with the reason.
    """

    name = "exempt"
    title = T("Not in an exempt case")
    source = Source("Nghị định 170/2025/NĐ-CP, Điều 25 và Điều 26", "A", date(2025, 7, 1))
    settings = ExemptSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        stays = a.person_unit[i] == a.post_unit[j]
        consents = a.consent[i, a.post_unit[j]] > 0
        is_free = a.free_to_second[i] if form in FROM_LISTS else a.free_today[i]
        may_go = is_free & ~a.exempt_always[i] & (~a.exempt_unless_wish[i] | consents)
        if not self._only_warns(a):
            may_go = may_go & ~a.exempt_by_head[i]
        return np.asarray(stays | may_go)

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form."""
        if not self._only_warns(a):
            return None
        return np.asarray(a.exempt_by_head[i] & (a.person_unit[i] != a.post_unit[j]))

    def _only_warns(self, a: Arrays) -> bool:
        return cast(ExemptSettings, a.scenario.rules[self.name]).head_decides == "flag"

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if not leaves_unit(person, post):
            return True
        if facts.is_seconded_at(person, facts.start(person, form)):
            return False
        blocking = set(person.exempt)
        if facts.consent(person, post.unit_id) is True:
            blocking -= UNLESS_CONSENT
        if facts.rule(self.name, ExemptSettings).head_decides == "flag":
            blocking.discard(BY_HEAD)
        return not blocking

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        is_flagged = facts.rule(self.name, ExemptSettings).head_decides == "flag"
        return is_flagged and BY_HEAD in person.exempt and leaves_unit(person, post)
