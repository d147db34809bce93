"""The plan as a workbook for a meeting: A4 landscape, headings that repeat, text that is never a formula."""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as XlCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.plan import Plan
from optimizer.reporting import SHEETS
from optimizer.reporting.naming import Names
from optimizer.reporting.tables import Cell, Kind, Sheet, Table
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking

FONT: Final = "Times New Roman"
PREFIX: Final = "staffing "  # of the names of styles
FORMATS: Final[dict[Kind, str]] = {
    "text": "@", "whole": "#,##0", "number": "#,##0.##", "km": "#,##0.0", "date": "dd/mm/yyyy", "percent": "0.0%",
}  # fmt: skip
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
LINE_HEIGHT: Final = 15.0  # points
MOST_LINES: Final = 27  # a row of a sheet is at most 409 points high
LETTER, BOLD_LETTER = 0.95, 1.1  # widths against that of the digit by which columns are measured
LONGEST_CELL: Final = 32_767  # characters that a cell of the format holds
EARLIEST_ZIP_YEAR: Final = 1980
LONGEST_FOOTER: Final = 80  # letters of the name; the format holds 255 in all
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")


def write_workbook(plan: Plan, scenario: Scenario, path: str | Path, language: str) -> None:
    """Write `plan.xlsx` in `language` (`vi` or `en`); the same plan gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for style in _styles():
        book.add_named_style(style)
    day = datetime(plan.date.year, plan.date.month, plan.date.day)
    book.properties.creator = "staffing-optimizer"
    book.properties.created = day
    with speaking(language):
        names = Names(scenario)
        for report in SHEETS:
            content = report(plan, names)
            _draw(book.create_sheet(content.name), content, plan)
    raw = io.BytesIO()
    book.save(raw)
    Path(path).write_bytes(_steady(raw.getvalue(), day))


def _draw(sheet: Worksheet, content: Sheet, plan: Plan) -> None:
    _page(sheet, plan)
    widths = _widths(content)
    for at, width in widths.items():
        sheet.column_dimensions[get_column_letter(at)].width = width
    row = 1
    _put(_at(sheet, row, 1), content.title, "title")
    for line in content.lines:
        row += 1
        _put(_at(sheet, row, 1), line, "subtitle")
    for table in content.tables:
        row += 2
        if table.title:
            _put(_at(sheet, row, 1), table.title, "subtitle")
            row += 1
        row = _draw_table(sheet, table, row, widths)
    if len(content.tables) == 1:
        _keep_heading(sheet, content.tables[0], row)


def _draw_table(sheet: Worksheet, table: Table, top: int, widths: Mapping[int, float]) -> int:
    """Draw heading and rows from `top` on; returns the last row drawn."""
    first = [1 + sum(column.span for column in table.columns[:k]) for k in range(len(table.columns))]
    sizes = [
        sum(widths[at] for at in range(start, start + column.span))
        for start, column in zip(first, table.columns, strict=True)
    ]
    headings = [column.heading for column in table.columns]
    for row, values in enumerate((headings, *table.rows), start=top):
        is_head = row == top
        for start, column, value in zip(first, table.columns, values, strict=True):
            kind = "text" if isinstance(value, str) else column.kind
            style = "heading" if is_head else kind
            _put(_at(sheet, row, start), value, style)
            _cover(sheet, row, start, column.span, style)
        sheet.row_dimensions[row].height = LINE_HEIGHT * _lines(values, sizes, BOLD_LETTER if is_head else LETTER)
    row = top + len(table.rows)
    if table.note:
        row += 1
        _put(_at(sheet, row, 1), table.note, "note")
    return row


def _cover(sheet: Worksheet, row: int, start: int, span: int, style: str) -> None:
    """Merge a cell with those to its right that it covers; their borders are drawn as well."""
    if span > 1:
        for at in range(start + 1, start + span):
            sheet.cell(row, at).style = PREFIX + style
        sheet.merge_cells(start_row=row, end_row=row, start_column=start, end_column=start + span - 1)


def _lines(values: Sequence[Cell], sizes: Sequence[float], letter: float) -> int:
    """Lines that the longest text of a row takes: programs that open the file do not all measure it anew."""
    most = 1
    for value, size in zip(values, sizes, strict=True):
        if isinstance(value, str):
            most = max(most, len(textwrap.wrap(value, max(1, int(size / letter)))))
    return min(most, MOST_LINES)


def _widths(content: Sheet) -> dict[int, float]:
    """Width of every column of the sheet: the widest of the table columns that cover it alone."""
    widths: dict[int, float] = {}
    for table in content.tables:
        at = 1
        for column in table.columns:
            for place in range(at, at + column.span):
                share = column.width / column.span
                widths[place] = max(widths.get(place, 0.0), share if column.span == 1 else 0.0) or share
            at += column.span
    return widths


def _at(sheet: Worksheet, row: int, column: int) -> XlCell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, XlCell)  # nothing is written into the covered part of a merge
    return cell


def _put(cell: XlCell, value: Cell, style: str) -> None:
    """Set a value; text stays text, whatever its first character, so that no cell ever computes anything."""
    cell.style = PREFIX + style
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    cell.data_type = "s"
    if value.startswith(RISKY):
        cell.quotePrefix = True


def _styles() -> Iterator[NamedStyle]:
    """The few looks that there are; a cell takes one by its name, which is quicker than part by part."""
    line = Side(style="thin", color="B7B7B7")
    grid = Border(left=line, right=line, top=line, bottom=line)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    words, numbers = Alignment(vertical="top", wrap_text=True), Alignment(horizontal="right", vertical="top", indent=1)
    for name, size, bold, italic in (
        ("title", 14, True, False),
        ("subtitle", 12, True, False),
        ("note", 11, False, True),
    ):
        yield NamedStyle(PREFIX + name, font=Font(name=FONT, size=size, bold=bold, italic=italic))
    ground = PatternFill("solid", start_color="DDE7F0")
    bold_font, plain = Font(name=FONT, size=11, bold=True), Font(name=FONT, size=11)
    yield NamedStyle(PREFIX + "heading", font=bold_font, border=grid, alignment=middle, fill=ground)
    for kind, number_format in FORMATS.items():
        place = words if kind == "text" else numbers
        yield NamedStyle(PREFIX + kind, font=plain, border=grid, alignment=place, number_format=number_format)


def _keep_heading(sheet: Worksheet, table: Table, last: int) -> None:
    """The heading stays in sight, stands on every page, and filters."""
    top = last - len(table.rows) - bool(table.note)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(table.columns))}{max(last, top + 1)}"


def _page(sheet: Worksheet, plan: Plan) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left, sheet.page_margins.right = 0.6, 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    title = f"{plan.scenario[:LONGEST_FOOTER]}, {plan.date:%d/%m/%Y}".replace("&", "&&")
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text="&P/&N"))
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=title), right=_HeaderFooterPart(text="&A")
    )


def _steady(data: bytes, day: datetime) -> bytes:
    """The same archive with the plan's date in place of the moment of writing."""
    out = io.BytesIO()
    stamp = (max(day.year, EARLIEST_ZIP_YEAR), day.month, day.day, 0, 0, 0)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + f"{day:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<2>", content)
            member = zipfile.ZipInfo(name, stamp)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, content)
    return out.getvalue()
