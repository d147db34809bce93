"""The empty workbook for planners: what it offers, and that it reads once it is filled in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

import optimizer as so
from optimizer.cli import main
from optimizer.errors import InputError, UsageError
from optimizer.registry import REGISTRY
from optimizer.scenario.cells import Lists, cell_text, columns_of
from optimizer.scenario.places import communes_of, province_code, provinces
from optimizer.scenario.schema import TABLES, OneOf, Row
from optimizer.scenario.sheets import SHEETS
from optimizer.scenario.template_book import HEADER_ROW
from optimizer.scenario.template_examples import EXAMPLES


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "nghe an.xlsx"
    so.template(path, "40")
    return path


@pytest.fixture(scope="module")
def book(file: Path) -> Workbook:
    return load_workbook(file)


def fill(book: Workbook, model: type[Row], row: int, **cells: Any) -> None:
    sheet = book[model.sheet]
    for at, name in enumerate(model.columns(), start=1):
        if name in cells:
            sheet.cell(row, at).value = cells[name]


def filled(file: Path, path: Path) -> Path:
    """A land officer of Thành Vinh with a quota and a post, in planners' words; the other 129 units stay as given."""
    book = load_workbook(file)
    by_table = {model.table: model for model in SHEETS}
    book["ThamSo"].cell(HEADER_ROW + 2, 2).value = dt.date(2025, 9, 1)
    fill(book, by_table["quotas"], 5, unit_id="16681", bloc="chính quyền", quota=34, effective_from="1/7/2025")
    fill(book, by_table["posts"], 5, post_id="p", unit_id="16681", bloc="chính quyền", title="Địa chính",
         role="chuyên môn", category="chuyên môn", fields="đất đai;môi trường", seats=1)  # fmt: skip
    fill(book, by_table["people"], 5, person_id="001", name="Nguyễn Văn A", unit_id="16681", post_id="p",
         bloc="chính quyền", degree="đại học", fields="đất đai", theory="trung cấp",
         birth_date=dt.datetime(1985, 9, 2))  # fmt: skip
    book.save(path)
    return path


def test_a_filled_template_validates(file: Path, tmp_path: Path) -> None:
    scenario = so.validate(filled(file, tmp_path / "filled.xlsx"))
    assert (scenario.config.name, scenario.config.province, str(scenario.config.date)) == (
        "Nghệ An",
        "40",
        "2025-09-01",
    )
    assert (len(scenario.units), len(scenario.people), scenario.posts[0].fields) == (130, 1, ("land", "environment"))
    assert scenario.people[0].birth_date == dt.date(1985, 9, 2)
    assert scenario.units == tuple(sorted(communes_of("40"), key=lambda unit: unit.unit_id))


def test_an_empty_template_says_what_is_still_to_be_typed(file: Path) -> None:
    with pytest.raises(InputError) as caught:
        so.read(file)
    places = {(problem.file.rpartition(" ")[2], problem.code) for problem in caught.value.problems}
    assert places == {("[ThamSo]", "E108"), ("[BienChe]", "E103"), ("[ViTri]", "E103"), ("[CongChuc]", "E103")}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.table)
