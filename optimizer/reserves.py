"""Who could make each move of a plan instead, while all else of it stays: the best of them, and those who are equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.arrays import IntArray, KeyArray
from optimizer.moves import Moves
from optimizer.program import Program
from optimizer.program_goals import activity
from optimizer.swaps import NO_MOVE, Options, SwapPrices, in_order, rows_broken


@dataclass(frozen=True)
class Instead:
    """People by their numbers. `best`: the reserve, None: nobody; `equals`: those with equal values of every goal."""

    best: int | None
    equals: tuple[int, ...]


def reserves(moves: Moves, program: Program, chosen: KeyArray) -> list[Instead]:
    """For each of the moves `chosen` those whom the plan leaves where they are and who could make it in its place.

    The one move put in its place fills or covers a seat of the same post and keeps every limit, pin and cap. The best
    comes first goal by goal, then by points, then by ids. Several moves may name the same person.
    """
    options, of_move = _options(moves, chosen)
    prices = [SwapPrices(goal, chosen) for goal in program.goals]
    costs = [price.differences(options) for price in prices]
    breaks = np.zeros(options.n, dtype=bool)
    breaks[rows_broken(program, options, activity(program.terms, chosen, len(program.lower)))[0]] = True
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
        of_move[order].tolist(), moves.person[options.added[order]].tolist(), is_equal[order].tolist(), strict=True
    ):
        best.setdefault(move, person)
        if equal:
            equals.setdefault(move, set()).add(person)
    return [Instead(best.get(k), tuple(sorted(equals.get(k, ())))) for k in range(len(chosen))]


def _options(moves: Moves, chosen: KeyArray) -> tuple[Options, IntArray]:
    """Every move of somebody who stays into a post that the plan fills or covers, in place of each move into it.

    And the number, within `chosen`, of the move that each replaces.
    """
    moved = np.zeros(moves.arrays.n_people, dtype=bool)
    moved[moves.person[chosen]] = True
    place = 2 * moves.post + moves.stays  # a seat is filled, or it is covered
    candidates = np.flatnonzero(~moved[moves.person] & np.isin(place, place[chosen]))
    candidates = candidates[np.argsort(place[candidates], kind="stable")]
    first = np.searchsorted(place[candidates], place[chosen], side="left")
    number = np.searchsorted(place[candidates], place[chosen], side="right") - first
    of_move = np.repeat(np.arange(len(chosen)), number)
    within = np.arange(len(of_move)) - np.repeat(np.cumsum(number) - number, number)
    added = candidates[np.repeat(first, number) + within].astype(np.int32)
    return Options(added, chosen[of_move], np.full(len(added), NO_MOVE, dtype=np.int32)), of_move
