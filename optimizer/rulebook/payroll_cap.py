"""Limit: no commune's payroll grows beyond its quota."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves


class PayrollCap(Limit):
    """After all moves a commune bloc's payroll is at most its quota, or at most today's where it is over already.

    What: people on the payroll of a unit and bloc after the plan.
    Why: the quota is what the province has assigned; being over is tolerated, growing further is not.
    Formula: payroll today + in - out <= max(quota, payroll today); secondments change no payroll.
    Data: quotas (the latest on or before the date), people.unit_id, people.bloc.
    Source: Official Letter 09-CV/BCĐ of 30 May 2025.
    Relax: a larger quota in the data; waive for a unit.
    """

    name = "payroll_cap"
    title = T("Payroll within the quota")
    source = Source("Công văn 09-CV/BCĐ (30/5/2025)", "A", date(2025, 5, 30))
    waived_by = frozenset({"unit_id"})

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per commune bloc with a quota."""
        groups = a.commune_groups
        arriving, leaving = moves.payroll_groups()
        return rows_over(
            (Term(a.group_row(groups, arriving), 1), Term(a.group_row(groups, leaving), -1)),
            n=len(groups),
            upper=np.maximum(a.quota[groups] - a.payroll[groups], 0),
            unit=a.group_unit[groups],
        )
