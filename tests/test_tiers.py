"""Who reads what, format by format: planners all, leaders no exempt case, the public counts alone; ids may be masked.

What the public can work out from its counts is judged in `test_public.py`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from exported import FORMS, PICTURES, TIERS, all_bytes, all_words, written
from sampling import but

import optimizer as so
from optimizer.errors import Problem
from optimizer.plan import Plan
from optimizer.provenance import settings_used
from optimizer.reporting import reports_for
from optimizer.reporting.cautions import flags_table
from optimizer.reporting.naming import Names, Tier, flags
from optimizer.reporting.public import public_overview
from optimizer.reporting.workbook import write_workbook
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import DECIDED_BY
from optimizer.texts import T, speaking

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"
EVERYWHERE = (*FORMS, PICTURES)
DEAR = {"html", PICTURES}
FEWEST = 3


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The example with names that stand nowhere else, and a warning that only the planner reads beside a plain one.

    In a workbook a column is told by its heading: what is said of it is sensitive all the same.
    """
    read = so.read(EXAMPLE, {"rules.exempt.state": "flag"})
    people = tuple(p.model_copy(update={"name": f"Nguyễn Văn Số{at:03}"}) for at, p in enumerate(read.people))
    warnings = (
        Problem("people.csv", "W501", T("Check the exempt cases"), T("Fill it in"), 7, "Ngày sinh con út",
                is_sensitive=True),
        Problem("people.csv", "W506", T("the person has the level {level}, the post {other}", level="an-1", other=4),
                T("Check which of the two is right"), 9, "level", "3"),
    )  # fmt: skip
    return replace(read, people=people, warnings=warnings)


@pytest.fixture(scope="module")
def plan(scenario: Scenario) -> Plan:
    return so.solve(scenario)


def with_case(plan: Plan, scenario: Scenario, case: int) -> tuple[Plan, Scenario]:
    """The first who leaves a unit is in an exempt case and moves with a warning; one without a seat stays for it."""
    away = next(move.person_id for move in plan.moves if move.from_unit_id != move.to_unit_id)
    first, *others = plan.surplus
    exempt = {away, first.person_id}
    people = (p.model_copy(update={"exempt": (case,) if p.person_id in exempt else ()}) for p in scenario.people)
    warned = (m.model_copy(update={"flags": ("exempt",) if m.person_id == away else ()}) for m in plan.moves)
    stays = first.model_copy(update={"reason": "not_eligible"})
    return replace(plan, moves=tuple(warned), surplus=(stays, *others)), replace(scenario, people=tuple(people))


def with_reason(plan: Plan, scenario: Scenario, reason: str) -> tuple[Plan, Scenario]:
    """Somebody stays, and the rule on exempt cases is waived for somebody else, decided for a reason."""
    kept, waived = (person.person_id for person in scenario.people[:2])
    decided = replace(scenario, decisions=(
        Decision(kind="keep", person_id=kept, reason=reason, decided_by="Sở Nội vụ", decided_on=date(2025, 8, 1)),
        Decision(kind="waive", rule="exempt", person_id=waived, reason=reason, decided_by="Sở Nội vụ"),
    ))  # fmt: skip
    return replace(plan, parameters=settings_used(decided)), decided


@pytest.mark.parametrize("form", but(EVERYWHERE, DEAR))
@pytest.mark.parametrize("tier", ["leader", "public"])
def test_which_exempt_case_somebody_is_in_changes_no_byte_outside_the_planners_tier(
    plan: Plan, scenario: Scenario, tmp_path: Path, form: str, tier: str
) -> None:
    """Cases 1 and 3 both block alike, so a file that says which it is would differ."""
    one, other = (written(*with_case(plan, scenario, case), tmp_path, form, tier=tier) for case in (1, 3))
    assert all_bytes(one) == all_bytes(other)


@pytest.mark.parametrize("form", but(EVERYWHERE, DEAR))
@pytest.mark.parametrize("tier", ["leader", "public"])
def test_why_something_was_decided_changes_no_byte_outside_the_planners_tier(
    plan: Plan, scenario: Scenario, tmp_path: Path, form: str, tier: str
) -> None:
    one, other = (written(*with_reason(plan, scenario, why), tmp_path, form, tier=tier) for why in ("ốm", "kỷ luật"))
    assert all_bytes(one) == all_bytes(other)
    assert "kỷ luật" not in all_words(other)


@pytest.mark.parametrize("form", but(sorted({*FORMS} - {"docx"}), DEAR))
def test_planners_are_told_the_case_the_reason_and_every_warning(
    plan: Plan, scenario: Scenario, tmp_path: Path, form: str
) -> None:
    told = all_words(written(*with_case(plan, scenario, 3), tmp_path, form, tier="planner"))
    assert "không thuộc diện: trường hợp 3" in told  # of the move that carries the warning
    assert "người đứng đầu đơn vị xác nhận" in told
    assert "W501" in told
    assert "ốm nặng" in all_words(written(*with_reason(plan, scenario, "ốm nặng"), tmp_path, form, tier="planner"))


