"""Stories of unit files that become one scenario: what is right is taken as it is, what is wrong is told, all of it."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import tiny
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sampling import first
from unit_faults import FAULTS, PEOPLE, Found
from unit_files import NAMES, TWINS, Files, as_ods, province, with_present, write_unit_files

import optimizer as so
from optimizer.cli import main
from optimizer.errors import UsageError
from optimizer.scenario.codes import CODES
from optimizer.scenario.gathering import Gathered
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Person
from optimizer.scenario.writing import write_scenario
from optimizer.texts import speaking

ROOT = Path(__file__).parents[1]
UNIT, OTHER = "00006", "00009"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


def data(scenario: Scenario | None) -> Scenario:
    assert scenario is not None
    return replace(scenario, inputs=(), warnings=(), origin=None)


def gathered(files: Files, out: Path) -> Gathered:
    """What is found, whether it stops the scenario or not."""
    try:
        return so.import_(files.folder, out, force=True)
    except so.GatheringError as error:
        return error.gathered


def places(found: Gathered) -> Found:
    return {(one.problem.code, one.file, one.sheet, one.problem.row) for one in found.findings}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Six communes and a provincial body, all files alike; 00006 is Hòa Quân, 00009 Quỳ Châu."""
    return write_unit_files(province(6), tmp_path / "files")


@pytest.mark.parametrize("seed", first(3, range(8)))
def test_however_the_units_keep_their_files_the_scenario_is_the_same(tmp_path: Path, seed: int) -> None:
    files = write_unit_files(province(9), tmp_path / "files", seed)
    found = so.import_(files.folder, tmp_path / "out")
    assert places(found) == set()
    assert data(found.scenario) == data(so.read(tmp_path / "out")) == data(files.scenario)


@pytest.mark.slow
def test_a_generated_province_comes_back_from_its_unit_files(tmp_path: Path) -> None:
    so.generate(tmp_path / "generated", units=6, seed=3)
    scenario = with_present(so.read(tmp_path / "generated"))
    files = write_unit_files(scenario, tmp_path / "files", seed=3)
    found = so.import_(files.folder, tmp_path / "out.xlsx")
    assert data(so.read(tmp_path / "out.xlsx")) == data(scenario)
    assert {one.problem.code for one in found.findings} == {problem.code for problem in scenario.warnings}


@pytest.mark.parametrize("name", first(16, [*FAULTS]))
def test_each_fault_is_found_where_it_is_and_nothing_else(tmp_path: Path, files: Files, name: str) -> None:
    expected = FAULTS[name](files, UNIT, OTHER)
    found = gathered(files, tmp_path / "out")
    assert places(found) == expected
    assert (found.scenario is None) == any(code.startswith("E") for code, *_ in expected)
    assert (tmp_path / "out").exists() == (found.scenario is not None)
    for one in found.findings:
        assert one.problem.code in CODES
        assert str(one.problem.mend)


# its unit is one of those of which nothing came: which one, nobody can say
ALONE = {"rows_of_nobody_knows_which_unit"}


def faulty(files: Files, names: list[str], units: list[str]) -> Found:
    """Every fault in files of its own, two units for each."""
    assert len(units) >= 2 * len(names)
    return {
        place
        for name, unit, other in zip(names, units[0::2], units[1::2], strict=False)
        for place in FAULTS[name](files, unit, other)
    }


@pytest.mark.slow
def test_all_faults_at_once_are_all_found_and_none_is_invented(tmp_path: Path) -> None:
    faults = [name for name in FAULTS if name not in ALONE]
    n = 2 * len(faults) + 6
    names = [*[f"{name} {k}" for k in "ABC" for name in NAMES][: n - 2], TWINS, TWINS]
    files = write_unit_files(province(n, names), tmp_path / "files")
    expected = faulty(files, faults, [unit.unit_id for unit in files.scenario.units if unit.is_commune])
    assert len({code for code, *_ in expected}) >= 30
    assert places(gathered(files, tmp_path / "out")) == expected


