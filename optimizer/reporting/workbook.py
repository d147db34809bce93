"""The plan as a workbook for a meeting: one sheet per report, headings that repeat, text that is never a formula."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from optimizer.plan import Plan
from optimizer.reporting import SHEETS
from optimizer.reporting.naming import Names
from optimizer.reporting.tables import Sheet, Table
from optimizer.scenario.scenario import Scenario
from optimizer.spreadsheet import (
    cover,
    fit_row,
    keep_heading,
    new_book,
    put,
    put_across,
    set_page,
    set_widths,
    to_bytes,
)
from optimizer.texts import speaking


def write_workbook(plan: Plan, scenario: Scenario, path: str | Path, language: str) -> None:
    """Write `plan.xlsx` in `language` (`vi` or `en`); the same plan gives the same bytes."""
    book = new_book()
    with speaking(language):
        names = Names(scenario)
        for report in SHEETS:
            content = report(plan, names)
            draw_sheet(book.create_sheet(content.name), content, f"{plan.scenario}, {plan.date:%d/%m/%Y}")
    Path(path).write_bytes(to_bytes(book, plan.date))


def draw_sheet(sheet: Worksheet, content: Sheet, footer: str) -> None:
    """Draw a report on an empty sheet; `footer` stands below every page."""
    set_page(sheet, footer)
    widths = _widths(content)
    set_widths(sheet, widths)
    row = 1
    put_across(sheet, row, content.title, "title", widths)
    for line in content.lines:
        row += 1
        put_across(sheet, row, line, "subtitle", widths)
    for table in content.tables:
        row += 2
        if table.title:
            put_across(sheet, row, table.title, "subtitle", widths)
            row += 1
        top = row
        row = _draw_table(sheet, table, top, widths)
        if len(content.tables) == 1:
            keep_heading(sheet, top, top + len(table.rows), len(table.columns))


def _draw_table(sheet: Worksheet, table: Table, top: int, widths: Mapping[int, float]) -> int:
    """Draw heading and rows from `top` on; returns the last row drawn."""
    first = [1 + sum(column.span for column in table.columns[:k]) for k in range(len(table.columns))]
    places = list(zip(first, table.columns, strict=True))
    room = {start: sum(widths[at] for at in range(start, start + column.span)) for start, column in places}
    headings = [column.heading for column in table.columns]
    for row, values in enumerate((headings, *table.rows), start=top):
        is_head = row == top
        for (start, column), value in zip(places, values, strict=True):
            look = "heading" if is_head else "text" if isinstance(value, str) else column.kind
            put(sheet.cell(row, start), value, look)
            cover(sheet, row, start, column.span, look)
        fit_row(sheet, row, dict(zip(first, values, strict=True)), room, bold=is_head)
    row = top + len(table.rows)
    if table.note:
        row += 1
        put_across(sheet, row, table.note, "note", widths)
    return row


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
