"""Goals one after another, each exact: column generation for the bound, branching on what the bound leaves open.

For each goal column generation solves the linear program over the whole table: a restricted master and flows give
prices, and every move is priced in numpy. The bound of these prices and the value of the best plan known decide which
moves can still matter: only those whose reduced cost fits between the two. Branching sees only these, and is complete
when it has seen all of them. Then the bounds of moves, segments and rows are narrowed to what plans of that value can
contain (see `face`), and the next goal is solved within.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.certificate import GoalPrices
from optimizer.engine.branching import Branched, branch
from optimizer.engine.columns import FEW, Generation
from optimizer.engine.face import Face
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Solved
from optimizer.engine.network import Network
from optimizer.engine.picking import cheapest, first_of_each
from optimizer.engine.pricing import FloatArray, Priced, Prices, former_prices, no_prices, price
from optimizer.errors import EngineError
from optimizer.program import Program
from optimizer.program_goals import ProgramGoal
from optimizer.texts import T

CHEAPEST: Final = 8  # moves of a post, before prices are known
SEEDED: Final = 8_000  # moves that nearly fit the flow's prices, with which a goal's column generation starts
MANY: Final = 3 * FEW  # moves over which one linear program is still quick
FIRST_BRANCHED: Final = 6_000  # moves that HiGHS takes at once within a second
MOST_SEARCHED: Final = FEW  # moves that it takes to better a plan, before new prices say more
BOUND_SLACK: Final = 0.01  # the integer solver's bound is of integers; it may be this far off by rounding
INTEGRAL: Final = 1e-5
NOTHING_KNOWN: Final[Mapping[str, tuple[GoalPrices, ...]]] = MappingProxyType({})

Report = Callable[[KeyArray, list[Solved]], None]


class Run:
    """One run over the goals of a program, from an incumbent plan that satisfies all rows.

    Where fewer than `branch_up_to` moves are open, branching sees them all at once, without flow and prices. `former`:
    layers of prices by goal that proved a like program; where they fit this one, a goal begins with them.
    `keeps_values`: the values of finished goals stay rows, of which such prices may speak.
    """

    def __init__(
        self,
        program: Program,
        incumbent: KeyArray,
        report: Report,
        deadline: float,
        branch_up_to: int = 0,
        former: Mapping[str, tuple[GoalPrices, ...]] = NOTHING_KNOWN,
        *,
        keeps_values: bool = False,
    ) -> None:
        self.program = program
        self.incumbent = incumbent
        self.solved: list[Solved] = []
        self.face = Face(program, keeps_values=keeps_values)
        self.deadline = deadline
        self.branch_up_to = branch_up_to
        self.former = former
        self._began = time.monotonic()
        self._layers: list[Priced] = []
        self._narrowed_by: Priced | None = None
        self._bound: int | None = None
        self._report = report

    @cached_property
    def _network(self) -> Network:
        return Network(self.program)

    @cached_property
    def _inside(self) -> BoolArray:
        """Moves that were in use, and some that are cheap: column generation begins with them."""
        return _cheapest(self.program)

    def minimise(self, goal: ProgramGoal, branch_up_to: int = 0) -> Solved:
        """Solve one goal under the values of those before; its face stays. Out of time, the bound may be open.

        `branch_up_to` is for this goal alone, where it is larger than that of the run.
        """
        self._began, self._bound, self._layers = time.monotonic(), None, []
        try:
            self.face.begin(goal)
            if self.face.open_moves().sum() < max(branch_up_to, self.branch_up_to):
                self._branch_on_all(goal)
            else:
                self._generate_and_branch(goal)
        finally:
            solved = self._tell(goal)
            self.solved.append(solved)
        if not solved.proven:
            raise OutOfTimeError
        self.face.finish(self._layers[-1] if self._layers else None, goal.settings.upper(solved.value))
        return solved

    def offer(self, chosen: KeyArray | None) -> None:
        """Make `chosen` the incumbent where it satisfies all rows and is better, goal by goal in order."""
        if chosen is not None and self._holds(chosen):
            self.incumbent = min((self.incumbent, chosen), key=self.program.rank)

    def left(self) -> float:
        """Seconds until the deadline; raises OutOfTimeError after it."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        return left

    def _tell(self, goal: ProgramGoal) -> Solved:
        """Report the incumbent and what is known of the goal by now."""
        prices = tuple(self._certified(priced.prices) for priced in self._layers)
        value, seconds = goal.value(self.incumbent), time.monotonic() - self._began
        solved = Solved(goal.name, value, self._bound, seconds, prices)
        self._report(self.incumbent, [*self.solved, solved])
        return solved

    def _certified(self, prices: Prices) -> GoalPrices:
        """The prices as the certificate holds them."""
        place = {id(goal): k for k, goal in enumerate(self.face.others)}
        values = np.zeros(len(place), dtype=np.int64)
        values[[place[id(row.goal)] for row in self.face.fixed]] = prices.fixed
        return GoalPrices(prices.blocks, values)

    def _hear(self, goal: ProgramGoal, priced: Priced) -> None:
        """Keep better prices, and report the bound: a goal is never negative, a bound at or below 0 says nothing.

        Prices that have narrowed the face stay: what comes after them is proven on what they left.
        """
        if self._layers[-1] is self._narrowed_by and priced is not self._narrowed_by:
            self._layers.append(priced)
        self._layers[-1] = priced
        if priced.floor > 0:
            self._bound = max(priced.floor, self._bound or 0)
            self._tell(goal)

    def _branch_on_all(self, goal: ProgramGoal) -> None:
        """Few moves are left: the integer program over all of them."""
        found = self._branch(goal, np.flatnonzero(self.face.most).astype(np.int32), None)
        if found.complete:
            self._bound = goal.value(self.incumbent)

    def _generate_and_branch(self, goal: ProgramGoal) -> None:
        """Prices and bound by column generation, then branching on what they leave open.

        Where a plan is found and few moves can still be in a better one, the others leave, and prices are sought anew.
        """
        if not goal.value(self.incumbent):  # no plan is below 0
            self._layers.append(price(self.face, goal, no_prices(self.face)))
            self._bound = 0
            return
        self._reopen(goal)
        known = self._layers[-1] if self._layers else None
        if self._bound == goal.value(self.incumbent):
            return
        generation = Generation(self.face, goal, self._inside, self._network, known)
        if known is not None and self._settle_few(goal, generation):
            return
        self._seed(goal, generation)
        while True:
            in_use, bound = self._generate(goal, generation)
            if goal.value(self.incumbent) == bound or goal.settings.allowance(goal.value(self.incumbent)):
                break
            before = int(self.face.open_moves().sum())
            left = self._search(goal, generation, in_use, bound)
            if goal.value(self.incumbent) == bound or not 0 < left.sum() <= min(MANY, before // 2):
                break
            generation = Generation(self.face, goal, left, self._network)
        if goal.value(self.incumbent) > bound:
            self._bound = self._close(goal, generation, in_use, bound)

    def _reopen(self, goal: ProgramGoal) -> None:
        """Begin with the prices of a former plan where they fit: the layers that they prove here."""
        may_exceed = goal.settings.allowance(goal.value(self.incumbent))
        for layer in self.former.get(goal.name, ())[: 1 if may_exceed else None]:
            prices = former_prices(self.face, layer)
            if prices is None:
                return
            priced = price(self.face, goal, prices)
            self._layers.append(priced)
            self._hear(goal, priced)
            if not may_exceed:
                self._narrow(goal, priced)

    def _narrow(self, goal: ProgramGoal, priced: Priced) -> None:
        """Leave on the face what plans can contain that are no worse than the incumbent."""
        self.face.narrow(priced, goal.value(self.incumbent))
        self._narrowed_by = priced

    def _settle_few(self, goal: ProgramGoal, generation: Generation) -> bool:
        """Whether former prices prove the incumbent, or so few moves fit them that branching settles the goal."""
        bound = self._bound = max(generation.best.floor, self._bound or 0)
        if goal.value(self.incumbent) == bound:
            return True
        nowhere = np.zeros(self.program.n, dtype=bool)
        if len(self._useful(goal, generation, nowhere)) > FEW:
            return False
        self._bound = self._close(goal, generation, nowhere, bound)
        return goal.value(self.incumbent) == self._bound

    def _search(self, goal: ProgramGoal, generation: Generation, in_use: BoolArray, bound: int) -> BoolArray:
        """Branch on growing sets of moves until not many can be in a better plan; the moves still open."""
        most = FIRST_BRANCHED
        while True:
            useful = self._useful(goal, generation, in_use)
            self._branch(goal, useful[:most], bound)
            self._narrow(goal, generation.best)
            left = self.face.open_moves()
            if goal.value(self.incumbent) == bound or left.sum() <= MANY or most >= min(len(useful), MOST_SEARCHED):
                return left
            most = min(3 * most, MOST_SEARCHED)

    def _generate(self, goal: ProgramGoal, generation: Generation) -> tuple[BoolArray, int]:
        """Column generation, its prices into the certificate; moves of the relaxed plan, bool (n_moves,), and bound.

        None are needed where the first prices prove the incumbent.
        """
        narrowed = not goal.settings.allowance(goal.value(self.incumbent))
        if not self._layers or (narrowed and self._layers[-1] is not generation.best):
            self._layers.append(generation.best)
        self._hear(goal, generation.best)
        self.left()
        in_use = np.zeros(self.program.n, dtype=bool)
        if goal.value(self.incumbent) > max(generation.best.floor, 0):
            relaxed = generation.run(self.left, lambda priced: self._hear(goal, priced))
            in_use[generation.master] = relaxed.x > INTEGRAL
            self._inside |= in_use
            self._try_rounding(goal, generation.master, relaxed.x)
        self._bound = bound = max(generation.best.floor, self._bound or 0)
        return in_use, bound

    def _seed(self, goal: ProgramGoal, generation: Generation) -> None:
        """Begin column generation with the flow: its prices, its moves, those that nearly fit; and the incumbent's.

        Where no row lies outside the network, the flow's plan is the best one and its prices prove that.
        """
        costs = generation.follow(no_prices(self.face)).move_costs
        self._accept(goal, generation.flown)
        generation.inside[cheapest(np.flatnonzero(generation.is_open), costs, SEEDED)] = True
        generation.inside[self.incumbent] = True

    def _try_rounding(self, goal: ProgramGoal, columns: KeyArray, values: FloatArray) -> None:
        """Take the master's solution where it is integral."""
        if (np.abs(values - np.rint(values)) < INTEGRAL).all():
            self._accept(goal, columns[values > 0.5])

    def _accept(self, goal: ProgramGoal, chosen: IntArray | KeyArray) -> None:
        """Make `chosen` the incumbent where it satisfies all rows and is better; judged in integers."""
        chosen = np.sort(chosen).astype(np.int32)
        if goal.value(chosen) < goal.value(self.incumbent) and self._holds(chosen):
            self.incumbent = chosen

    def _useful(self, goal: ProgramGoal, generation: Generation, in_use: BoolArray) -> IntArray:
        """Moves that a plan better than the incumbent can contain, the likeliest first.

        Such a plan has a value of at most value - 1, so it contains only moves of small reduced cost. `in_use`: bool
        (n_moves,), moves of the relaxed plan.
        """
        costs = generation.best.move_costs
        useful = np.flatnonzero(self.face.most & (costs <= generation.best.room(goal.value(self.incumbent) - 1)))
        return useful[np.lexsort((~generation.inside[useful], ~in_use[useful], costs[useful]))]

    def _close(self, goal: ProgramGoal, generation: Generation, in_use: BoolArray, bound: int) -> int:
        """Branch on growing sets of moves until value and bound meet or all that can matter was seen.

        Returns the bound that is proven: the value itself when the search was complete.
        """
        most = FIRST_BRANCHED
        while goal.value(self.incumbent) > bound:
            found = self._branch(goal, self._useful(goal, generation, in_use)[:most], bound)
            if not found.complete:
                return bound
            if len(self._useful(goal, generation, in_use)) <= most:
                return goal.value(self.incumbent)
            most *= 3
        return bound

    def _branch(self, goal: ProgramGoal, moves: IntArray | KeyArray, bound: int | None) -> Branched:
        forced = np.flatnonzero(self.face.least)
        moves = np.union1d(np.union1d(moves, self.incumbent), forced).astype(np.int32)
        found = branch(self.face, goal, moves, at_least=bound, seconds=self.left())
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
        return self.program.holds(chosen) and all(row.goal.value(chosen) <= row.upper for row in self.face.finished)


def _cheapest(program: Program) -> BoolArray:
    """The moves that cost least by weight, a few per post: bool (n_moves,)."""
    weights = sum((goal.weights for goal in program.goals if goal.weights is not None), np.zeros(program.n, np.int64))
    rows = np.flatnonzero(program.possible)
    rows = rows[np.argsort(weights[rows], kind="stable")]
    inside = np.zeros(program.n, dtype=bool)
    inside[rows[first_of_each(program.move_post[rows], CHEAPEST)]] = True
    return inside
