"""What is said of unit files: units by name and code, people by name, and the place where a name stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from unit_faults import FAULTS
from unit_files import Files, UnitFile, province, write_unit_files

import optimizer as so
from optimizer.cli import main
from optimizer.errors import Problem
from optimizer.scenario.gathering import Gathered
from optimizer.texts import speaking

UNIT, OTHER = "00006", "00009"  # Hòa Quân, Quỳ Châu
A, B = "xã Hòa Quân (00006)", "xã Quỳ Châu (00009)"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return write_unit_files(province(6), tmp_path / "files")


def gathered(files: Files, out: Path) -> Gathered:
    try:
        return so.import_(files.folder, out, force=True)
    except so.GatheringError as error:
        return error.gathered


def found(files: Files, tmp_path: Path, code: str) -> list[Problem]:
    return [one.problem for one in gathered(files, tmp_path / "out").findings if one.problem.code == code]


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("a_unit_of_another_place", "E607", f"the row is of {B}, the file of {A}"),
        ("a_file_under_a_foreign_name", "E615", f"the file says that it is of {B}; its rows are of {A}"),
        ("the_same_file_twice", "W603", f"holds the same people of {A}"),
        ("a_file_for_each_bloc", "W604", f"brings other people of {A}"),
        ("a_unit_that_sent_nothing", "E605", f"no file brings people of {A}"),
    ],
)
def test_units_have_their_name_and_code(files: Files, tmp_path: Path, fault: str, code: str, words: str) -> None:
    FAULTS[fault](files, UNIT, OTHER)
    problems = found(files, tmp_path, code)
    assert problems
    assert all(words in str(problem.message) for problem in problems)


def test_a_unit_that_nobody_lists_keeps_its_code(files: Files, tmp_path: Path) -> None:
    """The sheet of units is not there, so that nothing says what 00006 is called."""
    FAULTS["a_unit_of_another_place"](files, UNIT, OTHER)
    for file in (files.province, *files.units.values()):
        book = load_workbook(file.path)
        del book["DonVi"]
        book.save(file.path)
    told = [str(one.problem.message) for one in gathered(files, tmp_path / "out").findings]
    assert not any("xã Hòa Quân (00006)" in message for message in told)


def test_two_versions_of_a_file_are_told_with_the_people_who_differ(files: Files, tmp_path: Path) -> None:
    """Of three people one has another degree and one is missing; the third is the same in both and is not named."""
    FAULTS["two_versions_of_a_file"](files, UNIT, OTHER)
    people = [person.name for person in files.scenario.people if person.unit_id == UNIT]
    [problem] = found(files, tmp_path, "E606")
    assert str(problem.message).endswith(
        f"brings people of {A} too and differs: 2 of 3 people stand in both. Different: {people[0]}, {people[2]}"
    )


def test_of_many_who_differ_three_are_named(files: Files, tmp_path: Path) -> None:
    """Both files have four people; all four differ in their degree."""
    file = files.units[UNIT]
    file.append("people", file, 2, person_id="00006-004", name="Vi Văn Bốn")
    copy = UnitFile(file.path.with_name(f"{file.path.stem} - Copy.xlsx"), file.tables)
    shutil.copy(file.path, copy.path)
    for k in range(4):
        copy.set("people", k, "degree", "thạc sĩ")
    [problem] = found(files, tmp_path, "E606")
    names = str(problem.message).partition("Different: ")[2].split(", ")
    assert (len(names), names[-1]) == (4, "…")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, 1),
        ({"degree": "master"}, 0),
        ({"majors": ("Luật",)}, 0),
        ({"sex": "female"}, 0),
        ({"birth_date": date(1979, 1, 1)}, 0),
        ({"joined_on": date(2015, 3, 3)}, 0),
    ],
)
def test_one_person_under_two_ids_is_told_where_nothing_else_is_known(
    tmp_path: Path, change: dict[str, object], told: int
) -> None:
    """The same name, birth date, sex, degree and majors, and blank cells for the rest; each of them decides."""
    blank = dict.fromkeys(("native_unit_id", "joined_on", "party_joined_on"))
    same = {"name": "Vi Văn Bốn", "birth_date": date(1980, 2, 3), "sex": "male", **blank}
    cells = {f"{UNIT}-003": same, f"{OTHER}-003": {**same, **change}}
    known = province(6)
    people = tuple(person.model_copy(update=cells.get(person.person_id, {})) for person in known.people)
    files = write_unit_files(replace(known, people=people), tmp_path / "files")
    assert len(found(files, tmp_path, "W605")) == told


def _without_units(files: Files, line: str | None) -> None:
    """The file of Hòa Quân without the columns that name a unit, under a line in the second column."""
    file = files.units[UNIT]
    book = load_workbook(file.path)
    del book["DonVi"]
    for table in ("people", "posts", "quotas"):
        sheet = book[file.tables[table].sheet]
        sheet.delete_cols(file.tables[table].columns["unit_id"])
        if line is not None:
            sheet.insert_rows(1)
            sheet.cell(1, 2).value = line
    book.save(file.path)


def test_a_name_without_accents_above_the_headings_is_told_in_its_cell(files: Files, tmp_path: Path) -> None:
    _without_units(files, "Đơn vị:  xa Hoa Quan ")
    files.units[UNIT].path.rename(files.folder / "x.xlsx")
    [problem] = found(files, tmp_path, "W602")
    assert (problem.value, problem.row, problem.cell) == ("xa Hoa Quan", 1, "B1")
    assert problem.file.startswith("x.xlsx [")
    assert str(problem.message) == f"'xa Hoa Quan' was read as {A}: accents are missing"


def test_a_name_without_accents_on_the_file_is_told_as_the_file_s(files: Files, tmp_path: Path) -> None:
    _without_units(files, None)
    files.units[UNIT].path.rename(files.folder / "Xa Hoa Quan .xlsx")
    [problem] = found(files, tmp_path, "W602")
    assert (problem.value, problem.file, problem.cell) == ("Xa Hoa Quan", "Xa Hoa Quan .xlsx", None)
    assert str(problem.message) == f"the file's name 'Xa Hoa Quan' was read as {A}: accents are missing"


def test_a_line_that_lacks_columns_is_told_with_what_to_do_about_a_person(files: Files, tmp_path: Path) -> None:
    FAULTS["signatures_below_the_table"](files, UNIT, OTHER)
    first, *_ = found(files, tmp_path, "W608")
    with speaking("vi"):
        assert str(first.message) == "dòng 'Người lập biểu' thiếu các cột bắt buộc nên không được đọc"
        assert str(first.mend).endswith("nếu là một người, hãy điền đủ các cột bắt buộc")


def test_a_folder_of_unit_files_is_no_scenario_and_is_led_to_import(files: Files, tmp_path: Path) -> None:
    """Seven units and the province's own workbook; once a table of a scenario is there, its settings are missing."""
    (files.folder / "~$Xã Hòa Quân.xlsx").write_bytes(b"owner")
    shown = CliRunner().invoke(main, ["validate", str(files.folder), "--lang", "en"])
    assert (shown.exit_code, shown.stderr.count("E101")) == (3, 1)
    assert "The folder has 8 workbooks: gather them with staffing import" in shown.stderr
    (files.folder / "units.csv").write_text("unit_id\n")
    shown = CliRunner().invoke(main, ["validate", str(files.folder), "--lang", "en"])
    assert "staffing import" not in shown.stderr
    assert "scenario.toml: E101" in shown.stderr


def test_validate_says_the_day_as_people_write_it() -> None:
    for language, day in (("vi", "01/09/2025"), ("en", "2025-09-01")):
        assert f", {day}: " in CliRunner().invoke(main, ["validate", "scenarios/example", "--lang", language]).stdout
