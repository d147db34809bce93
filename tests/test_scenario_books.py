"""Stories of scenarios in workbooks: what planners' files look like reads as a folder does, or is told by its cell."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from provinces import random_province
from reading_stories import story

import optimizer as so
from optimizer.errors import InputError, Problem, UsageError
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import TABLES
from optimizer.scenario.sheets import SHEETS, headings_of, plain
from optimizer.scenario.writing import write_scenario
from optimizer.texts import speaking

ROOT = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "fixtures"
Change = Callable[[Workbook], None]


def data(scenario: Scenario) -> Scenario:
    """What a scenario says, whatever it was read from."""
    return replace(scenario, inputs=(), warnings=(), origin=None)


def same(one: Scenario, other: Scenario) -> bool:
    told = [sorted((w.code, str(w.value)) for w in scenario.warnings) for scenario in (one, other)]
    return data(one) == data(other) and told[0] == told[1]


@pytest.mark.parametrize(
    ("name", "language"), [("example", "vi"), ("example", "en"), pytest.param("nghe-an", "vi", marks=pytest.mark.slow)]
)
def test_there_and_back_is_the_same_scenario(tmp_path: Path, name: str, language: str) -> None:
    """Folder -> workbook -> folder -> workbook: equal data, and the same bytes for the same scenario."""
    first = so.read(ROOT / "scenarios" / name)
    so.convert(ROOT / "scenarios" / name, tmp_path / "one.xlsx", language=language)
    assert same(so.read(tmp_path / "one.xlsx"), first)
    so.convert(tmp_path / "one.xlsx", tmp_path / "folder")
    assert same(so.read(tmp_path / "folder"), first)
    so.convert(tmp_path / "folder", tmp_path / "two.xlsx", language=language)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_generated_provinces_come_back_the_same(tmp_path: Path) -> None:
    so.generate(tmp_path / "generated", units=4, seed=5)
    so.convert(tmp_path / "generated", tmp_path / "book.xlsx")
    assert same(so.read(tmp_path / "book.xlsx"), so.read(tmp_path / "generated"))


@pytest.mark.parametrize("seed", range(40))
def test_random_provinces_come_back_the_same(tmp_path: Path, seed: int) -> None:
    """With settings, decisions, wishes and relations drawn at random."""
    province = random_province(seed)
    for target in ("book.xlsx", "folder"):
        write_scenario(province, tmp_path / target)
        assert data(so.read(tmp_path / target)) == data(province)


@pytest.mark.parametrize(
    "config",
    [
        {"name": "2025"},
        {"name": "1/9/2025"},
        {"name": "  có khoảng trắng  "},
        {"name": "[rules]"},
        {"name": 'a "b" = 1 # c'},
        {"name": "2025-09-01", "province": "01"},
        {"name": "true", "province": "40", "language": "en"},
        {"vocabulary": {"fields": {"forestry": "lâm nghiệp", "sea": "biển: đảo"}}},
        {"money": {"base_salary": {"2024-07-01": 2_340_000, "2025-07-01": 2_400_000}, "own_allowance_share": 1.75}},
    ],
)
def test_keys_come_back_as_they_were(tmp_path: Path, config: dict[str, Any]) -> None:
    goals: dict[str, Any] = {"specialists": {"weights": {}, "tolerance": "2%"}, "leadership": {"tolerance": "3"}}
    scenario = story(config=config, goals=goals, rules={"lists": {"share": 0.05}})
    for target in ("book.xlsx", "folder"):
        write_scenario(scenario, tmp_path / target)
        assert data(so.read(tmp_path / target)) == data(scenario)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-x", "@SUM(A1)", "'quoted", "_x0041_", "007", "1e5", "1/2", "TRUE"])
def test_text_comes_back_letter_by_letter_and_never_computes(tmp_path: Path, text: str) -> None:
    people = [{"person_id": "ann", "post_id": "A-chair", "name": text, "ethnicity": text}]
    scenario = story(people=people, pools=[], wishes=[], relations=[], decisions=[])
    write_scenario(scenario, tmp_path / "book.xlsx")
    cells = [cell for row in load_workbook(tmp_path / "book.xlsx")["CongChuc"].iter_rows() for cell in row]
    stored = {"_x0041_": "_x005F_x0041_"}.get(text, text)  # or office programs would show an A
    assert {cell.data_type for cell in cells if cell.value == stored} == {"s"}
    assert data(so.read(tmp_path / "book.xlsx")) == data(scenario)


@pytest.mark.parametrize("file", ["example-by-libreoffice.xlsx", "example-by-libreoffice.ods"])
def test_what_libreoffice_saved_reads_the_same(file: str) -> None:
    book = so.read(FIXTURES / file)
    order = json.dumps(book.goal_order)  # that of the day on which it was saved
    assert same(book, so.read(ROOT / "scenarios" / "example", {"goals.order": order}))


def test_headings_and_sheets_are_told_apart_by_their_letters_alone() -> None:
    for model in SHEETS:
        for name, info in model.columns().items():
            assert headings_of(model)[plain(name)] == headings_of(model)[plain(str(info.title))] == name
    assert len({model.sheet for model in TABLES}) == len(TABLES)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The story as a workbook: bob, of unit B, is in row 3 of CongChuc (the header is row 1, ann in row 2)."""
    write_scenario(story(), tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def changed(path: Path, change: Change) -> None:
    file = load_workbook(path)
    change(file)
    file.save(path)


def column(sheet: Worksheet, heading: str, header_row: int = 1) -> int:
    return next(cell.column for cell in sheet[header_row] if cell.value == heading)


def new_column(sheet: Worksheet, heading: str) -> int:
    """The column of a heading, at the end where it does not stand yet."""
    found = [cell.column for cell in sheet[1] if cell.value == heading]
    if found:
        return int(found[0])
    at = int(sheet.max_column) + 1
    sheet.cell(1, at).value = heading
    return at


def problems(path: Path) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        so.read(path)
    return list(caught.value.problems)


def _titles_above(file: Workbook) -> None:
    """Two title rows over merged cells and a blank one above the header, as a printed list has them."""
    for sheet in file.worksheets:
        sheet.insert_rows(1, 3)
        sheet.cell(1, 1).value = "TỈNH MẪU\nDanh sách"
        sheet.merge_cells(start_row=1, end_row=2, start_column=1, end_column=3)


def _columns_for_people(file: Workbook) -> None:
    for sheet in file.worksheets:
        sheet.insert_cols(1)
        last = sheet.max_column + 1
        sheet.cell(1, 1).value, sheet.cell(1, last).value = "STT", "Ghi chú"
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, 1).value, sheet.cell(row, last).value = row - 1, "xem lại"


