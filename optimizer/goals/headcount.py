"""Goal 4: people missing on site, the large relative shortages first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.goals.base import Goal, Priced, Shortages
from optimizer.rulebook.rows import in_and_out
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, IntArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class Headcount(Goal):
    """Missing people of strength per commune and bloc; the k-th missing person costs more than the one before.

    What: shortage of people on site against the quota, relative to the quota.
    Formula: the k-th missing person of a bloc with quota q > 0 costs (20000 x (2k-1) + q) // (2q), which is
    10,000 (2k-1)/q rounded; the sum is about 10,000 times the shortage squared over the quota.
    Data: quotas, people on site.
    """

    name = "headcount"
    title = T("Shortage of headcount")
    unit = T("10,000 x shortage squared / quota")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form: one segment per person that may be missing."""
        groups = a.commune_groups[a.quota[a.commune_groups] > 0]
        terms = in_and_out(a, groups, moves.site_groups())
        quota = a.quota[groups]
        need = quota - a.strength[groups]
        outs = np.bincount(terms[1].rows[terms[1].rows >= 0], minlength=len(groups))
        most = np.clip(need + outs, 0, quota)
        group: IntArray = np.repeat(np.arange(len(groups)), most)
        first = np.cumsum(most) - most
        k = np.arange(int(most.sum())) - first[group] + 1
        cost = (20_000 * (2 * k - 1) + quota[group]) // (2 * quota[group])
        size = np.ones(len(group), dtype=np.int64)
        return Priced(shortages=Shortages(need, terms, group, cost, size))

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        total = 0
        for place, quota in facts.quota.items():
            if quota > 0 and facts.units[place[0]].is_commune:
                missing = max(0, quota - after.strength[place])
                total += sum((20_000 * (2 * k - 1) + quota) // (2 * quota) for k in range(1, missing + 1))
        return total
