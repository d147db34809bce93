"""Gate: the seven cases in which a civil servant is not transferred or seconded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts, leaves_unit
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post

UNLESS_CONSENT: Final = frozenset({5, 6})


class Exempt(Gate):
    """Whoever is in an exempt case does not leave the unit.

    What: cases 1-4 (discipline; prosecution or inspection; serious illness; long study or already seconded) and 7
    (by the head's word) block; cases 5 (pregnancy, child under 36 months) and 6 (special hardship) block unless the
    person consents to the destination.
    Why: the law names them; nobody in such a case may stand on a list by oversight.
    Formula: leaves the unit and exempt contains 1, 2, 3, 4 or 7; or contains 5 or 6 and consent is not yes.
    Data: people.exempt, wishes.consent.
    Source: Decree 170/2025/NĐ-CP, Articles 25 and 26, in force since 1 July 2025.
    Relax: correct the data; waive for a person with the reason.
    """

    name = "exempt"
    title = T("Not in an exempt case")
    source = Source("Nghị định 170/2025/NĐ-CP, Điều 25 và Điều 26", "A", date(2025, 7, 1))

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        stays = a.person_unit[i] == a.post_unit[j]
        consents = a.consent[i, a.post_unit[j]] > 0
        return np.asarray(stays | (~a.exempt_always[i] & (~a.exempt_unless_wish[i] | consents)))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if not leaves_unit(person, post) or not person.exempt:
            return True
        consents = facts.consent(person, post.unit_id) is True
        return consents and all(case in UNLESS_CONSENT for case in person.exempt)
