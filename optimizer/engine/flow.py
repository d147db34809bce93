"""One flow over the network part of a program: people, posts, seats. The measure of what a solve could cost."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
from ortools.graph.python import min_cost_flow

from optimizer.arrays import IntArray
from optimizer.errors import EngineError
from optimizer.moves import Moves
from optimizer.program import Program
from optimizer.texts import T

SEAT_GOALS: Final = ("leadership", "specialists")


def flow_seconds(program: Program, moves: Moves) -> float:
    """Seconds of one `SimpleMinCostFlow` over all possible moves, its arcs included.

    Every person who may move sends one unit: to the present post, along a move, or past all posts where they have
    none. A post takes as many as its seats, or as hold it today where these are more, less those who cannot move. A
    filled seat earns what the seat costs when it is open; a move costs its weights. Headcount is left out.
    """
    a = moves.arrays
    rows = np.flatnonzero(program.possible & ~moves.stays)
    people, person = np.unique(moves.person[rows].astype(np.int64), return_inverse=True)
    sink = len(people) + a.n_posts
    cost = sum((goal.weights[rows] for goal in program.goals if goal.weights is not None), np.zeros_like(rows))
    present = a.person_post[people]
    seated = present >= 0
    staying = np.where(seated, len(people) + present, sink)
    fixed = np.bincount(a.person_post[_unmoved(moves, people)], minlength=a.n_posts)
    room = np.maximum(0, np.maximum(a.post_seats, a.post_held) - fixed)
    began = time.perf_counter()
    flow = min_cost_flow.SimpleMinCostFlow()
    for tails, heads, capacities, costs in (
        (person, len(people) + moves.post[rows], np.ones_like(rows), cost),
        (np.arange(len(people)), staying, np.ones_like(people), np.zeros_like(people)),
        (len(people) + np.arange(a.n_posts), np.full(a.n_posts, sink), room, -_gains(program, a.n_posts)),
    ):
        flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    flow.set_nodes_supplies(np.arange(len(people)), np.ones_like(people))
    flow.set_nodes_supplies(np.array([sink]), np.array([-len(people)]))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise EngineError(T("the flow ended with {reason}", reason=str(status)))
    return time.perf_counter() - began


def _unmoved(moves: Moves, people: IntArray) -> IntArray:
    """People who hold a post today and have no possible move."""
    a = moves.arrays
    holds = a.counts_at_home & (a.person_post >= 0)
    holds[people] = False
    return np.flatnonzero(holds)


def _gains(program: Program, n_posts: int) -> IntArray:
    """What one filled seat of each post saves in the goals of seats: int64 (n_posts,)."""
    gain = np.zeros(n_posts, dtype=np.int64)
    for goal in program.goals:
        if goal.name in SEAT_GOALS:
            price = np.zeros(len(goal.need) + 1, dtype=np.int64)
            price[goal.segment_row] = goal.segment_cost
            for term in goal.terms:
                if (term.of_all > 0).all():
                    np.maximum.at(gain, program.move_post, price[term.rows])
    return gain
