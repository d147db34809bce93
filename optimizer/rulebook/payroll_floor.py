"""Limit: no commune's payroll falls below what it must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves


class PayrollFloor(Limit):
    """After all moves a commune bloc's payroll is at least its quota, or today's where it is below already.

    What: people on the payroll of a unit and bloc after the plan.
    Why: whoever is short gives only against someone who comes in.
    Formula: payroll today + in - out >= min(quota, payroll today).
    Data: quotas, people.unit_id, people.bloc.
    Source: Official Letter 7415/BNV-CCVC (moves between communes): the giving unit keeps what it needs.
    Relax: waive for a unit.
    """

    name = "payroll_floor"
    title = T("The giving commune keeps its payroll")
    source = Source("Công văn 7415/BNV-CCVC (điều động giữa các xã)", "A")
    waived_by = frozenset({"unit_id"})

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per commune bloc with a quota."""
        groups = a.commune_groups
        arriving, leaving = moves.payroll_groups()
        return rows_over(
            (Term(a.group_row(groups, arriving), 1), Term(a.group_row(groups, leaving), -1)),
            n=len(groups),
            lower=a.base[groups] - a.payroll[groups],
            unit=a.group_unit[groups],
        )
