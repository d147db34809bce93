"""Branching: the integer program over a small set of moves, by HiGHS through MathOpt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from scipy.sparse import csr_array, vstack

from optimizer.arrays import KeyArray
from optimizer.engine.assembly import Part, assemble
from optimizer.engine.face import Face
from optimizer.errors import EngineError
from optimizer.program_goals import ProgramGoal
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
    face: Face,
    goal: ProgramGoal,
    moves: KeyArray,
    *,
    at_least: int | None,
    seconds: float,
    cuts: Sequence[Cut] = (),
    forced: KeyArray | None = None,
) -> Branched:
    """Minimise `goal` over plans of the face made of `moves` only; `at_least` is a bound already proven, as a row."""
    proto = _proto(assemble(face, goal, moves), goal, at_least, cuts, forced)
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


def _proto(
    part: Part, goal: ProgramGoal, at_least: int | None, cuts: Sequence[Cut], forced: KeyArray | None
) -> model_pb2.ModelProto:
    """The part as a model of MathOpt, all columns whole numbers."""
    rows = [part.matrix]
    lower, upper = [part.row_lower], [part.row_upper]
    if at_least is not None:
        rows.append(csr_array(part.cost[None, :]))
        lower.append(np.array([float(at_least - goal.constant)]))
        upper.append(np.array([np.inf]))
    n = len(part.cost)
    for cut in cuts:
        inside = np.append(np.isin(part.moves, cut.moves), np.zeros(n - len(part.moves), dtype=bool))
        rows.append(csr_array(inside.astype(np.float64)[None, :]))
        lower.append(np.array([-np.inf]))
        upper.append(np.array([float(cut.upper)]))
    matrix = vstack(rows, format="csr")
    matrix.sort_indices()
    matrix.eliminate_zeros()
    entries = matrix.tocoo()
    column_lower = part.column_lower.copy()
    if forced is not None:
        column_lower[: len(part.moves)] = np.maximum(column_lower[: len(part.moves)], np.isin(part.moves, forced))
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(n))
    proto.variables.lower_bounds.extend(column_lower.tolist())
    proto.variables.upper_bounds.extend(part.column_upper.tolist())
    proto.variables.integers.extend([True] * n)
    proto.linear_constraints.ids.extend(range(matrix.shape[0]))
    proto.linear_constraints.lower_bounds.extend(np.concatenate(lower).tolist())
    proto.linear_constraints.upper_bounds.extend(np.concatenate(upper).tolist())
    proto.linear_constraint_matrix.row_ids.extend(entries.row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(entries.col.tolist())
    proto.linear_constraint_matrix.coefficients.extend(entries.data.tolist())
    priced = np.flatnonzero(part.cost)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(part.cost[priced].tolist())
    proto.objective.offset = float(goal.constant)
    return proto


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