@pytest.mark.slow
def test_nghe_an_comes_back_from_its_152_files(tmp_path: Path) -> None:
    scenario = with_present(so.read(ROOT / "scenarios" / "nghe-an"))
    files = write_unit_files(scenario, tmp_path / "files", seed=40)
    found = so.import_(files.folder, tmp_path / "out")
    assert len(files.units) == 152
    assert data(found.scenario) == data(so.read(tmp_path / "out")) == data(scenario)
    assert {one.problem.code for one in found.findings} == {problem.code for problem in scenario.warnings}


@pytest.mark.slow
def test_faults_among_the_files_of_nghe_an_are_all_found_and_none_is_invented(tmp_path: Path) -> None:
    """Its own warnings aside, which stand in other files."""
    scenario = with_present(so.read(ROOT / "scenarios" / "nghe-an"))
    # Nghệ An has no such column, no codes with zeros in front, and no two units of one name
    faults = [
        name
        for name in FAULTS
        if name not in ALONE | {"an_exempt_case_in_words", "a_code_without_its_zeros", "a_name_of_two_units"}
    ]
    units = _quiet_units(scenario)[: 2 * len(faults)]
    files = write_unit_files(scenario, tmp_path / "files", seed=40, plain=units)
    own = {place for place in places(gathered(files, tmp_path / "before")) if place[0] == "W505"}
    assert len(own) == len(scenario.warnings)
    expected = faulty(files, faults, units)
    assert len({code for code, *_ in expected}) >= 28
    assert places(gathered(files, tmp_path / "out")) == expected | own


def _quiet_units(scenario: Scenario) -> list[str]:
    """Communes without warnings whose first people have no wishes and no second place."""
    posts = {post.post_id: post for post in scenario.posts}
    held = Counter(person.post_id for person in scenario.people)
    loud = {posts[post].unit_id for post, n in held.items() if post and n > posts[post].seats}
    named = {wish.person_id for wish in scenario.wishes}
    people: dict[str, list[Person]] = {}
    for person in scenario.people:
        people.setdefault(person.unit_id, []).append(person)
    return [
        unit.unit_id
        for unit in scenario.units
        if unit.is_commune
        and unit.unit_id not in loud
        and not any(
            person.person_id in named or person.on_site_unit_id or person.leaves_on
            for person in people[unit.unit_id][:3]
        )
    ]


def test_a_row_of_a_unit_that_sent_nothing_hides_neither(tmp_path: Path, files: Files) -> None:
    expected = FAULTS["a_unit_of_another_place"](files, UNIT, OTHER)
    expected |= FAULTS["a_unit_that_sent_nothing"](files, OTHER, UNIT)
    assert places(gathered(files, tmp_path / "out")) == expected


def test_a_provincial_body_with_a_quota_is_expected_too(tmp_path: Path, files: Files) -> None:
    expected = FAULTS["a_unit_that_sent_nothing"](files, "SNV", OTHER)
    assert places(gathered(files, tmp_path / "out")) == expected


def test_a_province_s_workbook_that_cannot_be_read_hides_nothing_else(tmp_path: Path, files: Files) -> None:
    """Without it the units are those of the units' own sheets; the settings may stand in it."""
    files.province.path.write_bytes(b"PK cut off")
    expected: Found = {("E118", files.province.name, None, None)} | FAULTS["a_code_that_is_none"](files, UNIT, OTHER)
    assert places(gathered(files, tmp_path / "out")) == expected


def test_two_faults_in_one_file_are_both_found(tmp_path: Path, files: Files) -> None:
    expected = FAULTS["a_code_that_is_none"](files, UNIT, OTHER) | FAULTS["a_blank_id"](files, UNIT, OTHER)
    expected |= FAULTS["a_quota_unlike_the_province_s"](files, UNIT, OTHER)
    assert places(gathered(files, tmp_path / "out")) == expected


