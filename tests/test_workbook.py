"""The workbook: what stands on which sheet, that text never computes, and that the same plan is the same file."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from sampling import first

from optimizer.errors import Problem
from optimizer.plan import GoalResult, OpenPost, Status
from optimizer.provenance import settings_used
from optimizer.reporting import reports_for
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.goal_figures import proof
from optimizer.reporting.moved import moves_table
from optimizer.reporting.naming import TIERS, Names, flag
from optimizer.reporting.overview import status_words
from optimizer.reporting.still_open import open_table
from optimizer.reporting.surplus import surplus_table
from optimizer.reporting.workbook import sheet_widths, write_workbook
from optimizer.scenario.schema import Decision
from optimizer.spreadsheet import LETTER_SIZE, printed_scale
from optimizer.texts import Text, speaking

SHEETS = [
    "TongHop", "PhuongAn", "Chuoi", "DeXuat", "TruocSau", "ChuaDapUng", "LapTamThoi", "LinhVuc", "DoiDu", "CanhBao",
    "ThamSo",
]  # fmt: skip
TOP = {"PhuongAn": 4, "Chuoi": 5, "DeXuat": 5, "TruocSau": 4, "ChuaDapUng": 3}  # headings of sheets with one table


@pytest.fixture(scope="module")
def book(scenario, plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    write_workbook(plan, scenario, path, "vi")
    return load_workbook(path)


def _rows(sheet):
    """The table under a sheet's title as one dictionary per row."""
    headings, *rows = sheet.iter_rows(min_row=TOP[sheet.title], values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_sheets_in_their_order(book):
    assert book.sheetnames == SHEETS


def test_every_move_stands_in_words(book, plan, scenario):
    rows = _rows(book["PhuongAn"])
    moves = {move.person_id: move for move in plan.moves}
    names = {person.person_id: person.name for person in scenario.people}
    assert len(rows) == len(plan.moves)
    assert all(row["Họ và tên"] == names[row["Mã cán bộ"]] for row in rows)
    assert {row["Hình thức"] for row in rows} == {"điều động", "biệt phái", "bố trí nội bộ"}
    assert all(row["Điểm xáo trộn"] == moves[row["Mã cán bộ"]].points for row in rows)
    assert [row["STT"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["Thứ tự thực hiện"] for row in rows] == [moves[row["Mã cán bộ"]].order for row in rows]
    assert [row["Thứ tự thực hiện"] for row in rows] != [1, 2, 3, 4, 5, 6]  # or the test could not tell them apart


def test_a_term_ends_on_its_last_day_and_who_stays_in_the_unit_travels_no_kilometre(book, plan):
    """Six months from 1 September 2025 end with 28 February 2026; three of the six moves are within a unit."""
    rows = _rows(book["PhuongAn"])
    assert {row["Hình thức"]: row["Đến hết ngày"] for row in rows} == {
        "biệt phái": datetime(2026, 2, 28), "điều động": None, "bố trí nội bộ": None,
    }  # fmt: skip
    km = {row["Họ và tên"]: row["Km"] for row in rows}
    assert [km[name] for name in ("Hoàng Quốc Huy", "Thái Bá Tùng", "Cao Thị Linh", "Lô Thị Mai")] == [
        80,
        85,
        None,
        None,
    ]


def test_moves_stand_by_deciding_body_then_destination_then_name(book):
    rows = [(row["Thẩm quyền"], row["Nơi đến"], row["Họ và tên"]) for row in _rows(book["PhuongAn"])]
    assert rows == [
        ("Ban Thường vụ Tỉnh ủy", "xã Cẩm Khê", "Đặng Hữu Nam"),
        ("Sở Nội vụ", "xã Bình Sơn", "Hoàng Quốc Huy"),
        ("Sở Nội vụ", "xã Bình Sơn", "Thái Bá Tùng"),
        ("Sở Nội vụ", "xã Đồng Tiến", "Cao Thị Linh"),
        ("Chủ tịch UBND xã", "xã Bình Sơn", "Lô Thị Mai"),
        ("Chủ tịch UBND xã", "xã Bình Sơn", "Lương Văn Tú"),
    ]


def test_each_deciding_body_begins_under_a_line_and_no_row_is_merged(book):
    """Rows 6 and 9 begin the second and the third body; a page with six rows has room for all three."""
    sheet = book["PhuongAn"]
    assert list(sheet.row_breaks.brk) == []
    assert [at for at in range(5, 11) if sheet.cell(at, 1).border.top.style == "medium"] == [6, 9]
    above = sorted(
        area.coord for area in sheet.merged_cells.ranges
    )  # the title and how to answer, above heading and rows
    assert above == ["A1:Q1", "A2:Q2"]


def test_a_deciding_body_begins_a_page_where_more_than_half_of_the_last_is_filled(scenario, plan, tmp_path):
    """2, 6 and 4 rows: the second body begins in row 7, high on the page, the third in row 13, low on it."""
    write_workbook(replace(plan, moves=plan.moves * 2), scenario, tmp_path / "plan.xlsx", "vi")
    sheet = load_workbook(tmp_path / "plan.xlsx")["PhuongAn"]
    assert [mark.id + 1 for mark in sheet.row_breaks.brk] == [13]
    assert [at for at in range(5, 17) if sheet.cell(at, 1).border.top.style == "medium"] == [7, 13]


def test_rows_are_as_high_as_what_is_printed_takes(scenario, plan, tmp_path):
    """What stands on the screen alone, here a reason as long as a page, makes no row higher."""
    heights = []
    for name in ("short", "long " * 400):
        moves = (plan.moves[0].model_copy(update={"reason": name}), *plan.moves[1:])
        write_workbook(replace(plan, moves=moves), scenario, tmp_path / "plan.xlsx", "vi")
        sheet = load_workbook(tmp_path / "plan.xlsx")["PhuongAn"]
        heights.append([sheet.row_dimensions[row].height for row in range(5, 11)])
    assert heights[0] == heights[1]


def test_a_plan_without_moves_says_so_in_one_line(scenario, plan, tmp_path):
    write_workbook(replace(plan, moves=()), scenario, tmp_path / "plan.xlsx", "vi")
    sheet = load_workbook(tmp_path / "plan.xlsx")["PhuongAn"]
    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.value] == [
        "Danh sách điều động, biệt phái, bố trí: 0 người",
        "Không có.",
    ]


def test_words_in_short_on_paper_stand_in_full_on_the_screen(book):
    (row,) = [row for row in _rows(book["PhuongAn"]) if row["Hình thức"] == "biệt phái"]
    assert (row["Căn cứ (viết tắt)"], row["Căn cứ"]) == ("Điều 26 NĐ 170/2025", "Nghị định 170/2025/NĐ-CP, Điều 26")
    assert row["Thống nhất của"].startswith("nơi đi; nơi đến")
    assert row["Ý kiến thống nhất"].startswith("cơ quan, đơn vị cử đi; cơ quan, đơn vị tiếp nhận")
    assert row["Thời hạn"] == "01/09/2025 - 28/02/2026"


def test_moves_without_a_deciding_body_stand_last(scenario, plan):
    unnamed = plan.moves[3].model_copy(update={"decided_by": None})
    moves = tuple(unnamed if move.person_id == unnamed.person_id else move for move in plan.moves)
    with speaking("vi"):
        table = moves_table(replace(plan, moves=moves), Names(scenario))
    assert [row[1] for row in table.rows].index("") == len(table.rows) - 1


def test_the_gap_that_a_move_fills_is_told(book):
    gaps = {row["Họ và tên"]: row["Chỗ trống được lấp"] for row in _rows(book["PhuongAn"])}
    assert gaps["Thái Bá Tùng"] == "chuyên môn: công nghệ thông tin"
    assert gaps["Lô Thị Mai"].startswith("lãnh đạo, quản lý")
    assert gaps["Lương Văn Tú"] == "vị trí của Lô Thị Mai"


def test_before_and_after_has_a_row_per_quota_row(book, plan):
    rows = _rows(book["TruocSau"])
    assert len(rows) == len(plan.units)
    assert sum(row["Thiếu sau"] for row in rows) == sum(max(0, u.quota - u.strength_after) for u in plan.units)


def test_open_seats_stand_with_their_reason(book, plan):
    *rows, note = _rows(book["ChuaDapUng"])
    assert [row["Mã vị trí"] for row in rows] == [gap.post_id for gap in plan.gaps]
    assert all(row["Lý do"] for row in rows)
    assert [row["Hướng khác"] for row in rows] == ["tuyển dụng"]
    assert next(iter(note.values())).startswith("Hướng khác là gợi ý")


def test_a_seat_that_the_plan_itself_opens_is_told(scenario, plan):
    """Nobody else takes the seat that a promotion within the unit leaves: missing before 0, after 1."""
    kept = [move for move in plan.moves if move.to_post_id not in {"binh-son.land", "binh-son.deputy"}]
    seat = {"post_id": "binh-son.deputy", "unit_id": "binh-son", "bloc": "government", "category": "leadership"}
    opened = OpenPost(**seat, fields=(), seats=1, filled=0, gap=1, covered=0, reason="no_candidate")
    with speaking("vi"):
        before = {row[-1]: (row[7], row[8], row[9]) for row in open_table(plan, Names(scenario)).rows}
        told = open_table(replace(plan, moves=tuple(kept), gaps=(*plan.gaps, opened)), Names(scenario))
        table = {row[-1]: (row[7], row[8], row[9]) for row in told.rows}
    assert told.columns[7].heading == "Thiếu trước"
    assert told.note.startswith("Trong đó có 1 chỗ mới phát sinh do chính phương án; lý do ghi ở từng dòng. Hướng khác")
    assert open_table(plan, Names(scenario)).note.startswith("Hướng khác")
    words = "không có người đủ điều kiện; mới phát sinh do bố trí nội bộ"
    assert table["binh-son.deputy"] == (0, 1, words)
    assert {post: row for post, row in table.items() if post != "binh-son.deputy"} == before
    assert all(first >= gap > 0 and "mới phát sinh" not in reason for first, gap, reason in before.values())


def test_surplus_names_those_who_leave(scenario, plan):
    """An Phú has 6 people on 4 quotas; two leave its payroll, and their names stand in the row."""
    with speaking("vi"):
        table = surplus_table(plan, Names(scenario))
    left = [m.person_id for m in plan.moves if m.form == "transfer" and m.from_unit_id != m.to_unit_id]
    assert len(table.rows) == 1
    assert table.rows[0][2:5] == (4, 2, 0)
    assert len(table.rows[0][5].split("; ")) == len(left) == 2


def test_the_first_sheet_says_the_status_before_any_number(book):
    first = [row[0] for row in book["TongHop"].iter_rows(min_row=1, max_row=2, values_only=True)]
    assert first[0].startswith("Phương án") and "TỐI ƯU" in first[1]


def test_every_printed_page_says_the_status(book):
    assert {sheet.oddFooter.left.text for sheet in book.worksheets} == {"Ví dụ bốn xã, 01/09/2025, TỐI ƯU"}


def test_every_sheet_of_a_plan_that_is_not_proven_says_so_under_its_title(scenario, plan, tmp_path):
    goals = (replace(plan.goals[0], proven=False), *plan.goals[1:])
    write_workbook(
        replace(plan, status=Status.FEASIBLE, goals=goals, scenario="x" * 99), scenario, tmp_path / "plan.xlsx", "vi"
    )
    sheets = load_workbook(tmp_path / "plan.xlsx").worksheets
    footers = {sheet.oddFooter.left.text.split(", ", 1)[1] for sheet in sheets}
    assert footers == {"01/09/2025, KHẢ THI, chưa chứng minh là tốt nhất"}
    lines = {sheet["A2"].value for sheet in sheets}
    assert len(lines) == 1
    assert lines.pop().startswith("Trạng thái: KHẢ THI (FEASIBLE)")


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


def test_bars_before_and_after_share_a_scale(book, plan):
    """Communes alone: 2 missing in Bình Sơn and Cẩm Khê before, 1 in Cẩm Khê after; An Phú 2 over its quota before."""
    bars = {}
    for area in book["TruocSau"].conditional_formatting:
        (rule,) = area.rules
        bars[str(area.sqref)] = [(end.type, float(end.val)) for end in rule.dataBar.cfvo]
    last = 4 + len(plan.units) - 1  # the department stands last
    assert bars == {f"{letter}5:{letter}{last}": [("num", 0), ("num", 2)] for letter in "JKMN"}


@pytest.mark.parametrize("sheet", SHEETS)
def test_pages_are_a4_landscape_numbered_and_legible(book, sheet):
    page = book[sheet]
    setup = page.page_setup
    assert (setup.orientation, int(setup.paperSize)) == ("landscape", 9)
    assert page.oddHeader.center.text == "&P/&N"
    assert page.oddFooter.right.text == "&A"
    fits = page.sheet_properties.pageSetUpPr is not None and page.sheet_properties.pageSetUpPr.fitToPage
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 0) if fits else setup.scale * 11 / 100 >= 7.5


