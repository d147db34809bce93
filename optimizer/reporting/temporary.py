"""LapTamThoi: the seats that are filled by secondment, by the month in which they are open again."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Final

from optimizer.plan import MovedPerson, Plan, TemporarySeat
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names, heading, label
from optimizer.reporting.tables import Column, Sheet, Table, table
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import Person, Post, Unit
from optimizer.scenario.vocabulary import CATEGORY
from optimizer.texts import T, words

TERMS: Final = (6, 12, 24)  # months from the plan's date, after which the public's groups of secondments end


def temporary(plan: Plan, names: Names) -> Sheet:
    """What is filled for a time only."""
    title = T("Seats that are filled for a time only: {n}", n=words(len(plan.temporary)))
    return Sheet("LapTamThoi", str(title), (months_table(plan, names), seats_table(plan, names)), optional=True)


def reopening_words(plan: Plan) -> list[str]:
    """How many of the filled seats reopen, and when the first does; nothing where none does."""
    if not plan.temporary:
        return []
    first = min(row.reopens_on for row in plan.temporary)
    text = T(
        "Temporary: {n} of the filled seats are filled by secondment and open again, the first in {month}.",
        n=words(len(plan.temporary)), month=month_words(first),
    )  # fmt: skip
    return [str(text)]


def month_words(day: date) -> str:
    """The month of a day, as it is written: 03/2026."""
    return f"{day:%m/%Y}"


def months_table(plan: Plan, names: Names) -> Table:
    """How many seats open again in each month, by category, and in all until then."""
    columns = [
        Column(str(T("Open again in")), 11),
        Column(label(CATEGORY, "leadership"), 20, "whole"),
        Column(label(CATEGORY, "specialist"), 54, "whole"),
        Column(str(T("in all")), 12, "whole"),
        Column(str(T("in all, until then")), 19, "whole"),
    ]
    months: dict[tuple[int, int], Counter[str]] = {}
    for row in plan.temporary:
        post = names.post_row(row.post_id)
        month = months.setdefault((row.reopens_on.year, row.reopens_on.month), Counter())
        month[post.category if post is not None else "specialist"] += 1
    rows, total = [], 0
    for year, number in sorted(months):
        found = months[year, number]
        total += found.total()
        rows.append((f"{number:02}/{year}", found["leadership"], found["specialist"], found.total(), total))
    return table("", columns, rows)


def seats_table(plan: Plan, names: Names) -> Table:
    """One row per seat, the first to open again first, with whom it is filled and when notice is due."""
    columns = [
        Column(str(T("Open again in")), 11),
        Column(heading(Unit, "name"), 20),
        Column(heading(Post, "title"), 54),
        Column(heading(Post, "category"), 12),
        Column(heading(Person, "name"), 19),
        Column(heading(TemporarySeat, "person_id"), 15),
        Column(str(T("Seconded by")), 29),
        Column(heading(TemporarySeat, "reopens_on"), 13, "date"),
        Column(heading(MovedPerson, "notice_on"), 13, "date"),
    ]
    moves = {move.person_id: move for move in plan.moves}

    def key(row: TemporarySeat) -> Any:
        unit = names.unit(row.unit_id)
        return row.reopens_on.year, row.reopens_on.month, vietnamese_key(unit), row.reopens_on, row.person_id

    rows = []
    for row in sorted(plan.temporary, key=key):
        post, move = names.post_row(row.post_id), moves.get(row.person_id)
        rows.append(
            (
                month_words(row.reopens_on),
                names.unit(row.unit_id),
                names.post(row.post_id),
                "" if post is None else label(CATEGORY, post.category),
                names.person(row.person_id),
                names.person_id(row.person_id),
                "" if move is None else names.unit(move.from_unit_id),
                row.reopens_on,
                None if move is None else move.notice_on,
            )
        )
    title = str(T("The seats, by the month in which they open again"))
    return table(title, columns, rows, is_list=True)


def terms_of_secondments(plan: Plan) -> list[tuple[str, int]]:
    """All secondments by how long after the plan's date they end; every group stands there, whatever its number."""
    counts = [0] * (len(TERMS) + 1)
    for end in (move.end for move in plan.moves if move.form == "secondment" and move.end is not None):
        counts[sum(end > add_months(plan.date, months) for months in TERMS)] += 1
    first = [str(T("until {day}", day=words(add_months(plan.date, months)))) for months in TERMS]
    return list(zip([*first, str(T("later"))], counts, strict=True))
