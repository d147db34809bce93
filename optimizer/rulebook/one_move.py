"""Limit: one person, at most one move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.meaning import RuleSettings
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class OneMoveSettings(RuleSettings):
    """This rule is what a plan is made of: it is always on."""

    state: Literal["on"] = "on"


class OneMove(Limit):
    """A person makes at most one move in a plan.

    What: of all admissible moves of a person, at most one is chosen.
    Why: a person holds one full-time post.
    Formula: sum of the moves of the person <= 1.
    Data: the table of moves.
    Source: follows from the words.
    Relax: it cannot be relaxed.
    """

    name = "one_move"
    title = T("One person, at most one move")
    settings = OneMoveSettings
    source = Source("Mỗi người một vị trí chuyên trách", "logic")

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per person with moves."""
        people, key = np.unique(moves.person, return_inverse=True)
        return rows_over((Term(key.astype(np.int32), 1),), n=len(people), upper=1)

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        for person_id, placements in sorted(after.by_person.items()):
            if len(placements) > 1:
                yield T("{person} makes {moves} moves", person=person_id, moves=len(placements))
