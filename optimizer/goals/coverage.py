"""Goal 2: fields that nobody on site covers in a commune that needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, cast

import numpy as np
from pydantic import Field

from optimizer.goals.base import Goal, Priced, Shortages, linear_segments
from optimizer.rulebook.covering import civil, counted, duties, duty_terms, required
from optimizer.rulebook.fields_covered import covered_by, required_fields
from optimizer.rulebook.rows import NO_ROW, Term
from optimizer.scenario.meaning import GoalSettings, Meaning
from optimizer.scenario.schema import OneOf
from optimizer.scenario.vocabulary import FIELD
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, IntArray, KeyArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts

Weight = Annotated[int, Field(ge=0, le=1000)]


class CoverageSettings(GoalSettings):
    """`weights`: weight of a commune without anybody for a field, 1 where a field is not named."""

    weights: Annotated[
        Mapping[str, Weight],
        OneOf(FIELD, many=True),
        Meaning(
            T("weight of a commune without anybody for a field; 1 where a field is not named"),
            words={"none": T("1 for every field")},
        ),
    ] = {}


class Coverage(Goal):
    """Communes without anybody on site for a field that they need, counted field by field.

    What: a commune needs a field where a specialist post of it with seats names the field. It has somebody for it who
    has the field and sits in such a post, or covers such a post besides the own one: today, as long as they stay in the
    unit, or by a move of this plan. People from elsewhere who are on site without a post there are in none of its
    posts, and do not count. Military posts are left out, and so are provincial bodies.
    Formula: the sum of the weights of all pairs of commune and field with nobody; 1 each by default.
    Data: posts.fields, posts.seats, people.fields, people.post_id, people.also_holds, goals.coverage.weights.
    """

    name = "coverage"
    title = T("Fields without anybody")
    unit = T("communes, field by field")
    settings = CoverageSettings

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form: one row per commune and field, of a weight above 0."""
        weights = cast(CoverageSettings, a.scenario.goals[self.name]).weights
        weight = np.array([weights.get(code, 1) for code in a.field_codes], dtype=np.int64)
        units, fields = np.nonzero(required(a) & (weight > 0))
        row = np.full((a.n_units, len(weight)), NO_ROW, dtype=np.int32)
        row[units, fields] = np.arange(len(units), dtype=np.int32)
        leaving = _leaving(a, moves, row)
        outs = sum((np.bincount(t.rows[t.rows >= 0], minlength=len(units)) for t in leaving), np.zeros(len(units), int))
        need = 1 - counted(a, *duties(a))[units, fields]
        segments = linear_segments(np.clip(need + outs, 0, 1), weight[fields])
        into = duty_terms(a, moves, civil(a, moves.post), row, 1)
        return Priced(shortages=Shortages(need, (*into, *leaving), *segments))

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        weights = facts.goal(self.name, CoverageSettings).weights
        covered = covered_by(facts, after)
        return sum(
            weights.get(field, 1) for unit_id, field in required_fields(facts) if (unit_id, field) not in covered
        )


def _leaving(a: Arrays, moves: Moves, row: KeyArray) -> tuple[Term, ...]:
    """What moves give up: the own seat, and, by leaving the unit, every post covered besides, one after another."""
    seats = duty_terms(a, moves, civil(a, moves.from_post), row, -1)
    return (*seats, *(term for posts in _also(a, moves) for term in duty_terms(a, moves, civil(a, posts), row, -1)))


def _also(a: Arrays, moves: Moves) -> list[IntArray]:
    """The first, second, ... post that the person of each move covers besides and gives up; -1 where there is none."""
    order = np.argsort(a.also_person, kind="stable")
    person, post = a.also_person[order], a.also_post[order]
    place = np.arange(len(person)) - np.searchsorted(person, person)
    leaves = moves.from_unit != moves.to_unit
    found = []
    for k in range(int(place.max(initial=-1)) + 1):
        of_person = np.full(a.n_people, -1, dtype=np.int64)
        of_person[person[place == k]] = post[place == k]
        found.append(np.where(leaves, of_person[moves.person], -1))
    return found