def _headings_as_typed(file: Workbook) -> None:
    for sheet in file.worksheets:
        for cell in sheet[1]:
            cell.value = f" {str(cell.value).upper()} (*)".replace(" ", "\n", 2)


def _headings_without_accents(file: Workbook) -> None:
    sheet = file["CongChuc"]
    for heading, typed in {"Họ và tên": "HO VA TEN", "Trình độ": "trinh do", "Mã đơn vị": "MÃ ĐƠN VỊ"}.items():
        sheet.cell(1, column(sheet, heading)).value = typed


def _hidden_and_filtered(file: Workbook) -> None:
    sheet = file["CongChuc"]
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet.auto_filter.ref = "A1:E4"
    sheet.auto_filter.add_filter_column(0, ["ann"])
    file["NguyenVong"].sheet_state = "hidden"


def _empty_ends(file: Workbook) -> None:
    for sheet in file.worksheets:
        sheet.cell(4000, 12).number_format = "0.00"
        sheet.cell(60, 3).value = "  "
    file.create_sheet("Sheet1")


def _formulas_with_values(file: Workbook) -> None:
    file.create_sheet("HuongDan").cell(1, 1).value = "=1+1"


@pytest.mark.parametrize(
    "change",
    [
        _titles_above,
        _columns_for_people,
        _headings_as_typed,
        _headings_without_accents,
        _hidden_and_filtered,
        _empty_ends,
        _formulas_with_values,
    ],
)
def test_a_workbook_as_people_keep_it_reads_the_same(book: Path, change: Change) -> None:
    changed(book, change)
    assert data(so.read(book)) == data(story())


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (dt.datetime(1980, 9, 2), "dd/mm/yyyy"),
        (dt.date(1980, 9, 2), "[$-42A]d mmmm yyyy"),
        ("2/9/1980", "@"),
        ("02-09-1980", "@"),
        ("1980-09-02", "@"),
    ],
)
def test_a_date_in_any_usual_form(book: Path, value: object, number_format: str) -> None:
    def change(file: Workbook) -> None:
        cell = file["CongChuc"].cell(3, new_column(file["CongChuc"], "Ngày sinh"))
        cell.value, cell.number_format = value, number_format

    changed(book, change)
    bob = next(person for person in so.read(book).people if person.person_id == "bob")
    assert bob.birth_date == dt.date(1980, 9, 2)


