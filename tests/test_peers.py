"""The benchmark's peers: the problem file against the program, each peer against brute force, their protocol."""

from __future__ import annotations

import importlib
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import Facts, best_values, feasible, plans
from problem import Answer, Finding, Goal, Problem, Report, read_problem, solve_in_order
from provinces import random_province

from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.goals import GOALS
from optimizer.problem_files import write_problem
from optimizer.program import Program, build_program
from optimizer.program_goals import PINS, activity
from optimizer.scenario.scenario import Scenario

PEERS = {"cp_sat": "CpSat", "highs": "HiGHS", "scip": "SCIP", "cbc": "Cbc", "scipy_milp": "Milp"}
NEEDS = {"cbc": "pulp", "scipy_milp": "scipy"}
FOLDER = Path(__file__).parents[1] / "benchmarks" / "peers"
LEAST_PLANS, MOST_PLANS = 12, 150
each_peer = pytest.mark.parametrize("peer", PEERS)
pytestmark = pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")


def program_of(scenario: Scenario) -> Program:
    a = build_arrays(scenario)
    return build_program(a, build_moves(a))


def problem_of(program: Program, folder: Path) -> Problem:
    write_problem(program, folder / "problem.npz")
    return read_problem(str(folder / "problem.npz"))


def model_of(peer: str) -> Callable[[Problem], Any]:
    pytest.importorskip(NEEDS.get(peer, "ortools"))
    model: Callable[[Problem], Any] = getattr(importlib.import_module(peer), PEERS[peer])
    return model


def solved(build: Callable[[Problem], Any], problem: Problem, seconds: float = 60.0) -> Report:
    report = Report("peer", "1", [Finding(goal.name) for goal in problem.goals])
    solve_in_order(problem, build, seconds, report)
    return report


def _few_plans(first: int) -> Iterator[Scenario]:
    """Provinces that have moves and few enough plans to enumerate quickly."""
    for seed in count(first):
        scenario = random_province(seed)
        try:
            number = sum(1 for _ in islice(plans(Facts(scenario)), MOST_PLANS + 1))
        except OverflowError:
            continue
        if LEAST_PLANS <= number <= MOST_PLANS:
            yield scenario


@cache
def judged(first: int, n: int) -> list[tuple[Scenario, dict[str, int] | None]]:
    return [(scenario, best_values(scenario)) for scenario in islice(_few_plans(first), n)]


def test_the_file_says_the_same_as_the_program(tmp_path: Path) -> None:
    rng, held, broken = random.Random(5), 0, 0
    for seed in range(20):
        program = program_of(random_province(seed))
        problem = problem_of(program, tmp_path)
        assert (problem.n_moves, [goal.name for goal in problem.goals]) == (program.n, [g.name for g in program.goals])
        for share in (0.0, 0.1, 0.2, 0.5, 1.0):
            chosen = np.array([j for j in range(program.n) if rng.random() < share], dtype=np.int32)
            x = np.zeros(len(problem.upper), dtype=np.int64)
            x[chosen] = 1
            n = len(program.lower)
            assert _reached(problem, x)[:n].tolist() == activity(program.terms, chosen, n).tolist()
            _fill_segments(problem, x)
            assert problem.holds(x) == program.holds(chosen)
            held, broken = held + program.holds(chosen), broken + (not program.holds(chosen))
            for goal, own in zip(problem.goals, program.goals, strict=True):
                assert goal.value(x) == own.value(chosen)
                assert goal.upper(1234) == own.settings.upper(1234)
    assert min(held, broken) > 15


def _reached(problem: Problem, x: np.ndarray) -> np.ndarray:
    reached = np.zeros(len(problem.row_lower), dtype=np.int64)
    np.add.at(reached, problem.rows, problem.coefficients * x[problem.columns])
    return reached


def _fill_segments(problem: Problem, x: np.ndarray) -> None:
    """Whatever the moves leave missing in a row goes to its cheapest segments."""
    costs = np.zeros(len(problem.upper), dtype=np.int64)
    for goal in problem.goals:
        costs[goal.columns] += goal.costs
    missing = problem.row_lower - _reached(problem, x)
    for row, (columns, _) in enumerate(problem.by_row()):
        for column in sorted((c for c in columns if c >= problem.n_moves), key=lambda c: (costs[c], c)):
            x[column] = min(max(0, missing[row]), problem.upper[column])
            missing[row] -= x[column]


@each_peer
def test_a_peer_gives_the_best_value_of_every_goal(peer: str, tmp_path: Path) -> None:
    judge(peer, judged(0, 8), tmp_path)


@pytest.mark.slow
@each_peer
def test_a_peer_gives_the_best_value_of_every_goal_in_many_provinces(peer: str, tmp_path: Path) -> None:
    judge(peer, judged(1_000, 60), tmp_path)


def judge(peer: str, provinces: list[tuple[Scenario, dict[str, int] | None]], folder: Path) -> None:
    build = model_of(peer)
    for scenario, best in provinces:
        program = program_of(scenario)
        report = solved(build, problem_of(program, folder))
        assert report.document()["status"] == "OPTIMAL"
        found = {finding.name: finding.value for finding in report.findings}
        assert all(finding.proven and finding.bound == finding.value for finding in report.findings)
        if found.pop(PINS, 0):
            assert best is None
            continue
        assert found == best
        chosen = np.array(report.plan, dtype=np.int32)
        assert program.holds(chosen)
        assert {goal.name: goal.value(chosen) for goal in program.goals if goal.name != PINS} == best


