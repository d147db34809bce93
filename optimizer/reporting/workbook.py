"""The plan as a workbook for a meeting: one sheet per report, headings that repeat, text that is never a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from openpyxl.worksheet.worksheet import Worksheet

from optimizer.files import replace_file
from optimizer.plan import ChangedRow, Plan
from optimizer.reporting.content import Content, gather
from optimizer.reporting.naming import Tier
from optimizer.reporting.overview import status_word
from optimizer.reporting.tables import Column, Sheet, Table
from optimizer.scenario.scenario import Scenario
from optimizer.spreadsheet import (
    BARS,
    Look,
    break_before,
    cover,
    draw_bars,
    fit_row,
    keep_heading,
    line_above,
    narrow_row,
    new_book,
    offer,
    print_columns,
    printed_scale,
    put,
    put_across,
    room_on_page,
    set_page,
    set_widths,
    to_bytes,
)
from optimizer.texts import speaking

PLAN_BOOK: Final = "plan.xlsx"
NAME_IN_FOOTER = 28  # letters of a scenario's name, so that the status after it is never cut off
LEAST_ROOM = 100.0  # points below which a table begins on the next page: title, heading and three rows


def write_workbook(
    plan: Plan,
    scenario: Scenario,
    path: str | Path,
    language: str,
    *,
    tier: Tier = "leader",
    mask_ids: bool = False,
    changed: Sequence[ChangedRow] | None = None,
) -> None:
    """Write a plan's workbook in `language` (`vi` or `en`) for readers of `tier`; the same plan gives the same bytes.

    `mask_ids`: ids of people show their last letters only. `changed`: what a plan made anew changes of the one before
    its meeting. Raises UsageError where the file is open elsewhere, the disk is full or writing is not allowed; then
    an earlier file stays as it is.
    """
    with speaking(language):
        data = workbook_bytes(gather(plan, scenario, tier, mask_ids=mask_ids, changed=changed))
    replace_file(path, data)


def beside_the_tables(
    plan: Plan, scenario: Scenario, language: str, *, changed: Sequence[ChangedRow] | None = None
) -> Callable[[Path], None]:
    """What writes the workbook into a plan's folder, as `PLAN_BOOK`; `changed` as for `write_workbook`."""
    return lambda folder: write_workbook(plan, scenario, folder / PLAN_BOOK, language, changed=changed)


def workbook_bytes(content: Content) -> bytes:
    """The workbook of what was gathered, in the current language."""
    return book_of([sheet.to_fill_in() for sheet in content.sheets], content.plan)


def book_of(sheets: Iterable[Sheet], plan: Plan) -> bytes:
    """Sheets about a plan as a workbook in the current language; its status stands on every printed page."""
    book = new_book()
    footer = ", ".join([plan.scenario[:NAME_IN_FOOTER], f"{plan.date:%d/%m/%Y}", status_word(plan)])
    for sheet in sheets:
        draw_sheet(book.create_sheet(sheet.name), sheet, footer)
    return to_bytes(book, plan.date)


def sheet_widths(content: Sheet, *, printed: bool = False) -> dict[int, float]:
    """Width of every column of a sheet: the widest of the table columns alone on it, else of those that share it.

    `printed`: only those that are printed.
    """
    alone: dict[int, float] = {}
    shared: dict[int, float] = {}
    for table in content.tables:
        for start, column in _places(table):
            widths = alone if column.span == 1 else shared
            for at in range(start, start + column.span) if column.printed or not printed else ():
                widths[at] = max(widths.get(at, 0.0), column.width / column.span)
    return dict(sorted({**shared, **alone}.items()))


def _places(table: Table) -> list[tuple[int, Column]]:
    """The columns of a table with the column of the sheet where each begins."""
    places, at = [], table.at
    for column in table.columns:
        places.append((at, column))
        at += column.span
    return places


