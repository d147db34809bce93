"""ThamSo: every rule with its state and source, what was decided, and every setting that the plan was made with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from optimizer.plan import Plan
from optimizer.reporting.naming import RULE_TITLES, Names, heading, label
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.rulebook import RULES
from optimizer.scenario.keys import flat
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import DECISION, FORM
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
    """The rules, decisions and settings, so that the plan can be made again."""
    tables = (_rules(plan, names), _decisions(plan, names), _keys(plan))
    return Sheet("ThamSo", str(T("Rules and settings of this plan")), tables)


def _rules(plan: Plan, names: Names) -> Table:
    columns = [
        Column(str(T("Rule")), 34),
        Column(str(T("What it asks")), 50),
        Column(str(T("State")), 16),
        Column(str(T("Source")), 60),
        Column(str(T("How sure the source is")), 34),
    ]
    used: Mapping[str, Mapping[str, Any]] = plan.parameters.get("rules", {})
    scenario = names.scenario
    rows = [
        (
            rule.name,
            str(rule.title),
            str(STATES[used[rule.name]["state"] if scenario is None else rule.state_in(scenario.rules)]),
            rule.source.citation,
            str(CERTAINTIES[rule.source.certainty]),
        )
        for rule in RULES
    ]
    return table(str(T("Rules")), columns, rows)


def _decisions(plan: Plan, names: Names) -> Table:
    """What was decided beforehand, waived rules among it; the free text of a reason stays in the scenario."""
    columns = [
        Column(heading(Decision, "kind"), 34),
        Column(str(T("Whom and where")), 50),
        Column(heading(Decision, "form"), 16),
        Column(heading(Decision, "rule"), 60),
        Column(heading(Decision, "decided_by"), 34),
        Column(heading(Decision, "decided_on"), 16, "date"),
    ]
    given: list[Mapping[str, Any]] = plan.parameters.get("decisions", [])
    rows = [
        (
            label(DECISION, row["kind"]),
            _place(row, names),
            label(FORM, row["form"]),
            "" if row["rule"] is None else str(RULE_TITLES.get(row["rule"], row["rule"])),
            row["decided_by"],
            None if row["decided_on"] is None else date.fromisoformat(row["decided_on"]),
        )
        for row in given
    ]
    return table(str(T("Decisions taken beforehand")), columns, rows)


def _place(row: Mapping[str, Any], names: Names) -> str:
    """The cells of a decision that say whom and where, in words with their ids; blank: everybody, everywhere."""
    found = (("person_id", names.person), ("post_id", names.post), ("unit_id", names.unit))
    return "; ".join(
        row[column] if name(row[column]) == row[column] else f"{name(row[column])} ({row[column]})"
        for column, name in found
        if row[column] is not None
    )


def _keys(plan: Plan) -> Table:
    columns = [Column(str(T("Key")), 34), Column(str(T("Value")), 50)]
    rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in flat(plan.parameters) if key != "decisions"]
    return table(str(T("Settings")), columns, rows)
