"""JSON: one document with the status first, goals with their bounds, and every table in words."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from optimizer.reporting.content import Content
from optimizer.reporting.naming import GOAL_UNITS, goal
from optimizer.reporting.tables import Table


def json_document(content: Content) -> bytes:
    """UTF-8 bytes of the document.

    `tables` hold words as people read them: `columns` with heading and kind, `rows` as lists of values in their
    order; dates are ISO. Their names and the order of columns are stable, words are those of the language. Codes
    stand in `goals` and `totals`, and row by row in the plan's own CSV files. The public tier has its tables alone.
    """
    plan = content.plan
    document: dict[str, Any] = {
        "status": plan.status.value,
        "scenario": plan.scenario,
        "date": plan.date.isoformat(),
        "tier": content.tier,
        "language": content.language,
    }
    if content.tier != "public":  # totals and goals may count fewer people than the public is told
        document["goals"] = [
            {
                "name": result.name,
                "title": goal(result.name),
                "unit": str(GOAL_UNITS.get(result.name, "")),
                "before": plan.before.get(result.name),
                "value": result.value,
                "bound": result.bound,
                "proven": result.proven,
                "greedy": plan.baseline.goals.get(result.name),
            }
            for result in plan.goals
        ]
        document["totals"] = dict(plan.totals)
    document["inputs"] = [asdict(file) for file in plan.inputs]
    document["sheets"] = [
        {
            "name": sheet.name,
            "title": sheet.title,
            "lines": list(sheet.lines),
            "tables": [_table(table) for table in sheet.tables],
        }
        for sheet in content.sheets
    ]
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False, default=_iso) + "\n").encode()


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "note": table.note,
        "columns": [{"heading": column.heading, "kind": column.kind} for column in table.columns],
        "rows": table.rows,
    }


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the document")
