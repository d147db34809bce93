"""A solved program taken up again: the same goals with a choice forced, from the bases of the plan.

For each goal the linear program over the moves that can matter is solved once, from the plan itself as its first basis,
the goals before at the plan's values. A choice then changes a few bounds: the dual simplex method goes on from the
basis of each goal, and needs some dozens of steps. Every move of the table is priced again, and whatever fits better
comes in; so the prices prove a bound over all plans with the choice, in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, KeyArray
from optimizer.certificate import GoalPrices
from optimizer.engine.assembly import costs_of, entries_of_moves, entries_of_segments, matrix_of, n_rows_of_blocks
from optimizer.engine.branching import branch
from optimizer.engine.columns import entering
from optimizer.engine.face import Face, Fixed
from optimizer.engine.likely import likely_moves
from optimizer.engine.linear import AT_LOWER, AT_UPPER, BASIC, Basis, Linear, Solution
from optimizer.engine.messages import Kept
from optimizer.engine.picking import cheapest
from optimizer.engine.pricing import FloatArray, Priced, Prices, price, rules_priced, whole_prices
from optimizer.errors import EngineError
from optimizer.program import Asked, Program
from optimizer.program_goals import PINS, ProgramGoal
from optimizer.rulebook.rows import FREE

POOL: Final = 8  # choices that one question may ask for
ROUNDED: Final = 3_000  # moves among which a plan is sought where an optimum makes some in part
MOST_COMING: Final = (100, 20)  # moves that come in at once, of a post and of a person
INTEGRAL: Final = 1e-5


@dataclass(frozen=True, eq=False)
class Reopening:
    """What linear programs say of a choice: prices by goal, the values that they prove to be least, and a good plan.

    `plan`: None where none was found. `against`: where no plan makes the choice, the rules whose rows prove it.
    """

    prices: Mapping[str, tuple[GoalPrices, ...]]
    floors: Mapping[str, int]
    plan: KeyArray | None = None
    against: tuple[str, ...] | None = None


class Reopened:
    """A program and a plan of it; its first goal is that of pins, whatever they ask for.

    `moves`: int32, those in the linear programs, in the order of their columns.
    """

    def __init__(
        self,
        program: Program,
        chosen: KeyArray,
        former: Mapping[str, tuple[GoalPrices, ...]],
        left: Callable[[], float],
        kept: Kept | None = None,
    ) -> None:
        self.program = program
        self.values = [goal.value(chosen) for goal in self.program.goals]
        self._face = Face(self.program)
        for goal in self.program.goals:
            self._face.begin(goal)
            self._face.finish(None, 0)
        self._n_rows = n_rows_of_blocks(self._face)
        self._value_row = {row.goal.name: self._n_rows + k for k, row in enumerate(self._face.fixed)}
        self._first_pool_row = self._n_rows + len(self._value_row)
        self._n_segments = sum(len(goal.segment_row) for goal in self.program.goals)
        self.moves = likely_moves(self.program, chosen, former) if kept is None else kept.moves
        self._linear = self._built()
        self.kept: Kept | None = None
        if kept is not None and self._fits(kept):
            both = zip(kept.columns, kept.rows, strict=True)
            self._bases = [Basis(columns.astype(np.int64), rows.astype(np.int64)) for columns, rows in both]
            return
        self._bases = [*self._opened(chosen, left)]
        self.kept = Kept(
            self.moves,
            tuple(basis.columns.astype(np.int8) for basis in self._bases),
            tuple(basis.rows.astype(np.int8) for basis in self._bases),
        )

    def _fits(self, kept: Kept) -> bool:
        """Whether the bases kept are of linear programs like these."""
        n_goals, linear = len(self.program.goals), self._linear
        return (
            len(kept.columns) == len(kept.rows) == n_goals
            and all(len(rows) == linear.n_rows for rows in kept.rows)
            and all(len(columns) <= linear.n_columns for columns in kept.columns)
        )

    def reopen(
        self, program: Program, asked: Sequence[Asked], values: Sequence[int], left: Callable[[], float]
    ) -> Reopening:
        """Prices of goals and a plan with what is asked; `values`: those of the first goals, where they are proven.

        `program`: this one, `asking` that, with the moves that are then possible.
        """
        self._enter(np.setdiff1d(np.concatenate([choice.moves for choice in asked]), self.moves))
        self._set_choice(asked, program.possible)
        try:
            return self._stages(program, len(asked), values, left)
        finally:
            self._unset_choice(asked)

    def _stages(self, program: Program, n_asked: int, values: Sequence[int], left: Callable[[], float]) -> Reopening:
        face, narrowed = Face(program), Face(program, keeps_values=True)
        prices: dict[str, tuple[GoalPrices, ...]] = {}
        floors: dict[str, int] = {}
        last: tuple[Solution, Priced] | None = None
        for k, goal in enumerate(program.goals):
            face.begin(goal)
            narrowed.begin(goal)
            self._keep_values(face.fixed)
            least = values[k] if k < len(values) else None
            if least is None:
                try:
                    last = self._stage(face, goal, n_asked, self._bases[k], left, dual=k > 0)
                except EngineError:  # a bound that no plan reaches leaves nothing for the goals after it
                    return Reopening(prices, floors)
                priced = last[1]
                if not k and priced.floor > 0:
                    return Reopening({}, {}, against=rules_priced(program, priced.prices.blocks[0]))
                prices[goal.name] = (GoalPrices(priced.prices.blocks, priced.prices.fixed),)
                floors[goal.name] = least = max(0, priced.floor)
            upper = goal.settings.upper(least)
            face.finish(None, upper)
            if goal is not program.goals[-1]:
                narrowed.finish(None if last is None else last[1], upper)
        self._keep_values(face.fixed)
        return Reopening(prices, floors, None if last is None else self._plan_near(narrowed, *last, left))

    def _stage(
        self,
        face: Face,
        goal: ProgramGoal,
        n_asked: int,
        basis: Basis,
        left: Callable[[], float],
        *,
        dual: bool,
    ) -> tuple[Solution, Priced]:
        """The optimum of one goal over the whole table, and its prices."""
        self._linear.set_costs(self._costs(goal))
        solution = self._linear.solve(left(), basis, dual=dual)
        while True:
            prices = self._prices(face, solution.prices, n_asked)
            priced = price(face, goal, prices)
            if priced.floor >= math.ceil(solution.value + goal.constant - INTEGRAL):
                return solution, priced
            coming = entering(face, priced, prices, self._outside(face.most), *MOST_COMING)
            if not len(coming):
                return solution, priced
            self._enter(coming, goal)
            solution = self._linear.solve(left(), solution.basis)

    def _built(self) -> Linear:
        """The linear program over the moves at hand; values of goals are free, and nothing is asked for."""
        n_rows = self._first_pool_row + POOL
        first_move = self._n_segments + POOL
        moves = [(row, at + first_move, value) for row, at, value in entries_of_moves(self._face, self.moves)]
        pool = np.arange(POOL)
        ones = np.ones(POOL, dtype=np.int64)
        missing = (pool + self._first_pool_row, pool + self._n_segments, ones)
        counted = (np.full(POOL, self._value_row[PINS]), pool + self._n_segments, ones)
        entries = [*entries_of_segments(self._face, 0), *moves, missing, counted]
        lower = np.concatenate([block.lower for block in self._face.blocks])
        upper = np.concatenate([block.upper for block in self._face.blocks])
        free = np.full(n_rows - self._n_rows, np.inf)
        return Linear(
            matrix_of(entries, n_rows, first_move + len(self.moves)),
            np.append(np.where(lower <= -FREE, -np.inf, lower), -free),
            np.append(np.where(upper >= FREE, np.inf, upper), free),
            np.zeros(first_move + len(self.moves)),
            np.concatenate([*self._face.segment_most, np.zeros(POOL), self.program.possible[self.moves]]),
        )

    def _opened(self, chosen: KeyArray, left: Callable[[], float]) -> Iterator[Basis]:
        """The basis of every goal at the plan's values; before the first, that of the plan itself."""
        face, basis = Face(self.program), self._basis_of(chosen)
        for goal, value in zip(self.program.goals, self.values, strict=True):
            face.begin(goal)
            self._keep_values(face.fixed)
            solution, _ = self._stage(face, goal, 0, basis, left, dual=False)
            basis = solution.basis
            yield basis
            face.finish(None, value)

    def _basis_of(self, chosen: KeyArray) -> Basis:
        """The plan as a basis: its moves and what it lacks at their upper ends, what is lacked in part basic."""
        columns = np.full(self._linear.n_columns, AT_LOWER, dtype=np.int64)
        rows = np.full(self._linear.n_rows, BASIC, dtype=np.int64)
        columns[self._n_segments + POOL + np.flatnonzero(np.isin(self.moves, chosen))] = AT_UPPER
        first_row, first = len(self._face.blocks[0].lower), 0
        for goal in self._face.goals:
            used = goal.segments_used(chosen)
            segment = np.arange(first, first + len(used))
            columns[segment[(used == goal.segment_size) & (used > 0)]] = AT_UPPER
            partly = (used > 0) & (used < goal.segment_size)
            columns[segment[partly]] = BASIC
            rows[first_row + goal.segment_row[partly]] = AT_LOWER
            first_row, first = first_row + len(goal.need), first + len(used)
        return Basis(columns, rows)

    def _set_choice(self, asked: Sequence[Asked], possible: BoolArray) -> None:
        """What is asked becomes rows, and what is not possible leaves."""
        self._place_asked(asked, 1.0)
        rows, columns = self._first_pool_row + np.arange(len(asked)), self._n_segments + np.arange(len(asked))
        number = np.array([choice.number for choice in asked], dtype=np.float64)
        self._linear.bound_rows(rows, number, np.full(len(asked), np.inf))
        self._linear.bound_columns(columns, np.zeros(len(asked)), number)
        self._bound_moves(possible)

    def _unset_choice(self, asked: Sequence[Asked]) -> None:
        self._place_asked(asked, 0.0)
        rows, columns = self._first_pool_row + np.arange(len(asked)), self._n_segments + np.arange(len(asked))
        free = np.full(len(asked), np.inf)
        self._linear.bound_rows(rows, -free, free)
        self._linear.bound_columns(columns, np.zeros(len(asked)), np.zeros(len(asked)))
        self._bound_moves(self.program.possible)

    def _place_asked(self, asked: Sequence[Asked], coefficient: float) -> None:
        """Set the coefficients of what is asked for in its rows."""
        place = {move: k for k, move in enumerate(self.moves.tolist())}
        found = []
        for row, choice in enumerate(asked, start=self._first_pool_row):
            columns = (
                self._n_segments + POOL + np.array([place[move] for move in choice.moves.tolist()], dtype=np.int64)
            )
            found.append((np.full(len(columns), row), columns, np.full(len(columns), coefficient)))
        self._linear.set_entries(matrix_of(found, self._linear.n_rows, self._linear.n_columns))

    def _bound_moves(self, possible: BoolArray) -> None:
        columns = self._n_segments + POOL + np.arange(len(self.moves))
        self._linear.bound_columns(columns, np.zeros(len(columns)), possible[self.moves].astype(np.float64))

    def _keep_values(self, fixed: Sequence[Fixed]) -> None:
        """Keep these goals at or below their values, and leave all others free."""
        upper = dict.fromkeys(self._value_row, np.inf)
        upper |= {row.goal.name: float(row.upper - row.goal.constant) for row in fixed}
        rows = np.array([*self._value_row.values()])
        self._linear.bound_rows(rows, np.full(len(rows), -np.inf), np.array([*upper.values()]))

    def _costs(self, goal: ProgramGoal) -> FloatArray:
        """What every column costs in the goal."""
        own = next(known for known in self._face.goals if known.name == goal.name)  # that of pins may have been rebuilt
        of_moves, of_segments = np.split(costs_of(self._face, own, self.moves), [len(self.moves)])
        return np.concatenate([of_segments, np.full(POOL, float(goal.name == PINS)), of_moves])

    def _prices(self, face: Face, prices: FloatArray, n_asked: int) -> Prices:
        """The prices of the rows of a face: limits, what is asked, the goals begun, the values of those kept."""
        blocks, first = [], 0
        for k, block in enumerate(self._face.blocks[: len(face.blocks)]):
            of_block = prices[first : first + len(block.lower)]
            if k == 1:
                of_block = np.append(of_block, prices[self._first_pool_row : self._first_pool_row + n_asked])
            blocks.append(of_block)
            first += len(block.lower)
        values = prices[[self._value_row[row.goal.name] for row in face.fixed]]
        return whole_prices(face, blocks, values)

    def _outside(self, most: BoolArray) -> BoolArray:
        """Moves that may come in: bool (n_moves,)."""
        outside = most.copy()
        outside[self.moves] = False
        return outside

    def _enter(self, moves: KeyArray, goal: ProgramGoal | None = None) -> None:
        """New columns for moves; `goal`: the one that is minimised."""
        if not len(moves):
            return
        moves = moves.astype(np.int32)
        entries = matrix_of(entries_of_moves(self._face, moves), self._linear.n_rows, len(moves))
        weights = None if goal is None else goal.weights
        costs = np.zeros(len(moves)) if weights is None else weights[moves].astype(np.float64)
        self._linear.add_columns(entries, costs, np.zeros(len(moves)), np.ones(len(moves)))
        self.moves = np.append(self.moves, moves)

    def _plan_near(self, face: Face, solution: Solution, priced: Priced, left: Callable[[], float]) -> KeyArray | None:
        """The plan that the last optimum is, else the best one of moves that nearly fit its prices.

        `face`: what the goals before the last leave, if each reaches the value that its prices prove to be least.
        """
        x = solution.x[self._n_segments + POOL :]
        if (np.abs(x - np.rint(x)) < INTEGRAL).all():
            return np.sort(self.moves[x > 0.5])
        used = self.moves[x > INTEGRAL]
        near = cheapest(np.flatnonzero(face.most), priced.move_costs, ROUNDED)
        moves = np.union1d(near, used).astype(np.int32)
        found = branch(face, priced.goal, moves, at_least=priced.floor, seconds=left()).chosen
        return _in_order(face, moves, left) if found is None else np.sort(found)


def _in_order(finished: Face, moves: KeyArray, left: Callable[[], float]) -> KeyArray | None:
    """The best plan made of `moves`, goal after goal; None where there is none."""
    face, chosen = Face(finished.program), None
    for goal in finished.program.goals:
        face.begin(goal)
        chosen = branch(face, goal, moves, at_least=None, seconds=left()).chosen
        if chosen is None:
            return None
        face.finish(None, goal.settings.upper(goal.value(chosen)))
    return None if chosen is None else np.sort(chosen)
