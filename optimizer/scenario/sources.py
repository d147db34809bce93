"""Where a scenario stands: a folder or a workbook. Both give keys and raw tables; reading knows no difference."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from optimizer.errors import Problem
from optimizer.scenario.cells import Lists, iso_day
from optimizer.scenario.grids import WORKBOOKS, Grid, read_grids
from optimizer.scenario.names import nearest, shown
from optimizer.scenario.scenario import InputFile
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Row
from optimizer.scenario.sheets import SettingRow, by_table, raw_from_grid
from optimizer.scenario.tables import RawTable, check_keys, parse_table, raw_from_csv
from optimizer.scenario.toml_files import (
    SETTINGS_FILE,
    Keys,
    Place,
    Places,
    TomlText,
    parse_toml,
    parse_value,
    parts_of,
    put,
)
from optimizer.texts import T, Text

OWNERS: Final = ("~$", ".~lock.")  # files that office programs put beside a workbook that is open
_TABLE_ENDINGS: Final = frozenset({".csv", ".tsv", ".txt", ".xls", *WORKBOOKS})
TABLE_NAMES: Final = {name: model.table for model in TABLES for name in (model.table, model.sheet)}


@dataclass
class Files:
    """Files read so far, and the problems of opening them."""

    inputs: list[InputFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def load(self, path: Path, called: str) -> bytes | None:
        """The bytes of a file; None where it cannot be opened, which is then a problem."""
        try:
            data = path.read_bytes()
        except (OSError, ValueError):
            self.missing(called)
            return None
        self.inputs.append(InputFile(called, hashlib.sha256(data).hexdigest()))
        return data

    def missing(self, called: str, mend: Text | None = None) -> None:
        """A file that is not there."""
        message = T("the file is missing or cannot be opened")
        self.problems.append(Problem(called, "E101", message, mend or T("Put it there and make it readable")))


class Source(Protocol):
    """A folder or workbook at `path`. `base` is the folder from which `extends` leads on, called `base_called`."""

    path: Path
    base: Path
    base_called: str

    def settings(self) -> tuple[Keys, Places] | None:
        """The keys, or None where there are none to be read."""

    def called_of(self, model: type[Row]) -> str:
        """What a table is called in messages."""

    def has(self, model: type[Row]) -> bool:
        """Whether a table stands here."""

    def table(self, model: type[Row]) -> RawTable | None:
        """A table that stands here; None where it cannot be read."""

    def strangers(self) -> list[Problem]:
        """What stands here and is not read."""


def open_source(path: Path, called: str, files: Files) -> Source:
    """The scenario at `path`; `called` is its folder's name, or its file's."""
    if path.suffix.lower() in WORKBOOKS and not path.is_dir():
        return WorkbookSource(path, called, files)
    return FolderSource(path, called, files)


class FolderSource:
    """CSV files beside a `scenario.toml`."""

    def __init__(self, path: Path, called: str, files: Files) -> None:
        self.path = self.base = path
        self.base_called = called
        self._files = files

    def settings(self) -> tuple[Keys, Places] | None:
        """The keys of `scenario.toml`."""
        file = posixpath.join(self.base_called, SETTINGS_FILE)
        books = self._unit_files()
        if books:
            self._files.missing(file, T("The folder has {n} workbooks: gather them with staffing import", n=books))
            return None
        data = self._files.load(self.path / SETTINGS_FILE, file)
        if data is None:
            return None
        keys, text, problems = parse_toml(file, data)
        self._files.problems += problems
        return keys, TomlText(file, text)

    def _unit_files(self) -> int:
        """How many workbooks stand in a folder that has nothing of a scenario."""
        if not self.path.is_dir() or (self.path / SETTINGS_FILE).exists() or any(self.has(model) for model in TABLES):
            return 0
        files = [path for path in self.path.iterdir() if path.is_file() and not path.name.startswith(OWNERS)]
        return sum(path.suffix.lower() in WORKBOOKS for path in files)

    def called_of(self, model: type[Row]) -> str:
        """The file of the table."""
        return posixpath.join(self.base_called, f"{model.table}.csv")

    def has(self, model: type[Row]) -> bool:
        """Whether the table has a file."""
        return (self.path / f"{model.table}.csv").exists()

    def table(self, model: type[Row]) -> RawTable | None:
        """The cells of the table's file."""
        file = self.called_of(model)
        data = self._files.load(self.path / f"{model.table}.csv", file)
        if data is None:
            return None
        raw, problems = raw_from_csv(file, data, may_be_bare=model.table in OPTIONAL_TABLES)
        self._files.problems += problems
        return raw

    def strangers(self) -> list[Problem]:
        """Files beside the tables: an error where the name is nearly a table's, a warning for other CSV files."""
        return list(self._strangers())

    def _strangers(self) -> Iterator[Problem]:
        tables = {f"{model.table}.csv" for model in TABLES}
        for path in sorted(self.path.iterdir()):
            if path.name in tables or path.suffix.lower() not in _TABLE_ENDINGS or not path.is_file():
                continue
            near = nearest(path.name.split(".")[0].split("(")[0].strip(), TABLE_NAMES, cutoff=0.8)
            if near is not None:
                message = T(
                    "the file looks like the table {table} but is not named {table}.csv", table=TABLE_NAMES[near]
                )
                yield Problem(path.name, "E104", message, T("Rename it, or move it out of the folder"))
            elif path.suffix.lower() == ".csv":
                message = T("the file is no table of the scenario and was not read")
                yield Problem(path.name, "W508", message, T("Move it into a folder of its own"))


