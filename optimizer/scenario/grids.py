"""Spreadsheets as grids of text: what a person sees in a cell is what is read, or the cell's fault is told.

Dates become ISO text, numbers their digits (with the leading zeros or the per cent sign that their format
shows), yes-or-no cells `yes` and `no`. Hidden rows, columns and sheets are data like any other.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from optimizer.errors import Problem
from optimizer.scenario.cells import Fault, cell_text
from optimizer.scenario.names import normal, shown
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

XLSX: Final = (".xlsx", ".xlsm")
ODS: Final = ".ods"
WORKBOOKS: Final = (*XLSX, ODS)
_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # an old .xls, or a workbook with a password
_ZEROS: Final = re.compile(r"0{2,}")
_UNSEEN: Final = re.compile(r"\[[^\]]*\]|_.|\*.")  # of a number's format: colours, conditions, blanks, fillings
_LITERAL: Final = re.compile(r'"[^"]*"|\\.')
_PARTED: Final = re.compile("0[-/ ]0")
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_PADDED: Final = re.compile(r"0[0-9]+")
_ERROR: Final = re.compile(r"#[A-Z0-9/]+[!?]?|#N/A|Err:[0-9]+")
_FORMULA: Final = re.compile(rb"<(\w+:)?f[ />]")
MOST_BYTES: Final = 300_000_000  # of a workbook once it is unpacked
MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_MERGED = 200_000, 500, 2_000_000, 200_000  # of a sheet
_EXACT_DIGITS: Final = 15  # significant digits that spreadsheets keep
_NOISY_DIGITS: Final = 12  # a number with no more digits than this and a tail far behind them was computed


class TooLargeError(Exception):
    """A workbook beyond what any province needs; `text` says what there is too much of."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class Digits(str):
    """The digits of a cell that holds a number; `disguised` where its format shows more than digits."""

    disguised = False


@dataclass(frozen=True)
class Merge:
    """A merged range that holds something: its cells in A1 form, its first and last row."""

    cells: str
    first_row: int
    last_row: int


@dataclass
class Grid:
    """One sheet: rows that hold anything as (row number, texts), faults by (row number, place from 0).

    `strays`: cells that stand further to the right than any table reaches.
    """

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    strays: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, cells: Mapping[tuple[int, int], str | Fault], merges: list[Merge]) -> Grid:
        """A grid of the cells that hold anything, given by (row number, place from 0)."""
        grid = cls(name, merges=merges)
        rows: dict[int, dict[int, str]] = {}
        for (row, at), cell in sorted(cells.items()):
            if at >= MOST_COLUMNS:
                grid.strays.append((row, at))
                continue
            if isinstance(cell, Fault):
                grid.faults[row, at] = cell
            rows.setdefault(row, {})[at] = cell if isinstance(cell, str) else ""
        if len(rows) > MOST_ROWS:
            raise TooLargeError(T("more than {n} rows", n=MOST_ROWS))
        width = 1 + max((at for _, at in cells if at < MOST_COLUMNS), default=-1)
        grid.rows = [(row, [texts.get(at, "") for at in range(width)]) for row, texts in rows.items()]
        return grid


def read_grids(file: str, data: bytes) -> tuple[list[Grid], list[Problem]]:
    """The sheets of a workbook in their order, or the problem that stops its reading."""
    if data.startswith(_COMPOUND):
        message = T("the workbook has a password or is of the old format .xls")
        return [], [Problem(file, "E118", message, T("Save it as .xlsx without a password"))]
    reader: Callable[[bytes], list[Grid]] = _ods if file.lower().endswith(ODS) else _xlsx
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the libraries do not show: pictures, styles, extensions
            return reader(data), []
    except (TooLargeError, MemoryError) as error:
        what = error.text if isinstance(error, TooLargeError) else T("it does not fit into memory")
        message = T("the workbook is too large to be read: {what}", what=what)
        mend = T(
            "Delete empty rows and columns that are formatted or merged below and beside the data, and save it again"
        )
        return [], [Problem(file, "E121", message, mend)]
    except Exception:  # whatever a damaged archive makes the libraries raise
        message = T("the file is not a workbook, or it is damaged")
        return [], [Problem(file, "E118", message, T("Open it in Excel or LibreOffice and save it again as .xlsx"))]