@pytest.mark.parametrize("tier", first(1, TIERS))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_letters_on_paper_have_seven_and_a_half_points_or_more(scenario, plan, tier, language):
    with speaking(language):
        sheets = [report(plan, Names(scenario, tier=tier)).to_fill_in() for report in reports_for(tier)]
    sizes = {sheet.name: LETTER_SIZE * printed_scale(sheet_widths(sheet, printed=True)) / 100 for sheet in sheets}
    assert min(sizes.values()) >= 7.5, sizes


@pytest.mark.parametrize("sheet", TOP)
def test_lists_keep_their_heading_in_sight_and_filter(book, sheet):
    top = TOP[sheet]
    assert book[sheet].freeze_panes == f"A{top + 1}"
    assert book[sheet].print_title_rows == f"${top}:${top}"
    assert book[sheet].auto_filter.ref.startswith(f"A{top}:")


@pytest.mark.parametrize("sheet", ["DoiDu", "ThamSo"])
def test_of_several_tables_the_last_repeats_its_heading_and_filters(book, sheet):
    titles = {"DoiDu": "Người chưa có vị trí: được bố trí hay chưa, lý do", "ThamSo": "Thiết lập"}
    (title,) = [cell.row for cell in book[sheet]["A"] if cell.value == titles[sheet]]
    assert book[sheet].print_title_rows == f"${title + 1}:${title + 1}"
    assert book[sheet].auto_filter.ref.startswith(f"A{title + 1}:")
    assert book[sheet].freeze_panes is None


