"""What `staffing gaps` and `staffing levers` say: on the screen, as JSON, in the workbook; and what they never say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from stories import province

import optimizer as so
from optimizer.cli import main
from optimizer.errors import UsageError
from optimizer.explaining.changes import Waiver
from optimizer.explaining.misses import PERSONAL, Miss
from optimizer.explaining.unfilled import Elsewhere, Gaps
from optimizer.reporting.gap_sheets import change_words, elsewhere_words, misses_words, sheets_of
from optimizer.reporting.naming import RULE_TITLES, Names
from optimizer.rulebook import RULES
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.writing import write_scenario
from optimizer.starting import SENSITIVE
from optimizer.texts import speaking


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """p1 knows land alone, which refuses them in A; p0 knows nothing and is in exempt case 1."""
    people = {"fields": "land"}
    return province(person=people, config={"changes": {"considered": ["waiver"]}})


@pytest.fixture(scope="module")
def place(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gaps")
    write_scenario(scenario, folder / "scenario")
    read = so.read(folder / "scenario")
    so.write_plan(so.solve(read), folder / "plan")
    return folder


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    return int(end.value.code or 0), capsys.readouterr().out


def test_the_screen_and_the_workbook_tell_reason_counts_and_change(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = place / "con-trong.xlsx"
    code, out = said(capsys, "gaps", place / "plan", "--verify", 0, "--out", book, "--lang", "en")
    assert code == 0
    for words in (
        "Why posts stay open: 1",
        "Staffing plan: ",
        "Status: OPTIMAL",
        "no admissible candidate",
        "waived for p",
    ):
        assert words in " ".join(out.split())
    sheets = load_workbook(book)
    assert sheets.sheetnames == ["LyDo", "ThayDoiNhoNhat"]
    cells = " ".join(
        str(cell.value) for sheet in sheets for row in sheet.rows for cell in row if cell.value is not None
    )
    assert "In the post's field and majors: 2 (2)" in cells
    assert "In the post's field and majors (transfer): p0 10.0 km away, p1 10.0 km away" in cells


def test_the_json_holds_the_same(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = said(capsys, "gaps", place / "plan", "--verify", 0, "--json")
    document = json.loads(out)
    (row,) = document["gaps"]
    assert (code, document["status"]) == (0, "OPTIMAL")
    assert (row["post_id"], row["change"], row["price"], row["certainty"]) == ("A-it", "waiver", 2, "found")
    code, out = said(capsys, "levers", place / "scenario", place / "plan", "--verify", 0, "--json")
    document = json.loads(out)
    assert document["known"] == 2
    assert [(row["posts"], row["price"]) for row in document["levers"]] == [(["A-it"], 2)] * 2


def test_levers_are_told_and_written(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = place / "don-bay.xlsx"
    code, out = said(capsys, "levers", place / "scenario", place / "plan", "--verify", 0, "--most", 1, "--out", book)
    assert (code, load_workbook(book).sheetnames) == (0, ["DonBay"])
    told = " ".join(out.split())
    for words in ("miễn quy tắc", "1 thay đổi đầu trong số 2", "Chưa giải lại: tác động tính khi"):
        assert words in told
    assert "Đã giải lại để kiểm chứng" not in told
    code, out = said(capsys, "levers", place / "scenario", place / "plan", "--verify", 1, "--lang", "en")
    told = " ".join(out.split())
    assert told.index("the strongest first: 2") < told.index("Solved again") < told.index("Not solved again")


def test_the_same_plan_gives_the_same_bytes(place: Path) -> None:
    found = so.gaps(so.show(place / "plan"), verified=0)
    for name in ("one.xlsx", "two.xlsx"):
        so.write_findings(found, place / name, language="vi")
    assert (place / "one.xlsx").read_bytes() == (place / "two.xlsx").read_bytes()
    with pytest.raises(UsageError, match="xlsx"):
        so.write_findings(found, place / "one.csv")


@pytest.mark.parametrize(
    "person",
    [{"exempt": "1"}, {"no_promotion_until": "2026-09-01"}],
)
def test_no_row_tells_which_rule_on_own_circumstances_refuses_whom(person: dict[str, str]) -> None:
    """A head of division is wanted; one sensitive rule refuses p1, a deputy head, and no row says which."""
    scenario = province(
        post={"level": 3, "fields": None}, person={"level": 4, "planned_for": "division_head", **person}
    )
    (row,) = so.gaps(so.solve(scenario), scenario, verified=0).rows
    assert {miss.person_id: miss.against for miss in row.missed.nearest}["p1"] == (PERSONAL,)
    assert row.missed.only[PERSONAL] == 1
    with speaking("en"):
        told = json.dumps(row.document()) + str(sheets_of(Gaps(so.solve(scenario), scenario, (row,)), Names(scenario)))
        titles = [str(rule.title) for rule in RULES if rule.name in SENSITIVE]
    assert [name for name in (*SENSITIVE, *titles) if name in told] == []
    assert row.change is None or "p1" not in row.change.ids


def test_people_units_and_posts_are_named_and_who_has_circumstances_of_their_own_is_not() -> None:
    """A rule on somebody's own circumstances keeps the name out: nothing else tells of whoever does not move."""
    scenario = province(person={"fields": "land"})
    people = [row.model_copy(update={"name": f"Name of {row.person_id}"}) for row in scenario.people]
    names = Names(replace(scenario, people=tuple(people)))
    misses = [
        Miss("p1", "transfer", ("fields",), 10.0), Miss("p0", "transfer", ("fields",), 0.0),
        Miss("p1", "internal", ("fields", PERSONAL), 0.0),
    ]  # fmt: skip
    with speaking("en"):
        title = RULE_TITLES["fields"].render()
        assert list(misses_words(misses, names)) == [
            f"{title} (transfer): Name of p1 (p1) 10.0 km away, Name of p0 (p0)",
            f"{title}, a rule on the person's own circumstances (internal assignment): p1",
        ]
        waiver = Waiver("p1", "A-it", "transfer", "fields")
        told = change_words(waiver, names)
        assert told.startswith(f"waived for Name of p1 (p1) and A commune, A-it, by transfer: {title} (by: ")


def test_a_bound_below_the_first_goal_tells_its_condition() -> None:
    """While the goals above keep their values disruption grows by 1,200; without them it may well fall by 5."""
    names = Names(province())
    other = Elsewhere("p1", "transfer", "A-it", (("specialists", 100), ("disruption", -5)), ("disruption", 1_200))
    with speaking("en"):
        told = str(elsewhere_words(other, names, "specialists"))
        assert told.endswith("Specialist gaps +100; Disruption -5; proven: Disruption at least +1,200 as long as the "
                             "goals before it keep their values")  # fmt: skip
        assert str(elsewhere_words(other, names, "disruption")).endswith("proven: Disruption at least +1,200")