@pytest.mark.parametrize("form", but(sorted({*FORMS} - {"docx"}), DEAR))
def test_leaders_read_not_eligible_and_how_many_warnings_there_are_besides(
    plan: Plan, scenario: Scenario, tmp_path: Path, form: str
) -> None:
    told = all_words(written(*with_case(plan, scenario, 3), tmp_path, form))
    assert "không thuộc diện" in told
    assert "người đứng đầu đơn vị xác nhận" not in told  # in which case the head has the word
    assert "trường hợp 3" not in told
    assert "W506" in told
    assert "W501" not in told
    assert "Còn 1 cảnh báo về dữ liệu cá nhân" in told


@pytest.mark.parametrize("form", but(sorted({*FORMS} - {"docx"}), DEAR))
def test_leaders_read_that_the_rule_was_waived_and_for_whom(
    plan: Plan, scenario: Scenario, tmp_path: Path, form: str
) -> None:
    """Who decides has to know that a rule was set aside; the case and the reason stay with the planner."""
    told = all_words(written(*with_reason(plan, scenario, "ốm"), tmp_path, form))
    assert "miễn trừ" in told
    assert f"{scenario.people[1].name} ({scenario.people[1].person_id})" in told
    assert "miễn trừ" not in all_words(written(*with_reason(plan, scenario, "ốm"), tmp_path, form, tier="public"))


def test_the_annex_never_says_the_case(plan: Plan, scenario: Scenario, tmp_path: Path) -> None:
    """It is a list for a decision, whoever writes it."""
    one, other = (written(*with_case(plan, scenario, case), tmp_path, "docx", tier="planner") for case in (1, 3))
    assert all_bytes(one) == all_bytes(other)
    assert "Không thuộc diện" in all_words(one)


@pytest.mark.parametrize("form", but(FORMS, DEAR))
def test_leaders_are_the_default_and_read_names(plan: Plan, scenario: Scenario, tmp_path: Path, form: str) -> None:
    default, leader = (written(plan, scenario, tmp_path, form, **tier) for tier in ({}, {"tier": "leader"}))
    assert all_bytes(default) == all_bytes(leader)
    names = {person.person_id: person.name for person in scenario.people}
    assert [names[move.person_id] for move in plan.moves if names[move.person_id] not in all_words(default)] == []


def test_the_workbook_of_solve_is_that_of_leaders(plan: Plan, scenario: Scenario, tmp_path: Path) -> None:
    write_workbook(plan, scenario, tmp_path / "solved.xlsx", "vi")
    leader = written(plan, scenario, tmp_path, "xlsx", tier="leader")
    assert (tmp_path / "solved.xlsx").read_bytes() == leader.read_bytes()


@pytest.mark.parametrize("form", but(FORMS, DEAR))
def test_the_public_is_told_no_name_and_no_id(plan: Plan, scenario: Scenario, tmp_path: Path, form: str) -> None:
    text = all_words(written(*with_case(plan, scenario, 3), tmp_path, form, tier="public"))
    assert "Nguyễn Văn Số" not in text
    assert [person.person_id for person in scenario.people if person.person_id in text] == []
    assert [post.post_id for post in scenario.posts if post.post_id in text] == []
    units = {unit.name for unit in scenario.units} - {vietnamese for vietnamese, _ in DECIDED_BY.values()}
    assert [name for name in units if f">{name}<" in text or f'"{name}"' in text] == []


@pytest.fixture(scope="module")
def province() -> tuple[Plan, Scenario]:
    """Nghệ An by the greedy method alone: a plan need not be the best to be told of."""
    scenario = so.read(EXAMPLE.parent / "nghe-an")
    return so.solve(scenario, time_limit=0), scenario


