"""The problem as an integer program in MathOpt of OR-Tools, solved by HiGHS; the last plan is the next goal's hint.

Its version is that of OR-Tools. MathOpt sets no number of threads for HiGHS.
"""

from __future__ import annotations

from datetime import timedelta

import ortools
from ortools.math_opt.python import mathopt
from problem import Answer, Goal, Problem, main


class HiGHS:
    """One model for all goals; the objective changes, and finished goals are added as constraints."""

    solver = mathopt.SolverType.HIGHS

    def __init__(self, problem: Problem) -> None:
        self.model = mathopt.Model()
        self.x = [self.model.add_integer_variable(lb=0, ub=upper) for upper in problem.upper.tolist()]
        bounds = zip(*problem.float_bounds, strict=True)
        for (columns, coefficients), (lower, upper) in zip(problem.by_row(), bounds, strict=True):
            row = self.model.add_linear_constraint(lb=lower, ub=upper)
            for column, coefficient in zip(columns, coefficients, strict=True):
                row.set_coefficient(self.x[column], coefficient)
        self.start = mathopt.ModelSolveParameters()

    def minimise(self, goal: Goal, seconds: float) -> Answer:
        """Minimise the goal without any gap."""
        self.model.minimize(self._sum(goal) + goal.constant)
        parameters = mathopt.SolveParameters(
            time_limit=timedelta(seconds=seconds), relative_gap_tolerance=0.0, absolute_gap_tolerance=0.0
        )
        result = mathopt.solve(self.model, self.solver, params=parameters, model_params=self.start)
        reason, bound = result.termination.reason, result.termination.objective_bounds.dual_bound
        if reason == mathopt.TerminationReason.NO_SOLUTION_FOUND:
            return Answer(optimal=False, values=None, bound=bound)
        if reason not in (mathopt.TerminationReason.OPTIMAL, mathopt.TerminationReason.FEASIBLE):
            raise RuntimeError(f"{self.solver.name} ended with {result.termination}")
        hint = mathopt.SolutionHint(variable_values=result.variable_values())
        self.start = mathopt.ModelSolveParameters(solution_hints=[hint])
        return Answer(reason == mathopt.TerminationReason.OPTIMAL, result.variable_values(self.x), bound)

    def fix(self, goal: Goal, at_most: int) -> None:
        """Keep a finished goal."""
        self.model.add_linear_constraint(self._sum(goal) <= at_most)

    def _sum(self, goal: Goal) -> mathopt.LinearSum:
        costs = zip(goal.columns.tolist(), goal.costs.tolist(), strict=True)
        return mathopt.LinearSum(cost * self.x[column] for column, cost in costs)


if __name__ == "__main__":
    main("highs", ortools.__version__, HiGHS)