def test_the_order_of_files_changes_nothing(tmp_path: Path, files: Files) -> None:
    FAULTS["two_people_with_one_id"](files, UNIT, OTHER)
    FAULTS["an_impossible_age"](files, "00012", OTHER)
    reports = []
    for k, paths in enumerate((files.paths, files.paths[::-1], [files.folder])):
        with pytest.raises(so.GatheringError):
            so.import_(paths, tmp_path / f"out{k}")
        reports.append((tmp_path / f"out{k}-chat-luong.xlsx").read_bytes())
    assert reports[0] == reports[1] == reports[2]


def test_the_same_files_give_the_same_workbook(tmp_path: Path, files: Files) -> None:
    so.import_(files.paths, tmp_path / "one.xlsx")
    so.import_(files.paths[::-1], tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("ending", [".ods", ".xlsm"])
def test_unit_files_of_other_formats(tmp_path: Path, files: Files, ending: str) -> None:
    path = files.units[UNIT].path
    if ending == ".ods":
        as_ods(path)
    else:
        path.rename(path.with_suffix(ending))
    found = so.import_(files.folder, tmp_path / "out")
    assert data(found.scenario) == data(files.scenario)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Xã Hoà Quân", None),
        ("xa_Hòa-Quân (1)", "Đơn vị: HÒA QUÂN"),
        ("gửi Sở Nội vụ", "ỦY BAN NHÂN DÂN\nXÃ HOÀ QUÂN"),
        ("00006_danh sách tháng 9", None),
        ("Danh sách cán bộ xã Hòa Quân - Copy", None),
        ("x", "Mã đơn vị: 00006"),
        ("x", "Xã: Hòa Quân"),
    ],
)
def test_rows_without_a_unit_are_of_the_unit_that_the_file_names(
    tmp_path: Path, files: Files, name: str, line: str | None
) -> None:
    _without_units(files, UNIT, line)
    files.units[UNIT].path.rename(files.folder / f"{name}.xlsx")
    found = so.import_(files.folder, tmp_path / "out")
    assert (places(found), data(found.scenario)) == (set(), data(files.scenario))


def test_a_file_name_without_accents_is_understood_and_told(tmp_path: Path, files: Files) -> None:
    _without_units(files, UNIT, None)
    files.units[UNIT].path.rename(files.folder / "Xa Hoa Quan.xlsx")
    found = so.import_(files.folder, tmp_path / "out")
    assert (places(found), data(found.scenario)) == (
        {("W602", "Xa Hoa Quan.xlsx", None, None)},
        data(files.scenario),
    )


def test_a_name_of_two_units_on_the_file_is_not_guessed(tmp_path: Path, files: Files) -> None:
    """Bình Minh is a commune (00015) and a ward (00018)."""
    _without_units(files, "00015", None)
    files.units["00015"].path.rename(files.folder / "Bình Minh.xlsx")
    found = gathered(files, tmp_path / "out")
    assert places(found) == {("E602", "Bình Minh.xlsx", sheet, None) for sheet in (PEOPLE, "ViTri", "BienChe")}


def _without_units(files: Files, unit: str, line: str | None) -> None:
    """The file without its sheet of units and the columns that name one, under a line."""
    file = files.units[unit]
    book = load_workbook(file.path)
    del book["DonVi"]
    for table in ("people", "posts", "quotas"):
        layout = file.tables[table]
        sheet = book[layout.sheet]
        sheet.delete_cols(layout.columns["unit_id"])
        if line is not None:
            sheet.insert_rows(1)
            sheet.cell(1, 1).value = line
    book.save(file.path)


def test_a_file_of_several_units_is_taken_row_by_row(tmp_path: Path) -> None:
    """One workbook with everything, under the name of the body that sent it."""
    scenario = province(6)
    write_scenario(scenario, tmp_path / "Sở Nội vụ.xlsx")
    assert data(so.import_(tmp_path / "Sở Nội vụ.xlsx", tmp_path / "out").scenario) == data(scenario)


