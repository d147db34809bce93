"""The keys of the settings as planners read them: meaning, value in words, and where the default comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from pydantic.fields import FieldInfo

from optimizer.goals import DEFAULT_ORDER
from optimizer.registry import REGISTRY
from optimizer.reporting.naming import Names, goal, label
from optimizer.scenario.keys import known_keys
from optimizer.scenario.meaning import GOAL_ORDER, Meaning, NamesUnits, RuleSettings, Settings
from optimizer.scenario.schema import OneOf
from optimizer.texts import SOURCE_LANGUAGE, T, current_language


@dataclass(frozen=True)
class Key:
    """One key: its dotted name, meaning, value and default in words, and where the default comes from.

    `default` is None for a key that the scenario has to give; `table` is the table of `scenario.toml`.
    """

    name: str
    table: str
    meaning: str
    value: str
    default: str | None
    source: str

    @property
    def is_default(self) -> bool:
        """Whether the value is the product's own."""
        return self.value == self.default

    @property
    def how(self) -> str:
        """The default in words, where the value is another; else that it is the default."""
        if self.default is None:
            return str(T("of the scenario"))
        return str(T("default") if self.is_default else T("changed; default: {value}", value=self.default))


def keys_of(parameters: Mapping[str, Any] | None, names: Names) -> list[Key]:
    """Every key: as a plan's `parameters` give them, or as they are by default.

    The states of rules stand elsewhere; other states by kind and other days only where they are given.
    """
    order = DEFAULT_ORDER if parameters is None else parameters["goals"]["order"]
    before: list[Key] = []
    of_goals: list[Key] = []
    for table, model, name in known_keys(REGISTRY.rules, REGISTRY.goals):
        place, _, owner = table.partition(".")
        is_unused = place == "goals" and parameters is not None and owner not in order
        given = _given(parameters, *filter(None, table.split(".")))
        is_silent = place == "rules" and name in RuleSettings.model_fields and not (name != "state" and given.get(name))
        if is_unused or is_silent:
            continue
        (of_goals if place == "goals" else before).append(_key(model, name, table, given, names))
    source, meaning = str(GOAL_ORDER.source), str(GOAL_ORDER.text)
    return [*before, Key("goals.order", "goals", meaning, _titles(order), _titles(DEFAULT_ORDER), source), *of_goals]


def _given(parameters: Mapping[str, Any] | None, *path: str) -> Mapping[str, Any]:
    """A table of the parameters; empty where the defaults count."""
    found: Mapping[str, Any] = parameters or {}
    for name in path:
        found = found.get(name, {})
    return found


def _titles(names: Sequence[str]) -> str:
    return "; ".join(goal(name) for name in names)


def _key(model: type[Settings], name: str, table: str, given: Mapping[str, Any], names: Names) -> Key:
    info, meaning = model.model_fields[name], model.meaning(name)
    default = None if info.is_required() else _in_words(_plain(info.get_default()), meaning, info, names)
    value = _in_words(_plain(given[name]), meaning, info, names) if name in given else default or ""
    dotted = f"{table}.{name}" if table else name
    return Key(dotted, table, str(meaning.text), value, default, str(meaning.source))


def _plain(value: object) -> Any:
    """The value as it stands in a plan: lists and tables as in JSON."""
    return json.loads(json.dumps(value, default=lambda v: v.isoformat() if isinstance(v, date) else list(v)))


def _in_words(value: Any, meaning: Meaning, info: FieldInfo, names: Names) -> str:
    """A value as people write it, codes by their labels."""
    if value is None or value in ([], {}):
        return str(meaning.words.get("none", T("(none)")))
    if isinstance(value, Mapping):
        written = {code: _item(item, meaning, info, names) for code, item in value.items()}
        return "; ".join(f"{_code(code, meaning, info, names)}: {item}" for code, item in written.items())
    if isinstance(value, list):
        pairs = all(isinstance(item, list) for item in value)
        words = [[_code(str(part), meaning, info, names) for part in (item if pairs else [item])] for item in value]
        return "; ".join(" → ".join(parts) for parts in words)
    if isinstance(value, (int, float)):
        return _number(value, meaning)
    if date in (info.annotation, *get_args(info.annotation)):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return _code(value, meaning, info, names)


def _item(item: Any, meaning: Meaning, info: FieldInfo, names: Names) -> Any:
    """What a table says of one of its names: a code, a number, or a list of codes."""
    if isinstance(item, list):
        return ", ".join(_code(code, meaning, info, names) for code in item)
    return _code(item, meaning, info, names) if isinstance(item, str) else item


def _number(value: float, meaning: Meaning) -> str:
    text = f"{100 * value:g} %" if meaning.fraction else f"{value:g}"
    text = text if current_language() == SOURCE_LANGUAGE else text.replace(".", ",")
    return text if meaning.unit is None else f"{text} {meaning.unit}"


def _code(code: str, meaning: Meaning, info: FieldInfo, names: Names) -> str:
    """The words of a code: those that its key gives, of its closed list or of its unit, else itself."""
    if code in meaning.words:
        return str(meaning.words[code])
    for mark in info.metadata:
        if isinstance(mark, OneOf):
            known = {own.name: own for own in (names.fields, names.blocs, names.roles)}
            return label(known.get(mark.vocabulary.name, mark.vocabulary), code)
        if isinstance(mark, NamesUnits):
            return names.unit(code)
    return code


def own_settings(keys: Sequence[Key], table: str) -> str:
    """The keys of one rule or goal in one cell; states by kind of unit stand with the state."""
    own = [key for key in keys if key.table == table and key.name != f"{table}.by_kind"]
    return "; ".join(f"{key.meaning} ({key.value})" for key in own)
