"""Optional goal: people over the quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.goals.base import Goal, Priced, Shortages, linear_segments
from optimizer.rulebook.rows import Term
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class Surplus(Goal):
    """People on the payroll of communes over the quota, by commune and bloc.

    What: people over the quota who are left after the plan; being over is tolerated for some years, so that this is
    no goal by default.
    Formula: the sum of max(0, payroll after - quota) over communes and blocs with a quota.
    Data: quotas, people.unit_id, people.bloc.
    """

    name = "surplus"
    title = T("People over the quota")
    unit = T("people")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form: one row per commune and bloc with a quota."""
        groups = a.commune_groups
        arriving, leaving = (a.group_row(groups, side) for side in moves.payroll_groups())
        need = a.payroll[groups] - a.quota[groups]
        most = np.maximum(0, need + np.bincount(arriving[arriving >= 0], minlength=len(groups)))
        segments = linear_segments(most, np.ones(len(groups), dtype=np.int64))
        return Priced(shortages=Shortages(need, (Term(arriving, -1), Term(leaving, 1)), *segments))

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        places = [place for place in facts.quota if facts.units[place[0]].is_commune]
        return sum(max(0, after.payroll[place] - facts.quota[place]) for place in places)
