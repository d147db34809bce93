"""Column generation: prices from a master over few moves, judged over all moves, until value and bound meet.

The prices of the master are good for its own moves and can be far off for others. Only those of the rows outside the
network are taken from it: a flow over all moves then finds the best prices of all other rows (Lagrangian relaxation).
The best prices known are led towards these as far as the bound over all moves rises (in-out separation; Ben-Ameur and
Neto 2007). Moves come in where the master's prices or the flow take them, and where the best prices say that they
nearly fit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, KeyArray
from optimizer.certificate import SCALE
from optimizer.engine.face import Face
from optimizer.engine.master import Relaxed, solve_relaxed
from optimizer.engine.network import Network
from optimizer.engine.picking import cheapest, first_of_each
from optimizer.engine.pricing import WHOLE_WAY, Priced, Prices, no_prices, price
from optimizer.program_goals import ProgramGoal
from optimizer.rulebook.rows import NO_ROW

COLUMNS_PER_ROUND: Final = 4000
COLUMNS_PER_POST: Final = 10
COLUMNS_PER_PERSON: Final = 5
COLUMNS_NEAR: Final = 1000  # of those that nearly fit the best prices
SHRUNK: Final = 1.5  # moves leave the master when the gap is so many times smaller than when they last left
KEPT: Final = 4  # and their reduced cost is so many times the gap
FEW: Final = 25_000  # moves that can still matter: then a plan is sought among them, and prices anew
ROUNDING: Final = 1e-6  # what a linear solver may be off in a value


class Generation:
    """One goal's column generation over a face.

    is_open, inside: bool (n_moves,), the moves that are open, and those of the next master. master: int32, those of the
    last. flown: int32, those of the flows since. `best`: the best prices known, None where there are none yet.
    """

    def __init__(
        self, face: Face, goal: ProgramGoal, inside: BoolArray, network: Network, best: Priced | None = None
    ) -> None:
        self.face = face
        self.goal = goal
        self.is_open = face.open_moves()
        self.inside = inside & self.is_open
        self.network = network
        self.master: KeyArray = np.empty(0, dtype=np.int32)
        self.flown: KeyArray = np.empty(0, dtype=np.int32)
        self.best = best or price(face, goal, no_prices(face))
        self._step = WHOLE_WAY // 2
        self._gap = math.inf

    def run(self, seconds: Callable[[], float], tell: Callable[[Priced], None]) -> Relaxed:
        """Rounds of master and pricing until the bound cannot rise, or few moves still fit; the last master's optimum.

        `seconds` gives what is left and may raise OutOfTimeError; `tell` hears the best prices after each round.
        """
        while True:
            self.inside |= self.face.least
            self.inside[self.flown] = True
            self.flown = self.flown[:0]
            self.master = np.flatnonzero(self.inside).astype(np.int32)
            relaxed = solve_relaxed(self.face, self.goal, self.master, seconds())
            highest = math.ceil(relaxed.value - ROUNDING * max(1.0, abs(relaxed.value)))
            at_master = self._lead(relaxed.prices, highest)
            tell(self.best)
            if self.best.floor >= highest:
                return relaxed
            outside = self.is_open & ~self.inside
            coming = entering(self.face, at_master, relaxed.prices, outside)
            gap = max(0, math.ceil(relaxed.value * SCALE) - self.best.bound)
            if (not len(coming) and self.inside[self.flown].all()) or self._few_fit(gap):
                return relaxed
            self._renew(relaxed, coming, gap)

    def _lead(self, prices: Prices, highest: int) -> Priced:
        """Lead the best prices towards those of the master and of flows beside them; what the master's prices say.

        Where a flow beside the master's prices does not raise the bound, one beside prices half the way there may.
        """
        at_master, before = price(self.face, self.goal, prices), self.best.bound
        if at_master.bound > before:
            self.best = at_master
        if self.best.floor < highest:
            self.follow(prices)
        if self.best.bound == before and self.best.floor < highest:
            self.follow(self.best.prices.towards(prices, WHOLE_WAY // 2))
        return at_master

    def follow(self, prices: Prices) -> Priced:
        """Lead the best prices towards those of the flow beside `prices`; what the flow's prices say."""
        seeds = self.network.seeds(self.face, self.goal, prices)
        self.flown = np.union1d(self.flown, seeds.chosen)
        return self._improve(seeds.prices)

    def _improve(self, prices: Prices) -> Priced:
        """Lead the best prices towards `prices` as far as the bound rises; what `prices` themselves say.

        The bound is concave along the way: steps are halved, from twice the last that was good, until it falls again.
        """
        start = self.best.prices
        at_end = tried = price(self.face, self.goal, prices)
        last, sixteenths = at_end.bound - 1, WHOLE_WAY
        following = self._step
        while tried.bound > last:
            if tried.bound > self.best.bound:
                self.best, self._step = tried, min(2 * sixteenths, WHOLE_WAY // 2)
            if not following:
                break
            last, sixteenths, following = tried.bound, following, following // 2
            tried = price(self.face, self.goal, start.towards(prices, sixteenths))
        return at_end

    def _few_fit(self, gap: int) -> bool:
        """Whether so few moves can still matter that a plan is sought among them, and the rest then left out."""
        return int(np.sum(self.is_open & (self.best.move_costs <= gap))) <= FEW and not self.inside[self.is_open].all()

    def _renew(self, relaxed: Relaxed, coming: KeyArray, gap: int) -> None:
        """Let moves into the master, and, where the gap has shrunk, those out that are far from fitting."""
        costs = self.best.move_costs
        if gap * SHRUNK < self._gap:
            used = self.master[relaxed.x > ROUNDING]
            self.inside &= costs <= KEPT * gap
            self.inside[used] = True
            self._gap = gap
        near = np.flatnonzero(self.is_open & ~self.inside & (costs <= gap))
        self.inside[cheapest(near, costs, COLUMNS_NEAR)] = True
        self.inside[coming] = True


def entering(
    face: Face,
    priced: Priced,
    prices: Prices,
    outside: BoolArray,
    per_post: int = COLUMNS_PER_POST,
    per_person: int = COLUMNS_PER_PERSON,
) -> KeyArray:
    """Moves that a master with the prices `prices` would take: the most negative, so many per post and person.

    `priced`: what these say with the best prices of `choice` in their place. `outside`: bool (n_moves,), moves that the
    master lacks.
    """
    program = face.program
    better = np.append(priced.prices.blocks[0], 0) - np.append(prices.blocks[0], 0)
    costs = priced.move_costs + np.where(program.choice == NO_ROW, 0, better[program.choice])
    rows = np.flatnonzero(outside & (costs < -1))
    rows = rows[np.argsort(costs[rows], kind="stable")]
    rows = rows[first_of_each(program.move_post[rows], per_post)]
    rows = rows[first_of_each(program.move_person[rows], per_person)]
    return rows[:COLUMNS_PER_ROUND].astype(np.int32)
