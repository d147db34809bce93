"""Who reads what: the planner all, leaders no reasons, the public counts alone; ids masked on request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import optimizer as so
from optimizer.errors import Problem
from optimizer.plan import Plan
from optimizer.provenance import settings_used
from optimizer.reporting import reports_for
from optimizer.reporting.cautions import flags_table
from optimizer.reporting.naming import Names, Tier
from optimizer.reporting.public import public_overview
from optimizer.reporting.workbook import write_workbook
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import DECIDED_BY
from optimizer.texts import T, speaking

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"
REASON = "đang điều trị bệnh"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The example with decisions and with what a planner would not tell: an exempt person without a seat, warnings."""
    found = so.read(EXAMPLE)
    people = tuple(
        person.model_copy(update={"exempt": (3, 6), "fields": ()}) if person.person_id == "an-5" else person
        for person in found.people
    )
    decisions = (
        Decision(kind="keep", person_id="an-1", reason=REASON, decided_by="Sở Nội vụ", decided_on=date(2025, 8, 1)),
    )
    warnings = (
        Problem("people.csv", "W501", T("Check the exempt cases"), T("Fill it in"), 7, "Ngày sinh con út",
                is_sensitive=True),
        Problem("people.csv", "W506", T("the person has the level {level}, the post {other}", level="an-1", other=4),
                T("Check which of the two is right"), 9, "level", "3"),
    )  # fmt: skip
    return replace(found, people=people, decisions=decisions, warnings=warnings)


@pytest.fixture(scope="module")
def plan(scenario: Scenario) -> Plan:
    return so.solve(scenario)


def words(plan: Plan, scenario: Scenario, path: Path, tier: Tier, **more: Any) -> dict[str, str]:
    """All that stands on each sheet."""
    write_workbook(plan, scenario, path / "plan.xlsx", "vi", tier=tier, **more)
    return {
        sheet.title: "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
        for sheet in load_workbook(path / "plan.xlsx").worksheets
    }


def test_the_planner_sees_exempt_cases_reasons_and_every_warning(
    plan: Plan, scenario: Scenario, tmp_path: Path
) -> None:
    shown = words(plan, scenario, tmp_path, "planner")
    assert {row.person_id: row.reason for row in plan.surplus}["an-5"] == "not_eligible"
    assert "3; 6" in shown["DoiDu"]
    assert REASON in shown["ThamSo"]
    assert "W501" in shown["CanhBao"]


def test_leaders_see_names_and_not_a_word_more_than_not_eligible(
    plan: Plan, scenario: Scenario, tmp_path: Path
) -> None:
    shown = words(plan, scenario, tmp_path, "leader")
    everything = "\n".join(shown.values())
    assert "không thuộc diện" in shown["DoiDu"]
    assert REASON not in everything
    assert "3; 6" not in everything
    assert "W506" in shown["CanhBao"]
    assert "W501" not in everything
    assert "Còn 1 cảnh báo về dữ liệu cá nhân" in shown["CanhBao"]


def test_leaders_are_the_default(plan: Plan, scenario: Scenario, tmp_path: Path) -> None:
    write_workbook(plan, scenario, tmp_path / "default.xlsx", "vi")
    words(plan, scenario, tmp_path, "leader")
    assert (tmp_path / "default.xlsx").read_bytes() == (tmp_path / "plan.xlsx").read_bytes()


@pytest.fixture(scope="module")
def province() -> tuple[Scenario, Plan]:
    """Nghệ An by the greedy method alone: a plan need not be the best to be told of."""
    scenario = so.read(EXAMPLE.parent / "nghe-an")
    return scenario, so.solve(scenario, time_limit=0)


@pytest.mark.parametrize("name", ["example", pytest.param("province", marks=pytest.mark.slow)])
def test_the_public_sees_no_name_no_id_and_no_count_below_three(
    name: str, plan: Plan, scenario: Scenario, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if name == "province":
        scenario, plan = request.getfixturevalue("province")
    shown = words(plan, scenario, tmp_path, "public")
    assert list(shown) == ["TongHop", "ThamSo"]
    lines = {line for sheet in shown.values() for line in sheet.split("\n")}
    named = {person.name for person in scenario.people} | {person.person_id for person in scenario.people}
    units = {unit.name for unit in scenario.units} | {unit.unit_id for unit in scenario.units}
    units -= {vietnamese for vietnamese, _ in DECIDED_BY.values()}
    posts = {post.post_id for post in scenario.posts}
    assert lines & (named | units | posts) == set()
    with speaking("vi"):
        tables = public_overview(plan, Names(scenario, tier="public")).tables
    counts = [
        value for table in tables for row in table.rows for column, value in zip(table.columns, row, strict=True)
        if column.kind == "whole" and isinstance(value, int)
    ]  # fmt: skip
    assert counts
    assert min(counts) >= 3


@pytest.mark.slow
def test_public_sums_are_those_of_the_plan(province: tuple[Scenario, Plan]) -> None:
    scenario, plan = province
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


def test_a_goal_that_tells_of_a_single_seat_is_withheld(plan: Plan, scenario: Scenario) -> None:
    with speaking("en"):
        goals = public_overview(plan, Names(scenario, tier="public")).tables[0]
    values = {row[0]: row[1:4] for row in goals.rows}
    assert values["Leadership gaps"] == ("–", "–", "–")  # two seats are open before, none after
    assert values["Specialist gaps"][0] == 1380  # three seats are open before


@pytest.mark.parametrize("tier", ["planner", "leader", "public"])
def test_masked_ids_show_their_last_letters_alone(plan: Plan, scenario: Scenario, tmp_path: Path, tier: Tier) -> None:
    shown = "\n".join(words(plan, scenario, tmp_path, tier, mask_ids=True).values())
    known = {person.person_id for person in scenario.people}
    assert {person_id for person_id in known if person_id in shown} == set()
    assert ("***n-1" in shown) == (tier != "public")  # the kept person among the decisions
    without = replace(plan, parameters=settings_used(scenario))
    with speaking("vi"):
        bare = Names(None, tier=tier, mask_ids=True)
        cells = str([table.rows for report in reports_for(tier) for table in report(without, bare).tables])
    assert {person_id for person_id in known if f"'{person_id}" in cells} == set()


def test_every_flag_of_a_move_has_a_row_that_says_what_to_do(plan: Plan, scenario: Scenario) -> None:
    flagged = plan.moves[0].model_copy(update={"flags": ("consent", "senders")})
    moves = (flagged, *(move.model_copy(update={"flags": ()}) for move in plan.moves[1:]))
    with speaking("en"):
        table = flags_table(replace(plan, moves=moves), Names(scenario))
    assert [row[1] for row in table.rows] == [flagged.person_id] * 2
    assert [row[6] for row in table.rows] == ["not met: From a unit that may send", "refuses the destination"]
    assert all(row[7] for row in table.rows)
    assert flags_table(replace(plan, moves=moves[1:]), Names(scenario)).note