@pytest.mark.parametrize(
    ("heading", "value", "number_format", "name", "expected"),
    [
        ("Cấp", "4", "@", "level", 4),
        ("Cấp", 4.0, "0.00", "level", 4),
        ("Hệ số lương", "4.98", "@", "salary_coefficient", 4.98),
        ("Hệ số lương", 0.1 + 0.2, "General", "salary_coefficient", 0.3),  # noise of a formula that was computed
        ("Hệ số lương", 2.1234567890123, "General", "salary_coefficient", 2.1234567890123),
        ("Dân tộc", 12, "General", "ethnicity", "12"),
    ],
)
def test_numbers_as_text_and_text_as_numbers(
    book: Path, heading: str, value: object, number_format: str, name: str, expected: object
) -> None:
    def change(file: Workbook) -> None:
        sheet = file["CongChuc"]
        cell = sheet.cell(3, new_column(sheet, heading))
        cell.value, cell.number_format = value, number_format

    changed(book, change)
    bob = next(person for person in so.read(book).people if person.person_id == "bob")
    assert getattr(bob, name) == expected


def test_leading_zeros_of_ids_are_those_that_are_seen(tmp_path: Path) -> None:
    """Unit 00004 as text in one place, as the number 4 in the format 00000 in another."""
    nobody: dict[str, Any] = {"pools": [], "wishes": [], "relations": [], "decisions": []}
    people = [{"person_id": "0012", "unit_id": "00004"}]
    scenario = story(units=["00004", "B"], posts=[{"post_id": "j", "unit_id": "B"}], people=people, **nobody)
    write_scenario(scenario, tmp_path / "book.xlsx")

    def change(file: Workbook) -> None:
        for sheet, heading, row, value, zeros in (
            (file["CongChuc"], "Mã đơn vị", 2, 4, "00000"),
            (file["CongChuc"], "Mã cán bộ", 2, 12, "0000;-0000"),
        ):
            cell = sheet.cell(row, column(sheet, heading))
            assert cell.value in ("00004", "0012")
            cell.value, cell.number_format = value, zeros

    changed(tmp_path / "book.xlsx", change)
    assert data(so.read(tmp_path / "book.xlsx")) == data(scenario)


def test_a_share_and_a_tolerance_typed_as_they_are_seen(book: Path) -> None:
    """0.07 as a number; 2 % as Excel keeps it: the number 0.02 in the format 0%."""

    def change(file: Workbook) -> None:
        sheet = file["ThamSo"]
        sheet.append(["rules.lists.share", 0.07])
        sheet.append(["goals.leadership.tolerance", 0.02])
        sheet.cell(sheet.max_row, 2).number_format = "0%"

    changed(book, change)
    read = so.read(book)
    assert (read.rules["lists"].model_dump()["share"], read.goals["leadership"].tolerance) == (0.07, "2%")


def _typed(heading: str, value: object, number_format: str = "General") -> Change:
    def change(file: Workbook) -> None:
        sheet = file["CongChuc"]
        cell = sheet.cell(3, column(sheet, heading))
        cell.value, cell.number_format = value, number_format

    return change


def _renamed(sheet: str, name: str) -> Change:
    def change(file: Workbook) -> None:
        file[sheet].title = name

    return change


def _merged_rows(file: Workbook) -> None:
    sheet = file["CongChuc"]
    at = column(sheet, "Trình độ")
    sheet.merge_cells(start_row=2, end_row=3, start_column=at, end_column=at)


def _column_without_a_name(file: Workbook) -> None:
    file["CongChuc"].cell(3, 20).value = "gì đây"


def _second_sheet(file: Workbook) -> None:
    file.create_sheet("Công Chức").append(["Mã cán bộ"])


def _no_headings(file: Workbook) -> None:
    file["CongChuc"].delete_rows(1)


