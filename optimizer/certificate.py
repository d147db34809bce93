"""The certificate of a plan: prices of rows, from which anyone recomputes the bound of every goal without a solver.

Weak duality: prices of the right signs, one per row, give every move a reduced cost, its weight less the prices of its
rows. No plan is better than every move, segment and row at its best end, so the sum of these ends is a lower bound,
whatever the prices are: wrong prices prove little, never too much. All of it is done in whole numbers over every
admissible move, and rounded up to the next value that the goal can have.

A goal is proven among the plans that keep the goals before it at their values. What such a plan can contain follows
from the prices of the goals before: a move, segment or row is from its best end by no more than the room between bound
and value (variable fixing by reduced cost; Nemhauser and Wolsey 1988, II.5.2).

The value of a goal says what later goals must keep only in a plan that is itself among the best for the goals before:
any other may be better in this goal than the best plans are. So after a goal that prices do not prove within its
tolerance one more is certified, since its plans are at least not too few, and none beyond.

A goal with a cap is kept at it from the first goal on, whatever its place: its rows come right after those of the pins.

Trusted are the table of moves and the rows, as the rule book builds them; nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.arrays import IntArray, KeyArray
from optimizer.errors import FalseClaimError
from optimizer.program import Program
from optimizer.program_goals import PINS, ProgramGoal
from optimizer.rulebook.rows import FREE, Term
from optimizer.texts import T

SCALE: Final = 1 << 20  # prices are whole multiples of 1 / SCALE
LARGEST: Final = 1 << 62  # of a reduced cost: beyond it, sums of 64 bits could overflow


@dataclass(frozen=True, eq=False)
class GoalPrices:
    """Prices of one goal in units of 1 / SCALE, all int64.

    rows: one array for the limits, and one for the rows of each goal begun: the pins, goals with a cap, then the others
    up to this one. values: one price, at most 0, for the value of each of these but the goal itself.
    """

    rows: tuple[IntArray, ...]
    values: IntArray


@dataclass(frozen=True, eq=False)
class Certificate:
    """Layers of prices of goals by name; a goal without any is proven by nothing but the solver's word.

    What the first layer leaves open is narrowed by the plan's value, and the next layer proves its bound on what is
    left. A goal whose value may be exceeded by its tolerance has one layer.
    """

    prices: Mapping[str, tuple[GoalPrices, ...]]


@dataclass(frozen=True)
class Proof:
    """What prices alone prove of a goal. `certified`: no plan is below, None: nothing is proven.

    `rest`: how far the claimed bound is above `certified`: for that much only the solver vouches.
    """

    name: str
    value: int
    bound: int | None
    certified: int | None

    @property
    def rest(self) -> int | None:
        """Units of the goal that are not proven by prices; None where no bound is claimed."""
        return None if self.bound is None else max(0, self.bound - (self.certified or 0))


def verify_program(
    program: Program, chosen: KeyArray, bounds: Mapping[str, int | None], certificate: Certificate
) -> list[Proof]:
    """The proof of every goal of a plan made of the moves `chosen`; `bounds` are those that it claims.

    Raises FalseClaimError where the plan breaks a row, a price has no place, or claims contradict one another.
    """
    refuse_broken(program, chosen)
    unknown = set(certificate.prices) - {goal.name for goal in program.goals}
    if unknown:
        raise FalseClaimError(T("the certificate has prices for {name}, which is no goal", name=min(unknown)))
    left = _Left(program)
    proofs = []
    for goal in program.goals:
        value, bound = goal.value(chosen), bounds.get(goal.name)
        left.begin(goal)
        certified = left.certify(goal, certificate.prices.get(goal.name, ()), value)
        if certified is not None and certified > value:
            raise FalseClaimError(T("{name}: the prices prove more than the plan reaches", name=goal.name))
        if bound is not None and not (certified or 0) <= bound <= value:
            text = T("{name}: the bound {bound} contradicts the prices or the value", name=goal.name, bound=bound)
            raise FalseClaimError(text)
        proofs.append(Proof(goal.name, value, bound, certified))
    return proofs


@dataclass(frozen=True, eq=False)
class ReducedCosts:
    """What making a move costs at least, by prices alone.

    goal: int64 (n_moves,), the number of the first goal that is then proven to exceed its value and tolerance while
    the goals before keep theirs, -1: none. by: int64 (n_moves,), by at least how much.
    """

    goal: IntArray
    by: IntArray

    def note(
        self, number: int, goal: ProgramGoal, value: int, sums: _Sums, chosen: KeyArray, *, narrowed: bool
    ) -> None:
        """What one layer of prices says of the goal; `narrowed`: it holds up to the present value alone, so that a
        move which it excludes costs one step at least.
        """
        upper, below = goal.settings.upper(value), goal.constant * SCALE - sums.bound
        if max(abs(below), upper * SCALE - sums.bound) >= LARGEST:
            return  # such prices say nothing
        forced = goal.constant - (below - np.maximum(sums.moves, 0)) // (goal.step * SCALE) * goal.step
        dearer = (forced > upper) & ((self.goal < 0) | (self.goal == number))
        dearer[chosen] = False
        self.goal[dearer] = number
        least = np.full(int(dearer.sum()), goal.at_least(upper * SCALE + 1, SCALE)) if narrowed else forced[dearer]
        self.by[dearer] = np.maximum(self.by[dearer], least - value)


def reduced_costs(program: Program, chosen: KeyArray, certificate: Certificate) -> ReducedCosts:
    """The reduced cost of every other move in a plan made of the moves `chosen`, goal by goal."""
    found = ReducedCosts(np.full(program.n, -1, dtype=np.int64), np.zeros(program.n, dtype=np.int64))
    left = _Left(program)
    for number, goal in enumerate(program.goals):
        value, layers = goal.value(chosen), certificate.prices.get(goal.name, ())

        def watch(at: int, sums: _Sums, number: int = number, goal: ProgramGoal = goal, value: int = value) -> None:
            found.note(number, goal, value, sums, chosen, narrowed=at > 0)

        left.begin(goal)
        left.certify(goal, layers, value, watch)
    return found


def refuse_broken(program: Program, chosen: KeyArray) -> None:
    """Raise FalseClaimError where the moves `chosen` break a row or a cap, or one stands there twice."""
    if len(set(chosen.tolist())) < len(chosen) or not program.holds(chosen):
        raise FalseClaimError(T("the plan breaks a row of the model"))
    for goal in program.above_caps(chosen):
        raise FalseClaimError(T("{name}: the plan is above the cap", name=goal.name))


@dataclass(frozen=True, eq=False)
class _Sums:
    """Bound times SCALE, with the prices and the reduced costs that give it."""

    bound: int
    moves: IntArray
    segments: list[IntArray]
    rows: Sequence[IntArray]


Watch = Callable[[int, _Sums], None]


class _Left:
    """What plans that keep the goals so far can contain: bounds of moves, of segments by goal, of rows by block.

    `_is_best`: the plan is proven to keep the goals so far. `_is_enough`: every plan that keeps them is within.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._goals: list[ProgramGoal] = []
        self._terms: list[tuple[Term, ...]] = [program.terms]
        self._rows = [(program.lower, program.upper)]
        self._segments: list[tuple[IntArray, IntArray]] = []
        self._moves = (np.zeros(program.n, dtype=np.int64), program.possible.astype(np.int64))
        self._upper: dict[str, int] = {}
        self._is_best = self._is_enough = True

    def begin(self, goal: ProgramGoal) -> None:
        """The rows and segments of the next goal; after the pins those of every goal with a cap come at once."""
        capped = [known for known in self._program.goals if known.settings.at_most is not None]
        for known in [*capped, goal] if goal.name != PINS else [goal]:
            if known not in self._goals:
                self._add(known)

    def _add(self, goal: ProgramGoal) -> None:
        if goal.settings.at_most is not None:
            self._upper[goal.name] = goal.settings.at_most
        self._goals.append(goal)
        self._terms.append(goal.terms)
        self._rows.append((goal.need, np.full_like(goal.need, FREE)))
        self._segments.append((np.zeros_like(goal.segment_size), goal.segment_size))

    def certify(
        self, goal: ProgramGoal, layers: Sequence[GoalPrices], value: int, watch: Watch | None = None
    ) -> int | None:
        """The best bound of the layers, narrowing what is left by each; None where they prove nothing.

        `watch` is told of every layer, by its number, before it narrows.
        """
        certified, upper = None, goal.settings.upper(value)
        for at, prices in enumerate(layers if upper == value else layers[:1]):
            sums = self.price(goal, prices)
            if watch is not None and self._is_enough:
                watch(at, sums)
            floor = goal.at_least(sums.bound, SCALE)
            certified = floor if certified is None else max(certified, floor)
            self._narrow(sums, upper * SCALE - sums.bound)
        self._upper[goal.name] = upper
        if not self._is_enough:
            return None
        least = max(0, certified or 0)  # no goal is ever negative
        self._is_enough = self._is_best
        self._is_best = self._is_best and value <= least + goal.settings.allowance(least)
        return certified

    def price(self, goal: ProgramGoal, prices: GoalPrices) -> _Sums:
        """The bound on a goal that has begun, by weak duality."""
        self._refuse_misfits(goal, prices)
        moves = self._move_costs(goal, prices)
        segments = [self._segment_costs(k, goal, prices) for k in range(len(self._goals))]
        bound = goal.constant * SCALE + _ends(moves, self._moves)
        bound += sum(_ends(cost, ends) for cost, ends in zip(segments, self._segments, strict=True))
        bound += sum(_ends(of_rows, ends) for of_rows, ends in zip(prices.rows, self._rows, strict=True))
        for price, other in self._priced_values(goal, prices):
            bound += price * (self._upper[other.name] - other.constant)
        return _Sums(bound, moves, segments, prices.rows)

    def _priced_values(self, goal: ProgramGoal, prices: GoalPrices) -> list[tuple[int, ProgramGoal]]:
        """The goals that are kept at their values while `goal` is minimised, each with the price of its value."""
        others = [other for other in self._goals if other is not goal]
        return list(zip(prices.values.tolist(), others, strict=True))

    def _narrow(self, sums: _Sums, room: int) -> None:
        if room >= LARGEST:
            return  # such prices say nothing
        self._moves = _narrowed(sums.moves, self._moves, room)
        self._segments = [_narrowed(cost, ends, room) for cost, ends in zip(sums.segments, self._segments, strict=True)]
        self._rows = [_narrowed(price, ends, room) for price, ends in zip(sums.rows, self._rows, strict=True)]

    def _refuse_misfits(self, goal: ProgramGoal, prices: GoalPrices) -> None:
        """Prices that have no place, lean on an open side, or are too large to count with."""
        shapes = [of_rows.shape for of_rows in (*prices.rows, prices.values)]
        wanted = [lower.shape for lower, _ in self._rows] + [(len(self._goals) - 1,)]
        if shapes != wanted or any(part.dtype != np.int64 for part in (*prices.rows, prices.values)):
            raise FalseClaimError(T("{name}: the prices do not belong to this scenario", name=goal.name))
        leaning = any(
            bool(((price > 0) & (lower <= -FREE)).any() or ((price < 0) & (upper >= FREE)).any())
            for price, (lower, upper) in zip(prices.rows, self._rows, strict=True)
        )
        if leaning or (prices.values > 0).any():
            raise FalseClaimError(T("{name}: a price has the wrong sign", name=goal.name))
        if self._largest(goal, prices) >= LARGEST:
            raise FalseClaimError(T("{name}: the prices are too large to count with", name=goal.name))

    def _largest(self, goal: ProgramGoal, prices: GoalPrices) -> int:
        """More than any reduced cost can be."""
        total = SCALE * (_most(goal.weights) + _most(goal.segment_cost))
        for of_rows, terms in zip(prices.rows, self._terms, strict=True):
            total += _most(of_rows) * (1 + sum(_most(np.asarray(term.coefficient)) for term in terms))
        for price, other in self._priced_values(goal, prices):
            total += -price * (1 + _most(other.weights) + _most(other.segment_cost))
        return total

    def _move_costs(self, goal: ProgramGoal, prices: GoalPrices) -> IntArray:
        costs = np.zeros(len(self._moves[0]), dtype=np.int64)
        if goal.weights is not None:
            costs += goal.weights * SCALE
        for of_rows, terms in zip(prices.rows, self._terms, strict=True):
            with_none = np.append(of_rows, 0)
            for term in terms if of_rows.any() else ():
                costs -= with_none[term.rows] * np.asarray(term.coefficient, dtype=np.int64)
        for price, other in self._priced_values(goal, prices):
            if other.weights is not None:
                costs -= other.weights * price
        return costs

    def _segment_costs(self, k: int, goal: ProgramGoal, prices: GoalPrices) -> IntArray:
        owner = self._goals[k]
        of_values = {other.name: price for price, other in self._priced_values(goal, prices)}
        weight = SCALE if owner is goal else -of_values[owner.name]
        return owner.segment_cost * weight - prices.rows[k + 1][owner.segment_row]


Ends = tuple[IntArray, IntArray]


def _ends(cost: IntArray, ends: Ends) -> int:
    """The least that `cost` times numbers between the ends can sum up to."""
    least, most = ends
    at = np.flatnonzero(cost)
    end = np.where(cost[at] > 0, least[at], most[at])
    return sum(c * e for c, e in zip(cost[at].tolist(), end.tolist(), strict=True) if e)


def _narrowed(cost: IntArray, ends: Ends, room: int) -> Ends:
    """The ends when no more than `room` may be lost by leaving the best one."""
    least, most = ends
    step = room // np.maximum(np.abs(cost), 1)
    nearer_most = np.where(cost > 0, np.minimum(most, least + step), most)
    return np.where(cost < 0, np.maximum(least, most - step), least), nearer_most


def _most(values: IntArray | None) -> int:
    """The largest magnitude; numpy's own is wrong of the most negative number of 64 bits."""
    return 0 if values is None else max(int(values.max(initial=0)), -int(values.min(initial=0)))
