"""One flow over the network part of a program: people, posts, seats. The measure of what a solve could cost."""

from __future__ import annotations

import time

import numpy as np
from ortools.graph.python import min_cost_flow

from optimizer.arrays import IntArray
from optimizer.errors import EngineError
from optimizer.program import Program
from optimizer.rulebook.rows import NO_ROW
from optimizer.texts import T


def flow_seconds(program: Program) -> float:
    """Seconds of one `SimpleMinCostFlow` over all possible moves, set-up of its arcs included.

    Every person with moves sends one unit along a move or past all posts; a post takes as many as it has open
    seats; a unit in a seat earns what the seat costs when open, less what the move disturbs.
    """
    moves = np.flatnonzero(program.possible)
    people, person = np.unique(program.move_person[moves], return_inverse=True)
    posts, post = np.unique(program.move_post[moves], return_inverse=True)
    gain, seats = _gains(program, posts.astype(np.int64))
    cost = -gain[post]
    for goal in program.goals:
        if goal.weights is not None:
            cost = cost + goal.weights[moves]
    first_post, sink = len(people), len(people) + len(posts)
    began = time.perf_counter()
    flow = min_cost_flow.SimpleMinCostFlow()
    ones = np.ones(len(moves), dtype=np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(person, first_post + post, ones, cost)
    everyone = np.arange(len(people))
    flow.add_arcs_with_capacity_and_unit_cost(
        everyone, np.full(len(people), sink), np.ones_like(everyone), np.zeros_like(everyone)
    )
    every_post = np.arange(len(posts))
    flow.add_arcs_with_capacity_and_unit_cost(
        first_post + every_post, np.full(len(posts), sink), seats, np.zeros_like(every_post)
    )
    flow.set_nodes_supplies(np.append(everyone, sink), np.append(np.ones_like(everyone), -len(people)))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise EngineError(T("the flow ended with {reason}", reason=str(status)))
    return time.perf_counter() - began


def _gains(program: Program, posts: IntArray) -> tuple[IntArray, IntArray]:
    """What a person in each post earns in the priced shortages, and how many seats it has open today."""
    gain = np.zeros(len(posts), dtype=np.int64)
    seats = np.ones(len(posts), dtype=np.int64)
    for goal in program.goals:
        for term in goal.terms:
            if term.coefficient > 0 and len(goal.segment_row):
                price = np.zeros(len(goal.need) + 1, dtype=np.int64)
                np.maximum.at(price, goal.segment_row, goal.segment_cost)
                row = np.full(len(program.post_ids), NO_ROW, dtype=np.int64)
                row[program.move_post] = term.rows
                gain += price[row[posts]]
                need = np.append(goal.need, 0)
                seats = np.maximum(seats, need[row[posts]])
    return gain, seats
