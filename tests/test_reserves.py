"""Who could make a move instead: the reserve, and those who are equal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders import tiny
from provinces import random_province
from stories import Cells, province

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays import KeyArray
from optimizer.arrays_building import build_arrays
from optimizer.checker import check
from optimizer.errors import InfeasibleError, InputError
from optimizer.moves import Moves
from optimizer.plan import Plan
from optimizer.program import Program, build_program
from optimizer.reserves import reserves
from optimizer.scenario.scenario import Scenario
from optimizer.starting import start_from


def three_for_one(**second: str) -> Scenario:
    """A needs one IT specialist; three people of B, which has three too many, know IT and may go."""
    people: list[Cells] = [{"person_id": f"p{n}", "unit_id": "B", "fields": "it"} for n in (1, 2, 3)]
    people[1] |= second
    return tiny(
        units=["A", "B", "C"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=people,
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 0}],
    )


def told(plan: Plan) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    return {row.person_id: (row.reserve, row.equals) for row in plan.moves}


def test_people_who_are_alike_are_equals_and_the_first_of_them_is_the_reserve() -> None:
    """All three fill the one seat at the same points; whoever is not chosen is as good, and the committee chooses."""
    ((chosen, (reserve, equals)),) = told(so.solve(three_for_one())).items()
    others = tuple(person for person in ("p1", "p2", "p3") if person != chosen)
    assert (reserve, equals) == (others[0], others)


def test_a_dearer_candidate_is_the_reserve_and_no_equal() -> None:
    """p2 moved a year ago, which costs 80 points more: no equal of p1 and p3, who are equals of one another."""
    plan = so.solve(three_for_one(last_move_on="2025-03-01"))
    ((chosen, (reserve, equals)),) = told(plan).items()
    assert {chosen, reserve} == {"p1", "p3"}
    assert equals == (reserve,)


def test_nobody_is_reserve_who_would_break_a_limit_or_moves_too() -> None:
    """p1 alone knows IT beside p0, and p0 is of a commune at its quota: nobody can stand in for p1."""
    assert told(so.solve(province())) == {"p1": (None, ())}


@pytest.mark.parametrize("first", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(8, 64, 8))])
def test_reserves_are_those_found_by_trying_everybody(first: int) -> None:
    """Every move of somebody who stays is put in place of each move, and every row and goal counted anew."""
    tried = 0
    for seed in range(first, first + 8):
        scenario = random_province(seed)
        moves = build_moves(build_arrays(scenario))
        program = build_program(moves.arrays, moves)
        try:
            chosen = start_from(moves, program, so.solve(scenario)).chosen
        except (InputError, InfeasibleError):
            continue
        for k, others in zip(chosen.tolist(), reserves(moves, program, chosen), strict=True):
            found = by_trying(moves, program, chosen, k)
            now = [goal.value(chosen) for goal in program.goals]
            assert others.best == min(found.values(), default=(None, None, None))[2]
            assert set(others.equals) == {person for person, key in found.items() if key[0] == now}
            tried += 1
    assert tried


Key = tuple[list[int] | None, int | None, int | None]


def by_trying(moves: Moves, program: Program, chosen: KeyArray, k: int) -> dict[int, Key]:
    """Values of the goals, points and number of everybody who could stand in for move `k` alone, by number."""
    found: dict[int, Key] = {}
    for other in range(moves.n):
        person = int(moves.person[other])
        swapped = np.sort(np.append(chosen[chosen != k], np.int32(other)))
        same = moves.post[other] == moves.post[k] and moves.stays[other] == moves.stays[k]
        if not same or person in moves.person[chosen] or not program.holds(swapped):
            continue
        values = [goal.value(swapped) for goal in program.goals]
        if not program.pins or values[0] == 0:
            key = (values, int(moves.points[other]), person)
            found[person] = min(found.get(person, key), key)
    return found


def test_the_checker_refuses_whoever_cannot_stand_in() -> None:
    """p0 knows no IT; somebody who moves is no reserve of anybody."""
    scenario = province()
    plan = so.solve(scenario)
    for wrong in ({"reserve": "p0"}, {"equals": ("p0",)}, {"reserve": "p1"}):
        rows = tuple(row.model_copy(update=wrong) for row in plan.moves)
        assert [breach.rule for breach in check(scenario, replace(plan, moves=rows)).breaches] == [
            f"moves.{next(iter(wrong))}"
        ]
    assert check(scenario, plan).passed
