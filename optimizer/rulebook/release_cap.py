"""Limit: how many people of a list go, off by default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, cast

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.facts import Facts, exact
from optimizer.rulebook.lists import ListSettings, list_sizes
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.meaning import RuleSettings, State
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After


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
    measure = "people"
    waived_by = frozenset({"unit_id"})
    kinds = frozenset({"department"})

    def default_state(self) -> State:
        """Off: by default no cap stands with the lists."""
        return "off"

    def state_under(self, rules: Mapping[str, RuleSettings], day: date, kind: str | None = None) -> State:
        """Off without a cap: the cap stands with the lists."""
        has_cap = cast(ListSettings, rules["lists"]).release_cap is not None
        return super().state_under(rules, day, kind) if has_cap else "off"

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per body with a list. It is off without a cap, and then not asked."""
        share = Fraction(str(cast(ListSettings, a.scenario.rules["lists"]).release_cap))
        size = list_sizes(a)
        bodies = np.flatnonzero(size)
        row = np.full(a.n_units, -1, dtype=np.int32)
        row[bodies] = np.arange(len(bodies))
        return rows_over(
            (Term(row[a.person_unit[moves.person]], 1),),
            n=len(bodies),
            upper=size[bodies] * share.numerator // share.denominator,
            unit=bodies,
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        settings = facts.rule("lists", ListSettings)
        if settings.release_cap is None:
            return
        gone = Counter(move.person.unit_id for move in after.placements if not facts.is_of_commune(move.person))
        for unit_id in sorted(gone):
            most = floor(exact(settings.release_cap) * len(facts.cut_list(unit_id, settings.share)))
            if gone[unit_id] > most and not facts.is_waived(self.name, unit_id=unit_id):
                yield T(
                    "{unit} releases {released} people of its list, at most {most}",
                    unit=unit_id,
                    released=gone[unit_id],
                    most=most,
                )
