"""Reading: a folder, a workbook, or tables in memory, into a validated Scenario, or every problem at once."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from optimizer.errors import InputError, Problem
from optimizer.files import restore_files
from optimizer.scenario.cells import Lists
from optimizer.scenario.config import Registry
from optimizer.scenario.grids import WORKBOOKS
from optimizer.scenario.names import fold, nearest, shown
from optimizer.scenario.scenario import InputFile, Scenario
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Row, Words
from optimizer.scenario.settings import SettingsRead, read_settings
from optimizer.scenario.sources import TABLE_NAMES, Files, Source, open_source
from optimizer.scenario.tables import (
    RawTable,
    Table,
    check_keys,
    check_references,
    in_order_of_keys,
    parse_table,
    raw_from_csv,
    raw_from_memory,
)
from optimizer.scenario.toml_files import Keys, Places, RawSettings, merged, set_outside
from optimizer.scenario.validating import check_consistency
from optimizer.texts import T, Text

R = TypeVar("R", bound=Row)


def read_scenario(path: str | Path, registry: Registry, overrides: Mapping[str, str] | None = None) -> Scenario:
    """The scenario at `path`, a folder or a workbook; `overrides` set dotted keys (`rules.lists.share`) to TOML
    values or words.

    Raises InputError with every problem found. Findings that stop nothing are in `Scenario.warnings`.
    """
    path = Path(path)
    restore_files(path)
    if not path.is_dir() and (not path.exists() or path.suffix.lower() not in WORKBOOKS):
        message = T("there is no such folder or workbook")
        mend = T("Name the folder of a scenario, or a workbook that ends with .xlsx or .ods")
        raise InputError([Problem(str(path), "E101", message, mend)])
    files = Files()
    raw = RawSettings()
    sources = []
    for source, keys, places in _chain(open_source(path, "" if path.is_dir() else path.name, files), files):
        sources.append(source)
        raw.keys = merged(keys, raw.keys)
        raw.places.append(places)
    broken = bool(files.problems)
    if not sources:
        raise InputError(files.problems)
    files.problems += set_outside(raw, overrides or {})
    read, found = (SettingsRead(lists=Lists(None)), []) if broken else read_settings(raw, registry)
    files.problems += found
    tables: dict[str, RawTable | None] = {}
    for model in TABLES:
        tables[model.table] = _find_table(model, sources, files, whole=not broken)
    files.problems += sources[0].strangers()
    language = raw.keys.get("language")
    scenario = _assemble(read, registry, tables, tuple(files.inputs), files.problems, language)
    return replace(scenario, origin=str(path.resolve()))


def _chain(first: Source, files: Files) -> Iterator[tuple[Source, Keys, Places]]:
    """A scenario and those that it extends, itself first, each with its keys and their places."""
    source = first
    seen: set[Path] = set()
    while True:
        found = source.settings()
        if found is None:
            return
        keys, places = found
        parent = keys.pop("extends", None)
        yield source, keys, places
        if parent is None:
            return
        seen.add(source.path.resolve())
        if not isinstance(parent, str) or not parent or "\0" in parent:
            message, mend = T("extends is not a scenario's name"), T("Give another scenario, as text")
            files.problems.append(_of_extends(places, "E107", message, mend, parent))
            return
        path, called = source.base / parent, posixpath.normpath(posixpath.join(source.base_called, parent))
        if path.resolve() in seen:
            message, mend = T("the scenario extends itself"), T("Delete this key or name another scenario")
            files.problems.append(_of_extends(places, "E109", message, mend, parent))
            return
        source = open_source(path, called, files)


def _of_extends(places: Places, code: str, message: Text, mend: Text, parent: object) -> Problem:
    place = RawSettings(places=[places]).place(("extends",))
    return Problem(place.file, code, message, mend, place.row, "extends", shown(str(parent)), place.cell)


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
            near = nearest(name, TABLE_NAMES)
            mend = T("Did you mean '{name}'?", name=TABLE_NAMES[near]) if near else T("Delete the table")
            problems.append(Problem(name, "E115", T("the table '{name}' is unknown", name=shown(name)), mend))
    raws = {model.table: raw_from_memory(model, tables.get(model.table, ())) for model in TABLES}
    return _assemble(read, registry, raws, (), problems, config.get("language"))


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
    files = Files()
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


def _find_table(model: type[Row], sources: Sequence[Source], files: Files, whole: bool) -> RawTable | None:
    """The cells of a table from the first of the chain that has it; None where it cannot be read.

    `whole`: the chain of scenarios is known to its end, so that a table that is nowhere is missing.
    """
    for source in sources:
        if source.has(model):
            return source.table(model)
    if model.table in OPTIONAL_TABLES:
        return RawTable(f"{model.table}.csv", list(model.columns()), [])
    if whole:
        files.missing(sources[0].called_of(model))
    return None


def _assemble(
    read: SettingsRead,
    registry: Registry,
    raws: Mapping[str, RawTable | None],
    inputs: tuple[InputFile, ...],
    problems: list[Problem],
    language: object = None,
) -> Scenario:
    """Parse, check and put together; raise InputError, which speaks `language`, where anything is wrong."""
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
    return put_together(read, tables, inputs, problems, language)


def put_together(
    read: SettingsRead,
    tables: Mapping[str, Table[Any]],
    inputs: tuple[InputFile, ...],
    problems: Sequence[Problem],
    language: object = None,
) -> Scenario:
    """The scenario of tables that were checked; InputError, which speaks `language`, where anything is wrong."""
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or read.config is None:
        raise InputError(_in_order(errors), language)
    rows: dict[str, Any] = {
        name: in_order_of_keys(table.model, table.rows) for name, table in _one_spelling(tables).items()
    }
    return Scenario(
        config=read.config,
        rules=read.rules,
        goals=read.goals,
        goal_order=read.goal_order,
        inputs=inputs,
        warnings=tuple(_in_order(problems)),
        files={name: table.file for name, table in tables.items()},
        **rows,
    )


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """By file as first met, then by row, then by code."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(problems, key=lambda p: (files.index(p.file), p.row or 0, p.code))


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
