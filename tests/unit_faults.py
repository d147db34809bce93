"""Faults of unit files, each at a known place: what people do to workbooks, and what must be found of it.

A fault changes the files of one or two units and returns what is to be found, as (code, file, sheet, row); a row is
None where the finding is of a whole file or sheet.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from unit_files import Files, UnitFile

Found = set[tuple[str, str, str | None, int | None]]
Fault = Callable[[Files, str, str], Found]
PEOPLE, POSTS, QUOTAS, UNITS = "CongChuc", "ViTri", "BienChe", "DonVi"
FAULTS: dict[str, Fault] = {}


def fault(add: Fault) -> Fault:
    FAULTS[add.__name__] = add
    return add


def later(files: Files, one: str, other: str) -> tuple[UnitFile, UnitFile]:
    """The two units' files in the order in which files are read."""
    first, second = sorted((files.units[one], files.units[other]), key=lambda file: file.name.casefold())
    return first, second


def in_people(k: int, column: str, value: object, code: str) -> Fault:
    def change(files: Files, unit: str, other: str) -> Found:
        file = files.units[unit]
        return {(code, file.name, PEOPLE, file.set("people", k, column, value))}

    return change


CELLS: dict[str, tuple[int, str, object, str]] = {
    "a_code_that_is_none": (1, "degree", "đai hoc", "E202"),
    "a_number_with_words": (1, "salary_coefficient", "ba phẩy không", "E204"),
    "a_day_that_is_none": (1, "birth_date", "31/02/1980", "E206"),
    "an_impossible_age": (1, "birth_date", "01/05/2015", "W606"),
    "an_error_in_a_cell": (1, "theory", "#N/A", "E212"),
    "a_formula_without_its_value": (1, "name", "=VLOOKUP(A3,X:Y,2)", "E213"),
    "a_blank_id": (2, "person_id", None, "E201"),
    "an_invisible_character_in_an_id": (2, "person_id", "00003-0\u200b03", "E210"),
    "a_number_too_long": (2, "person_id", 40085001234567890, "E214"),
    "a_unit_that_is_none": (2, "unit_id", "Mường Xénh", "E601"),
    "a_native_place_that_is_none": (2, "native_unit_id", "Cẩm Xuyên, Hà Tĩnh", "E601"),
    "a_name_of_two_units": (2, "native_unit_id", "Bình Minh", "E602"),
    "an_exempt_case_in_words": (1, "no_promotion_until", "kỷ luật khiển trách", "E206"),
    "a_post_that_is_nowhere": (1, "post_id", "khong-co", "E301"),
}
FAULTS |= {name: in_people(*cell) for name, cell in CELLS.items()}


