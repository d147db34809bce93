"""A plain assignment problem as a program: one side gives people, the other has posts, and capacities are rows.

Whoever gives one is a person, who sits with all others that wait. Of whoever gives more, every pair is a person of its
own, who sits in a place of the giver's; that no more than the capacity leave this place is a row. So every row stands
at a node of the network, and the flow from which the engine starts knows the whole problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray
from optimizer.assignment.problem import Problem
from optimizer.program import Network, Program
from optimizer.program_goals import PINS, ProgramGoal, weighted_goal
from optimizer.rulebook.one_move import OneMove
from optimizer.rulebook.rows import FREE, NO_ROW, Term
from optimizer.scenario.meaning import GoalSettings

MISSING: Final = PINS  # what must come to nothing: where it cannot, the engine stops before any cost
COST: Final = "cost"


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The pairs in the order of whoever gives: indices of giver and taker, int64 (n,), and the capacities of both."""

    giver: IntArray
    taker: IntArray
    gives: IntArray
    takes: IntArray

    @property
    def single(self) -> BoolArray:
        """True for pairs whose giver gives at most one: bool (n,)."""
        return (self.gives <= 1)[self.giver]


def build_assignment(problem: Problem) -> tuple[Program, IntArray]:
    """The program of a problem, and the pair of each of its moves: int64 (n_pairs,).

    Its goals are the number of pairs that are missing, and the costs, of which none is negative.
    """
    turned = bool((problem.gives > 1).any() and (problem.takes <= 1).all())  # people who are one make a better network
    giver, taker = (problem.columns, problem.rows) if turned else (problem.rows, problem.columns)
    gives, takes = (problem.takes, problem.gives) if turned else (problem.gives, problem.takes)
    order = np.lexsort((taker, giver))
    pairs = _Pairs(giver[order], taker[order], gives, takes)
    n = len(order)
    person, network = _seats(pairs)
    lower, upper, terms = _rows(pairs, problem.wanted)
    program = Program(
        n=n,
        lower=lower,
        upper=upper,
        terms=terms,
        rule=(OneMove.name,) * len(lower),  # capacities are given: none is tried for being in the way
        unit=np.full(len(lower), -1, dtype=np.int64),
        post=np.full(len(lower), -1, dtype=np.int64),
        goals=(_missing(n, problem.wanted), weighted_goal(COST, problem.costs[order] - problem.shift)),
        pins=(),
        possible=(gives[pairs.giver] > 0) & (takes[pairs.taker] > 0),
        choice=terms[0].rows,
        network=network,
        move_person=person.astype(np.int32),
        move_post=pairs.taker.astype(np.int32),
        move_form=np.zeros(n, dtype=np.int32),
        person_ids=tuple(map(str, range(len(network.home)))),
        post_ids=tuple(map(str, range(len(takes)))),
    )
    return program, order


def _seats(pairs: _Pairs) -> tuple[IntArray, Network]:
    """The person of each pair, and where people sit: takers, then those who wait, then the places of givers."""
    waiting = len(pairs.takes)
    alone = np.where(pairs.single, -1 - pairs.giver, np.arange(len(pairs.giver)))
    _, first, person = np.unique(alone, return_index=True, return_inverse=True)
    home = np.where(pairs.single, waiting, waiting + 1 + pairs.giver)[first]
    n_places = 1 + len(pairs.gives)
    groups = waiting + n_places + np.array([0, 1])
    parent = np.concatenate([np.repeat(groups, [waiting, n_places]), np.full(2, groups[-1] + 1)])
    return person, Network(parent, home, pairs.taker.astype(np.int32))


def _rows(pairs: _Pairs, wanted: int) -> tuple[IntArray, IntArray, tuple[Term, ...]]:
    """Bounds and terms of the rows: one of each giver, one of each taker, and the count where it is below both sums.

    The first term is that of givers of at most one. All are written as the network counts: who comes, less who leaves.
    """
    single, n_givers, n_takers = pairs.gives <= 1, len(pairs.gives), len(pairs.takes)
    lower = [np.where(single, -FREE, -pairs.gives), np.full(n_takers, -FREE)]
    upper = [np.where(single, pairs.gives, FREE), pairs.takes]
    rows = [
        (np.where(pairs.single, pairs.giver, NO_ROW), 1),
        (np.where(pairs.single, NO_ROW, pairs.giver), -1),
        (n_givers + pairs.taker, 1),
    ]
    if wanted < min(pairs.gives.sum(), pairs.takes.sum()):
        lower.append(np.array([-FREE]))
        upper.append(np.array([wanted]))
        rows.append((np.full_like(pairs.giver, n_givers + n_takers), 1))
    terms = tuple(Term(of_pairs.astype(np.int32), coefficient) for of_pairs, coefficient in rows)
    return np.concatenate(lower), np.concatenate(upper), terms


def _missing(n: int, wanted: int) -> ProgramGoal:
    """How many pairs are missing; those beyond the n that there are, in any case."""
    need = np.array([min(wanted, n)], dtype=np.int64)
    every = Term(np.zeros(n, dtype=np.int32), 1)
    ones, row = np.ones(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    return ProgramGoal(MISSING, max(0, wanted - n), None, need, (every,), row, ones, need, GoalSettings())
