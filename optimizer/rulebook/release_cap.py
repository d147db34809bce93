"""Limit: how many people of a list go, off by default."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.lists import ListSettings
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves


class ReleaseCap(Limit):
    """Of a body's list at most a part goes.

    What: people of a provincial body who move, against the people on its list within the share.
    Why: the order is a floor on listing, not on sending; a body may be spared.
    Formula: out of the body <= floor(release_cap x people of the list within the share), in exact arithmetic.
    Data: rules.lists.release_cap, pools.
    Source: the planner's choice; off unless `rules.lists.release_cap` is given.
    Relax: a larger `release_cap`, or none; waive for a unit.
    """

    name = "release_cap"
    title = T("At most a part of each list goes")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    waived_by = frozenset({"unit_id"})

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per body with a list; none without a cap."""
        cap = cast(ListSettings, a.scenario.rules["lists"]).release_cap
        bodies = np.flatnonzero(a.list_size) if cap is not None else np.empty(0, dtype=np.intp)
        share = Fraction(str(cap or 1))
        row = np.full(a.n_units, -1, dtype=np.int32)
        row[bodies] = np.arange(len(bodies), dtype=np.int32)
        return rows_over(
            (Term(row[a.person_unit[moves.person]], 1),),
            n=len(bodies),
            upper=a.list_size[bodies] * share.numerator // share.denominator,
            unit=bodies.astype(np.int64),
        )
