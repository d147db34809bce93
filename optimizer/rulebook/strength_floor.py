"""Limit: people on site do not fall below a floor."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Annotated, cast

import numpy as np
from pydantic import Field

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.facts import Facts, Place, exact
from optimizer.rulebook.rows import Rows, in_and_out, rows_over
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, IntArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After


class StrengthFloorSettings(RuleSettings):
    """`department_share`: part of its base that a provincial body keeps on site."""

    department_share: Annotated[
        float,
        Field(ge=0, le=1),
        Meaning(T("part of its people that a provincial body keeps on site"), CHOICE, fraction=True),
    ] = 0.9


class StrengthFloor(Limit):
    """After all moves enough people are on site.

    What: people on site in a unit and bloc: with secondees who came, without those who went.
    Why: a secondment lends people; the lender still has its work to do.
    Formula: strength after >= min(floor, strength today); base = min(quota, payroll today); the floor of a commune
    is base, that of a provincial body base - max(1, floor((1 - department_share) x base)).
    Data: quotas, people, rules.strength_floor.department_share.
    Source: the planner's choice.
    Relax: a smaller `department_share`; waive for a unit.
    """

    name = "strength_floor"
    title = T("Enough people stay on site")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    measure = "people"
    settings = StrengthFloorSettings
    waived_by = frozenset({"unit_id"})
    kinds = COMMUNE_KINDS | {"department"}

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per unit and bloc with a quota."""
        groups = a.quota_groups
        floor = np.minimum(self._floors(a)[groups], a.strength[groups])
        return rows_over(
            in_and_out(a, groups, moves.site_groups()),
            n=len(groups),
            lower=floor - a.strength[groups],
            unit=a.group_unit[groups],
            bloc=groups % a.n_blocs,
            today=a.strength[groups],
        )

    def _floors(self, a: Arrays) -> IntArray:
        share = Fraction(str(cast(StrengthFloorSettings, a.scenario.rules[self.name]).department_share))
        lent = 1 - share
        may_go = np.maximum(1, a.base * lent.numerator // lent.denominator)
        return np.where(a.unit_is_commune[a.group_unit], a.base, a.base - may_go)

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        for place in facts.quota:
            unit_id, bloc = place
            if facts.is_waived(self.name, unit_id=unit_id):
                continue
            least, strength = self._least(facts, place), after.strength[place]
            if strength < least:
                yield T(
                    "{unit}, {bloc}: {strength} people on site, below {least}",
                    unit=unit_id,
                    bloc=bloc,
                    strength=strength,
                    least=least,
                )

    def _least(self, facts: Facts, place: Place) -> int:
        base = facts.base(place)
        if not facts.units[place[0]].is_commune:
            share = exact(facts.rule(self.name, StrengthFloorSettings).department_share)
            base -= max(1, floor((1 - share) * base))
        return min(base, facts.strength[place])
