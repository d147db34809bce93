"""The annex for Word: the form of Decree 30/2020, one list per deciding body, rows in Vietnamese order."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from builders import tiny
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from exported import written

import optimizer as so
from optimizer.plan import Baseline, MovedPerson, Plan, Status
from optimizer.provenance import settings_used
from optimizer.reporting.annex import annex, roman, term
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.content import Content, gather
from optimizer.reporting.decree_30 import place_and_day
from optimizer.reporting.naming import Names
from optimizer.reporting.tables import Column, Sheet, Table
from optimizer.scenario.config import Documents
from optimizer.texts import speaking

BODIES = ("standing_committee", "home_affairs", "commune_chair")
UNITS = [{"unit_id": "U1", "name": "Ơn"}, {"unit_id": "U2", "name": "An"}, {"unit_id": "U3", "name": "Đan"}]


@pytest.fixture(scope="module")
def scenario():
    people = [{"person_id": f"d{n:02}", "unit_id": "D", "birth_date": date(1980, 1, n)} for n in range(1, 10)]
    return tiny(
        units=[*UNITS, {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": "it", "unit_id": "U1", "fields": "it"}],
        people=people,
        quotas=[{"unit_id": "U1", "quota": 3}],
    )


@pytest.fixture
def plan(scenario):
    """Nine people of the department, three for each body, one into each of three communes."""
    moves = tuple(
        MovedPerson(
            order=3 * at + to, person_id=f"d{3 * at + to:02}", form="secondment", from_unit_id="D", to_unit_id=f"U{to}",
            to_post_id="it", start=date(2025, 9, 1), end=date(2026, 3, 1), decided_by=body,
            flags=("exempt",) if body == "commune_chair" else (), legal_basis="Nghị định 170/2025/NĐ-CP, Điều 26",
        )
        for at, body in enumerate(BODIES)
        for to in (1, 2, 3)
    )  # fmt: skip
    return Plan(
        Status.OPTIMAL, "tiny", date(2025, 9, 1), (), moves, (), (), {}, Baseline({}, 0, 0.0), {},
        parameters=settings_used(scenario),
    )  # fmt: skip


def document(plan, scenario, tier="leader", language="vi", **documents):
    config = scenario.config.model_copy(update={"documents": Documents(**documents)})
    with speaking(language):
        content = gather(plan, replace(scenario, config=config), tier, mask_ids=False)
        return Document(io.BytesIO(annex(content)))


def lists(found):
    """The tables with lines: one list of rows of cells per annex."""
    tables = [table for table in found.tables if table.style.name == "Table Grid"]
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]


def words(found):
    """All words outside the lists."""
    frames = [cell for table in found.tables if table.style.name != "Table Grid" for cell in table.rows[0].cells]
    return [p.text for p in [*found.paragraphs, *(p for cell in frames for p in cell.paragraphs)] if p.text]


def test_every_body_has_its_annex_on_a_new_page(plan, scenario):
    found = document(plan, scenario)
    assert [text for text in words(found) if text.startswith("Phụ lục")] == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]
    ends = [text.split(" của ")[1] for text in words(found) if text.startswith("(Kèm theo Quyết định số")]
    assert ends == ["Ban Thường vụ Tỉnh ủy)", "Sở Nội vụ)", "Chủ tịch UBND xã (mỗi xã, phường một quyết định riêng))"]
    assert len(found.sections) == 3
    assert [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in found.sections] == ["1"] * 3


def test_one_body_needs_no_number(plan, scenario):
    alone = replace(plan, moves=plan.moves[:3])
    assert not any(text.startswith("Phụ lục") for text in words(document(alone, scenario)))
    assert len(document(alone, scenario).sections) == 1


def test_a_plan_without_moves_is_a_list_without_rows(plan, scenario):
    (rows,) = lists(document(replace(plan, moves=()), scenario))
    assert len(rows) == 1


def test_rows_stand_by_new_unit_in_vietnamese_order(plan, scenario):
    """The communes are An, Đan, Ơn; by code points Đ and Ơ would be the same only by luck, and U2 is not first."""
    for heading, *rows in lists(document(plan, scenario)):
        assert heading == [
            "STT", "Họ và tên", "Ngày sinh", "Đơn vị và chức vụ hiện nay", "Đơn vị và vị trí mới", "Hình thức",
            "Từ ngày", "Thời hạn", "Căn cứ", "Ghi chú",
        ]  # fmt: skip
        assert [row[0] for row in rows] == ["1", "2", "3"]
        units = [row[4].split("\n")[0] for row in rows]
        assert units == ["Xã An", "Xã Đan", "Xã Ơn"] == sorted(units, key=vietnamese_key)
        assert {row[7] for row in rows} == {"6 tháng, đến hết ngày 28/02/2026"}


def test_remarks_never_say_which_case(plan, scenario):
    remarks = [{row[9] for row in rows[1:]} for rows in lists(document(plan, scenario))]
    assert remarks == [{""}, {""}, {"Không thuộc diện"}]


def test_the_page_is_that_of_the_decree(plan, scenario):
    found = document(plan, scenario)
    for section in found.sections:
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(margin.mm) for margin in margins] == [20, 20, 30, 15]
        assert section.different_first_page_header_footer
        assert section.first_page_header.paragraphs[0].text == ""
        assert "PAGE" in section.header._element.xml
        order = [child.tag for child in section._sectPr]  # of the schema, by which Word reads
        assert order.index(qn("w:pgMar")) < order.index(qn("w:pgNumType")) < order.index(qn("w:cols"))
    assert (found.styles["Normal"].font.name, found.styles["Normal"].font.size) == ("Times New Roman", Pt(13))
    fonts = {run.font.name for paragraph in found.paragraphs for run in paragraph.runs}
    assert fonts == {"Times New Roman"}


@pytest.mark.parametrize(("language", "code"), [("vi", "vi-VN"), ("en", "en-GB")])
def test_the_document_says_its_language(plan, scenario, language, code):
    found = document(plan, scenario, language=language)
    assert [mark.get(qn("w:val")) for mark in found.styles.element.iter(qn("w:lang"))] == [code]


def test_headings_repeat_and_rows_stay_whole(plan, scenario):
    for table in (table for table in document(plan, scenario).tables if table.style.name == "Table Grid"):
        assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, False, False, False]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        widths = [cell.width.mm for cell in table.rows[1].cells]
        assert round(sum(widths)) == 252


def test_what_is_not_known_stays_dots_to_fill_in(plan, scenario):
    text = "\n".join(words(document(plan, scenario)))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in text
    assert "............, ngày ...... tháng ...... năm ............" in text
    assert "Số: ......./.........." in text
    assert "Nơi nhận:\n- ....................................;" in text
    assert "Nghệ An" not in text


def test_names_around_the_list_come_from_the_scenario(plan, scenario):
    given = {
        "superior": "UBND tỉnh A", "agency": "Sở B", "place": "A", "dated": date(2025, 2, 3), "signer": "Nguyễn Văn C",
        "signer_title": ("KT. Giám đốc", "Phó Giám đốc"), "recipients": ("Như trên;", "Lưu: VT."),
    }  # fmt: skip
    text = words(document(plan, scenario, **given))
    for line in ("UBND TỈNH A", "SỞ B", "A, ngày 03 tháng 02 năm 2025", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC",
                 "Nguyễn Văn C", "- Như trên;", "- Lưu: VT."):  # fmt: skip
        assert text.count(line) == 3


@pytest.mark.parametrize(
    ("day", "shown"), [(date(2025, 9, 12), "ngày 12 tháng 9"), (date(2025, 10, 1), "ngày 01 tháng 10"),
                       (date(2026, 1, 9), "ngày 09 tháng 01")],
)  # fmt: skip
def test_days_below_10_and_two_months_have_a_leading_0(day, shown):
    with speaking("vi"):
        assert place_and_day(Documents(place="A", dated=day)) == f"A, {shown} năm {day.year}"


def test_the_draft_mark_has_the_status_and_goes_with_it(plan, scenario):
    """One paragraph in each of the three headers: whoever deletes the mark deletes the status."""
    text = words(document(plan, scenario))
    marks = [line for line in text if "DỰ THẢO" in line]
    assert [mark.replace("\N{NO-BREAK SPACE}", "").split("\n")[0] for mark in marks] == ["DỰ THẢO"] * 3
    assert [mark.split("\n")[1].startswith("Trạng thái: TỐI ƯU") for mark in marks] == [True] * 3
    assert not any("TỐI ƯU" in line for line in text if line not in marks)
    assert text.count("Danh sách này có 03 người.") == 3


def test_a_list_of_ten_has_no_leading_0(plan, scenario):
    many = tuple(plan.moves[0].model_copy(update={"order": n}) for n in range(10))
    assert "Danh sách này có 10 người." in words(document(replace(plan, moves=many), scenario))
    assert "Danh sách này có 09 người." in words(document(replace(plan, moves=many[1:]), scenario))


def test_cells_begin_with_a_capital_letter(plan, scenario):
    cells = [cell for _, *rows in lists(document(plan, scenario)) for row in rows for cell in row[3:] if cell]
    assert {"D\nChưa khai vị trí", "Xã An\nIt", "Biệt phái"} <= {*cells}
    assert [line for cell in cells for line in cell.split("\n") if line != line[:1].upper() + line[1:]] == []


def test_in_english_the_national_header_stays_vietnamese(plan, scenario):
    text = words(document(plan, scenario, language="en"))
    marks = [line for line in text if "DRAFT" in line]
    assert text.count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == len(marks) == text.count("LIST") == 3
    assert "DỰ THẢO" not in "".join(text)


def test_the_public_gets_counts_without_names(plan, scenario):
    found = document(plan, scenario, tier="public")
    text = "\n".join([*words(found), *(cell for rows in lists(found) for row in rows for cell in row)])
    assert "SỐ LIỆU TỔNG HỢP" in text
    assert [person.name for person in scenario.people if person.name in text.split()] == []


def test_a_short_table_of_the_public_stands_on_one_page_with_its_title(scenario):
    """Eleven rows are kept together, every cell with what follows; of twelve the first may stand on another page."""
    columns = (Column("A", 10), Column("B", 10, "whole"))
    tables = tuple(Table(f"{n} rows", columns, tuple((f"r{k}", k) for k in range(n))) for n in (11, 12))
    empty = Plan(Status.OPTIMAL, "tiny", date(2025, 9, 1), (), (), (), (), {}, Baseline({}, 0, 0.0), {})
    content = Content(empty, scenario, Names(scenario, tier="public"), (Sheet("TongHop", "x", tables),), "vi")
    found = Document(io.BytesIO(annex(content)))
    kept = [
        [all(p.paragraph_format.keep_with_next for cell in row.cells for p in cell.paragraphs) for row in table.rows]
        for table in found.tables
        if table.style.name == "Table Grid"
    ]
    assert kept == [[True] * 12, [False] * 11 + [True] * 2]
    titles = [p for p in found.paragraphs if p.text.endswith(" rows")]
    assert [p.paragraph_format.keep_with_next for p in titles] == [True, True]


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        (None, ""),
        (date(2026, 3, 1), "6 tháng, đến hết ngày 28/02/2026"),
        (date(2028, 9, 1), "36 tháng, đến hết ngày 31/08/2028"),
        (date(2025, 9, 20), "đến hết ngày 19/09/2025"),
    ],
)
def test_a_term_is_in_months_to_its_last_day(end, shown):
    with speaking("vi"):
        assert term(date(2025, 9, 1), end) == shown


def test_numbers_of_annexes():
    assert [roman(number) for number in (1, 2, 3, 4, 5, 6, 9, 14, 40)] == [
        "I", "II", "III", "IV", "V", "VI", "IX", "XIV", "XXXX",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["<w:p/>", "A\x00\x0bB", "]]>", "&amp;", "\ud800"])
def test_words_that_mean_something_to_the_format_stay_words(plan, scenario, tmp_path, name):
    people = tuple(person.model_copy(update={"name": name}) for person in scenario.people)
    found = Document(written(plan, replace(scenario, people=people), tmp_path, "docx"))
    clean = "".join(letter for letter in name if letter not in "\x00\x0b\ud800")
    assert {row[1] for rows in lists(found) for row in rows[1:]} == {clean}


def test_a_document_that_is_told_its_day_has_no_other(plan, scenario):
    properties = document(plan, scenario).core_properties
    assert properties.created.date() == properties.modified.date() == plan.date
    assert properties.author == properties.last_modified_by == "staffing-optimizer"


def test_the_product_writes_what_it_solves(tmp_path):
    example = so.read("scenarios/example")
    found = Document(written(so.solve(example), example, tmp_path, "docx"))
    assert sum(len(rows) - 1 for rows in lists(found)) == 6