def test_settings_that_nobody_sent(tmp_path: Path, files: Files) -> None:
    book = load_workbook(files.province.path)
    del book["ThamSo"]
    book.save(files.province.path)
    found = gathered(files, tmp_path / "out")
    assert [(one.problem.code, one.problem.column, one.sheet) for one in found.findings] == [
        ("E108", name, "ThamSo") for name in ("name", "date", "province")
    ]
    assert "ThamSo" in str(found.findings[0].problem.mend)


def test_files_without_any_units(tmp_path: Path, files: Files) -> None:
    book = Workbook()
    book.active.append(["Mã cán bộ", "Họ và tên"])
    book.active.title = "Ghi nhớ"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(so.GatheringError) as caught:
        so.import_(tmp_path / "x.xlsx", tmp_path / "out")
    codes = {(problem.code, problem.file) for problem in caught.value.problems}
    assert codes >= {("E115", "x.xlsx"), ("E613", "x.xlsx"), ("E614", "DonVi"), ("E614", "CongChuc")}


@pytest.mark.parametrize("seed", first(8, range(24)))
def test_whatever_happens_to_files_it_is_told_or_the_scenario_reads_back(tmp_path: Path, seed: int) -> None:
    files = write_unit_files(province(4), tmp_path / "files", seed)
    damage(files, random.Random(seed))
    found = gathered(files, tmp_path / "out")
    assert all(
        one.problem.code in CODES and str(one.problem.message) and str(one.problem.mend) for one in found.findings
    )
    assert (found.scenario is None) == (found.errors > 0)
    if found.scenario is not None:
        assert data(so.read(tmp_path / "out")) == data(found.scenario)


def damage(files: Files, rng: random.Random) -> None:
    """Cells overwritten, rows, columns and sheets lost or renamed, in three files at random."""
    values = [None, "Bình Minh", "00003", 3, "x;y", ";", "#N/A", "31/12/2025", True, 1e20, "Tổng cộng", " ", "có", -1]
    for path in rng.sample(files.paths, 3):
        book = load_workbook(path)
        for _ in range(rng.randrange(1, 6)):
            sheet, kind = rng.choice(book.worksheets), rng.randrange(10)
            row, at = rng.randrange(1, sheet.max_row + 2), rng.randrange(1, sheet.max_column + 2)
            if kind < 6:
                sheet.cell(row, at).value = rng.choice(values)
            elif kind == 6:
                sheet.delete_rows(row)
            elif kind == 7:
                sheet.delete_cols(at)
            elif kind == 8 and len(book.worksheets) > 1:
                book.remove(sheet)
            else:
                sheet.title = rng.choice(["Don vi", "Công chức", "Sheet9", "ThamSo"])
        book.save(path)