def test_a_list_repeats_its_heading_where_it_has_rows(scenario, plan, tmp_path):
    """Where no move carries a warning, one line below the other tables says so, without a heading."""
    calm = replace(plan, moves=tuple(move.model_copy(update={"flags": ()}) for move in plan.moves))
    write_workbook(calm, scenario, tmp_path / "calm.xlsx", "vi")
    sheet = load_workbook(tmp_path / "calm.xlsx")["CanhBao"]
    assert (list(sheet.row_breaks.brk), sheet.print_title_rows, sheet.auto_filter.ref) == ([], None, None)
    flagged = replace(plan, moves=(plan.moves[0].model_copy(update={"flags": ("consent",)}), *plan.moves[1:]))
    write_workbook(flagged, scenario, tmp_path / "plan.xlsx", "vi")
    sheet = load_workbook(tmp_path / "plan.xlsx")["CanhBao"]
    (heading,) = [cell.row for cell in sheet["A"] if cell.value == "Họ và tên"]
    assert sheet.print_title_rows == f"${heading}:${heading}"
    assert sheet.auto_filter.ref.startswith(f"A{heading}:")


def test_a_list_begins_a_page_where_more_than_half_of_the_last_is_filled(scenario, plan, tmp_path):
    """One unit over its quota leaves room for the people below it; thirty do not."""
    for times, begins in ((1, False), (30, True)):
        write_workbook(replace(plan, units=plan.units * times), scenario, tmp_path / "plan.xlsx", "vi")
        sheet = load_workbook(tmp_path / "plan.xlsx")["DoiDu"]
        (title,) = [cell.row for cell in sheet["A"] if str(cell.value).startswith("Người chưa có vị trí")]
        assert (title in [mark.id + 1 for mark in sheet.row_breaks.brk]) == begins


