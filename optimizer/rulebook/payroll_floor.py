"""Limit: no commune's payroll falls below what it must keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import Rows, in_and_out, rows_over
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class PayrollFloor(Limit):
    """After all moves a commune bloc's payroll is at least its quota, or today's where it is below already.

    What: people on the payroll of a unit and bloc after the plan.
    Why: whoever is short gives only against someone who comes in.
    Formula: payroll today + in - out >= min(quota, payroll today).
    Data: quotas, people.unit_id, people.bloc.
    Source: the planner's choice; Official Letter 7415/BNV-CCVC speaks of moves between communes, not of a floor.
    Relax: waive for a unit.
    """

    name = "payroll_floor"
    title = T("The giving commune keeps its payroll")
    source = Source("Lựa chọn của cơ quan lập phương án; Công văn 7415/BNV-CCVC (điều động giữa các xã)", "planner")
    measure = "people"
    waived_by = frozenset({"unit_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per commune bloc with a quota."""
        groups = a.commune_groups
        return rows_over(
            in_and_out(a, groups, moves.payroll_groups()),
            n=len(groups),
            lower=a.base[groups] - a.payroll[groups],
            unit=a.group_unit[groups],
            bloc=groups % a.n_blocs,
            today=a.payroll[groups],
        )

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        for place in facts.quota:
            unit_id, bloc = place
            if not facts.units[unit_id].is_commune or facts.is_waived(self.name, unit_id=unit_id):
                continue
            least, payroll = facts.base(place), after.payroll[place]
            if payroll < least:
                yield T(
                    "{unit}, {bloc}: payroll {payroll} below {least}",
                    unit=unit_id,
                    bloc=bloc,
                    payroll=payroll,
                    least=least,
                )
