"""The meeting's answers: what may be done to the workbook, and what is told of it."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exported import all_words, written
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sampling import first

import optimizer as so
from optimizer.errors import InputError, Problem
from optimizer.plan import Plan
from optimizer.reporting.workbook import write_workbook
from optimizer.scenario.codes import CODES
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.vocabulary import ANSWER
from optimizer.texts import speaking

FIXTURES = Path(__file__).parent / "fixtures" / "answers"
TOP, FIRST, LAST = 4, 5, 10  # rows of the sheet: headings, first and last of the six moves
DECISION, NOTE = "Quyết định của hội nghị", "Ghi chú"
PERSON, FORM, POST = "Mã cán bộ", "Hình thức", "Mã vị trí đến"
SECRET = "mổ tim tháng trước"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="module")
def original(scenario: Scenario, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`plan.xlsx` as it is sent to the meeting."""
    path = tmp_path_factory.mktemp("sent") / "plan.xlsx"
    write_workbook(plan, scenario, path, "vi")
    return path


@pytest.fixture(scope="module")
def sent(original: Path) -> Path:
    """The same workbook with two of its sheets alone, which is read more quickly."""
    book = load_workbook(original)
    for name in {*book.sheetnames} - {"PhuongAn", "CanhBao"}:
        book.remove(book[name])
    book.save(original.with_name("short.xlsx"))
    return original.with_name("short.xlsx")


