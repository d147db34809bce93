"""Optional goal: what the moves cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.goals.base import Goal, Priced
from optimizer.rulebook.costs import cost_of
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class Cost(Goal):
    """Benefits to which the moves give a right over their whole term, in thousand dong.

    What: only moves that leave the unit cost anything, and only what the move adds. From another region to region
    III: so many months of base salary at the first arrival, and the attraction allowance for the months of the term;
    it is assumed that whoever comes from region III had the one and has the other. All other moves: so many months of
    base salary for people of provincial bodies who go for 36 months or more, or without term; a shorter secondment
    gives no right to them. The province's own allowance, where there is one, goes with moves to mountain communes and
    region III, wherever the person comes from. The notes of a move name the same benefits.
    Formula: from another region to region III first_arrival_months x base + attraction_share x coefficient x base x
    min(term, attraction_months); else three_year_months x base; besides own_allowance_share x base x min(term,
    own_allowance_months). A transfer has no term: all the months count. Each move is rounded once, half up.
    Data: `[money]`, people.salary_coefficient, units.region_class, units.mountain, pools.max_months. Each benefit
    counts where its decree is in force on the scenario's date: 76/2019/NĐ-CP from 1 December 2019, 178/2024/NĐ-CP
    from 1 January 2025.
    """

    name = "cost"
    title = T("Cost")
    unit = T("thousand dong")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form."""
        return Priced(weights=moves.cost)

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        return sum(cost_of(facts, move) for move in after.placements)