def test_a_provincial_body_need_not_state_its_posts_and_a_commune_has_people_without_a_seat(scenario, plan, tmp_path):
    """Each of the two has one person who moves and whose post is blank."""
    lost = {"so-4": None, "an-5": None}
    moves = tuple(
        move.model_copy(update={"from_post_id": lost.get(move.person_id, move.from_post_id)}) for move in plan.moves
    )
    write_workbook(replace(plan, moves=moves), scenario, tmp_path / "plan.xlsx", "vi")
    sheet = load_workbook(tmp_path / "plan.xlsx")["PhuongAn"]
    rows = {row["Mã cán bộ"]: row["Vị trí hiện nay"] for row in _rows(sheet)}
    assert (rows["so-4"], rows["an-5"]) == ("chưa khai vị trí", "chưa có vị trí (dôi dư)")


def test_columns_that_are_looked_up_on_the_screen_alone_are_not_printed(book):
    assert book["PhuongAn"].print_area == "'PhuongAn'!$A$1:$Q$10"
    assert [cell.value for cell in book["PhuongAn"][4]][17:] == [
        "Lý do",
        "Từ ngày",
        "Đến hết ngày",
        "Căn cứ",
        "Ý kiến thống nhất",
        "Lưu ý",
        "Được miễn trừ",
        "Ghi nhớ",
        "Hạn báo trước",
        "Thứ tự thực hiện",
        "Chuỗi",
        "Dự bị",
        "Ngang nhau",
        "Km tính điểm",
        "Điểm xáo trộn",
        "Chi phí (nghìn đồng)",
        "Mã vị trí đến",
    ]


