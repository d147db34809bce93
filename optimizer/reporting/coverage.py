"""LinhVuc: the fields for which a commune that needs them has nobody on site, before or after the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from optimizer.plan import FieldCover, Plan
from optimizer.reporting.collation import place_in, vietnamese_key
from optimizer.reporting.naming import Names, heading, label
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.scenario.schema import Unit
from optimizer.texts import T


def coverage(plan: Plan, names: Names) -> Sheet:
    """Where nobody is, or was, able to do the work."""
    needed, before, after = sums(plan.coverage)
    title = T("Fields without anybody on site: {before} before the plan, {after} after it", before=before, after=after)
    line = T("Out of {n} pairs of commune and field; the others are covered before and after.", n=needed)
    return Sheet("LinhVuc", str(title), (coverage_table(plan, names),), (str(line),))


def sums(rows: Iterable[FieldCover]) -> tuple[int, int, int]:
    """How many communes need a field, and how many of these have nobody for it before and after."""
    found = list(rows)
    return len(found), sum(not row.covered_before for row in found), sum(not row.covered_after for row in found)


def coverage_table(plan: Plan, names: Names) -> Table:
    """Every commune and field with nobody before or after, by field in the order of its list, then by commune."""
    columns = [
        Column(heading(FieldCover, "field"), 28),
        Column(heading(Unit, "name"), 28),
        Column(heading(Unit, "former_district"), 24),
        Column(heading(FieldCover, "covered_before"), 12, "whole"),
        Column(heading(FieldCover, "covered_after"), 12, "whole"),
        Column(str(T("What changes")), 44),
    ]
    rows = [
        (
            label(names.fields, row.field),
            names.unit(row.unit_id),
            names.district(row.unit_id),
            row.covered_before,
            row.covered_after,
            _change(row),
        )
        for row in _in_order(plan.coverage, names)
        if not (row.covered_before and row.covered_after)
    ]
    return table("", columns, rows)


def _change(row: FieldCover) -> str:
    if row.covered_after:
        return str(T("covered by this plan"))
    return str(T("covered no longer") if row.covered_before else T("stays without anybody"))


def _in_order(rows: Iterable[FieldCover], names: Names) -> list[FieldCover]:
    def key(row: FieldCover) -> Any:
        return place_in(names.fields, row.field), row.field, vietnamese_key(names.unit(row.unit_id)), row.unit_id

    return sorted(rows, key=key)