@pytest.mark.parametrize("name", ["example", pytest.param("province", marks=pytest.mark.slow)])
def test_no_count_below_3_is_published(
    name: str, plan: Plan, scenario: Scenario, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The first table is of goals: their values are points."""
    told = request.getfixturevalue("province") if name == "province" else (plan, scenario)
    document = json.loads(written(*told, tmp_path, "json", tier="public").read_text("utf-8"))
    assert [sheet["name"] for sheet in document["sheets"]] == ["TongHop", "ThamSo"]
    tables = [table for sheet in document["sheets"] for table in sheet["tables"]][1:]
    counts = [
        value
        for table in tables
        for row in table["rows"]
        for value, column in zip(row, table["columns"], strict=True)
        if column["kind"] in {"whole", "number", "percent"}
    ]
    assert "<3" in counts
    assert [count for count in counts if isinstance(count, (int, float)) and count < FEWEST] == []
    assert "totals" not in document
    assert "goals" not in document


@pytest.mark.slow
def test_public_sums_are_those_of_the_plan(province: tuple[Plan, Scenario]) -> None:
    plan, scenario = province
    with speaking("en"):
        tables = {table.title: table for table in public_overview(plan, Names(scenario, tier="public")).tables}
    last = {title: table.rows[-1] for title, table in tables.items()}
    assert last["Moves"][1] == last["Moves by deciding body"][1] == len(plan.moves)
    districts, categories = last["By former district"], last["Open seats of communes by category"]
    assert districts[1] == len(plan.moves)
    assert districts[2:4] == categories[1:3]
    assert categories[2] == sum(gap.gap for gap in plan.gaps)
    communes = {unit.unit_id for unit in scenario.units if unit.is_commune}
    missing = sum(max(0, u.quota - u.strength_after) for u in plan.units if u.unit_id in communes)
    assert districts[5] == tables["The province before and after"].rows[3][3] == missing


@pytest.mark.parametrize("form", but(FORMS, DEAR))
@pytest.mark.parametrize("tier", TIERS)
def test_masked_ids_stand_nowhere(plan: Plan, scenario: Scenario, tmp_path: Path, form: str, tier: str) -> None:
    decided = with_reason(plan, scenario, "ốm")
    ids = [move.person_id for move in plan.moves] + [scenario.people[0].person_id]
    masked = all_words(written(*decided, tmp_path, form, tier=tier, mask_ids=True))
    assert [person for person in ids if person in masked] == []
    if form != "docx" and tier != "public":  # these have no ids at all
        shown = all_words(written(*decided, tmp_path, form, tier=tier))
        assert [person for person in ids if person not in shown] == []
        assert "***" in masked


@pytest.mark.parametrize("tier", TIERS)
def test_masked_ids_stand_nowhere_without_the_scenario(plan: Plan, scenario: Scenario, tier: Tier) -> None:
    without = replace(plan, parameters=settings_used(scenario))
    with speaking("vi"):
        bare = Names(None, tier=tier, mask_ids=True)
        cells = str([table.rows for report in reports_for(tier) for table in report(without, bare).tables])
    assert [person.person_id for person in scenario.people if f"'{person.person_id}" in cells] == []


def flags_of(plan: Plan, scenario: Scenario, **updates: Any) -> list[tuple[Any, ...]]:
    first = plan.moves[0].model_copy(update=updates)
    others = (move.model_copy(update={"flags": ()}) for move in plan.moves[1:])
    with speaking("en"):
        return list(flags_table(replace(plan, moves=(first, *others)), Names(scenario)).rows)


def test_every_flag_of_a_move_has_a_row_that_says_what_to_do(plan: Plan, scenario: Scenario) -> None:
    rows = flags_of(plan, scenario, flags=("consent", "senders"))
    assert [row[1] for row in rows] == [plan.moves[0].person_id] * 2
    assert [row[6] for row in rows] == ["not met: From a unit that may send", "refuses the destination"]
    assert all(row[7] for row in rows)
    assert flags_of(plan, scenario, flags=()) == []


@pytest.mark.parametrize("form", but(EVERYWHERE, DEAR))
@pytest.mark.parametrize("tier", ["leader", "public"])
def test_which_private_condition_warns_changes_no_byte_outside_the_planners_tier(
    plan: Plan, scenario: Scenario, tmp_path: Path, form: str, tier: str
) -> None:
    """Both rules read sensitive columns: too little time left, a bar on promotion, or both, look alike."""
    first, *others = plan.moves

    def told(*flags: str) -> bytes:
        warned = replace(plan, moves=(first.model_copy(update={"flags": flags}), *others))
        return all_bytes(written(warned, scenario, tmp_path, form, tier=tier))

    assert told("time_left") == told("no_promotion") == told("time_left", "no_promotion")


@pytest.mark.parametrize("form", but(sorted({*FORMS} - {"docx"}), DEAR))
def test_planners_are_told_which_private_condition_it_is(
    plan: Plan, scenario: Scenario, tmp_path: Path, form: str
) -> None:
    first, *others = plan.moves
    warned = replace(plan, moves=(first.model_copy(update={"flags": ("no_promotion",)}), *others))
    meaning = "chưa đến thời điểm được xem xét bổ nhiệm chức vụ cao hơn"
    assert meaning in all_words(written(warned, scenario, tmp_path, form, tier="planner"))
    assert meaning not in all_words(written(warned, scenario, tmp_path, form, tier="leader"))


def test_what_two_rules_say_alike_is_said_once(plan: Plan, scenario: Scenario) -> None:
    """A secretary's post that is marked besides: one warning for the reader, both codes in the plan's files."""
    rows = flags_of(plan, scenario, flags=("non_native", "non_native_secretary", "elected"))
    assert [row[5:7] for row in rows] == [
        ("Not a native of the place", "native place unknown, or the place itself"),
        ("Not a post that the People's Council elects", "a recommendation: the People's Council elects"),
    ]
    assert flags(("non_native", "non_native_secretary")) == flags(("non_native",))