def test_nothing_sensitive_is_repeated(tmp_path: Path, files: Files) -> None:
    words = ("ung thư", "kỷ luật cảnh cáo", "31/02/2024")
    for column, word in zip(("exempt", "no_promotion_until"), words, strict=False):
        files.units[UNIT].set("people", 0, column, word)
    layout = files.units[UNIT].tables["people"]
    files.units[UNIT].edit(
        "people", lambda sheet: _column(sheet, layout.header_row, "Ngày sinh con út", ["x", words[2]])
    )
    shown = CliRunner().invoke(main, ["import", str(files.folder), "--out", str(tmp_path / "out")])
    assert shown.exit_code == 3
    cells = [
        str(cell)
        for sheet in load_workbook(tmp_path / "out-chat-luong.xlsx").worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert sum("Ngày sinh con út" in cell for cell in cells) == 2
    assert not any(word in text for word in words for text in (*cells, shown.output))


def _column(sheet: Worksheet, header: int, heading: str, values: list[str]) -> None:
    at = sheet.max_column + 1
    for row, value in enumerate((heading, *values), start=header):
        sheet.cell(row, at).value = value


def test_the_reason_of_a_decision_is_not_repeated(tmp_path: Path, files: Files) -> None:
    row = files.province.set("decisions", 0, "kind", "giữ lại")
    files.province.edit("decisions", lambda sheet: _column(sheet, row - 1, "Lý do", ["bệnh nặng"]))
    book = load_workbook(files.units[UNIT].path)
    for cells in (["Loại quyết định", "Mã cán bộ", "Lý do"], ["giữ lại", f"{UNIT}-001", "con nhỏ"]):
        (book["QuyetDinh"] if "QuyetDinh" in book.sheetnames else book.create_sheet("QuyetDinh")).append(cells)
    book.save(files.units[UNIT].path)
    found = gathered(files, tmp_path / "out")
    assert places(found) == {("E611", files.units[UNIT].name, "QuyetDinh", 2)}
    text = f"{found.findings[0].problem} {found.findings[0].problem.value}"
    assert "nặng" not in text
    assert "nhỏ" not in text


def test_the_report_says_what_came_of_each_unit_and_lists_every_finding(tmp_path: Path, files: Files) -> None:
    FAULTS["a_unit_that_sent_nothing"](files, UNIT, OTHER)
    files.units["00012"].set("people", 1, "name", "=1+1")
    with pytest.raises(so.GatheringError) as caught:
        so.import_(files.folder, tmp_path / "out", language="vi")
    book = load_workbook(caught.value.report)
    assert book.sheetnames == ["TongHop", "TheoLoai", "LoiDuLieu"]
    units = {row[0]: row for row in book["TongHop"].iter_rows(min_row=5, values_only=True)}
    assert units["00009"][1:5] == ("Quỳ Châu", "Xã Quỳ Châu.xlsx", 3, 3)
    assert (units[UNIT][2], units[UNIT][-2]) == (None, 1)
    rows = [row for row in book["LoiDuLieu"].iter_rows(min_row=4, values_only=True) if row[0]]
    assert [(row[1], row[2], row[3], row[8]) for row in rows] == [
        ("Toàn tỉnh - số liệu gốc.xlsx", "DonVi", "A3", "E605"),
        ("Xã Bình Chuẩn.xlsx", "CongChuc", "B3", "E213"),
    ]
    assert all(row[7] for row in rows)
    for sheet in book.worksheets:
        assert (sheet.freeze_panes, sheet.page_setup.orientation) != (None, "portrait")
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


def test_a_clean_report_says_so(tmp_path: Path, files: Files) -> None:
    so.import_(files.folder, tmp_path / "out.xlsx", language="en")
    book = load_workbook(tmp_path / "out-chat-luong.xlsx")
    assert book["TongHop"]["A2"].value == "Nothing was found: the scenario was written"
    assert "Nothing was found" in [row[0] for row in book["LoiDuLieu"].iter_rows(values_only=True)]


def test_what_stands_is_replaced_only_when_asked_and_before_any_work(tmp_path: Path, files: Files) -> None:
    out, report = tmp_path / "out.xlsx", tmp_path / "out-chat-luong.xlsx"
    out.write_bytes(b"old")
    with pytest.raises(UsageError, match="stands already"):
        so.import_(files.folder, out)
    assert (out.read_bytes(), report.exists()) == (b"old", False)
    report.write_bytes(b"mine")
    with pytest.raises(UsageError, match="is no report"):
        so.import_(files.folder, tmp_path / "other", report=report)
    for place in (files.units[UNIT].path, files.folder / "." / files.units[UNIT].name):
        with pytest.raises(UsageError, match="cannot be read and written"):
            so.import_(files.paths, tmp_path / "other", report=place)
        with pytest.raises(UsageError, match="cannot be read and written"):
            so.import_(files.paths, place, force=True)
        with pytest.raises(UsageError, match="is no report"):
            so.import_(files.folder, tmp_path / "other", report=place, force=True)
    (tmp_path / "~$out.xlsx").touch()
    with pytest.raises(UsageError, match="open in another program"):
        so.import_(files.folder, out, force=True)
    (tmp_path / "~$out.xlsx").unlink()
    report.unlink()
    for _ in range(2):  # a report gives way to the next one
        so.import_(files.folder, out, force=True)
    assert data(so.read(out)) == data(files.scenario)


def test_bad_data_leaves_the_old_scenario_as_it_is(tmp_path: Path, files: Files) -> None:
    so.import_(files.folder, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    FAULTS["a_code_that_is_none"](files, UNIT, OTHER)
    with pytest.raises(so.GatheringError):
        so.import_(files.folder, tmp_path / "out", force=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_write_that_fails_leaves_scenario_and_report_whole(
    tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, report = tmp_path / "out.xlsx", tmp_path / "out-chat-luong.xlsx"
    so.import_(files.folder, out)
    before = (out.read_bytes(), report.read_bytes())
    files.units[UNIT].set("people", 1, "name", "Người Mới")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("optimizer.files.os.fsync", fail)
    with pytest.raises(UsageError, match="the disk is full"):
        so.import_(files.folder, out, force=True)
    assert (out.read_bytes(), report.read_bytes()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "out-chat-luong.xlsx", "out.xlsx"]


def test_files_are_found_by_folder_and_pattern_and_never_the_result_itself(tmp_path: Path, files: Files) -> None:
    (files.folder / "~$Xã Hòa Quân.xlsx").write_bytes(b"owner")
    for _ in range(2):  # the second time result and report stand among the files
        found = so.import_([files.folder / "*.xls*"], files.folder / "out.xlsx", force=True)
        assert len(found.files) == len(files.paths)
    shutil.rmtree(files.folder / "out.xlsx", ignore_errors=True)
    for words in ("nowhere/*.xlsx", "nowhere.xlsx", str(tmp_path / "empty")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(UsageError, match="no such workbook"):
            so.import_([files.folder, words], tmp_path / "out")


def test_two_files_of_one_name_are_told_apart(tmp_path: Path, files: Files) -> None:
    (tmp_path / "more").mkdir()
    one = files.units[UNIT].path
    shutil.copy(one, tmp_path / "more" / one.name)
    found = so.import_([files.folder, tmp_path / "more"], tmp_path / "out")
    assert places(found) == {("W603", f"more/{one.name}", PEOPLE, None)}


def test_the_command_counts_by_kind_and_ends_with_3_where_anything_is_wrong(tmp_path: Path, files: Files) -> None:
    call = ["import", str(files.folder), "--out", str(tmp_path / "out"), "--lang", "en"]
    shown = CliRunner().invoke(main, call)
    assert (shown.exit_code, "Nothing was found" in shown.output) == (0, True)
    FAULTS["a_code_that_is_none"](files, UNIT, OTHER)
    FAULTS["an_impossible_age"](files, "00012", OTHER)
    shown = CliRunner().invoke(main, [*call, "--force"])
    assert shown.exit_code == 3
    assert "1 errors, 1 warnings: no scenario was written" in shown.output
    assert "a code is not in its list" in shown.output
    assert "Traceback" not in shown.output
    document = json.loads(CliRunner().invoke(main, [*call, "--force", "--json"]).stdout)
    assert (document["status"], document["out"]) == ("BAD_INPUT", None)
    assert {(one["file"], one["sheet"], one["cell"], one["code"]) for one in document["findings"]} == {
        ("Xã Hòa Quân.xlsx", "CongChuc", "H3", "E202"),
        ("Xã Bình Chuẩn.xlsx", "CongChuc", "C3", "W606"),
    }


def test_people_present_are_compared_in_every_scenario() -> None:
    def told(**quota: int) -> list[str]:
        people = [{"person_id": "ann", "unit_id": "A"}, {"person_id": "bob", "unit_id": "A", "leaves_on": "2025-08-31"}]
        scenario = tiny(units=["A", "B"], people=people, quotas=[{"unit_id": "A", "quota": 3, **quota}])
        return [problem.code for problem in scenario.warnings if problem.code != "W507"]

    assert told(present=1) == told() == []
    assert told(present=2) == ["W512"]
