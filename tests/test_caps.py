"""Caps: the most that a goal may be in any plan, against every plan of tiny provinces, enumerated."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from oracle import Facts, best_values, feasible, plans
from provinces import random_province
from stories import broken, move, province, two_posts

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.engine.face import Face
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import solve_relaxed
from optimizer.engine.pricing import price
from optimizer.errors import FalseClaimError, InfeasibleError, InputError
from optimizer.goals import GOALS
from optimizer.plan import Status
from optimizer.program import build_program
from optimizer.scenario.scenario import Scenario
from optimizer.verifying import verify

QUICK, SLOW = range(40), [range(first, first + 50) for first in range(20_000, 20_300, 50)]
WAYS = {"by branching on all moves": 12_000, "by column generation": 0}


def with_caps(scenario: Scenario, caps: dict[str, int | None]) -> Scenario:
    goals = {name: scenario.goals[name].model_copy(update={"at_most": cap}) for name, cap in caps.items()}
    return replace(scenario, goals={**scenario.goals, **goals})


def drawn_caps(scenario: Scenario, rng: random.Random) -> dict[str, int | None]:
    """Two goals capped at what one plan has of them, one better in the first than the best plan if any is, or below."""
    facts = Facts(scenario)
    after = [found for plan in plans(facts) if (found := feasible(facts, plan)) is not None]
    by_name = {goal.name: goal for goal in GOALS}
    best = best_values(scenario)
    if best is None:
        return {}
    names = rng.sample(scenario.goal_order, min(2, len(scenario.goal_order)))
    values = [[by_name[name].measure(facts, found) for name in names] for found in after]
    smaller = [of_plan for of_plan in values if of_plan[0] < best[names[0]]] or values
    below = rng.choice((0, 0, 0, 1))
    return {name: max(0, value - below) for name, value in zip(names, rng.choice(smaller), strict=True)}


def judge(seeds: range, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How many provinces had a plan within their caps, and how many had none for the caps alone."""
    within = beyond = 0
    for seed in seeds:
        rng = random.Random(seed)
        try:
            scenario = random_province(seed)
            capped = with_caps(scenario, drawn_caps(scenario, rng))
        except OverflowError:
            continue
        best, free = best_values(capped), best_values(scenario)
        for way, branch_up_to in WAYS.items():
            monkeypatch.setattr("optimizer.engine.worker.Run", partial(Run, branch_up_to=branch_up_to))
            story = f"seed {seed} {way}"
            try:
                plan = so.solve(capped)
            except InputError:
                assert best is None, story
                continue
            except InfeasibleError as error:
                assert best is None, story
                assert error.conflict.has_caps == (free is not None), story
                beyond += error.conflict.has_caps
                continue
            assert {goal.name: goal.value for goal in plan.goals} == best, story
            assert plan.status == Status.OPTIMAL, story
            within += best != free
    return within, beyond


def test_capped_provinces_are_as_good_as_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    within, beyond = judge(QUICK, monkeypatch)
    assert within >= 5
    assert beyond >= 2


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SLOW, ids=lambda seeds: f"from {seeds.start}")
def test_many_more_capped_provinces(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    within, beyond = judge(seeds, monkeypatch)
    assert min(within, beyond) >= 2


ORDER = {"order": ["specialists", "moves"]}


def test_a_cap_below_in_the_order_binds_the_goals_above_it() -> None:
    """p1 would fill A-it, which costs one move; with no move allowed the seat stays open."""
    free = province(goals=ORDER)
    capped = with_caps(free, {"moves": 0})
    assert [row.person_id for row in so.solve(free).moves] == ["p1"]
    plan = so.solve(capped)
    assert plan.moves == ()
    assert [(goal.name, goal.proven) for goal in plan.goals] == [("specialists", True), ("moves", True)]
    assert broken(free, move("p1", "A-it")) == set()
    assert broken(capped, move("p1", "A-it")) == {"at_most"}
    with pytest.raises(FalseClaimError) as refused:
        verify(capped, so.solve(free))
    assert refused.value.text.render("en") == "moves: the plan is above the cap"


def test_caps_that_clash_are_named_with_the_least_value_that_is_left() -> None:
    """With no move A-it stays open, at its whole price; it may cost nothing only where one move is allowed."""
    free = province(goals=ORDER)
    left_open = so.solve(with_caps(free, {"moves": 0})).goals[0].value
    with pytest.raises(InfeasibleError) as found:
        so.solve(with_caps(free, {"specialists": left_open - 1, "moves": 0}))
    assert [(member.kind, member.is_needed) for member in found.value.conflict.members] == [
        ("cap", True),
        ("cap", False),
    ]
    words = [member.words.render("en") for member in found.value.conflict.members]
    assert "moves) at most 0: beside all else the least is 1" in words[0]
    assert f"specialists) at most {left_open - 1}" in words[1]
    assert so.solve(with_caps(free, {"specialists": left_open, "moves": 0})).moves == ()


def test_a_bound_that_leans_on_a_cap_leaves_its_goal_a_row() -> None:
    """No move is allowed, so A-it stays open: only the price of the cap proves that nothing is better.

    Prices of a cap say nothing of plans below it: the bounds of moves alone would not keep the value.
    """
    arrays = build_arrays(with_caps(province(goals=ORDER), {"moves": 0}))
    program = build_program(arrays, build_moves(arrays))
    face, goal = Face(program), program.goals[0]
    face.begin(goal)
    priced = price(face, goal, solve_relaxed(face, goal, np.arange(program.n, dtype=np.int32), 10.0).prices)
    value = goal.value(np.empty(0, dtype=np.int32))
    assert (priced.room(value), priced.prices.fixed.any()) == (0, True)
    face.finish(priced, value)
    assert [(row.goal.name, row.is_implied) for row in face.fixed] == [("moves", False), ("specialists", False)]


def test_a_capped_goal_below_others_keeps_its_value_for_those_after_it() -> None:
    """Two seats for IT (400 each) and one (100) are open, and 500 may be left: one move is made, into IT.

    Kilometres alone would ask for none: the prices that prove 500 with one move allow for 900 without any.
    """
    order = {"order": ["moves", "specialists", "kilometres"]}
    arrays = build_arrays(with_caps(two_posts(goals=order), {"specialists": 500}))
    program = build_program(arrays, build_moves(arrays))
    face, (moves, seats, _) = Face(program), program.goals
    face.begin(moves)
    face.finish(None, 1)  # as where branching has proven it
    face.begin(seats)
    priced = price(face, seats, solve_relaxed(face, seats, np.arange(program.n, dtype=np.int32), 10.0).prices)
    face.finish(priced, seats.value(np.array([0], dtype=np.int32)))
    assert priced.room(500) == 0
    assert [(row.goal.name, row.is_implied) for row in face.fixed] == [("moves", False), ("specialists", False)]


@pytest.mark.parametrize("cap", [-1, 1.5, "many"])
def test_a_cap_that_is_none_is_refused(cap: object) -> None:
    with pytest.raises(InputError) as found:
        province(goals={**ORDER, "moves": {"at_most": cap}})
    assert "goals.moves.at_most" in str(found.value)


def test_a_scenario_that_extends_another_takes_out_its_cap() -> None:
    assert province(goals={**ORDER, "moves": {"at_most": 3}}).goals["moves"].at_most == 3
    assert province(goals={**ORDER, "moves": {"at_most": "none"}}).goals["moves"].at_most is None