def _xlsx(data: bytes) -> list[Grid]:
    from openpyxl import load_workbook

    has_formulas = _has_formulas(data)
    book = load_workbook(io.BytesIO(data), data_only=True)
    computed = _computed_cells(data) if has_formulas else {}
    return [_xlsx_sheet(sheet, computed.get(sheet.title, frozenset())) for sheet in book.worksheets]


def _has_formulas(data: bytes) -> bool:
    """Whether any sheet of the archive computes. Raises TooLargeError before anything is built from one."""
    found = False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _require_bytes(archive)
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+", name):
                part = archive.read(name)
                _require_size(part)
                found = found or bool(_FORMULA.search(part))
    return found


def _require_size(part: bytes) -> None:
    from openpyxl.utils import column_index_from_string as column

    merged = sum(
        (1 + column(right.decode()) - column(left.decode())) * (1 + int(bottom) - int(top))
        for left, top, right, bottom in _MERGE.findall(part)
    )
    for n, most, text in (
        (part.count(b"<row "), MOST_ROWS, T("more than {n} rows", n=MOST_ROWS)),
        (part.count(b"<c "), MOST_CELLS, T("more than {n} cells", n=MOST_CELLS)),
        (merged, MOST_MERGED, T("more than {n} merged cells", n=MOST_MERGED)),
    ):
        if n > most:
            raise TooLargeError(text)


def _require_bytes(archive: zipfile.ZipFile) -> None:
    if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
        raise TooLargeError(T("more than {n} bytes once it is unpacked", n=MOST_BYTES))


def _computed_cells(data: bytes) -> Mapping[str, frozenset[tuple[int, int]]]:
    """By sheet, the (row, column) of cells with a formula."""
    from openpyxl import load_workbook

    return {
        sheet.title: frozenset(at for at, cell in sheet._cells.items() if cell.data_type == "f")
        for sheet in load_workbook(io.BytesIO(data)).worksheets
    }


def _xlsx_sheet(sheet: Worksheet, computed: frozenset[tuple[int, int]]) -> Grid:
    cells: dict[tuple[int, int], str | Fault] = {}
    for (row, column), cell in sheet._cells.items():  # only cells that are there: iterating makes all up to the last
        value = cell.value
        if value is None:
            if (row, column) in computed and cell.data_type == "n":  # an empty text that was computed is of type "s"
                cells[row, column - 1] = _unstored()
            continue
        text = _error(str(value)) if cell.data_type == "e" else _seen(value, cell.number_format)
        if text and (isinstance(text, Fault) or text.strip()):
            cells[row, column - 1] = text
    merges = [Merge(area.coord, area.min_row, area.max_row) for area in sheet.merged_cells.ranges]
    held = [m for m, area in zip(merges, sheet.merged_cells.ranges, strict=True)
            if (area.min_row, area.min_col - 1) in cells]  # fmt: skip
    return Grid.of(sheet.title, cells, held)


def _seen(value: Any, number_format: str) -> str | Fault:
    """A value as it is seen in its cell."""
    if isinstance(value, str):
        return normal(unescape(value)) if "_x" in value else normal(value)
    if isinstance(value, bool):
        return cell_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    return str(value)


def unescape(text: str) -> str:
    """Text as it was typed: the format writes a letter that it cannot hold as its number, such as _x000D_."""
    from openpyxl.utils.escape import unescape as plain

    return plain(text)


