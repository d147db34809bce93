"""Fields without anybody: who covers a field, what a move gives and takes, and what the reports say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import tiny
from stories import Cells, move

import optimizer as so
from optimizer.checker import check
from optimizer.plan import MovedPerson, Plan
from optimizer.reporting.coverage import coverage_table
from optimizer.reporting.naming import Names
from optimizer.reporting.overview import coverage_by_field
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking

FREE = {"payroll_floor": {"state": "off"}, "strength_floor": {"state": "off"}, "no_new_gaps": {"state": "off"},
        "keep_last_specialist": {"state": "off"}, "payroll_cap": {"state": "off"}}  # fmt: skip


def story(person: Cells, post: Cells | None = None, **more: Any) -> Scenario:
    """A needs IT (A-it); A-desk and A-land are beside it, B has an open desk; p1 is the only one with IT."""
    return tiny(
        units=["A", "B", {"unit_id": "S", "kind": "department"}],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": 2, "concurrent_ok": "yes", **(post or {})},
            {"post_id": "A-land", "unit_id": "A", "fields": "land"},
            {"post_id": "A-desk", "unit_id": "A"},
            {"post_id": "B-desk", "unit_id": "B"},
        ],
        people=[
            {"person_id": "p1", "fields": "it", **person},
            {"person_id": "p2", "post_id": "A-land", "fields": "land"},
        ],
        config={"forms": {"candidates": "all"}},
        rules=FREE,
        **more,
    )  # fmt: skip


def uncovered(scenario: Scenario, *moves: MovedPerson) -> int:
    return check(scenario, moves).goals["coverage"]


@pytest.mark.parametrize(
    ("person", "post", "without"),
    [
        ({"post_id": "A-it"}, {}, 0),
        ({"post_id": "A-it", "fields": "land"}, {}, 1),  # sits there and has not the field
        ({"post_id": "A-desk"}, {}, 1),  # has the field and sits elsewhere
        ({"unit_id": "A"}, {}, 1),  # has no seat
        ({"post_id": "A-desk", "also_holds": "A-it"}, {}, 0),
        ({"post_id": "B-desk", "also_holds": "A-it"}, {}, 0),
        ({"unit_id": "B", "on_site_unit_id": "A", "seconded_until": "2027-01-01"}, {}, 1),  # in no post of A
        ({"post_id": "A-it", "on_site_unit_id": "B", "seconded_until": "2027-01-01"}, {}, 1),  # away
        ({"post_id": "A-it", "on_site_unit_id": "B", "seconded_until": "2025-11-30"}, {}, 0),  # back before 1 December
        ({"post_id": "A-it", "leaves_on": "2025-11-30"}, {}, 1),
        ({"post_id": "A-it", "leaves_on": "2025-12-01"}, {}, 0),
        ({"unit_id": "A"}, {"seats": 0}, 0),  # not needed
        ({"unit_id": "A", "bloc": "military"}, {"bloc": "military"}, 0),  # military: not counted
        ({"unit_id": "A"}, {"unit_id": "S"}, 0),  # nor are provincial bodies
        ({"unit_id": "A"}, {"fields": "it;finance"}, 2),
    ],
)
def test_who_covers_a_field(person: Cells, post: Cells, without: int) -> None:
    assert uncovered(story(person, post)) == without


@pytest.mark.parametrize(
    ("person", "step", "without"),
    [
        ({"unit_id": "A"}, move("p1", "A-it", "internal"), 0),
        ({"unit_id": "B"}, move("p1", "A-it"), 0),
        ({"post_id": "A-it"}, move("p1", "B-desk"), 1),
        ({"post_id": "A-desk"}, move("p1", "A-it", "concurrent"), 0),
        ({"post_id": "A-desk", "fields": "land"}, move("p1", "A-it", "concurrent"), 1),  # covers it out of their field
        ({"unit_id": "A", "also_holds": "A-it"}, move("p1", "A-desk", "internal"), 0),  # stays in the unit: kept
        ({"post_id": "A-desk", "also_holds": "A-it"}, move("p1", "B-desk"), 1),  # leaves it: lost
        ({"post_id": "A-land", "fields": "it;land", "also_holds": "A-it"}, move("p1", "B-desk"), 1),  # p2 has land
        ({"post_id": "A-it", "also_holds": "A-it"}, move("p1", "B-desk"), 1),  # both duties are hers, and go
    ],
)
def test_what_a_move_changes(person: Cells, step: MovedPerson, without: int) -> None:
    scenario = story(person)
    assert uncovered(scenario, step) == without


def solved(scenario: Scenario) -> Plan:
    return so.solve(scenario)


def rivals(weights: dict[str, int]) -> Scenario:
    """p1 alone has IT and finance; A needs the one, B the other, each with a seat that weighs nothing by itself."""
    return tiny(
        units=["A", "B", "C"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "B-finance", "unit_id": "B", "fields": "finance"},
        ],
        people=[{"person_id": "p1", "unit_id": "C", "fields": "it;finance"}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}, {"unit_id": "C", "quota": 0}],
        goals={"order": ["coverage", "disruption"], "coverage": {"weights": weights}},
    )


@pytest.mark.parametrize(("weights", "to", "left"), [({"it": 2}, "A-it", 1), ({"finance": 3}, "B-finance", 1)])
def test_the_heavier_field_is_covered_first(weights: dict[str, int], to: str, left: int) -> None:
    plan = solved(rivals(weights))
    assert [row.to_post_id for row in plan.moves] == [to]
    assert plan.goal("coverage").value == left
    assert plan.before["coverage"] == 1 + sum(weights.values())


def test_one_person_is_counted_once_for_a_field() -> None:
    # p1 sits in A-it and is said to cover it as well; one person covers IT in A, not two
    plan = solved(story({"post_id": "A-it", "also_holds": "A-it"}, {"seats": 1}))
    rows = {(row.unit_id, row.field): (row.covered_before, row.covered_after) for row in plan.coverage}
    assert rows == {("A", "it"): (1, 1), ("A", "land"): (1, 1)}


def test_the_plan_reports_every_field_that_is_needed() -> None:
    scenario = rivals({"it": 2})
    plan = solved(scenario)
    frame = plan.to_frame("coverage")
    assert frame.to_dict("list") == {
        "unit_id": ["A", "B"], "field": ["it", "finance"], "covered_before": [0, 0], "covered_after": [1, 0],
    }  # fmt: skip
    with speaking("en"):
        names = Names(scenario)
        assert [row[1:] for row in coverage_by_field(plan, names).rows] == [(1, 1, 1), (1, 1, 0), (2, 2, 1)]
        assert [(row[0], row[3], row[4], row[5]) for row in coverage_table(plan, names).rows] == [
            ("finance", 0, 0, "stays without anybody"), ("information technology", 0, 1, "covered by this plan"),
        ]  # fmt: skip


@pytest.mark.parametrize(("leaves", "covered"), [(False, 1), (True, 0)])
def test_an_open_seat_says_who_covers_it_besides(leaves: bool, covered: int) -> None:
    """a covers the IT seat of A besides the own one, until a moves to B."""
    scenario = tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "A-office", "unit_id": "A", "fields": "office"},
            {"post_id": "B-office", "unit_id": "B", "fields": "office"},
        ],
        people=[{"person_id": "a", "post_id": "A-office", "fields": "it;office", "also_holds": "A-it"}],
        quotas=[{"unit_id": "A", "quota": 0}, {"unit_id": "B", "quota": 1}],
        rules={name: {"state": "off"} for name in ("no_new_gaps", "keep_last_specialist")},
        goals={"order": ["disruption"]},
        decisions=[{"kind": "pin", "person_id": "a", "post_id": "B-office"}] if leaves else [],
    )
    plan = so.solve(scenario)
    (row,) = (row for row in plan.gaps if row.post_id == "A-it")
    assert (row.gap, row.covered) == (1, covered)
    assert so.check(scenario, plan).passed
    false = tuple(row.model_copy(update={"covered": 1 - row.covered}) for row in plan.gaps)
    assert {breach.rule for breach in so.check(scenario, replace(plan, gaps=false)).breaches} == {"gaps"}