class WorkbookSource:
    """The sheets of one workbook."""

    def __init__(self, path: Path, called: str, files: Files) -> None:
        self.path, self.base = path, path.parent
        self.base_called = posixpath.dirname(called)
        self._called = called
        self._files = files
        data = files.load(path, called)
        grids, problems = ([], []) if data is None else read_grids(called, data)
        self._readable = data is not None and not problems
        self._sheets, found = by_table(grids, called)
        files.problems += [*problems, *found]

    def settings(self) -> tuple[Keys, Places] | None:
        """The keys of the sheet `ThamSo`."""
        if not self._readable:
            return None
        if SettingRow.table not in self._sheets:
            message = T("the sheet '{name}' is missing", name=SettingRow.sheet)
            self._files.problems.append(Problem(self._called, "E101", message, T("Add it; see staffing template")))
            return None
        return read_setting_sheet(*self._sheets[SettingRow.table], self._files.problems)

    def called_of(self, model: type[Row]) -> str:
        """The sheet of the table."""
        return f"{self._called} [{model.sheet}]"

    def has(self, model: type[Row]) -> bool:
        """Whether the table has a sheet that is not empty."""
        return model.table in self._sheets and bool(self._sheets[model.table][0].rows)

    def table(self, model: type[Row]) -> RawTable | None:
        """The cells of the table's sheet."""
        grid, file = self._sheets[model.table]
        raw, problems = raw_from_grid(model, grid, file)
        self._files.problems += problems
        return raw

    def strangers(self) -> list[Problem]:
        """Unknown sheets were told when the workbook was opened."""
        return []


@dataclass(frozen=True)
class SheetPlaces:
    """A sheet of keys: the row and cell of each dotted key."""

    file: str
    cells: dict[str, tuple[int, str | None]]

    def find(self, loc: tuple[str, ...]) -> Place | None:
        """The cell of a key, or of the first key inside it."""
        dotted = ".".join(loc)
        for typed, (row, cell) in self.cells.items():
            name = ".".join(parts_of(typed))
            if name == dotted or name.startswith(f"{dotted}.") or (dotted and dotted.startswith(f"{name}.")):
                return Place(self.file, row, cell)
        return None


def read_setting_sheet(grid: Grid, file: str, problems: list[Problem]) -> tuple[Keys, Places] | None:
    """The keys of a sheet `ThamSo`; what is wrong is added to `problems`. A key without a value is as if absent."""
    raw, found = raw_from_grid(SettingRow, grid, file)
    problems += found
    if raw is None:
        return None
    table, found = parse_table(SettingRow, raw, Lists())
    problems += [*found, *check_keys(table)]
    keys: Keys = {}
    places = SheetPlaces(file, {})
    for line, row in table.numbered():
        if row.value is None:
            continue
        places.cells[row.key_] = (line, raw.cell(line, raw.header.index("value")))
        if not put(keys, row.key_, parse_value(iso_day(row.value))):
            message = T("'{key}' is not a key", key=shown(row.key_))
            mend = T("Write table.key, for example rules.lists.share")
            problems.append(table.problem(line, "key_", "E106", message, mend, row.key_))
    return keys, places
