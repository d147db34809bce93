"""Optional goal: the number of moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.goals.base import Goal, Priced
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class MovesMade(Goal):
    """The number of moves, of any form.

    What: people who are moved.
    Formula: one per move.
    Data: the plan.
    """

    name = "moves"
    title = T("Moves")
    unit = T("moves")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form."""
        return Priced(weights=np.ones(moves.n, dtype=np.int64))

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        return len(after.placements)