def _wrong_key(file: Workbook) -> None:
    file["ThamSo"].append(["rules.lists.shore", 0.05])


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (_typed("Trình độ", "đai hoc"), "book.xlsx [CongChuc], cell G3, Trình độ", "E202"),
        (_typed("Trình độ", "#N/A"), "book.xlsx [CongChuc], cell G3, Trình độ", "E212"),
        (_typed("Trình độ", "=VLOOKUP(A3,X:Y,2)"), "book.xlsx [CongChuc], cell G3, Trình độ", "E213"),
        (_typed("Mã cán bộ", 40085001234567890), "book.xlsx [CongChuc], cell A3, Mã cán bộ", "E214"),
        (_typed("Mã đơn vị", "C"), "book.xlsx [CongChuc], cell C3, Mã đơn vị", "E301"),
        (_typed("Mã cán bộ", "ann"), "book.xlsx [CongChuc], cell A3, Mã cán bộ", "E302"),
        (_merged_rows, "book.xlsx [CongChuc], cell G2:G3", "E215"),
        (_column_without_a_name, "book.xlsx [CongChuc], cell T1", "E111"),
        (_renamed("CongChuc", "CongChuk"), "book.xlsx", "E115"),
        (_second_sheet, "book.xlsx", "E120"),
        (_no_headings, "book.xlsx [CongChuc]", "E119"),
        (_renamed("ThamSo", "HuongDan"), "book.xlsx", "E101"),
        (_wrong_key, "book.xlsx [ThamSo], cell B6, rules.lists.shore", "E106"),
    ],
)
def test_what_cannot_be_read_is_told_with_sheet_cell_and_mend(
    book: Path, change: Change, place: str, code: str
) -> None:
    changed(book, change)
    with speaking("en"):
        found = {(problem.place, problem.code) for problem in problems(book)}
        assert (place, code) in found
        assert all(str(problem.mend) for problem in problems(book))


def test_a_computed_empty_text_is_a_blank_cell(book: Path) -> None:
    """=IF(...;"";...) dragged down a column: Excel stores the empty text, and the cell is seen blank."""
    changed(book, lambda file: setattr(file["CongChuc"].cell(3, new_column(file["CongChuc"], "Dân tộc")), "value", 7))
    archive = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(archive, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet5.xml":
                assert content.count(b'<c r="K3" t="n"><v>7</v></c>') == 1
                content = content.replace(b't="n"><v>7</v>', b't="str"><f>""</f><v></v>')
            new.writestr(name, content)
    book.write_bytes(archive.getvalue())
    assert next(person for person in so.read(book).people if person.person_id == "bob").ethnicity is None


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "without a password"),
        (b"PK\x03\x04 cut off", "save it again"),
        (b"person_id,name\n", "save it again"),
    ],
)
def test_a_file_that_is_no_workbook(tmp_path: Path, content: bytes, mend: str) -> None:
    (tmp_path / "book.xlsx").write_bytes(content)
    with speaking("en"):
        (problem,) = problems(tmp_path / "book.xlsx")
        assert (problem.file, problem.code) == ("book.xlsx", "E118")
        assert mend in str(problem.mend)


def test_a_workbook_extends_a_folder_and_a_folder_a_workbook(tmp_path: Path) -> None:
    so.convert(ROOT / "scenarios" / "example", tmp_path / "base.xlsx")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "scenario.toml").write_text(
        'extends = "../base.xlsx"\nname = "Khác"\n[disruption]\nper_km = 2\n', encoding="utf-8"
    )
    read = so.read(tmp_path / "more")
    assert (read.config.name, read.config.disruption.per_km, len(read.people)) == ("Khác", 2, 20)
    assert [file.name for file in read.inputs] == ["scenario.toml", "../base.xlsx"]
    third = Workbook()
    third.active.title = "ThamSo"
    for row in (["Khóa", "Giá trị"], ["extends", "more"], ["horizon_months", 0]):
        third.active.append(row)
    third.save(tmp_path / "third.xlsx")
    assert so.read(tmp_path / "third.xlsx").config == read.config.model_copy(update={"horizon_months": 0})
    changed(tmp_path / "base.xlsx", lambda file: file["ThamSo"].append(["extends", "more"]))
    with speaking("en"):
        (problem,) = problems(tmp_path / "more")
        assert (problem.place, problem.code) == ("../base.xlsx [ThamSo], cell B7, extends", "E109")


def test_nothing_that_stands_is_replaced_unasked(tmp_path: Path) -> None:
    example = ROOT / "scenarios" / "example"
    for target in (tmp_path / "book.xlsx", tmp_path / "folder"):
        so.convert(example, target)
        with speaking("en"), pytest.raises(UsageError, match="stands already"):
            so.convert(example, target)
        so.convert(example, target, force=True)
        assert data(so.read(target)) == data(so.read(example))


