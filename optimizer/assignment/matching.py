"""The public function: a plain assignment problem through the engine, with a bound that prices prove."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimizer.arrays import IntArray
from optimizer.assignment.building import build_assignment
from optimizer.assignment.problem import Problem, read_problem
from optimizer.certificate import Certificate, Proof, verify_program
from optimizer.engine.messages import WITHOUT_LIMIT, Request
from optimizer.engine.process import Outcome, run
from optimizer.errors import BrokenPlanError, FalseClaimError
from optimizer.program import Program

if TYPE_CHECKING:
    import pandas as pd

NOBODY: Final = np.empty(0, dtype=np.int32)


class AssignmentStatus(StrEnum):
    """What is known of an assignment; `INFEASIBLE` and `NO_PLAN_IN_TIME` have neither value nor pairs."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    NO_PLAN_IN_TIME = "NO_PLAN_IN_TIME"


@dataclass(frozen=True, eq=False, repr=False)
class Assignment:
    """The chosen pairs, by row and then column, and what is proven of them.

    status: `OPTIMAL`, no assignment costs less; `FEASIBLE`, the time was up, and none costs less than `bound`;
    `INFEASIBLE`, the capacities and the pairs that there are do not allow so many pairs; `NO_PLAN_IN_TIME`.
    value: the sum of the costs. bound: no assignment costs less. Both are None without an assignment.
    missing: how many pairs are missing; of `INFEASIBLE` the fewest that can be missing, of `NO_PLAN_IN_TIME` None.
    rows, columns, costs: int64 (n_chosen,), index of row and column from 0, and cost of each pair.
    certified: prices of rows and columns alone prove `bound`, or of `INFEASIBLE` that `missing` are missing; where it
    is False, the solver vouches for it.
    """

    status: AssignmentStatus
    value: int | None
    bound: int | None
    missing: int | None
    rows: IntArray
    columns: IntArray
    costs: IntArray
    certified: bool

    def to_frame(self) -> pd.DataFrame:
        """The chosen pairs with the columns `row`, `column` and `cost`."""
        import pandas as pd

        return pd.DataFrame({"row": self.rows, "column": self.columns, "cost": self.costs})

    def __repr__(self) -> str:
        said = [str(self.status)]
        if self.value is not None:
            said.append(f"value={self.value}" + ("" if self.value == self.bound else f" (bound {self.bound})"))
            said.append(f"{len(self.rows)} pairs")
        elif self.missing is not None:
            said.append(f"{self.missing} pairs missing")
        return f"Assignment({', '.join([*said, 'certified'] if self.certified else said)})"


def solve_assignment(
    cost: Any,
    rows: Any = None,
    columns: Any = None,
    *,
    gives: Any = 1,
    takes: Any = 1,
    pairs: int | None = None,
    time_limit: float | None = None,
) -> Assignment:
    """Rows to columns at the least cost, proven: an assignment problem with capacities, through the engine of `solve`.

    `cost` is a matrix of whole numbers, of any numbers of rows and columns; or, with `rows` and `columns`, the list of
    the costs of those pairs alone that may be chosen, all three (n_pairs,), indices from 0. Costs may be negative, up
    to 10**9 either way; floats are taken where all of them are whole.

    Each row gives at most `gives` pairs and each column takes at most `takes`: one number for all, or one for each.
    Exactly `pairs` pairs are chosen, each at most once: by default as many as the smaller side has to give or take,
    so that it gives or takes all that it has. Nothing is relaxed where that is impossible: the status is `INFEASIBLE`,
    and `missing` says how many fewer are possible.

    Of several assignments at the least cost any one may come; the same call gives the same. `time_limit` is in
    seconds; when it runs out, or on Ctrl-C, the best assignment so far comes back as `FEASIBLE` with its bound.
    Raises UsageError with everything that is wrong with the arguments, EngineError, and BrokenPlanError where the
    answer does not hold when it is recomputed.
    """
    began = time.monotonic()
    problem = read_problem(cost, rows, columns, gives, takes, pairs, time_limit)
    program, pair = build_assignment(problem)
    left = WITHOUT_LIMIT if time_limit is None else time_limit - (time.monotonic() - began)
    request = Request(program, NOBODY, min(WITHOUT_LIMIT, max(0.0, left)), tie_break=False)
    outcome = run(request, lambda incumbent: None)
    return _assignment(problem, pair, outcome, _proofs(program, outcome))


def _proofs(program: Program, outcome: Outcome) -> list[Proof]:
    """What is proven of the missing pairs and of the costs, recomputed; BrokenPlanError where it does not hold."""
    goals = {goal.name for goal in program.goals}
    solved = [known for known in outcome.incumbent.solved if known.name in goals]
    certificate = Certificate({known.name: known.prices for known in solved if known.prices})
    bounds = {known.name: known.bound for known in solved}
    try:
        return verify_program(program, outcome.incumbent.chosen, bounds, certificate)
    except FalseClaimError as error:
        raise BrokenPlanError([error.text]) from error


def _assignment(problem: Problem, pair: IntArray, outcome: Outcome, proofs: list[Proof]) -> Assignment:
    missing, cost = proofs
    if outcome.infeasible is not None:
        return _without_pairs(AssignmentStatus.INFEASIBLE, missing.value, certified=not missing.rest)
    if missing.value:
        return _without_pairs(AssignmentStatus.NO_PLAN_IN_TIME, None, certified=False)
    chosen = np.sort(pair[outcome.incumbent.chosen])
    shifted = problem.shift * problem.wanted
    value, bound = cost.value + shifted, (cost.bound or 0) + shifted
    return Assignment(
        status=AssignmentStatus.OPTIMAL if value == bound else AssignmentStatus.FEASIBLE,
        value=value,
        bound=bound,
        missing=0,
        rows=problem.rows[chosen],
        columns=problem.columns[chosen],
        costs=problem.costs[chosen],
        certified=not cost.rest,
    )


def _without_pairs(status: AssignmentStatus, missing: int | None, *, certified: bool) -> Assignment:
    nothing = np.empty(0, dtype=np.int64)
    return Assignment(status, None, None, missing, nothing, nothing, nothing, certified)
