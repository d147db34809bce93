"""The problem for `scipy.optimize.milp`: sparse arrays in, an answer of HiGHS out; every goal begins anew."""

from __future__ import annotations

import numpy as np
import scipy
from problem import Answer, Goal, Problem, main
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

OPTIMAL, AT_ITS_LIMIT = 0, 1


class Milp:
    """The rows as sparse constraints, one more for every finished goal."""

    def __init__(self, problem: Problem) -> None:
        self.n = len(problem.upper)
        self.bounds = Bounds(0, problem.upper)
        entries = (problem.coefficients.astype(float), (problem.rows, problem.columns))
        matrix = csr_array(entries, shape=(len(problem.row_lower), self.n))
        self.constraints = [LinearConstraint(matrix, *problem.float_bounds)]

    def minimise(self, goal: Goal, seconds: float) -> Answer:
        """Minimise the goal without any gap."""
        result = milp(
            self._costs(goal),
            integrality=np.ones(self.n),
            bounds=self.bounds,
            constraints=self.constraints,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if result.status not in (OPTIMAL, AT_ITS_LIMIT):
            raise RuntimeError(f"milp ended with {result.message}")
        bound = None if result.mip_dual_bound is None else result.mip_dual_bound + goal.constant
        return Answer(result.status == OPTIMAL, result.x, bound)

    def fix(self, goal: Goal, at_most: int) -> None:
        """Keep a finished goal."""
        self.constraints.append(LinearConstraint(csr_array([self._costs(goal)]), -np.inf, at_most))

    def _costs(self, goal: Goal) -> np.ndarray:
        costs = np.zeros(self.n)
        costs[goal.columns] = goal.costs
        return costs


if __name__ == "__main__":
    main("scipy_milp", scipy.__version__, Milp)