@pytest.fixture
def edit(sent: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the workbook in which somebody has changed the sheet."""

    def edited(change: Callable[[Worksheet], object]) -> Path:
        book = load_workbook(sent)
        change(book["PhuongAn"])
        book.save(tmp_path / "plan.xlsx")
        return tmp_path / "plan.xlsx"

    return edited


def letter(sheet: Worksheet, heading: str) -> str:
    (cell,) = [cell for cell in sheet[TOP] if cell.value == heading]
    return str(cell.column_letter)


def row_of(sheet: Worksheet, person_id: str) -> int:
    return next(cell.row for cell in sheet[letter(sheet, PERSON)][TOP:] if cell.value == person_id)


def at(sheet: Worksheet, person_id: str, heading: str) -> Any:
    """The cell of a person's row under a heading."""
    return sheet[f"{letter(sheet, heading)}{row_of(sheet, person_id)}"]


def decide(sheet: Worksheet, **by_person: str) -> None:
    """Decisions by person id, `_` for `-`."""
    for person_id, word in by_person.items():
        at(sheet, person_id.replace("_", "-"), DECISION).value = word


def copy_row(sheet: Worksheet, person_id: str, to: int) -> None:
    for cell in sheet[row_of(sheet, person_id)]:
        sheet.cell(to, cell.column).value = cell.value


def told(path: Path, plan: Plan) -> tuple[Problem, ...]:
    """The problems for which the workbook is refused."""
    with pytest.raises(InputError) as caught:
        so.read_answers(path, plan)
    return caught.value.problems


def decisions(answers: so.Answers) -> dict[str, str]:
    return {answer.person_id: answer.decision for answer in answers.rows}


class TestTheSheet:
    def test_each_row_has_two_cells_to_fill_in_which_choose_from_the_list(self, original: Path) -> None:
        sheet = load_workbook(original)["PhuongAn"]
        (rule,) = sheet.data_validations.dataValidation
        assert (rule.type, rule.formula1) == ("list", '"đồng ý,không đồng ý,giữ lại,đổi người"')
        assert str(rule.sqref) == f"{letter(sheet, DECISION)}{FIRST}:{letter(sheet, DECISION)}{LAST}"
        cells = [sheet[f"{letter(sheet, name)}{row}"] for name in (DECISION, NOTE) for row in range(FIRST, LAST + 1)]
        assert {cell.value for cell in cells} == {None}
        assert {cell.fill.fgColor.rgb for cell in cells} == {"00FFF8D6"}
        assert sheet["A5"].fill.fill_type is None

    def test_somebody_who_protects_the_sheet_can_still_fill_it_in(self, original: Path) -> None:
        sheet = load_workbook(original)["PhuongAn"]
        row = {cell.column_letter: cell.protection.locked for cell in sheet[FIRST]}
        assert {column for column, locked in row.items() if not locked} == {
            letter(sheet, DECISION), letter(sheet, NOTE),
        }  # fmt: skip

    def test_a_line_under_the_title_says_how(self, original: Path) -> None:
        words = load_workbook(original)["PhuongAn"]["A2"].value
        assert all(ANSWER.label(code, "vi") in words for code in ANSWER)
        assert "staffing replan" in words
        assert all(name in words for name in (PERSON, FORM, POST))

    def test_it_is_printed(self, original: Path) -> None:
        sheet = load_workbook(original)["PhuongAn"]
        assert sheet.print_area.endswith(f"${letter(sheet, NOTE)}${LAST}")

    def test_no_other_sheet_is_filled_in(self, original: Path) -> None:
        sheets = load_workbook(original).worksheets
        assert [sheet.title for sheet in sheets if sheet.data_validations.dataValidation] == ["PhuongAn"]

    @pytest.mark.parametrize("form", ["csv", "json", "html", "docx"])
    def test_formats_that_nobody_fills_in_do_not_ask(
        self, scenario: Scenario, plan: Plan, tmp_path: Path, form: str
    ) -> None:
        words = all_words(written(plan, scenario, tmp_path, form, language="vi"))
        assert DECISION not in words
        assert "ô nền vàng" not in words

    def test_the_workbook_does(self, scenario: Scenario, plan: Plan, tmp_path: Path) -> None:
        words = all_words(written(plan, scenario, tmp_path, "xlsx", language="vi"))
        assert DECISION in words
        assert "ô nền vàng" in words

    def test_masked_ids_cannot_be_read_back_and_are_not_asked_about(
        self, scenario: Scenario, plan: Plan, tmp_path: Path
    ) -> None:
        write_workbook(plan, scenario, tmp_path / "plan.xlsx", "vi", mask_ids=True)
        assert DECISION not in all_words(tmp_path / "plan.xlsx")
        (problem,) = told(tmp_path / "plan.xlsx", plan)
        assert (problem.code, problem.cell) == ("E702", "D4")


class TestWords:
    def test_nothing_filled_in_is_no_answer(self, original: Path, plan: Plan) -> None:
        assert so.read_answers(original, plan) == so.Answers((), ())

    def test_an_answer_has_the_ids_of_its_row_the_note_and_the_cell(
        self, edit: Callable[..., Path], plan: Plan
    ) -> None:
        def change(sheet: Worksheet) -> None:
            decide(sheet, so_4="đổi người")
            at(sheet, "so-4", NOTE).value = f"{SECRET}\nhỏi lại "

        (answer,) = so.read_answers(edit(change), plan).rows
        assert (answer.person_id, answer.to_post_id, answer.form) == ("so-4", "binh-son.it", "secondment")
        assert (answer.decision, answer.note) == ("replace", f"{SECRET}\nhỏi lại")
        assert (answer.place.file, answer.place.row, answer.place.cell) == ("plan.xlsx [PhuongAn]", 7, "P7")

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("đồng ý", "accept"), ("không đồng ý", "refuse"), ("giữ lại", "keep"), ("đổi người", "replace"),
            ("agreed", "accept"), ("not agreed", "refuse"), ("stays", "keep"), ("someone else", "replace"),
            ("accept", "accept"), ("refuse", "refuse"), ("keep", "keep"), ("replace", "replace"),
            ("  KHÔNG\u00a0 Đồng Ý ", "refuse"), (unicodedata.normalize("NFD", "Giữ lại"), "keep"),
            ("đổi ngươì", "replace"), ("agree", "accept"), ("disagree", "refuse"),
        ],
    )  # fmt: skip
    def test_words_match_whatever_their_case_form_spaces_and_place_of_the_tone(
        self, edit: Callable[..., Path], plan: Plan, typed: str, code: str
    ) -> None:
        answers = so.read_answers(edit(lambda sheet: decide(sheet, an_5=typed)), plan)
        assert (decisions(answers), answers.warnings) == ({"an-5": code}, ())

    def test_other_words_are_told_all_at_once_with_the_nearest(self, edit: Callable[..., Path], plan: Plan) -> None:
        path = edit(lambda sheet: decide(sheet, an_6="Dong y", an_5="đồng ý", so_4="để sau", binh_3="giử lại"))
        problems = told(path, plan)
        assert [(p.code, p.cell, p.column, p.value) for p in problems] == [
            ("E202", "P5", DECISION, "Dong y"),
            ("E202", "P7", DECISION, "để sau"),
            ("E202", "P10", DECISION, "giử lại"),
        ]
        assert [str(p.mend) for p in problems] == [
            "Did you mean 'accept' (đồng ý)?",
            "Use one of: agreed, not agreed, stays, someone else",
            "Did you mean 'keep' (giữ lại)?",
        ]

    @pytest.mark.parametrize("typed", ["chưa đồng ý", "k đồng ý", "đồng ý nhưng để sau"])
    def test_a_word_that_may_turn_the_meaning_round_is_not_left_out_by_the_guess(
        self, edit: Callable[..., Path], plan: Plan, typed: str
    ) -> None:
        (problem,) = told(edit(lambda sheet: decide(sheet, an_6=typed)), plan)
        assert str(problem.mend) == "Use one of: agreed, not agreed, stays, someone else"


