"""The keys of all sheets `ThamSo` together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from optimizer.errors import Problem
from optimizer.scenario.cells import Lists
from optimizer.scenario.config import Registry
from optimizer.scenario.gathering.books import Book
from optimizer.scenario.keys import flat, toml_word
from optimizer.scenario.names import shown
from optimizer.scenario.settings import SettingsRead, read_settings
from optimizer.scenario.sheets import SettingRow
from optimizer.scenario.sources import SheetPlaces
from optimizer.scenario.toml_files import RawSettings, put
from optimizer.texts import T, Text


def settings_of(books: Sequence[Book], registry: Registry, problems: list[Problem]) -> tuple[SettingsRead, object]:
    """What the keys say, and the language that they ask for; keys with two values are told."""
    raw = RawSettings()
    values: dict[str, tuple[object, str, int]] = {}
    for book in books:
        if book.settings is None:
            continue
        keys, places = book.settings
        raw.places.append(places)
        if keys.pop("extends", None) is not None:
            message, mend = T("a scenario that is gathered from files extends no other"), T("Delete this key")
            problems.append(_of(places, "extends", "E107", message, mend))
        for name, value in flat(keys):
            known, file, row = values.setdefault(name, (value, places.file, places.cells[name][0]))
            if known != value:
                message = T("row {row} of {file} gives {value}", row=row, file=file, value=shown(toml_word(known)))
                mend = T("Give the key one value, or delete it in one of the files")
                problems.append(_of(places, name, "E612", message, mend, shown(toml_word(value))))
    for name, (value, *_) in values.items():
        put(raw.keys, name, value)
    broken = any(SettingRow.table in book.broken for book in books)
    if broken and not raw.places:
        return SettingsRead(lists=Lists(None)), None
    raw.places.append(SheetPlaces(SettingRow.sheet, {}))
    read, found = read_settings(raw, registry)
    problems += [_in_a_sheet(problem) for problem in found if not (broken and problem.code == "E108")]
    return read, raw.keys.get("language")


def _of(places: SheetPlaces, key: str, code: str, message: Text, mend: Text, value: str | None = None) -> Problem:
    row, cell = places.cells[key]
    return Problem(places.file, code, message, mend, row, key, value, cell)


def _in_a_sheet(problem: Problem) -> Problem:
    """A missing key is to be added to a sheet, as a row."""
    if problem.code != "E108":
        return problem
    mend = T("Add the row {key} with its value to the sheet {sheet} of one of the files", key=problem.column,
             sheet=SettingRow.sheet)  # fmt: skip
    return replace(problem, file=SettingRow.sheet, row=None, cell=None, mend=mend)
