"""The low-level parts of workbooks: text that never computes, heights, pages, and steady bytes."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from optimizer.spreadsheet import (
    break_before,
    draw_bars,
    fit_row,
    keep_heading,
    new_book,
    printed_scale,
    put,
    put_across,
    room_on_page,
    set_page,
    text_lines,
    to_bytes,
)

DAY = date(2025, 9, 1)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@A", "\t=1", "\r=1", "\x00=1"])
def test_risky_text_stays_text_and_says_so(text):
    sheet = new_book().create_sheet("A")
    put(sheet.cell(1, 1), text)
    assert (sheet["A1"].data_type, sheet["A1"].quotePrefix) == ("s", True)


def test_plain_values_keep_their_kind():
    sheet = new_book().create_sheet("A")
    for at, (value, look) in enumerate([("xã", "text"), (3, "whole"), (DAY, "date"), (None, "text")], start=1):
        put(sheet.cell(1, at), value, look)
    assert [cell.value for cell in sheet[1]] == ["xã", 3, DAY, None]
    assert [cell.data_type for cell in sheet[1]] == ["s", "n", "d", "n"]
    assert not sheet["A1"].quotePrefix


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("mmmm mmmm", 1),  # 2 x 4 x 778 + 250 thousandths of 11 points are 71 points, the column has 100
        ("mmmm mmmm mmmm", 2),  # 107 points
        ("Ngữ Ngữ Ngữ Ngữ", 1),  # marks above and below a letter take no room
        ("m" * 20, 2),  # one word, longer than the column
        ("a\nb", 2),
    ],
)
def test_lines_are_counted_by_the_widths_of_letters(text, lines):
    assert text_lines(text, 20.0) == lines


def test_a_row_is_as_high_as_its_longest_text_and_never_lower_than_before():
    sheet = new_book().create_sheet("A")
    fit_row(sheet, 1, {1: "mmmm mmmm mmmm", 2: 7}, {1: 20.0, 2: 20.0})
    two_lines = sheet.row_dimensions[1].height
    fit_row(sheet, 1, {3: "a"}, {3: 20.0})
    fit_row(sheet, 2, {1: "a"}, {1: 20.0})
    assert sheet.row_dimensions[1].height == two_lines == sheet.row_dimensions[2].height + 13
    fit_row(sheet, 3, {1: "m " * 2000}, {1: 20.0})
    assert sheet.row_dimensions[3].height == 409


def test_a_sentence_stretches_over_its_columns():
    sheet = new_book().create_sheet("A")
    put_across(sheet, 1, "word " * 12, "title", {2: 20.0, 3: 20.0})
    assert [area.coord for area in sheet.merged_cells.ranges] == ["B1:C1"]
    assert sheet.row_dimensions[1].height > 30


def test_columns_shrink_to_the_width_of_the_page_and_never_grow():
    # 769.9 points of paper between the margins; 300 units of at most 5.56 points are 1,668
    assert (printed_scale({1: 300.0}), printed_scale({1: 10.0})) == (46, 100)


def test_a_page_is_fitted_or_scaled_and_its_words_are_no_codes():
    book = new_book()
    fitted, scaled = book.create_sheet("A"), book.create_sheet("B")
    set_page(fitted, "A & B\x00")
    set_page(scaled, "A", scale=70)
    assert (fitted.page_setup.fitToHeight, fitted.oddFooter.left.text) == (0, "A && B")
    assert (scaled.page_setup.scale, scaled.sheet_properties.pageSetUpPr.fitToPage) == (70, None)


def test_what_is_left_of_a_page_is_known():
    """523.3 points of paper at 50 per cent are 1,046.6 of the sheet, less a row of safety; a break begins anew."""
    sheet = new_book().create_sheet("A")
    sheet.row_dimensions[1].height = 400
    sheet.row_dimensions[2].height = 100
    assert room_on_page(sheet, 3, 50) == pytest.approx(1046.6 - 15 - 500, abs=0.1)
    break_before(sheet, 2)
    assert room_on_page(sheet, 3, 50) == pytest.approx(1046.6 - 15 - 100, abs=0.1)
    sheet.row_dimensions[3].height = sheet.row_dimensions[4].height = sheet.row_dimensions[5].height = 400
    assert room_on_page(sheet, 6, 50) == pytest.approx(1046.6 - 15 - 400, abs=0.1)  # 100 + 400 + 400, then 400


def test_a_heading_far_down_repeats_but_is_not_frozen():
    sheet = new_book().create_sheet("A")
    keep_heading(sheet, 50, 60, 3)
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == (None, "$50:$50", "A50:C60")
    keep_heading(sheet, 3, 3, 3)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A4", "A3:C4")


def test_bars_of_nothing_have_a_scale_all_the_same():
    sheet = new_book().create_sheet("A")
    put(sheet.cell(1, 1), 0, "whole")
    draw_bars(sheet, [1], range(1, 2), "F4B183")
    ((area, (rule,)),) = [(str(found.sqref), found.rules) for found in sheet.conditional_formatting]
    assert (area, [end.val for end in rule.dataBar.cfvo], rule.dataBar.minLength) == ("A1", [0, 1], 0)


def test_the_same_book_and_day_are_the_same_bytes_and_open():
    def made(text: str) -> bytes:
        book = new_book()
        put(book.create_sheet("A").cell(1, 1), text)
        return to_bytes(book, DAY)

    assert made("a") == made("a") != made("b")
    book = load_workbook(io.BytesIO(made("xã")))
    assert book["A"]["A1"].value == "xã"
    assert book["A"]["A1"].font.name == "Times New Roman"
    assert (book.properties.created.date(), book.properties.modified.date()) == (DAY, DAY)


def test_a_heading_that_stands_again_takes_room_on_the_pages_below_it():
    """A page of 1,031.6 points: rows 1 to 4 of 300 fill it with three, so the fourth stands below 300 of heading."""
    sheet = new_book().create_sheet("A")
    for row in range(1, 5):
        sheet.row_dimensions[row].height = 300
    assert room_on_page(sheet, 5, 50) == pytest.approx(1046.6 - 15 - 300, abs=0.1)
    assert room_on_page(sheet, 5, 50, heading=1) == pytest.approx(1046.6 - 15 - 600, abs=0.1)
    assert room_on_page(sheet, 4, 50, heading=1) == pytest.approx(1046.6 - 15 - 900, abs=0.1)