class TestWhatMayBeDone:
    """Rows and columns may be moved, hidden, copied, added and deleted: the answers stay what they were."""

    FOUR = {"binh-2": "keep", "an-5": "refuse", "an-6": "accept", "so-4": "replace"}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("file", "gone"),
        [("sorted-by-libreoffice.xlsx", 0), ("copied-by-libreoffice.ods", 1), ("copied-by-libreoffice.xlsx", 1)],
    )
    def test_what_libreoffice_altered_reads(self, plan: Plan, file: str, gone: int) -> None:
        answers = so.read_answers(FIXTURES / file, plan)
        assert decisions(answers) == self.FOUR
        assert {answer.person_id: answer.note for answer in answers.rows if answer.note} == {
            "an-5": "Xin xem xét lại\nvào quý sau"
        }
        assert [str(warning.message) for warning in answers.warnings] == [
            "1 of 6 moves of the plan have no row: nothing is decided on them"
        ] * gone

    @pytest.mark.filterwarnings("ignore:.* extension is not supported")
    def test_the_stored_workbook_really_hides_rows(self) -> None:
        """Or the story above would not show that hidden rows count."""
        sheet = load_workbook(FIXTURES / "sorted-by-libreoffice.xlsx")["PhuongAn"]
        hidden = {row for row, dimension in sheet.row_dimensions.items() if dimension.hidden}
        assert {sheet[f"D{row}"].value for row in hidden} == {"so-4", "binh-3", "binh-2", "dong-4"}

    @pytest.mark.parametrize("seed", first(8, range(40)))
    def test_any_order_of_rows_and_columns(self, sent: Path, plan: Plan, tmp_path: Path, seed: int) -> None:
        """Rows and columns are shuffled, some columns that are not needed left out and others added, rows put above."""
        draw = random.Random(seed)
        sheet = load_workbook(sent)["PhuongAn"]
        decide(sheet, **{move.person_id.replace("-", "_"): draw.choice(["", *ANSWER]) for move in plan.moves})
        expected = {
            str(at(sheet, move.person_id, PERSON).value): at(sheet, move.person_id, DECISION).value
            for move in plan.moves
            if at(sheet, move.person_id, DECISION).value
        }
        heading, *rows = sheet.iter_rows(min_row=TOP, max_row=LAST, values_only=True)
        needed = {PERSON, FORM, POST, DECISION}
        places = [k for k, name in enumerate(heading) if name in needed or draw.random() < 0.5]
        draw.shuffle(places)
        draw.shuffle(rows)
        book = Workbook()
        (target,) = book.worksheets
        target.title = draw.choice(["PhuongAn", "phương án", "Họp ngày 3"])
        for k in range(draw.randrange(4)):
            target.append([f"dòng {k}"])
        disguise = draw.choice([str.upper, str.lower, lambda text: text.replace(" ", "  "), str])
        target.append([disguise(str(heading[k])) for k in places] + ["Thêm"])
        for row in rows:
            target.append([row[k] for k in places] + ["x"])
            if draw.random() < 0.3:
                target.append([])
        book.save(tmp_path / "back.xlsx")
        answers = so.read_answers(tmp_path / "back.xlsx", plan)
        assert (decisions(answers), answers.warnings) == (expected, ())

    def test_in_english(self, scenario: Scenario, plan: Plan, tmp_path: Path) -> None:
        write_workbook(plan, scenario, tmp_path / "plan.xlsx", "en")
        book = load_workbook(tmp_path / "plan.xlsx")
        sheet = book["PhuongAn"]
        (decision,) = [cell.column for cell in sheet[TOP] if cell.value == "Decision"]
        sheet.cell(FIRST, decision).value = "Not agreed"
        book.save(tmp_path / "plan.xlsx")
        answers = so.read_answers(tmp_path / "plan.xlsx", plan)
        assert (decisions(answers), answers.warnings) == ({"an-6": "refuse"}, ())

    def test_a_row_that_was_copied_counts_once(self, edit: Callable[..., Path], plan: Plan) -> None:
        """Below the table, with the same answer, and one copied before anybody had answered."""

        def change(sheet: Worksheet) -> None:
            copy_row(sheet, "an-5", LAST + 1)
            decide(sheet, an_5="giữ lại")
            copy_row(sheet, "an-5", LAST + 2)

        answers = so.read_answers(edit(change), plan)
        assert (decisions(answers), answers.warnings) == ({"an-5": "keep"}, ())
        assert answers.rows[0].place.row == 6

    def test_deleted_rows_are_counted(self, edit: Callable[..., Path], plan: Plan) -> None:
        def change(sheet: Worksheet) -> None:
            decide(sheet, an_6="đồng ý")
            sheet.delete_rows(FIRST + 2, 2)

        answers = so.read_answers(edit(change), plan)
        (warning,) = answers.warnings
        assert decisions(answers) == {"an-6": "accept"}
        assert (warning.code, warning.file) == ("W701", "plan.xlsx")
        assert str(warning.message).startswith("2 of 6 moves")

    def test_lines_for_people_are_passed_over_and_told(self, edit: Callable[..., Path], plan: Plan) -> None:
        """A total, a signature, the headings once more, and a row of remarks in columns that are not read."""

        def change(sheet: Worksheet) -> None:
            decide(sheet, an_6="đồng ý")
            for cell in sheet[TOP]:
                sheet.cell(LAST + 1, cell.column).value = cell.value
            copy_row(sheet, "an-5", LAST + 2)
            for column in range(6, 11):
                sheet.cell(FIRST, column).value = sheet.cell(LAST + 3, column).value = "xem xét"
            sheet[f"B{LAST + 4}"] = "Tổng cộng"
            sheet[f"C{LAST + 6}"] = "Người ký"

        answers = so.read_answers(edit(change), plan)
        assert decisions(answers) == {"an-6": "accept"}
        assert [(warning.code, warning.row) for warning in answers.warnings] == [
            ("W702", LAST + 3), ("W607", LAST + 4), ("W608", LAST + 6),
        ]  # fmt: skip

    def test_a_plan_without_moves_has_no_answers(self, scenario: Scenario, plan: Plan, tmp_path: Path) -> None:
        empty = replace(plan, moves=())
        write_workbook(empty, scenario, tmp_path / "plan.xlsx", "vi")
        assert so.read_answers(tmp_path / "plan.xlsx", empty) == so.Answers((), ())


