"""The table of moves: one row per admissible decision, built by vectorised masks; nothing per pair is an object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray, share_a_bit
from optimizer.costing import WITHOUT_TERM, Benefits, benefits, costs
from optimizer.rulebook.post_change import due_points
from optimizer.scenario.vocabulary import FORMS, Form

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Moves:
    """Admissible moves, sorted by person, post and form.

    person, post: int32 (n,), indices into `Arrays`; form: int8 (n,), index into FORMS; flags: uint64 (n,), bit g set
    where gate number g of the rulebook warns.
    """

    arrays: Arrays
    person: KeyArray
    post: KeyArray
    form: NDArray[np.int8]
    flags: NDArray[np.uint64]

    @property
    def n(self) -> int:
        """Number of moves."""
        return len(self.person)

    def is_form(self, form: Form) -> BoolArray:
        """True for moves of that form."""
        return np.asarray(self.form == FORMS.index(form))

    @cached_property
    def stays(self) -> BoolArray:
        """True where the person keeps the own seat and covers another besides: it fills none and leaves none."""
        return self.is_form("concurrent")

    @cached_property
    def from_post(self) -> KeyArray:
        """Post left, -1 where the person has no seat or keeps it."""
        return np.where(self.stays, -1, self.arrays.person_post[self.person]).astype(np.int32)

    @cached_property
    def into_post(self) -> KeyArray:
        """Post of which a seat is filled, -1 where it is only covered."""
        return np.where(self.stays, -1, self.post).astype(np.int32)

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
        return np.where(self.is_form("rotation"), self.arrays.scenario.config.forms.rotation_months, seconded)

    @cached_property
    def cost(self) -> IntArray:
        """Benefits to which the move gives a right, thousand dong."""
        paid = costs(self.arrays, self.person, self.to_unit, self._months_paid)
        return np.where(self.from_unit != self.to_unit, paid, 0)

    @cached_property
    def benefits(self) -> list[Benefits]:
        """What each move gives a right to; none within the unit."""
        found = benefits(self.arrays, self.person, self.to_unit, self._months_paid)
        leaves = (self.from_unit != self.to_unit).tolist()
        return [given if goes else Benefits() for given, goes in zip(found, leaves, strict=True)]

    @property
    def _months_paid(self) -> IntArray:
        return np.where(self.is_form("transfer"), WITHOUT_TERM, self.months)

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
        same = (arriving == leaving) | self.stays
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
        other_bloc = (a.post_bloc[self.post] != a.person_bloc[self.person]) & ~self.stays
        is_planned = a.person_planned[self.person, a.post_role[self.post]]
        not_planned = a.promotes(self.person, self.post) & ~is_planned & ~self.stays
        of_post = prices.other_field * other_field + prices.other_bloc * other_bloc + prices.not_planned * not_planned
        points = by_form + of_post + self._points_of_leaving()
        off = np.where(self.stays, 0, due_points(a, self.person, self.post))
        return np.asarray(points - np.minimum(points, off))

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

    def row_of(self, person_id: str, post_id: str, form: str) -> int | None:
        """The row in which a move stands, by the ids of person and post; None where it is not admissible."""
        person, post = self.arrays.person_at.get(person_id, -1), self.arrays.post_at.get(post_id, -1)
        first, last = np.searchsorted(self.person, [person, person + 1])
        for row in range(int(first), int(last)):
            if self.post[row] == post and FORMS[self.form[row]] == form:
                return row
        return None

    def take(self, chosen: NDArray[np.integer[Any]] | BoolArray) -> Moves:
        """The chosen rows, in the same order."""
        return Moves(self.arrays, self.person[chosen], self.post[chosen], self.form[chosen], self.flags[chosen])

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
