"""TruocSau: every unit and bloc with a quota, before and after the plan."""

from __future__ import annotations

from typing import Any

from optimizer.plan import Plan, UnitBalance
from optimizer.reporting.collation import place_in, vietnamese_key
from optimizer.reporting.naming import Names, heading
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.scenario.schema import Unit
from optimizer.texts import T


def balance(plan: Plan, names: Names) -> Sheet:
    """Quota, payroll and people on site per unit and bloc."""
    line = T("Missing: quota less people on site. Over quota: payroll less quota. Bars before and after share a scale.")
    return Sheet("TruocSau", str(T("Units before and after the plan")), (balance_table(plan, names),), (str(line),))


def balance_table(plan: Plan, names: Names) -> Table:
    """Communes first, then provincial bodies, each by name. Bars are for communes: large bodies would dwarf them."""
    columns = [
        Column(heading(Unit, "unit_id"), 11),
        Column(heading(Unit, "name"), 23),
        Column(heading(Unit, "former_district"), 19),
        Column(heading(UnitBalance, "bloc"), 18),
        Column(heading(UnitBalance, "quota"), 8, "whole"),
        Column(heading(UnitBalance, "payroll_before"), 9, "whole"),
        Column(heading(UnitBalance, "payroll_after"), 9, "whole"),
        Column(heading(UnitBalance, "strength_before"), 9, "whole"),
        Column(heading(UnitBalance, "strength_after"), 9, "whole"),
        Column(str(T("Missing before")), 11, "whole", bar="missing"),
        Column(str(T("Missing after")), 11, "whole", bar="missing"),
        Column(heading(UnitBalance, "shortage_rate"), 10, "percent"),
        Column(str(T("Over quota before")), 11, "whole", bar="over"),
        Column(str(T("Over quota after")), 11, "whole", bar="over"),
    ]
    rows = [
        (
            row.unit_id,
            names.unit(row.unit_id),
            names.district(row.unit_id),
            names.bloc(row.bloc),
            row.quota,
            row.payroll_before,
            row.payroll_after,
            row.strength_before,
            row.strength_after,
            max(0, row.quota - row.strength_before),
            max(0, row.quota - row.strength_after),
            row.shortage_rate,
            max(0, row.payroll_before - row.quota),
            max(0, row.payroll_after - row.quota),
        )
        for row in in_order(plan.units, names)
    ]
    communes = sum(names.is_commune(row.unit_id) for row in plan.units)
    return table("", columns, rows, bar_rows=communes, brief=(1, 3, 4, 9, 10, 12, 13))


def in_order(rows: tuple[UnitBalance, ...], names: Names) -> list[UnitBalance]:
    """Rows by unit: communes before provincial bodies, by name, blocs in the order of their list."""

    def key(row: UnitBalance) -> Any:
        place = place_in(names.blocs, row.bloc)
        return not names.is_commune(row.unit_id), vietnamese_key(names.unit(row.unit_id)), row.unit_id, place

    return sorted(rows, key=key)
