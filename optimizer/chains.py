"""Chains: moves that depend on one another, what each link gains, and what remains of the plan if a link refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.greedy import NONE_MADE
from optimizer.holding import part_that_holds
from optimizer.moves import Moves
from optimizer.ordering import executed
from optimizer.plan import ChainLink
from optimizer.program import Program
from optimizer.program_goals import PINS
from optimizer.rulebook.rows import entries_of
from optimizer.swaps import SwapPrices

SHORTEST: Final = 2  # links of a chain: a move on which none depends is none


@dataclass(frozen=True)
class _Link:
    """A move by its place among the plan's moves; `links`: all of its chain, in the order of execution.

    `before`: those that leave its post before; `falls`: those that cannot be made any more without it.
    """

    chain: int
    order: int
    place: int
    links: KeyArray
    before: tuple[int, ...]
    falls: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Parts:
    """Parts of a plan, each by the moves that it leaves out: one or more."""

    left_out: Sequence[KeyArray]

    @property
    def n(self) -> int:
        return len(self.left_out)

    def steps(self) -> tuple[IntArray, KeyArray, IntArray]:
        part = np.repeat(np.arange(self.n), [len(moves) for moves in self.left_out])
        return part, np.concatenate(self.left_out), np.full(len(part), -1, dtype=np.int64)


def chain_links(moves: Moves, program: Program, chosen: KeyArray) -> tuple[ChainLink, ...]:
    """One row per link of every chain of two or more of the moves `chosen`, in the order of execution."""
    links = _links(moves, program, chosen)
    if not links:
        return ()
    goals = [goal for goal in program.goals if goal.name != PINS]
    prices = [SwapPrices(goal, chosen) for goal in goals]

    def less_plan(left_out: Sequence[KeyArray]) -> IntArray:
        """Every goal's value without these moves, less the plan's: int64 (n_goals, n_parts)."""
        return np.array([price.differences(_Parts(left_out)) for price in prices], dtype=np.int64)

    refused = less_plan([chosen[[link.place, *link.falls]] for link in links])
    before = less_plan([chosen[link.links[list(link.links).index(link.place) :]] for link in links])
    is_last = [link.place == link.links[-1] for link in links]
    after = np.where(is_last, 0, np.roll(before, -1, axis=1))
    people = [program.identity(move)[0] for move in chosen.tolist()]

    def written(differences: IntArray) -> tuple[str, ...]:
        return tuple(f"{goal.name}={value}" for goal, value in zip(goals, differences.tolist(), strict=True))

    def named(places: Sequence[int]) -> tuple[str, ...]:
        return tuple(people[place] for place in places)

    return tuple(
        ChainLink(
            chain=link.chain,
            order=link.order,
            person_id=people[link.place],
            to_post_id=program.identity(int(chosen[link.place]))[1],
            waits_for=named(link.before),
            gains=written(after[:, n] - before[:, n]),
            falls=named(link.falls),
            remains=named([place for place in link.links.tolist() if place not in {link.place, *link.falls}]),
            loses=written(refused[:, n]),
        )
        for n, link in enumerate(links)
    )


def _links(moves: Moves, program: Program, chosen: KeyArray) -> list[_Link]:
    """Every link of every chain, in the order of execution."""
    taken = moves.take(chosen)
    steps = [(chain, order, place) for order, (chain, place) in enumerate(executed(taken), start=1)]
    number = {place: order for _, order, place in steps}
    limits = program.among(chosen)
    together = _together(limits)
    decided = np.isin(chosen, np.concatenate([NONE_MADE, *program.pinned]))
    found = []
    for chain, numbered in groupby(steps, key=lambda step: step[0]):
        links = np.array([place for _, _, place in numbered], dtype=np.int32)
        if len(links) < SHORTEST:
            continue
        concerned = np.flatnonzero(np.isin(together, together[links])).astype(np.int32)
        part = limits.among(concerned)
        is_firm = decided[concerned] | ~np.isin(concerned, links)
        for place in links.tolist():
            fallen = concerned[_fallen(part, concerned == place, is_firm)]
            earlier = [
                k for k in links.tolist() if taken.from_post[k] == taken.into_post[place] and number[k] < number[place]
            ]
            falls = sorted(fallen.tolist(), key=number.__getitem__)
            found.append(_Link(chain, number[place], place, links, tuple(earlier), tuple(falls)))
    return found


def _fallen(limits: Program, refused: BoolArray, is_firm: BoolArray) -> BoolArray:
    """Which moves cannot be made any more without the refused ones; bool (n_moves,) all of them."""
    wanted = np.flatnonzero(~refused).astype(np.int32)
    fallen = ~refused
    fallen[part_that_holds(limits, wanted, np.flatnonzero(is_firm).astype(np.int32))] = False
    return fallen


def _together(limits: Program) -> IntArray:
    """The first of the moves with which each stands in one row, directly or through others: int64 (n_moves,)."""
    move, row, _ = entries_of(limits.terms)
    first = np.arange(limits.n)
    while True:
        of_row = np.full(len(limits.lower), limits.n)
        np.minimum.at(of_row, row, first[move])
        before = first.copy()
        np.minimum.at(first, move, of_row[row])
        if (first == before).all():
            return first
