"""What was waived: every waiver with whom it concerns and who decided it, and how many moves rest on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from optimizer.plan import MovedPerson, Plan
from optimizer.reporting.naming import RULE_TITLES, Names, heading
from optimizer.reporting.suppression import FEWEST
from optimizer.reporting.tables import Column, Table, table
from optimizer.rulebook import RULES
from optimizer.scenario.schema import Decision
from optimizer.texts import T, words

Waiver = Mapping[str, Any]
LIMITS: Final = frozenset(rule.name for rule in RULES if rule.kind == "limit")


def waivers_of(plan: Plan) -> list[tuple[int, Waiver]]:
    """The waivers among the plan's decisions, each with its place among them."""
    decisions: list[Waiver] = plan.parameters.get("decisions", [])
    return [(at, row) for at, row in enumerate(decisions) if row["kind"] == "waive"]


def waivers_of_limits(plan: Plan) -> list[Waiver]:
    """Those of rules on the plan as a whole, which no single move needs."""
    return [row for _, row in waivers_of(plan) if row["rule"] in LIMITS]


def touches(waiver: Waiver, move: MovedPerson) -> bool:
    """Whether a move is of the person, from or to the post, and from or to the unit that a waiver of a limit names."""
    return (
        waiver["person_id"] in {None, move.person_id}
        and waiver["post_id"] in {None, move.from_post_id, move.to_post_id}
        and waiver["unit_id"] in {None, move.from_unit_id, move.to_unit_id}
    )


def waiver_words(plan: Plan) -> list[str]:
    """How many rules are waived, and how many moves need it; nothing where none is."""
    waivers = waivers_of(plan)
    moves = sum(bool(move.waived) for move in plan.moves)
    text = T("Waivers: {n} decided beforehand; {moves} moves need one.", n=words(len(waivers)), moves=words(moves))
    return [str(text)] if waivers else []


def needing(plan: Plan, waiver: Waiver) -> list[MovedPerson]:
    """The moves that need a waiver of a gate: they fail the rule and match every cell that it fills."""
    return [
        move
        for move in plan.moves
        if waiver["rule"] in move.waived
        and waiver["person_id"] in {None, move.person_id}
        and waiver["post_id"] in {None, move.to_post_id}
        and waiver["unit_id"] in {None, move.to_unit_id}
        and waiver["form"] in {None, move.form}
    ]


def waivers_table(plan: Plan, names: Names, *, widths: tuple[int, int]) -> Table:
    """One row per waiver; why it was decided is for the planner alone. `widths`: of the first column and the others."""
    wide, narrow = widths
    columns = [
        Column(str(T("Rule waived")), wide),
        Column(str(T("Whom and where")), 3 * narrow, span=3),
        Column(heading(Decision, "decided_by"), 2 * narrow, span=2),
        Column(heading(Decision, "decided_on"), narrow, "date"),
        Column(str(T("Moves that need it")), narrow, "whole"),
    ]
    if names.tier == "planner":
        columns.append(Column(heading(Decision, "reason"), 3 * narrow, span=3))
    rows = [
        (
            str(RULE_TITLES.get(row["rule"], row["rule"])),
            place_words(row, names),
            row["decided_by"],
            None if row["decided_on"] is None else date.fromisoformat(row["decided_on"]),
            len(needing(plan, row)),
            *([_reason(at, names)] if names.tier == "planner" else []),
        )
        for at, row in waivers_of(plan)
    ]
    note = T(
        "Moves are counted for rules on persons and posts; waivers of limits hold for the unit, post or person named."
    )
    return table(str(T("Rules waived")), columns, rows, str(note))


def _reason(at: int, names: Names) -> str:
    """Why the decision at that place was taken, as the scenario says."""
    return (names.scenario.decisions[at].reason or "") if names.scenario is not None else ""


def public_waivers(plan: Plan, width: int, narrow: int) -> list[Table]:
    """How often each rule is waived, of those waived three times or more; no table where there are none."""
    counts = Counter(str(row["rule"]) for _, row in waivers_of(plan))
    columns = [Column(str(T("Rule waived")), width), Column(str(T("Waivers")), narrow, "whole")]
    rows = [(str(title), counts[rule]) for rule, title in RULE_TITLES.items() if counts[rule] >= FEWEST]
    return [table(str(T("Rules waived three times or more")), columns, rows)] if rows else []


def place_words(row: Waiver, names: Names) -> str:
    """The cells of a decision that say whom and where, in words with their ids; blank: everybody, everywhere."""
    found = (
        ("person_id", names.person, names.person_id),
        ("post_id", names.post, str),
        ("unit_id", names.unit, str),
    )
    return "; ".join(
        shown(row[column]) if name(row[column]) == shown(row[column]) else f"{name(row[column])} ({shown(row[column])})"
        for column, name, shown in found
        if row[column] is not None
    )