@pytest.mark.parametrize("name", ["book.ods", "book.xls", "data.csv"])
def test_endings_that_are_not_written(tmp_path: Path, name: str) -> None:
    with speaking("en"), pytest.raises(UsageError, match="is written as a folder"):
        so.convert(ROOT / "scenarios" / "example", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_is_not_put_among_the_tables_it_is_made_from(tmp_path: Path) -> None:
    so.convert(ROOT / "scenarios" / "example", tmp_path / "folder")
    with speaking("en"), pytest.raises(UsageError, match="name another place"):
        so.convert(tmp_path / "folder", tmp_path / "folder" / "people.xlsx")
    assert so.read(tmp_path / "folder").people


def test_bad_data_is_not_converted(book: Path, tmp_path: Path) -> None:
    changed(book, _typed("Trình độ", "đai hoc"))
    with pytest.raises(InputError):
        so.convert(book, tmp_path / "folder")
    assert not (tmp_path / "folder").exists()


def test_a_text_longer_than_a_cell_is_refused(tmp_path: Path) -> None:
    scenario = story(quotas=[{"unit_id": "A", "quota": 3, "basis": "x" * 32_768}])
    with speaking("en"), pytest.raises(UsageError, match="longer than a cell"):
        write_scenario(scenario, tmp_path / "book.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_forbidden_pin_is_told_by_its_sheet(tmp_path: Path) -> None:
    """dan is listed for secondment alone, and the seat is taken."""
    decisions = [{"kind": "pin", "person_id": "dan", "post_id": "A-chair", "form": "transfer"}]
    write_scenario(story(decisions=decisions), tmp_path / "book.xlsx")
    with pytest.raises(InputError) as caught:
        so.validate(tmp_path / "book.xlsx")
    assert [(p.file, p.code) for p in caught.value.problems] == [("book.xlsx [QuyetDinh]", "E430")]


@pytest.mark.parametrize(
    ("heading", "value", "name", "expected"),
    [
        ("Ngày, tháng, năm sinh", "2/9/1980", "birth_date", dt.date(1980, 9, 2)),
        ("TT", 7, "name", "bob"),
        ("Chuyên ngành", "Luật", "majors", ("Luật",)),
    ],
)
def test_headings_that_lists_usually_have(book: Path, heading: str, value: object, name: str, expected: object) -> None:
    def change(file: Workbook) -> None:
        sheet = file["CongChuc"]
        if heading == "Chuyên ngành":
            sheet.delete_cols(column(sheet, "Ngành đào tạo"))
        sheet.cell(3, new_column(sheet, heading)).value = value

    changed(book, change)
    assert getattr(next(person for person in so.read(book).people if person.person_id == "bob"), name) == expected


@pytest.mark.parametrize(
    ("heading", "value", "mend"),
    [
        ("Trình độ", "đai hoc", "Did you mean 'university' (đại học)?"),
        ("Trình độ", "zzz", "unknown, secondary, college, university, master, doctor"),
        ("Lĩnh vực", "đất đai, môi trường", "Separate them with semicolons: đất đai; môi trường"),
        ("Ngày sinh", "1979", "leave the cell blank where the day is not known"),
        ("Ngày sinh", "09/03/85", "four digits"),
        ("Ngày sinh", "tháng 3", "as 01/09/2025 in a workbook"),
        ("Cấp", "cấp 1", "from 1 to 5"),
        ("Số hộ chiếu công vụ", "1950", "a heading of the template"),
    ],
)
def test_the_mend_is_what_a_planner_can_do(book: Path, heading: str, value: str, mend: str) -> None:
    def change(file: Workbook) -> None:
        file["CongChuc"].cell(3, new_column(file["CongChuc"], heading)).value = value

    changed(book, change)
    with speaking("en"):
        assert [mend in str(problem.mend) for problem in problems(book)] == [True]


def test_codes_as_people_shorten_them(book: Path) -> None:
    def change(file: Workbook) -> None:
        sheet = file["CongChuc"]
        sheet.cell(3, column(sheet, "Trình độ")).value = "ThS"
        sheet.cell(3, column(sheet, "Lý luận chính trị")).value = "TC"
        file["NguyenVong"].cell(2, column(file["NguyenVong"], "Đồng ý")).value = "không đồng ý"

    changed(book, change)
    read = so.read(book)
    bob = next(person for person in read.people if person.person_id == "bob")
    assert (bob.degree, bob.theory, read.wishes[0].consent) == ("master", "intermediate", False)


def test_dates_in_each_others_columns_are_told(book: Path) -> None:
    """bob was born in 1980 and joined in 1979: a date of birth in the wrong column looks like this."""

    def change(file: Workbook) -> None:
        for heading, day in (("Ngày sinh", "2/9/1980"), ("Ngày vào ngành", "2/9/1979")):
            file["CongChuc"].cell(3, new_column(file["CongChuc"], heading)).value = day

    changed(book, change)
    assert [(w.code, w.cell) for w in so.read(book).warnings] == [("W513", "L3")]


def test_headings_sorted_among_the_rows_lose_nobody(book: Path) -> None:
    """The wish of bob stands above its headings; the template's example above them is no wish."""

    def change(file: Workbook) -> None:
        sheet = file["NguyenVong"]
        sheet.move_range("A1:C1", rows=5)

    changed(book, change)
    with speaking("en"):
        assert [(p.place, p.code) for p in problems(book)] == [("book.xlsx [NguyenVong], row 2", "E123")]


@pytest.mark.parametrize("number_format", ['"CB"000', "00-00", "\\C000"])
def test_an_id_is_not_read_otherwise_than_it_is_seen(book: Path, number_format: str) -> None:
    changed(book, _typed("Mã cán bộ", 7, number_format))
    with speaking("en"):
        assert ("book.xlsx [CongChuc], cell A3, Mã cán bộ", "E216") in {(p.place, p.code) for p in problems(book)}


@pytest.mark.parametrize(("number_format", "seen"), [("[Red]0000", "0007"), ("0000_)", "0007"), ("General", "7")])
def test_formats_that_show_digits_alone(book: Path, number_format: str, seen: str) -> None:
    def change(file: Workbook) -> None:
        cell = file["CongChuc"].cell(3, new_column(file["CongChuc"], "Dân tộc"))
        cell.value, cell.number_format = 7, number_format

    changed(book, change)
    assert next(person for person in so.read(book).people if person.person_id == "bob").ethnicity == seen


def test_a_point_that_may_part_thousands_is_asked_for(book: Path) -> None:
    changed(book, lambda file: setattr(file["KhoangCach"].cell(2, 3), "value", "1.250"))
    with speaking("en"):
        assert ("book.xlsx [KhoangCach], cell C2, Km", "E204") in {(p.place, p.code) for p in problems(book)}


def test_a_stray_letter_far_away_is_named(book: Path) -> None:
    changed(book, lambda file: setattr(file["CongChuc"]["XFD5"], "value", "x"))
    with speaking("en"):
        assert [(p.place, p.code) for p in problems(book)] == [("book.xlsx [CongChuc], cell XFD5", "E122")]


def _huge_merge(file: Workbook) -> None:
    file["CongChuc"].merge_cells("A100:XFD150")


def _too_many_rows(file: Workbook) -> None:
    for row in range(5, 200_010):
        file["QuanHe"].row_dimensions[row].height = 15


@pytest.mark.slow
@pytest.mark.parametrize("change", [_huge_merge, _too_many_rows])
def test_workbooks_beyond_measure_are_refused_before_they_are_built(book: Path, change: Change) -> None:
    changed(book, change)
    with speaking("en"):
        (problem,) = problems(book)
        assert (problem.file, problem.code) == ("book.xlsx", "E121")


def test_a_date_in_the_settings_as_planners_type_it(book: Path) -> None:
    changed(book, lambda file: setattr(file["ThamSo"].cell(3, 2), "value", "01/09/2025"))
    assert so.read(book).config.date == dt.date(2025, 9, 1)


def test_folders_with_tables_are_not_written_over_unasked(tmp_path: Path) -> None:
    """There is no scenario.toml, but people.csv is somebody's."""
    (tmp_path / "people.csv").write_text("mine", encoding="utf-8")
    with speaking("en"), pytest.raises(UsageError, match="stands already"):
        so.convert(ROOT / "scenarios" / "example", tmp_path)
    with speaking("en"), pytest.raises(UsageError, match="has no name"):
        so.convert(ROOT / "scenarios" / "example", "")
    assert (tmp_path / "people.csv").read_text(encoding="utf-8") == "mine"


def test_a_target_that_is_a_circle_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop.xlsx").symlink_to(tmp_path / "loop.xlsx")
    with speaking("en"), pytest.raises(UsageError, match="no place that can be written to"):
        so.convert(ROOT / "scenarios" / "example", tmp_path / "loop.xlsx", force=True)
