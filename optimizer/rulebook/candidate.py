"""Gate 1: only people whom the planners offer, by the form that their origin gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import Facts, leaves_unit, level_of
from optimizer.scenario.meaning import RuleSettings
from optimizer.scenario.schema import LEADERSHIP_LEVELS, LOWEST_LEVEL
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.scenario.schema import Person, Post

WITHIN_UNIT: Final = frozenset({"internal", "concurrent"})
OFFERS: Final = {"transfer": {"transfer", "both"}, "secondment": {"secondment", "both"}}
NARROWED: Final[dict[str, frozenset[str]]] = {
    "transfer": frozenset({"transfer", "internal", "concurrent"}),
    "secondment": frozenset({"secondment", "internal", "concurrent"}),
    "both": frozenset({"transfer", "secondment", "internal", "concurrent"}),
    "internal": frozenset({"internal", "concurrent"}),
    "none": frozenset(),
}


class CandidateSettings(RuleSettings):
    """This rule is what a plan is made of: it is always on."""

    state: Literal["on"] = "on"


class Candidate(Gate):
    """A person is moved only by a form for which they are a candidate.

    What: transfer is for people of over-quota commune blocs, for volunteers (only to units they consented to) and
    for people listed for it; secondment for people on a provincial body's list; internal for people of the unit;
    rotation for people on the succession list, into leadership posts of a role that they are planned for, where the
    scenario opens it; of a provincial body those whom its list offers for transfer; concurrent duty for people of the
    unit with a seat, in posts marked for it that they do not cover yet. The column `candidate` narrows this.
    Provincial bodies receive nobody. Whoever leaves before the horizon, or is seconded beyond it, does not move.
    Why: planners decide first who may give; the form follows the origin, so that a surplus is cured by transfers
    and not hidden behind secondments; rotation is there to train leaders.
    Formula: over quota where payroll > quota; a volunteer has a wish with consent yes for the destination.
    Data: `[forms]`, quotas, people.candidate, pools.form, wishes.consent, people.planned_for, posts.level,
    posts.role, posts.concurrent_ok.
    Source: the province's order on the 5 % lists; the planner's choice.
    Relax: `forms.candidates = "all"`, or add sources in `[forms]`. It cannot be waived: list the person instead.
    """

    name = "candidate"
    title = T("Candidate for the form")
    settings = CandidateSettings
    source = Source("Chỉ đạo của tỉnh về danh sách 5 %; [forms]", "planner")
    waived_by = frozenset()
    kinds = frozenset()

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        to_unit = a.post_unit[j]
        same_unit = a.person_unit[i] == to_unit
        receives = a.unit_is_commune[to_unit]
        if form == "internal":
            return np.asarray(same_unit & receives & a.may_internal[i] & (a.person_post[i] != j))
        if form == "concurrent":
            has_seat = a.may_cover[i] & (a.person_post[i] >= 0) & (a.person_post[i] != j)
            return np.asarray(same_unit & receives & has_seat & a.post_concurrent[j] & ~a.covers_today(i, j))
        leaves = ~same_unit & receives
        if form == "transfer":
            volunteers = a.may_volunteer[i] & (a.consent[i, to_unit] > 0)
            return np.asarray(leaves & (a.may_transfer[i] | volunteers))
        if form == "secondment":
            return np.asarray(leaves & a.may_second[i])
        is_leading = a.post_level[j] < LOWEST_LEVEL
        return np.asarray(leaves & is_leading & a.may_rotate[i] & a.person_planned[i, a.post_role[j]])

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if facts.is_gone(person) or facts.is_away(person) or not facts.in_commune(post):
            return False
        if person.post_id == post.post_id or (form in WITHIN_UNIT) is leaves_unit(person, post):
            return False
        if person.candidate is not None and form not in NARROWED[person.candidate]:
            return False
        if form == "transfer":
            return self._may_transfer(facts, person, post)
        return self._is_offered(facts, person, post, form)

    def _may_transfer(self, facts: Facts, person: Person, post: Post) -> bool:
        forms, listing = facts.scenario.config.forms, facts.listing(person)
        if listing is not None and listing.form in OFFERS["transfer"] and "listed" in forms.transfer:
            return True
        if not facts.is_of_commune(person):
            return False
        is_surplus = "over_quota" in forms.transfer and facts.is_over_quota((person.unit_id, person.bloc))
        volunteers = "volunteers" in forms.transfer and facts.consent(person, post.unit_id) is True
        return forms.candidates == "all" or is_surplus or volunteers

    def _is_offered(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        forms, listing = facts.scenario.config.forms, facts.listing(person)
        if form == "secondment":
            return "listed" in forms.secondment and listing is not None and listing.form in OFFERS[form]
        if form == "internal":
            return "own_unit" in forms.internal and facts.is_of_commune(person)
        if form == "concurrent":
            may_cover = "own_unit" in forms.concurrent and facts.is_of_commune(person) and person.post_id is not None
            return may_cover and post.concurrent_ok is True and post.post_id not in person.also_holds
        is_planned = post.role in person.planned_for and level_of(post) in LEADERSHIP_LEVELS
        is_listed = listing is not None and listing.form in OFFERS["transfer"]
        return "succession" in forms.rotation and is_planned and (facts.is_of_commune(person) or is_listed)
