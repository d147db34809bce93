"""Middle provinces of 200 to 500 people, and their optimum by a direct integer program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from problem import Finding, Report, read_problem, solve_in_order
from scipy_milp import Milp

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.plan import Plan
from optimizer.problem_files import write_problem
from optimizer.program import Program, build_program
from optimizer.program_goals import PINS
from optimizer.scenario.scenario import Scenario

SECONDS = 120.0
ALL = {"forms.candidates": "all"}
EVERY_GOAL = (
    '["wishes", "coverage", "surplus", "moves", "leadership", "cost", "headcount", "temporary", "kilometres",'
    ' "specialists", "disruption"]'
)
KINDS = {
    "as generated": {},
    "all may move": ALL,
    "a budget": {**ALL, "rules.budget.state": "on", "rules.budget.thousand_dong": "150000"},
    "few moves": {
        **ALL, "rules.max_moves.state": "on", "rules.max_moves.moves": "20",
        "rules.max_moves_per_unit.state": "on", "rules.max_moves_per_unit.moves": "5",
    },
    "tolerances": {**ALL, "goals.specialists.tolerance": "10%", "goals.headcount.tolerance": '"1500"'},
    "every goal": {**ALL, "goals.order": EVERY_GOAL},
}  # fmt: skip


def middle_province(folder: Path, units: int, seed: int, keys: Mapping[str, str]) -> Scenario:
    """A generated province of so many communes under these settings."""
    so.generate(folder, units=units, seed=seed)
    scenario = so.read(folder, dict(keys))
    assert 200 <= len(scenario.people) <= 500
    return scenario


def program_of(scenario: Scenario) -> Program:
    a = build_arrays(scenario)
    return build_program(a, build_moves(a))


def optimum_by_milp(program: Program, folder: Path) -> dict[str, int]:
    """The best value of every goal under those of the goals before it, each as `scipy.optimize.milp` proves it."""
    write_problem(program, folder / "problem.npz")
    problem = read_problem(str(folder / "problem.npz"))
    report = Report("scipy_milp", "1", [Finding(goal.name) for goal in problem.goals])
    solve_in_order(problem, Milp, SECONDS, report)
    assert all(finding.proven for finding in report.findings)
    return {finding.name: int(finding.value or 0) for finding in report.findings if finding.name != PINS}


def optimum_by_the_engine(scenario: Scenario, plan: Plan) -> dict[str, int]:
    """What the plan says is the best of every goal; its values are within the tolerances of it."""
    for goal in plan.goals:
        assert goal.proven and goal.bound is not None, goal.name
        assert 0 <= goal.value - goal.bound <= scenario.goals[goal.name].allowance(goal.bound), goal.name
    return {goal.name: goal.bound or 0 for goal in plan.goals}
