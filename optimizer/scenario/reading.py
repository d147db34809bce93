"""Reading: a folder, or tables in memory, into a validated Scenario, or every problem at once."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from optimizer.errors import InputError, Problem
from optimizer.scenario.cells import Lists
from optimizer.scenario.config import Registry
from optimizer.scenario.names import fold, nearest, shown
from optimizer.scenario.scenario import InputFile, Scenario
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Row, Words
from optimizer.scenario.settings import SettingsRead, read_settings
from optimizer.scenario.tables import (
    RawTable,
    Table,
    check_keys,
    check_references,
    parse_table,
    raw_from_csv,
    raw_from_memory,
)
from optimizer.scenario.toml_files import SETTINGS_FILE, RawSettings, chain, merged, set_outside
from optimizer.scenario.validating import check_consistency
from optimizer.texts import T

R = TypeVar("R", bound=Row)
_TABLE_ENDINGS: Final = frozenset({".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm", ".ods"})
_NAMES: Final = {name: model.table for model in TABLES for name in (model.table, model.sheet)}


@dataclass
class _Files:
    """Files read so far, and the problems of opening them."""

    inputs: list[InputFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def load(self, path: Path, called: str) -> bytes | None:
        try:
            data = path.read_bytes()
        except (OSError, ValueError):
            message = T("the file is missing or cannot be opened")
            self.problems.append(Problem(called, "E101", message, T("Put it there and make it readable")))
            return None
        self.inputs.append(InputFile(called, hashlib.sha256(data).hexdigest()))
        return data


def read_scenario(folder: str | Path, registry: Registry, overrides: Mapping[str, str] | None = None) -> Scenario:
    """The scenario in `folder`; `overrides` set dotted keys (`rules.lists.share`) to TOML values or words.

    Raises InputError with every problem found. Findings that stop nothing are in `Scenario.warnings`.
    """
    if not Path(folder).is_dir():
        mend = T("Name the folder of a scenario")
        raise InputError([Problem(str(folder), "E101", T("there is no such folder"), mend)])
    files = _Files()
    raw = RawSettings()
    folders = []
    broken = False
    for place, called, keys, text in chain(Path(folder), files.load, files.problems):
        folders.append((place, called))
        raw.keys = merged(keys, raw.keys)
        raw.texts.append((posixpath.join(called, SETTINGS_FILE), text))
    broken = bool(files.problems)
    if not folders:
        raise InputError(files.problems)
    files.problems += set_outside(raw, overrides or {})
    read, found = (SettingsRead(lists=Lists(None)), []) if broken else read_settings(raw, registry)
    files.problems += found
    tables: dict[str, RawTable | None] = {}
    for model in TABLES:
        tables[model.table] = _find_table(model, folders, files, whole=not broken)
    strangers = _strangers(folders[0][0])
    scenario = _assemble(read, registry, tables, tuple(files.inputs), [*files.problems, *strangers])
    return replace(scenario, origin=str(Path(folder).resolve()))


def read_tables(
    config: Mapping[str, Any], tables: Mapping[str, Sequence[Mapping[str, object]]], registry: Registry
) -> Scenario:
    """The scenario given in memory: `config` as `scenario.toml` is parsed, `tables` by name as rows of cells.

    A cell is text as in a file or a value: a number, a date, a bool, a tuple or list, None for blank. It is
    validated as files are; raises InputError with every problem found.
    """
    read, problems = read_settings(RawSettings(keys=dict(config)), registry)
    for name in tables:
        if name not in {model.table for model in TABLES}:
            near = nearest(name, _NAMES)
            mend = T("Did you mean '{name}'?", name=_NAMES[near]) if near else T("Delete the table")
            problems.append(Problem(name, "E115", T("the table '{name}' is unknown", name=shown(name)), mend))
    raws = {model.table: raw_from_memory(model, tables.get(model.table, ())) for model in TABLES}
    return _assemble(read, registry, raws, (), problems)


def read_rows(
    model: type[R],
    path: str | Path,
    known: Mapping[str, frozenset[str]] | None = None,
    lists: Lists | None = None,
) -> tuple[tuple[R, ...], tuple[Problem, ...]]:
    """One CSV file as rows of `model`, and every problem in it; rows with a problem are left out.

    `known`: ids by table, to which references must lead where given; `lists`: the closed lists as a scenario
    knows them, those of the contract by default.
    """
    files = _Files()
    path = Path(path)
    data = files.load(path, path.name)
    if data is None:
        return (), tuple(files.problems)
    raw, problems = raw_from_csv(path.name, data)
    if raw is None:
        return (), tuple(problems)
    table, problems = parse_table(model, raw, lists or Lists())
    targets = {name: Table(Row, f"{name}.csv", ids=set(ids)) for name, ids in (known or {}).items()}
    problems += [*check_references(table, targets), *check_keys(table)]
    return tuple(table.rows), tuple(_in_order(problems))


def _find_table(model: type[Row], folders: Sequence[tuple[Path, str]], files: _Files, whole: bool) -> RawTable | None:
    """The cells of a table from the first folder of the chain that has it; None where it cannot be read.

    `whole`: the chain of scenarios is known to its end, so that a table that is nowhere is missing.
    """
    optional = model.table in OPTIONAL_TABLES
    for folder, called in folders:
        path = folder / f"{model.table}.csv"
        file = posixpath.join(called, path.name)
        if not path.exists():
            continue
        data = files.load(path, file)
        if data is None:
            return None
        raw, problems = raw_from_csv(file, data, may_be_bare=optional)
        files.problems += problems
        return raw
    if optional:
        return RawTable(f"{model.table}.csv", list(model.columns()), [])
    if whole:
        message = T("the file is missing or cannot be opened")
        files.problems.append(Problem(f"{model.table}.csv", "E101", message, T("Put it there and make it readable")))
    return None


def _strangers(folder: Path) -> list[Problem]:
    """Files beside the tables: an error where the name is nearly a table's, a warning for other CSV files."""
    tables = {f"{model.table}.csv" for model in TABLES}
    problems = []
    for path in sorted(folder.iterdir()):
        if path.name in tables or path.suffix.lower() not in _TABLE_ENDINGS or not path.is_file():
            continue
        stem = path.name.split(".")[0].split("(")[0].strip()
        near = nearest(stem, _NAMES, cutoff=0.8)
        if near is not None:
            message = T("the file looks like the table {table} but is not named {table}.csv", table=_NAMES[near])
            mend = T("Rename it, or move it out of the folder")
            problems.append(Problem(path.name, "E104", message, mend))
        elif path.suffix.lower() == ".csv":
            message = T("the file is no table of the scenario and was not read")
            problems.append(Problem(path.name, "W508", message, T("Move it into a folder of its own")))
    return problems


