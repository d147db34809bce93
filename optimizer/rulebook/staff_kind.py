"""Gate: only whoever is of the service may be moved as a civil servant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, cast

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts
from optimizer.scenario.meaning import Meaning, RuleSettings
from optimizer.scenario.schema import OneOf
from optimizer.scenario.vocabulary import STAFF_KIND, Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post

CITATION = "Nghị định 170/2025/NĐ-CP, Điều 13, Điều 14 và Điều 25"


class StaffKindSettings(RuleSettings):
    """`kinds`: the kinds of staff that may be moved."""

    kinds: Annotated[
        tuple[str, ...], OneOf(STAFF_KIND, many=True), Meaning(T("kinds of staff that may be moved"), CITATION)
    ] = ("cadre", "civil_servant")


class StaffKind(Gate):
    """Public employees and people on contract are received before they take a civil servant's post.

    What: people of the listed kinds alone are moved, by any form; a blank kind passes: the table is that of civil
    servants.
    Why: the decree moves civil servants; a public employee is received into the service first, after five years of
    suitable work, and what stays open may be filled in that way (other routes).
    Formula: staff_kind is one of kinds, or blank.
    Data: people.staff_kind, rules.staff_kind.kinds.
    Source: Decree 170/2025/NĐ-CP, Articles 13, 14 and 25, in force since 1 July 2025.
    Relax: add kinds; waive for a person.
    """

    name = "staff_kind"
    title = T("A cadre or civil servant")
    source = Source(CITATION, "A", date(2025, 7, 1))
    settings = StaffKindSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        kinds = cast(StaffKindSettings, a.scenario.rules[self.name]).kinds
        admitted = [-1, *(k for k, code in enumerate(STAFF_KIND) if code in kinds)]
        passes = np.isin(a.person_staff_kind[i], admitted)
        return np.broadcast_to(passes, np.broadcast_shapes(i.shape, j.shape))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return person.staff_kind is None or person.staff_kind in facts.rule(self.name, StaffKindSettings).kinds
