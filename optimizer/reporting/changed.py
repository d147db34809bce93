"""What a plan changes of the one before its meeting, row by row, and who takes a refused seat, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from optimizer.plan import ChangedRow, Plan
from optimizer.refusing import Takeover
from optimizer.reporting.moved import named
from optimizer.reporting.naming import GOAL_UNITS, Names, goal, heading, label
from optimizer.reporting.overview import status_words
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import FORM
from optimizer.texts import T, Text
from optimizer.wording import CHANGE_REASONS


def changed_sheet(plan: Plan, rows: Sequence[ChangedRow], names: Names) -> Sheet:
    """ThayDoi: whom `plan` treats otherwise than the plan before its meeting, and why."""
    told = changed_table(rows, names)
    return Sheet(ChangedRow.sheet, told.title, (replace(told, title=""),), (status_words(plan),))


def changed_table(rows: Sequence[ChangedRow], names: Names) -> Table:
    """One line for each person of whom the two plans say different things."""
    columns = [
        Column(heading(ChangedRow, "person_id"), 14),
        Column(heading(Person, "name"), 22),
        Column(str(T("Former plan")), 40),
        Column(str(T("New plan")), 40),
        Column(heading(ChangedRow, "reason"), 40),
    ]
    told = [
        (
            names.person_id(row.person_id),
            names.person(row.person_id),
            move_words(names, row.former_post_id, row.former_form),
            move_words(names, row.to_post_id, row.form),
            str(CHANGE_REASONS[row.reason]),
        )
        for row in rows
    ]
    return table(str(T("What changed: {n} people", n=len(rows))), columns, told)


def move_words(names: Names, post_id: str | None, form: str | None) -> str:
    """A move in words; that there is none."""
    if post_id is None:
        return str(T("does not move"))
    post = names.post_row(post_id)
    where = [names.post(post_id), "" if post is None else names.unit(post.unit_id)]
    return f"{', '.join(filter(None, where))} ({label(FORM, form)})"


def takeover_lines(seat: Takeover, names: Names) -> tuple[Text, Text]:
    """Who takes the refused seat, and what that has to do with the reserve of the row."""
    row = seat.row
    who, post = named(row.person_id, names), names.post(row.to_post_id, row.to_unit_id)
    where = ", ".join(filter(None, (post, names.unit(row.to_unit_id))))
    takers = "; ".join(named(person, names) for person in seat.taken_by)
    if takers:
        return T("{where}: instead of {who} comes {takers}.", where=where, who=who, takers=takers), _of_reserve(
            seat, names
        )
    return T("{where}: nobody comes instead of {who}.", where=where, who=who), _of_reserve(seat, names)


def _of_reserve(seat: Takeover, names: Names) -> Text:
    if seat.outcome == "no_reserve":
        return T("The row names no reserve: nobody could make this move while all else stays.")
    reserve = named(seat.row.reserve or "", names)
    if seat.outcome == "taken":
        return T("The reserve of the row was {reserve}, who takes the seat.", reserve=reserve)
    if seat.outcome == "barred":
        return T("The reserve of the row, {reserve}, cannot take the seat by now while all else stays: data, settings "
                 "or decisions have changed.", reserve=reserve)  # fmt: skip
    if seat.outcome == "equal":
        return T("The reserve of the row, {reserve}, could take the seat while all else stays, with equal values of "
                 "every goal: either may be chosen.", reserve=reserve)  # fmt: skip
    return T("The reserve of the row, {reserve}, could take the seat while all else stays; the new plan differs from "
             "that in these goals, of which the first counts most:", reserve=reserve)  # fmt: skip


def takeover_table(seat: Takeover) -> Iterator[Table]:
    """The goals in which the new plan differs from one in which the reserve alone takes the seat, if there are any."""
    if seat.outcome != "other" or seat.alone is None:
        return
    columns = [
        Column(str(T("Goal, in order of priority")), 40),
        Column(str(T("With the reserve alone")), 20, "whole"),
        Column(str(T("New plan")), 20, "whole"),
        Column(str(T("Unit of measure")), 30),
    ]
    rows = [
        (goal(name), value, seat.values[name], str(GOAL_UNITS.get(name, "")))
        for name, value in seat.alone.items()
        if value != seat.values[name]
    ]
    yield table("", columns, rows)
