"""Optional goal: the road between the units of the moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.goals.base import Goal, Priced
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class Kilometres(Goal):
    """Whole kilometres of road between the unit left and the unit reached, summed over the moves.

    What: how far people are sent.
    Formula: floor of the road kilometres of each move, summed.
    Data: distances.
    """

    name = "kilometres"
    title = T("Kilometres")
    unit = T("km")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form."""
        return Priced(weights=moves.metres // 1000)

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        roads = facts.roads
        return sum(roads.metres(move.person.unit_id, move.post.unit_id) // 1000 for move in after.placements)
