"""A scenario as one workbook that reads back as the same Scenario: a sheet per table, `ThamSo` for the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pydantic.fields import FieldInfo

from optimizer.errors import UsageError
from optimizer.scenario.cells import Lists, cell_text
from optimizer.scenario.keys import flat, keys_of, toml_word
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, OneOf, Row
from optimizer.scenario.sheets import SettingRow
from optimizer.texts import SOURCE_LANGUAGE, T

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from optimizer.spreadsheet import Look, Value

NARROWEST, WIDEST = 8.0, 40.0  # columns, in characters
ROWS_MEASURED: Final = 200  # rows that decide the width of a column


def scenario_book(scenario: Scenario, language: str) -> bytes:
    """The workbook as a file, headings and codes in the words of `language`; the same scenario, the same bytes.

    Columns neither required nor in use and optional tables without rows are left out. Raises UsageError for a text
    that is longer than a cell can hold.
    """
    from optimizer.spreadsheet import new_book, to_bytes

    book = new_book()
    rows = [_setting(key, value) for key, value in flat(keys_of(scenario))]
    _fill(book.create_sheet(SettingRow.sheet), SettingRow, ["key_", "value"], rows, language)
    lists = Lists(scenario.config.vocabulary)
    for model in TABLES:
        table = scenario.rows(model.table)
        if not table and model.table in OPTIONAL_TABLES:
            continue
        columns = model.columns_in_use(table)
        speak = [speaker(model.columns()[name], lists, language) for name in columns]
        cells = [
            tuple(say(getattr(row, name)) for name, say in zip(columns, speak, strict=True)) for row in table
        ]  # fmt: skip
        _fill(book.create_sheet(model.sheet), model, columns, cells, language)
    return to_bytes(book, scenario.config.date)


def heading_in(model: type[Row], column: str, language: str) -> str:
    """The heading of a column: the Vietnamese one, or the column's name."""
    return column.rstrip("_") if language == SOURCE_LANGUAGE else str(model.columns()[column].title)


def _setting(key: str, value: Any) -> tuple[str, Value]:
    return key, value if isinstance(value, (int, float, date)) and not isinstance(value, bool) else toml_word(value)


def speaker(info: FieldInfo, lists: Lists, language: str) -> Callable[[Any], Value]:
    """What turns a value of the column into that of its cell: codes into words, lists into one text."""
    vocabulary = next((lists.of(mark.vocabulary) for mark in info.metadata if isinstance(mark, OneOf)), None)
    words: Mapping[str, str] = {}
    if vocabulary is not None:
        words = {code: vocabulary.label(code, language) for code in vocabulary}

    def say(value: Any) -> Value:
        if isinstance(value, tuple):
            return ";".join(words.get(item, cell_text(item)) for item in value) or None
        if isinstance(value, (bool, str)):
            text = cell_text(value)
            return words.get(text, text)
        return value  # type: ignore[no-any-return]

    return say


def _fill(
    sheet: Worksheet, model: type[Row], columns: Sequence[str], rows: Sequence[tuple[Value, ...]], language: str
) -> None:
    """Heading and rows; the heading stays in sight and filters."""
    from openpyxl.utils import get_column_letter

    from optimizer.spreadsheet import keep_heading, put, set_widths

    headings = [heading_in(model, name, language) for name in columns]
    for line, values in enumerate((headings, *rows), start=1):
        for at, value in enumerate(values, start=1):
            put(sheet.cell(line, at), _whole(value, sheet.title, line, get_column_letter(at)), _look(line, value))
    keep_heading(sheet, 1, 1 + len(rows), len(columns))
    shown = [headings, *rows[:ROWS_MEASURED]]
    set_widths(sheet, {at: _width([row[at - 1] for row in shown]) for at in range(1, len(columns) + 1)})


def _look(line: int, value: Value) -> Look:
    if line == 1:
        return "heading"
    return "date" if isinstance(value, date) else "exact" if isinstance(value, (int, float)) else "text"


def _whole(value: Value, sheet: str, line: int, letter: str) -> Value:
    from optimizer.spreadsheet import LONGEST_CELL

    if isinstance(value, str) and len(value) > LONGEST_CELL:
        message = T(
            "{sheet}, cell {cell}: the text is longer than a cell can hold", sheet=sheet, cell=f"{letter}{line}"
        )
        raise UsageError(message)
    return value


def _width(values: list[Value]) -> float:
    longest = max((len(cell_text(value)) for value in values), default=0)
    return min(WIDEST, max(NARROWEST, longest + 2.0))
