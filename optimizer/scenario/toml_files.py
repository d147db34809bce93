"""The keys of a scenario as they stand, in `scenario.toml` or on a sheet, and keys set from outside."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from optimizer.errors import Problem
from optimizer.scenario.names import shown
from optimizer.scenario.tables import text_of
from optimizer.texts import T

SETTINGS_FILE: Final = "scenario.toml"
OUTSIDE: Final = "--set"
_WITH_DOT: Final = re.compile(r'(?:^|(?<=\.))"([^"]*\.[^"]*)"(?=\.|$)')
Keys = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a key stands: file, and row or cell, as far as they are known."""

    file: str
    row: int | None = None
    cell: str | None = None


class Places(Protocol):
    """A file of keys: where in it a key stands."""

    @property
    def file(self) -> str:
        """The file's name in messages."""

    def find(self, loc: tuple[str, ...]) -> Place | None:
        """The place of a key given as its path from the top; None where it does not stand here."""


@dataclass(frozen=True)
class TomlText:
    """The text of a `scenario.toml`."""

    file: str
    text: str

    def find(self, loc: tuple[str, ...]) -> Place | None:
        """The row of a key."""
        row = _row_of(self.text, loc)
        return None if row is None else Place(self.file, row)


@dataclass
class RawSettings:
    """The keys of all files merged, and where each stands: `places`, its own file first."""

    keys: Keys = field(default_factory=dict)
    places: list[Places] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)

    def place(self, loc: tuple[str, ...]) -> Place:
        """The place of a key given as its path from the top."""
        dotted = ".".join(loc)
        if any(dotted == name or dotted.startswith(name + ".") for name in self.outside):
            return Place(OUTSIDE)
        for places in self.places:
            place = places.find(loc)
            if place is not None:
                return place
        if any(name.startswith(dotted + ".") for name in self.outside):
            return Place(OUTSIDE)
        return Place(self.places[0].file if self.places else SETTINGS_FILE)


def parse_toml(file: str, data: bytes) -> tuple[Keys, str, list[Problem]]:
    """(keys, text, problems) of one file."""
    text, problems = text_of(file, data)
    if problems:
        return {}, "", problems
    try:
        return tomllib.loads(text.replace("\r\n", "\n")), text, []
    except (ValueError, RecursionError) as error:  # ValueError: also a number of thousands of digits
        found = re.search(r"at line (\d+)", str(error))
        row = int(found[1]) if found else text.count("\n") + 1
        message = T("this is not valid TOML: {reason}", reason=shown(str(error), 120))
        mend = T("Write key = value; text and dates as in the documentation of the keys")
        return {}, text, [Problem(file, "E105", message, mend, row)]


def parse_value(text: str) -> object:
    """A value set from outside: as TOML, a bare word as text."""
    try:
        keys = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return keys["value"] if len(keys) == 1 else text


def parts_of(dotted: str) -> list[str]:
    """The parts of a dotted key; one that has a dot itself, such as the id of a unit, stands in quotes."""
    hidden = _WITH_DOT.sub(lambda found: found[1].replace(".", "\0"), dotted)
    return [part.replace("\0", ".") for part in hidden.split(".")]


def put(keys: Keys, dotted: str, value: object) -> bool:
    """Set a dotted key; False where one of its parts is no name or is no table."""
    *path, last = parts_of(dotted)
    table: Any = keys
    for name in path:
        table = table.setdefault(name, {}) if isinstance(table, dict) else None
    if not isinstance(table, dict) or not all([*path, last]):
        return False
    table[last] = value
    return True


def merged(parent: Mapping[str, Any], child: Mapping[str, Any]) -> Keys:
    """The parent's keys with the child's over them, table by table."""
    keys = dict(parent)
    for name, value in child.items():
        over = keys.get(name)
        keys[name] = merged(over, value) if isinstance(over, dict) and isinstance(value, dict) else value
    return keys


def set_outside(settings: RawSettings, overrides: Mapping[str, str]) -> list[Problem]:
    """Set dotted keys over everything that the files say."""
    problems = []
    settings.keys = deepcopy(settings.keys)
    for dotted, text in overrides.items():
        if not put(settings.keys, dotted, parse_value(text)):
            message = T("'{key}' is not a key", key=shown(dotted))
            mend = T("Write table.key=value, for example rules.lists.share=0.05")
            problems.append(Problem(OUTSIDE, "E106", message, mend, None, shown(dotted), shown(text)))
            continue
        settings.outside.add(".".join(parts_of(dotted)))
    return problems


def _row_of(text: str, loc: tuple[str, ...]) -> int | None:
    """The row in which a key stands, found by its table's heading and its own name."""
    if not loc:
        return None
    table = ""
    best: int | None = None
    for row, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if heading and "=" not in line.split("]")[0]:
            table = heading[1].replace('"', "").replace(" ", "")
            if table == ".".join(loc):
                return row
            continue
        key = re.match(r"\s*([^=#]+?)\s*=", line)
        if not key:
            continue
        full = ".".join(filter(None, [table, key[1].replace('"', "").replace(" ", "")]))
        if full == ".".join(loc):
            return row
        if best is None and ".".join(loc).startswith(full + "."):
            best = row
    return best