def _number(value: float, number_format: str) -> str | Fault:
    section = _UNSEEN.sub("", number_format.split(";", maxsplit=1)[0])
    bare = _LITERAL.sub("", section).strip()
    if "%" in bare:
        return cell_text(float(Decimal(repr(value)) * 100)) + "%"
    text = Digits(_digits(value))
    if _ZEROS.fullmatch(bare) and text.isdigit():
        text = Digits(text.zfill(len(bare)))
    text.disguised = bool(_PARTED.search(bare)) or any(part.strip('"\\ ') for part in _LITERAL.findall(section))
    if text.isdigit() and len(text) > _EXACT_DIGITS:
        message = T("the number {value} is longer than spreadsheets keep and has been rounded", value=shown(text))
        return Fault("E214", message, T("Format the cell as text and type the number again"))
    return text


def _digits(value: float) -> str:
    """The digits of a number without the noise that computing leaves behind (0.1 + 0.2)."""
    if isinstance(value, int):
        return str(value)
    kept = float(f"{value:.{_EXACT_DIGITS}g}")
    is_noise = kept != value and len(_plain_digits(kept)) <= _NOISY_DIGITS
    return cell_text(kept if is_noise else value)


def _plain_digits(value: float) -> str:
    return cell_text(value).replace(".", "").strip("-0")


def _unstored() -> Fault:
    message = T("the cell holds a formula whose value is not stored")
    return Fault("E213", message, T("Open the workbook in Excel or LibreOffice and save it, or type the value"))


def _error(text: str) -> Fault:
    return Fault("E212", T("the cell shows the error {value}", value=shown(text)), T("Correct the formula"))


def _ods(data: bytes) -> list[Grid]:
    from odf.opendocument import load
    from odf.table import Table

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _require_bytes(archive)
    document = load(io.BytesIO(data))
    return [_ods_sheet(table) for table in document.spreadsheet.getElementsByType(Table)]


def _ods_sheet(table: Any) -> Grid:
    from odf.table import TableRow
    from openpyxl.utils import get_column_letter

    cells: dict[tuple[int, int], str | Fault] = {}
    merges: list[Merge] = []
    row = 1
    for line in table.getElementsByType(TableRow):
        times = int(line.getAttribute("numberrowsrepeated") or 1)
        found = list(_ods_row(line))
        if found and times > MOST_ROWS:
            raise TooLargeError(T("more than {n} rows", n=MOST_ROWS))
        for at, cell, text in found:
            for k in range(times):
                cells[row + k, at] = text
            high, wide = (int(cell.getAttribute(name) or 1) for name in ("numberrowsspanned", "numbercolumnsspanned"))
            if high > 1 or wide > 1:
                area = f"{get_column_letter(at + 1)}{row}:{get_column_letter(at + wide)}{row + high - 1}"
                merges.append(Merge(area, row, row + high - 1))
        row += times
    return Grid.of(normal(table.getAttribute("name")), cells, merges)


def _ods_row(line: Any) -> Iterator[tuple[int, Any, str | Fault]]:
    """(place, cell, text) of the cells of a row that hold anything."""
    at = 0
    for cell in line.childNodes:
        if cell.tagName not in ("table:table-cell", "table:covered-table-cell"):
            continue
        times = int(cell.getAttribute("numbercolumnsrepeated") or 1)
        text = _ods_text(cell)
        if text and (isinstance(text, Fault) or text.strip()):
            for k in range(min(times, MOST_COLUMNS)):
                yield at + k, cell, text
        at += times


def _ods_text(cell: Any) -> str | Fault:
    from odf.teletype import extractText

    seen = "\n".join(extractText(part) for part in cell.childNodes if part.tagName == "text:p")
    kind, value = cell.getAttribute("valuetype"), cell.getAttribute("value")
    if kind == "date":
        day = cell.getAttribute("datevalue")
        return str(day).removesuffix("T00:00:00")
    if kind == "boolean":
        return "yes" if cell.getAttribute("booleanvalue") == "true" else "no"
    if kind in ("float", "currency", "percentage") and value:
        padding = "0" * len(seen) if _PADDED.fullmatch(seen) else "%" if kind == "percentage" else ""
        return _number(int(value) if re.fullmatch("-?[0-9]+", value) else float(value), padding)
    if cell.getAttribute("formula") and _ERROR.fullmatch(seen):
        return _error(seen)
    return normal(seen)
