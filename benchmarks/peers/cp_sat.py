"""The problem as a CP-SAT model of OR-Tools, with 2 workers; the last goal's plan is the next one's hint."""

from __future__ import annotations

import ortools
from ortools.sat.python import cp_model
from problem import Answer, Goal, Problem, main

WORKERS = 2


class CpSat:
    """One model for all goals; the objective changes, and finished goals are added as constraints."""

    def __init__(self, problem: Problem) -> None:
        self.model = cp_model.CpModel()
        self.x = [self.model.new_int_var(0, upper, "") for upper in problem.upper.tolist()]
        bounds = zip(problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True)
        for (columns, coefficients), (lower, upper) in zip(problem.by_row(), bounds, strict=True):
            self.model.add_linear_constraint(self._sum(columns, coefficients), lower, upper)

    def minimise(self, goal: Goal, seconds: float) -> Answer:
        """Minimise the goal."""
        self.model.minimize(self._sum(goal.columns.tolist(), goal.costs.tolist()) + goal.constant)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = WORKERS
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self.model)
        if status == cp_model.UNKNOWN:
            return Answer(optimal=False, values=None, bound=None)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise RuntimeError(f"CP-SAT ended with {solver.status_name(status)}")
        values = [solver.value(x) for x in self.x]
        self.model.clear_hints()
        for x, value in zip(self.x, values, strict=True):
            self.model.add_hint(x, value)
        return Answer(status == cp_model.OPTIMAL, values, solver.best_objective_bound)

    def fix(self, goal: Goal, at_most: int) -> None:
        """Keep a finished goal."""
        self.model.add(self._sum(goal.columns.tolist(), goal.costs.tolist()) <= at_most)

    def _sum(self, columns: list[int], coefficients: list[int]) -> cp_model.LinearExprT:
        return cp_model.LinearExpr.weighted_sum([self.x[column] for column in columns], coefficients)


if __name__ == "__main__":
    main("cp_sat", ortools.__version__, CpSat)
