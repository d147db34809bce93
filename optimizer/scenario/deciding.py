"""Decisions of the planner: each must say what its kind needs, fit the data, and contradict no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final, Protocol

from optimizer.errors import Problem
from optimizer.scenario.context import Context
from optimizer.scenario.names import nearest
from optimizer.scenario.schema import Decision, Person, Post
from optimizer.scenario.tables import Table
from optimizer.texts import T

NAMED: Final = ("person_id", "post_id", "unit_id")
PLACES: Final = (*NAMED, "form")


class Known(Protocol):
    """The people and posts of a scenario by their ids."""

    @property
    def people(self) -> Mapping[str, Person]:
        """People by id."""

    @property
    def posts(self) -> Mapping[str, Post]:
        """Posts by id."""


def check_decisions(context: Context) -> Iterator[Problem]:
    """Every problem in the table of decisions."""
    table: Table[Decision] = context.tables["decisions"]
    for line, row in table.numbered():
        yield from _needs(table, line, row)
        yield from _place(context, table, line, row)
        if row.kind == "waive":
            yield from _waiver(context, table, line, row)
        yield from _without_effect(context, table, line, row)
    yield from _contradictions(context, table)


def _needs(table: Table[Decision], line: int, row: Decision) -> Iterator[Problem]:
    """Cells that the kind needs or does not take."""
    needed: dict[str, tuple[str, ...]] = {
        "pin": (),
        "keep": ("person_id",),
        "waive": ("rule", "reason", "decided_by"),
        "ban": (),
    }
    for column in needed[row.kind]:
        if not getattr(row, column):
            message = T("a decision of the kind {kind} needs {column}", kind=row.kind, column=column)
            yield table.problem(line, column, "E420", message, T("Fill it in"))
    if row.kind == "pin" and not (row.post_id or row.unit_id):
        message = T("a pin needs a post or a unit")
        yield table.problem(line, "post_id", "E420", message, T("Name one; to let nobody move use keep"))
    elif row.kind == "pin" and not (row.person_id or row.post_id):
        message = T("a pin names a post that somebody is to take, or a person")
        yield table.problem(line, "post_id", "E420", message, T("Name the person or the post"))
    if row.seats is not None and (row.kind != "pin" or row.person_id):
        message = T("only a pin without a person says how many people take seats")
        yield table.problem(line, "seats", "E421", message, T("Leave the cell blank"), row.seats)
    if row.kind == "waive" and not any(getattr(row, column) for column in NAMED):
        message = T("a waiver names a person, a post or a unit; to lift a rule for everybody, put its state to off")
        yield table.problem(line, "person_id", "E420", message, T("Name whom or where it is waived"))
    if row.kind == "ban" and not any(getattr(row, column) for column in PLACES):
        message = T("a ban without any cell would forbid every move")
        yield table.problem(line, "person_id", "E420", message, T("Name a person, a post, a unit or a form"))
    if row.kind != "waive" and row.rule:
        message = T("only a decision of the kind waive names a rule")
        yield table.problem(line, "rule", "E421", message, T("Leave the cell blank"), row.rule)
    if row.kind == "keep" and row.form:
        message = T("a decision of the kind keep names no form")
        yield table.problem(line, "form", "E421", message, T("Leave the cell blank, or use ban"), row.form)


def _without_effect(context: Context, table: Table[Decision], line: int, row: Decision) -> Iterator[Problem]:
    """Decisions that no move can ever match."""
    unit = context.units.get(row.unit_id or "")
    if row.kind == "ban" and unit is not None and not unit.is_commune:
        message = T("a ban names a destination, and provincial bodies receive nobody: this row changes nothing")
        yield table.problem(line, "unit_id", "W511", message, T("To let nobody leave use keep, or shorten the list"))
    settings = context.read.rules.get(row.rule or "")
    if row.kind == "waive" and settings is not None and settings.state == "off":
        message = T("the rule '{name}' is off: waiving it changes nothing", name=row.rule)
        yield table.problem(line, "rule", "W511", message, T("Delete the row"), row.rule)


def _place(context: Context, table: Table[Decision], line: int, row: Decision) -> Iterator[Problem]:
    """A post named with a unit belongs to it; who is kept is there."""
    post = context.posts.get(row.post_id or "")
    if post is not None and row.unit_id and post.unit_id != row.unit_id:
        message = T("the post belongs to unit {unit}", unit=post.unit_id)
        yield table.problem(line, "unit_id", "E422", message, T("Leave one of the two cells blank"), row.unit_id)
    person = context.people.get(row.person_id or "")
    if row.kind != "keep" or person is None:
        return
    for column, own in (("post_id", person.post_id), ("unit_id", person.unit_id)):
        value = getattr(row, column)
        if value and value != own:
            message = T("the person is not there today")
            mend = T("Name the person's own post or unit, or use pin")
            yield table.problem(line, column, "E423", message, mend, value)


def _waiver(context: Context, table: Table[Decision], line: int, row: Decision) -> Iterator[Problem]:
    """The rule is known and can be waived by the cells that are filled."""
    if not row.rule:
        return
    rules = context.registry.rules
    if row.rule not in rules:
        known = {**context.registry.rules_by_title(), **{name: name for name in rules}}
        near = known.get(nearest(row.rule, known) or "")
        mend = T("Use one of: {codes}", codes=", ".join(rules))
        if near is not None:
            title = context.registry.titles.get(f"rules.{near}", near)
            mend = T("Did you mean '{code}' ({label})?", code=near, label=title)
        yield table.problem(line, "rule", "E424", T("there is no rule '{name}'", name=row.rule), mend, row.rule)
        return
    allowed = context.registry.waived_by.get(row.rule, frozenset())
    if not allowed:
        message = T("the rule '{name}' cannot be waived", name=row.rule)
        yield table.problem(line, "rule", "E425", message, T("Delete the row"), row.rule)
        return
    for column in PLACES:
        value = getattr(row, column)
        if value and column not in allowed:
            message = T("the rule '{name}' cannot be waived by {column}", name=row.rule, column=column)
            mend = T("Use one of: {codes}", codes=", ".join(c for c in PLACES if c in allowed))
            yield table.problem(line, column, "E425", message, mend, value)


def _contradictions(context: Context, table: Table[Decision]) -> Iterator[Problem]:
    """Two pins of one person that cannot both hold; a pin against a ban or a keep. Told at the later kind or row."""
    pins: dict[str | None, list[tuple[int, Decision]]] = {}
    for line, row in table.numbered():
        if row.kind == "pin":
            pins.setdefault(row.person_id, []).append((line, row))
    for rows in pins.values():
        for (first, one), (line, other) in combinations(rows, 2):
            if contradict(context, one, other):
                yield _clash(table, line, other, first)
    for line, row in table.numbered():
        if row.kind in ("ban", "keep"):
            of_all = [pair for rows in pins.values() for pair in rows]
            for first, pin in pins.get(row.person_id, []) if row.person_id else of_all:
                if contradict(context, row, pin):
                    yield _clash(table, line, row, first)


def _clash(table: Table[Decision], line: int, row: Decision, first: int) -> Problem:
    message = T("the decision contradicts the one in row {row}", row=table.named(first))
    return table.problem(line, "kind", "E426", message, T("Delete or change one of the two"), row.kind)


def contradict(known: Known, one: Decision, other: Decision) -> bool:
    """True where two decisions can never both hold, whatever the rest: pins of one person, a pin and a ban or keep."""
    if "pin" not in (one.kind, other.kind):
        return False
    pin, second = (one, other) if one.kind == "pin" else (other, one)
    if second.kind == "pin":
        return pin.person_id is not None and pin.person_id == second.person_id and _differ(known, pin, second)
    if second.kind == "waive" or second.person_id not in (None, pin.person_id) or _stays(known, pin):
        return False
    return _bans(known, second, pin) if second.kind == "ban" else _keeps(known, second, pin)


def _unit(known: Known, row: Decision) -> str | None:
    post = known.posts.get(row.post_id or "")
    return post.unit_id if post else row.unit_id


def _differ(known: Known, one: Decision, other: Decision) -> bool:
    pairs = (
        (one.post_id, other.post_id),
        (_unit(known, one), _unit(known, other)),
        (one.form, other.form),
    )
    return any(a and b and a != b for a, b in pairs)


def _stays(known: Known, pin: Decision) -> bool:
    """The pin is met by staying."""
    person = known.people.get(pin.person_id or "")
    if person is None or pin.form is not None:
        return False
    return person.post_id == pin.post_id if pin.post_id else person.unit_id == pin.unit_id


def _bans(known: Known, ban: Decision, pin: Decision) -> bool:
    """Every move that meets the pin is banned."""
    return (
        ban.post_id in (None, pin.post_id) and ban.unit_id in (None, _unit(known, pin)) and ban.form in (None, pin.form)
    )


def _keeps(known: Known, keep: Decision, pin: Decision) -> bool:
    """The pin asks for a move that the keep forbids."""
    return keep.unit_id is None or bool(keep.post_id) or _unit(known, pin) != keep.unit_id
