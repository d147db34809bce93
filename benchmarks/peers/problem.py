"""What the peers share: the problem file, the clock, and the order of the goals. It knows no solver.

    python benchmarks/peers/highs.py PROBLEM.npz SECONDS

A peer gives a `Model` of its library; `main` asks it for one goal after another. A goal that is proven becomes a row
at its exact value plus its allowance; one that is not proven within the seconds ends the run, and is reported as it
is. The seconds count from the moment at which the file has been read, so building the model is part of them.

Printed is one JSON object: `peer`, `version`; `status`: `OPTIMAL` (every goal is proven), `FEASIBLE` (there is a plan)
or `UNKNOWN` (there is none, which says nothing about whether one exists); `seconds`, and how many of them went into
building the model, `build_seconds`; `goals`, in order, each with `name`, `value`, `bound`, `proven`, `seconds`; and the
indices of the chosen `moves`. A solver that calls the problem
infeasible or ends abnormally is an error, and no answer. The file is described in `optimizer/problem_files.py`.
"""

from __future__ import annotations

import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OPEN: Final = 1 << 40  # a bound at or beyond it is none
BOUND_SLACK: Final = 0.01  # costs are integers: a solver's bound may be off by this much of rounding
GRACE_SECONDS: Final = 5.0  # beyond the cap and a twentieth of it; then the report is printed without the solver


@dataclass(frozen=True, eq=False)
class Goal:
    """To minimise: `constant + costs @ x[columns]`; in no plan more than `at_most`."""

    name: str
    constant: int
    columns: Integers
    costs: Integers
    tolerance: str
    at_most: int = OPEN

    def value(self, x: Integers) -> int:
        """The goal's value at the integer point x."""
        return self.constant + int(self.costs @ x[self.columns])

    def upper(self, value: int) -> int:
        """The most that later goals may raise it to above `value`, in exact arithmetic; shares are rounded down."""
        if self.tolerance.endswith("%"):
            return min(self.at_most, value + int(Fraction(self.tolerance[:-1]) / 100 * value))
        return min(self.at_most, value + int(self.tolerance))


@dataclass(frozen=True, eq=False)
class Problem:
    """Integer columns from 0 to `upper`, the first `n_moves` of them moves; `row_lower <= A x <= row_upper`.

    `rows`, `columns`, `coefficients`: nonzeros of A, sorted by row.
    """

    n_moves: int
    upper: Integers
    rows: Integers
    columns: Integers
    coefficients: Integers
    row_lower: Integers
    row_upper: Integers
    goals: tuple[Goal, ...]

    @property
    def float_bounds(self) -> tuple[Floats, Floats]:
        """The bounds of the rows with infinities at open sides."""
        lower = np.where(self.row_lower <= -OPEN, -np.inf, self.row_lower)
        return lower, np.where(self.row_upper >= OPEN, np.inf, self.row_upper)

    def by_row(self) -> Iterator[tuple[list[int], list[int]]]:
        """Columns and coefficients of each row."""
        for first, end in pairwise(np.searchsorted(self.rows, np.arange(len(self.row_lower) + 1))):
            yield self.columns[first:end].tolist(), self.coefficients[first:end].tolist()

    def holds(self, x: Integers) -> bool:
        """True where the integer point x satisfies every bound and row."""
        reached = np.zeros(len(self.row_lower), dtype=np.int64)
        np.add.at(reached, self.rows, self.coefficients * x[self.columns])
        within = (self.row_lower <= reached) & (reached <= self.row_upper)
        return bool(within.all() and (x >= 0).all() and (x <= self.upper).all())


def read_problem(path: str) -> Problem:
    """The problem in a file."""
    with np.load(path) as file:
        of_goal = file["cost_goal"]
        goals = tuple(
            Goal(
                name=str(name),
                constant=int(file["goal_constant"][g]),
                columns=file["cost_column"][of_goal == g],
                costs=file["cost"][of_goal == g],
                tolerance=str(file["goal_tolerance"][g]),
                at_most=int(file["goal_at_most"][g]),
            )
            for g, name in enumerate(file["goal_name"])
        )
        return Problem(
            n_moves=int(file["n_moves"]),
            upper=file["upper"],
            rows=file["row"],
            columns=file["column"],
            coefficients=file["coefficient"],
            row_lower=file["row_lower"],
            row_upper=file["row_upper"],
            goals=goals,
        )


