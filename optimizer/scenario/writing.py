"""Writing a scenario: a folder or workbook that reads back as the same Scenario, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from optimizer.errors import UsageError
from optimizer.files import exchange_files, place_of, replace_file, require_closed, restore_files, why
from optimizer.scenario.book_writing import scenario_book
from optimizer.scenario.cells import cell_text
from optimizer.scenario.keys import keys_of, toml_text
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Row
from optimizer.scenario.toml_files import SETTINGS_FILE
from optimizer.texts import T

BOOK: Final = ".xlsx"
TABLE_FILES: Final = tuple(f"{model.table}.csv" for model in TABLES)
NOT_WRITTEN: Final = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".toml"})


def require_place(place: str | Path, *, force: bool) -> None:
    """Refuse a place for a scenario where one stands already (unless `force`) or is open, or that is never written to.

    Raises UsageError.
    """
    target, path = place_of(place), Path(place)
    if path.suffix.lower() in NOT_WRITTEN and not path.is_dir():
        raise UsageError(T("{target}: a scenario is written as a folder or as .xlsx", target=path))
    files = [target] if path.suffix.lower() == BOOK else [target / name for name in (SETTINGS_FILE, *TABLE_FILES)]
    if not force and any(file.exists() for file in files):
        raise UsageError(T("{target} stands already; nothing was written (--force replaces it)", target=path))
    for file in files:
        require_closed(file)


def write_scenario(scenario: Scenario, path: str | Path, language: str | None = None) -> None:
    """Write a workbook where `path` ends with `.xlsx`, else a folder: `scenario.toml` and the tables.

    A workbook speaks `language`, by default the scenario's. Other files in a folder stay. Columns neither required
    nor in use, optional tables without rows and keys with default values are left out. Raises UsageError where
    `path` cannot be written; then nothing there has changed.
    """
    if Path(path).suffix.lower() == BOOK:
        replace_file(path, scenario_book(scenario, language or scenario.config.language))
        return
    target = place_of(path)
    files = {SETTINGS_FILE: toml_text(keys_of(scenario))}
    for model in TABLES:
        rows = scenario.rows(model.table)
        if rows or model.table not in OPTIONAL_TABLES:
            files[f"{model.table}.csv"] = _csv(model, rows)
    stale = [f"{table}.csv" for table in OPTIONAL_TABLES if f"{table}.csv" not in files]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        restore_files(target)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
            new = Path(beside, "new")
            new.mkdir()
            for name, text in files.items():
                _write(new / name, text)
            if target.exists():
                exchange_files(target, new, stale)
            else:
                new.rename(target)
    except OSError as error:
        message = T("the folder {folder} cannot be written: {reason}", folder=target, reason=why(error))
        raise UsageError(message) from error


def write_differences(scenario: Scenario, folder: Path, keys: Mapping[str, Any], tables: Iterable[str]) -> None:
    """Write a new folder of a scenario that extends another: `keys`, with `extends`, and these of its tables alone.

    Raises OSError where it cannot be written.
    """
    folder.mkdir(parents=True)
    _write(folder / SETTINGS_FILE, toml_text(keys))
    for model in (model for model in TABLES if model.table in set(tables)):
        _write(folder / f"{model.table}.csv", _csv(model, scenario.rows(model.table)))


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _csv(model: type[Row], rows: tuple[Row, ...]) -> str:
    columns = model.columns_in_use(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell_text(getattr(row, name)) for name in columns] for row in rows)
    return out.getvalue()
