"""Pages in the form of Decree 30/2020/NĐ-CP: fonts, margins, page numbers, and the parts around a list.

Sizes are in points and lengths in millimetres, as the decree gives them. The words of the national header are the
law's and stay Vietnamese in every language; what is not known stays a line of dots, to be filled in by hand.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from optimizer.scenario.config import Documents
from optimizer.spreadsheet import steady
from optimizer.texts import T

FONT: Final = "Times New Roman"
TEXT, HEADER, SMALL, CELLS = 13, 13, 11, 11
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
WIDTH: Final = 297 - LEFT - RIGHT  # of the text on a page of A4 that lies on its side
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
DOTS: Final = "." * 12
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LANGUAGES: Final = {"vi": "vi-VN", "en": "en-GB"}
# what has to stand after an element by the schema of the format
_AFTER_BORDER: Final = ("w:shd", "w:fitText", "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang", "w:eastAsianLayout")
_AFTER_EDGES: Final = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
LONGEST_PROPERTY: Final = 255
_AFTER_PAGE_NUMBERS: Final = ("w:cols", "w:titlePg", "w:docGrid")


@dataclass(frozen=True)
class Look:
    """How words stand on the page."""

    size: float = TEXT
    bold: bool = False
    italic: bool = False
    centred: bool = False
    before: float = 0
    after: float = 0
    keep: bool = False  # on the page of what follows


def new_document(day: datetime, title: str, language: str) -> Docx:
    """An empty document: A4 landscape, the decree's margins and font, page numbers from the second page on."""
    document = Document()
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(TEXT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    for spoken in document.styles.element.iter(qn("w:lang")):  # or every word would be marked as misspelt
        spoken.set(qn("w:val"), LANGUAGES[language])
    properties = document.core_properties
    properties.author = properties.last_modified_by = "staffing-optimizer"
    properties.comments, properties.title = "", clean(title)[:LONGEST_PROPERTY]
    properties.created = properties.modified = day
    _set_page(document.sections[0])
    _number_pages(document.sections[0].header.paragraphs[0])
    return document


def new_section(document: Docx) -> None:
    """The next list begins on a new page, and its pages are numbered anew."""
    _set_page(document.add_section(WD_SECTION.NEW_PAGE))


def as_bytes(document: Docx, day: datetime) -> bytes:
    """The file; the same document gives the same bytes."""
    raw = io.BytesIO()
    document.save(raw)
    return steady(raw.getvalue(), day)


def clean(text: str) -> str:
    """Text without the characters that the format cannot hold."""
    return _CONTROL.sub("", text)


def write(paragraph: Paragraph, text: str, look: Look) -> Paragraph:
    """Words in a paragraph; a line break of the text is one of the page."""
    run = paragraph.add_run(clean(text))
    run.font.name, run.font.size = FONT, Pt(look.size)
    run.bold, run.italic = look.bold, look.italic
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.keep_with_next = look.keep
    if look.centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def rule_below(paragraph: Paragraph, length: float, room: float) -> None:
    """A short line under words, of `length` in a room of so many millimetres."""
    element = OxmlElement("w:p")
    paragraph._p.addnext(element)
    line = Paragraph(element, paragraph._parent)
    line.paragraph_format.line_spacing, line.paragraph_format.space_after = Pt(2), Pt(6)
    edges = OxmlElement("w:pBdr")
    edges.append(_element("w:bottom", val="single", sz="6", space="1", color="000000"))
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm((room - length) / 2)
    line._p.get_or_add_pPr().insert_element_before(edges, *_AFTER_EDGES)


def draft_mark(paragraph: Paragraph, status: str) -> None:
    """DRAFT in a frame, and below it in small letters what is known of the plan: one paragraph, deleted as one."""
    write(paragraph, f"\N{NO-BREAK SPACE}{T('DRAFT')}\N{NO-BREAK SPACE}", Look(HEADER, bold=True))
    border = _element("w:bdr", val="single", sz="6", space="0", color="000000")
    paragraph.runs[-1]._r.get_or_add_rPr().insert_element_before(border, *_AFTER_BORDER)
    if status:
        paragraph.add_run().add_break()
    write(paragraph, status, Look(SMALL, italic=True, centred=True, before=6))


def header(document: Docx, documents: Documents, status: str = "") -> None:
    """Superior and agency, number and draft mark at the left; nation, motto, place and day at the right.

    It is a draft until somebody signs it, and then loses its mark, with the plan's `status` in it, by hand.
    """
    halves = (105.0, WIDTH - 105.0)
    left, right = frame(document, halves)
    first = left.paragraphs[0]
    write(first, (documents.superior or DOTS * 3).upper(), Look(HEADER, centred=True))
    agency = write(left.add_paragraph(), (documents.agency or DOTS * 3).upper(), Look(HEADER, bold=True, centred=True))
    write(left.add_paragraph(), str(T("No.: ......./..........")), Look(HEADER, centred=True, before=4))
    rule_below(agency, 30, halves[0])
    draft_mark(left.add_paragraph(), status)
    write(right.paragraphs[0], NATION, Look(HEADER, bold=True, centred=True))
    motto = write(right.add_paragraph(), MOTTO, Look(HEADER + 1, bold=True, centred=True))
    write(right.add_paragraph(), place_and_day(documents), Look(HEADER + 1, italic=True, centred=True, before=4))
    rule_below(motto, 62, halves[1])


def place_and_day(documents: Documents) -> str:
    """Where and when, days below 10 and the first two months with a leading 0; dots for what is not known."""
    place = documents.place or DOTS
    if documents.dated is None:
        return str(T("{place}, day ...... month ...... year ............", place=place))
    day, month = documents.dated.day, documents.dated.month
    return str(
        T(
            "{place}, {day}/{month}/{year}",
            place=place, day=f"{day:02}", month=f"{month:02}" if month <= 2 else month, year=documents.dated.year,
        )
    )  # fmt: skip


def footer(document: Docx, documents: Documents) -> None:
    """To whom it goes at the left, who signs at the right; both stay on one page."""
    left, right = frame(document, (WIDTH / 2, WIDTH / 2))
    write(left.paragraphs[0], str(T("Recipients:")), Look(12, bold=True, italic=True, before=12, keep=True))
    names = [name.rstrip(" .;") for name in documents.recipients] or [DOTS * 3, DOTS * 3]
    for name in names[:-1]:
        write(left.add_paragraph(), f"- {name};", Look(SMALL, keep=True))
    write(left.add_paragraph(), f"- {names[-1]}.", Look(SMALL, keep=True))
    paragraph = right.paragraphs[0]
    for at, line in enumerate(documents.signer_title or (DOTS * 3,)):
        look = Look(TEXT, bold=True, centred=True, before=0 if at else 12, keep=True)
        write(right.add_paragraph() if at else paragraph, line.upper(), look)
    signer = documents.signer or DOTS * 3
    write(right.add_paragraph(), signer, Look(TEXT, bold=True, centred=True, before=56))


def frame(document: Docx, widths: Sequence[float]) -> tuple[_Cell, ...]:
    """Cells side by side, without lines, not broken across pages."""
    table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    _set_widths(table, widths)
    _whole_row(table.rows[0]._tr)
    return tuple(table.rows[0].cells)


def grid(
    document: Docx,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    centred: frozenset[int] = frozenset(),
    size: float = CELLS,
    *,
    whole: bool = False,
) -> None:
    """A table with lines, its heading on every page, its rows never broken; `centred` are places of columns.

    `whole`: all of it stands on one page, with what follows.
    """
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(table, widths)
    for at, values in enumerate((headings, *rows)):
        row = table.rows[0] if at == 0 else table.add_row()
        _whole_row(row._tr)
        for place, (cell, text, width) in enumerate(zip(row.cells, values, widths, strict=True)):
            cell.width = Mm(width)
            centre, last = at == 0 or place in centred, whole or at >= len(rows) - 1  # no page for the last row alone
            write(cell.paragraphs[0], text, Look(size, bold=at == 0, centred=centre, before=1, after=1, keep=last))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _set_margins(table, 1.0)


def _set_page(section: Section) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    if section._sectPr.find(qn("w:pgNumType")) is None:
        section._sectPr.insert_element_before(_element("w:pgNumType", start="1"), *_AFTER_PAGE_NUMBERS)


def _number_pages(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.name, run.font.size = FONT, Pt(TEXT)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = _element("w:fldChar", fldCharType=kind) if kind else OxmlElement("w:instrText")
        element.text = text or None
        run._r.append(element)


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)


def _set_margins(table: Table, width: float) -> None:
    """Room between the words of a cell and its lines, left and right."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=str(Mm(width).twips), type="dxa"))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _whole_row(row: Any) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _element(tag: str, **values: str) -> Any:
    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)
    return element
