"""Goals one after another, each exact: column generation for the bound, branching on what the bound leaves open.

For each goal the linear program over the whole table is solved by column generation: a restricted master gives
prices, and every move is priced in numpy. The bound of these prices and the value of the best plan known decide
which moves can still matter: only those whose reduced cost fits between the two. Branching sees only these, and is
complete when it has seen all of them. Then the goal stands as a row at its exact value, and moves that no plan of
that value can contain leave the table for good.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.engine.branching import Branched, branch
from optimizer.engine.master import Master, OutOfTimeError
from optimizer.engine.messages import Solved
from optimizer.engine.pricing import FloatArray, dual_bound, reduced_costs
from optimizer.errors import EngineError
from optimizer.program import Program, ProgramGoal
from optimizer.texts import T

COLUMNS_PER_ROUND = 6000
COLUMNS_PER_POST = 6
COLUMNS_PER_PERSON = 3
MOST_BRANCHED = 60_000
FEW_MOVES = 500
BOUND_SLACK = 0.01  # the integer solver's bound is of integers; it may be this far off by rounding
SLACK = 1e-5  # what rounding can add to a reduced cost of the sizes that occur


Report = Callable[[KeyArray, list[Solved]], None]


class Run:
    """One run over the goals of a program, from an incumbent plan that satisfies all rows."""

    def __init__(
        self,
        program: Program,
        incumbent: KeyArray,
        report: Report,
        deadline: float,
        few_moves: int = FEW_MOVES,
    ) -> None:
        self.program = program
        self.incumbent = incumbent
        self.solved: list[Solved] = []
        self.active = program.possible.copy()
        self.master = Master(program)
        self.deadline = deadline
        self.few_moves = few_moves
        self._began = time.monotonic()
        self._bound: int | None = None
        self._report = report

    def minimise(self, goal: ProgramGoal, few_moves: int | None = None) -> Solved:
        """Solve one goal under the values of those before; its rows stay. Out of time, the bound may be open.

        Where at most `few_moves` moves are left (the run's own number by default) branching sees them all at once.
        """
        self._began, self._bound = time.monotonic(), None
        try:
            self.master.start_goal(goal)
            if self.active.sum() <= (self.few_moves if few_moves is None else few_moves):
                self._branch_on_all(goal)
            else:
                self._generate_and_branch(goal)
        finally:
            solved = self._tell(goal)
            self.solved.append(solved)
        if not solved.proven:
            raise OutOfTimeError
        self.master.finish_goal(solved.value + goal.settings.allowance(solved.value))
        return solved

    def _tell(self, goal: ProgramGoal) -> Solved:
        """Report the incumbent and what is known of the goal by now."""
        solved = Solved(goal.name, goal.value(self.incumbent), self._bound, time.monotonic() - self._began)
        self._report(self.incumbent, [*self.solved, solved])
        return solved

    def _branch_on_all(self, goal: ProgramGoal) -> None:
        """Few moves are left: the integer program over all of them."""
        found = self._branch(goal, np.flatnonzero(self.active).astype(np.int32), None)
        if found.complete:
            self._bound = goal.value(self.incumbent)

    def _generate_and_branch(self, goal: ProgramGoal) -> None:
        """Prices and bound by column generation, then branching on what they leave open."""
        self.master.add_moves(self.incumbent)
        costs, floor, values = self._price_out(goal)
        bound = math.ceil(floor)
        self._try_rounding(goal, values)
        if goal.value(self.incumbent) > bound:
            bound = self._close(goal, costs, floor, bound)
        self._bound = bound
        value = goal.value(self.incumbent)
        if value == self._bound:
            self._drop(costs, value + goal.settings.allowance(value) - floor)

    def _drop(self, costs: FloatArray, room: float) -> None:
        """Take out the moves that no plan within the goal's value and tolerance can contain."""
        self.active &= costs <= room + SLACK
        columns = self.master.columns
        self.master.drop_moves(columns[~self.active[columns]])

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        return left

    def _price_out(self, goal: ProgramGoal) -> tuple[FloatArray, float, FloatArray]:
        """Column generation: rounds of master and pricing until no move has a negative reduced cost."""
        best = -math.inf
        best_costs: FloatArray | None = None
        while True:
            prices, values = self.master.solve(self._left())
            costs = reduced_costs(goal, self.program.n, self.master.blocks, self.master.fixed, prices)
            floor = dual_bound(
                goal, self.master.goals, self.master.blocks, self.master.fixed, prices, costs, self.active
            )
            if floor > best or best_costs is None:
                best, best_costs = floor, costs
            if best > 0:  # a goal is never negative: a bound at or below 0 says nothing
                self._bound = math.ceil(best)
                self._tell(goal)
            entering = self._entering(costs)
            if not len(entering):
                return best_costs, best, values
            self.master.add_moves(entering)

    def _entering(self, costs: FloatArray) -> KeyArray:
        """The most negative moves, a few per post and person, so that a round looks everywhere."""
        program = self.program
        inside = np.zeros(program.n, dtype=bool)
        inside[self.master.columns] = True
        rows = np.flatnonzero(self.active & ~inside & (costs < -SLACK))
        rows = rows[np.argsort(costs[rows], kind="stable")]
        rows = rows[_first_of_each(program.move_post[rows], COLUMNS_PER_POST)]
        rows = rows[_first_of_each(program.move_person[rows], COLUMNS_PER_PERSON)]
        return rows[:COLUMNS_PER_ROUND].astype(np.int32)

    def _try_rounding(self, goal: ProgramGoal, values: FloatArray) -> None:
        """Take the master's solution where it is integral."""
        if (np.abs(values - np.rint(values)) < SLACK).all():
            self._accept(goal, self.master.columns[values > 0.5])

    def _accept(self, goal: ProgramGoal, chosen: KeyArray) -> None:
        """Make `chosen` the incumbent where it satisfies all rows and is better; judged in integers."""
        chosen = np.sort(chosen).astype(np.int32)
        if goal.value(chosen) < goal.value(self.incumbent) and self._holds(chosen):
            self.incumbent = chosen

    def _close(self, goal: ProgramGoal, costs: FloatArray, floor: float, bound: int) -> int:
        """Branch on growing sets of moves until value and bound meet or all that can matter was seen.

        Returns the bound that is proven: the value itself when the search was complete.
        """
        columns = self.master.columns
        self._branch(goal, columns[costs[columns] <= SLACK], bound)
        most = MOST_BRANCHED
        while (value := goal.value(self.incumbent)) > bound:
            # A better plan has a value of at most value - 1, so it contains only moves of small reduced cost.
            useful = np.flatnonzero(self.active & (costs <= value - 1 - floor + SLACK)).astype(np.int32)
            useful = useful[np.argsort(costs[useful], kind="stable")]
            found = self._branch(goal, useful[:most], bound)
            if found.complete and len(useful) <= most:
                return goal.value(self.incumbent)
            if not found.complete:
                return bound
            most *= 3
        return bound

    def _branch(self, goal: ProgramGoal, moves: KeyArray, bound: int | None) -> Branched:
        moves = np.union1d(moves, self.incumbent).astype(np.int32)
        found = branch(
            moves,
            goal,
            self.master.goals,
            self.master.blocks,
            self.master.fixed,
            at_least=bound,
            seconds=self._left(),
        )
        if found.chosen is not None:
            self._accept(goal, found.chosen)
        if found.complete and not self._is_answer(goal, found):
            raise EngineError(T("the integer solver's answer does not hold in whole numbers"))
        return found

    def _is_answer(self, goal: ProgramGoal, found: Branched) -> bool:
        """True where a complete search ended with a plan that holds exactly and is no better than the incumbent.

        The incumbent was among the plans searched, so a complete search cannot end empty or worse.
        """
        if found.chosen is None or not self._holds(found.chosen):
            return False
        return goal.value(found.chosen) == goal.value(self.incumbent) == math.ceil(found.bound - BOUND_SLACK)

    def _holds(self, chosen: KeyArray) -> bool:
        """True where the moves satisfy every limit and every finished goal, in integers."""
        return self.program.holds(chosen) and all(row.goal.value(chosen) <= row.upper for row in self.master.fixed)


def _first_of_each(keys: KeyArray, most: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """True for the first `most` places at which each key stands."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.searchsorted(ordered, ordered, side="left")
    keep = np.zeros(len(keys), dtype=bool)
    keep[order] = np.arange(len(keys)) - first < most
    return keep
