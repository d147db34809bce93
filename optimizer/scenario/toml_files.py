"""`scenario.toml` as it stands: the file, the scenarios that it extends, and keys set from outside."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from optimizer.errors import Problem
from optimizer.scenario.names import shown
from optimizer.scenario.tables import text_of
from optimizer.texts import T

SETTINGS_FILE: Final = "scenario.toml"
OUTSIDE: Final = "--set"
Keys = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a key stands: file and row, as far as they are known."""

    file: str
    row: int | None = None


@dataclass
class RawSettings:
    """The keys of all files merged, and where each stands. `texts`: (file, text), its own file first."""

    keys: Keys = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)

    def place(self, loc: tuple[str, ...]) -> Place:
        """The place of a key given as its path from the top."""
        dotted = ".".join(loc)
        if any(dotted == name or dotted.startswith(name + ".") for name in self.outside):
            return Place(OUTSIDE)
        for file, text in self.texts:
            row = _row_of(text, loc)
            if row is not None:
                return Place(file, row)
        if any(name.startswith(dotted + ".") for name in self.outside):
            return Place(OUTSIDE)
        return Place(self.texts[0][0] if self.texts else SETTINGS_FILE)


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
        *path, last = dotted.split(".")
        table: Any = settings.keys
        for name in path:
            table = table.setdefault(name, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict) or not all([*path, last]):
            message = T("'{key}' is not a key", key=shown(dotted))
            mend = T("Write table.key=value, for example rules.lists.share=0.05")
            problems.append(Problem(OUTSIDE, "E106", message, mend, None, shown(dotted), shown(text)))
            continue
        table[last] = parse_value(text)
        settings.outside.add(dotted)
    return problems


def chain(
    folder: Path, load: Callable[[Path, str], bytes | None], problems: list[Problem]
) -> Iterator[tuple[Path, str, Keys, str]]:
    """(folder, how it is called, keys, text) of a scenario and of those that it extends, itself first."""
    seen: set[Path] = set()
    called = ""
    while True:
        seen.add(folder.resolve())
        file = posixpath.join(called, SETTINGS_FILE)
        data = load(folder / SETTINGS_FILE, file)
        if data is None:
            return
        keys, text, found = parse_toml(file, data)
        problems += found
        parent = keys.pop("extends", None)
        yield folder, called, keys, text
        if parent is None:
            return
        place = RawSettings(texts=[(file, text)]).place(("extends",))
        if not isinstance(parent, str) or not parent or "\0" in parent:
            message, mend = (
                T("extends is not a folder's name"),
                T("Give the folder of another scenario in quotes"),
            )
            problems.append(Problem(place.file, "E107", message, mend, place.row, "extends", shown(str(parent))))
            return
        folder, called = folder / parent, posixpath.normpath(posixpath.join(called, parent))
        if folder.resolve() in seen:
            message, mend = T("the scenario extends itself"), T("Delete this key or name another scenario")
            problems.append(Problem(place.file, "E109", message, mend, place.row, "extends", shown(parent)))
            return


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
