"""Provinces of real size, as users solve them: every goal proven, a time limit obeyed, and the table of all moves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import optimizer as so
from optimizer.plan import Plan, Status
from optimizer.scenario.scenario import Scenario

ROOT = Path(__file__).parents[1]
GB = 1 << 30
MOVES_OF_ALL = """
import json, resource, sys
import optimizer as so

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
moves = so.admissible_moves(so.read(sys.argv[1], {"forms.candidates": "all"}))
unit = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"moves": moves.n, "bytes": peak * unit, "before": before * unit}))
"""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("child_process")]
of_each = pytest.mark.parametrize("name", ["nghe-an", "ha-tinh"])


@cache
def scenario(name: str) -> Scenario:
    return so.read(ROOT / "scenarios" / name)


@cache
def best(name: str) -> Plan:
    return so.solve(scenario(name))


@of_each
def test_every_goal_is_proven(name: str) -> None:
    plan = best(name)
    assert plan.status == Status.OPTIMAL
    assert [goal.name for goal in plan.goals] == list(scenario(name).goal_order)
    assert all(goal.proven and goal.bound == goal.value for goal in plan.goals)
    assert not {"not_proven", "not_canonical"} & set(plan.assumptions)


def test_the_goals_of_nghe_an_are_those_of_its_readme() -> None:
    assert scenario("nghe-an").goal_order == ("leadership", "coverage", "specialists", "headcount", "disruption")


@of_each
def test_the_checker_passes_the_plan(name: str) -> None:
    verdict = so.check(scenario(name), best(name))
    assert verdict.passed
    assert verdict.goals == {goal.name: goal.value for goal in best(name).goals}


@of_each
def test_the_plan_is_better_than_the_hand_made_one(name: str) -> None:
    plan = best(name)
    by_hand = [plan.baseline.goals[goal.name] for goal in plan.goals]
    today = [plan.before[goal.name] for goal in plan.goals]
    assert [goal.value for goal in plan.goals] < by_hand < today


@of_each
def test_a_second_run_gives_the_same_moves(name: str) -> None:
    assert so.solve(scenario(name)).moves == best(name).moves


def test_posts_of_ha_tinh_may_be_covered_besides() -> None:
    assert so.admissible_moves(scenario("ha-tinh")).stays.any()


def test_every_unit_keeps_its_floor_and_its_cap() -> None:
    communes = {unit.unit_id for unit in scenario("nghe-an").units if unit.is_commune}
    for row in best("nghe-an").units:
        if row.unit_id in communes:
            base = min(row.quota, row.payroll_before)
            assert base <= row.payroll_after <= max(row.quota, row.payroll_before)
            assert row.strength_after >= min(base, row.strength_before)


def test_the_plan_written_and_read_back_passes_the_checker(tmp_path: Path) -> None:
    so.write_plan(best("nghe-an"), tmp_path / "plan")
    assert so.check(scenario("nghe-an"), so.read_plan(tmp_path / "plan")).passed


@pytest.mark.parametrize("time_limit", [2.0, 12.0])
def test_a_time_limit_gives_a_checked_plan_with_its_gap(time_limit: float) -> None:
    plan = so.solve(scenario("nghe-an"), time_limit=time_limit)
    assert so.check(scenario("nghe-an"), plan).passed
    assert plan.status == (Status.OPTIMAL if all(goal.proven for goal in plan.goals) else Status.FEASIBLE)
    for goal, optimum in zip(plan.goals, best("nghe-an").goals, strict=True):
        if goal.bound is not None:
            assert goal.bound <= goal.value
        if not goal.proven:
            break
        assert goal.value == optimum.value
    by_hand = [plan.baseline.goals[goal.name] for goal in plan.goals]
    assert [goal.value for goal in plan.goals] <= by_hand


@pytest.mark.skipif(sys.platform == "win32", reason="no peak of memory to be read there")
def test_all_candidates_give_a_table_of_millions_in_less_than_a_gigabyte() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", MOVES_OF_ALL, str(ROOT / "scenarios" / "nghe-an")]
    found = json.loads(subprocess.run(call, env=env, capture_output=True, check=True, text=True).stdout)
    assert 1_000_000 <= found["moves"] <= 3_000_000
    assert found["bytes"] < GB
