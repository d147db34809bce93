"""Two plans against each other: only what differs, each difference once, and status before every number."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from matplotlib.text import Text as Words
from openpyxl import load_workbook
from stories import province

import optimizer as so
from optimizer.cli import main
from optimizer.comparison import PERSON_KINDS, Comparison, GoalChange
from optimizer.errors import UsageError
from optimizer.plan import GoalResult, Plan, Status
from optimizer.provenance import differing_files
from optimizer.reporting.comparison_sheets import comparison_sheets
from optimizer.reporting.figures.changes import draw, whole_of
from optimizer.reporting.figures.page import our_look
from optimizer.reporting.naming import Names
from optimizer.scenario.scenario import InputFile
from optimizer.scenario.schema import Decision
from optimizer.texts import speaking

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"
SECRET = "bệnh nặng"
DECISIONS = f"""kind,person_id,post_id,unit_id,form,rule,reason,decided_by,decided_on
ban,an-6,,,,,{SECRET},UBND tỉnh,2025-09-05
"""
BAN = {"kind": "ban", "person_id": "p1"}


@pytest.fixture
def alone() -> Plan:
    """p1 of B takes A-it, the only open seat."""
    return so.solve(province())


@pytest.fixture
def banned() -> Plan:
    """The same province where p1 may not move: nobody does."""
    return so.solve(province(decisions=[BAN]))


def altered(plan: Plan, **cells: Any) -> Plan:
    """The plan with other cells in its first row."""
    first, *others = plan.moves
    return replace(plan, moves=(first.model_copy(update=cells), *others))


# ---------------------------------------------------------------- the rows


def test_a_plan_differs_in_nothing_from_itself(plan: Plan) -> None:
    found = so.compare(plan, plan)
    assert found.is_empty
    assert found.measured_alike
    assert (found.people, found.posts, found.units, found.settings) == ((), (), (), ())
    assert (found.kept, found.by_kind) == (len(plan.moves), {})
    assert [goal.difference for goal in found.goals] == [0] * len(plan.goals)
    assert repr(found) == "Comparison(OPTIMAL, OPTIMAL: no difference, 6 moves)"


def test_seconds_order_and_figures_that_follow_are_no_difference(plan: Plan) -> None:
    slower = replace(plan, goals=tuple(replace(goal, seconds=goal.seconds + 9, certified=None) for goal in plan.goals))
    assert so.compare(plan, altered(slower, order=6, chain=9, km=1.0, commute_km=1, points=1, cost=1)).is_empty
    assert so.compare(plan, altered(plan, reason="decided")).is_empty  # the row that was agreed is the same row


def test_a_dropped_move_is_told_of_person_post_unit_goal_and_decision(alone: Plan, banned: Plan) -> None:
    """p1 stays in B: A-it stays open, A has 0 of 1, B has 2 on a quota of 1, nothing is missing there."""
    found = so.compare(alone, banned)
    assert [(row.person_id, row.kind, row.differs) for row in found.people] == [("p1", "dropped", ())]
    assert found.people[0].before == alone.moves[0]
    assert found.people[0].after is None
    (post,) = found.rows("posts")
    assert post == {
        "post_id": "A-it", "unit_id": "A", "gap_before": 0, "gap_after": 1, "came_before": ["p1"], "came_after": [],
        "reason": "decided",
    }  # fmt: skip
    units = {row["unit_id"]: row for row in found.rows("units")}
    assert {name: units["A"][name] for name in ("strength_before", "strength_after", "missing_before", "missing_after",
            "shortage_rate_after")} == {"strength_before": 1, "strength_after": 0, "missing_before": 0,
            "missing_after": 1, "shortage_rate_after": 1.0}  # fmt: skip
    assert (units["B"]["payroll_before"], units["B"]["payroll_after"], units["B"]["missing_after"]) == (1, 2, 0)
    assert [(row.part, row.key, row.before) for row in found.settings] == [("decision", "ban", None)]
    assert found.settings[0].after == {"kind": "ban", "person_id": "p1"}
    assert found.measured_alike
    assert {row.name: row.difference for row in found.goals} == {
        goal.name: banned.goal(goal.name).value - goal.value for goal in alone.goals
    }
    assert repr(found).startswith("Comparison(OPTIMAL, OPTIMAL: 0 kept, 1 dropped, coverage +1, specialists +")


def test_the_other_way_round_is_the_mirror(alone: Plan, banned: Plan) -> None:
    there, back = so.compare(alone, banned), so.compare(banned, alone)
    assert [row.kind for row in back.people] == ["added"]
    assert [(row.gap_before, row.gap_after) for row in back.posts] == [(1, 0)]
    assert [row.difference for row in back.goals] == [-(row.difference or 0) for row in there.goals]
    assert (back.settings[0].before, back.settings[0].after) == (there.settings[0].after, None)


@pytest.mark.parametrize(
    ("cells", "kind", "differs"),
    [
        ({"to_post_id": "A-land"}, "other_post", ("to_post_id",)),
        ({"to_post_id": "A-land", "form": "internal"}, "other_post", ("to_post_id", "form")),
        ({"form": "rotation", "start": date(2026, 1, 1)}, "other_form", ("form", "start")),
        ({"end": date(2026, 3, 1)}, "other_dates", ("end",)),
        ({"agreed_by": ("home_affairs",), "decided_by": "home_affairs"}, "other_terms", ("decided_by", "agreed_by")),
        ({"waived": ("rank",)}, "other_terms", ("waived",)),
    ],
)  # fmt: skip
def test_each_kind_of_difference(alone: Plan, cells: dict[str, Any], kind: str, differs: tuple[str, ...]) -> None:
    (row,) = so.compare(alone, altered(alone, **cells)).people
    assert (row.kind, row.differs) == (kind, differs)


def test_the_order_of_codes_in_a_cell_says_nothing(alone: Plan) -> None:
    one, other = altered(alone, flags=("consent", "rank")), altered(alone, flags=("rank", "consent"))
    assert so.compare(one, other).is_empty


def test_a_proof_that_is_lost_is_a_difference_though_the_value_is_the_same(plan: Plan) -> None:
    *first, last = plan.goals
    feasible = replace(plan, status=Status.FEASIBLE, goals=(*first, replace(last, bound=last.value - 5, proven=False)))
    found = so.compare(plan, feasible)
    assert not found.is_empty
    assert [goal.name for goal in found.goals if goal.is_other] == ["disruption"]
    assert found.goals[-1].difference == 0
    assert repr(found) == "Comparison(OPTIMAL, FEASIBLE: 6 kept)"
    with speaking("en"):
        summary, *_ = comparison_sheets(found, Names())
    assert "Status: FEASIBLE" in summary.lines[1]
    assert summary.tables[0].rows[-1][4:6] == ("proven: no better value exists", "not proven: at most 5 better")


def test_a_goal_of_one_plan_alone_is_told_and_has_no_difference() -> None:
    """The order of plan 2 counts; what only plan 1 has comes last."""
    both = {"order": ["leadership", "specialists", "disruption"]}
    less = {"order": ["specialists", "leadership", "moves"]}
    found = so.compare(so.solve(province(goals=both)), so.solve(province(goals=less)))
    assert [goal.name for goal in found.goals] == ["specialists", "leadership", "moves", "disruption"]
    assert [goal.before is None for goal in found.goals] == [False, False, True, False]
    assert [goal.after is None for goal in found.goals] == [False, False, False, True]
    assert [goal.difference for goal in found.goals] == [0, 0, None, None]
    assert "goals.order" in [row.key for row in found.settings]
    assert not found.measured_alike
    with speaking("vi"):
        rows = comparison_sheets(found, Names())[0].tables[0].rows
    assert rows[2][1:5] == (None, 1, None, "phương án này không có mục tiêu này")


def test_settings_files_and_versions_that_differ_are_told(alone: Plan) -> None:
    other = so.solve(province(rules={"rank": {"state": "off"}}, config={"horizon_months": 6}))
    one = replace(alone, inputs=(InputFile("a.csv", "1" * 64), InputFile("b.csv", "2" * 64)), versions={"x": "1"})
    other = replace(other, inputs=(InputFile("a.csv", "3" * 64),), versions={"x": "2"})
    found = so.compare(one, other)
    assert [(row.part, row.key, row.before, row.after) for row in found.settings] == [
        ("setting", "horizon_months", 3, 6),
        ("setting", "rules.rank.state", "flag", "off"),
        ("file", "a.csv", "1" * 64, "3" * 64),
        ("file", "b.csv", "2" * 64, None),
        ("version", "x", "1", "2"),
    ]  # fmt: skip


def test_a_program_of_another_version_measures_alike(alone: Plan) -> None:
    found = so.compare(replace(alone, versions={"x": "1"}), replace(alone, versions={"x": "2"}))
    assert found.measured_alike
    assert not found.is_empty


def test_a_scenario_that_extends_another_differs_in_what_it_says_itself(tmp_path: Path) -> None:
    """Its settings and tables are files of the other one, which stand elsewhere; its twin has people of its own."""
    base, own = tmp_path / "rounds" / "base", tmp_path / "own"
    shutil.copytree(EXAMPLE, base)
    own.mkdir()
    (own / "scenario.toml").write_text('extends = "../rounds/base"\n', encoding="utf-8")
    (own / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    one, other = so.solve(so.read(base)), so.solve(so.read(own))
    found = so.compare(one, other)
    assert [(row.part, row.key, row.before is None) for row in found.settings] == [
        ("decision", "ban", True),
        ("file", "decisions.csv", "decisions.csv" not in {file.name for file in one.inputs}),
    ]
    assert found.measured_alike
    people = (base / "people.csv").read_text(encoding="utf-8")
    (own / "people.csv").write_text(people.replace("\n", "\r\n"), encoding="utf-8", newline="")
    twin = so.compare(one, so.solve(so.read(own)))
    assert [row.key for row in twin.settings if row.part == "file"] == ["people.csv", "decisions.csv"]
    assert not twin.measured_alike


def test_two_files_of_one_name_are_told_once_for_each_that_differs() -> None:
    """The first reads x/a.csv and a.csv, the other a.csv alone, with the content of x/a.csv."""
    one = (InputFile("x/a.csv", "1"), InputFile("a.csv", "2"), InputFile("b.csv", "3"))
    other = (InputFile("a.csv", "1"), InputFile("b.csv", "4"), InputFile("y/b.csv", "5"))
    assert [*differing_files(one, other)] == [("a.csv", "2", None), ("b.csv", "3", "4"), ("b.csv", None, "5")]
    assert [*differing_files(other, one)] == [("b.csv", "4", "3"), ("b.csv", "5", None), ("a.csv", None, "2")]


def test_only_decisions_of_one_plan_are_told_those_of_the_first_before() -> None:
    p0, p1, post = ({"kind": "keep", "person_id": "p0"}, BAN, {"kind": "ban", "post_id": "A-it"})
    one, other = so.solve(province(decisions=[p0, p1])), so.solve(province(decisions=[post, p0]))
    found = so.compare(one, other)
    assert [(row.part, row.before, row.after) for row in found.settings] == [
        ("decision", p1, None), ("decision", None, post),
    ]  # fmt: skip
    assert found.people == ()


def test_plans_of_different_provinces_are_refused(alone: Plan) -> None:
    coded = so.solve(province(config={"province": "40", "name": "Nghệ An"}))
    with pytest.raises(UsageError, match="Nghệ An"):
        so.compare(alone, coded)
    strange = replace(alone, units=tuple(row.model_copy(update={"unit_id": f"x{row.unit_id}"}) for row in alone.units))
    with pytest.raises(UsageError):
        so.compare(alone, strange)


def test_another_name_and_day_of_one_province_are_told(alone: Plan) -> None:
    """The horizon of 3 months is another day, but the same setting."""
    other = so.solve(province(config={"name": "round 2", "date": date(2025, 10, 1)}))
    assert [(row.key, row.before, row.after) for row in so.compare(alone, other).settings][:2] == [
        ("name", "tiny", "round 2"), ("date", "2025-09-01", "2025-10-01"),
    ]  # fmt: skip


def test_frames_have_the_same_columns_with_and_without_rows(alone: Plan, banned: Plan) -> None:
    full, empty = so.compare(alone, banned), so.compare(alone, alone)
    for table in ("goals", "people", "posts", "units", "settings", "bodies"):
        assert list(full.to_frame(table).columns) == list(empty.to_frame(table).columns)
    assert len(full.to_frame()) == 1
    assert full.to_frame("bodies").to_dict("records") == [
        {"body": alone.moves[0].decided_by, "kept": 0, "added": 0, "dropped": 1, "changed": 0}
    ]
    with pytest.raises(UsageError, match="moves"):
        full.to_frame("moves")


@pytest.mark.parametrize(("units", "seed"), [(3, 2), (4, 1), (4, 3)])
def test_whoever_is_not_told_is_treated_alike(units: int, seed: int, tmp_path: Path) -> None:
    """Generated provinces where every second mover is banned: moves kept and people told make up both plans."""
    so.generate(tmp_path / "province", units=units, seed=seed)
    scenario = so.read(tmp_path / "province")
    one = so.solve(scenario)
    bans = tuple(Decision(kind="ban", person_id=move.person_id) for move in one.moves[::2])
    other = so.solve(replace(scenario, decisions=bans))
    found = so.compare(one, other)
    kinds = Counter(row.kind for row in found.people)
    assert kinds["dropped"] >= len(bans) >= 4
    sides = [{move.person_id: (move.form, move.to_post_id) for move in side.moves} for side in (one, other)]
    differ = {person for person in {**sides[0], **sides[1]} if sides[0].get(person) != sides[1].get(person)}
    assert differ <= {row.person_id for row in found.people}
    assert found.kept + len(found.people) - kinds["added"] == len(one.moves)
    assert found.kept + len(found.people) - kinds["dropped"] == len(other.moves)
    assert sum(count.changed for count in found.bodies) == sum(kinds[kind] for kind in PERSON_KINDS[2:])
    gaps = [{row.post_id: row.gap for row in side.gaps} for side in (one, other)]
    told = {row.post_id for row in found.posts}
    assert {post for post in {**gaps[0], **gaps[1]} if gaps[0].get(post, 0) != gaps[1].get(post, 0)} <= told
    assert so.compare(other, one).by_kind.get("added", 0) == kinds["dropped"]


# ---------------------------------------------------------------- words, workbook, picture


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example where the planner forbids an-6 to move, for a reason that nobody else reads."""
    folder = tmp_path_factory.mktemp("second") / "example"
    shutil.copytree(EXAMPLE, folder)
    (folder / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folders(second: Path) -> tuple[Path, Path]:
    """Two plans: of the example, and of the example with the decision."""
    plans = second.parent / "plans"
    for name, place in (("round-1", EXAMPLE), ("round-2", second)):
        so.write_plan(so.solve(so.read(place)), plans / name)
    return plans / "round-1", plans / "round-2"


@pytest.fixture(scope="module")
def found(folders: tuple[Path, Path]) -> Comparison:
    return so.compare(*map(so.show, folders))


def call(*words: object) -> Result:
    return CliRunner().invoke(main, list(map(str, words)), catch_exceptions=False)


def test_the_workbook_holds_only_what_differs(found: Comparison, second: Path, tmp_path: Path) -> None:
    """an-6 was to be vice chair of Cẩm Khê: the seat stays open, An Phú keeps them, Cẩm Khê has one fewer."""
    so.write_comparison(found, tmp_path / "a.xlsx", so.read(second), called=("round-1", "round-2"), language="vi")
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["TongHop", "CanBo", "ViTri", "DonVi", "ThamSo"]
    lines = [book["TongHop"].cell(row, 1).value for row in (1, 2, 3, 4)]
    assert lines[0] == "So sánh hai phương án: Ví dụ bốn xã"
    assert lines[1].startswith("Phương án 1 (round-1, 01/09/2025). Trạng thái: TỐI ƯU (OPTIMAL).")
    assert lines[2].startswith("Phương án 2 (round-2, 01/09/2025). Trạng thái: TỐI ƯU (OPTIMAL).")
    assert lines[3] == (
        "5 lượt điều chuyển giống nhau ở hai phương án; 1 người được bố trí khác nhau (bỏ ở phương án 2: 1)."
    )
    people = [row[:12] for row in book["CanBo"].iter_rows(min_row=5, values_only=True)]
    assert people == [
        (1, "Ban Thường vụ Tỉnh ủy", "bỏ ở phương án 2; quyết định cho phương án 2: cấm", "Đặng Hữu Nam", "an-6",
         "xã An Phú: chưa có vị trí (dôi dư)", "điều động", "xã Cẩm Khê: Phó Chủ tịch UBND xã", "01/09/2025",
         None, "không điều chuyển", None),
    ]  # fmt: skip
    posts = list(book["ViTri"].iter_rows(min_row=5, values_only=True))
    assert posts == [
        ("lãnh đạo, quản lý", "xã Cẩm Khê", "Phó Chủ tịch UBND xã", 0, 1, "Đặng Hữu Nam", None,
         "do quyết định của cơ quan lập phương án: nếu không cấm, giữ lại hoặc chốt thì có người đủ điều kiện",
         "cam-khe.vice"),
    ]  # fmt: skip
    units = {row[0]: row[5:11] for row in book["DonVi"].iter_rows(min_row=5, max_row=6, values_only=True)}
    assert units == {"xã An Phú": (4, 5, 4, 5, 0, 0), "xã Cẩm Khê": (3, 2, 3, 2, 1, 2)}
    assert [row[1] for row in book["ThamSo"].iter_rows(min_row=5, values_only=True)] == ["cấm", "decisions.csv"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.oddFooter.left.text == "Ví dụ bốn xã; 1: TỐI ƯU; 2: TỐI ƯU"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_status_is_cut_off_below_a_page(plan: Plan, tmp_path: Path, language: str) -> None:
    """The format keeps 80 letters; the longest is a long name and two plans that are not proven."""
    *first, last = plan.goals
    feasible = replace(plan, status=Status.FEASIBLE, scenario="N" * 50, goals=(*first, replace(last, proven=False)))
    so.write_comparison(so.compare(feasible, feasible), tmp_path / "a.xlsx", language=language)
    (sheet,) = load_workbook(tmp_path / "a.xlsx")
    word = {"vi": "KHẢ THI, chưa chứng minh", "en": "FEASIBLE, not proven"}[language]
    assert sheet.oddFooter.left.text == f"NNNNNNNNNNNN; 1: {word}; 2: {word}"


def test_settings_are_told_in_words(plan: Plan, scenario: Any) -> None:
    settings = {
        "rules.consent.refusal": "gate",
        "rules.lists.state": "flag",
        "goals.leadership.weights": "{1=9,2=7,3=5,4=3}",
    }
    found = so.compare(plan, so.solve(so.read(EXAMPLE, settings)))
    with speaking("vi"):
        grounds = next(sheet for sheet in comparison_sheets(found, Names(scenario)) if sheet.name == "ThamSo")
    told = {row[1]: row[2:] for row in grounds.tables[0].rows}
    assert told["rules.lists.state"] == ("Có tên trong danh sách của cơ quan cấp tỉnh", "bật", "chỉ lưu ý")
    assert told["rules.consent.refusal"][1:] == ("cảnh báo và tính điểm xáo trộn", "không cho điều chuyển")
    assert told["goals.leadership.weights"][1:] == (
        "cấp 1: 10; cấp 2: 7; cấp 3: 5; cấp 4: 3",
        "cấp 1: 9; cấp 2: 7; cấp 3: 5; cấp 4: 3",
    )
    assert [name for name in told if name.startswith("goals.leadership.weights")] == ["goals.leadership.weights"]


def test_who_has_left_the_data_is_named_by_the_former_scenario(found: Comparison, scenario: Any) -> None:
    less = replace(scenario, people=tuple(row for row in scenario.people if row.person_id != "an-6"))
    for names, shown in ((Names(less), "an-6"), (Names(less, former=scenario), "Đặng Hữu Nam")):
        people = next(sheet for sheet in comparison_sheets(found, names) if sheet.name == "CanBo")
        assert people.tables[0].rows[0][3] == shown


@pytest.mark.parametrize("ending", ["xlsx", "svg", pytest.param("png", marks=pytest.mark.slow)])
def test_the_same_plans_give_the_same_bytes(
    folders: tuple[Path, Path], scenario: Any, tmp_path: Path, ending: str
) -> None:
    paths = [tmp_path / f"{name}.{ending}" for name in ("one", "two")]
    for path in paths:
        so.write_comparison(so.compare(*map(so.show, folders)), path, scenario)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_picture_says_every_number_and_fits_its_page(found: Comparison) -> None:
    with speaking("en"), our_look():
        figure = draw(found, ("round-1", "round-2"))
    said = [artist.get_text() for axes in figure.axes for artist in axes.findobj(Words) if artist.get_text()]
    values = [f"{side.value:,}" for goal in found.goals for side in (goal.before, goal.after) if side is not None]
    assert Counter(values) <= Counter(said)
    page = " ".join(text.get_text() for text in figure.texts)
    assert "Status: OPTIMAL" in page
    assert "the same in both plans: 2" in page
    right = max(text.get_window_extent().x1 for text in figure.findobj(Words)) / figure.dpi
    assert right <= figure.get_size_inches()[0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_words_of_the_picture_cover_others(plan: Plan, folders: tuple[Path, Path], language: str) -> None:
    """The most words there are: one plan proven, the other not, all goals."""
    feasible = replace(plan, status=Status.FEASIBLE, goals=tuple(replace(goal, proven=False) for goal in plan.goals))
    with speaking(language), our_look():
        figure = draw(so.compare(so.show(folders[1]), feasible), ("round-2", "round-1"))
    boxes = sorted((text.get_window_extent() for text in figure.texts if text.get_text()), key=lambda box: -box.y1)
    most = 0.02 * figure.dpi  # inches; letters above and below the line may touch
    assert [upper.y0 for upper, lower in pairwise(boxes) if upper.y0 + most < lower.y1] == []


def test_where_nothing_differs_the_picture_says_so(plan: Plan) -> None:
    with speaking("en"), our_look():
        figure = draw(so.compare(plan, plan), ("", ""))
    assert figure.axes == []
    assert "Nothing differs: both plans make the same 6 moves." in [text.get_text() for text in figure.texts]


def test_a_goal_is_drawn_on_the_scale_of_its_larger_value() -> None:
    def result(value: int) -> GoalResult:
        return GoalResult("leadership", value, value, proven=True, seconds=0.0)

    assert whole_of(GoalChange("leadership", result(0), result(70))) == 70
    assert whole_of(GoalChange("leadership", result(90), result(70))) == 90
    assert whole_of(GoalChange("leadership", None, result(0))) == 1


# ---------------------------------------------------------------- the command line


def test_the_command_tells_the_same_and_writes_both_files(
    folders: tuple[Path, Path], second: Path, tmp_path: Path
) -> None:
    book, picture = tmp_path / "so-sanh.xlsx", tmp_path / "so-sanh.svg"
    shown = call("compare", *folders, "--scenario", second, "--out", book, "--picture", picture)
    assert shown.exit_code == 0
    assert "Phương án 2 (round-2, 01/09/2025). Trạng thái: TỐI ƯU" in shown.output
    assert "Đặng Hữu Nam" in shown.output
    assert f"Đã ghi: {book}" in shown.output
    assert load_workbook(book).sheetnames[0] == "TongHop"
    assert b"<svg" in picture.read_bytes()


def test_the_answer_for_programs_has_the_status_first(folders: tuple[Path, Path]) -> None:
    document = json.loads(call("compare", *folders, "--json").stdout)
    assert next(iter(document)) == "status"
    assert document["status"] == ["OPTIMAL", "OPTIMAL"]
    assert (document["is_empty"], document["kept"], document["files"]) == (False, 5, [])
    assert [(row["person_id"], row["kind"], row["post_id_before"]) for row in document["people"]] == [
        ("an-6", "dropped", "cam-khe.vice")
    ]
    same = json.loads(call("compare", folders[0], folders[0], "--json").stdout)
    assert (same["is_empty"], same["people"], same["settings"]) == (True, [], [])


def test_no_reason_of_a_decision_and_no_exempt_case_is_told(folders: tuple[Path, Path], tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    told = call("compare", *folders, "--out", book).output + call("compare", *folders, "--json").output
    cells = [str(cell) for sheet in load_workbook(book) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "cấm" in cells  # the decision itself is told
    assert SECRET not in told
    assert not any(SECRET in cell for cell in cells)


def test_names_come_from_whichever_scenario_is_still_as_it_was(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """Plan 2's scenario has changed since: plan 1's names them; where neither can be used, the call is refused."""
    round_2 = so.show(folders[1])
    changed = tmp_path / "changed"
    shutil.copytree(EXAMPLE, changed)
    for name, plan in (("moved", replace(round_2, origin=str(changed))), ("lost", replace(round_2, origin="/nowhere"))):
        so.write_plan(plan, tmp_path / name)
        shown = call("compare", folders[0], tmp_path / name, "--lang", "en")
        assert shown.exit_code == 0
        assert "Đặng Hữu Nam" in shown.output
    refused = call("compare", tmp_path / "lost", tmp_path / "moved", "--lang", "en")
    assert refused.exit_code == 2
    assert "is not what the plan was made from" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "a.png"], "the name has to end with .xlsx"),
        (["--picture", "a.xlsx"], "the name has to end with .png, .svg"),
        (["--out", "a"], "the name has to end with .xlsx"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_nothing_is_written(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = call("compare", *folders, "--out", "good.xlsx", *words, "--lang", "en")
    assert (shown.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert said in shown.stderr


def test_a_place_in_the_folder_of_a_plan_is_refused(folders: tuple[Path, Path]) -> None:
    shown = call("compare", *folders, "--out", folders[0] / "a.xlsx", "--lang", "en")
    assert shown.exit_code == 2
    assert "lies in the folder of a plan or scenario" in shown.stderr


def test_plans_of_other_provinces_and_folders_without_a_plan_are_told(
    folders: tuple[Path, Path], alone: Plan, tmp_path: Path
) -> None:
    so.write_plan(alone, tmp_path / "other")
    shown = call("compare", folders[0], tmp_path / "other", "--lang", "en")
    assert (shown.exit_code, "only plans of one province compare" in shown.stderr) == (2, True)
    missing = call("compare", folders[0], tmp_path / "none", "--lang", "en")
    assert (missing.exit_code, "E101" in missing.stderr) == (3, True)


def test_folders_of_one_name_are_called_as_they_were_typed(folders: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(folders[1], tmp_path / "round-1")
    shown = call("compare", folders[0], tmp_path / "round-1", "--scenario", EXAMPLE, "--lang", "en")
    assert f"Plan 2 ({tmp_path / 'round-1'}, 01/09/2025)" in shown.output
