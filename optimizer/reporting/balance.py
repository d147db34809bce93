"""TruocSau: every unit and bloc with a quota, before and after the plan."""

from __future__ import annotations

from typing import Any

from optimizer.plan import Plan, UnitBalance
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names, heading
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.scenario.schema import Unit
from optimizer.texts import T


def balance(plan: Plan, names: Names) -> Sheet:
    """Quota, payroll and people on site per unit and bloc."""
    return Sheet("TruocSau", str(T("Units before and after the plan")), (balance_table(plan, names),))


def balance_table(plan: Plan, names: Names) -> Table:
    """Communes first, then provincial bodies, each by name."""
    columns = [
        Column(heading(Unit, "unit_id"), 12),
        Column(heading(Unit, "name"), 30),
        Column(heading(Unit, "former_district"), 20),
        Column(heading(UnitBalance, "bloc"), 20),
        Column(heading(UnitBalance, "quota"), 11, "whole"),
        Column(heading(UnitBalance, "payroll_before"), 11, "whole"),
        Column(heading(UnitBalance, "payroll_after"), 11, "whole"),
        Column(heading(UnitBalance, "strength_before"), 11, "whole"),
        Column(heading(UnitBalance, "strength_after"), 11, "whole"),
        Column(str(T("Missing before")), 11, "whole"),
        Column(str(T("Missing after")), 11, "whole"),
        Column(heading(UnitBalance, "shortage_rate"), 11, "percent"),
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
        )
        for row in in_order(plan.units, names)
    ]
    return table("", columns, rows)


def in_order(rows: tuple[UnitBalance, ...], names: Names) -> list[UnitBalance]:
    """Rows by unit: communes before provincial bodies, by name, blocs in the order of their list."""
    blocs = list(names.blocs)

    def key(row: UnitBalance) -> Any:
        place = blocs.index(row.bloc) if row.bloc in blocs else len(blocs)
        return not names.is_commune(row.unit_id), vietnamese_key(names.unit(row.unit_id)), row.unit_id, place

    return sorted(rows, key=key)
