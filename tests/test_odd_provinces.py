"""Odd provinces: column generation and branching on all moves agree, and what they prove is verified."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import pytest
from builders import tiny
from provinces import random_province

import optimizer as so
from optimizer.engine.lexicographic import Run
from optimizer.errors import InfeasibleError, InputError
from optimizer.goals import GOALS
from optimizer.scenario.scenario import Scenario

NAMES = [goal.name for goal in GOALS]
LARGEST_TOLERANCES = ("9999.999999%", "999999999999")
Seen = tuple[list[tuple[str, int, int | None]], list[tuple[str, str, str]]]


def every_goal(seed: int) -> dict[str, Any]:
    return {"order": random.Random(seed).sample(NAMES, len(NAMES))}


def province(
    units: int, people: int, posts: int, goals: dict[str, Any], rules: dict[str, Any] | None = None, **of_posts: Any
) -> Scenario:
    """Everybody may sit everywhere; every post has two seats and nobody holds one."""
    names = [f"U{k}" for k in range(units)]
    return tiny(
        units=names,
        posts=[{"post_id": f"q{k}", "unit_id": names[k % units], "fields": "it", "seats": 2, **of_posts}
               for k in range(posts)],
        people=[{"person_id": f"p{k}", "unit_id": names[k * 7 % units], "fields": "it"} for k in range(people)],
        quotas=[{"unit_id": name, "quota": 2 * people} for name in names],
        config={"forms": {"candidates": "all"}},
        goals=goals,
        rules=rules,
    )  # fmt: skip


def solved(scenario: Scenario) -> Seen | None:
    """Goals and moves of the plan, verified; None where there can be no plan."""
    try:
        plan = so.solve(scenario)
    except (InfeasibleError, InputError):
        return None
    so.verify(scenario, plan)
    goals = [(goal.name, goal.value, goal.bound) for goal in plan.goals]
    return goals, [(move.person_id, move.to_post_id, move.form) for move in plan.moves]


def assert_both_ways_agree(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for branch_up_to in (0, 10_000_000):
        monkeypatch.setattr("optimizer.engine.worker.Run", partial(Run, branch_up_to=branch_up_to))
        found.append(solved(scenario))
    assert found[0] == found[1]


ODD = {
    "one commune": lambda: province(1, 6, 3, every_goal(1)),
    "a person with hundreds of moves": lambda: province(3, 3, 300, {}),
    "a hundred people for three posts": lambda: province(3, 100, 3, every_goal(2)),
    "the largest weights": lambda: province(3, 12, 6, {"order": ["specialists", *NAMES[:2]]}, weight=1000),
    "no weight": lambda: province(3, 12, 6, {"order": ["specialists", "disruption"]}, weight=0),
    "nobody may move": lambda: province(3, 12, 6, {}, {"max_moves": {"state": "on", "moves": 0}}),
    "no money": lambda: province(3, 12, 6, {}, {"budget": {"state": "on", "thousand_dong": 0}}),
    "all the money": lambda: province(3, 12, 6, {}, {"budget": {"state": "on", "thousand_dong": 1_000_000_000}}),
    "no posts": lambda: tiny(units=["A"], people=[{"person_id": "p", "unit_id": "A"}]),
    "no people": lambda: tiny(units=["A"], posts=[{"post_id": "A-1", "unit_id": "A"}]),
}


@pytest.mark.parametrize("build", ODD.values(), ids=ODD)
def test_odd_provinces(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_both_ways_agree(build(), monkeypatch)


@pytest.mark.parametrize("tolerance", LARGEST_TOLERANCES)
def test_the_largest_tolerances(tolerance: str, monkeypatch: pytest.MonkeyPatch) -> None:
    goals = {**every_goal(3), "headcount": {"tolerance": tolerance}, "specialists": {"tolerance": tolerance}}
    assert_both_ways_agree(province(3, 12, 6, goals), monkeypatch)


@pytest.mark.parametrize("tolerance", ["1000000000000", "10000%", "-1", "1.5", "nan"])
def test_tolerances_beyond_them_are_refused(tolerance: str) -> None:
    with pytest.raises(InputError) as caught:
        province(1, 1, 1, {"headcount": {"tolerance": tolerance}})
    assert [problem.code for problem in caught.value.problems] == ["E107"]


@pytest.mark.slow
@pytest.mark.parametrize("first", range(500, 580, 20))
def test_every_goal_in_any_order_with_tolerances(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(first)
    for seed in range(first, first + 20):
        spent = {name: {"tolerance": rng.choice(("0", "1", "10%", "300"))} for name in rng.sample(NAMES, 3)}
        assert_both_ways_agree(random_province(seed, goals={**every_goal(seed), **spent}), monkeypatch)