RISKY = ("=1+1", "+84 91", "-2", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "=cmd|' /C calc'!A0", "#N/A")


@pytest.mark.parametrize("text", first(2, RISKY))
def test_text_from_anywhere_is_never_a_formula(scenario, plan, tmp_path, text):
    """Names, titles, divisions, units, districts and decisions, on every sheet, for the reader who sees most."""
    risky = replace(
        scenario,
        people=tuple(person.model_copy(update={"name": text}) for person in scenario.people),
        posts=tuple(post.model_copy(update={"title": text, "division": text}) for post in scenario.posts),
        units=tuple(unit.model_copy(update={"name": text, "former_district": text}) for unit in scenario.units),
        decisions=(Decision(kind="keep", person_id="an-1", reason=text, decided_by=text),),
        warnings=(Problem(text, "W506", Text(text), Text(text), 2, text),),
    )
    told = replace(plan, scenario=text, parameters=settings_used(risky), assumptions=(text,))
    write_workbook(told, risky, tmp_path / "plan.xlsx", "vi", tier="planner")
    book = load_workbook(tmp_path / "plan.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [(cell.parent.title, cell.coordinate) for cell in cells if cell.data_type in "fe"] == []
    bare = text.replace("\x00", "")
    found = {cell.parent.title for cell in cells if cell.value == bare and cell.quotePrefix}
    assert found == ({*SHEETS} if bare[0] != "#" else set())


def test_control_characters_are_left_out(scenario, plan, tmp_path):
    people = tuple(person.model_copy(update={"name": "A\x00\x0bB"}) for person in scenario.people)
    write_workbook(plan, replace(scenario, people=people), tmp_path / "plan.xlsx", "vi")
    assert load_workbook(tmp_path / "plan.xlsx")["PhuongAn"]["C5"].value == "AB"


def test_the_same_plan_is_the_same_file(scenario, plan, tmp_path):
    for name in ("one", "two"):
        write_workbook(plan, scenario, tmp_path / name, "vi")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_in_english_sheets_keep_their_names_and_headings_are_english(scenario, plan, tmp_path):
    write_workbook(plan, scenario, tmp_path / "plan.xlsx", "en")
    book = load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == SHEETS
    assert [cell.value for cell in book["PhuongAn"][4]][:4] == ["No.", "Decided by", "Name", "Person id"]


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
        "kind": "keep", "person_id": "an-1", "post_id": None, "unit_id": None, "form": None, "seats": None,
        "rule": None, "decided_by": "Sở Nội vụ", "decided_on": "2025-08-01",
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
