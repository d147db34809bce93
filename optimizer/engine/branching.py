"""Branching: the integer program over a small set of moves, by HiGHS through MathOpt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from optimizer.arrays import IntArray, KeyArray
from optimizer.engine.pricing import Block, Fixed, FloatArray
from optimizer.errors import EngineError
from optimizer.program import ProgramGoal
from optimizer.rulebook.rows import FREE
from optimizer.texts import T


@dataclass(frozen=True, eq=False)
class Cut:
    """One more row over moves: `sum(x[moves]) <= upper`."""

    moves: KeyArray
    upper: int


@dataclass(frozen=True, eq=False)
class Branched:
    """`chosen`: the moves found, None where there are none; `bound`: below every plan over the given moves."""

    chosen: KeyArray | None
    bound: float
    complete: bool


def branch(
    moves: KeyArray,
    goal: ProgramGoal,
    goals: Sequence[ProgramGoal],
    blocks: Sequence[Block],
    fixed: Sequence[Fixed],
    *,
    at_least: int | None,
    seconds: float,
    cuts: Sequence[Cut] = (),
    forced: KeyArray | None = None,
) -> Branched:
    """Minimise `goal` over plans made of `moves` only; `at_least` is a bound already proven, used as a row."""
    builder = _Builder(moves, goals)
    for block, owner in zip(blocks, [None, *goals], strict=True):
        builder.add_block(block, owner)
    for row in fixed:
        builder.add_goal_row(row.goal, upper=row.upper)
    if at_least is not None:
        builder.add_goal_row(goal, lower=at_least)
    for cut in cuts:
        builder.add_row(np.isin(moves, cut.moves).astype(np.float64), -np.inf, float(cut.upper))
    proto = builder.proto(goal, forced)
    result = mathopt.solve(
        mathopt.Model.from_model_proto(proto),
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(0.01, seconds)),
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=0.0,
        ),
    )
    return _read(result, moves, goal)


def _read(result: mathopt.SolveResult, moves: KeyArray, goal: ProgramGoal) -> Branched:
    reason = result.termination.reason
    reasons = mathopt.TerminationReason
    if reason in (reasons.INFEASIBLE, reasons.INFEASIBLE_OR_UNBOUNDED):
        return Branched(None, float("inf"), complete=True)
    if reason == reasons.NO_SOLUTION_FOUND:
        return Branched(None, float("-inf"), complete=False)
    if reason not in (reasons.OPTIMAL, reasons.FEASIBLE):
        raise EngineError(T("the integer solver ended with {reason}", reason=str(result.termination)))
    values = result.variable_values()
    x = np.array([values[v] for v in list(values)[: len(moves)]])
    chosen = moves[x > 0.5]
    bound = result.termination.objective_bounds.dual_bound
    return Branched(chosen, float(bound), complete=reason == reasons.OPTIMAL)


class _Builder:
    """Gathers the nonzeros of the rows over the chosen moves and the segments of the goals."""

    def __init__(self, moves: KeyArray, goals: Sequence[ProgramGoal]) -> None:
        self._moves = moves
        self._first_segment = {}
        self._n_columns = len(moves)
        self._goals = goals
        for goal in goals:
            self._first_segment[id(goal)] = self._n_columns
            self._n_columns += len(goal.segment_row)
        self._n_rows = 0
        self._lower: list[FloatArray] = []
        self._upper: list[FloatArray] = []
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []

    def add_block(self, block: Block, owner: ProgramGoal | None) -> None:
        n = len(block.lower)
        for term in block.terms:
            rows = term.rows[self._moves].astype(np.int64)
            at = np.flatnonzero(rows >= 0)
            self._entries.append((rows[at] + self._n_rows, at, term.of(self._moves[at]).astype(np.float64)))
        if owner is not None:
            columns = self._first_segment[id(owner)] + np.arange(len(owner.segment_row))
            self._entries.append((owner.segment_row + self._n_rows, columns, np.ones(len(columns))))
        self._lower.append(np.where(block.lower <= -FREE, -np.inf, block.lower))
        self._upper.append(np.where(block.upper >= FREE, np.inf, block.upper))
        self._n_rows += n

    def add_goal_row(self, goal: ProgramGoal, *, lower: float = -np.inf, upper: float = np.inf) -> None:
        self.add_row(
            None if goal.weights is None else goal.weights[self._moves].astype(np.float64),
            lower - goal.constant,
            upper - goal.constant,
            goal,
        )

    def add_row(self, weights: FloatArray | None, lower: float, upper: float, owner: ProgramGoal | None = None) -> None:
        if weights is not None:
            at = np.flatnonzero(weights)
            self._entries.append((np.full(len(at), self._n_rows), at, weights[at]))
        if owner is not None and len(owner.segment_row):
            columns = self._first_segment[id(owner)] + np.arange(len(owner.segment_row))
            costs = owner.segment_cost.astype(np.float64)
            self._entries.append((np.full(len(columns), self._n_rows), columns, costs))
        self._lower.append(np.array([lower], dtype=np.float64))
        self._upper.append(np.array([upper], dtype=np.float64))
        self._n_rows += 1

    def proto(self, goal: ProgramGoal, forced: KeyArray | None) -> model_pb2.ModelProto:
        proto = model_pb2.ModelProto()
        self._fill_columns(proto, forced)
        proto.linear_constraints.ids.extend(range(self._n_rows))
        proto.linear_constraints.lower_bounds.extend(np.concatenate(self._lower).tolist())
        proto.linear_constraints.upper_bounds.extend(np.concatenate(self._upper).tolist())
        rows, columns, values = (np.concatenate([entry[k] for entry in self._entries]) for k in range(3))
        key, where = np.unique(rows * self._n_columns + columns, return_inverse=True)
        summed = np.bincount(where, weights=values, minlength=len(key))
        key, summed = key[summed != 0], summed[summed != 0]
        proto.linear_constraint_matrix.row_ids.extend((key // self._n_columns).tolist())
        proto.linear_constraint_matrix.column_ids.extend((key % self._n_columns).tolist())
        proto.linear_constraint_matrix.coefficients.extend(summed.tolist())
        self._fill_objective(proto, goal)
        return proto

    def _fill_columns(self, proto: model_pb2.ModelProto, forced: KeyArray | None) -> None:
        lower = np.zeros(self._n_columns)
        if forced is not None:
            lower[: len(self._moves)] = np.isin(self._moves, forced)
        sizes = [goal.segment_size for goal in self._goals]
        upper = np.concatenate([np.ones(len(self._moves)), *sizes])
        proto.variables.ids.extend(range(self._n_columns))
        proto.variables.lower_bounds.extend(lower.tolist())
        proto.variables.upper_bounds.extend(upper.astype(float).tolist())
        proto.variables.integers.extend([True] * self._n_columns)

    def _fill_objective(self, proto: model_pb2.ModelProto, goal: ProgramGoal) -> None:
        cost = np.zeros(self._n_columns)
        if goal.weights is not None:
            cost[: len(self._moves)] = goal.weights[self._moves]
        first = self._first_segment[id(goal)]
        cost[first : first + len(goal.segment_cost)] = goal.segment_cost
        at = np.flatnonzero(cost)
        proto.objective.linear_coefficients.ids.extend(at.tolist())
        proto.objective.linear_coefficients.values.extend(cost[at].tolist())
        proto.objective.offset = float(goal.constant)
