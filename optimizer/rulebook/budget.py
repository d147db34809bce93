"""Limit: the moves cost at most so much, off by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, cast

import numpy as np
from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.costs import cost_of
from optimizer.rulebook.rows import FREE, Rows, Term, rows_over
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class BudgetSettings(RuleSettings):
    """`thousand_dong`: the most that all moves may cost; without it the rule cannot be on."""

    state: Literal["on", "off"] = "off"
    thousand_dong: Annotated[
        int | None,
        Field(ge=0, le=1_000_000_000, validate_default=True),
        Meaning(
            T("most that all moves of the plan may cost; needed where the rule is on"),
            CHOICE,
            T("thousand dong"),
            words={"none": T("not given")},
        ),
    ] = None

    @field_validator("thousand_dong")
    @classmethod
    def _given(cls, amount: int | None, info: ValidationInfo) -> int | None:
        if amount is None and info.data.get("state") == "on":
            raise PydanticKnownError("missing")
        return amount


class Budget(Limit):
    """The moves of the plan cost at most so much.

    What: the benefits to which all moves give a right over their whole terms, as the goal `cost` counts them.
    Why: a plan that can be paid; off by default.
    Formula: sum of the costs of the moves <= thousand_dong.
    Data: rules.budget.thousand_dong, `[money]`, people.salary_coefficient, units.region_class, units.mountain.
    Source: the planner's choice.
    Relax: a larger amount, or off.
    """

    name = "budget"
    title = T("The moves cost at most so much")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    measure = "thousand_dong"
    settings = BudgetSettings

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row."""
        most = cast(BudgetSettings, a.scenario.rules[self.name]).thousand_dong
        everything = Term(np.zeros(moves.n, dtype=np.int32), moves.cost)
        return rows_over((everything,), n=1, upper=FREE if most is None else most)

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        most = facts.rule(self.name, BudgetSettings).thousand_dong
        cost = sum(cost_of(facts, move) for move in after.placements)
        if most is not None and cost > most:
            yield T("the moves cost {cost} thousand dong, at most {most} are allowed", cost=cost, most=most)
