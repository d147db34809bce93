"""What moves cost, cause by cause, the budget, and the optional goals on money, wishes, surplus and terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import tiny
from stories import Cells, broken, move

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.checker import check
from optimizer.errors import InputError
from optimizer.reporting.goal_figures import goal_figures
from optimizer.reporting.naming import Names
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.vocabulary import FORMS

OPEN = {"payroll_floor": {"state": "off"}, "strength_floor": {"state": "off"}, "payroll_cap": {"state": "off"}}
ROTATION = {"candidates": "all", "rotation": ["succession"]}


def story(
    unit: Cells | None = None, person: Cells | None = None, pool: Cells | None = None, home: Cells | None = None,
    **more: Any,
) -> Scenario:  # fmt: skip
    """A has open desks; p of commune B and s of department S, on its list for both forms, may go there.

    Rotation is for leaders alone: p is planned for the open A-deputy.
    """
    config = {"forms": ROTATION, **more.pop("config", {})}
    return tiny(
        units=[
            {"unit_id": "A", **(unit or {})},
            {"unit_id": "B", **(home or {})},
            {"unit_id": "S", "kind": "department"},
        ],
        posts=[
            {"post_id": "A-desk", "unit_id": "A", "seats": 3},
            {"post_id": "A-deputy", "unit_id": "A", "level": 4},
        ],
        people=[
            {"person_id": "p", "unit_id": "B", "planned_for": "division_deputy", **(person or {})},
            {"person_id": "s", "unit_id": "S", **(person or {})},
            {"person_id": "h", "unit_id": "A"},
        ],
        pools=[{"person_id": "s", "form": "both", **(pool or {})}],
        rules=more.pop("rules", OPEN),
        config=config,
        **more,
    )


def test_the_dearest_plan_comes_back_from_its_folder(tmp_path: Path) -> None:
    """10^9 dong x 600 months x 20 own, and 10^9 x 600 x 20 x 20 to attract, and 600 months: 252.6 x 10^9 thousand."""
    money = {
        "base_salary": {"2024-07-01": 10**9}, "first_arrival_months": 600, "attraction_share": 20.0,
        "attraction_months": 600, "own_allowance_share": 20.0, "own_allowance_months": 600, "default_coefficient": 20.0,
    }  # fmt: skip
    pin = {"kind": "pin", "person_id": "p", "post_id": "A-desk", "form": "transfer"}
    scenario = story(
        {"region_class": "III"}, config={"money": money}, decisions=[pin], quotas=[{"unit_id": "B", "quota": 0}]
    )
    plan = so.solve(scenario)
    assert plan.totals["cost"] == sum(move.cost or 0 for move in plan.moves) >= 252_600_000_000
    so.write_plan(plan, tmp_path / "plan")
    assert so.read_plan(tmp_path / "plan") == plan


def cost(scenario: Scenario, who: str, form: str) -> int:
    """By the arrays and by the scalar form, which must agree."""
    a = build_arrays(scenario)
    moves = build_moves(a)
    chosen = who, "A-deputy" if form == "rotation" else "A-desk", form
    names = [
        (a.people[i].person_id, a.posts[j].post_id, FORMS[f])
        for i, j, f in zip(moves.person, moves.post, moves.form, strict=True)
    ]
    at = [k for k, name in enumerate(names) if name == chosen]
    with_cost = replace(scenario, goal_order=("cost",))
    by_hand = check(with_cost, [move(*chosen)]).goals["cost"]
    assert [int(moves.cost[k]) for k in at] == [by_hand]
    return by_hand


III = {"region_class": "III"}
BASE = 2340  # thousand dong


@pytest.mark.parametrize(
    ("unit", "who", "form", "pool", "expected"),
    [
        ({}, "s", "secondment", {"max_months": 36}, 10 * BASE),
        ({}, "s", "secondment", {"max_months": 35}, 0),  # a short posting gives no right to the ten months
        ({}, "s", "transfer", {}, 10 * BASE),  # without term
        ({}, "p", "transfer", {}, 0),  # not of a provincial body
        ({}, "p", "rotation", {}, 0),
        ({}, "h", "internal", {}, 0),
        (III, "h", "internal", {}, 0),
        # 23,400 + 0.7 x 2.34 x 2,340 = 3,832.92 a month: x 6 = 22,997.52; x 36 = 137,985.12; x 60 = 229,975.2
        (III, "s", "secondment", {}, 46_398),
        (III, "s", "secondment", {"max_months": 36}, 161_385),
        (III, "p", "rotation", {}, 161_385),
        (III, "p", "transfer", {}, 253_375),
        ({"region_class": "II"}, "p", "transfer", {}, 0),
    ],
)
def test_a_move_costs_what_the_decrees_give(unit: Cells, who: str, form: str, pool: Cells, expected: int) -> None:
    assert cost(story(unit, pool=pool), who, form) == expected


@pytest.mark.parametrize(
    ("home", "keys", "expected"),
    [
        ({"region_class": "III"}, {}, 0),  # has the allowance of region III, and had the first arrival
        ({"region_class": "II"}, {}, 253_375),
        ({}, {}, 253_375),
        # the province's own goes with every move: 1 x 2,340 x 36
        ({"region_class": "III"}, {"own_allowance_share": 1}, 84_240),
        ({"region_class": "II"}, {"own_allowance_share": 1}, 253_375 + 84_240),
    ],
)
def test_whoever_comes_from_region_three_has_its_benefits_already(home: Cells, keys: Cells, expected: int) -> None:
    assert cost(story(III, home=home, **money(**keys)), "p", "transfer") == expected


def money(**keys: Any) -> Cells:
    return {"config": {"money": keys, "forms": ROTATION}}


@pytest.mark.parametrize(
    ("unit", "form", "keys", "expected"),
    [
        ({"mountain": "yes"}, "transfer", {"own_allowance_share": 1.75}, 147_420),  # 1.75 x 2,340 x 36
        ({"mountain": "no"}, "transfer", {"own_allowance_share": 1.75}, 0),
        ({"mountain": "yes"}, "transfer", {"own_allowance_share": 1.75, "own_allowance_months": 12}, 49_140),
        (III, "rotation", {"own_allowance_share": 1, "own_allowance_months": 60}, 161_385 + 84_240),  # 36 months
        (III, "transfer", {"attraction_months": 10}, 61_729),  # 23,400 + 38,329.2
        (III, "transfer", {"attraction_share": 0}, 23_400),
        (III, "transfer", {"attraction_share": 0, "first_arrival_months": 0}, 0),
        (III, "transfer", {"attraction_share": 0, "base_salary": {"2024-07-01": 2_340_000, "2025-09-02": 1}}, 23_400),
        (III, "transfer", {"attraction_share": 0, "base_salary": {"2024-07-01": 1, "2025-09-01": 2_527_200}}, 25_272),
        # rounded half up, once: 10 x 50 dong = 0.5 thousand, 10 x 49 dong = 0.49 thousand
        (III, "transfer", {"attraction_share": 0, "base_salary": {"2024-07-01": 50}}, 1),
        (III, "transfer", {"attraction_share": 0, "base_salary": {"2024-07-01": 49}}, 0),
        # 0.3 thousand of first arrival and 0.3 thousand of attraction are 0.6, which is 1; apart they would be 0
        (III, "transfer", {"attraction_share": 0.5, "default_coefficient": 1, "attraction_months": 20,
                           "base_salary": {"2024-07-01": 30}}, 1),
    ],
)  # fmt: skip
def test_the_settings_of_money(unit: Cells, form: str, keys: Cells, expected: int) -> None:
    assert cost(story(unit, **money(**keys)), "p", form) == expected


def test_three_years_of_a_body_by_the_setting() -> None:
    assert cost(story({}, pool={"max_months": 36}, **money(three_year_months=12)), "s", "secondment") == 12 * BASE


@pytest.mark.parametrize(("coefficient", "expected"), [(3.33, 350_672), (2.1, 229_788), (None, 253_375)])
def test_the_salary_coefficient_counts(coefficient: float | None, expected: int) -> None:
    # 23,400 + 0.7 x 3.33 x 2,340 x 60 = 327,272.4; x 2.1: 206,388
    assert cost(story(III, {"salary_coefficient": coefficient}), "p", "transfer") == expected


@pytest.mark.parametrize(
    ("day", "who", "unit", "expected"),
    [
        ("2024-12-31", "s", {}, 0),  # Decree 178/2024 holds from 1 January 2025
        ("2025-01-01", "s", {}, 10 * BASE),
        ("2019-11-30", "p", III, 0),  # Decree 76/2019 holds from 1 December 2019
        ("2019-12-01", "p", III, 253_375),
    ],
)
def test_a_benefit_counts_from_the_day_of_its_decree(day: str, who: str, unit: Cells, expected: int) -> None:
    settings = {"date": date.fromisoformat(day), "money": {"base_salary": {"2019-07-01": 2_340_000}}}
    quotas = [{"unit_id": u, "quota": 1, "effective_from": "2019-01-01"} for u in ("A", "B", "S")]
    assert cost(story(unit, config=settings, quotas=quotas), who, "transfer") == expected


@pytest.mark.parametrize(
    ("keys", "column"),
    [
        ({"config": {"money": {"base_salary": {"2025-09-02": 2_340_000}}}}, "money.base_salary"),
        ({"config": {"money": {"base_salary": {"2025-02-30": 2_340_000}}}}, "money.base_salary.2025-02-30"),
        ({"config": {"money": {"base_salary": {}}}}, "money.base_salary"),
        ({"rules": {"budget": {"state": "on"}}}, "rules.budget.thousand_dong"),
        ({"rules": {"budget": {"state": "flag", "thousand_dong": 1}}}, "rules.budget.state"),
    ],
)
def test_wrong_keys_are_told(keys: Cells, column: str) -> None:
    with pytest.raises(InputError) as error:
        story(**keys)
    assert {problem.column for problem in error.value.problems} == {column}


# --- the budget and the goals


def two_seats(most: int | None, **goals: Any) -> Scenario:
    """A of region III has two open desks, B one; p and q may be transferred: 253,375 to A each, nothing to B."""
    rules = {} if most is None else {"budget": {"state": "on", "thousand_dong": most}}
    return tiny(
        units=[{"unit_id": "A", "region_class": "III"}, "B", "C"],
        posts=[{"post_id": "A-1", "unit_id": "A", "seats": 2}, {"post_id": "B-1", "unit_id": "B"}],
        people=[{"person_id": "p", "unit_id": "C"}, {"person_id": "q", "unit_id": "C"}],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 1}, {"unit_id": "C", "quota": 0}],
        rules=rules,
        goals=goals,
    )


def values(scenario: Scenario) -> dict[str, int]:
    plan = so.solve(scenario)
    assert all(goal.proven for goal in plan.goals)
    return {goal.name: goal.value for goal in plan.goals}


@pytest.mark.parametrize(("most", "cost", "missing"), [(253_375, 253_375, 5_000), (253_374, 0, 20_000)])
def test_the_budget_is_kept_to_the_last_thousand(most: int, cost: int, missing: int) -> None:
    # of A 5,000 are missing with one of two, 20,000 with none; of B nobody: who is left goes there
    assert values(two_seats(most, order=["headcount", "cost"])) == {"headcount": missing, "cost": cost}


def test_a_seat_for_which_the_budget_does_not_reach_says_so() -> None:
    plan = so.solve(two_seats(253_374, order=["headcount", "cost"]))
    assert {row.post_id: row.reason for row in plan.gaps} == {"A-1": "budget"}


def test_a_plan_over_the_budget_breaks_it() -> None:
    both = [move("p", "A-1"), move("q", "A-1")]
    assert "budget" not in broken(two_seats(506_750), *both)
    assert broken(two_seats(506_749), *both) == {"budget"}
    assert broken(two_seats(None), *both) == set()


def test_cost_as_a_goal_sends_people_where_it_costs_nothing() -> None:
    assert values(two_seats(None, order=["cost", "headcount"])) == {"cost": 0, "headcount": 20_000}
    assert values(two_seats(None, order=["headcount", "cost"]))["cost"] == 253_375


def test_surplus_counts_people_over_the_quota() -> None:
    scenario = two_seats(None, order=["surplus", "disruption"])
    assert check(scenario, []).goals["surplus"] == 2
    assert check(scenario, [move("p", "B-1")]).goals["surplus"] == 1
    assert check(scenario, [move("p", "B-1"), move("q", "B-1")]).goals["surplus"] == 1  # B is over by one now
    assert values(scenario)["surplus"] == 0


def test_temporary_counts_secondments_into_posts_of_leaders_and_specialists() -> None:
    posts = [{"post_id": "A-it", "unit_id": "A", "fields": "it"}, {"post_id": "A-desk", "unit_id": "A"}]
    scenario = tiny(
        units=["A", {"unit_id": "S", "kind": "department"}],
        posts=posts,
        people=[{"person_id": "s", "unit_id": "S", "fields": "it"}],
        pools=[{"person_id": "s", "form": "both"}],
        goals={"order": ["temporary"]},
    )
    found = [check(scenario, [move("s", post, form)]).goals["temporary"]
             for post in ("A-it", "A-desk") for form in ("secondment", "transfer")]  # fmt: skip
    assert found == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("wishes", "before", "after"),
    [
        ([{"person_id": "p", "unit_id": "A"}], 1, 0),
        ([{"person_id": "p"}], 1, 0),
        ([{"person_id": "p", "unit_id": "B"}], 1, 1),  # p goes to A
        ([{"person_id": "p", "unit_id": "C"}], 0, 0),  # to stay where one is is no wish
        ([{"person_id": "p"}, {"person_id": "p", "unit_id": "A", "consent": "no"}], 1, 1),
        ([{"person_id": "p", "consent": "no"}], 0, 0),
        ([{"person_id": "p", "unit_id": "A"}, {"person_id": "q", "unit_id": "A"}], 2, 1),
        ([{"person_id": "p", "unit_id": "A"}, {"person_id": "p", "unit_id": "B"}], 1, 0),  # one is enough
    ],
)
def test_wishes_that_are_not_met(wishes: list[Cells], before: int, after: int) -> None:
    scenario = tiny(
        units=["A", "B", "C"],
        posts=[{"post_id": "A-1", "unit_id": "A", "seats": 2}],
        people=[{"person_id": "p", "unit_id": "C"}, {"person_id": "q", "unit_id": "C"}],
        wishes=wishes,
        goals={"order": ["wishes"]},
    )
    assert check(scenario, []).goals["wishes"] == before
    assert check(scenario, [move("p", "A-1")]).goals["wishes"] == after


def test_the_public_reads_no_cost_that_is_about_fewer_than_three_people() -> None:
    scenario = two_seats(None, order=["headcount", "cost"])
    plan = so.solve(scenario)
    assert plan.totals["cost"] == sum(row.cost or 0 for row in plan.moves) == 253_375
    told = {found.name: found.value for found in goal_figures(plan, Names(scenario, tier="public"))}
    assert told["cost"] == "–"
    # two more moves that cost nothing make four moves, and still one person's cost
    free = [row.model_copy(update={"cost": 0}) for row in plan.moves]
    more = replace(plan, moves=(*plan.moves, *free))
    assert goal_figures(more, Names(scenario, tier="public"))[1].value == "–"
    paid = [row.model_copy(update={"cost": 253_375}) for row in plan.moves]
    assert goal_figures(replace(plan, moves=(*paid, *paid)), Names(scenario, tier="public"))[1].value == 253_375
