"""Limit: at most so many moves touch one unit, off by default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, cast

import numpy as np
from pydantic import Field

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class MaxMovesPerUnitSettings(RuleSettings):
    """`moves`: the most moves that touch one unit."""

    state: Literal["on", "off"] = "off"
    moves: Annotated[int, Field(ge=0, le=100_000), Meaning(T("most moves that touch one unit"), CHOICE)] = 10


class MaxMovesPerUnit(Limit):
    """At most so many moves touch one unit, as origin or destination; an internal move counts once.

    What: moves into, out of and within a unit, communes and provincial bodies alike.
    Why: a unit that changes too many people at once cannot work; off by default.
    Formula: for each unit, moves whose origin or destination it is <= moves.
    Data: rules.max_moves_per_unit.moves.
    Source: the planner's choice.
    Relax: a larger number, or off; waive for a unit.
    """

    name = "max_moves_per_unit"
    title = T("At most so many moves touch one unit")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    measure = "moves"
    settings = MaxMovesPerUnitSettings
    waived_by = frozenset({"unit_id"})
    kinds = COMMUNE_KINDS | {"department"}

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per unit."""
        most = cast(MaxMovesPerUnitSettings, a.scenario.rules[self.name]).moves
        origin = a.person_unit[moves.person]
        destination = a.post_unit[moves.post]
        leaving = np.where(origin == destination, -1, origin).astype(np.int32)
        return rows_over(
            (Term(destination.astype(np.int32), 1), Term(leaving, 1)),
            n=a.n_units,
            upper=most,
            unit=np.arange(a.n_units),
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        most = facts.rule(self.name, MaxMovesPerUnitSettings).moves
        touched = Counter(unit for move in after.placements for unit in {move.person.unit_id, move.post.unit_id})
        for unit_id, made in sorted(touched.items()):
            if made > most and not facts.is_waived(self.name, unit_id=unit_id):
                yield T("{unit} is touched by {made} moves, at most {most}", unit=unit_id, made=made, most=most)
