"""DOCX: the list that goes with a decision, one annex per deciding body, in the form of Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from docx.document import Document as Docx

from optimizer.plan import MovedPerson
from optimizer.reporting import decree_30 as page
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.content import Content
from optimizer.reporting.decree_30 import DOTS, Look
from optimizer.reporting.moved import basis_words, form_words, waived_words
from optimizer.reporting.naming import RULE_TITLES, Names, flags, heading, label
from optimizer.reporting.overview import status_words
from optimizer.reporting.tables import Table
from optimizer.reporting.waivers import place_words, touches, waivers_of_limits
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import DECIDED_BY, FORM
from optimizer.texts import T, Text, words
from optimizer.wording import COMMUNE_BODIES

WIDTHS: Final = (10, 29, 21, 40, 40, 21, 21, 21, 33, 16)  # millimetres, page.WIDTH together
CENTRED: Final = frozenset({0, 2, 5, 6, 7})
LONGEST_TERM: Final = 120  # months
SHORT_TABLE: Final = 12  # rows below which a table of counts is not broken across pages
PLACE_OF_NUMBER: Final = frozenset({"whole", "number", "km", "percent"})


def annex(content: Content) -> bytes:
    """Bytes of the document: a draft until it is signed.

    Every deciding body issues its own decision and so gets its own annex on a new page, with pages numbered anew.
    Rows stand by new unit in Vietnamese order, then by name. The public tier gets its tables of counts instead.
    """
    day = datetime(content.plan.date.year, content.plan.date.month, content.plan.date.day)
    title = T("List that goes with the decision: {name}", name=content.plan.scenario)
    document = page.new_document(day, str(title), content.language)
    if content.tier == "public":
        _counts(document, content)
    else:
        bodies = _bodies(content)
        for at, (body, moves) in enumerate(bodies.items(), start=1):
            if at > 1:
                page.new_section(document)
            _list(document, content, body, moves, roman(at) if len(bodies) > 1 else "")
    return page.as_bytes(document, day)


def roman(number: int) -> str:
    """The number of an annex as it is written: I, II, III, IV."""
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, sign in signs:
        text += sign * (number // value)
        number %= value
    return text


def _bodies(content: Content) -> dict[str | None, list[MovedPerson]]:
    """Moves by deciding body, bodies in the order of their list; one list without rows where nobody moves."""
    names = content.names

    def key(move: MovedPerson) -> tuple[object, ...]:
        unit = names.unit(move.to_unit_id)
        return vietnamese_key(unit), move.to_unit_id or "", vietnamese_key(names.person(move.person_id)), move.person_id

    moves = sorted(content.plan.moves, key=key)
    known = [*DECIDED_BY, None]
    bodies = sorted({move.decided_by for move in moves}, key=lambda body: known.index(body) if body in known else -1)
    return {body: [move for move in moves if move.decided_by == body] for body in bodies} or {None: []}


def _list(document: Docx, content: Content, body: str | None, moves: Sequence[MovedPerson], number: str) -> None:
    """One annex: header, title, table, note, signature."""
    documents = content.scenario.config.documents
    page.header(document, documents, status_words(content.plan))
    if number:
        title = document.add_paragraph()
        page.write(title, str(T("Annex {number}", number=number)), Look(14, bold=True, centred=True, before=10))
    kinds = list(dict.fromkeys(label(FORM, move.form) for move in _by_form(moves)))
    decided = label(DECIDED_BY, body) or DOTS * 2
    if body in COMMUNE_BODIES:
        decided = str(T("{body} (every commune by a decision of its own)", body=decided))
    for line, look in (
        (str(T("LIST")), Look(14, bold=True, centred=True, before=4 if number else 10)),
        (str(T("of staff: {forms}", forms=", ".join(kinds))), Look(14, bold=True, centred=True)),
        (str(T("(Goes with Decision No. ............ of day ...... month ...... year ............ by {body})",
               body=decided)), Look(13, italic=True, centred=True)),
    ):  # fmt: skip
        last = page.write(document.add_paragraph(), line, look)
    page.rule_below(last, 50, page.WIDTH)
    page.grid(document, _headings(), list(_rows(content, moves)), WIDTHS, CENTRED)
    total = T("This list has {n} people.", n=_count(len(moves)))
    for text in (total, *_remarks(content, moves)):
        page.write(document.add_paragraph(), str(text), Look(page.CELLS, italic=True, before=4, keep=True))
    page.footer(document, documents)


def _remarks(content: Content, moves: Sequence[MovedPerson]) -> Iterator[Text]:
    """Below the list, by numbers: who is put forward to be elected, and for whom and where which rules were waived."""
    names, numbered = content.names, list(enumerate(moves, start=1))
    elected = ", ".join(str(at) for at, move in numbered if "elected" in move.notes)
    if elected:
        yield T("No. {numbers}: put forward for the People's Council to elect; not an order to move.", numbers=elected)
    for at, move in numbered:
        if move.waived:
            person = names.person(move.person_id)
            yield T("No. {number}, {person}: waived: {rules}.", number=at, person=person, rules=waived_words(move))

    limits = []
    for waiver in waivers_of_limits(content.plan):
        touched = ", ".join(str(at) for at, move in numbered if touches(waiver, move))
        if touched:
            title, place = RULE_TITLES[waiver["rule"]], place_words(waiver, names)
            limits.append(str(T("{rule} ({place}; No. {numbers})", rule=title, place=place, numbers=touched)))
    if limits:
        yield T("Limits waived: {limits}.", limits="; ".join(limits))


def _count(number: int) -> str:
    """A number of people in a document: with a leading 0 below 10, as days have it."""
    return f"{number:02}" if 0 < number < 10 else words(number)


def _by_form(moves: Sequence[MovedPerson]) -> list[MovedPerson]:
    return sorted(moves, key=lambda move: list(FORM).index(move.form) if move.form in FORM else -1)


def _headings() -> tuple[str, ...]:
    return (
        str(T("No.")),
        heading(Person, "name"),
        heading(Person, "birth_date"),
        str(T("Unit and position today")),
        str(T("New unit and position")),
        heading(MovedPerson, "form"),
        heading(MovedPerson, "start"),
        str(T("Term")),
        heading(MovedPerson, "legal_basis"),
        str(T("Remark")),
    )


def _rows(content: Content, moves: Sequence[MovedPerson]) -> Iterator[tuple[str, ...]]:
    births = {person.person_id: person.birth_date for person in content.scenario.people}
    names = content.names
    for at, move in enumerate(moves, start=1):
        yield (
            str(at),
            names.person(move.person_id),
            words(births.get(move.person_id)),
            _place(names, move.from_unit_id, move.from_post_id),
            _place(names, move.to_unit_id, move.to_post_id),
            _capital(form_words(move)),
            words(move.start),
            _capital(term(move.start, move.end)),
            basis_words(move),
            _capital(flags(move.flags)),
        )


def _place(names: Names, unit: str | None, post: str | None) -> str:
    return f"{_capital(names.unit(unit))}\n{_capital(names.post(post, unit))}"


def _capital(text: str) -> str:
    """The words of a cell, which begin with a capital letter."""
    return text[:1].upper() + text[1:]


def term(start: date | None, end: date | None) -> str:
    """Months, and the last day; blank where the move has no term. `end` is the first day after it."""
    if start is None or end is None:
        return ""
    last = words(end - timedelta(days=1))
    for months in range(1, LONGEST_TERM + 1):
        if add_months(start, months) == end:
            return str(T("{n} months, until {day}", n=months, day=last))
    return str(T("until {day}", day=last))


def _counts(document: Docx, content: Content) -> None:
    """The public's list: the tables of counts under the same header, without anybody's name."""
    documents = content.scenario.config.documents
    sheet = content.sheets[0]
    page.header(document, documents)
    page.write(document.add_paragraph(), str(T("FIGURES")), Look(14, bold=True, centred=True, before=10))
    page.write(document.add_paragraph(), sheet.title, Look(14, bold=True, centred=True))
    for line in sheet.lines:
        page.write(document.add_paragraph(), line, Look(page.TEXT, italic=True, centred=True))
    for table in sheet.tables:
        page.write(document.add_paragraph(), table.title, Look(page.TEXT, bold=True, before=10, after=2, keep=True))
        _table(document, table)
        note = document.add_paragraph()  # also where it is empty: two tables without words between them are one
        page.write(note, table.note, Look(page.CELLS, italic=True, before=2, keep=table is sheet.tables[-1]))
    page.footer(document, documents)


def _table(document: Docx, table: Table) -> None:
    whole = sum(column.width for column in table.columns)
    widths = [page.WIDTH * column.width / whole for column in table.columns]
    rows = [
        tuple(_capital(words(value, column.kind)) for value, column in zip(row, table.columns, strict=True))
        for row in table.rows
    ]
    centred = frozenset(at for at, column in enumerate(table.columns) if column.kind in PLACE_OF_NUMBER)
    page.grid(
        document, [column.heading for column in table.columns], rows, widths, centred, whole=len(rows) < SHORT_TABLE
    )
