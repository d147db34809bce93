"""The table of moves: one row per admissible decision, built by vectorised masks; nothing per pair is an object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import FULL_TERM_MONTHS, Arrays, BoolArray, IntArray, KeyArray, share_a_bit
from optimizer.rulebook import GATES
from optimizer.rulebook.base import FORMS, Form, Gate, Index, Mask
from optimizer.scenario.schema import Decision

if TYPE_CHECKING:
    import pandas as pd

PAIRS_AT_ONCE = 1 << 20
Pairs = tuple[Index, Index]


@dataclass(frozen=True, eq=False)
class Moves:
    """Admissible moves, sorted by person, post and form.

    person, post: int32 (n,), indices into `Arrays`; form: int8 (n,), index into FORMS; flags: uint32 (n,), bit g set
    where gate number g of GATES warns.
    """

    arrays: Arrays
    person: KeyArray
    post: KeyArray
    form: NDArray[np.int8]
    flags: NDArray[np.uint32]

    @property
    def n(self) -> int:
        """Number of moves."""
        return len(self.person)

    def is_form(self, form: Form) -> BoolArray:
        """True for moves of that form."""
        return np.asarray(self.form == FORMS.index(form))

    @cached_property
    def from_post(self) -> KeyArray:
        """Post left, -1 where the person has no seat."""
        return self.arrays.person_post[self.person].astype(np.int32)

    @cached_property
    def from_unit(self) -> IntArray:
        """Payroll unit of the person."""
        return self.arrays.person_unit[self.person]

    @cached_property
    def to_unit(self) -> IntArray:
        """Unit of the post taken."""
        return self.arrays.post_unit[self.post]

    @cached_property
    def metres(self) -> IntArray:
        """Road metres between the two units."""
        return self.arrays.metres[self.from_unit, self.to_unit]

    @cached_property
    def months(self) -> IntArray:
        """Term in months; 0: without term."""
        seconded = np.where(self.is_form("secondment"), self.arrays.secondment_months[self.person], 0)
        return np.where(self.is_form("rotation"), FULL_TERM_MONTHS, seconded)

    def payroll_groups(self) -> tuple[KeyArray, KeyArray]:
        """Group whose payroll the move raises and group whose payroll it lowers; -1 where it changes none."""
        arriving, leaving = self.site_groups()
        stays = self.is_form("secondment")
        return np.where(stays, -1, arriving).astype(np.int32), np.where(stays, -1, leaving).astype(np.int32)

    def site_groups(self) -> tuple[KeyArray, KeyArray]:
        """Group whose strength the move raises and group whose strength it lowers; -1 where it changes none."""
        a = self.arrays
        arriving = self.to_unit * a.n_blocs + a.post_bloc[self.post]
        leaving = self.from_unit * a.n_blocs + a.person_bloc[self.person]
        same = arriving == leaving
        return np.where(same, -1, arriving).astype(np.int32), np.where(same, -1, leaving).astype(np.int32)

    @cached_property
    def commute_km(self) -> IntArray:
        """Whole kilometres from home, beyond those to the present unit and beyond the free ones."""
        a, prices = self.arrays, self.arrays.scenario.config.disruption
        home = a.person_home[self.person]
        further = (a.metres[home, self.to_unit] - a.metres[home, self.from_unit]) // 1000
        free = np.where(a.unit_is_hard[self.to_unit], prices.free_km_hard, prices.free_km)
        return np.where(self.from_unit == self.to_unit, 0, np.maximum(0, further - free))

    @cached_property
    def points(self) -> IntArray:
        """Disruption points (MODEL section 6)."""
        a, prices = self.arrays, self.arrays.scenario.config.disruption
        by_form = np.array([getattr(prices, form) for form in FORMS], dtype=np.int64)[self.form]
        both_name = a.post_names_fields[self.post] & np.append(a.post_names_fields, False)[self.from_post]
        other_field = both_name & ~share_a_bit(a.post_fields[self.from_post], a.post_fields[self.post])
        other_bloc = a.post_bloc[self.post] != a.person_bloc[self.person]
        of_post = prices.other_field * other_field + prices.other_bloc * other_bloc
        return np.asarray(by_form + of_post + self._points_of_leaving())

    def _points_of_leaving(self) -> IntArray:
        a, prices = self.arrays, self.arrays.scenario.config.disruption
        before, after = a.unit_district[self.from_unit], a.unit_district[self.to_unit]
        consent = a.consent[self.person, self.to_unit]
        unasked = np.where(a.has_wish[self.person], prices.other_wish, prices.no_wish)
        points = (
            prices.per_km * self.commute_km
            + prices.leaves_district * ((before >= 0) & (after >= 0) & (before != after))
            + np.select([consent > 0, consent < 0], [prices.wished, prices.refused], unasked)
            + prices.recent_move * a.recently_moved[self.person]
            + prices.young_child * a.young_child[self.person]
            + prices.scarce_field * a.scarce[self.person]
        )
        return np.where(self.from_unit == self.to_unit, 0, points)

    def take(self, chosen: NDArray[np.integer[Any]] | BoolArray) -> Moves:
        """The chosen rows, in the same order."""
        return Moves(self.arrays, self.person[chosen], self.post[chosen], self.form[chosen], self.flags[chosen])

    def flag_names(self, row: int) -> tuple[str, ...]:
        """Names of the gates that warn on one row."""
        return tuple(gate.name for g, gate in enumerate(GATES) if int(self.flags[row]) >> g & 1)

    def to_frame(self) -> pd.DataFrame:
        """The table as a data frame: ids, form, road km, points and flags."""
        import pandas as pd

        a = self.arrays
        people = np.array(list(a.person_at), dtype=object)
        posts = np.array(list(a.post_at), dtype=object)
        units = np.array(a.unit_ids, dtype=object)
        return pd.DataFrame(
            {
                "person_id": people[self.person],
                "form": pd.Categorical.from_codes(self.form.astype(int), categories=pd.Index(FORMS)),
                "from_unit_id": units[self.from_unit],
                "to_unit_id": units[self.to_unit],
                "to_post_id": posts[self.post],
                "km": self.metres / 1000,
                "points": self.points,
                "flagged": self.flags != 0,
            }
        )


def build_moves(a: Arrays) -> Moves:
    """All moves that pass every gate that is on and are not excluded by a decision."""
    parts: list[tuple[KeyArray, KeyArray, NDArray[np.int8]]] = []
    for code, form in enumerate(FORMS):
        for i, j in _blocks(a, form):
            admitted = np.broadcast_to(_admitted(a, i, j, form), np.broadcast_shapes(i.shape, j.shape))
            rows, columns = np.nonzero(admitted)
            people = i[rows, 0].astype(np.int32)
            parts.append((people, j[0, columns].astype(np.int32), np.full(len(people), code, dtype=np.int8)))
    person, post, form_code = (np.concatenate([part[k] for part in parts]) for k in range(3))
    order = np.lexsort((form_code, post, person))
    person, post, form_code = person[order], post[order], form_code[order]
    return Moves(a, person, post, form_code, _flags(a, person, post, form_code))


def _blocks(a: Arrays, form: Form) -> Iterator[Pairs]:
    """Pairs to look at, as column and row indices that broadcast; people who cannot move by `form` are left out."""
    offered = {
        "transfer": a.may_transfer | a.may_volunteer,
        "secondment": a.may_second,
        "internal": a.may_internal,
        "rotation": a.may_rotate,
    }[form]
    posts = np.flatnonzero(a.unit_is_commune[a.post_unit])
    if form == "internal":
        for unit in np.flatnonzero(a.unit_is_commune):
            of_unit = np.flatnonzero(offered & (a.person_unit == unit))
            yield of_unit[:, None], posts[a.post_unit[posts] == unit][None, :]
        return
    people = np.flatnonzero(offered)
    step = max(1, PAIRS_AT_ONCE // max(1, len(posts)))
    for first in range(0, len(people), step):
        yield people[first : first + step, None], posts[None, :]


def _admitted(a: Arrays, i: Index, j: Index, form: Form) -> Mask:
    admitted = np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
    for gate in GATES:
        if a.scenario.rules[gate.name].state == "on":
            admitted &= gate.mask(a, i, j, form) | waived(a, gate, i, j, form)
    for decision in a.scenario.decisions:
        if decision.kind != "waive":
            admitted &= ~_excluded(a, decision, i, j, form)
    return admitted


def _flags(a: Arrays, person: KeyArray, post: KeyArray, form_code: NDArray[np.int8]) -> NDArray[np.uint32]:
    flags = np.zeros(len(person), dtype=np.uint32)
    for code, form in enumerate(FORMS):
        rows = np.flatnonzero(form_code == code)
        i, j = person[rows].astype(np.intp), post[rows].astype(np.intp)
        for bit, gate in enumerate(GATES):
            warns = _warns(a, gate, i, j, form)
            if warns is not None:
                flags[rows] |= warns.astype(np.uint32) << np.uint32(bit)
    return flags


def _warns(a: Arrays, gate: Gate, i: Index, j: Index, form: Form) -> Mask | None:
    state = a.scenario.rules[gate.name].state
    if state == "off":
        return None
    warns = gate.doubts(a, i, j, form)
    if state == "flag":
        fails = ~gate.mask(a, i, j, form)
        warns = fails if warns is None else warns | fails
    return None if warns is None else np.asarray(warns & ~waived(a, gate, i, j, form))


def waived(a: Arrays, gate: Gate, i: Index, j: Index, form: Form) -> Mask:
    """True where a `waive` decision lifts the gate; shapes broadcast."""
    lifted: Mask = np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
    for decision in a.scenario.decisions:
        if decision.kind == "waive" and decision.rule == gate.name:
            lifted |= matches(a, decision, i, j, form)
    return lifted


def matches(a: Arrays, decision: Decision, i: Index, j: Index, form: Form) -> Mask:
    """True where person, post, destination and form are those that the decision names; a blank cell is any."""
    hit: Mask = np.full(np.broadcast_shapes(i.shape, j.shape), decision.form in (None, form))
    if decision.person_id is not None:
        hit &= i == a.person_at[decision.person_id]
    if decision.post_id is not None:
        hit &= j == a.post_at[decision.post_id]
    if decision.unit_id is not None:
        hit &= a.post_unit[j] == a.unit_at[decision.unit_id]
    return hit


def stays_as_pinned(a: Arrays, decision: Decision) -> bool:
    """True where a pin is met by staying: the person sits in that post, or belongs to that unit, today."""
    person = a.people[a.person_at[decision.person_id or ""]]
    if decision.post_id is not None:
        return person.post_id == decision.post_id
    return person.unit_id == decision.unit_id


def _excluded(a: Arrays, decision: Decision, i: Index, j: Index, form: Form) -> Mask:
    """True where a ban, a keep or a pin of the same person rules the pair out."""
    if decision.kind == "ban":
        return matches(a, decision, i, j, form)
    person = np.asarray(i == a.person_at[decision.person_id or ""])
    if decision.kind == "pin":
        return np.asarray(person & ~matches(a, decision, i, j, form))
    may_rearrange = form == "internal" and decision.post_id is None and decision.unit_id is not None
    return np.asarray(person & np.full(j.shape, not may_rearrange))


def blocking_gates(a: Arrays, person: int, post: int, form: Form) -> tuple[Gate, ...]:
    """The gates that refuse one pair: why a refused pair is refused, on demand."""
    i, j = np.array([person], dtype=np.intp), np.array([post], dtype=np.intp)
    return tuple(
        gate
        for gate in GATES
        if a.scenario.rules[gate.name].state == "on"
        and not (gate.mask(a, i, j, form) | waived(a, gate, i, j, form)).all()
    )
