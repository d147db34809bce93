"""Goal 5: the disruption that the moves cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.goals.base import Goal, Priced
from optimizer.rulebook.points import points_of
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class Disruption(Goal):
    """The sum of the disruption points of the moves.

    What: points per move: the form, another field or bloc, and, for moves that leave the unit, the kilometres from
    home beyond the free ones, the former district left, the wish, a recent move, a young child, a scarce field. A seat
    that is covered on top of the own one (`concurrent`) has the points of its form alone: nobody moves, but one person
    has two jobs.
    Formula: the table `[disruption]` of the scenario.
    Data: people, wishes, distances, `[disruption]`. The points are assumptions to be agreed with planners.
    """

    name = "disruption"
    title = T("Disruption")
    unit = T("points")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form."""
        return Priced(weights=moves.points)

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        return sum(sum(points_of(facts, move).values()) for move in after.placements)