def test_every_closed_list_drops_down_and_every_column_has_its_note(book: Workbook, model: type[Row]) -> None:
    sheet = book[model.sheet]
    offered = {
        str(rule.sqref).split(":", maxsplit=1)[0].rstrip("0123456789"): rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    for at, (name, info) in enumerate(model.columns().items(), start=1):
        heading = sheet.cell(HEADER_ROW, at)
        assert heading.comment is not None and len(heading.comment.text) > 3, name
        assert str(heading.value).startswith(str(info.title))
        assert str(heading.value).endswith("*") == (name in model.required_columns())
        marks = [mark for mark in info.metadata if isinstance(mark, OneOf)]
        if marks:
            area = offered[heading.column_letter].rpartition("!")[2].replace("$", "")
            words = [row[0].value for row in book["DanhMuc"][area]]
            assert words == [marks[0].vocabulary.label(code, "vi") for code in marks[0].vocabulary], name
        elif name == "rule":
            assert heading.column_letter in offered
        else:
            assert heading.column_letter not in offered


def test_settings_of_a_few_words_drop_down(book: Workbook) -> None:
    sheet = book["ThamSo"]
    areas = {str(rule.sqref): rule.formula1.rpartition("!")[2] for rule in sheet.data_validations.dataValidation}
    offered = {
        str(sheet.cell(row, 1).value): [cell[0].value for cell in book["DanhMuc"][areas[f"B{row}"].replace("$", "")]]
        for row in range(HEADER_ROW + 1, sheet.max_row + 1)
        if f"B{row}" in areas
    }
    assert offered["language"] == ["vi", "en"]
    assert offered["rules.bloc.state"] == ["on", "off", "flag"]
    assert offered["rules.max_moves.state"] == ["on", "off"]  # it names no place, so it cannot warn on a row
    assert offered["forms.candidates"] == ["named", "all"]


def test_a_code_that_the_scenario_adds_may_be_typed(book: Workbook) -> None:
    """Lists that grow (roles, blocs, fields) only warn; all others stop what is not in them."""
    styles = {
        str(rule.sqref).split(":", maxsplit=1)[0]: rule.errorStyle
        for rule in book["ViTri"].data_validations.dataValidation
        if rule.type == "list"
    }
    assert (styles["C5"], styles["F5"], styles["G5"]) == ("warning", "warning", "stop")


@pytest.mark.parametrize("model", SHEETS, ids=lambda model: model.table)
def test_headings_are_protected_and_rows_are_free(book: Workbook, model: type[Row]) -> None:
    sheet = book[model.sheet]
    assert (
        sheet.protection.sheet
        and not sheet.protection.insertRows
        and not sheet.protection.insertColumns
        and not sheet.protection.sort
    )
    assert all(cell.protection.locked for cell in sheet[HEADER_ROW][: len(model.columns())])
    for at in range(1, len(model.columns()) + 1):
        assert not sheet.column_dimensions[sheet.cell(HEADER_ROW, at).column_letter].protection.locked
    if sheet.max_row > HEADER_ROW:
        assert not any(cell.protection.locked for cell in sheet[HEADER_ROW + 1])
    assert sheet.freeze_panes == f"A{HEADER_ROW + 1}"


@pytest.mark.parametrize("model", SHEETS, ids=lambda model: model.table)
def test_every_example_cell_is_one_that_reads(model: type[Row]) -> None:
    """The example has a value for every column that reading accepts; it is shown and never read."""
    columns = columns_of(model, Lists())
    assert set(EXAMPLES[model.table]) == set(model.columns()) - {"meaning"}
    for name, value in EXAMPLES[model.table].items():
        assert columns[name].read(cell_text(value)) == (str(value) if name == "value" else value), name


def test_every_key_stands_in_the_template_with_its_meaning(book: Workbook) -> None:
    """Blank values mean the defaults: the filled template reads as a scenario that gives none of them."""
    rows = list(book["ThamSo"].iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    keys = {str(key): (value, meaning) for key, value, meaning in rows}
    assert {"name", "date", "hardship.III", "rules.lists.share", "goals.order", "goals.leadership.weights"} <= set(keys)
    assert {f"rules.{name}.state" for name in REGISTRY.rules} <= set(keys)
    assert all(meaning for _, meaning in keys.values())
    assert {key: value for key, (value, _) in keys.items() if value is not None} == {
        "name": "Nghệ An", "province": "40", "language": "vi",
    }  # fmt: skip
    assert str(keys["hardship.III"][1]).endswith("để trống: 150")


def test_in_english(tmp_path: Path) -> None:
    so.template(tmp_path / "empty.xlsx", language="en")
    book = load_workbook(tmp_path / "empty.xlsx")
    assert [cell.value for cell in book["BienChe"][HEADER_ROW]] == [
        "unit_id *", "bloc *", "quota *", "present", "basis", "effective_from *",
    ]  # fmt: skip
    assert book["DonVi"].max_row == HEADER_ROW
    assert "Must be filled in." in book["BienChe"].cell(HEADER_ROW, 1).comment.text


def test_the_country_has_34_provinces_and_3321_communes() -> None:
    """Published: Decision 19/2025/QĐ-TTg. Population is given for the seven provinces where it could be trusted."""
    units = [unit for code in provinces() for unit in communes_of(code)]
    assert (len(provinces()), len(units), len({unit.unit_id for unit in units})) == (34, 3321, 3321)
    kinds = [sum(unit.kind == kind for unit in units) for kind in ("commune", "ward", "special_zone")]
    assert kinds == [2611, 697, 13]
    assert sum(unit.population or 0 for unit in communes_of("40")) == 3_831_694
    known = {code for code in provinces() if any(unit.population for unit in communes_of(code))}
    assert {provinces()[code] for code in known} == {
        "Nghệ An", "Bắc Ninh", "Hà Nội", "Huế", "Hà Tĩnh", "Cao Bằng", "Hải Phòng",
    }  # fmt: skip


@pytest.mark.parametrize("wanted", ["38", "Thanh Hóa", "thanh hoá", "THANH HOÁ", "Tỉnh Thanh Hóa"])
def test_a_province_by_code_or_name(wanted: str) -> None:
    assert province_code(wanted) == "38"


@pytest.mark.parametrize(
    ("name", "province", "said"),
    [
        ("a.xlsx", "Nghe An", "did you mean 'Nghệ An'"),
        ("a.xlsx", "00", "use one of: 01 Hà Nội"),
        ("a.xls", None, "ends with .xlsx"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, province: str | None, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        so.template(tmp_path / name, province)
    assert said in caught.value.text.render("en")
    assert list(tmp_path.iterdir()) == []


def test_a_template_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = str(tmp_path / "a.xlsx")
    said = CliRunner().invoke(main, ["template", path, "--province", "42"])
    assert (said.exit_code, "staffing validate" in said.output) == (0, True)
    first = Path(path).read_bytes()
    assert CliRunner().invoke(main, ["template", path]).exit_code == 2
    assert Path(path).read_bytes() == first
    assert CliRunner().invoke(main, ["template", path, "--province", "42", "--force", "--json"]).exit_code == 0
    assert Path(path).read_bytes() == first
