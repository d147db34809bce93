"""A linear program that stays in GLOP: bounds, costs and columns change between solves, bases are taken up again.

It speaks with MathOpt in its own messages: its Python objects, one per column and row, would take ten times as long as
the solves. Without presolve GLOP goes on from a basis as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, model_update_pb2, parameters_pb2, result_pb2
from ortools.math_opt.core.python import solver as mathopt_core
from ortools.math_opt.python import mathopt
from scipy.sparse import coo_array

from optimizer.arrays import IntArray
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.pricing import FloatArray
from optimizer.errors import EngineError
from optimizer.texts import T

GLOP: Final = mathopt.SolverType.GLOP.value
AT_LOWER: Final = mathopt.BasisStatus.AT_LOWER_BOUND.value
AT_UPPER: Final = mathopt.BasisStatus.AT_UPPER_BOUND.value
BASIC: Final = mathopt.BasisStatus.BASIC.value


@dataclass(frozen=True, eq=False)
class Basis:
    """Statuses of columns and rows, as MathOpt numbers them: int64 each; columns that came later are at their lower."""

    columns: IntArray
    rows: IntArray


@dataclass(frozen=True, eq=False)
class Solution:
    """An optimum: its value without constant, one number per column, one price per row."""

    value: float
    x: FloatArray
    prices: FloatArray
    basis: Basis


class Linear:
    """Columns and rows are told by their numbers, in the order in which they came."""

    def __init__(
        self, matrix: coo_array, row_lower: FloatArray, row_upper: FloatArray, lower: FloatArray, upper: FloatArray
    ) -> None:
        self.n_rows, self.n_columns = matrix.shape
        proto = model_pb2.ModelProto()
        _extend_columns(proto.variables, 0, lower, upper)
        proto.linear_constraints.ids.extend(range(self.n_rows))
        proto.linear_constraints.lower_bounds.extend(row_lower.tolist())
        proto.linear_constraints.upper_bounds.extend(row_upper.tolist())
        _extend_matrix(proto.linear_constraint_matrix, matrix)
        self._solver: Any = mathopt_core.new(GLOP, proto, parameters_pb2.SolverInitializerProto())
        self._costs = np.zeros(self.n_columns)
        self._update = model_update_pb2.ModelUpdateProto()

    def bound_columns(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Give columns, sorted, other bounds."""
        self._flush()
        _extend_bounds(self._update.variable_updates, columns, lower, upper)

    def bound_rows(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Give rows, sorted, other bounds."""
        self._flush()
        _extend_bounds(self._update.linear_constraint_updates, rows, lower, upper)

    def set_costs(self, costs: FloatArray) -> None:
        """Minimise other costs: float64 (n_columns,)."""
        self._flush()
        changed = np.flatnonzero(costs != self._costs)
        self._update.objective_updates.linear_coefficients.ids.extend(changed.tolist())
        self._update.objective_updates.linear_coefficients.values.extend(costs[changed].tolist())
        self._costs = costs

    def set_entries(self, entries: coo_array) -> None:
        """Set coefficients, in the shape of the whole matrix; a 0 that is stored takes one out."""
        self._flush()
        _extend_matrix(self._update.linear_constraint_matrix_updates, entries)

    def add_columns(self, entries: coo_array, costs: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
        """New columns: `entries` (n_rows, n_new), their coefficients."""
        self._flush()
        first = self.n_columns
        self.n_columns += len(costs)
        _extend_columns(self._update.new_variables, first, lower, upper)
        shifted = coo_array((entries.data, (entries.row, entries.col + first)), shape=(self.n_rows, self.n_columns))
        _extend_matrix(self._update.linear_constraint_matrix_updates, shifted)
        priced = np.flatnonzero(costs)
        self._update.objective_updates.linear_coefficients.ids.extend((priced + first).tolist())
        self._update.objective_updates.linear_coefficients.values.extend(costs[priced].tolist())
        self._costs = np.append(self._costs, costs)

    def solve(self, seconds: float, basis: Basis, *, dual: bool = False) -> Solution:
        """An optimum, from `basis` on by the primal or the dual simplex method.

        Raises OutOfTimeError at the time limit, EngineError where GLOP gives no optimum.
        """
        self._flush()
        algorithm = mathopt.LPAlgorithm.DUAL_SIMPLEX if dual else mathopt.LPAlgorithm.PRIMAL_SIMPLEX
        parameters = mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(0.01, seconds)), presolve=mathopt.Emphasis.OFF, lp_algorithm=algorithm
        ).to_proto()
        result = self._solver.solve(
            parameters, self._model_parameters(basis), None, callback_pb2.CallbackRegistrationProto(), None, None
        )
        reason = result.termination.reason
        if reason in (result_pb2.TERMINATION_REASON_FEASIBLE, result_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND):
            raise OutOfTimeError
        if reason != result_pb2.TERMINATION_REASON_OPTIMAL:
            name = result_pb2.TerminationReasonProto.Name(reason)
            raise EngineError(T("the linear solver ended with {reason}", reason=name))
        found = result.solutions[0]
        x = _dense(found.primal_solution.variable_values, self.n_columns)
        prices = _dense(found.dual_solution.dual_values, self.n_rows)
        statuses = [np.array(part.values) for part in (found.basis.variable_status, found.basis.constraint_status)]
        return Solution(float(self._costs @ x), x, prices, Basis(*statuses))

    def _model_parameters(self, basis: Basis) -> Any:
        """What is asked of a solve besides the model: no reduced costs, and the basis to start from."""
        parameters = model_parameters_pb2.ModelSolveParametersProto()
        parameters.reduced_costs_filter.filter_by_ids = True
        late = self.n_columns - len(basis.columns)
        start = parameters.initial_basis
        start.variable_status.ids.extend(range(self.n_columns))
        start.variable_status.values.extend([*basis.columns.tolist(), *([AT_LOWER] * late)])
        start.constraint_status.ids.extend(range(self.n_rows))
        start.constraint_status.values.extend(basis.rows.tolist())
        return parameters

    def _flush(self) -> None:
        """Hand over what has changed."""
        if self._update.ByteSize() and not self._solver.update(self._update):
            raise EngineError(T("the linear solver does not take a change"))
        self._update = model_update_pb2.ModelUpdateProto()


def _extend_columns(proto: Any, first: int, lower: FloatArray, upper: FloatArray) -> None:
    proto.ids.extend(range(first, first + len(lower)))
    proto.lower_bounds.extend(lower.tolist())
    proto.upper_bounds.extend(upper.tolist())
    proto.integers.extend([False] * len(lower))


def _extend_bounds(proto: Any, at: IntArray, lower: FloatArray, upper: FloatArray) -> None:
    for side, values in ((proto.lower_bounds, lower), (proto.upper_bounds, upper)):
        side.ids.extend(at.tolist())
        side.values.extend(values.tolist())


def _extend_matrix(proto: Any, matrix: coo_array) -> None:
    by_rows = matrix.tocsr()
    by_rows.sum_duplicates()
    entries = by_rows.tocoo()
    proto.row_ids.extend(entries.row.tolist())
    proto.column_ids.extend(entries.col.tolist())
    proto.coefficients.extend(entries.data.tolist())


def _dense(proto: Any, n: int) -> FloatArray:
    values = np.zeros(n)
    values[np.array(proto.ids, dtype=np.int64)] = np.array(proto.values)
    return values
