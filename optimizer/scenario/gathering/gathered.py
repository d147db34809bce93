"""One table out of many files, each row with the place where it stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from optimizer.errors import Problem
from optimizer.scenario.gathering.books import Book, Part
from optimizer.scenario.gathering.resolving import OWNED
from optimizer.scenario.gathering.unit_names import UnitNames
from optimizer.scenario.names import shown
from optimizer.scenario.schema import Row
from optimizer.scenario.tables import Table
from optimizer.texts import T, Text

OF_PEOPLE: Final = frozenset({"people", "posts"})  # tables that a unit's own file has, and hardly any other


@dataclass(frozen=True)
class Origin:
    """Where a row stands: its file, its sheet in that file, and the row's number there."""

    book: Book
    part: Part
    line: int


@dataclass
class GatheredTable(Table[Any]):
    """A table whose rows come from many sheets; `lines` count through `origins` from 0.

    `doubtful`: units of which rows may be missing or too many; `everywhere`: nobody knows of which. `is_whole` is False
    where all rows of a unit are missing; `claimed`: units whose rows stand in another's file. `copied`: rows that
    another file has as well; `filled`: by row and column the row of another file from which the cell comes. `names`:
    how messages call the units.
    """

    names: UnitNames = field(default_factory=lambda: UnitNames(()))
    origins: list[Origin] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    everywhere: bool = False
    is_whole: bool = True
    copied: set[int] = field(default_factory=set)
    filled: dict[tuple[int, str], int] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)

    def named(self, line: int) -> int | Text:
        """The row with the file and sheet in which it stands."""
        origin = self.origins[line]
        return T("{row} of {file}", row=origin.line, file=origin.part.label)

    def heading(self, line: int, column: str) -> str:
        """A column as it is called in the file of the row."""
        origin = self.origins[line]
        return origin.part.table.heading(origin.line, column)

    def problem(self, line: int, column: str, code: str, message: Text, mend: Text, value: object = None) -> Problem:
        """A problem in one cell, in the file where it stands."""
        origin = self.origins[self.filled.get((line, column), line)]
        return origin.part.table.problem(origin.line, column, code, message, mend, value)

    def sound_for(self, unit_id: str) -> bool:
        """True where nothing is missing or too much that the files give for this unit."""
        return not self.everywhere and unit_id not in self.doubtful

    def doubt(self, *units: str | None) -> None:
        """Conclude nothing more of these units; of none where one of them is not known."""
        self.doubtful |= {unit for unit in units if unit is not None}
        self.everywhere |= None in units
        self.sound = False

    def keep(self, lines: set[int]) -> None:
        """Only these rows."""
        kept = [(line, row) for line, row in self.numbered() if line in lines]
        self.lines, self.rows = [line for line, _ in kept], [row for _, row in kept]


def gathered_table(model: type[Row], books: Sequence[Book], names: UnitNames) -> GatheredTable:
    """The rows of all files under one another, and what is missing among them."""
    table = GatheredTable(model, model.sheet, names=names)
    for book in books:
        if model.table in book.broken and (book.readable or book.home or model.table not in OF_PEOPLE):
            table.doubt(book.home)
            table.is_whole = False
        part = book.parts.get(model.table)
        if part is None:
            continue
        table.ids |= part.table.ids
        whole = set(part.table.lines)
        for line, row in part.table.numbered():
            table.origins.append(Origin(book, part, line))
            table.lines.append(len(table.origins) - 1)
            table.rows.append(row)
        for line, cells in part.raw.rows:
            if line not in whole:
                table.doubt(*_units_of(part, line, cells, book))
    return table


def _units_of(part: Part, line: int, cells: Sequence[str], book: Book) -> set[str | None]:
    """The units to which a row that could not be read may belong, as far as it and its file say.

    Where a file says nothing of that, the units that are then missing are told and doubted by themselves.
    """
    own = None
    if part.model.table in OWNED and "unit_id" in part.raw.header:
        at = part.raw.header.index("unit_id")
        own = cells[at].strip() if (line, at) not in part.raw.faults else None
    return {unit for unit in (own, book.home, *book.maybe) if unit} or (set() if book.untold else {None})


