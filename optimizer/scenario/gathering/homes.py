"""Whose file is it? What a file itself says of that: its only unit, a line above the headings, its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from optimizer.errors import Problem
from optimizer.scenario.gathering.books import Above, Book
from optimizer.scenario.gathering.unit_names import Match, UnitNames, kind_before, loose, without_office
from optimizer.scenario.names import shown
from optimizer.texts import T

SHARE_OF_OWN: Final = 0.8  # of the people of a file that says nothing: so many of one unit make it that unit's
MANY_UNITS: Final = 3
_TELLING: Final = ("people", "posts", "quotas", "pools")  # the first that a file has tells whose rows it holds
_LABELS: Final = tuple(
    map(loose, ("Đơn vị", "Tên đơn vị", "Mã đơn vị", "Xã", "Phường", "Đặc khu", "Unit", "Commune", "Ward"))
)
_COPY: Final = re.compile(r"(\s*\([^()]*\)|\s*-\s*(copy|bản sao|ban sao))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """A unit that a file says is its own, and in which words; `is_sure`: they say nothing else.

    `label`, `row` and `cell` are where the words stand; without a sheet's label they are the file's name.
    """

    match: Match
    words: str
    is_sure: bool = True
    label: str = ""
    row: int | None = None
    cell: str | None = None


def what_it_says(book: Book, names: UnitNames) -> list[Said]:
    """What the file says of its unit, the weightiest first; what means no unit at all says nothing.

    A unit that stands somewhere within the file's name counts only where nothing else says anything.
    """
    said = [*_only_unit(book, names), *_lines(book, names), *_file_name(book, names)]
    said = [one for one in said if one.match.how != "unknown"]
    return [one for one in said if one.is_sure] or said


def home_of(book: Book, names: UnitNames, said: list[Said]) -> str | None:
    """The unit that the file says is its own, else that of nearly all its people.

    A file whose rows are spread over several units is no unit's own, whatever its name.
    """
    table = next((name for name in _TELLING if book.rows(name)), None)
    found = Counter(unit for unit in _named(book, table, names) if unit) if table else Counter[str]()
    unit, n = next(iter(found.most_common(1)), (None, 0))
    is_one = table is not None and n >= SHARE_OF_OWN * book.rows(table)
    if len(found) >= MANY_UNITS and not is_one:
        return None
    sure = next((one.match.unit_id for one in said if one.match.unit_id and one.is_sure), None)
    declared = next((one.match.unit_id for one in said if one.match.unit_id), None)
    return sure or (unit if table == "people" and is_one else declared)


def _named(book: Book, table: str, names: UnitNames) -> Iterator[str | None]:
    """The units that the rows of a table name."""
    raw = book.parts[table].raw
    if "unit_id" in raw.header:
        at = raw.header.index("unit_id")
        yield from (names.match(cells[at]).unit_id for _, cells in raw.rows if cells[at].strip())


def contradiction(book: Book, names: UnitNames, said: list[Said]) -> Problem | None:
    """Two units that a file gives as its own."""
    units = list(dict.fromkeys(one.match.unit_id for one in said if one.match.unit_id))
    if len(units) < 2:
        return None
    message = T("the file gives two units as its own: {units}", units=", ".join(names.label(unit) for unit in units))
    mend = T("Correct the line above the headings or the file's name, or fill in the column of the unit's code")
    return Problem(book.called, "E604", message, mend)


def _only_unit(book: Book, names: UnitNames) -> Iterator[Said]:
    if book.rows("units") != 1:
        return
    part = book.parts["units"]
    line, cells = part.raw.rows[0]
    for column in ("unit_id", "name"):
        if column in part.raw.header:
            at = part.raw.header.index(column)
            if cells[at].strip():
                words, cell = cells[at].strip(), part.raw.cell(line, at)
                yield Said(names.match(words), words, label=part.label, row=line, cell=cell)
                return


def _lines(book: Book, names: UnitNames) -> Iterator[Said]:
    """`Đơn vị: xã A` in one cell or in two, before a line that is the name of a commune with its kind alone."""
    whole = []
    for cells in book.above:
        for at, above in enumerate(cells):
            label, colon, rest = above.text.partition(":")
            if loose(label) in _LABELS:
                value = above if rest.strip() or at + 1 == len(cells) else cells[at + 1]
                words = rest.strip() if value is above else value.text
                if words and (colon or len(cells) > 1):
                    yield _said(_labelled(loose(label), words, names), words, value)
                    break
            if kind_before(without_office(loose(above.text)))[0] is not None:
                whole.append(_said(names.match(above.text), above.text, above))
    yield from whole


def _said(match: Match, words: str, place: Above) -> Said:
    return Said(match, words, label=place.label, row=place.row, cell=place.cell)


def _labelled(label: str, value: str, names: UnitNames) -> Match:
    """`Phường: Vinh` means the ward, whatever commune bears the same name."""
    found = names.match(f"{label} {value}") if kind_before(f"{label} x")[0] else names.match(value)
    return names.match(value) if found.how == "unknown" else found


def _file_name(book: Book, names: UnitNames) -> Iterator[Said]:
    stem = _COPY.sub("", PurePosixPath(book.called).stem)
    found = names.match(stem)
    if found.how == "unknown":
        found = names.match(re.sub(r"[-_.]+", " ", stem).strip())
    is_sure = found.how != "unknown"
    yield Said(found if is_sure else names.within(stem), shown(stem), is_sure)
