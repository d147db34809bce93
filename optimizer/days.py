"""Columns of days as arrays: blank is NaT, which no comparison meets; and the day on which a person retires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.scenario.schema import Person

DayArray = NDArray[np.datetime64]

YEARS: Final = np.arange(2021, 2036)  # in which the retirement age grows; after the last it stays
AGES: Final = {  # in months, of the years above: Decree 135/2020/NĐ-CP
    "male": np.minimum(12 * 60 + 3 * (YEARS - 2020), 12 * 62),
    "female": np.minimum(12 * 55 + 4 * (YEARS - 2020), 12 * 60),
}


def days_of(values: Iterable[date | None]) -> DayArray:
    """Days as an array: datetime64[D] (n,)."""
    return np.array([*values], dtype="datetime64[D]")


def months_later(days: DayArray, months: int | NDArray[np.int64]) -> DayArray:
    """The same days of the month `months` later, clipped to the end of that month; NaT stays."""
    month = days.astype("datetime64[M]")
    first = (month + months).astype("datetime64[D]")
    last = (month + (np.asarray(months) + 1)).astype("datetime64[D]") - 1
    return np.asarray(np.minimum(first + (days - month.astype("datetime64[D]")), last))


def retirement_days(people: Sequence[Person]) -> DayArray:
    """The day on which each person leaves: as the data says, else by birth date and sex; NaT where unknown.

    Whoever reaches the age of a year by the end of that year retires by it.
    """
    leaves = days_of(person.leaves_on for person in people)
    born = days_of(person.birth_date for person in people)
    by_age = np.full(len(people), np.datetime64("NaT", "D"))
    for sex, ages in AGES.items():
        of_sex = np.flatnonzero(np.array([person.sex == sex for person in people], dtype=bool) & ~np.isnat(born))
        month = born[of_sex].astype("datetime64[M]").astype(np.int64)
        reached = (month[:, None] + ages) // 12 + 1970 <= YEARS
        reached[:, -1] = True
        by_age[of_sex] = months_later(born[of_sex], ages[reached.argmax(axis=1)])
    return np.where(np.isnat(leaves), by_age, leaves)
