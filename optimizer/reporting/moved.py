"""PhuongAn: one row per move, in the order in which the moves can be carried out."""

from __future__ import annotations

from optimizer.plan import MovedPerson, Plan
from optimizer.reporting.naming import Names, flag, heading, label, reason
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import DECIDED_BY, FORM
from optimizer.texts import T


def moved(plan: Plan, names: Names) -> Sheet:
    """The list of moves, for the meeting."""
    title = T("List of moves: {n} people", n=len(plan.moves))
    return Sheet("PhuongAn", str(title), (moves_table(plan, names),))


def moves_table(plan: Plan, names: Names) -> Table:
    """Every move in words; which exempt case anybody is in stands nowhere."""
    moves = sorted(plan.moves, key=lambda move: (move.order or 0, move.person_id))
    return table("", _columns(), [_row(move, names) for move in moves], brief=(0, 2, 4, 5, 7, 8, 11, 13))


def _columns() -> list[Column]:
    return [
        Column(heading(MovedPerson, "order"), 6, "whole"),
        Column(heading(MovedPerson, "chain"), 6, "whole"),
        Column(heading(Person, "name"), 17),
        Column(heading(MovedPerson, "person_id"), 10),
        Column(heading(MovedPerson, "form"), 11),
        Column(str(T("From unit")), 14),
        Column(str(T("From post")), 18),
        Column(str(T("To unit")), 14),
        Column(str(T("To post")), 18),
        Column(heading(MovedPerson, "start"), 11, "date"),
        Column(str(T("Until before")), 11, "date"),
        Column(heading(MovedPerson, "km"), 7, "km"),
        Column(heading(MovedPerson, "commute_km"), 8, "whole"),
        Column(heading(MovedPerson, "points"), 8, "whole"),
        Column(heading(MovedPerson, "reason"), 14),
        Column(heading(MovedPerson, "flags"), 13),
        Column(heading(MovedPerson, "legal_basis"), 14),
        Column(heading(MovedPerson, "decided_by"), 13),
    ]


def _row(move: MovedPerson, names: Names) -> tuple[Cell, ...]:
    """One move, in the order of the columns."""
    return (
        move.order,
        move.chain,
        names.person(move.person_id),
        names.person_id(move.person_id),
        label(FORM, move.form),
        names.unit(move.from_unit_id),
        names.post(move.from_post_id),
        names.unit(move.to_unit_id),
        names.post(move.to_post_id),
        move.start,
        move.end,
        move.km,
        move.commute_km,
        move.points,
        reason(move.reason),
        "; ".join(flag(rule) for rule in move.flags),
        move.legal_basis,
        label(DECIDED_BY, move.decided_by),
    )
