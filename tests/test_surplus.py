"""People without a seat: who is listed, who is placed, and why the others are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import tiny
from stories import ON, two_posts

import optimizer as so
from optimizer.plan import Plan, SurplusPerson
from optimizer.plan_files import read_plan, write_plan
from optimizer.scenario.scenario import Scenario


def reasons(scenario: Scenario, time_limit: float | None = None) -> dict[str, str]:
    return {row.person_id: row.reason for row in so.solve(scenario, time_limit=time_limit).surplus}


def alone(person: dict[str, Any] | None = None, post: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """p1 has no seat in B, which is over its quota of 0; A has an open IT seat and a quota of 1."""
    return tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it", **(post or {})}],
        people=[{"person_id": "p1", "unit_id": "B", "fields": "it", **(person or {})}],
        quotas=more.pop("quotas", [{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 0}]),
        **more,
    )


def test_who_is_placed_stands_with_form_and_post() -> None:
    (row,) = so.solve(alone()).surplus
    assert row == SurplusPerson(
        person_id="p1", unit_id="B", bloc="government", form="transfer", to_post_id="A-it", reason="placed"
    )


@pytest.mark.parametrize(
    "person",
    [
        {"leaves_on": "2025-10-01"},  # gone before the horizon
        {"on_site_unit_id": "A", "seconded_until": "2026-09-01"},  # seconded beyond it
        {"bloc": "military"},
        {"unit_id": "D"},
        {"post_id": "B-desk", "unit_id": "B"},
    ],
)
def test_who_is_not_there_or_has_a_seat_is_not_listed(person: dict[str, Any]) -> None:
    scenario = tiny(
        units=["A", "B", {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}, {"post_id": "B-desk", "unit_id": "B"}],
        people=[{"person_id": "p1", "unit_id": "B", **person}, {"person_id": "p2", "unit_id": "B"}],
    )
    assert list(reasons(scenario)) == ["p2"]


@pytest.mark.parametrize(
    "change",
    [
        {"person": {"exempt": "1"}},
        {"person": {"candidate": "none"}},
        {"person": {"candidate": "internal"}},
        {"decisions": [{"kind": "keep", "person_id": "p1"}]},
        {"decisions": [{"kind": "keep", "person_id": "p1", "unit_id": "B"}]},
        {"quotas": [{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}]},  # B is not over its quota
    ],
)
def test_whom_nobody_may_send_away_is_not_eligible(change: dict[str, Any]) -> None:
    assert reasons(alone(**change)) == {"p1": "not_eligible"}


def test_an_exempt_person_is_placed_within_the_unit_or_by_a_waiver() -> None:
    within = {"posts": [{"post_id": "B-it", "unit_id": "B", "fields": "it"}]}
    home = tiny(
        units=["A", "B"], people=[{"person_id": "p1", "unit_id": "B", "fields": "it", "exempt": "1"}],
        quotas=[{"unit_id": "B", "quota": 0}], **within,
    )  # fmt: skip
    assert reasons(home) == {"p1": "placed"}
    waived = {"kind": "waive", "rule": "exempt", "person_id": "p1", "reason": "agreed", "decided_by": "chair"}
    assert reasons(alone({"exempt": "1"}, decisions=[waived])) == {"p1": "placed"}


def test_who_may_go_but_fits_no_post_has_no_post() -> None:
    assert reasons(alone({"fields": "land"})) == {"p1": "no_post"}


def test_where_more_people_than_seats_the_seats_are_taken() -> None:
    # A-it for 1 and A-office for 1: two of the three are placed, and for the third both are full
    assert sorted(reasons(two_posts(seats=1, giving=0)).values()) == ["placed", "placed", "taken"]
    assert sorted(reasons(two_posts(seats=2, giving=0)).values()) == ["placed", "placed", "placed"]


def test_an_open_seat_behind_a_limit() -> None:
    # three seats, but A's quota takes two; with three, all go
    assert sorted(reasons(two_posts(quota=2, giving=0)).values()) == ["limits", "placed", "placed"]
    assert sorted(reasons(two_posts(quota=3, giving=0)).values()) == ["placed", "placed", "placed"]


def test_an_open_seat_that_serves_no_goal() -> None:
    # a desk is no specialist's seat, and p1 is on site in B already: the move costs 20 points and helps nobody
    desk = tiny(
        units=["B"], posts=[{"post_id": "B-desk", "unit_id": "B"}], people=[{"person_id": "p1", "unit_id": "B"}]
    )
    assert reasons(desk) == {"p1": "no_gain"}


def test_before_the_time_is_up_nothing_is_said_of_those_who_may_be_placed() -> None:
    # the greedy method takes one move, which is all that the cap allows; the rest is not settled
    capped = two_posts(giving=0, rules={"max_moves": {**ON, "moves": 1}})
    assert sorted(reasons(capped).values()) == ["limits", "limits", "placed"]
    assert sorted(reasons(capped, time_limit=0).values()) == ["placed", "time", "time"]


def broken(scenario: Scenario, plan: Plan, *rows: SurplusPerson) -> set[str]:
    return {str(breach.rule) for breach in so.check(scenario, replace(plan, surplus=rows)).breaches}


def test_a_false_row_is_caught() -> None:
    """p1 and p2 are placed, p3 is behind a limit."""
    scenario = two_posts(quota=2, giving=0)
    plan = so.solve(scenario)
    rows = {row.reason: row for row in plan.surplus}
    placed, left = [row for row in plan.surplus if row.reason == "placed"], rows["limits"]
    assert broken(scenario, plan, *plan.surplus) == set()
    for false in (
        [],
        placed,
        [*placed, left, left],
        [*placed, left, left.model_copy(update={"person_id": "nobody"})],
        *([*placed, left.model_copy(update={column: value})] for column, value in {
            "unit_id": "A", "bloc": "party", "form": "transfer", "to_post_id": "A-it",
        }.items()),
        *([*placed, left.model_copy(update={"reason": code})] for code in
          ("placed", "no_post_", "not_eligible", "time")),
        [placed[0], placed[1].model_copy(update={"reason": "taken"}), left],
        [placed[0], placed[1].model_copy(update={"to_post_id": None}), left],
    ):  # fmt: skip
        assert broken(scenario, plan, *false) == {"surplus"}, false


@pytest.mark.parametrize(("person", "code"), [({"exempt": "1"}, "no_post"), ({"fields": "land"}, "not_eligible")])
def test_eligible_or_not_is_told_by_the_checker_itself(person: dict[str, Any], code: str) -> None:
    scenario = alone(person)
    plan = so.solve(scenario)
    assert broken(scenario, plan, plan.surplus[0].model_copy(update={"reason": code})) == {"surplus"}


def test_the_table_comes_back_from_its_file(tmp_path: Any) -> None:
    plan = so.solve(two_posts(quota=2, giving=0))
    write_plan(plan, tmp_path / "plan")
    assert read_plan(tmp_path / "plan").surplus == plan.surplus
    assert list(plan.to_frame("surplus")["reason"]) == [row.reason for row in plan.surplus]
