"""Workbooks of every kind: looks by name, text that is never a formula, A4 pages, and an archive that is steady.

    book = new_book()
    sheet = book.create_sheet("DonVi")
    put(sheet.cell(1, 1), "=1+1", "text")           # stays the text =1+1
    fit_row(sheet, 1, {1: "=1+1"}, {1: 20.0})        # as high as its longest text
    set_page(sheet, "Nghệ An, 01/09/2025")
    data = to_bytes(book, date(2025, 9, 1))          # the same book and day give the same bytes

It knows nothing of plans or scenarios. Widths are those of the format: characters of its standard font.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.formatting.rule import DataBar, FormatObject, Rule
from openpyxl.styles import Alignment, Border, Color, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.texts import T

Value = str | int | float | date | None
Look = Literal[
    "title",
    "subtitle",
    "line",
    "note",
    "heading",
    "text",
    "answer",
    "sign",
    "whole",
    "number",
    "exact",
    "km",
    "date",
    "percent",
]
FONT: Final = "Times New Roman"
LETTER_SIZE: Final = 11  # points, of the cells of tables
PREFIX: Final = "staffing "  # of the names of styles
FORMATS: Final[Mapping[Look, str]] = {  # _) is a blank as wide as a bracket, between a number and the text after it
    "text": "@", "answer": "@", "sign": "@_)", "whole": "#,##0_)", "number": "#,##0.##_)", "exact": "General",
    "km": "#,##0.0_)", "date": "dd/mm/yyyy", "percent": "0.0%_)",
}  # fmt: skip
SENTENCES: Final[Mapping[Look, tuple[int, bool]]] = {  # size of the letters, and whether they are bold
    "title": (14, True), "subtitle": (12, True), "line": (LETTER_SIZE, False), "note": (LETTER_SIZE, False),
}  # fmt: skip
INK, GROUND, TO_FILL_IN = "1F4E79", "DDE7F0", "FFF8D6"
BARS: Final = ("F4B183", "9DC3E6")  # orange and blue, which everybody tells apart
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL: Final = 32_767  # characters that a cell of the format holds
LONGEST_FOOTER: Final = 80  # letters; the format holds 255 in all
PLAIN_ROW: Final = 15.0  # points of a row that nobody has made higher
MOST_FROZEN_ROWS: Final = 8
EARLIEST_ZIP_YEAR: Final = 1980
LINE_HEIGHT, ROW_MARGIN, HIGHEST_ROW = 13.0, 3.0, 409.0  # points
LEFT, RIGHT, TOP, BOTTOM = 0.6, 0.4, 0.5, 0.5  # margins of a page, inches
EDGE: Final = 0.25  # of the lines above and below them
A4_LANDSCAPE_POINTS: Final = (841.9 - 72 * (LEFT + RIGHT), 595.3 - 72 * (TOP + BOTTOM))
POINTS_PER_WIDTH = (5.25, 5.56)  # points of a unit of column width, in the narrowest and in the widest program
POINTS_OF_MARGIN = 5.0  # empty in a column, left and right together
SAFETY: Final = 1.04  # programs draw letters a little wider or narrower than their font says
# widths of Times in thousandths of its size; those of all other letters are taken to be the last
_LETTERS: Final = (
    (200, "'|"), (250, " ,."), (278, "/:;\\ijlt"), (333, "!()-I[]`fr"), (389, "Js"), (444, '"?acez“”'), (480, "^{}"),
    (500, "#$*0123456789_bdghknopquvxyđ–"), (556, "FPS~≥≤+<=>×"), (611, "ELTZ"), (667, "BCR"),
    (722, "ADGHKNOQUVXYwĐ"), (778, "&m"), (833, "%"), (944, "MW@"), (1000, "—…"),
)  # fmt: skip
_WIDTH_OF: Final = {letter: width for width, letters in _LETTERS for letter in letters}
_BOLD: Final = 1.07
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # would be read as the letter of that number
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")


def new_book() -> Workbook:
    """A workbook without sheets that knows the looks.

    Its standard font is that of the cells: programs measure columns by its digits, and a font that a computer does
    not have would make them wider or narrower there.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    font = Font(name=FONT, size=LETTER_SIZE)
    book._fonts = IndexedList([font])  # type: ignore[attr-defined]  # the library has no other way
    book._named_styles["Normal"].font = font  # type: ignore[attr-defined]
    for style in _styles():
        book.add_named_style(style)
    return book


def put(cell: Cell | MergedCell, value: Value, look: Look = "text") -> None:
    """Set a value and its look; text stays text, whatever its first character, so that no cell ever computes."""
    assert isinstance(cell, Cell)  # nothing is written into the covered part of a merge
    cell.style = PREFIX + look
    if not isinstance(value, str):
        cell.value = value
        return
    text = _ESCAPED.sub(r"_x005F_x\1_", ILLEGAL_CHARACTERS_RE.sub("", value))[:LONGEST_CELL]
    cell.value = text
    cell.data_type = "s"
    if text.startswith(RISKY):
        cell.quotePrefix = True


