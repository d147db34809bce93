"""What should have come and has not: units without people, files without rows, tables that nobody sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from optimizer.errors import Problem
from optimizer.scenario.gathering.books import Book
from optimizer.scenario.gathering.gathered import GatheredTable
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Person
from optimizer.texts import T


def check_files(books: Sequence[Book], people: GatheredTable) -> Iterator[Problem]:
    """Files that bring nothing, and files of a unit of which nobody is listed anywhere."""
    staffed = _staffed(books, people)
    for book in books:
        if book.is_empty or (book.home is not None and book.home not in staffed and "people" not in book.broken):
            sheet = next((label for label, name in book.sheets.items() if name == Person.sheet), book.called)
            message = T("the file lists nobody")
            mend = T("Ask the unit for its list, or leave the file out")
            yield Problem(sheet, "E613", message, mend, value=book.home)
            people.doubt(*filter(None, [book.home]))
            people.is_whole = False


def check_units(books: Sequence[Book], tables: Mapping[str, GatheredTable], day: date | None) -> Iterator[Problem]:
    """Communes, and provincial bodies with a quota, of which no file brings people.

    As many as there are files that could not be read and do not say whose they are may be hidden in these.
    """
    people, units = tables["people"], tables["units"]
    told = {book.home for book in books if book.is_empty or not book.rows("people")}
    told |= {unit for book in books for unit in book.maybe}
    staffed = _staffed(books, people)
    wanted = {row.unit_id for row in tables["quotas"].rows if row.quota and (day is None or row.effective_from <= day)}
    missing = [
        (line, row)
        for line, row in units.numbered()
        if row.unit_id not in staffed | told and (row.is_commune or row.unit_id in wanted)
    ]
    hidden = sum(book.home is None and not book.maybe and (book.untold or "people" in book.broken) for book in books)
    for line, row in missing:
        for table in tables.values():
            table.doubt(row.unit_id)
        people.is_whole = False
        if len(missing) > hidden:
            message = T("no file brings people of {unit}", unit=units.names.label(row.unit_id))
            mend = T("Ask for its file, or look whether another file bears its code or name")
            yield units.problem(line, "unit_id", "E605", message, mend, row.unit_id)


def _staffed(books: Sequence[Book], people: GatheredTable) -> set[str | None]:
    """Units of which rows stand in some file, read or not."""
    staffed: set[str | None] = {row.unit_id for row in people.rows} | people.claimed
    for book in books:
        if book.home is not None and (book.rows("people") or "people" in book.broken):
            staffed.add(book.home)
        elif book.home is None and book.rows("people"):
            raw = book.parts["people"].raw
            at = raw.header.index("unit_id") if "unit_id" in raw.header else None
            staffed |= {cells[at] for _, cells in raw.rows} if at is not None else set()
    return staffed


def check_tables(books: Sequence[Book]) -> Iterator[Problem]:
    """Required tables that no file has; none where a file that could not be read may have it."""
    sent = {name for book in books for name in (*book.parts, *book.broken)}
    for model in TABLES:
        if model.table in OPTIONAL_TABLES or model.table in sent:
            continue
        message = T("no file has rows of this sheet")
        yield Problem(model.sheet, "E614", message, T("Add the file that has it"))
