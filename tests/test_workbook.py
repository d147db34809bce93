"""The workbook: what stands on which sheet, that text never computes, and that the same plan is the same file."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

import optimizer as so
from optimizer.plan import GoalResult, Status
from optimizer.provenance import settings_used
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.naming import Names, flag
from optimizer.reporting.overview import proof, status_words
from optimizer.reporting.still_open import open_table
from optimizer.reporting.surplus import surplus_table
from optimizer.reporting.workbook import write_workbook
from optimizer.scenario.schema import Decision
from optimizer.texts import speaking

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"
SHEETS = ["TongHop", "PhuongAn", "TruocSau", "ChuaDapUng", "DoiDu", "ThamSo"]


@pytest.fixture(scope="module")
def scenario():
    return so.read(EXAMPLE)


@pytest.fixture(scope="module")
def plan(scenario):
    return so.solve(scenario)


@pytest.fixture(scope="module")
def book(scenario, plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    write_workbook(plan, scenario, path, "vi")
    return load_workbook(path)


def _rows(sheet, top=3):
    """The table under a sheet's title as one dictionary per row."""
    headings, *rows = sheet.iter_rows(min_row=top, values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_sheets_in_their_order(book):
    assert book.sheetnames == SHEETS


def test_every_move_stands_in_words(book, plan, scenario):
    rows = _rows(book["PhuongAn"])
    assert [row["Mã cán bộ"] for row in rows] == [move.person_id for move in plan.moves]
    names = {person.person_id: person.name for person in scenario.people}
    assert [row["Họ và tên"] for row in rows] == [names[move.person_id] for move in plan.moves]
    assert {row["Hình thức"] for row in rows} == {"điều động", "biệt phái", "bố trí nội bộ"}
    assert [row["Điểm xáo trộn"] for row in rows] == [move.points for move in plan.moves]


def test_before_and_after_has_a_row_per_quota_row(book, plan):
    rows = _rows(book["TruocSau"])
    assert len(rows) == len(plan.units)
    assert sum(row["Thiếu sau"] for row in rows) == sum(max(0, u.quota - u.strength_after) for u in plan.units)


def test_open_seats_stand_with_their_reason(book, plan):
    rows = _rows(book["ChuaDapUng"])
    assert [row["Mã vị trí"] for row in rows] == [gap.post_id for gap in plan.gaps]
    assert all(row["Lý do"] for row in rows)


def test_surplus_names_those_who_leave(scenario, plan):
    """An Phú has 6 people on 4 quotas; two leave its payroll, and their names stand in the row."""
    with speaking("vi"):
        table = surplus_table(plan, Names(scenario))
    left = [m.person_id for m in plan.moves if m.form == "transfer" and m.from_unit_id != m.to_unit_id]
    assert len(table.rows) == 1
    assert table.rows[0][3:8] == (4, 6, 4, 2, 0)
    assert len(table.rows[0][8].split("; ")) == len(left) == 2


def test_the_first_sheet_says_the_status_before_any_number(book):
    first = [row[0] for row in book["TongHop"].iter_rows(min_row=1, max_row=2, values_only=True)]
    assert first[0].startswith("Phương án") and "TỐI ƯU" in first[1]


def test_a_plan_that_is_not_proven_says_what_is_known(plan):
    goals = (GoalResult("leadership", 9, 4, False, 0.0), GoalResult("specialists", 9, None, False, 0.0))
    with speaking("en"):
        assert "FEASIBLE" in status_words(replace(plan, status=Status.FEASIBLE, goals=goals))
        assert proof(goals[0]) == "not proven: at most 5 better"
        assert "nothing is known" in proof(goals[1])


def test_a_plan_that_spends_a_tolerance_does_not_call_its_value_the_best(plan):
    goals = (GoalResult("leadership", 9, 9, True, 0.0), GoalResult("specialists", 9, 7, True, 0.0))
    spent = replace(plan, goals=goals)
    with speaking("en"):
        words = status_words(spent)
        assert words == "Status: OPTIMAL. Every goal is proven, these within their tolerance: Specialist gaps"
        assert proof(goals[0]) == "proven: no better value exists"
        assert proof(goals[1]) == "proven within its tolerance: 2 above the best value"
    assert repr(spent) == "Plan(OPTIMAL, 6 moves, leadership=9, specialists=9 (bound 7))"


@pytest.mark.parametrize("sheet", SHEETS)
def test_pages_are_a4_landscape_and_as_wide_as_the_paper(book, sheet):
    setup = book[sheet].page_setup
    assert (setup.orientation, int(setup.paperSize), setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert book[sheet].sheet_properties.pageSetUpPr.fitToPage
    assert book[sheet].oddHeader.center.text == "&P/&N"


@pytest.mark.parametrize("sheet", ["PhuongAn", "TruocSau", "ChuaDapUng", "DoiDu"])
def test_lists_keep_their_heading_in_sight_and_filter(book, sheet):
    assert book[sheet].freeze_panes == "A4"
    assert book[sheet].print_title_rows == "$3:$3"
    assert book[sheet].auto_filter.ref.startswith("A3:")


@pytest.mark.parametrize("name", ["=1+1", "+84 91", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_text_is_never_a_formula(scenario, plan, tmp_path, name):
    people = tuple(person.model_copy(update={"name": name}) for person in scenario.people)
    write_workbook(plan, replace(scenario, people=people), tmp_path / "plan.xlsx", "vi")
    cell = load_workbook(tmp_path / "plan.xlsx")["PhuongAn"]["C4"]
    assert (cell.value.strip(), cell.data_type, cell.quotePrefix) == (name.strip(), "s", True)


def test_control_characters_are_left_out(scenario, plan, tmp_path):
    people = tuple(person.model_copy(update={"name": "A\x00\x0bB"}) for person in scenario.people)
    write_workbook(plan, replace(scenario, people=people), tmp_path / "plan.xlsx", "vi")
    assert load_workbook(tmp_path / "plan.xlsx")["PhuongAn"]["C4"].value == "AB"


def test_the_same_plan_is_the_same_file(scenario, plan, tmp_path):
    for name in ("one", "two"):
        write_workbook(plan, scenario, tmp_path / name, "vi")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_in_english_sheets_keep_their_names_and_headings_are_english(scenario, plan, tmp_path):
    write_workbook(plan, scenario, tmp_path / "plan.xlsx", "en")
    book = load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == SHEETS
    assert [cell.value for cell in book["PhuongAn"][3]][:4] == ["Order", "Chain", "Name", "Person"]


def test_which_exempt_case_somebody_is_in_stands_nowhere():
    with speaking("vi"):
        assert flag("exempt") == "không thuộc diện"
        assert flag("fields") == "chưa đạt: Đúng lĩnh vực và ngành của vị trí"


def test_without_a_scenario_ids_stand_for_names(plan):
    table = open_table(plan, Names())
    assert [row[1] for row in table.rows] == [gap.unit_id for gap in plan.gaps]


def test_decisions_leave_a_trace_without_their_reasons(scenario, plan, tmp_path):
    decided = (
        Decision(kind="keep", person_id="an-1", reason="ốm nặng", decided_by="Sở Nội vụ", decided_on=date(2025, 8, 1)),
        Decision(kind="waive", rule="fields", unit_id="an-phu", form="transfer", reason="ốm nặng", decided_by="x"),
    )
    parameters = settings_used(replace(scenario, decisions=decided))
    assert parameters["decisions"][0] == {
        "kind": "keep", "person_id": "an-1", "post_id": None, "unit_id": None, "form": None, "rule": None,
        "decided_by": "Sở Nội vụ", "decided_on": "2025-08-01",
    }  # fmt: skip
    write_workbook(replace(plan, parameters=parameters), scenario, tmp_path / "plan.xlsx", "vi")
    rows = [row[:6] for row in load_workbook(tmp_path / "plan.xlsx")["ThamSo"].iter_rows(values_only=True)]
    at = rows.index(("Các quyết định đã có trước khi lập phương án", *[None] * 5))
    name = next(person.name for person in scenario.people if person.person_id == "an-1")
    assert rows[at + 2][:2] == ("giữ lại", f"{name} (an-1)")
    assert rows[at + 2][4:] == ("Sở Nội vụ", datetime(2025, 8, 1))
    assert rows[at + 3][:4] == ("miễn trừ", "xã An Phú (an-phu)", "điều động", "Đúng lĩnh vực và ngành của vị trí")
    assert "ốm nặng" not in str(rows)


def test_vietnamese_order():
    """Letters come before tones; đ after d, ơ after ô; the order of the tones is huyền, hỏi, ngã, sắc, nặng."""
    words = ["An", "Ân", "Bình", "Chi", "Dung", "Đan", "Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Mai", "Oanh", "Ôn", "Ơn"]
    shuffled = words.copy()
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=vietnamese_key) == words
    assert vietnamese_key("Hòa Bình") < vietnamese_key("Hóa Bình") < vietnamese_key("Hòa Cường")
