"""Gate 1: only people whom the planners offer, by the form that their origin gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.rulebook.base import Form, Gate, Index, Mask, Source
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays


class Candidate(Gate):
    """A person is moved only by a form for which they are a candidate.

    What: transfer is for people of over-quota commune blocs, for volunteers (only to units they consented to) and
    for people listed for it; secondment for people on a provincial body's list; internal for people of the unit;
    rotation for people on the succession list, where the scenario opens it. The column `candidate` narrows this.
    Provincial bodies receive nobody. Whoever leaves before the horizon, or is seconded beyond it, does not move.
    Why: planners decide first who may give; the form follows the origin, so that a surplus is cured by transfers
    and not hidden behind secondments.
    Formula: over quota where payroll > quota; a volunteer has a wish with consent yes for the destination.
    Data: `[forms]`, quotas, people.candidate, pools.form, wishes.consent, people.planned_for.
    Source: Conclusion 586-KL/TU of August 2025 for the lists; the rest is the planner's choice.
    Relax: `forms.candidates = "all"`, or add sources in `[forms]`. It cannot be waived: list the person instead.
    """

    name = "candidate"
    title = T("Candidate for the form")
    source = Source("Kết luận 586-KL/TU (8/2025); [forms]", "planner")
    waived_by = frozenset()

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        to_unit = a.post_unit[j]
        same_unit = a.person_unit[i] == to_unit
        receives = a.unit_is_commune[to_unit]
        if form == "internal":
            return same_unit & receives & a.may_internal[i] & (a.person_post[i] != j)
        leaves = ~same_unit & receives
        if form == "transfer":
            volunteers = a.may_volunteer[i] & (a.consent[i, to_unit] > 0)
            return leaves & (a.may_transfer[i] | volunteers)
        if form == "secondment":
            return leaves & a.may_second[i]
        return leaves & a.may_rotate[i] & a.person_planned[i, a.post_role[j]]
