"""Writing a scenario: the folder that reads back as the same Scenario, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from optimizer.errors import UsageError
from optimizer.files import why
from optimizer.scenario.cells import cell_text
from optimizer.scenario.names import normal
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Row
from optimizer.scenario.toml_files import SETTINGS_FILE
from optimizer.texts import T


def write_scenario(scenario: Scenario, folder: str | Path) -> None:
    """Write `scenario.toml` and the tables into `folder`; other files there stay.

    Columns neither required nor in use, optional tables without rows and keys with default values are left
    out. Raises UsageError where the folder cannot be written; then nothing in it has changed.
    """
    target = Path(folder).resolve()
    files = {SETTINGS_FILE: _toml(_keys(scenario))}
    for model in TABLES:
        rows = scenario.rows(model.table)
        if rows or model.table not in OPTIONAL_TABLES:
            files[f"{model.table}.csv"] = _csv(model, rows)
    stale = [f"{table}.csv" for table in OPTIONAL_TABLES if f"{table}.csv" not in files]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
            new = Path(beside, "new")
            new.mkdir()
            for name, text in files.items():
                _write(new / name, text)
            if target.exists():
                _exchange(target, new, Path(beside, "old"), [*files, *stale])
            else:
                new.rename(target)
    except OSError as error:
        message = T("the folder {folder} cannot be written: {reason}", folder=target, reason=why(error))
        raise UsageError(message) from error


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _exchange(target: Path, new: Path, old: Path, names: list[str]) -> None:
    """Put the new files in place of the old ones; if one cannot be moved, the old ones come back."""
    old.mkdir()
    put: list[Path] = []
    try:
        for name in names:
            if (target / name).exists():
                (target / name).rename(old / name)
        for path in [*new.iterdir()]:
            put.append(path.rename(target / path.name))
    except OSError:
        for path in put:
            path.unlink()
        for path in [*old.iterdir()]:
            path.replace(target / path.name)
        raise


def _csv(model: type[Row], rows: tuple[Row, ...]) -> str:
    required = model.required_columns()
    columns = [name for name in model.columns() if name in required or any(_used(row, name) for row in rows)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell_text(getattr(row, name)) for name in columns] for row in rows)
    return out.getvalue()


def _used(row: Row, name: str) -> bool:
    return getattr(row, name) not in (None, ())


def _keys(scenario: Scenario) -> dict[str, Any]:
    """The keys of `scenario.toml` that say more than the defaults. The order of goals always stands there."""
    keys = scenario.config.model_dump(exclude_defaults=True)
    rules = {name: settings.model_dump(exclude_defaults=True) for name, settings in scenario.rules.items()}
    goals = {name: settings.model_dump(exclude_defaults=True) for name, settings in scenario.goals.items()}
    keys["rules"] = rules
    keys["goals"] = {"order": scenario.goal_order, **goals} if scenario.goal_order else goals
    return keys


def _toml(keys: Mapping[str, Any]) -> str:
    return "\n".join(_toml_table(keys, ())).strip("\n") + "\n"


def _toml_table(keys: Mapping[Any, Any], path: tuple[str, ...]) -> Iterator[str]:
    """The lines of one table: its own values first, then the tables inside it. Empty tables are left out."""
    values = {name: value for name, value in keys.items() if not isinstance(value, Mapping) and value is not None}
    if values and path:
        yield f"\n[{'.'.join(map(_toml_key, path))}]"
    for name, value in values.items():
        yield f"{_toml_key(str(name))} = {_toml_value(value)}"
    for name, value in keys.items():
        if isinstance(value, Mapping):
            yield from _toml_table(value, (*path, str(name)))


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml_value(name)


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    if isinstance(value, str):
        return json.dumps(normal(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
