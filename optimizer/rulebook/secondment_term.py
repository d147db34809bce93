"""Gate: a secondment starts from a free person."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from optimizer.days import months_later
from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.meaning import ASSUMED, Meaning, RuleSettings
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class SecondmentTermSettings(RuleSettings):
    """`notice_days`: how long before the end of a secondment the sender decides what follows. Assumed."""

    notice_days: Annotated[
        Annotated[int, Field(ge=0, le=366)],
        Meaning(
            T("days before the end of a secondment by which the sender decides its end or extension"),
            ASSUMED,
            T("days"),
        ),
    ] = 30


class SecondmentTerm(Gate):
    """Nobody is seconded while already seconded, or for a term that they cannot serve.

    What: the present secondment has ended when the new one starts, and whoever leaves the service does not leave
    before its end. A secondment runs from the later of the
    scenario's date and the list's ready_from, for max_months calendar months, its end exclusive: from 1 to 36, which
    the reading of the lists sees to, 6 where the list says nothing. The plan names the day by which the sender decides
    end or extension: notice_days before the end. The rule on exempt cases forbids the same and every other move away
    too; this one still stands where that one is waived, warns only or is off.
    Why: a secondment has an end date and one host at a time: two at once cannot be carried out, nor one that nobody
    is there to end.
    Formula: (on_site_unit_id blank, or seconded_until <= start) and (leaves_on blank, or leaves_on >= end); end =
    start + max_months.
    Data: people.on_site_unit_id, people.seconded_until, people.leaves_on, pools.ready_from, pools.max_months.
    Source: Decree 170/2025/NĐ-CP, Article 26, in force since 1 July 2025: at most 3 years; at its end the sender
    decides end or extension. The days of notice are assumed.
    Relax: end the present secondment in the data, list a later ready_from or fewer months; waive for a person.
    """

    name = "secondment_term"
    title = T("Free for the whole term of the secondment")
    source = Source("Nghị định 170/2025/NĐ-CP, Điều 26", "A", date(2025, 7, 1))
    settings = SecondmentTermSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        if form != "secondment":
            return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        serves = ~(a.person_leaves[i] < months_later(a.first_day(i, form), a.secondment_months[i]))
        return np.broadcast_to(a.free_to_second[i] & serves, np.broadcast_shapes(i.shape, j.shape))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if form != "secondment":
            return True
        end = facts.end(person, form)
        serves = person.leaves_on is None or end is None or person.leaves_on >= end
        return serves and not facts.is_seconded_at(person, facts.start(person, form))
