"""ThamSo: every rule, goal and setting with its state, value and source, and what was decided beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from optimizer.goals import GOALS
from optimizer.plan import Plan
from optimizer.reporting.keys import Key, keys_of, own_settings
from optimizer.reporting.naming import GOAL_UNITS, RULE_TITLES, Names, heading, label
from optimizer.reporting.pages import page_of
from optimizer.reporting.rule_words import settings_by_rule, state_words
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.reporting.waivers import place_words
from optimizer.rulebook import RULES
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import DECISION, FORM
from optimizer.texts import T
from optimizer.wording import CERTAINTIES

RULE, MEANING, STATE, VALUE, SOURCE, SURE = 25, 48, 15, 36, 44, 32  # widths of the sheet's columns


def parameters(plan: Plan, names: Names) -> Sheet:
    """The rules, goals, decisions and settings, so that the plan can be made again."""
    keys = keys_of(plan.parameters, names)
    if names.tier == "public":  # the signer of a list is a person
        keys = [key for key in keys if key.table != "documents"]
    tables = [_rules(plan, keys), goals_used(plan, keys)]
    if names.tier != "public":
        tables.append(_decisions(plan, names))
    return Sheet("ThamSo", str(T("Rules and settings of this plan")), (*tables, keys_table(keys)))


def _rules(plan: Plan, keys: Sequence[Key]) -> Table:
    columns = [
        Column(str(T("Rule")), RULE),
        Column(str(T("What it asks")), MEANING),
        Column(str(T("State")), STATE),
        Column(str(T("Settings")), VALUE),
        Column(str(T("Source")), SOURCE),
        Column(str(T("How sure the source is")), SURE),
    ]
    settings = settings_by_rule(plan.parameters)
    rows = [
        (
            rule.name,
            str(rule.title),
            state_words(rule, settings, plan.date),
            own_settings(keys, f"rules.{rule.name}"),
            rule.source.citation,
            str(CERTAINTIES[rule.source.certainty]),
        )
        for rule in RULES
        if rule.name in plan.parameters["rules"]
    ]
    return table(str(T("Rules")), columns, rows)


def goals_used(plan: Plan, keys: Sequence[Key]) -> Table:
    """The goals in their order, with weights and tolerance."""
    columns = [
        Column(str(T("Goal, in order of priority")), RULE),
        Column(str(T("What it counts")), MEANING + STATE, span=2),
        Column(str(T("Unit of measure")), VALUE),
        Column(str(T("Settings")), SOURCE + SURE, span=2),
    ]
    pages = {goal.name: (goal.title, page_of(goal.page()).summary) for goal in GOALS}
    rows = [
        (
            str(pages[result.name][0]),
            str(pages[result.name][1]),
            str(GOAL_UNITS[result.name]),
            own_settings(keys, f"goals.{result.name}"),
        )
        for result in plan.goals
    ]
    return table(str(T("Goals")), columns, rows)


def _decisions(plan: Plan, names: Names) -> Table:
    """What was decided beforehand, waived rules among it; the free text of a reason is for the planner alone."""
    columns = [
        Column(heading(Decision, "kind"), RULE),
        Column(str(T("Whom and where")), MEANING),
        Column(heading(Decision, "form"), STATE),
        Column(heading(Decision, "rule"), VALUE),
        Column(heading(Decision, "decided_by"), SOURCE),
        Column(heading(Decision, "decided_on"), SURE, "date"),
    ]
    if names.tier == "planner":
        columns[4:] = [Column(heading(Decision, "reason"), SOURCE), Column(str(T("Decided by, on")), SURE)]
    given: list[Mapping[str, Any]] = plan.parameters.get("decisions", [])
    rows = [_decided(row, at, names) for at, row in enumerate(given)]
    note = "" if rows else str(T("No decision was taken beforehand."))
    return table(str(T("Decisions taken beforehand")), columns, rows, note)


def _decided(row: Mapping[str, Any], at: int, names: Names) -> tuple[Cell, ...]:
    day = None if row["decided_on"] is None else date.fromisoformat(row["decided_on"])
    words = (
        label(DECISION, row["kind"]),
        _whom_and_where(row, names),
        label(FORM, row["form"]),
        "" if row["rule"] is None else str(RULE_TITLES.get(row["rule"], row["rule"])),
    )
    if names.tier != "planner":
        return (*words, row["decided_by"], day)
    reason = names.scenario.decisions[at].reason if names.scenario is not None else None
    signed = [row["decided_by"] or "", "" if day is None else f"{day:%d/%m/%Y}"]
    return (*words, reason or "", ", ".join(filter(None, signed)))


def _whom_and_where(row: Mapping[str, Any], names: Names) -> str:
    """The cells of a decision that say whom and where; of a pin without a person, how many people."""
    place = place_words(row, names)
    if row["kind"] != "pin" or row["person_id"] is not None:
        return place
    return str(T("{place}: {n} people, whoever they are", place=place, n=row["seats"] or 1))


def keys_table(keys: Sequence[Key]) -> Table:
    """Every key of the settings, as planners read it."""
    columns = [
        Column(str(T("Key")), RULE),
        Column(str(T("Meaning")), MEANING),
        Column(str(T("Is it the default")), STATE),
        Column(str(T("Value")), VALUE),
        Column(str(T("Where the default comes from")), SOURCE + SURE, span=2),
    ]
    rows = [(key.name, key.meaning, key.how, key.value, key.source) for key in keys]
    return table(str(T("Settings")), columns, rows, is_list=True)
