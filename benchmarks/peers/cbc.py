"""The problem as an integer program in PuLP, solved by the CBC that comes with it, on one thread, as by default.

PuLP hands CBC a file and reads one back: no goal starts from the last one's plan, and no bound comes with an answer.
With 2 threads about one in a thousand small problems waited 10 seconds for nothing (CBC 2.10.3, on 2 cores).
"""

from __future__ import annotations

import pulp
from problem import OPEN, Answer, Goal, Problem, main


class Cbc:
    """One model for all goals; the objective changes, and finished goals are added as constraints."""

    def __init__(self, problem: Problem) -> None:
        self.model = pulp.LpProblem("staffing", pulp.LpMinimize)
        uppers = enumerate(problem.upper.tolist())
        self.x = [self.model.add_variable(f"x{j}", 0, upper, pulp.LpInteger) for j, upper in uppers]
        bounds = zip(problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True)
        for (columns, coefficients), (lower, upper) in zip(problem.by_row(), bounds, strict=True):
            if lower > -OPEN:
                self.model += self._sum(columns, coefficients) >= lower
            if upper < OPEN:
                self.model += self._sum(columns, coefficients) <= upper

    def minimise(self, goal: Goal, seconds: float) -> Answer:
        """Minimise the goal without any gap."""
        self.model.setObjective(self._sum(goal.columns.tolist(), goal.costs.tolist()))
        self.model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, gapRel=0.0, gapAbs=0.0))
        status = self.model.sol_status
        if status == pulp.LpSolutionNoSolutionFound:
            return Answer(optimal=False, values=None, bound=None)
        if status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
            raise RuntimeError(f"CBC ended with {pulp.LpStatus[self.model.status]}")
        values = [x.value() or 0 for x in self.x]  # None: in no row and no cost
        return Answer(status == pulp.LpSolutionOptimal, values, bound=None)

    def fix(self, goal: Goal, at_most: int) -> None:
        """Keep a finished goal."""
        self.model += self._sum(goal.columns.tolist(), goal.costs.tolist()) <= at_most

    def _sum(self, columns: list[int], coefficients: list[int]) -> pulp.LpAffineExpression:
        if not columns:  # CBC cannot read the column that PuLP makes up for an empty sum
            return pulp.LpAffineExpression({self.x[0]: 0})
        return pulp.LpAffineExpression(zip((self.x[column] for column in columns), coefficients, strict=True))


if __name__ == "__main__":
    main("cbc", f"PuLP {pulp.__version__}", Cbc)
