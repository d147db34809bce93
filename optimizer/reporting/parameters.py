"""ThamSo: every rule with its state and source, and every setting that the plan was made with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from optimizer.plan import Plan
from optimizer.reporting.naming import Names
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.rulebook import RULES
from optimizer.texts import T, Text

STATES: Mapping[str, Text] = {"on": T("on"), "off": T("off"), "flag": T("warns only")}
CERTAINTIES: Mapping[str, Text] = {
    "A": T("text read in a named source"),
    "B": T("read second-hand or in part"),
    "C": T("general knowledge, not verified"),
    "NV": T("looked for, not found"),
    "logic": T("follows from the words"),
    "planner": T("the planner's choice"),
}


def parameters(plan: Plan, names: Names) -> Sheet:
    """The rules and settings, so that the plan can be made again."""
    return Sheet("ThamSo", str(T("Rules and settings of this plan")), (_rules(plan), _keys(plan)))


def _rules(plan: Plan) -> Table:
    columns = [
        Column(str(T("Rule")), 34),
        Column(str(T("What it asks")), 50),
        Column(str(T("State")), 16),
        Column(str(T("Source")), 60),
        Column(str(T("How sure the source is")), 34),
    ]
    used: Mapping[str, Mapping[str, Any]] = plan.parameters.get("rules", {})
    rows = [
        (
            rule.name,
            str(rule.title),
            str(STATES[used.get(rule.name, {}).get("state", "on")]),
            rule.source.citation,
            str(CERTAINTIES[rule.source.certainty]),
        )
        for rule in RULES
    ]
    return table(str(T("Rules")), columns, rows)


def _keys(plan: Plan) -> Table:
    columns = [Column(str(T("Key")), 34), Column(str(T("Value")), 50)]
    rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in _flat(plan.parameters)]
    return table(str(T("Settings")), columns, rows)


def _flat(keys: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in keys.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value