class Answer(NamedTuple):
    """What a library says of one goal: `optimal` as it claims; values of all columns, None: it has no plan.

    `bound` is the lower bound that it reports, None where it reports none.
    """

    optimal: bool
    values: npt.ArrayLike | None
    bound: float | None


class Model(Protocol):
    """A problem in the words of a library."""

    def minimise(self, goal: Goal, seconds: float) -> Answer:
        """Minimise the goal over all rows, those that were added for finished goals too."""

    def fix(self, goal: Goal, at_most: int) -> None:
        """From now on `goal.costs @ x[goal.columns] <= at_most`."""


@dataclass
class Finding:
    """What is known of one goal; `value` and `bound` are None where nothing is."""

    name: str
    value: int | None = None
    bound: int | None = None
    proven: bool = False
    seconds: float = 0.0


@dataclass
class Report:
    """What has been found so far, and since when."""

    peer: str
    version: str
    findings: list[Finding]
    plan: Integers | None = None
    build_seconds: float = 0.0
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the file was read."""
        return time.monotonic() - self.began

    def document(self) -> dict[str, Any]:
        """The JSON object that is printed."""
        status = "UNKNOWN" if self.plan is None else "FEASIBLE"
        if self.plan is not None and all(finding.proven for finding in self.findings):
            status = "OPTIMAL"
        return {
            "peer": self.peer,
            "version": self.version,
            "status": status,
            "seconds": round(self.elapsed, 3),
            "build_seconds": round(self.build_seconds, 3),
            "goals": [asdict(finding) for finding in self.findings],
            "moves": [] if self.plan is None else self.plan.tolist(),
        }


def solve_in_order(problem: Problem, build: Callable[[Problem], Model], seconds: float, report: Report) -> None:
    """Solve goal after goal and write into the report what is found, until one is not proven or time is up."""
    model = build(problem)
    for goal in problem.goals:
        if goal.at_most < OPEN:
            model.fix(goal, goal.at_most - goal.constant)
    report.build_seconds = report.elapsed
    for goal, finding in zip(problem.goals, report.findings, strict=True):
        began = report.elapsed
        if seconds - began <= 0:
            return
        answer = model.minimise(goal, seconds - began)
        if answer.bound is not None and math.isfinite(answer.bound):
            finding.bound = math.ceil(answer.bound - BOUND_SLACK)
        if answer.values is not None:
            x = np.rint(np.asarray(answer.values, dtype=np.float64)).astype(np.int64)
            if problem.holds(x):
                finding.value = goal.value(x)
                finding.proven = answer.optimal and finding.bound in (None, finding.value)
                report.plan = np.flatnonzero(x[: problem.n_moves])
        finding.seconds = round(report.elapsed - began, 3)
        if finding.value is None or not finding.proven:
            return
        finding.bound = finding.value
        model.fix(goal, goal.upper(finding.value) - goal.constant)


def main(peer: str, version: str, build: Callable[[Problem], Model]) -> None:
    """Read the call, solve, print the report; a solver that does not stop at the cap is left behind."""
    path, cap = sys.argv[1], float(sys.argv[2])
    problem = read_problem(path)
    report = Report(peer, version, [Finding(goal.name) for goal in problem.goals])
    watch = threading.Timer(cap * 1.05 + GRACE_SECONDS, _stop_here, [report])
    watch.daemon = True
    watch.start()
    solve_in_order(problem, build, cap, report)
    watch.cancel()
    print(json.dumps(report.document()))


def _stop_here(report: Report) -> None:
    print(json.dumps(report.document()), flush=True)
    os._exit(0)
