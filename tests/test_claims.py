"""A true plan passes; every claim of it, made false, is caught."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import tiny
from stories import broken, move, rules_of

from optimizer.checker import check
from optimizer.choosing import wrong_temporary
from optimizer.errors import InputError, UsageError
from optimizer.plan import (
    Baseline,
    FieldCover,
    GoalResult,
    MovedPerson,
    OpenPost,
    Plan,
    Status,
    TemporarySeat,
    UnitBalance,
)
from optimizer.plan_files import read_moves, read_plan, require_plan_folder, write_plan
from optimizer.provenance import settings_used
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import InputFile, Scenario
from optimizer.scenario.schema import Decision
from optimizer.wording import MOVE_REASONS, legal_basis

LISTED = {"flags", "agreed_by", "notes"}
GOALS_IN_ORDER = ("leadership", "coverage", "specialists", "headcount", "disruption")
NAMES_THE_ROW = {("gaps", "post_id"), ("units", "unit_id"), ("units", "bloc")}
STANDING = ("disruption", "hardship", "weights", "distances")


@pytest.fixture
def scenario() -> Scenario:
    """A misses two IT people; d1 of department D is listed, says no, and is ready on 1 October."""
    return tiny(
        units=["A", {"unit_id": "D", "kind": "department"}],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": 2, "decided_by": "home_affairs"},
            {"post_id": "A-desk", "unit_id": "A"},
        ],
        people=[{"person_id": "d1", "unit_id": "D", "fields": "it"}, {"person_id": "d2", "unit_id": "D"}],
        pools=[{"person_id": "d1", "ready_from": "2025-10-01"}],
        wishes=[{"person_id": "d1", "unit_id": "A", "consent": "no"}],
        quotas=[{"unit_id": "A", "quota": 3}, {"unit_id": "D", "quota": 2}],
        distances=[{"from_unit_id": "D", "to_unit_id": "A", "km": 40.25}],
    )


@pytest.fixture
def plan(scenario: Scenario) -> Plan:
    """d1 goes to A-it for 6 months: 60, 40 - 30 = 10 km, refused 80, the only one with it in D 25."""
    row = MovedPerson(
        order=1, chain=1, person_id="d1", form="secondment", from_unit_id="D", to_unit_id="A",
        to_post_id="A-it", start=date(2025, 10, 1), end=date(2026, 4, 1), km=40.25, commute_km=10,
        points=175, cost=0, reason="specialist_gap", flags=("consent",),
        legal_basis="Nghị định 170/2025/NĐ-CP, Điều 26",
        decided_by="home_affairs", agreed_by=("sender", "receiver"), notice_on=date(2026, 3, 2),
        notes=("payroll_stays", "short_term", "trains"),
    )  # fmt: skip
    of_a: dict[str, Any] = {
        "unit_id": "A",
        "bloc": "government",
        "reason": "candidates_used",
        "other_route": ("recruit",),
    }
    # headcount of A: 2 of 3 missing (20003 // 6 + 60003 // 6); without the plan 3 of 3 (100003 // 6 more)
    values = {"leadership": 0, "coverage": 0, "specialists": 400, "headcount": 13_333, "disruption": 175}
    return Plan(
        status=Status.OPTIMAL,
        scenario="tiny",
        date=date(2025, 9, 1),
        goals=tuple(GoalResult(name, value, value, True, 0.5) for name, value in values.items()),
        moves=(row,),
        gaps=(
            OpenPost(post_id="A-desk", category="general", fields=(), seats=1, filled=0, gap=1, covered=0, **of_a),
            OpenPost(
                post_id="A-it", category="specialist", fields=("it",), seats=2, filled=1, gap=1, covered=0, **of_a
            ),
        ),
        units=(
            balance("A", "government", (3, 0, 0, 0, 1), 2 / 3),
            balance("D", "government", (2, 2, 2, 2, 1), 1 / 2),
        ),
        before={"leadership": 0, "coverage": 1, "specialists": 800, "headcount": 30_000, "disruption": 0},
        baseline=Baseline(values, 1, 40.25),
        totals={"moves": 1, "transfer": 0, "secondment": 1, "internal": 0, "rotation": 0, "concurrent": 0, "cost": 0},
        inputs=(InputFile("people.csv", "00"),),
        versions={"staffing-optimizer": "0"},
        parameters=settings_used(scenario),
        assumptions=STANDING,
        coverage=(FieldCover(unit_id="A", field="it", covered_before=0, covered_after=1),),
        temporary=(TemporarySeat(post_id="A-it", unit_id="A", person_id="d1", reopens_on=date(2026, 4, 1)),),
    )


def balance(unit: str, bloc: str, counts: tuple[int, int, int, int, int], rate: float) -> UnitBalance:
    quota, payroll, payroll_after, strength, strength_after = counts
    return UnitBalance(
        unit_id=unit, bloc=bloc, quota=quota, payroll_before=payroll, payroll_after=payroll_after,
        strength_before=strength, strength_after=strength_after, shortage_rate=rate,
    )  # fmt: skip


def claims_broken(scenario: Scenario, plan: Plan) -> set[str]:
    return rules_of(check(scenario, plan))


def said(scenario: Scenario, plan: Plan, *fields: str) -> list[tuple[str, ...]]:
    """What the breaches that have these fields in their words say in them."""
    words = [breach.text.values for breach in check(scenario, plan).breaches]
    return [tuple(str(values[field]) for field in fields) for values in words if {*fields} <= values.keys()]


def test_a_true_plan_passes(scenario: Scenario, plan: Plan) -> None:
    verdict = check(scenario, plan)
    assert verdict.passed, verdict.breaches
    assert verdict.flags == {"d1": ("consent",)}
    assert verdict.to_frame().empty


FALSE_CELLS: dict[str, Any] = {
    "from_unit_id": "A", "from_post_id": "A-desk", "to_unit_id": "D", "start": date(2025, 9, 1),
    "end": date(2026, 4, 2), "km": 40.251, "commute_km": 11, "points": 174, "cost": 1, "flags": ("non_native",),
    "reason": "headcount", "legal_basis": "Nghị định 170/2025/NĐ-CP, Điều 25", "decided_by": "commune_chair",
    "agreed_by": ("receiver", "sender"), "waived": ("fields",), "notes": ("trains",), "notice_on": date(2026, 3, 3),
}  # fmt: skip


@pytest.mark.parametrize(("column", "value"), FALSE_CELLS.items())
def test_a_false_cell_is_caught_in_plans_and_in_rows_typed_by_hand(
    scenario: Scenario, plan: Plan, column: str, value: object
) -> None:
    false = plan.moves[0].model_copy(update={column: value})
    assert claims_broken(scenario, replace(plan, moves=(false,))) == {f"moves.{column}"}
    typed = MovedPerson(person_id="d1", form="secondment", to_post_id="A-it", **{column: value})
    assert broken(scenario, typed) == {f"moves.{column}"}
    assert {breach.place for breach in check(scenario, [typed]).breaches} == {"d1, A-it, A"}


@pytest.mark.parametrize("column", sorted(FALSE_CELLS.keys() - {"from_post_id", "waived"}))
def test_a_blank_cell_is_false_in_a_plan_alone(scenario: Scenario, plan: Plan, column: str) -> None:
    blank = plan.moves[0].model_copy(update={column: () if column in LISTED else None})
    assert claims_broken(scenario, replace(plan, moves=(blank,))) == {f"moves.{column}"}
    assert broken(scenario, blank) == set()


@pytest.mark.parametrize(("column", "value"), [("order", 2), ("order", None), ("chain", 2), ("chain", None)])
def test_numbers_of_a_whole_plan_begin_with_one(scenario: Scenario, plan: Plan, column: str, value: int | None) -> None:
    late = plan.moves[0].model_copy(update={column: value})
    assert claims_broken(scenario, replace(plan, moves=(late,))) == {f"moves.{column}"}
    assert broken(scenario, late) == set()


@pytest.mark.parametrize(
    ("post", "person", "pins", "reason"),
    [
        ({"fields": "it"}, {"fields": "it"}, [], "specialist_gap"),
        ({"level": 4}, {"level": 4}, [], "leadership_gap"),
        ({}, {}, [], "headcount"),
        ({}, {}, [{"kind": "pin", "person_id": "p1", "unit_id": "A"}], "decided"),
        ({"seats": 0}, {}, [], "replaces"),
        ({"fields": "it", "concurrent_ok": "yes"}, {"unit_id": "A"}, [], "covers"),
    ],
)
def test_the_reason_is_told_by_the_post_and_by_the_decisions(
    post: dict[str, Any], person: dict[str, Any], pins: list[dict[str, Any]], reason: str
) -> None:
    scenario = tiny(
        units=["A", "B"], posts=[{"post_id": "post", "unit_id": "A", **post}],
        people=[{"person_id": "p1", "unit_id": "B", **person}], decisions=pins,
    )  # fmt: skip
    row = move("p1", "post", "concurrent" if reason == "covers" else "transfer")
    refused = {
        named for named in MOVE_REASONS if "moves.reason" in broken(scenario, row.model_copy(update={"reason": named}))
    }
    assert refused == MOVE_REASONS.keys() - {reason}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (move("nobody", "A-it"), "moves.person_id"),
        (move("d1", "nowhere"), "moves.to_post_id"),
        (move("d1", "A-it", "teleport"), "moves.form"),
    ],
)
def test_unknown_names_are_breaches(scenario: Scenario, row: MovedPerson, rule: str) -> None:
    assert broken(scenario, row) == {rule}
    places = {"moves.person_id": "nobody", "moves.to_post_id": "d1, nowhere", "moves.form": "d1"}
    assert [breach.place for breach in check(scenario, [row]).breaches] == [places[rule]]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("scenario", {"scenario": "other"}),
        ("scenario", {"date": date(2025, 9, 2)}),
        (
            "before",
            {"before": {"leadership": 0, "coverage": 1, "specialists": 799, "headcount": 30_000, "disruption": 0}},
        ),
        ("before", {"before": {"leadership": 0, "coverage": 1, "specialists": 800, "headcount": 30_000}}),
        ("totals", {"totals": {"moves": 2, "secondment": 1}}),
        ("totals", {"totals": {"moves": 1, "transfer": 1}}),
        ("totals", {"totals": {"secondment": 1}}),
        ("totals", {"totals": {"moves": 1, "secondment": 1, "leaps": 1}}),
        ("totals", {"totals": {"moves": 1, "secondment": 1}}),
        ("baseline", {"baseline": Baseline({"leadership": 0}, 1, 40.25)}),
        ("baseline", {"baseline": Baseline(dict.fromkeys(GOALS_IN_ORDER, 0), -1, 40.25)}),
        ("baseline", {"baseline": Baseline(dict.fromkeys(GOALS_IN_ORDER, 0), 1, -0.5)}),
        ("baseline", {"baseline": Baseline(dict.fromkeys(GOALS_IN_ORDER, -1), 1, 0.0)}),
        ("assumptions", {"assumptions": STANDING[1:]}),
        ("assumptions", {"assumptions": (*STANDING, "luck")}),
        ("assumptions", {"assumptions": (*STANDING, "not_proven")}),
        ("parameters", {"parameters": {}}),
        ("totals", {"totals": {"moves": 1, "secondment": 1, "cost": 1}}),
        ("coverage", {"coverage": ()}),
        ("gaps", {"gaps": ()}),
        ("units", {"units": ()}),
    ],
)
def test_a_false_part_is_caught(scenario: Scenario, plan: Plan, part: str, change: dict[str, Any]) -> None:
    assert claims_broken(scenario, replace(plan, **change)) == {part}


@pytest.mark.parametrize(
    ("claim", "parts"),
    [
        ({"value": 399, "bound": 399}, {"goals"}),
        ({"bound": 401}, {"bounds"}),
        ({"bound": 399}, {"bounds"}),
        ({"bound": None}, {"bounds"}),
        ({"bound": 399, "proven": False}, {"status"}),
        ({"name": "wishes"}, {"goals"}),
    ],
)
def test_a_false_goal_is_caught(scenario: Scenario, plan: Plan, claim: dict[str, Any], parts: set[str]) -> None:
    goals = list(plan.goals)
    goals[2] = replace(goals[2], **claim)
    assert claims_broken(scenario, replace(plan, goals=tuple(goals))) == parts


def test_the_goals_stand_in_order_and_once(scenario: Scenario, plan: Plan) -> None:
    assert claims_broken(scenario, replace(plan, goals=plan.goals[::-1])) == {"goals"}
    assert claims_broken(scenario, replace(plan, goals=(*plan.goals, plan.goals[0]))) == {"goals"}


def test_a_feasible_plan_may_leave_a_goal_unproven(scenario: Scenario, plan: Plan) -> None:
    goals = (*plan.goals[:4], replace(plan.goals[4], bound=100, proven=False))
    gaps = tuple(gap.model_copy(update={"reason": "time"}) for gap in plan.gaps)
    ended = (*STANDING, "not_proven")
    feasible = replace(plan, goals=goals, gaps=gaps, assumptions=ended, status=Status.FEASIBLE)
    assert claims_broken(scenario, feasible) == set()
    assert claims_broken(scenario, replace(feasible, assumptions=STANDING)) == {"assumptions"}
    assert claims_broken(scenario, replace(feasible, gaps=plan.gaps)) == {"gaps"}


def test_a_plan_whose_tie_break_was_not_reached_may_say_so(scenario: Scenario, plan: Plan) -> None:
    assert claims_broken(scenario, replace(plan, assumptions=(*STANDING, "not_canonical"))) == set()


@pytest.mark.parametrize("reason", [None, "bad luck", "time", "no_candidate", "out_of_scope"])
def test_the_reason_of_a_gap_is_one_that_can_be(scenario: Scenario, plan: Plan, reason: str | None) -> None:
    # d1 moves into A-it, so somebody could; nothing is left to be settled in a plan that is proven
    desk, it = plan.gaps
    false = replace(plan, gaps=(desk, it.model_copy(update={"reason": reason})))
    assert claims_broken(scenario, false) == {"gaps"}
    assert said(scenario, false, "columns") == [("reason",)]


def test_settings_and_decisions_are_those_of_the_scenario(scenario: Scenario, plan: Plan) -> None:
    lists = scenario.rules["lists"].model_copy(update={"share": 0.5})
    assert claims_broken(replace(scenario, rules={**scenario.rules, "lists": lists}), plan) == {"parameters"}
    ban = Decision(kind="ban", person_id="d2", reason="why", decided_by="who")
    assert claims_broken(replace(scenario, decisions=(ban,)), plan) == {"parameters"}
    assert claims_broken(scenario, replace(plan, parameters={**plan.parameters, "luck": 1})) == {"parameters"}


def test_files_are_those_of_the_plan(scenario: Scenario, plan: Plan) -> None:
    assert claims_broken(replace(scenario, inputs=plan.inputs), plan) == set()
    for inputs in [
        (InputFile("people.csv", "01"),),
        (InputFile("units.csv", "00"),),
        (*plan.inputs, InputFile("x", "0")),
    ]:
        assert claims_broken(replace(scenario, inputs=inputs), plan) == {"inputs"}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        *(("gaps", name, value) for name, value in {
            "post_id": "A-other", "unit_id": "D", "bloc": "party", "category": "general", "fields": ("land",),
            "seats": 3, "filled": 0, "gap": 2, "other_route": ("share",),
        }.items()),
        *(("units", name, value) for name, value in {
            "unit_id": "A", "bloc": "party", "quota": 3, "payroll_before": 3, "payroll_after": 1,
            "strength_before": 1, "strength_after": 2, "shortage_rate": 0.4999,
        }.items()),
    ],
)  # fmt: skip
def test_a_false_row_is_caught(scenario: Scenario, plan: Plan, table: str, column: str, value: object) -> None:
    first, second = getattr(plan, table)
    rows = (first, second.model_copy(update={column: value}))
    false = replace(plan, **{table: rows})
    assert claims_broken(scenario, false) == {table}
    if (table, column) not in NAMES_THE_ROW:
        assert said(scenario, false, "columns") == [(column,)]
    named = {getattr(row, "post_id" if table == "gaps" else "unit_id") for row in (second, rows[1])}
    named |= {""} if (table, column) == ("units", "unit_id") else set()  # A stands there twice then
    assert {breach.place for breach in check(scenario, false).breaches} <= named


@pytest.mark.parametrize(
    ("column", "value"), [("unit_id", "D"), ("field", "land"), ("covered_before", 1), ("covered_after", 2)]
)
def test_a_false_cover_is_caught(scenario: Scenario, plan: Plan, column: str, value: object) -> None:
    false = plan.coverage[0].model_copy(update={column: value})
    assert claims_broken(scenario, replace(plan, coverage=(false,))) == {"coverage"}


def test_what_is_claimed_and_what_is_true_are_told_side_by_side(scenario: Scenario, plan: Plan) -> None:
    pair = ("claimed", "truth")
    before = {"leadership": 0, "coverage": 1, "specialists": 799, "disruption": 0, "luck": 5}
    assert said(scenario, replace(plan, before=before), "name", *pair) == [
        ("specialists", "799", "800"), ("headcount", "-", "30000"), ("luck", "5", "-"),
    ]  # fmt: skip
    land = plan.coverage[0].model_copy(update={"field": "land", "covered_before": 2})
    assert said(scenario, replace(plan, coverage=(land,)), "unit", "field", *pair) == [
        ("A", "it", "-", "0 -> 1"), ("A", "land", "2 -> 1", "-"),
    ]  # fmt: skip
    row = plan.moves[0].model_copy(update={"points": 174, "agreed_by": ("sender",), "notice_on": None})
    assert said(scenario, replace(plan, moves=(row,)), "person", "column", *pair) == [
        ("d1", "points", "174", "175"),
        ("d1", "agreed_by", "sender", "sender; receiver"),
        ("d1", "notice_on", "-", "2026-03-02"),
    ]
    assert said(scenario, replace(plan, scenario="other"), *pair) == [("other, 2025-09-01", "tiny, 2025-09-01")]
    desk, it = plan.gaps
    assert said(scenario, replace(plan, gaps=(it,)), "post", "gap") == [(desk.post_id, "1")]
    goals = tuple(replace(goal, bound=goal.value - 1) for goal in plan.goals[2:3])
    wrong = replace(plan, goals=(*plan.goals[:2], *goals, *plan.goals[3:]))
    assert said(scenario, wrong, "name", "bound", "value") == [("specialists", "399", "400")]


def test_a_doubled_row_is_caught(scenario: Scenario, plan: Plan) -> None:
    assert claims_broken(scenario, replace(plan, gaps=(*plan.gaps, plan.gaps[0]))) == {"gaps"}
    assert claims_broken(scenario, replace(plan, coverage=plan.coverage * 2)) == {"coverage"}
    assert claims_broken(scenario, replace(plan, units=(*plan.units, plan.units[0]))) == {"units"}
    for name in ("gaps", "coverage", "units"):
        doubled = replace(plan, **{name: (*getattr(plan, name), getattr(plan, name)[0])})
        told = {"gaps": "A-desk", "coverage": "A it", "units": "A government"}[name]
        assert said(scenario, doubled, "name") == [(told,)]


@pytest.mark.parametrize(
    ("post", "form", "reopens"),
    [
        ({"fields": "it"}, "secondment", True),
        ({"level": 3}, "secondment", True),
        ({}, "secondment", False),  # a desk is neither a leader's nor a specialist's
        ({"fields": "it"}, "transfer", False),
        ({"level": 3, "bloc": "military"}, "secondment", False),
        ({"fields": "it", "unit_id": "E"}, "secondment", False),  # a provincial body
    ],
)
def test_a_seat_reopens_where_a_leader_or_specialist_of_a_commune_is_seconded(
    post: dict[str, Any], form: str, reopens: bool
) -> None:
    facts = Facts(tiny(
        units=["A", {"unit_id": "D", "kind": "department"}, {"unit_id": "E", "kind": "department"}],
        posts=[{"post_id": "post", "unit_id": "A", **post}], people=[{"person_id": "d1", "unit_id": "D"}],
        pools=[{"person_id": "d1"}],
    ))  # fmt: skip
    after = After(facts, [Placement(facts.people["d1"], facts.posts["post"], form)])
    # six months from 1 September
    seat = TemporarySeat(post_id="post", unit_id=post.get("unit_id", "A"), person_id="d1", reopens_on=date(2026, 3, 1))
    assert bool([*wrong_temporary([seat], facts, after)]) is not reopens
    assert bool([*wrong_temporary([], facts, after)]) is reopens


@pytest.mark.parametrize(
    ("cells", "basis"),
    [
        ({"level": 3}, "Nghị định 150/2025/NĐ-CP"),
        ({"level": 4, "role": "centre_deputy"}, "Nghị định 150/2025/NĐ-CP"),
        ({"level": 3, "bloc": "party"}, None),
        ({"level": 2}, "Luật Tổ chức chính quyền địa phương 2025 (HĐND bầu)"),
        ({"fields": "it"}, None),
    ],
)
def test_within_a_unit_a_text_is_named_for_those_alone_whom_its_chair_appoints(
    cells: dict[str, Any], basis: str | None
) -> None:
    post = tiny(units=["A"], posts=[{"post_id": "post", "unit_id": "A", **cells}]).posts[0]
    assert legal_basis("internal", post) == basis
    is_elected = basis is not None and "HĐND" in basis
    assert legal_basis("transfer", post) == (basis if is_elected else "Nghị định 170/2025/NĐ-CP, Điều 25")


# --- the folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_plan_comes_back_from_its_folder(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path / "out", extras=[lambda folder: (folder / "plan.txt").write_text("x") and None])
    assert read_plan(tmp_path / "out") == plan
    assert set(contents(tmp_path / "out")) == {
        "plan.json", "moves.csv", "gaps.csv", "units.csv", "surplus.csv", "coverage.csv", "temporary.csv",
        "shortlist.csv", "chains.csv", "plan.txt",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "moves.csv").read_text(encoding="utf-8").splitlines()[1] == (
        "1,1,d1,secondment,D,,A,A-it,2025-10-01,2026-04-01,40.25,10,175,0,specialist_gap,consent,"
        '"Nghị định 170/2025/NĐ-CP, Điều 26",home_affairs,sender;receiver,,payroll_stays;short_term;trains,2026-03-02,,'
    )


def test_a_new_plan_replaces_the_old_one_and_spares_what_is_not_its_own(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path, extras=[lambda folder: (folder / "plan.txt").write_text("x") and None])
    (tmp_path / "notes.txt").write_text("mine")
    newer = replace(plan, status=Status.FEASIBLE)
    write_plan(newer, tmp_path)
    assert read_plan(tmp_path) == newer
    assert "plan.txt" not in contents(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_plan_that_cannot_be_written_leaves_the_old_one(plan: Plan, tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "out"
    write_plan(plan, folder)
    before = contents(folder)
    with pytest.raises(UsageError, match="ổ đĩa đã đầy"):
        write_plan(replace(plan, status=Status.FEASIBLE), folder, extras=[fails])
    assert contents(folder) == before
    with pytest.raises(UsageError):
        write_plan(plan, tmp_path / "never", extras=[fails])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["holiday.jpg", "plan.json"])
def test_a_folder_that_is_no_plan_is_refused(plan: Plan, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(UsageError):
        write_plan(plan, tmp_path)
    with pytest.raises(UsageError):
        require_plan_folder(tmp_path)
    with pytest.raises(UsageError):
        write_plan(plan, tmp_path / name)
    assert contents(tmp_path) == {name: b"{}"}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"format": 2', '"format": 1', ("E117", "format")),
        ('"status": "OPTIMAL"', '"status": "BEST"', ("E117", "status")),
        ('"value": 400', '"value": "400"', ("E117", "goals.2.value")),
        ('"name": "tiny",', "", ("E117", "name")),
        ('"totals"', '"total"', ("E117", "total")),
        ('"date": "2025-09-01"', '"date": "01/09/2025"', ("E117", "date")),
        ("{", "", ("E116", None)),
    ],
)
def test_a_broken_head_is_located(
    plan: Plan, tmp_path: Path, old: str, new: str, found: tuple[str, str | None]
) -> None:
    write_plan(plan, tmp_path / "out")
    head = tmp_path / "out" / "plan.json"
    head.write_text(head.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / "out")
    assert found in {(problem.code, problem.column) for problem in caught.value.problems}


def test_every_problem_of_a_plan_at_once(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path / "out")
    (tmp_path / "out" / "plan.json").unlink()
    moves = tmp_path / "out" / "moves.csv"
    moves.write_text(moves.read_text(encoding="utf-8").replace("secondment", "secondmnt"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / "out")
    found = [(problem.file, problem.row, problem.column, problem.code) for problem in caught.value.problems]
    assert found == [("plan.json", None, None, "E101"), ("moves.csv", 2, "form", "E202")]


def test_moves_typed_by_hand(scenario: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("person_id,form,to_post_id,points\nd1,secondment,A-it,175\n", encoding="utf-8")
    assert check(scenario, read_moves(path)).passed
    path.write_text("person_id,form,points\nd1,secondment,175\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_moves(path)
    assert [(p.file, p.row, p.column, p.code) for p in caught.value.problems] == [("mine.csv", 1, "to_post_id", "E110")]
