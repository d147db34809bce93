"""Cells that refer to units, by code or by name, into codes; and the unit of rows that name none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from optimizer.errors import Problem
from optimizer.scenario.cells import Fault
from optimizer.scenario.gathering.books import Book, Part
from optimizer.scenario.gathering.homes import Said, contradiction
from optimizer.scenario.gathering.unit_names import Match, UnitNames
from optimizer.scenario.names import shown
from optimizer.scenario.schema import Refers, Row, Unit
from optimizer.scenario.tables import RawTable
from optimizer.texts import T, Text

OWNED: Final = frozenset({"quotas", "posts", "people", "pools"})  # tables whose rows belong to the unit in `unit_id`


def resolve(book: Book, names: UnitNames, said: list[Said], told: list[Problem], *, listed: bool) -> None:
    """Put codes in place of names in every table of a file; what is wrong or not sure is added to `told`.

    `listed`: another file lists the units, so that the only unit of this one is looked up there.
    """
    for part in book.parts.values():
        if part.model.table in OWNED and _is_blank(part.raw, "unit_id"):
            _give_home(book, part, names, said, told)
        columns = unit_columns(part.model)
        if part.model is Unit and listed and len(part.raw.rows) == 1:
            columns = {"unit_id": False}
        for column, many in columns.items():
            if column in part.raw.header:
                _resolve_column(part, column, names, told, many=many)


def unit_columns(model: type[Row]) -> dict[str, bool]:
    """The columns that refer to units, and whether they hold lists."""
    return {
        name: mark.many
        for name, info in model.columns().items()
        for mark in info.metadata
        if isinstance(mark, Refers) and mark.table == Unit.table
    }


def _is_blank(raw: RawTable, column: str) -> bool:
    """True where the column is absent, or blank in every row."""
    if column not in raw.header:
        return True
    at = raw.header.index(column)
    return not any(cells[at].strip() or (line, at) in raw.faults for line, cells in raw.rows)


def _give_home(book: Book, part: Part, names: UnitNames, said: list[Said], told: list[Problem]) -> None:
    """The file's own unit for rows that name none; where it does not say one, they stay without."""
    raw = part.raw
    found = [one for one in said if one.match.unit_id]
    home = next((one for one in found if one.match.how in ("code", "name")), found[0] if found else None)
    units = frozenset(one.match.unit_id for one in found if one.match.unit_id)
    if home is None or len(units) > 1:
        book.home, book.untold, book.maybe = None, True, units
        told.append(contradiction(book, names, said) or _untold(part, names, said))
    else:
        told += filter(None, [_by_accents(book, names, home)])
    unit = home.match.unit_id or "" if home and len(units) == 1 else ""
    if "unit_id" in raw.header:
        at = raw.header.index("unit_id")
        rows = [(line, [*cells[:at], unit, *cells[at + 1 :]]) for line, cells in raw.rows]
        part.raw = replace(raw, rows=rows)
        return
    part.raw = replace(
        raw,
        header=[*raw.header, "unit_id"],
        rows=[(line, [*cells, unit]) for line, cells in raw.rows],
        letters=(*raw.letters, ""),
        headings=(*raw.headings, part.model.columns()["unit_id"].title or "unit_id"),
    )


def _untold(part: Part, names: UnitNames, said: list[Said]) -> Problem:
    """Rows of which nothing says whose they are, or only a name that several units bear."""
    several = next((one for one in said if one.match.how == "several"), None)
    if several is not None:
        fault = names.fault(several.words, several.match, may_be_blank=False)
        return Problem(part.label, fault.code, fault.message, fault.mend, value=shown(several.words))
    message = T("nothing says to which unit these rows belong")
    mend = T("Fill in the column of the unit's code, or write 'Đơn vị: …' above the headings")
    return Problem(part.label, "E603", message, mend)


def _by_accents(book: Book, names: UnitNames, home: Said) -> Problem | None:
    """A home that was read from words that are not quite the unit's code or name."""
    assert home.match.unit_id is not None
    if home.match.how not in ("accents", "zeros"):
        return None

    def place(code: str, message: Text, mend: Text) -> Problem:
        file = home.label or book.called
        return Problem(file, code, message, mend, home.row, value=shown(home.words.strip()), cell=home.cell)

    words: Text | str = _quoted(home.words)
    return _doubt(home.match, words if home.label else T("the file's name {name}", name=words), names, place)


def _quoted(text: str) -> str:
    return f"'{shown(text.strip())}'"


def _doubt(match: Match, words: Text | str, names: UnitNames, place: Callable[[str, Text, Text], Problem]) -> Problem:
    """The warning of words that are understood though they are neither code nor name."""
    assert match.unit_id is not None
    unit = names.label(match.unit_id)
    mend = T("Write {unit}, if that is the one", unit=unit)
    if match.how == "zeros":
        return place("W601", T("{words} was read as {unit}: leading zeros differ", words=words, unit=unit), mend)
    return place("W602", T("{words} was read as {unit}: accents are missing", words=words, unit=unit), mend)


def _resolve_column(part: Part, column: str, names: UnitNames, told: list[Problem], *, many: bool) -> None:
    """Codes in place of names in one column; a text that means no unit becomes the fault of its cell."""
    raw = part.raw
    at = raw.header.index(column)
    rows: list[tuple[int, list[str]]] = []
    faults: dict[tuple[int, int], Fault] = dict(raw.faults)
    warned: set[str] = set()
    for line, cells in raw.rows:
        items = []
        for text in _items(cells[at], many=many):
            match = names.match(text)
            if match.unit_id is None:
                faults.setdefault((line, at), names.fault(text, match, may_be_blank=column != "unit_id"))
            elif match.how in ("zeros", "accents") and text not in warned:
                warned.add(text)
                told.append(_doubt(match, _quoted(text), names, _placer(part, raw, line, column, at, text)))
            items.append(match.unit_id or text)
        rows.append((line, [*cells[:at], ";".join(items), *cells[at + 1 :]] if items else cells))
    part.raw = replace(raw, rows=rows, faults=faults)


def _items(cell: str, *, many: bool) -> Iterator[str]:
    """The texts of a cell that can mean a unit; a list with an empty item is left to the reader of lists."""
    texts = cell.split(";") if many else [cell]
    if all(text.strip() for text in texts):
        yield from texts


def _placer(
    part: Part, raw: RawTable, line: int, column: str, at: int, text: str
) -> Callable[[str, Text, Text], Problem]:
    heading = raw.name_of(part.model, column)

    def place(code: str, message: Text, mend: Text) -> Problem:
        return Problem(part.label, code, message, mend, line, heading, shown(text.strip()), raw.cell(line, at))

    return place
