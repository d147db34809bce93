"""Who could make a move instead: the reserve, and those who are equal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from builders import tiny
from oracle import admissible, feasible
from provinces import random_province
from stories import Cells, province

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays import KeyArray
from optimizer.arrays_building import build_arrays
from optimizer.checker import broken_decisions, check, flags_and_block
from optimizer.errors import InfeasibleError, InputError
from optimizer.goals import GOALS
from optimizer.goals.base import Goal
from optimizer.instead_claims import wrong_equals
from optimizer.moves import Moves
from optimizer.plan import MovedPerson, Plan
from optimizer.program import Program, build_program
from optimizer.reserves import reserves
from optimizer.rulebook.after import Placement
from optimizer.rulebook.facts import Facts
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
            stay = {person for person in others.equals if person not in moves.person[chosen]}
            assert stay == {person for person, key in found.items() if key[0] == now}
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


def two_for_two(other: Cells | None = None, **more: Any) -> Scenario:
    """A and C need an IT specialist each; p1 and p2 of B, which has two too many, know IT and may go to either."""
    people: list[Cells] = [{"person_id": person, "unit_id": "B", "fields": "it"} for person in ("p1", "p2")]
    people[1] |= other or {}
    return tiny(
        units=["A", "B", "C"],
        posts=[{"post_id": f"{unit}-it", "unit_id": unit, "fields": "it"} for unit in ("A", "C")],
        people=people,
        quotas=[{"unit_id": unit, "quota": quota} for unit, quota in (("A", 1), ("B", 0), ("C", 1))],
        **more,
    )


def test_two_people_who_are_alike_may_exchange_their_posts() -> None:
    """Whoever takes A-it, the other one takes C-it: every value is the same, and nobody is left as a reserve."""
    assert told(so.solve(two_for_two())) == {"p1": (None, ("p2",)), "p2": (None, ("p1",))}


@pytest.mark.parametrize(
    ("other", "more"),
    [
        ({"fields": "it;land"}, {"decisions": [{"kind": "pin", "person_id": "p1", "post_id": "A-it"}]}),
        ({}, {"decisions": [{"kind": "ban", "person_id": "p1", "post_id": "C-it"}]}),
        ({}, {"wishes": [{"person_id": "p1", "unit_id": "A"}]}),
    ],
)
def test_nobody_is_equal_whose_exchange_is_forbidden_or_costs_more(other: Cells, more: Cells) -> None:
    """p1 is to take A-it; or may not take C-it; or wishes to go to A, which saves the points of an unasked move."""
    plan = so.solve(two_for_two(other, **more))
    assert {row.person_id: row.to_post_id for row in plan.moves} == {"p1": "A-it", "p2": "C-it"}
    assert told(plan) == {"p1": (None, ()), "p2": (None, ())}


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


def test_the_checker_refuses_an_exchange_that_costs_more() -> None:
    """p1 wishes to go to A: that p2 went there instead would cost points, and no limit."""
    scenario = two_for_two(wishes=[{"person_id": "p1", "unit_id": "A"}])
    plan = so.solve(scenario)
    first, second = plan.moves
    rows = (first.model_copy(update={"equals": (second.person_id,)}), second)
    (breach,) = check(scenario, replace(plan, moves=rows)).breaches
    assert (breach.rule, breach.person_id) == ("moves.equals", second.person_id)


FEW: Final = ("leadership", "specialists")  # many plans are equal by these alone


@pytest.mark.parametrize(
    "seeds", [range(4, 8), *(pytest.param(range(k, k + 20), marks=pytest.mark.slow) for k in (8, 28, 48))]
)
def test_equals_are_those_of_whom_the_scalar_forms_say_so(seeds: range) -> None:
    """Everybody is put in the place of everybody who moves, alone and in exchange, and the whole province judged."""
    exchanged = 0
    for seed in seeds:
        drawn = alike(open_province(seed)) if seed % 4 != 1 else random_province(seed)
        exchanged += sum(exchanges_judged(scenario, seed) for scenario in (drawn, replace(drawn, goal_order=FEW)))
    assert exchanged


def exchanges_judged(scenario: Scenario, seed: int) -> int:
    """How many equals by exchange some plans have, of which all are those by definition and for the checker."""
    moves = build_moves(build_arrays(scenario))
    program = build_program(moves.arrays, moves)
    facts, ids, exchanged = Facts(scenario), program.person_ids, 0
    for chosen in some_plans(program, seed):
        made = {
            person: Placement(facts.people[person], facts.posts[post], form)
            for person, post, form in map(program.identity, chosen.tolist())
        }
        for mover, others in zip(made, reserves(moves, program, chosen), strict=True):
            found = by_definition(facts, made, mover)
            assert {ids[other] for other in others.equals} == found
            assert accepted(facts, made, mover) == found
            exchanged += len(found & made.keys())
    return exchanged


def open_province(seed: int) -> Scenario:
    """Units may give and receive more than by default, as long as the budget lasts."""
    names = ("payroll_floor", "strength_floor", "payroll_cap", "keep_last_specialist", "no_new_gaps")
    rules: dict[str, Cells] = {name: {"state": "off"} for name in names}
    rules["budget"] = {"state": "on", "thousand_dong": (46_397, 100_000, 200_000)[seed % 3]}
    rules["max_moves_per_unit"] = {"state": "on", "moves": 2}
    return random_province(seed, rules=rules, config={"forms": {"candidates": "all"}})


def alike(scenario: Scenario) -> Scenario:
    """Every second person is like the one before in all but the id: many exchanges change no goal."""
    people = [
        person.model_copy(update={"person_id": own.person_id, "name": own.name})
        for own, person in zip(scenario.people, [p for p in scenario.people[::2] for _ in range(2)], strict=False)
    ]
    home = {person.person_id: person.unit_id for person in people}
    pools = tuple(row for row in scenario.pools if home[row.person_id] == row.unit_id)
    return replace(scenario, people=tuple(people), pools=pools)


def some_plans(program: Program, seed: int) -> Iterator[KeyArray]:
    """Plans that keep every limit, pin and cap and to which no move can be added, as the moves come by chance."""
    rng = random.Random(seed)
    for _ in range(4):
        chosen = np.empty(0, dtype=np.int32)
        for move in rng.sample(range(program.n), program.n):
            more = np.sort(np.append(chosen, np.int32(move)))
            chosen = more if program.holds(more) else chosen
        is_right = program.holds(chosen) and not program.above_caps(chosen)
        if is_right and not (program.pins and program.goals[0].value(chosen)):
            yield chosen


def by_definition(facts: Facts, made: dict[str, Placement], mover: str) -> set[str]:
    """Who could make a move alone, if they do not move, or else in exchange for their own, at equal values."""
    possible, mine, now = admissible(facts), made[mover], values(facts, [*made.values()])
    found = set()
    for person_id in facts.people.keys() - {mover}:
        theirs = made.get(person_id)
        rest = [move for person, move in made.items() if person not in (mover, person_id)]
        takes = [move for move in possible if move.person.person_id == person_id and same_seat(move, mine)]
        ways = [[move] for move in takes]
        if theirs is not None:
            gets = [move for move in possible if move.person.person_id == mover and same_seat(move, theirs)]
            ways = [] if same_seat(mine, theirs) else [[one, other] for one in takes for other in gets]
        if any(values(facts, [*rest, *way]) == now for way in ways):
            found.add(person_id)
    return found


def same_seat(one: Placement, other: Placement) -> bool:
    """Of one post both fill a seat, or both cover one."""
    return one.post.post_id == other.post.post_id and one.covers == other.covers


def values(facts: Facts, placements: list[Placement]) -> list[int] | None:
    """Every goal's value after the moves; None where they break a limit or a pin."""
    after = feasible(facts, tuple(placements))
    return None if after is None else [goal.measure(facts, after) for goal in goals_of(facts)]


def goals_of(facts: Facts) -> list[Goal]:
    return [goal for name in facts.scenario.goal_order for goal in GOALS if goal.name == name]


def accepted(facts: Facts, made: dict[str, Placement], mover: str) -> set[str]:
    """Whom the checker lets stand as equals of a move, of everybody."""
    steps = [
        (
            MovedPerson(
                person_id=person, form=move.form, to_post_id=move.post.post_id,
                equals=tuple(facts.people) if person == mover else (),
            ),
            move,
        )
        for person, move in made.items()
    ]  # fmt: skip
    wrong = wrong_equals(steps, facts, goals_of(facts), flags_and_block, broken_decisions)
    return facts.people.keys() - {breach.person_id for breach in wrong}