def put_across(sheet: Worksheet, row: int, text: str, look: Look, widths: Mapping[int, float]) -> None:
    """A title or a sentence over the columns that have a width here, in as many lines as it takes."""
    put(sheet.cell(row, min(widths)), text, look)
    cover(sheet, row, min(widths), len(widths), look)
    size, bold = SENTENCES[look]
    lines = text_lines(text, sum(widths.values()), bold=bold, size=size)
    _raise(sheet, row, ROW_MARGIN + lines * LINE_HEIGHT * size / LETTER_SIZE)


def cover(sheet: Worksheet, row: int, start: int, span: int, look: Look) -> None:
    """Merge a cell with those to its right that it covers; their borders are drawn as well."""
    if span > 1:
        for at in range(start + 1, start + span):
            sheet.cell(row, at).style = PREFIX + look
        sheet.merge_cells(start_row=row, end_row=row, start_column=start, end_column=start + span - 1)


def set_widths(sheet: Worksheet, widths: Mapping[int, float]) -> None:
    """Width of every column, by its number from 1."""
    for at, width in widths.items():
        sheet.column_dimensions[get_column_letter(at)].width = width


def fit_row(
    sheet: Worksheet, row: int, texts: Mapping[int, Value], widths: Mapping[int, float], *, bold: bool = False
) -> None:
    """Make a row as high as its longest text takes in its column: not every program measures it anew.

    `texts`: value by column; `widths`: room of each in units of column width, its merged neighbours included.
    """
    lines = (text_lines(value, widths[at], bold=bold) for at, value in texts.items() if isinstance(value, str))
    _raise(sheet, row, ROW_MARGIN + LINE_HEIGHT * max(lines, default=1))


def room_on_page(sheet: Worksheet, row: int, scale: int, *, heading: int = 0) -> float:
    """Points left on a page from a row on, before it is shrunk to `scale` per cent; every row above has its height.

    `heading`: the row that stands again above every page that begins below it.
    """
    whole = A4_LANDSCAPE_POINTS[1] * 100 / scale - PLAIN_ROW
    breaks = {mark.id + 1 for mark in sheet.row_breaks.brk}
    again = (sheet.row_dimensions[heading].height or PLAIN_ROW) if heading else 0.0
    used = 0.0
    for above in range(1, row):
        height = sheet.row_dimensions[above].height or PLAIN_ROW
        begins = above in breaks or used + height > whole
        used = height + (again if above > heading else 0.0) if begins else used + height
    return whole - used


def narrow_row(sheet: Worksheet, row: int) -> None:
    """A row without words, half as high as a line."""
    sheet.row_dimensions[row].height = LINE_HEIGHT / 2


def _raise(sheet: Worksheet, row: int, points: float) -> None:
    """Make a row at least so high; the format ends at 409, and tables beside one another share a row."""
    dimension = sheet.row_dimensions[row]
    dimension.height = min(HIGHEST_ROW, max(points, dimension.height or 0.0))