def draw_sheet(sheet: Worksheet, content: Sheet, footer: str) -> None:
    """Draw a report on an empty sheet; `footer` stands below every page."""
    widths, printed = sheet_widths(content), sheet_widths(content, printed=True)
    has_breaks = len(content.tables) > 1 or content.tables[0].grouped_by is not None
    scale = printed_scale(printed) if has_breaks else None
    set_page(sheet, footer, scale=scale)
    set_widths(sheet, widths)
    put_across(sheet, 1, content.title, "title", printed)
    for row, line in enumerate(content.lines, start=2):
        put_across(sheet, row, line, "subtitle", printed)
    tops: list[int] = []
    bottom = 1 + len(content.lines)
    if content.guide:
        bottom += 1
        put_across(sheet, bottom, content.guide, "line", printed)
    for number, table in enumerate(content.tables):
        top = tops[-table.beside] if table.beside else bottom + 2
        tops.append(top)
        if not table.beside:
            narrow_row(sheet, top - 1)
        may_part = scale is not None and not _is_within(content.tables, number)
        if table.new_page or may_part:
            least = _half_page(sheet, scale or 100) if table.new_page and table.rows else LEAST_ROOM
            if room_on_page(sheet, top, scale or 100) < least:
                break_before(sheet, top)
        bottom = max(bottom, _draw_table(sheet, table, top, widths, scale=scale, kept=table is content.kept))
    print_columns(sheet, len(printed))


def _is_within(tables: Sequence[Table], number: int) -> bool:
    """Whether tables stand side by side and this one is none that begins them: a new page here would part them."""
    later = [(at, table.beside) for at, table in enumerate(tables) if at > number and table.beside]
    return bool(tables[number].beside) or any(at - beside < number for at, beside in later)


def _draw_table(
    sheet: Worksheet, table: Table, top: int, widths: Mapping[int, float], *, scale: int | None, kept: bool
) -> int:
    """Draw title, heading, rows and note from row `top` on; returns the last row drawn. No rows, no heading."""
    columns = [(start, column) for start, column in _places(table) if column.printed]
    across = {at: widths[at] for start, column in columns for at in range(start, start + column.span)}
    if table.title:
        put_across(sheet, top, table.title, "subtitle", across)
        top += 1
    last = top - 1
    if table.rows:
        last = _draw_rows(sheet, table, top, widths)
        if kept:
            keep_heading(sheet, top, last, len(table.columns))
        if table.grouped_by is not None:
            _part_groups(sheet, table, table.grouped_by, top, scale or 100)
    if table.note:
        last += 1
        put_across(sheet, last, table.note, "note", across)
    return last


def _draw_rows(sheet: Worksheet, table: Table, top: int, widths: Mapping[int, float]) -> int:
    """Draw the heading in row `top` and the rows below it; returns the last row drawn.

    Rows are as high as what is printed takes: columns for the screen alone would waste paper.
    """
    places = _places(table)
    room = {start: sum(widths[at] for at in range(start, start + column.span)) for start, column in places}
    headings = [column.heading for column in table.columns]
    for row, values in enumerate((headings, *table.rows), start=top):
        for (start, column), value in zip(places, values, strict=True):
            look: Look = "heading" if row == top else "answer" if column in table.asked else _look(column, value)
            put(sheet.cell(row, start), value, look)
            cover(sheet, row, start, column.span, look)
        cells = {start: value for (start, column), value in zip(places, values, strict=True) if column.printed}
        fit_row(sheet, row, cells, room, bold=row == top)
    last = top + len(table.rows)
    for start, column in places:
        if column.choices:
            offer(sheet, start, range(top + 1, last + 1), column.choices)
    _draw_bars(sheet, table, range(top + 1, last + 1)[: table.bar_rows])
    return last


def _look(column: Column, value: object) -> Look:
    """The look of a cell; a sign in place of a number stands where the number would."""
    return "sign" if isinstance(value, str) and column.kind not in ("text", "date") else column.kind


def _draw_bars(sheet: Worksheet, table: Table, rows: range) -> None:
    """Bars, one colour per scale; the columns of a scale share its largest value."""
    scales = dict.fromkeys(column.bar for column in table.columns if column.bar)
    for scale, color in zip(scales, BARS, strict=False):
        columns = [start for start, column in _places(table) if column.bar == scale]
        if rows:
            draw_bars(sheet, columns, rows, color)


def _half_page(sheet: Worksheet, scale: int) -> float:
    """Points of half a page, as `room_on_page` counts them."""
    return room_on_page(sheet, 1, scale) / 2


def _part_groups(sheet: Worksheet, table: Table, place: int, heading: int, scale: int) -> None:
    """A line before each group but the first, and a new page where more than half of the last one is filled.

    No row of its own, so that the table still sorts.
    """
    half = _half_page(sheet, scale)
    for at, (before, row) in enumerate(pairwise(table.rows), start=heading + 2):
        if row[place] != before[place]:
            line_above(sheet, at, len(table.columns))
            if room_on_page(sheet, at, scale, heading=heading) < half:
                break_before(sheet, at)
