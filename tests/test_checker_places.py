"""The checker where several cells meet: seats covered besides, decisions on them, tolerances, and waivers that name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import tiny
from stories import Cells, broken, move, province, rules_of, waiver

import optimizer as so
from optimizer.checker import check
from optimizer.plan import MovedPerson
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario


def covering(**more: Any) -> Scenario:
    """a holds A-desk and may cover the second seat of A-it; b holds the first and may take A-desk; A-spare is open."""
    return tiny(
        units=["A"],
        posts=[
            {"post_id": "A-desk", "unit_id": "A", "seats": 2},
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": 2, "concurrent_ok": "yes"},
            {"post_id": "A-spare", "unit_id": "A"},
        ],
        people=[
            {"person_id": "a", "post_id": "A-desk", "fields": "it"},
            {"person_id": "b", "post_id": "A-it", "fields": "it"},
        ],
        rules={"no_new_gaps": {"state": "off"}, "keep_last_specialist": {"state": "off"}},
        **more,
    )


COVERS = move("a", "A-it", "concurrent")
GOES = move("a", "A-spare", "internal")


@pytest.mark.parametrize(
    ("kept", "covers", "goes"),
    [
        ({"post_id": "A-desk"}, set(), {"keep"}),  # who covers a seat besides keeps the own one
        ({"unit_id": "A"}, set(), set()),
        ({}, {"keep"}, {"keep"}),
    ],
)
def test_keep_and_a_seat_covered_besides(kept: Cells, covers: set[str], goes: set[str]) -> None:
    scenario = covering(decisions=[{"kind": "keep", "person_id": "a", **kept}])
    assert broken(scenario, COVERS) == covers
    assert broken(scenario, GOES) == goes


def test_a_seat_that_is_covered_need_not_be_left_before() -> None:
    def orders(first: MovedPerson, second: MovedPerson) -> tuple[MovedPerson, ...]:
        return tuple(row.model_copy(update={"order": n}) for n, row in enumerate((first, second), start=1))

    leaves = move("b", "A-desk", "internal")
    assert broken(covering(), *orders(COVERS, leaves)) == set()
    # a is not out of A-desk, so that b and a are in two chains, not in one
    chains = [row.model_copy(update={"chain": n}) for n, row in enumerate((COVERS, leaves), start=1)]
    assert broken(covering(), *chains) == set()
    same = [row.model_copy(update={"chain": 1}) for row in (COVERS, leaves)]
    assert broken(covering(), *same) == {"moves.chain"}


def test_a_seat_is_left_before_it_is_entered() -> None:
    follows = move("b", "A-desk", "internal"), GOES
    early, late = (
        [row.model_copy(update={"order": n}) for row, n in zip(follows, orders, strict=True)]
        for orders in ((1, 2), (2, 1))
    )
    assert broken(covering(), *late) == set()
    assert broken(covering(), *early) == {"moves.order"}


@pytest.mark.parametrize(
    ("role", "bloc", "named"),
    [("division_head", "government", True), ("chair", "government", False), ("division_head", "party", False)],
)
def test_within_a_unit_the_text_is_that_of_the_chair_or_none(role: str, bloc: str, named: bool) -> None:
    scenario = tiny(
        units=["A"],
        posts=[{"post_id": "head", "unit_id": "A", "level": 3, "role": role, "bloc": bloc}],
        people=[{"person_id": "p", "unit_id": "A", "level": 3, "bloc": bloc}],
    )
    row = move("p", "head", "internal").model_copy(update={"legal_basis": "Nghị định 150/2025/NĐ-CP"})
    assert ("moves.legal_basis" in broken(scenario, row)) is not named


@pytest.mark.parametrize(("tolerance", "rules"), [("400", set()), ("399", {"bounds"})])
def test_a_goal_is_proven_within_its_tolerance(tolerance: str, rules: set[str]) -> None:
    # an IT seat of weight 4 x 100 stays open: value 400; a bound of 0 proves it within 400, not within 399
    scenario = province(goals={"specialists": {"tolerance": tolerance, "weights": {"it": 4}}}, rules={"max_moves": {
        "state": "on", "moves": 0}})  # fmt: skip
    plan = so.solve(scenario)
    assert plan.goal("specialists").value == 400
    goals = [replace(goal, bound=0) if goal.name == "specialists" else goal for goal in plan.goals]
    assert rules_of(check(scenario, replace(plan, goals=tuple(goals)))) == rules


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"post_id": "A-it"}, "no_post"),
        ({"post_id": "A-other"}, "no_post"),
        ({"person_id": "p1"}, "no_post"),
        ({"unit_id": "A"}, "no_post"),
        ({"person_id": "p1", "form": "transfer"}, "no_post"),
        ({"person_id": "p0"}, "not_eligible"),
        ({"unit_id": "B"}, "not_eligible"),
        ({"person_id": "p1", "form": "internal"}, "not_eligible"),
    ],
)
def test_a_waiver_opens_the_way_for_whom_it_names(decision: Cells, code: str) -> None:
    """p1 is exempt and has the wrong field; whether p1 may leave at all is told by the waiver."""
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": post, "unit_id": "A", "fields": "land"} for post in ("A-it", "A-other")],
        people=[
            {"person_id": "p0", "unit_id": "B"},
            {"person_id": "p1", "unit_id": "B", "fields": "it", "exempt": "1"},
        ],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 1}],
        decisions=[waiver("exempt", **decision)],
    )
    plan = so.solve(scenario)
    assert {row.person_id: row.reason for row in plan.surplus}["p1"] == code
    other = {"no_post": "not_eligible", "not_eligible": "no_post"}[code]
    rows = [row.model_copy(update={"reason": other}) if row.person_id == "p1" else row for row in plan.surplus]
    assert rules_of(check(scenario, replace(plan, surplus=tuple(rows)))) == {"surplus"}


def test_a_rotation_ends_after_the_months_that_the_scenario_gives() -> None:
    facts = Facts(province(config={"forms": {"rotation_months": 48}}))
    assert facts.end(facts.people["p1"], "rotation") == date(2029, 9, 1)
    assert facts.end(facts.people["p1"], "transfer") is None


def test_the_seat_of_somebody_who_is_seconded_for_six_months_is_not_given_away() -> None:
    # whether a may be seconded at all is another question, which `candidate` asks
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": f"{unit}-it", "unit_id": unit, "fields": "it"} for unit in "AB"],
        people=[
            {"person_id": "a", "post_id": "A-it", "fields": "it"},
            {"person_id": "b", "unit_id": "B", "fields": "it"},
        ],
        config={"forms": {"candidates": "all"}},
    )
    follows = move("b", "A-it")
    assert "temporary_cover" not in broken(scenario, move("a", "B-it"), follows)
    assert "temporary_cover" in broken(scenario, move("a", "B-it", "secondment"), follows)