def text_lines(text: str, width: float, *, bold: bool = False, size: float = LETTER_SIZE) -> int:
    """Lines that a text takes in a column of that width, broken between words, and within those that are longer."""
    room = max(1.0, width * min(POINTS_PER_WIDTH) - POINTS_OF_MARGIN)
    scale = size / 1000 * SAFETY * (_BOLD if bold else 1.0)
    blank = _letters(" ") * scale
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0.0
        for word in paragraph.split():
            length = _letters(word) * scale
            if used and used + blank + length > room:
                lines, used = lines + 1, 0.0
            if length > room:
                lines += int(length // room)
                length %= room
            used += length + (blank if used else 0.0)
    return lines


@lru_cache(maxsize=1 << 14)
def _letters(text: str) -> int:
    """Width of a text in thousandths of the letter's size; marks above and below a letter take no room."""
    bare = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return sum(_WIDTH_OF.get(letter, _LETTERS[-1][0]) for letter in bare)


def printed_scale(widths: Mapping[int, float]) -> int:
    """Per cent to which the columns shrink so that they fit the width of an A4 page across."""
    return min(100, int(100 * A4_LANDSCAPE_POINTS[0] / (max(POINTS_PER_WIDTH) * sum(widths.values()))))


def set_page(sheet: Worksheet, footer: str, *, scale: int | None = None) -> None:
    """A4 across, as wide as the paper and as long as it takes; page number above, `footer` and sheet below.

    `scale`, in per cent, in place of fitting: a sheet that is fitted loses the page breaks that are set by hand.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    if scale is None:
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    else:
        sheet.page_setup.scale = scale
    sheet.page_margins.left, sheet.page_margins.right = LEFT, RIGHT
    sheet.page_margins.top, sheet.page_margins.bottom = TOP, BOTTOM
    sheet.page_margins.header = sheet.page_margins.footer = EDGE
    text = ILLEGAL_CHARACTERS_RE.sub("", footer)[:LONGEST_FOOTER].replace("&", "&&")
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text="&P/&N"))
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=text), right=_HeaderFooterPart(text="&A")
    )


def keep_heading(sheet: Worksheet, top: int, last: int, n_columns: int) -> None:
    """The heading in row `top` of a table that ends in row `last` filters, stands on every page, and stays in sight.

    It stays in sight only near the top of its sheet: what is frozen would hide the rest further down.
    """
    if top <= MOST_FROZEN_ROWS:
        sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(n_columns)}{max(last, top + 1)}"


def break_before(sheet: Worksheet, row: int) -> None:
    """Begin a new page with that row."""
    sheet.row_breaks.append(Break(id=row - 1))


def print_columns(sheet: Worksheet, n_columns: int) -> None:
    """Print the first columns alone; call it when the sheet is filled."""
    sheet.print_area = f"A1:{get_column_letter(n_columns)}{sheet.max_row}"


def offer(sheet: Worksheet, column: int, rows: range, words: Sequence[str]) -> None:
    """A drop-down of a few words, none with a comma, in the cells of a column."""
    letter, listed = get_column_letter(column), ",".join(words)
    rule = choice(f'"{listed}"')
    rule.add(f"{letter}{rows.start}:{letter}{rows.stop - 1}")
    sheet.add_data_validation(rule)


def choice(cells: str) -> DataValidation:
    """A drop-down of the words in these cells, or of words in quotes with commas between them."""
    rule = DataValidation(type="list", formula1=cells, allow_blank=True)
    rule.error = str(T("Choose a word from the list"))
    rule.showErrorMessage = True
    return rule


def draw_bars(sheet: Worksheet, columns: Sequence[int], rows: range, color: str) -> None:
    """Bars behind the numbers of these columns, from 0 to the largest of all, so that columns compare."""
    cells = [sheet.cell(row, at).value for at in columns for row in rows]
    largest = max((value for value in cells if isinstance(value, (int, float))), default=0)
    ends = [FormatObject("num", 0), FormatObject("num", max(largest, 1))]
    for at in columns:
        bar = DataBar(cfvo=ends, color=Color(color), showValue=True, minLength=0, maxLength=100)
        letter = get_column_letter(at)
        sheet.conditional_formatting.add(
            f"{letter}{rows.start}:{letter}{rows.stop - 1}", Rule(type="dataBar", dataBar=bar)
        )


def line_above(sheet: Worksheet, row: int, n_columns: int) -> None:
    """A thick line above the first cells of a row."""
    for at in range(1, n_columns + 1):
        cell = sheet.cell(row, at)
        old = cell.border
        cell.border = Border(left=old.left, right=old.right, bottom=old.bottom, top=Side(style="medium", color=INK))


def to_bytes(book: Workbook, day: date) -> bytes:
    """The workbook as a file with that day in place of the moment of writing: the same book is the same bytes."""
    moment = datetime(day.year, day.month, day.day)
    book.properties.creator = "staffing-optimizer"
    book.properties.created = moment
    raw = io.BytesIO()
    book.save(raw)
    return steady(raw.getvalue(), moment)


def _styles() -> Iterator[NamedStyle]:
    """The few looks that there are; a cell takes one by its name, which is quicker than part by part."""
    line = Side(style="thin", color="B7B7B7")
    grid = Border(left=line, right=line, top=line, bottom=line)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    words, numbers = Alignment(vertical="top", wrap_text=True), Alignment(horizontal="right", vertical="top")
    for look, (size, bold) in SENTENCES.items():
        font = Font(name=FONT, size=size, bold=bold, italic=look == "note")
        yield NamedStyle(PREFIX + look, font=font, alignment=words)
    bold_font, plain = Font(name=FONT, size=LETTER_SIZE, bold=True), Font(name=FONT, size=LETTER_SIZE)
    ground = PatternFill("solid", start_color=GROUND)
    yield NamedStyle(PREFIX + "heading", font=bold_font, border=grid, alignment=middle, fill=ground)
    for kind, number_format in FORMATS.items():
        place = words if kind in ("text", "answer", "date") else numbers
        style = NamedStyle(PREFIX + kind, font=plain, border=grid, alignment=place, number_format=number_format)
        if kind == "answer":  # to be filled in, also where somebody protects the sheet
            style.fill, style.protection = PatternFill("solid", start_color=TO_FILL_IN), Protection(locked=False)
        yield style


def steady(data: bytes, day: datetime) -> bytes:
    """The same archive, of any office program, with the day in place of the moment of writing."""
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