def _assemble(
    read: SettingsRead,
    registry: Registry,
    raws: Mapping[str, RawTable | None],
    inputs: tuple[InputFile, ...],
    problems: list[Problem],
) -> Scenario:
    """Parse, check and put together; raise InputError where anything is wrong."""
    tables: dict[str, Table[Any]] = {}
    for model in TABLES:
        raw = raws[model.table]
        if raw is None:
            tables[model.table] = Table(model, f"{model.table}.csv", readable=False, sound=False)
            continue
        tables[model.table], found = parse_table(model, raw, read.lists)
        problems += found
    for table in tables.values():
        problems += [*check_references(table, tables), *check_keys(table)]
    if read.config is not None:
        problems += check_consistency(read, registry, tables)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or read.config is None:
        raise InputError(_in_order(errors))
    rows: dict[str, Any] = {name: _sorted(table) for name, table in _one_spelling(tables).items()}
    return Scenario(
        config=read.config,
        rules=read.rules,
        goals=read.goals,
        goal_order=read.goal_order,
        inputs=inputs,
        warnings=tuple(_in_order(problems)),
        **rows,
    )


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """By file as first met, then by row, then by code."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(problems, key=lambda p: (files.index(p.file), p.row or 0, p.code))


def _sorted(table: Table[Any]) -> tuple[Any, ...]:
    """The rows by their key, so that their order in a file never matters."""
    key = table.model.key
    return tuple(sorted(table.rows, key=lambda row: [(v is not None, v) for v in (getattr(row, name) for name in key)]))


def _one_spelling(tables: Mapping[str, Table[Any]]) -> Mapping[str, Table[Any]]:
    """Spell free words that match (Hòa = Hoà) in one way everywhere: later they compare as they are."""
    spellings: dict[str, set[str]] = {}
    columns = {
        name: [c for c, info in table.model.columns().items() if any(isinstance(m, Words) for m in info.metadata)]
        for name, table in tables.items()
    }
    for name, table in tables.items():
        for column in columns[name]:
            for word in {word for row in table.rows for word in getattr(row, column)}:
                spellings.setdefault(fold(word), set()).add(word)
    chosen = {word: min(same) for same in spellings.values() if len(same) > 1 for word in same}
    for name, table in tables.items():
        if chosen and columns[name]:
            table.rows = [_respelled(row, columns[name], chosen) for row in table.rows]
    return tables


def _respelled(row: Any, columns: Sequence[str], chosen: Mapping[str, str]) -> Any:
    update = {c: tuple(chosen.get(word, word) for word in getattr(row, c)) for c in columns}
    return row.model_copy(update=update) if any(getattr(row, c) != v for c, v in update.items()) else row
