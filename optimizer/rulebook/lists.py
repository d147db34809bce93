"""Gate: of a provincial body only the people on its list, as far as the share goes, once they are ready."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, cast

import numpy as np
from pydantic import Field

from optimizer.arrays import IntArray
from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class ListSettings(RuleSettings):
    """`share`: part of the body's payroll that the list offers; None: the whole list. `release_cap`: see there."""

    share: Annotated[
        Annotated[float, Field(gt=0, le=1)] | None,
        Meaning(
            T("part of a body's payroll that its list offers"),
            CHOICE,
            words={"none": T("the whole list")},
            fraction=True,
        ),
    ] = None
    release_cap: Annotated[
        Annotated[float, Field(gt=0, le=1)] | None,
        Meaning(T("part of a list that may go at most"), CHOICE, words={"none": T("all of it")}, fraction=True),
    ] = None


class Lists(Gate):
    """Of a provincial body only people on its list move, in the body's own order.

    What: with a share, the first ceil(share x payroll) places of each list are candidates, whoever holds them; a
    person who is ready only after the horizon is none.
    Why: the province asks every body to list at least 5 % of its staff; the longer list behind it is for what-ifs.
    Formula: place <= ceil(share x payroll of the body today), in exact arithmetic; ready_from <= horizon.
    Data: pools.rank, pools.ready_from, rules.lists.share.
    Source: the province's order on the 5 % lists: list at least 5 % of the payroll.
    Relax: a larger share, or none; waive for a person.
    """

    name = "lists"
    title = T("On the list of a provincial body")
    source = Source("Chỉ đạo của tỉnh về danh sách 5 %", "planner")
    settings = ListSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        of_commune = a.unit_is_commune[a.person_unit[i]]
        place = a.list_place[i]
        within = (place >= 0) & (place < list_sizes(a)[a.person_unit[i]])
        passes = of_commune | (a.list_ready[i] & within)
        return np.broadcast_to(passes, np.broadcast_shapes(i.shape, j.shape))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if facts.is_of_commune(person):
            return True
        listing = facts.listing(person)
        if listing is None or (listing.ready_from is not None and listing.ready_from > facts.horizon):
            return False
        first = facts.cut_list(listing.unit_id, facts.rule(self.name, ListSettings).share)
        return any(row.person_id == person.person_id for row in first)


def list_sizes(a: Arrays) -> IntArray:
    """People of each unit's list within the share: int64 array (n_units,)."""
    share = cast(ListSettings, a.scenario.rules[Lists.name]).share
    if share is None:
        return a.list_length
    exact = Fraction(str(share))
    places = -(-a.body_payroll * exact.numerator // exact.denominator)
    return np.minimum(a.list_length, places)