def merge(table: GatheredTable, apart: Collection[frozenset[int]]) -> list[Problem]:
    """One row for all rows of a key in different files; those that differ are told. Rows of one file stay.

    What one file leaves blank another may fill in. Files of a pair in `apart`, given by their ids, are not compared:
    their differences are told as a whole. Files of no unit come first: theirs is the province's word.
    """
    problems: list[Problem] = []
    first: dict[tuple[object, ...], int] = {}
    place = {line: at for at, line in enumerate(table.lines)}
    dropped: set[int] = set()
    for line in sorted(table.lines, key=lambda line: table.origins[line].book.home is not None):
        row = table.rows[place[line]]
        key = tuple(getattr(row, name) for name in table.model.key)
        before = first.setdefault(key, line)
        here, there = table.origins[line].book, table.origins[before].book
        if here is there:
            continue
        dropped.add(line)
        other = table.rows[place[before]]
        differ = [c for c in table.model.columns() if not _agree(getattr(row, c), getattr(other, c))]
        if not differ:
            table.copied.add(before)
            blank = [c for c in table.model.columns() if getattr(other, c) in (None, ())]
            filled = {c: getattr(row, c) for c in blank if getattr(row, c) not in (None, ())}
            table.rows[place[before]] = other.model_copy(update=filled)
            table.filled |= {(before, c): line for c in filled}
        elif frozenset((id(here), id(there))) not in apart:
            column = "unit_id" if "unit_id" in differ else differ[0]
            problems.append(_different(table, row, line, before, column))
            if _is_id(table) and column == "unit_id":
                dropped.add(before)  # of two posts with one id nobody knows which one a person means
    table.keep(set(table.lines) - dropped)
    return problems


def check_quota_days(table: GatheredTable) -> list[Problem]:
    """Rows of a unit's own file of another day than all of the province's for that unit and bloc; they are left out."""
    rows = dict(table.numbered())
    is_own = {line: table.origins[line].book.home is not None for line in rows}
    province = {(row.unit_id, row.bloc): line for line, row in rows.items() if not is_own[line]}
    foreign = [line for line, row in rows.items() if is_own[line] and (row.unit_id, row.bloc) in province]
    table.keep(rows.keys() - {*foreign})
    table.doubt(*(rows[line].unit_id for line in foreign))
    problems = []
    for line in foreign:
        known = province[rows[line].unit_id, rows[line].bloc]
        problems.append(_different(table, rows[line], line, known, "effective_from"))
    return problems


def _is_id(table: GatheredTable) -> bool:
    return len(table.model.key) == 1 and "unit_id" not in table.model.key


def _agree(one: object, other: object) -> bool:
    return one == other or one in (None, ()) or other in (None, ())


def _different(table: GatheredTable, row: Any, line: int, before: int, column: str) -> Problem:
    """What two files say of one row, as it is typed there."""
    if _is_id(table) and column == "unit_id":
        own = getattr(row, table.model.key[0])
        message = T("row {row} has this id for another unit", row=table.named(before))
        mend = T("Give one of the two another id, such as '{id}'", id=shown(f"{row.unit_id}-{own}"))
        return table.problem(line, table.model.key[0], "E611", message, mend, own)
    message = T("row {row} has {other} here", row=table.named(before), other=shown(_typed(table, before, column)))
    if column in table.model.sensitive_columns():
        message = T("row {row} has something else here", row=table.named(before))
    mend = T("Make both rows the same, or delete the one that is wrong")
    return table.problem(line, column, "E611", message, mend, _typed(table, line, column))


def _typed(table: GatheredTable, line: int, column: str) -> str:
    origin = table.origins[table.filled.get((line, column), line)]
    cells = next(cells for number, cells in origin.part.raw.rows if number == origin.line)
    return cells[origin.part.raw.header.index(column)]
