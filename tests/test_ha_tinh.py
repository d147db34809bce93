"""A second province of real size: its best plan is proven, and no figure of the first one is needed for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import optimizer as so
from optimizer.plan import Plan, Status
from optimizer.scenario.scenario import Scenario

FOLDER = Path(__file__).parents[1] / "scenarios" / "ha-tinh"

pytestmark = pytest.mark.slow


@cache
def scenario() -> Scenario:
    return so.read(FOLDER)


@cache
def best() -> Plan:
    return so.solve(scenario())


def test_every_goal_is_proven() -> None:
    assert best().status == Status.OPTIMAL
    assert [goal.name for goal in best().goals] == list(scenario().goal_order)
    assert all(goal.proven and goal.bound == goal.value for goal in best().goals)


def test_the_checker_passes_the_plan() -> None:
    verdict = so.check(scenario(), best())
    assert verdict.passed
    assert verdict.goals == {goal.name: goal.value for goal in best().goals}


def test_the_plan_is_better_than_the_hand_made_one() -> None:
    by_hand = [best().baseline.goals[goal.name] for goal in best().goals]
    today = [best().before[goal.name] for goal in best().goals]
    assert [goal.value for goal in best().goals] < by_hand < today


def test_posts_may_be_covered_besides() -> None:
    moves = so.admissible_moves(scenario())
    assert moves.stays.any()


def test_a_second_run_gives_the_same_moves() -> None:
    assert so.solve(scenario()).moves == best().moves
