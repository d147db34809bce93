"""PhuongAn: one row per move, grouped by the body that decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from optimizer.plan import MovedPerson, Plan
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names, flags, heading, label, reason
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import CATEGORY, DECIDED_BY, FORM
from optimizer.texts import T


def moved(plan: Plan, names: Names) -> Sheet:
    """The list of moves, for the meeting."""
    title = T("List of moves: {n} people", n=len(plan.moves))
    return Sheet("PhuongAn", str(title), (moves_table(plan, names),))


def moves_table(plan: Plan, names: Names) -> Table:
    """Every move in words: by deciding body, destination and name; which exempt case anybody is in stands nowhere."""
    leavers = _leavers(plan, names)
    rows = [(number, *_row(move, names, leavers)) for number, move in enumerate(in_order(plan, names), start=1)]
    return table("", _columns(), rows, brief=(0, 1, 2, 4, 5, 7, 8, 11, 13), grouped_by=1)


def in_order(plan: Plan, names: Names) -> list[MovedPerson]:
    """Moves by deciding body, in the order of its list and those without one last; then by destination and name."""
    bodies = list(DECIDED_BY)

    def key(move: MovedPerson) -> Any:
        body = bodies.index(move.decided_by) if move.decided_by in bodies else len(bodies)
        unit = names.unit(move.to_unit_id)
        return (
            body,
            move.decided_by or "",
            vietnamese_key(unit),
            unit,
            vietnamese_key(names.person(move.person_id)),
            (move.order or 0),
            move.person_id,
        )

    return sorted(plan.moves, key=key)


def _columns() -> list[Column]:
    return [
        Column(str(T("No.")), 6, "whole"),
        Column(heading(MovedPerson, "decided_by"), 11),
        Column(heading(Person, "name"), 15),
        Column(heading(MovedPerson, "person_id"), 11),
        Column(heading(MovedPerson, "form"), 11),
        Column(str(T("From unit")), 13),
        Column(str(T("From post")), 17),
        Column(str(T("To unit")), 13),
        Column(str(T("To post")), 20),
        Column(heading(MovedPerson, "start"), 10, "date"),
        Column(str(T("Until and including")), 10, "date"),
        Column(heading(MovedPerson, "km"), 8, "km"),
        Column(str(T("Gap filled")), 14),
        Column(heading(MovedPerson, "reason"), 13),
        Column(heading(MovedPerson, "legal_basis"), 12),
        Column(heading(MovedPerson, "flags"), 12),
        Column(str(T("Order of execution")), 10, "whole", printed=False),
        Column(heading(MovedPerson, "chain"), 8, "whole", printed=False),
        Column(heading(MovedPerson, "commute_km"), 10, "whole", printed=False),
        Column(heading(MovedPerson, "points"), 10, "whole", printed=False),
        Column(heading(MovedPerson, "to_post_id"), 18, printed=False),
    ]


def _row(move: MovedPerson, names: Names, leavers: Mapping[str, list[str]]) -> tuple[Cell, ...]:
    """One move, in the order of the columns after its number."""
    return (
        label(DECIDED_BY, move.decided_by),
        names.person(move.person_id),
        names.person_id(move.person_id),
        label(FORM, move.form),
        names.unit(move.from_unit_id),
        names.post(move.from_post_id, move.from_unit_id),
        names.unit(move.to_unit_id),
        names.post(move.to_post_id, move.to_unit_id),
        move.start,
        last_day(move),
        None if move.from_unit_id == move.to_unit_id else move.km,
        gap_filled(move, names, leavers),
        reason(move.reason),
        move.legal_basis,
        flags(move.flags),
        move.order,
        move.chain,
        move.commute_km,
        move.points,
        move.to_post_id,
    )


def last_day(move: MovedPerson) -> date | None:
    """The last day of a move's term; None where it has none."""
    return None if move.end is None else move.end - timedelta(days=1)


def gap_filled(move: MovedPerson, names: Names, leavers: Mapping[str, list[str]]) -> str:
    """Which gap the move fills: category and fields of the post, or whose seat; empty where the post is not known."""
    post = names.post_row(move.to_post_id)
    if move.reason == "replaces":
        left_by = leavers.get(move.to_post_id, [])
        return str(T("the seat of {names}", names="; ".join(left_by)) if left_by else T("a seat that is left"))
    if post is None:
        return ""
    if post.category == "general":
        return str(T("shortage of people"))
    return ": ".join(filter(None, (label(CATEGORY, post.category), names.of_fields(post.fields))))


def _leavers(plan: Plan, names: Names) -> dict[str, list[str]]:
    """Names of those who leave a post, by post."""
    found: dict[str, list[str]] = {}
    for move in plan.moves:
        if move.from_post_id is not None:
            found.setdefault(move.from_post_id, []).append(names.person(move.person_id))
    return {post_id: sorted(people, key=vietnamese_key) for post_id, people in found.items()}
