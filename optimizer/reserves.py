"""Who could make each move of a plan instead, while all else of it stays: the best of them, and those who are equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.moves import Moves
from optimizer.program import Program
from optimizer.program_goals import activity
from optimizer.swaps import NO_MOVE, Options, Steps, SwapPrices, in_order, matches, own_moves, rows_broken, steps_of


@dataclass(frozen=True)
class Instead:
    """People by their numbers. `best`: the reserve, None: nobody; `equals`: those with equal values of every goal."""

    best: int | None
    equals: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Exchanges:
    """Two people of a plan take each other's posts. `made`, `left`: the moves of both, int32 (n, 2).

    Of a row of `left` the first is the move of whoever makes the first of `made`.
    """

    made: KeyArray
    left: KeyArray

    @property
    def n(self) -> int:
        """Number of exchanges."""
        return len(self.made)

    def steps(self) -> tuple[IntArray, KeyArray, IntArray]:
        """Exchange, move and +1 or -1 of every move that an exchange makes or takes back."""
        return steps_of([*self.made.T], [*self.left.T])

    def take(self, keep: BoolArray) -> Exchanges:
        """Those where `keep` is True."""
        return Exchanges(self.made[keep], self.left[keep])


def reserves(moves: Moves, program: Program, chosen: KeyArray) -> list[Instead]:
    """For each of the moves `chosen` who could make it in its place while all else of the plan stays.

    The reserve is the best of those whom the plan leaves where they are: one move put in place of the chosen one fills
    or covers a seat of the same post and keeps every limit, pin and cap. The best comes first goal by goal, then by
    points, then by ids; several moves may name the same person. Equals are those of them with equal values of every
    goal, and whoever the plan moves elsewhere and could exchange posts with the person with equal values of every goal.
    """
    prices = [SwapPrices(goal, chosen) for goal in program.goals]
    reached = activity(program.terms, chosen, len(program.lower))
    best, equals = _who_stay(moves, program, chosen, prices, reached)
    for one, other in _equal_exchanges(moves, program, chosen, prices, reached).left.tolist():
        equals.setdefault(one, set()).add(int(moves.person[other]))
        equals.setdefault(other, set()).add(int(moves.person[one]))
    return [Instead(best.get(k), tuple(sorted(equals.get(k, ())))) for k in chosen.tolist()]


def _who_stay(
    moves: Moves, program: Program, chosen: KeyArray, prices: list[SwapPrices], reached: IntArray
) -> tuple[dict[int, int], dict[int, set[int]]]:
    """By move of the plan the best of those who stay, and all of them with equal values of every goal."""
    options = _options(moves, chosen)
    costs = [price.differences(options) for price in prices]
    breaks = _breaks(program, options, reached)
    if program.pins:
        breaks |= costs[0] > 0
    for price, cost in zip(prices, costs, strict=True):
        breaks |= price.above_cap(cost)
    order = in_order(moves, options, breaks, costs)
    order = order[~breaks[order]]
    best: dict[int, int] = {}
    equals: dict[int, set[int]] = {}
    is_equal = np.all([cost == 0 for cost in costs], axis=0) if costs else np.ones(options.n, dtype=bool)
    for move, person, equal in zip(
        options.replaced[order].tolist(),
        moves.person[options.added[order]].tolist(),
        is_equal[order].tolist(),
        strict=True,
    ):
        best.setdefault(move, person)
        if equal:
            equals.setdefault(move, set()).add(person)
    return best, equals


def _equal_exchanges(
    moves: Moves, program: Program, chosen: KeyArray, prices: list[SwapPrices], reached: IntArray
) -> Exchanges:
    """The exchanges that keep every limit, pin and cap, and the value of every goal.

    Goals of weights alone are asked first: they are quick, and leave few pairs to the others.
    """
    found = _exchanges(moves, chosen)
    for price in sorted(prices, key=lambda price: len(price.goal.terms)):
        differences = price.differences(found)
        found = found.take((differences == 0) & ~price.above_cap(differences))
    return found.take(~_breaks(program, found, reached))


def _breaks(program: Program, ways: Steps, reached: IntArray) -> BoolArray:
    """True for ways that break a row of a limit."""
    breaks = np.zeros(ways.n, dtype=np.bool_)
    breaks[rows_broken(program, ways, reached)[0]] = True
    return breaks


def _options(moves: Moves, chosen: KeyArray) -> Options:
    """Every move of somebody who stays into a post that the plan fills or covers, in place of each move into it."""
    stays = np.ones(moves.arrays.n_people, dtype=bool)
    stays[moves.person[chosen]] = False
    added, replaced = _in_place(moves, chosen, np.flatnonzero(stays[moves.person]))
    return Options(added, replaced, np.full(len(added), NO_MOVE, dtype=np.int32))


def _exchanges(moves: Moves, chosen: KeyArray) -> Exchanges:
    """Every two moves by which two people of the plan take each other's posts, each pair of people told once."""
    own, place = own_moves(moves, chosen), _places(moves)
    others = np.flatnonzero((own[moves.person] != NO_MOVE) & (place != place[own[moves.person]]))
    made, taken_from = _in_place(moves, chosen, others)
    left = own[moves.person[made]]
    key = left.astype(np.int64) * moves.n + taken_from
    order = np.argsort(key, kind="stable")
    ahead = np.flatnonzero(left < taken_from)
    back = taken_from[ahead].astype(np.int64) * moves.n + left[ahead]
    which, at = matches(back, key[order])
    one, other = ahead[which], order[at]
    return Exchanges(
        np.stack([made[one], made[other]], axis=1),
        np.stack([left[one], left[other]], axis=1),
    )


def _in_place(moves: Moves, chosen: KeyArray, candidates: IntArray) -> tuple[KeyArray, KeyArray]:
    """Each of the moves `candidates` in place of each of the moves `chosen` that takes a seat of the same post."""
    place = _places(moves)
    candidates = candidates[np.argsort(place[candidates], kind="stable")]
    which, at = matches(place[chosen], place[candidates])
    return candidates[at].astype(np.int32), chosen[which]


def _places(moves: Moves) -> IntArray:
    """What moves take: a seat of a post that they fill, or that they cover."""
    return np.asarray(2 * moves.post.astype(np.int64) + moves.stays)
