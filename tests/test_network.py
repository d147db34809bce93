"""The flow from which the engine starts: it recognises the rows of the network, and its prices never prove too much."""

from __future__ import annotations

import time

import numpy as np
import pytest
from builders import tiny
from oracle import best_values
from provinces import random_province

from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.engine import columns
from optimizer.engine.face import Face
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import solve_relaxed
from optimizer.engine.network import GRAIN, Network
from optimizer.engine.pricing import no_prices, price
from optimizer.program import Program, build_program
from optimizer.program_goals import PINS
from optimizer.scenario.scenario import Scenario


def program_of(scenario: Scenario) -> Program:
    a = build_arrays(scenario)
    return build_program(a, build_moves(a))


def first_of(program: Program) -> tuple[int, list[int]]:
    """The bound that the flow's prices prove, of the first goal, and its moves."""
    face = Face(program)
    face.begin(program.goals[0])
    seeds = Network(program).seeds(face, program.goals[0], no_prices(face))
    return price(face, program.goals[0], seeds.prices).floor, seeds.chosen.tolist()


def test_a_flow_alone_proves_a_goal_whose_rows_are_all_of_the_network() -> None:
    """B has one land officer too many, and two seats of A are open: one stays so, of weight 3 x 100 per cent = 300."""
    scenario = tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-1", "unit_id": "A", "fields": "land"},
            {"post_id": "A-2", "unit_id": "A", "fields": "land"},
        ],
        people=[{"person_id": "p", "unit_id": "B", "fields": "land"}],
        quotas=[{"unit_id": "A", "quota": 5}, {"unit_id": "B", "quota": 0}],
        goals={"order": ["specialists"]},
    )
    program = program_of(scenario)
    bound, chosen = first_of(program)
    assert best_values(scenario) == {"specialists": 300}
    assert (bound, len(chosen)) == (300, 1)


def test_where_the_flow_proves_its_own_plan_no_linear_program_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A's land officers are at home and B's seats open: both are filled, 0 stays of 2 x 3 x 100 per cent."""
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": f"B-{k}", "unit_id": "B", "fields": "land"} for k in range(2)],
        people=[{"person_id": name, "unit_id": "A", "fields": "land"} for name in "pq"],
        quotas=[{"unit_id": "A", "quota": 0}, {"unit_id": "B", "quota": 2}],
        goals={"order": ["specialists"]},
    )

    def fail(*_: object) -> None:
        raise AssertionError("a linear program")

    monkeypatch.setattr(columns, "solve_relaxed", fail)
    program = program_of(scenario)
    run = Run(program, np.empty(0, dtype=np.int32), lambda *_: None, time.monotonic() + 60)
    assert run.minimise(program.goals[0]).proven
    assert program.goals[0].value(run.incumbent) == best_values(scenario)["specialists"] == 0


def test_more_seats_are_open_than_there_are_people() -> None:
    """B has 4 seats, a quota of 5 and nobody, A 2 people and no quota: three of five stay missing.

    Each square of 10,000 x (number missing)^2 / quota: 10,000 x 9 / 5 = 18,000.
    """
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": f"B-{k}", "unit_id": "B", "fields": "land"} for k in range(4)],
        people=[{"person_id": name, "unit_id": "A", "fields": "land"} for name in "pq"],
        quotas=[{"unit_id": "A", "quota": 0}, {"unit_id": "B", "quota": 5}],
        goals={"order": ["headcount"]},
    )
    assert best_values(scenario) == {"headcount": 18_000}
    assert first_of(program_of(scenario))[0] == 18_000


def test_the_flow_never_proves_too_much() -> None:
    """Of the first goal of random provinces: the bound is never above the best value, and reaches it in most."""
    bounds, best = [], []
    for seed in range(60):
        scenario = random_province(seed)
        try:
            values = best_values(scenario)
        except OverflowError:
            continue
        program = program_of(scenario)
        if values is not None and program.goals[0].name != PINS:
            bounds.append(first_of(program)[0])
            best.append(values[program.goals[0].name])
    assert len(best) > 30
    assert (np.array(bounds) <= np.array(best)).all()
    assert (np.array(bounds) == np.array(best)).mean() > 0.5


@pytest.mark.parametrize("seed", range(5))
def test_a_row_is_recognised_by_what_it_contains(seed: int) -> None:
    """A row found at a node counts, for any choice of moves, who comes into the node less who leaves it."""
    program = program_of(random_province(seed))
    network = Network(program)
    nodes = network.nodes[0]
    rng = np.random.default_rng(seed)
    chosen = np.flatnonzero(rng.random(program.n) < 0.5)
    change = np.zeros(network.n + 1, dtype=np.int64)
    for move in chosen[program.network.into[chosen] >= 0]:
        for node, step in ((program.network.into[move], 1), (program.network.home[program.move_person[move]], -1)):
            change[node] += step
            change[program.network.parent[node]] += step if program.network.parent[node] < network.n else 0
    activity = np.zeros(len(program.lower), dtype=np.int64)
    for term in program.terms:
        of = term.rows[chosen]
        np.add.at(activity, of[of >= 0], term.of(chosen)[of >= 0])
    found = np.flatnonzero(nodes >= 0)
    assert (activity[found] == change[nodes[found]]).all()


def test_a_flow_beside_prices_proves_as_much_as_they_do() -> None:
    """Goal after goal of random provinces: the master's prices of all rows over all moves, and a flow beside those of
    the rows outside the network, which finds the best prices of all others. Prices that are no sixteenths are left out.
    """
    judged = better = 0
    for seed in range(80):
        program = program_of(random_province(seed))
        face, network = Face(program), Network(program)
        every = np.flatnonzero(program.possible).astype(np.int32)
        plan = np.empty(0, dtype=np.int32)
        for goal in program.goals:
            face.begin(goal)
            if not program.holds(plan) or goal.name == PINS:
                break
            prices = solve_relaxed(face, goal, every, 60.0).prices
            some = no_prices(face) if seed % 2 else prices
            alone, beside = price(face, goal, some), price(face, goal, network.seeds(face, goal, some).prices)
            if all((block % GRAIN == 0).all() for block in some.blocks):
                judged, better = judged + 1, better + (beside.bound > alone.bound)
                assert beside.bound >= alone.bound, (seed, goal.name)
            face.finish(price(face, goal, prices), goal.value(plan))
    assert judged >= 80
    assert better >= 20
