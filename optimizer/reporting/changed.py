"""What a plan changes of the one before its meeting, row by row, in words."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.plan import ChangedRow
from optimizer.reporting.naming import Names, heading, label
from optimizer.reporting.tables import Column, Table, table
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import FORM
from optimizer.texts import T
from optimizer.wording import CHANGE_REASONS


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
