"""What moves between units cost, in exact arithmetic: worked out once for every kind of move that differs in money."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

import numpy as np

from optimizer.arrays import FULL_TERM_MONTHS, Arrays, IntArray, KeyArray
from optimizer.scenario.config import FIRST_ARRIVAL_SINCE, THREE_YEARS_SINCE, Config

WITHOUT_TERM: Final = 9999  # months: longer than any benefit is paid


@dataclass(frozen=True)
class _Case:
    """What the cost of a move depends on: salary coefficient, months, where the person comes from and goes to."""

    coefficient: Fraction
    months: int
    of_body: bool
    to_region_three: bool
    to_hard: bool

    def thousand_dong(self, config: Config) -> int:
        """The cost, rounded half up."""
        money, day = config.money, config.date
        base = Fraction(money.base_on(day) or 0, 1000)
        cost = Fraction(0)
        if self.to_region_three and day >= FIRST_ARRIVAL_SINCE:
            attraction = Fraction(str(money.attraction_share)) * min(self.months, money.attraction_months)
            cost += base * (money.first_arrival_months + self.coefficient * attraction)
        elif self.of_body and self.months >= FULL_TERM_MONTHS and day >= THREE_YEARS_SINCE:
            cost += base * money.three_year_months
        if self.to_hard:
            cost += base * Fraction(str(money.own_allowance_share)) * min(self.months, money.own_allowance_months)
        return floor(cost + Fraction(1, 2))


def costs(a: Arrays, people: KeyArray, units: IntArray, months: IntArray) -> IntArray:
    """Thousand dong for each of `people` who goes to the unit beside it for so many months: int64 (n,)."""
    parts = (
        a.person_coefficient[people],
        months,
        ~a.unit_is_commune[a.person_unit[people]],
        a.unit_is_region_three[units],
        a.unit_is_hard[units],
    )
    sizes = (len(a.coefficients), WITHOUT_TERM + 1, 2, 2, 2)
    kinds, of_move = np.unique(np.ravel_multi_index(tuple(np.asarray(part, int) for part in parts), sizes),
                               return_inverse=True)  # fmt: skip
    found = [
        _Case(a.coefficients[at], term, bool(body), bool(third), bool(hard)).thousand_dong(a.scenario.config)
        for at, term, body, third, hard in zip(*(side.tolist() for side in np.unravel_index(kinds, sizes)), strict=True)
    ]
    return np.array(found, dtype=np.int64)[of_move]
