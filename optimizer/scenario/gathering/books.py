"""One file of many: its sheets as raw tables, and the words above their headings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optimizer.errors import Problem
from optimizer.scenario.gathering.lines import without_lines
from optimizer.scenario.grids import Grid, read_grids
from optimizer.scenario.scenario import InputFile
from optimizer.scenario.schema import Row
from optimizer.scenario.sheets import (
    SHEETS,
    SettingRow,
    by_table,
    header_place,
    is_for_people,
    meant_by,
    raw_from_grid,
    table_of,
)
from optimizer.scenario.sources import SheetPlaces, read_setting_sheet
from optimizer.scenario.tables import RawTable, Table
from optimizer.scenario.toml_files import Keys
from optimizer.texts import T


@dataclass
class Part:
    """One table of one file. `label` is how messages call the sheet; `raw` changes as references become ids."""

    model: type[Row]
    label: str
    sheet: str
    raw: RawTable
    table: Table[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.table = Table(self.model, self.label, self.raw, sound=False)


@dataclass(frozen=True)
class Above:
    """A text above the headings: its cell, the row, and how messages call the sheet."""

    text: str
    label: str
    row: int
    cell: str


@dataclass
class Book:
    """One file. `broken`: tables whose sheet is there and cannot be read; all of them where the file cannot.

    `home` is the unit whose file it is, None where it is no unit's own; `untold`: it has rows of a unit and nothing
    says of which, or of which of those in `maybe`.
    """

    called: str
    input: InputFile | None = None
    readable: bool = True
    settings: tuple[Keys, SheetPlaces] | None = None
    parts: dict[str, Part] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    above: list[list[Above]] = field(default_factory=list)
    sheets: dict[str, str] = field(default_factory=dict)
    home: str | None = None
    untold: bool = False
    maybe: frozenset[str] = frozenset()

    def rows(self, table: str) -> int:
        """How many rows a table of this file has, read or not."""
        return len(self.parts[table].raw.rows) if table in self.parts else 0

    @property
    def is_empty(self) -> bool:
        """True for a file that could be read and in which nothing stands."""
        return not self.broken and self.settings is None and not any(self.rows(name) for name in self.parts)


def open_book(path: Path, called: str, problems: list[Problem]) -> Book:
    """Read one file; what is wrong with it is added to `problems`."""
    try:
        data = path.read_bytes()
    except OSError:
        message = T("the file is missing or cannot be opened")
        problems.append(Problem(called, "E101", message, T("Put it there and make it readable")))
        return _unreadable(called)
    book = Book(called, InputFile(called, hashlib.sha256(data).hexdigest()))
    grids, found = read_grids(called, data)
    problems += found
    if found:
        return _unreadable(called, book.input)
    sheets, found = by_table(grids, called)
    problems += found
    book.sheets = {f"{called} [{grid.name}]": grid.name for grid in grids}
    for model in SHEETS:
        if model.table in sheets:
            _take(book, model, *sheets[model.table], problems)
    taken = {id(grid) for grid, _ in sheets.values()}
    for grid in grids:
        meant = table_of(grid) or meant_by(grid)
        if id(grid) not in taken and meant is not None and not is_for_people(grid):
            book.broken.add(meant.table)  # rows of it may stand on the sheet that is not read
    return book


def _unreadable(called: str, file: InputFile | None = None) -> Book:
    return Book(called, file, readable=False, broken={model.table for model in SHEETS})


def _take(book: Book, model: type[Row], grid: Grid, label: str, problems: list[Problem]) -> None:
    """One sheet of the file; an empty one, or one with headings alone, is as if it were not there."""
    book.above += _above(grid, model, label)
    grid, found = without_lines(grid, model, label)
    problems += found
    if not grid.rows:
        return
    raw, found = raw_from_grid(model, grid, label, may_be_bare=True)
    if raw is None:
        book.broken.add(model.table)
        problems += found
    elif not raw.rows:
        return
    elif model is SettingRow:
        book.settings = read_settings_of(grid, label, problems)
        if book.settings is None:
            book.broken.add(model.table)
    else:
        problems += found
        book.parts[model.table] = Part(model, label, grid.name, raw)


def read_settings_of(grid: Grid, label: str, problems: list[Problem]) -> tuple[Keys, SheetPlaces] | None:
    """The keys of a sheet `ThamSo` with their places."""
    read = read_setting_sheet(grid, label, problems)
    if read is None:
        return None
    keys, places = read
    assert isinstance(places, SheetPlaces)
    return keys, places


def _above(grid: Grid, model: type[Row], label: str) -> Iterator[list[Above]]:
    """The texts above the headings, row by row."""
    from openpyxl.utils import get_column_letter

    top = header_place(grid, model)
    for row, texts in grid.rows[: top or 0]:
        yield [
            Above(" ".join(text.split()), label, row, f"{get_column_letter(at)}{row}")
            for at, text in enumerate(texts, start=1)
            if text.strip()
        ]
