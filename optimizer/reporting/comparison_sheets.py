"""The sheets of a comparison, TongHop first: status and goals of both plans, counts, sums, and what they rest on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from optimizer.comparison import PERSON_KINDS, Comparison, SettingChange
from optimizer.plan import GoalResult, Plan
from optimizer.reporting.collation import place_in
from optimizer.reporting.differences import (
    KIND_WORDS,
    PLANS,
    changed_people,
    changed_posts,
    changed_units,
    statuses,
)
from optimizer.reporting.goal_figures import proof
from optimizer.reporting.keys import Key, keys_of
from optimizer.reporting.naming import GOAL_UNITS, RULE_TITLES, Names, goal, label
from optimizer.reporting.open_seats import shortages
from optimizer.reporting.overview import NARROW, WIDE, status_words
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.reporting.waivers import place_words
from optimizer.scenario.meaning import STATES
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import CATEGORY, DECIDED_BY, DECISION, FORM
from optimizer.texts import T, Text, words

PARTS: Final[Mapping[str, Text]] = {
    "setting": T("Setting"),
    "decision": T("Decision"),
    "file": T("Data file"),
    "version": T("Program version"),
}
SHOWN_OF_A_HASH: Final = 12  # letters: enough to tell two files apart
PlanNames = tuple[str, str]


def comparison_sheets(found: Comparison, names: Names, called: PlanNames = ("", "")) -> tuple[Sheet, ...]:
    """All sheets that have something to say. `called`: how each plan is called, such as the name of its folder."""
    sheets = (
        summary(found, names, called),
        changed_people(found, names),
        changed_posts(found, names),
        changed_units(found, names),
        grounds(found, names),
    )
    return tuple(sheet for sheet in sheets if sheet.stands)


def title_of(found: Comparison) -> Text:
    """What is compared."""
    return T("Comparison of two plans: {name}", name=found.plans[1].scenario)


def summary(found: Comparison, names: Names, called: PlanNames) -> Sheet:
    """TongHop."""
    tables = (goals_table(found), bodies_table(found), sums_table(found, names))
    lines = (*(plan_words(found, at, called) for at in (0, 1)), str(verdict(found)))
    return Sheet("TongHop", str(title_of(found)), tables, lines)


def plan_words(found: Comparison, at: int, called: PlanNames) -> str:
    """Which plan it is, and its status."""
    plan = found.plans[at]
    who = ", ".join(filter(None, (called[at], f"{plan.date:%d/%m/%Y}")))
    return f"{PLANS[at]} ({who}). {status_words(plan)}"


def verdict(found: Comparison) -> Text:
    """In one sentence, how much differs."""
    if found.is_empty:
        return T("Nothing differs: both plans make the same {n} moves.", n=words(found.kept))
    kinds = "; ".join(f"{KIND_WORDS[kind]}: {words(number)}" for kind, number in found.by_kind.items())
    if not kinds:
        return T("Both plans make the same {n} moves; what differs stands below.", n=words(found.kept))
    return T("{kept} moves are the same in both plans, {n} people are treated differently ({kinds}).",
             kept=words(found.kept), n=words(len(found.people)), kinds=kinds)  # fmt: skip


def goals_table(found: Comparison) -> Table:
    """Every goal in both plans with what is proven of it, and the difference."""
    columns = [
        Column(str(T("Goal, in order of priority")), WIDE),
        *(Column(str(plan), NARROW, "whole") for plan in PLANS),
        Column(str(T("Change (2 less 1)")), NARROW, "whole"),
        *(Column(str(T("Proof, {plan}", plan=plan)), 2 * NARROW, span=2) for plan in PLANS),
        Column(str(T("Unit of measure")), 3 * NARROW, span=3),
    ]
    rows = [
        (
            goal(change.name),
            *(None if side is None else side.value for side in (change.before, change.after)),
            change.difference,
            *(_proof(side) for side in (change.before, change.after)),
            str(GOAL_UNITS.get(change.name, "")),
        )
        for change in found.goals
    ]
    return table(str(T("Goals")), columns, rows, " ".join(map(str, goals_notes(found))), brief=(0, 1, 2, 3, 4, 5))


def goals_notes(found: Comparison) -> list[Text]:
    """How the goals of two plans are read side by side."""
    notes = [T("Smaller is better; each goal counts before all those below it.")]
    if not found.measured_alike:
        notes.append(
            T("The plans were made from different settings or data (sheet ThamSo): a difference may then not be due to "
              "the moves alone.")
        )  # fmt: skip
    return notes


def _proof(result: GoalResult | None) -> str:
    return str(T("no goal of this plan")) if result is None else proof(result)


def bodies_table(found: Comparison) -> Table:
    """How many moves of each deciding body stay as they are, and what becomes of the others."""
    columns = [
        Column(str(T("Deciding body")), WIDE),
        Column(str(T("the same in both")), NARROW, "whole"),
        *(Column(str(KIND_WORDS[kind]), NARROW, "whole") for kind in PERSON_KINDS),
    ]
    counts = Counter((change.decided_by, change.kind) for change in found.people)
    kept = {count.body: count.kept for count in found.bodies}
    rows = [
        (label(DECIDED_BY, body) or str(T("not named")), kept[body], *(counts[body, kind] for kind in PERSON_KINDS))
        for body in in_order(found)
    ]
    if len(rows) > 1:
        rows.append((str(T("All bodies")), *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    note = str(T("A move that two bodies decide on in turn stands with that of plan 2.")) if rows else ""
    return table(str(T("Moves by deciding body")), columns, rows, note)


def in_order(found: Comparison) -> list[str | None]:
    """The deciding bodies in the order of their list; those that it does not know after it, none last."""
    return sorted(
        (count.body for count in found.bodies),
        key=lambda body: (place_in(DECIDED_BY, body), body is None, body or ""),
    )


def sums_table(found: Comparison, names: Names) -> Table:
    """Sums that differ: moves by form, kilometres, cost, open seats, people missing and over the quota."""
    columns = [
        Column(str(T("Sums")), WIDE),
        *(Column(str(plan), NARROW, "whole") for plan in PLANS),
        Column(str(T("Change (2 less 1)")), NARROW, "whole"),
    ]
    first, other = (_sums(plan, names) for plan in found.plans)
    rows = [
        (str(title), before, after, after - before)
        for title, before, after in zip(first, first.values(), other.values(), strict=True)
        if before != after
    ]
    return table(str(T("Sums that differ")), columns, rows)


def _sums(plan: Plan, names: Names) -> dict[str, int]:
    """Title and value of every sum of a plan; the same titles in the same order for every plan."""
    forms = Counter(move.form for move in plan.moves)
    seats: Counter[str] = Counter()
    for row in plan.gaps:
        seats[row.category] += row.gap
    _, missing, _, over = shortages([row for row in plan.units if names.is_commune(row.unit_id)])
    return {
        str(T("All moves")): len(plan.moves),
        **{str(T("Moves: {form}", form=label(FORM, form))): forms[form] for form in FORM},
        str(T("Kilometres between units, all moves")): round(sum(move.km or 0 for move in plan.moves)),
        str(T("Cost of all moves, thousand dong")): plan.totals.get("cost", 0),
        **{str(T("Seats still open: {category}", category=label(CATEGORY, code))): seats[code] for code in CATEGORY},
        str(T("People missing in communes")): missing,
        str(T("People over the quota in communes")): over,
    }


def grounds(found: Comparison, names: Names) -> Sheet:
    """ThamSo: settings, decisions, files and versions that differ, to say why the plans do."""
    title = T("What the plans were made from, as far as it differs: {n}", n=words(len(found.settings)))
    return Sheet("ThamSo", str(title), (grounds_table(found, names),), (statuses(found),), optional=True)


def grounds_table(found: Comparison, names: Names) -> Table:
    """Settings in words with their meaning, then decisions, files and versions."""
    columns = [
        Column(str(T("What it is")), 16),
        Column(str(T("Key or name")), 30),
        Column(str(T("Meaning")), 56),
        *(Column(str(plan), 36) for plan in PLANS),
    ]
    keys = [{key.name: key for key in keys_of(plan.parameters or None, names)} for plan in found.plans]
    rows = [(str(PARTS[change.part]), *_ground(change, keys, names)) for change in found.settings]
    return table("", columns, list(dict.fromkeys(rows)))


def _ground(change: SettingChange, keys: Sequence[Mapping[str, Key]], names: Names) -> tuple[Cell, ...]:
    """Key, meaning and the words of both sides."""
    sides = (change.before, change.after)
    if change.part == "decision":
        return label(DECISION, change.key), _decision(change, names), *(_decided(side) for side in sides)
    if change.part == "file":
        shown = (None if side is None else str(side)[:SHOWN_OF_A_HASH] for side in sides)
        return change.key, str(T("beginning of its SHA-256")), *(side or str(T("(none)")) for side in shown)
    name = next((name for name in {**keys[0], **keys[1]} if f"{change.key}.".startswith(f"{name}.")), None)
    if change.part == "version" or name is None:
        return change.key, _rule_of(change.key), *(_plain(side) for side in sides)
    known = [of_plan.get(name) for of_plan in keys]
    meaning = next(key.meaning for key in known if key is not None)
    told = ": ".join(filter(None, (_rule_of(name), meaning)))
    return name, told, *(str(T("(none)")) if key is None else key.value for key in known)


def _rule_of(key: str) -> str:
    """The title of the rule that a key belongs to; empty where it belongs to none."""
    table, _, rest = key.partition(".")
    return str(RULE_TITLES.get(rest.partition(".")[0], "")) if table == "rules" else ""


def _plain(value: Any) -> str:
    """A value without words of its own; states of rules have theirs."""
    if isinstance(value, str):
        return str(STATES.get(value, value))
    return str(T("(none)")) if value is None else json.dumps(value, ensure_ascii=False)


def _decision(change: SettingChange, names: Names) -> str:
    """Whom and where a decision concerns, by which form, and the rule that it waives."""
    row = {**dict.fromkeys(Decision.columns()), **(change.before or change.after)}
    rule = "" if row["rule"] is None else str(RULE_TITLES.get(row["rule"], row["rule"]))
    return "; ".join(filter(None, (place_words(row, names), label(FORM, row["form"]), rule)))


def _decided(row: Mapping[str, Any] | None) -> str:
    """Whether a plan knows the decision, with who took it and when."""
    if row is None:
        return str(T("not there"))
    day = row.get("decided_on")
    signed = [row.get("decided_by"), None if day is None else words(date.fromisoformat(day))]
    return ", ".join(filter(None, (str(T("decided")), *signed)))
