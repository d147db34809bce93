"""Gate or flag: working time left before retirement, for a first or higher leadership post."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, cast

import numpy as np
from pydantic import Field

from optimizer.days import months_later
from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.meaning import Meaning, RuleSettings, State
from optimizer.scenario.months import add_months
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post

FIRST_YEAR: Final = 2021
ROAD_MAP: Final = {"male": (723, 3, 744), "female": (664, 4, 720)}  # months in the first year, more a year, at most


class TimeLeftSettings(RuleSettings):
    """`months`: the working months that must be left. It only warns by default, since its source is not sure."""

    state: State = "flag"
    months: Annotated[
        int,
        Field(ge=1, le=600),
        Meaning(
            T("working months that must be left at a first or higher post"),
            "Nghị định 138/2020/NĐ-CP, Điều 42",
            T("months"),
        ),
    ] = 60


class TimeLeft(Gate):
    """Whoever gets a first or higher leadership post still has a whole term before retirement.

    What: into a leadership post (levels 1-4) above the person's level, at least `months` lie between the first day
    of the move and retirement. An unknown date of birth or sex passes with a warning. Equal and lower posts, and
    concurrent duty, ask for nothing. Outside the planner's tier the warning does not say which condition it is about.
    Why: an appointment is for five years, and whoever is promoted should serve it.
    Formula: first day of the move + months <= leaves_on; where that is blank, birth date + retirement age. The age is
    60 years 3 months for men and 55 years 4 months for women in 2021, and grows by 3 months a year to 62 in 2028 and
    by 4 months a year to 60 in 2035; the first year counts by whose end the person reaches the age of that year.
    Data: people.leaves_on, people.birth_date, people.sex, people.level, posts.level, pools.ready_from,
    rules.time_left.months.
    Source: Decree 138/2020/NĐ-CP, Article 42, whose rule is carried over here: it was not read in Decree 170/2025, so
    that it only warns. Retirement ages: Decree 135/2020/NĐ-CP.
    Relax: fewer `months`, or off; waive for a person or a post.
    """

    name = "time_left"
    title = T("Time left for a first or higher post")
    source = Source(
        "Nghị định 138/2020/NĐ-CP, Điều 42 (chưa đối chiếu với Nghị định 170/2025/NĐ-CP); Nghị định 135/2020/NĐ-CP", "C"
    )
    settings = TimeLeftSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        if form == "concurrent":
            return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        months = cast(TimeLeftSettings, a.scenario.rules[self.name]).months
        is_late = months_later(a.first_day(i, form), months) > a.person_retires[i]
        return np.asarray(~(is_late & a.promotes(i, j)))

    def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask | None:
        """Vector form."""
        return None if form == "concurrent" else np.asarray(np.isnat(a.person_retires[i]) & a.promotes(i, j))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        retires = retires_on(person)
        if retires is None or form == "concurrent" or not facts.is_promotion(person, post):
            return True
        return add_months(facts.start(person, form), facts.rule(self.name, TimeLeftSettings).months) <= retires

    def warns(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return form != "concurrent" and facts.is_promotion(person, post) and retires_on(person) is None


def retires_on(person: Person) -> date | None:
    """The day on which a person leaves: as the data says, else by birth date and sex; None: not known."""
    if person.leaves_on is not None or person.birth_date is None or person.sex is None:
        return person.leaves_on
    age, step, most = ROAD_MAP[person.sex]
    year = FIRST_YEAR
    while add_months(person.birth_date, age).year > year:
        year, age = year + 1, min(most, age + step)
    return add_months(person.birth_date, age)