@fault
def a_unit_of_another_place(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    return {("E607", file.name, PEOPLE, file.set("people", 2, "unit_id", other))}


@fault
def a_code_without_its_zeros(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    return {("W601", file.name, PEOPLE, file.set("people", 1, "unit_id", int(unit)))}


@fault
def a_name_without_its_accents(files: Files, unit: str, other: str) -> Found:
    from optimizer.scenario.names import bare

    file = files.units[unit]
    name = next(row.name for row in files.scenario.units if row.unit_id == unit)
    return {("W602", file.name, PEOPLE, file.set("people", 1, "residence_unit_id", f"xa {bare(name)}"))}


@fault
def a_file_that_is_no_workbook(files: Files, unit: str, other: str) -> Found:
    files.units[unit].path.write_bytes(b"PK\x03\x04 cut off")
    return {("E118", files.units[unit].name, None, None)}


@fault
def an_old_format(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    file.path.unlink()
    file.path = file.path.with_suffix(".xls")
    file.path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    return {("E118", file.name, None, None)}


@fault
def a_sheet_of_their_own(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    book = load_workbook(file.path)
    book.create_sheet("Phụ lục 3").append(["Kinh phí", 12])
    book.save(file.path)
    return {("E115", file.name, "Phụ lục 3", None)}


@fault
def a_sheet_under_another_name(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    book = load_workbook(file.path)
    book[PEOPLE].title = "Danh sách"
    book.save(file.path)
    return {("E115", file.name, "Danh sách", None)}


@fault
def two_sheets_of_one_table(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    book = load_workbook(file.path)
    book.create_sheet("Công chức").append(["Mã cán bộ"])
    book.save(file.path)
    return {("E120", file.name, "Công chức", None)}


@fault
def no_headings(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    file.edit("people", lambda sheet: sheet.delete_rows(file.tables["people"].header_row))
    return {("E119", file.name, PEOPLE, None)}


@fault
def an_unknown_column(files: Files, unit: str, other: str) -> Found:
    file, layout = files.units[unit], files.units[unit].tables["people"]

    def change(sheet: Worksheet) -> None:
        at = len(layout.columns) + 3
        sheet.cell(layout.header_row, at).value = "Số sổ bảo hiểm"
        sheet.cell(layout.header_row + 1, at).value = "4020"

    file.edit("people", change)
    return {("E111", file.name, PEOPLE, layout.header_row)}


@fault
def a_column_twice(files: Files, unit: str, other: str) -> Found:
    file, layout = files.units[unit], files.units[unit].tables["people"]
    at = len(layout.columns) + 3
    file.edit("people", lambda sheet: setattr(sheet.cell(layout.header_row, at), "value", "TRÌNH ĐỘ"))
    return {("E112", file.name, PEOPLE, layout.header_row)}


@fault
def a_column_left_out(files: Files, unit: str, other: str) -> Found:
    file, layout = files.units[unit], files.units[unit].tables["people"]
    file.edit("people", lambda sheet: sheet.delete_cols(layout.columns["theory"]))
    return {("E110", file.name, PEOPLE, layout.header_row)}


@fault
def merged_cells(files: Files, unit: str, other: str) -> Found:
    file, layout = files.units[unit], files.units[unit].tables["people"]
    at, row = layout.columns["salary_coefficient"], file.row("people", 1)
    file.edit("people", lambda sheet: sheet.merge_cells(start_row=row, end_row=row + 1, start_column=at, end_column=at))
    return {("E215", file.name, PEOPLE, row)}


@fault
def a_unit_that_sent_nothing(files: Files, unit: str, other: str) -> Found:
    files.units[unit].path.unlink()
    k = [row.unit_id for row in files.scenario.units].index(unit)
    return {("E605", files.province.name, UNITS, files.province.row("units", k))}


@fault
def a_unit_that_sent_headings_alone(files: Files, unit: str, other: str) -> Found:
    file, layout = files.units[unit], files.units[unit].tables["people"]
    book = load_workbook(file.path)
    for sheet in book.worksheets:
        if sheet.title not in (PEOPLE, UNITS):
            book.remove(sheet)
    book[PEOPLE].delete_rows(layout.header_row + 1, layout.rows)
    book.save(file.path)
    return {("E613", file.name, PEOPLE, None)}


@fault
def the_same_file_twice(files: Files, unit: str, other: str) -> Found:
    path = files.units[unit].path
    copy = path.with_name(f"{path.stem} (1).xlsx")
    shutil.copy(path, copy)
    return {("W603", max(path.name, copy.name, key=str.casefold), PEOPLE, None)}


@fault
def two_versions_of_a_file(files: Files, unit: str, other: str) -> Found:
    """The second has another degree, another title and a person less; it is told once, as a whole."""
    file = files.units[unit]
    copy = UnitFile(file.path.with_name(f"{file.path.stem} - Copy.xlsx"), file.tables)
    shutil.copy(file.path, copy.path)
    copy.set("people", 0, "degree", "thạc sĩ")
    copy.set("posts", 0, "title", "Chủ tịch UBND phường")
    copy.edit("people", lambda sheet: sheet.delete_rows(copy.row("people", file.tables["people"].rows - 1)))
    return {("E606", max(file.name, copy.name, key=str.casefold), PEOPLE, None)}


@fault
def a_file_for_each_bloc(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    rest = UnitFile(file.path.with_name(f"{file.path.stem} (khối Đảng).xlsx"), file.tables)
    shutil.copy(file.path, rest.path)
    layout = file.tables["people"]
    rest.edit("people", lambda sheet: sheet.delete_rows(layout.header_row + 1))
    file.edit("people", lambda sheet: sheet.delete_rows(layout.header_row + 2, layout.rows - 1))
    return {("W604", max(file.name, rest.name, key=str.casefold), PEOPLE, None)}


@fault
def a_file_under_a_foreign_name(files: Files, unit: str, other: str) -> Found:
    """The rows of one unit in the file that bears the name of another, whose own file did not come."""
    file, foreign = files.units[unit], files.units[other]
    foreign.path.unlink()
    book = load_workbook(file.path)
    del book[UNITS]
    book.save(file.path)
    file.path = file.path.rename(foreign.path)
    found: Found = {("E615", file.name, sheet, None) for sheet in (PEOPLE, POSTS)}
    return found


@fault
def rows_of_nobody_knows_which_unit(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    book = load_workbook(file.path)
    del book[UNITS]
    for table in ("people", "posts", "quotas"):
        layout = file.tables[table]
        book[layout.sheet].delete_cols(layout.columns["unit_id"])
    book.save(file.path)
    file.path = file.path.rename(file.path.with_name("danh sach gui so.xlsx"))
    return {("E603", file.name, sheet, None) for sheet in (PEOPLE, POSTS, QUOTAS)}


@fault
def a_file_that_says_two_units(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    name = next(row.name for row in files.scenario.units if row.unit_id == other)
    book = load_workbook(file.path)
    del book[UNITS]
    for table in ("people", "posts", "quotas"):
        layout = file.tables[table]
        book[layout.sheet].delete_cols(layout.columns["unit_id"])
    book[PEOPLE].insert_rows(1)
    book[PEOPLE].cell(1, 1).value = f"Đơn vị: {name}"
    book.save(file.path)
    return {("E604", file.name, None, None)}


@fault
def one_person_in_two_files(files: Files, unit: str, other: str) -> Found:
    file = files.units[other]
    return {("E608", file.name, PEOPLE, file.append("people", files.units[unit], 2))}


@fault
def one_person_twice_in_a_file(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    return {("E609", file.name, PEOPLE, file.append("people", file, 2))}


@fault
def two_people_with_one_id(files: Files, unit: str, other: str) -> Found:
    first, second = later(files, unit, other)
    taken = load_workbook(first.path)[PEOPLE].cell(first.row("people", 2), first.tables["people"].columns["person_id"])
    return {("E610", second.name, PEOPLE, second.set("people", 2, "person_id", taken.value))}


@fault
def one_person_with_two_ids(files: Files, unit: str, other: str) -> Found:
    first, second = later(files, unit, other)
    sheet, columns = load_workbook(first.path)[PEOPLE], first.tables["people"].columns
    for column in ("name", "birth_date", "native_unit_id"):
        row = second.set("people", 2, column, sheet.cell(first.row("people", 2), columns[column]).value)
    return {("W605", second.name, PEOPLE, row)}


@fault
def a_person_left_out(files: Files, unit: str, other: str) -> Found:
    """Those present, as the unit's own sheet of quotas says, are one more than those listed."""
    file = files.units[unit]
    file.edit("people", lambda sheet: sheet.delete_rows(file.row("people", 2)))
    bloc = [person.bloc for person in files.scenario.people if person.unit_id == unit][2]
    blocs = [quota.bloc for quota in files.scenario.quotas if quota.unit_id == unit]
    return {("W512", file.name, QUOTAS, file.row("quotas", blocs.index(bloc)))}


@fault
def a_quota_unlike_the_province_s(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    return {("E611", file.name, QUOTAS, file.set("quotas", 0, "quota", 44))}


@fault
def a_quota_of_another_day(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    return {("E611", file.name, QUOTAS, file.set("quotas", 0, "effective_from", "01/08/2025"))}


@fault
def one_id_for_the_posts_of_two_units(files: Files, unit: str, other: str) -> Found:
    """A person of each holds the post CT, as if every unit counted its posts for itself."""
    rows = {}
    for one in (unit, other):
        people = [person for person in files.scenario.people if person.unit_id == one]
        posts = [post.post_id for post in files.scenario.posts if post.unit_id == one]
        held = people[0].post_id
        rows[files.units[one].name] = files.units[one].set("posts", posts.index(str(held)), "post_id", "CT")
        for k, person in enumerate(people):
            if person.post_id == held:
                files.units[one].set("people", k, "post_id", "CT")
    second = later(files, unit, other)[1].name
    return {("E611", second, POSTS, rows[second])}


@fault
def a_unit_unlike_the_province_s(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    return {("E611", file.name, UNITS, file.set("units", 0, "kind", "đặc khu"))}


@fault
def a_setting_unlike_the_province_s(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    book = load_workbook(file.path)
    sheet = book.create_sheet("ThamSo")
    for row in (["Khóa", "Giá trị"], ["horizon_months", 3], ["date", "2026-01-01"]):
        sheet.append(row)
    book.save(file.path)
    return {("E612", file.name, "ThamSo", 3)}


@fault
def a_post_held_by_too_many(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    held = {person.post_id for person in files.scenario.people}
    posts = [post.post_id for post in files.scenario.posts if post.unit_id == unit]
    k = next(k for k, post in enumerate(posts) if post in held)
    return {("W505", file.name, POSTS, file.set("posts", k, "seats", 0))}


@fault
def a_line_of_totals(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    row = file.row("people", file.tables["people"].rows)

    def change(sheet: Worksheet) -> None:
        sheet.cell(row, 1).value, sheet.cell(row, 5).value = "Tổng cộng:", 3
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)

    file.edit("people", change)
    return {("W607", file.name, PEOPLE, row)}


@fault
def signatures_below_the_table(files: Files, unit: str, other: str) -> Found:
    file = files.units[unit]
    row = file.row("people", file.tables["people"].rows) + 2

    def change(sheet: Worksheet) -> None:
        sheet.cell(row, 2).value, sheet.cell(row, 6).value = "Người lập biểu", "CHỦ TỊCH"
        sheet.cell(row + 1, 6).value = "(Ký tên, đóng dấu)"

    file.edit("people", change)
    return {("W608", file.name, PEOPLE, row), ("W608", file.name, PEOPLE, row + 1)}


@fault
def a_list_that_is_no_workbook(files: Files, unit: str, other: str) -> Found:
    path = Path(files.folder, f"{unit} danh sách.pdf")
    path.write_bytes(b"%PDF")
    return {("W508", path.name, None, None)}
