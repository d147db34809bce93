"""DoiDu: units and blocs over their quota, before and after, and who left them."""

from __future__ import annotations

from optimizer.plan import Plan, UnitBalance
from optimizer.reporting.balance import in_order
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names, heading
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.rulebook.after import CHANGES_PAYROLL
from optimizer.scenario.schema import Unit
from optimizer.texts import T


def surplus(plan: Plan, names: Names) -> Sheet:
    """Where people are too many."""
    return Sheet("DoiDu", str(T("Units over their quota before and after the plan")), (surplus_table(plan, names),))


def surplus_table(plan: Plan, names: Names) -> Table:
    """One row per unit and bloc that is over its quota before or after the plan."""
    columns = [
        Column(heading(Unit, "unit_id"), 12),
        Column(heading(Unit, "name"), 30),
        Column(heading(UnitBalance, "bloc"), 20),
        Column(heading(UnitBalance, "quota"), 11, "whole"),
        Column(heading(UnitBalance, "payroll_before"), 11, "whole"),
        Column(heading(UnitBalance, "payroll_after"), 11, "whole"),
        Column(str(T("Over quota before")), 11, "whole"),
        Column(str(T("Over quota after")), 11, "whole"),
        Column(str(T("Who leaves the payroll")), 60),
    ]
    rows = [
        (
            row.unit_id,
            names.unit(row.unit_id),
            names.bloc(row.bloc),
            row.quota,
            row.payroll_before,
            row.payroll_after,
            max(0, row.payroll_before - row.quota),
            max(0, row.payroll_after - row.quota),
            "; ".join(sorted(_leavers(plan, names, row), key=vietnamese_key)),
        )
        for row in in_order(plan.units, names)
        if max(row.payroll_before, row.payroll_after) > row.quota
    ]
    return table("", columns, rows)


def _leavers(plan: Plan, names: Names, place: UnitBalance) -> list[str]:
    """Names of those who leave the unit for good, of the bloc as far as the people are known."""
    return [
        names.person(move.person_id)
        for move in plan.moves
        if move.from_unit_id == place.unit_id != move.to_unit_id
        and move.form in CHANGES_PAYROLL
        and names.bloc_of(move.person_id) in {None, place.bloc}
    ]