class TestWhatIsRefused:
    def test_two_answers_on_one_move_name_both_cells(self, edit: Callable[..., Path], plan: Plan) -> None:
        def change(sheet: Worksheet) -> None:
            decide(sheet, an_5="giữ lại")
            copy_row(sheet, "an-5", LAST + 1)
            sheet[f"{letter(sheet, DECISION)}{LAST + 1}"] = "đồng ý"

        (problem,) = told(edit(change), plan)
        assert (problem.code, problem.cell, problem.column) == ("E705", "P11", DECISION)
        assert str(problem.message) == "an-5: 'agreed' here and 'stays' in cell P6 of plan.xlsx [PhuongAn]"

    def test_a_copy_of_the_sheet_is_read_too(self, sent: Path, plan: Plan, tmp_path: Path) -> None:
        book = load_workbook(sent)
        copy = book.copy_worksheet(book["PhuongAn"])
        copy.sheet_state = "hidden"
        decide(book["PhuongAn"], an_5="giữ lại")
        decide(copy, an_5="đồng ý", so_4="đồng ý")
        book.save(tmp_path / "plan.xlsx")
        (problem,) = told(tmp_path / "plan.xlsx", plan)
        assert (problem.code, problem.file, problem.cell) == ("E705", f"plan.xlsx [{copy.title}]", "P6")

    def test_somebody_whom_the_plan_does_not_move(self, edit: Callable[..., Path], plan: Plan) -> None:
        """With an answer it is an error; without one a row that somebody added is told."""

        def change(sheet: Worksheet, decision: str | None) -> None:
            decide(sheet, so_4="đồng ý")
            copy_row(sheet, "so-4", LAST + 1)
            sheet[f"{letter(sheet, PERSON)}{LAST + 1}"] = "so-44"
            sheet[f"{letter(sheet, DECISION)}{LAST + 1}"] = decision

        (problem,) = told(edit(lambda sheet: change(sheet, "giữ lại")), plan)
        assert (problem.code, problem.cell, problem.value) == ("E703", "D11", "so-44")
        assert str(problem.mend) == "Did you mean 'so-4'?"
        answers = so.read_answers(edit(lambda sheet: change(sheet, None)), plan)
        assert decisions(answers) == {"so-4": "accept"}
        assert [(warning.code, warning.cell) for warning in answers.warnings] == [("W702", "D11")]

    def test_another_post_or_form_than_the_plan(self, edit: Callable[..., Path], plan: Plan) -> None:
        """Whether or not the row has an answer: what was typed is not lost in silence."""

        def change(sheet: Worksheet) -> None:
            decide(sheet, so_4="đồng ý")
            at(sheet, "so-4", POST).value = "binh-son.land"
            at(sheet, "an-6", FORM).value = "biệt phái"

        problems = told(edit(change), plan)
        assert [(p.code, p.cell, p.column) for p in problems] == [("E704", "E5", FORM), ("E704", "AH7", POST)]
        assert str(problems[0].message) == "the plan moves an-6 by transfer"
        assert str(problems[1].message) == "the plan moves so-4 into binh-son.it"
        assert "choose 'someone else' or 'not agreed'" in str(problems[1].mend)

    def test_the_workbook_of_another_plan(self, sent: Path, plan: Plan) -> None:
        other = [move.model_copy(update={"to_post_id": f"{move.to_post_id}.x"}) for move in plan.moves]
        problems = told(sent, replace(plan, moves=tuple(other)))
        assert [problem.code for problem in problems] == ["E704"] * 6

    @pytest.mark.parametrize("heading", [PERSON, FORM, POST, DECISION])
    def test_a_column_that_is_needed(self, edit: Callable[..., Path], plan: Plan, heading: str) -> None:
        def delete(sheet: Worksheet) -> None:
            sheet.delete_cols(next(cell.column for cell in sheet[TOP] if cell.value == heading))

        def misname(sheet: Worksheet) -> None:
            sheet[f"{letter(sheet, heading)}{TOP}"] = heading[:-1] + "x"

        lost = told(edit(delete), plan)
        assert [problem.code for problem in lost if problem.column == heading] == ["E110"]
        (problem,) = told(edit(misname), plan)
        assert (problem.code, problem.row, str(problem.mend)) == ("E111", TOP, f"Did you mean '{heading}'?")

    def test_a_copy_without_all_its_ids_is_not_passed_over(self, sent: Path, plan: Plan, tmp_path: Path) -> None:
        """Beside the whole sheet; a summary by form, which has no ids, is none of it."""
        book = load_workbook(sent)
        copy = book.copy_worksheet(book["PhuongAn"])
        decide(copy, an_5="đồng ý")
        copy[f"{letter(copy, PERSON)}{TOP}"] = "Xóa"
        summary = book.create_sheet("Tổng hợp kết luận")
        for row in ([FORM, DECISION, "Số người"], ["điều động", "đồng ý", 2]):
            summary.append(row)
        book.save(tmp_path / "plan.xlsx")
        (problem,) = told(tmp_path / "plan.xlsx", plan)
        assert (problem.code, problem.file, problem.column) == ("E110", f"plan.xlsx [{copy.title}]", PERSON)

    def test_a_decision_without_a_person(self, edit: Callable[..., Path], plan: Plan) -> None:
        problems = told(edit(lambda sheet: sheet.__setitem__(f"P{LAST + 2}", "đồng ý")), plan)
        assert {(problem.code, problem.row) for problem in problems} == {("E201", LAST + 2)}

    def test_merged_decisions(self, edit: Callable[..., Path], plan: Plan) -> None:
        """Only the first of the cells holds the word; a merge in a column that is not read disturbs nothing."""

        def change(sheet: Worksheet) -> None:
            decide(sheet, an_5="đồng ý")
            sheet.merge_cells("P6:P8")
            sheet.merge_cells("B6:B8")

        (problem,) = told(edit(change), plan)
        assert (problem.code, problem.cell) == ("E215", "P6:P8")

    def test_a_formula_whose_value_is_not_stored(self, edit: Callable[..., Path], plan: Plan) -> None:
        (problem,) = told(edit(lambda sheet: decide(sheet, an_5="=P5")), plan)
        assert (problem.code, problem.cell) == ("E213", "P6")

    def test_headings_that_were_sorted_among_the_rows(self, edit: Callable[..., Path], plan: Plan) -> None:
        def change(sheet: Worksheet) -> None:
            headings = [cell.value for cell in sheet[TOP]]
            copy_row(sheet, "an-5", TOP)
            for column, text in enumerate(headings, start=1):
                sheet.cell(FIRST + 1, column).value = text

        problems = told(edit(change), plan)
        assert [(problem.code, problem.row) for problem in problems] == [("E123", TOP), ("E123", FIRST)]

    def test_no_such_sheet(self, original: Path, plan: Plan, tmp_path: Path) -> None:
        book = load_workbook(original)
        book.remove(book["PhuongAn"])
        book.save(tmp_path / "plan.xlsx")
        (problem,) = told(tmp_path / "plan.xlsx", plan)
        assert (problem.code, problem.file) == ("E701", "plan.xlsx")
        assert DECISION in str(problem.message)

    def test_files_that_are_no_workbook(self, plan: Plan, tmp_path: Path) -> None:
        (tmp_path / "plan.xlsx").write_text("x")
        assert [problem.code for problem in told(tmp_path / "plan.xlsx", plan)] == ["E118"]
        assert [problem.code for problem in told(tmp_path / "other.xlsx", plan)] == ["E101"]