def best_with_tolerances(scenario: Scenario) -> dict[str, int]:
    """Every goal's best value at its turn, by enumeration, when the goals above keep within their tolerances."""
    facts, by_name = Facts(scenario), {goal.name: goal for goal in GOALS}
    kept = [after for plan in plans(facts) if (after := feasible(facts, plan)) is not None]
    best = {}
    for name in scenario.goal_order:
        values = [by_name[name].measure(facts, after) for after in kept]
        best[name] = min(values)
        most = best[name] + scenario.goals[name].allowance(best[name])
        kept = [after for after, value in zip(kept, values, strict=True) if value <= most]
    return best


@each_peer
def test_later_goals_may_spend_a_tolerance(peer: str, tmp_path: Path) -> None:
    build = model_of(peer)
    for scenario, best in _with_tolerances():
        report = solved(build, problem_of(program_of(scenario), tmp_path))
        assert {finding.name: finding.value for finding in report.findings} == best


@cache
def _with_tolerances() -> list[tuple[Scenario, dict[str, int]]]:
    """Two provinces where a tolerance, in points and per cent, makes a later goal better."""
    return list(islice(_all_with_tolerances(), 2))


def _all_with_tolerances() -> Iterator[tuple[Scenario, dict[str, int]]]:
    for scenario in _few_plans(50):
        goals = {
            name: settings.model_copy(update={"tolerance": "150%" if place % 2 else "1500"})
            for place, (name, settings) in enumerate(scenario.goals.items())
        }
        loose = replace(scenario, goals=goals)
        strict = None if scenario.decisions else best_values(scenario)
        if strict is not None and (best := best_with_tolerances(loose)) != strict:
            yield loose, best


class Scripted:
    """A model that gives the answers of a script, and remembers what was fixed."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = [*answers]
        self.fixed: list[int] = []

    def minimise(self, goal: Goal, seconds: float) -> Answer:
        return self.answers.pop(0)

    def fix(self, goal: Goal, at_most: int) -> None:
        self.fixed.append(at_most)


def two_goals() -> Problem:
    """One move of two may be made; the goals are 10 - x0 and 5 + 2 x0 + x1."""
    one = np.array([0, 1])
    goals = (
        Goal("first", 10, np.array([0]), np.array([-1]), "0"),
        Goal("second", 5, one, np.array([2, 1]), "0"),
    )
    bounds = np.array([-(1 << 40)]), np.array([1])
    return Problem(2, np.array([1, 1]), np.array([0, 0]), one, np.array([1, 1]), *bounds, goals)


def told(*answers: Answer) -> tuple[dict[str, Any], list[int]]:
    model = Scripted(*answers)
    return solved(lambda problem: model, two_goals()).document(), model.fixed


def known(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(goal["value"], goal["bound"], goal["proven"]) for goal in document["goals"]]


def test_a_finished_goal_is_fixed_at_its_exact_value() -> None:
    document, fixed = told(Answer(True, [1.0000001, 0], 8.9999), Answer(True, [1, 0], None))
    assert document["status"] == "OPTIMAL"
    assert [(goal["value"], goal["bound"], goal["proven"]) for goal in document["goals"]] == [
        (9, 9, True),
        (7, 7, True),
    ]
    assert (document["moves"], fixed) == ([0], [-1, 2])


def test_a_goal_that_is_not_proven_is_marked_and_ends_the_run() -> None:
    document, fixed = told(Answer(True, [1, 0], 9.0), Answer(False, [1, 0], 3.2))
    assert document["status"] == "FEASIBLE"
    assert [(goal["value"], goal["bound"], goal["proven"]) for goal in document["goals"]] == [
        (9, 9, True),
        (7, 4, False),
    ]
    document, fixed = told(Answer(False, [0, 1], 8.0))
    assert known(document) == [(10, 8, False), (None, None, False)]
    assert fixed == []


def test_an_optimum_above_its_own_bound_is_not_proven() -> None:
    document, _ = told(Answer(True, [0, 1], 9.0))
    assert (document["status"], document["goals"][0]["proven"]) == ("FEASIBLE", False)


def test_an_answer_that_breaks_a_row_is_no_plan() -> None:
    document, _ = told(Answer(True, [1, 1], 9.0))
    assert (document["status"], document["moves"]) == ("UNKNOWN", [])
    assert document["goals"][0] | {"seconds": 0} == {
        "name": "first", "value": None, "bound": 9, "proven": False, "seconds": 0,
    }  # fmt: skip


def test_without_a_plan_the_former_one_stands() -> None:
    document, _ = told(Answer(True, [1, 0], 9.0), Answer(False, None, None))
    assert (document["status"], document["moves"]) == ("FEASIBLE", [0])
    assert document["goals"][1]["value"] is None


@each_peer
def test_a_peer_without_time_knows_nothing(peer: str, tmp_path: Path) -> None:
    document = solved(model_of(peer), two_goals(), seconds=0.0).document()
    assert (document["status"], document["moves"]) == ("UNKNOWN", [])
    assert not any(goal["proven"] or goal["value"] is not None for goal in document["goals"])


def test_a_solver_that_does_not_stop_is_left_behind(tmp_path: Path) -> None:
    program = program_of(random_province(1))
    write_problem(program, tmp_path / "problem.npz")
    code = """
import sys, time, problem
class Endless:
    def __init__(self, asked): pass
    def minimise(self, goal, seconds): time.sleep(60)
problem.GRACE_SECONDS = 0.0
sys.argv[1:] = [sys.argv[1], "0.1"]
problem.main("endless", "1", Endless)
"""
    words = [sys.executable, "-c", code, str(tmp_path / "problem.npz")]
    shown = subprocess.run(words, capture_output=True, check=True, timeout=30, env={"PYTHONPATH": str(FOLDER)})
    document = json.loads(shown.stdout)
    assert (document["status"], document["peer"]) == ("UNKNOWN", "endless")
    assert 0.1 <= document["seconds"] < 30
