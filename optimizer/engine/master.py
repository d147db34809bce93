"""The restricted master: a linear program over some of the moves, kept warm by GLOP from round to round."""

from __future__ import annotations

import time
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from optimizer.arrays import KeyArray
from optimizer.engine.pricing import Block, Fixed, FloatArray, Prices, goal_block, limits_block
from optimizer.errors import EngineError
from optimizer.program import Program, ProgramGoal
from optimizer.rulebook.rows import FREE
from optimizer.texts import T

UNSTABLE = (mathopt.TerminationReason.IMPRECISE, mathopt.TerminationReason.NUMERICAL_ERROR)


class OutOfTimeError(Exception):
    """The deadline of the run has passed inside a solver call."""


class Master:
    """Columns of moves come as they are priced; goals come in order, each with its rows, and stay as a row."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.blocks: list[Block] = []
        self.fixed: list[Fixed] = []
        self.goals: list[ProgramGoal] = []
        self._model = mathopt.Model()
        self._rows: list[list[mathopt.LinearConstraint]] = []
        self._fixed_rows: list[mathopt.LinearConstraint] = []
        self._segments: dict[int, list[mathopt.Variable]] = {}
        self._moves: dict[int, mathopt.Variable] = {}
        self._add_block(limits_block(program))
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    @property
    def columns(self) -> KeyArray:
        """The moves in the master."""
        return np.fromiter(self._moves, dtype=np.int32, count=len(self._moves))

    def start_goal(self, goal: ProgramGoal) -> None:
        """Add the goal's rows and segments and make it the objective."""
        self._add_block(goal_block(goal))
        self.goals.append(goal)
        rows = self._rows[-1]
        self._fill(self.blocks[-1], rows, list(self._moves))
        segments = []
        for row, size in zip(goal.segment_row.tolist(), goal.segment_size.tolist(), strict=True):
            segment = self._model.add_variable(lb=0.0, ub=float(size))
            rows[row].set_coefficient(segment, 1.0)
            segments.append(segment)
        self._segments[len(self.goals) - 1] = segments
        self._model.objective.clear()
        self._model.objective.is_maximize = False
        for segment, cost in zip(segments, goal.segment_cost.tolist(), strict=True):
            self._model.objective.set_linear_coefficient(segment, float(cost))
        if goal.weights is not None:
            for move, variable in self._moves.items():
                self._model.objective.set_linear_coefficient(variable, float(goal.weights[move]))

    def finish_goal(self, upper: int) -> None:
        """Keep the current goal at or below `upper` from now on."""
        goal = self.goals[-1]
        row = self._model.add_linear_constraint(ub=float(upper - goal.constant))
        for segment, cost in zip(self._segments[len(self.goals) - 1], goal.segment_cost.tolist(), strict=True):
            row.set_coefficient(segment, float(cost))
        if goal.weights is not None:
            for move, variable in self._moves.items():
                row.set_coefficient(variable, float(goal.weights[move]))
        self.fixed.append(Fixed(goal, upper))
        self._fixed_rows.append(row)

    def add_moves(self, moves: KeyArray) -> None:
        """Add columns for moves that are not in the master yet."""
        goal = self.goals[-1] if self.goals else None
        new = [move for move in moves.tolist() if move not in self._moves]
        for move in new:
            self._moves[move] = self._model.add_variable(lb=0.0, ub=1.0)
        for block, rows in zip(self.blocks, self._rows, strict=True):
            self._fill(block, rows, new)
        for fixed, constraint in zip(self.fixed, self._fixed_rows, strict=True):
            if fixed.goal.weights is not None:
                for move in new:
                    constraint.set_coefficient(self._moves[move], float(fixed.goal.weights[move]))
        if goal is not None and goal.weights is not None:
            for move in new:
                self._model.objective.set_linear_coefficient(self._moves[move], float(goal.weights[move]))

    def drop_moves(self, moves: KeyArray) -> None:
        """Take columns out that can be in no plan any more."""
        for move in moves.tolist():
            variable = self._moves.pop(move, None)
            if variable is not None:
                self._model.delete_variable(variable)

    def solve(self, seconds: float) -> tuple[Prices, FloatArray]:
        """Prices of all rows, and the value of each column in the order of `columns`.

        Raises OutOfTimeError at the time limit, EngineError where no way of solving gives an optimum.
        """
        began = time.monotonic()
        result = self._solver.solve(params=_parameters(seconds, presolve=mathopt.Emphasis.OFF))
        for solver in (mathopt.SolverType.GLOP, mathopt.SolverType.HIGHS):
            if result.termination.reason not in UNSTABLE:
                break
            left = seconds - (time.monotonic() - began)
            result = mathopt.solve(self._model, solver, params=_parameters(left))
        reason = result.termination.reason
        if reason in (mathopt.TerminationReason.NO_SOLUTION_FOUND, mathopt.TerminationReason.FEASIBLE):
            raise OutOfTimeError
        if reason != mathopt.TerminationReason.OPTIMAL:
            raise EngineError(T("the linear solver ended with {reason}", reason=str(result.termination)))
        blocks = tuple(
            _signed(np.array(result.dual_values(rows), dtype=np.float64), block)
            for rows, block in zip(self._rows, self.blocks, strict=True)
        )
        fixed = tuple(min(0.0, value) for value in result.dual_values(self._fixed_rows))
        values = np.array(result.variable_values(list(self._moves.values())), dtype=np.float64)
        return Prices(blocks, fixed), values

    def _fill(self, block: Block, rows: list[mathopt.LinearConstraint], moves: list[int]) -> None:
        """Set the coefficients of `moves` in the rows of a block; a move may stand twice in one row."""
        entries: dict[tuple[int, int], float] = {}
        for term in block.terms:
            at = np.array(moves, dtype=np.int32)
            for move, row, step in zip(moves, term.rows[at].tolist(), term.of(at).tolist(), strict=True):
                if row >= 0:
                    entries[row, move] = entries.get((row, move), 0.0) + step
        for (row, move), coefficient in entries.items():
            rows[row].set_coefficient(self._moves[move], coefficient)

    def _add_block(self, block: Block) -> None:
        self.blocks.append(block)
        self._rows.append(
            [
                self._model.add_linear_constraint(
                    lb=float("-inf") if lower <= -FREE else float(lower),
                    ub=float("inf") if upper >= FREE else float(upper),
                )
                for lower, upper in zip(block.lower.tolist(), block.upper.tolist(), strict=True)
            ]
        )


def _parameters(seconds: float, presolve: mathopt.Emphasis | None = None) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(time_limit=timedelta(seconds=max(0.01, seconds)), presolve=presolve)


def _signed(prices: FloatArray, block: Block) -> FloatArray:
    """Prices without the traces of rounding that would lean on an open side of a row."""
    prices = np.where((block.lower <= -FREE) & (prices > 0), 0.0, prices)
    return np.where((block.upper >= FREE) & (prices < 0), 0.0, prices)