class TestNotes:
    def test_a_note_alone_decides_nothing_and_is_told(self, edit: Callable[..., Path], plan: Plan) -> None:
        answers = so.read_answers(edit(lambda s: setattr(at(s, "an-5", NOTE), "value", SECRET)), plan)
        assert answers.rows == ()
        assert [(warning.code, warning.cell) for warning in answers.warnings] == [("W703", "P6")]

    def test_notes_of_copied_rows_come_together(self, edit: Callable[..., Path], plan: Plan) -> None:
        def change(sheet: Worksheet) -> None:
            decide(sheet, an_5="giữ lại")
            at(sheet, "an-5", NOTE).value = "một"
            copy_row(sheet, "an-5", LAST + 1)
            copy_row(sheet, "an-5", LAST + 2)
            sheet[f"{letter(sheet, NOTE)}{LAST + 2}"] = "hai"

        assert [answer.note for answer in so.read_answers(edit(change), plan).rows] == ["một; hai"]

    def test_a_note_stands_in_no_message(self, edit: Callable[..., Path], plan: Plan) -> None:
        """In every row and in lines below the table, where decisions, ids and notes themselves are wrong."""

        def warned(sheet: Worksheet) -> None:
            decide(sheet, an_6="đồng ý")
            for row in (*range(FIRST, LAST + 1), LAST + 2):
                sheet[f"{letter(sheet, NOTE)}{row}"] = SECRET
            copy_row(sheet, "dong-4", LAST + 4)
            sheet[f"{letter(sheet, PERSON)}{LAST + 4}"] = "ai-1"

        def wrong(sheet: Worksheet) -> None:
            warned(sheet)
            decide(sheet, an_6="có", so_4="đồng ý", binh_2="giữ lại")
            copy_row(sheet, "binh-2", LAST + 5)
            sheet[f"{letter(sheet, DECISION)}{LAST + 5}"] = "đồng ý"
            at(sheet, "so-4", POST).value = "x"
            at(sheet, "an-5", NOTE).value = f'=IF(1,"{SECRET}")'

        answers = so.read_answers(edit(warned), plan)
        assert {warning.code for warning in answers.warnings} == {"W608", "W702", "W703"}
        problems = told(edit(wrong), plan)
        assert {problem.code for problem in problems} == {"E202", "E213", "E704", "E705"}
        words = [str(found) + repr(found) for found in (*answers.warnings, *problems)]
        assert [text for text in [*words, repr(answers)] if SECRET in text] == []
        assert answers.rows[0].note == SECRET


def test_every_code_of_answers_is_told_in_a_story() -> None:
    stories = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in CODES if code[1] == "7" and f'"{code}"' not in stories] == []
