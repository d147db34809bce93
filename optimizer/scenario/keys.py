"""The keys of a scenario as they are written: as a `scenario.toml`, or one after another for a sheet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from optimizer.scenario.cells import iso_day
from optimizer.scenario.config import Config
from optimizer.scenario.meaning import GOAL_ORDER, GoalSettings, Meaning, RuleSettings, Settings
from optimizer.scenario.names import normal
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.toml_files import parse_value

REQUIRED: Final = object()


def keys_of(scenario: Scenario) -> dict[str, Any]:
    """The keys of `scenario.toml` that say more than the defaults. The order of goals always stands there."""
    keys = scenario.config.model_dump(exclude_defaults=True)
    rules = {name: settings.model_dump(exclude_defaults=True) for name, settings in scenario.rules.items()}
    goals = {name: settings.model_dump(exclude_defaults=True) for name, settings in scenario.goals.items()}
    goals = {name: keys for name, keys in goals.items() if keys}
    keys["rules"] = {name: keys for name, keys in rules.items() if keys}
    keys["goals"] = {"order": scenario.goal_order, **goals} if scenario.goal_order else goals
    return {name: value for name, value in keys.items() if value != {}}


def toml_text(keys: Mapping[str, Any]) -> str:
    """The keys as a `scenario.toml`."""
    return "\n".join(_toml_table(keys, ())).strip("\n") + "\n"


def _toml_table(keys: Mapping[Any, Any], path: tuple[str, ...]) -> Iterator[str]:
    """The lines of one table: its own values first, then the tables inside it. An empty table is a value."""
    inner = {name: value for name, value in keys.items() if isinstance(value, Mapping) and value}
    values = {name: value for name, value in keys.items() if name not in inner and value is not None}
    if values and path:
        yield f"\n[{'.'.join(map(_toml_key, path))}]"
    for name, value in values.items():
        yield f"{_toml_key(str(name))} = {_toml_value(value)}"
    for name, value in inner.items():
        yield from _toml_table(value, (*path, str(name)))


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml_value(name)


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml_key(str(name))} = {_toml_value(item)}" for name, item in value.items()) + "}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    if isinstance(value, str):
        return json.dumps(normal(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def flat(keys: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key and value of everything in a table of tables; lists and empty tables are values.

    A name with a dot in it stands in quotes, as `parts_of` reads it.
    """
    for name, value in keys.items():
        part = f'"{name}"' if "." in name else name
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{path}{part}.")
        else:
            yield f"{path}{part}", value


def known_keys(
    rules: Mapping[str, type[RuleSettings]], goals: Mapping[str, type[GoalSettings]]
) -> Iterator[tuple[str, type[Settings], str]]:
    """(table, class, key) of every key that there is, `goals.order` aside; the table is empty for those at the top."""
    tables: dict[str, type[Settings]] = {}
    for name, info in Config.model_fields.items():
        default = info.get_default()
        if isinstance(default, Settings):
            tables[name] = type(default)
        else:
            yield "", Config, name
    tables |= {f"rules.{name}": model for name, model in rules.items()}
    tables |= {f"goals.{name}": model for name, model in goals.items()}
    for table, model in tables.items():
        for name in model.model_fields:
            yield table, model, name


def described_keys(
    rules: Mapping[str, type[RuleSettings]],
    goals: Mapping[str, type[GoalSettings]],
    goal_order: tuple[str, ...],
) -> Iterator[tuple[str, Meaning, Any]]:
    """(dotted key, meaning, default) of every key; the default is REQUIRED where a scenario has to give the value."""
    for table, model, name in known_keys(rules, goals):
        info = model.model_fields[name]
        yield (
            ".".join(filter(None, (table, name))),
            model.meaning(name),
            REQUIRED if info.is_required() else info.default,
        )
    yield "goals.order", GOAL_ORDER, goal_order


def toml_word(value: object) -> str:
    """A value as it is typed in a cell or after `--set`: text that would be read as something else is quoted."""
    if isinstance(value, str) and value == value.strip() == iso_day(value) and parse_value(value) == value:
        return normal(value)
    return _toml_value(value)
