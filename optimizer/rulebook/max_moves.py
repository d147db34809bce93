"""Limit: at most so many moves in all, off by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, cast

import numpy as np
from pydantic import Field

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class MaxMovesSettings(RuleSettings):
    """`moves`: the most moves in the plan, of any form."""

    state: Literal["on", "off"] = "off"
    moves: Annotated[int, Field(ge=0, le=100_000), Meaning(T("most moves in the plan"), CHOICE)] = 100


class MaxMoves(Limit):
    """The plan has at most so many moves.

    What: all moves of the plan, whatever their form.
    Why: a round that can be carried out; off by default.
    Formula: sum of all moves <= moves.
    Data: rules.max_moves.moves.
    Source: the planner's choice.
    Relax: a larger number, or off.
    """

    name = "max_moves"
    title = T("At most so many moves in all")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    measure = "moves"
    settings = MaxMovesSettings

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row."""
        most = cast(MaxMovesSettings, a.scenario.rules[self.name]).moves
        return rows_over((Term(np.zeros(moves.n, dtype=np.int32), 1),), n=1, upper=most)

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        most, made = facts.rule(self.name, MaxMovesSettings).moves, len(after.placements)
        if made > most:
            yield T("{made} moves, at most {most}", made=made, most=most)
