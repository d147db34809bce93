"""What moves between units cost and why, in exact arithmetic: once for every kind of move that differs in money."""

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
class Benefits:
    """What a move gives a right to: the keys of `[money]` that are paid, and whether it is a posting of three years."""

    paid: frozenset[str] = frozenset()
    three_years: bool = False


@dataclass(frozen=True)
class _Case:
    """What the cost of a move depends on: salary coefficient, months, where the person comes from and goes to."""

    coefficient: Fraction
    months: int
    of_body: bool
    enters_region_three: bool
    to_hard: bool

    def causes(self, config: Config) -> dict[str, Fraction]:
        """Thousand dong by the key of `[money]` that sets it, 0 where it is not paid."""
        money, day = config.money, config.date
        arrives = self.enters_region_three and day >= FIRST_ARRIVAL_SINCE
        share = self.coefficient * Fraction(str(money.attraction_share))
        attraction = share * min(self.months, money.attraction_months)
        own = Fraction(str(money.own_allowance_share)) * min(self.months, money.own_allowance_months)
        months_of_base = {
            "first_arrival_months": Fraction(money.first_arrival_months * arrives),
            "attraction_share": attraction * arrives,
            "three_year_months": Fraction(money.three_year_months * (self.is_of_three_years(config) and not arrives)),
            "own_allowance_share": own * self.to_hard,
        }
        base = Fraction(money.base_on(day) or 0, 1000)
        return {key: base * months for key, months in months_of_base.items()}

    def is_of_three_years(self, config: Config) -> bool:
        """Whether Decree 178/2024 names the posting."""
        return self.of_body and self.months >= FULL_TERM_MONTHS and config.date >= THREE_YEARS_SINCE

    def thousand_dong(self, config: Config) -> int:
        """The cost, rounded half up."""
        return floor(sum(self.causes(config).values()) + Fraction(1, 2))

    def benefits(self, config: Config) -> Benefits:
        """What is paid at all."""
        paid = frozenset(key for key, amount in self.causes(config).items() if amount)
        return Benefits(paid, self.is_of_three_years(config))


def costs(a: Arrays, people: KeyArray, units: IntArray, months: IntArray) -> IntArray:
    """Thousand dong for each of `people` who goes to the unit beside it for so many months: int64 (n,)."""
    cases, of_move = _cases(a, people, units, months)
    return np.array([case.thousand_dong(a.scenario.config) for case in cases], dtype=np.int64)[of_move]


def benefits(a: Arrays, people: KeyArray, units: IntArray, months: IntArray) -> list[Benefits]:
    """The same people's benefits."""
    cases, of_move = _cases(a, people, units, months)
    found = [case.benefits(a.scenario.config) for case in cases]
    return [found[k] for k in of_move.tolist()]


def _cases(a: Arrays, people: KeyArray, units: IntArray, months: IntArray) -> tuple[list[_Case], IntArray]:
    """The cases that occur, each once, and which of them each move is."""
    origins = a.person_unit[people]
    parts = (
        a.person_coefficient[people],
        months,
        ~a.unit_is_commune[origins],
        a.unit_is_region_three[units] & ~a.unit_is_region_three[origins],
        a.unit_is_hard[units],
    )
    sizes = (len(a.coefficients), WITHOUT_TERM + 1, 2, 2, 2)
    kinds, of_move = np.unique(np.ravel_multi_index(tuple(np.asarray(part, int) for part in parts), sizes),
                               return_inverse=True)  # fmt: skip
    cases = [
        _Case(a.coefficients[at], term, bool(body), bool(enters), bool(hard))
        for at, term, body, enters, hard in zip(
            *(side.tolist() for side in np.unravel_index(kinds, sizes)), strict=True
        )
    ]
    return cases, of_move
