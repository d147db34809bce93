"""What another choice costs, against brute force: every plan of tiny provinces that makes the choice, enumerated."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from oracle import admissible, feasible, plans
from provinces import random_province

import optimizer as so
from optimizer.errors import InfeasibleError, InputError
from optimizer.explaining.answers import Choice
from optimizer.explaining.moved_people import OWN_CAUSES
from optimizer.goals import GOALS
from optimizer.plan import Candidate, MovedPerson, Plan
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.points import points_of
from optimizer.scenario.scenario import Scenario

Made = Callable[[tuple[Placement, ...]], bool]
OFF = {"state": "off"}
OPEN = {"rules": {"payroll_floor": OFF, "strength_floor": OFF, "no_new_gaps": OFF}}  # more plans to choose among
BLOCKS = [(1, 4, 5, 7), (10, 12, 14, 16), (17, 19, 20, 22), (23, 24, 25, 26), (28, 29, 34, 35)]
SLOW_BLOCKS = [range(first, first + 50) for first in range(1_000, 2_000, 50)]
LEAST, LEAST_SLOW = 9, 10  # questions of a block that are judged; a slow one ends with the province that brings them


@dataclass(frozen=True)
class Asked:
    """An answer's choice, what a plan with it does, and the case."""

    scenario: Scenario
    name: str
    choice: Choice
    made: Made


def solved(seed: int) -> tuple[Scenario, Plan, list[tuple[Placement, ...]]] | None:
    """A province with its plan and all that are feasible; None where there is none, or there are too many."""
    scenario = random_province(seed, **(OPEN if seed % 4 else {}))
    facts = Facts(scenario)
    try:
        possible = [plan for plan in plans(facts) if feasible(facts, plan) is not None]
        return scenario, so.solve(scenario), possible
    except (OverflowError, InfeasibleError, InputError):
        return None


def questions(scenario: Scenario, plan: Plan, rng: random.Random) -> Iterator[Asked]:
    """One of each kind that a province allows."""
    moved = {row.person_id: row for row in plan.moves}
    for person in rng.sample(sorted(moved), min(1, len(moved))):
        found = so.explain(scenario, plan, person=person)
        if found.choice is not None:
            yield Asked(
                scenario, f"{found.runner_up} for {person}", found.choice, _instead(moved[person], found.runner_up)
            )
    possible = admissible(Facts(scenario))
    idle = sorted({move.person.person_id for move in possible} - set(moved))
    for person in rng.sample(idle, min(1, len(idle))):
        found = so.explain(scenario, plan, person=person)
        if found.choice is None:  # a pin of the person rules every move out
            assert found.reason == "decided"
            continue
        yield Asked(scenario, f"{person} moves", found.choice, partial(_whom, person=person))
    others = [(move.person.person_id, move.post.post_id) for move in possible]
    chosen = {(row.person_id, row.to_post_id) for row in plan.moves}
    for person, post in rng.sample(sorted({*others} - chosen), min(1, len({*others} - chosen))):
        found = so.explain(scenario, plan, why_not=(person, post))
        if found.choice is None:  # a pin of the same person rules it out
            assert found.outcome == "refused"
            assert any("the pin" in decision.msgid for form in found.forms for decision in form.decisions)
            continue
        yield Asked(scenario, f"{person} for {post}", found.choice, partial(_whom, person=person, post=post))
    for gap in plan.gaps[:1]:
        found = so.explain(scenario, plan, post=gap.post_id)
        if found.choice is not None:
            more = sum(row.form != "concurrent" for row in found.coming) + 1
            made = partial(_arrive, post=gap.post_id, least=more)
            yield Asked(scenario, f"{gap.post_id} filled", found.choice, made)


def _instead(row: MovedPerson, other: str) -> Made:
    covers = row.form == "concurrent"

    def made(plan: tuple[Placement, ...]) -> bool:
        into = {move.person.person_id for move in plan if move.post.post_id == row.to_post_id and move.covers == covers}
        return other in into and row.person_id not in into

    return made


def _whom(plan: tuple[Placement, ...], person: str, post: str | None = None) -> bool:
    return any(move.person.person_id == person and post in (None, move.post.post_id) for move in plan)


def _arrive(plan: tuple[Placement, ...], post: str, least: int) -> bool:
    return sum(move.post.post_id == post and not move.covers for move in plan) >= least


def best_with(scenario: Scenario, possible: list[tuple[Placement, ...]], made: Made) -> dict[str, int] | None:
    """The lexicographic optimum of those plans that make the choice, or None where none does."""
    facts, by_name = Facts(scenario), {goal.name: goal for goal in GOALS}
    goals = [by_name[name] for name in scenario.goal_order]
    values = [tuple(goal.measure(facts, After(facts, plan)) for goal in goals) for plan in possible if made(plan)]
    return dict(zip(scenario.goal_order, min(values), strict=True)) if values else None


def judge(block: Iterable[int], least: int, enough: int | None = None) -> None:
    clashes, judged = [], 0
    for seed in block:
        if enough is not None and judged >= enough:
            break
        found = solved(seed)
        if found is None:
            continue
        scenario, plan, possible = found
        for asked in questions(scenario, plan, random.Random(seed)):
            judged += 1
            best = best_with(scenario, possible, asked.made)
            told = {price.goal: price.after for price in asked.choice.prices} or None
            sure = {price.status for price in asked.choice.prices} <= {"proven"}
            if told != best or not sure or asked.choice.status != ("impossible" if best is None else "optimal"):
                clashes.append(f"seed {seed}, {asked.name}: {best} by brute force, {asked.choice}")
    assert clashes == []
    assert judged >= least


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"from {block[0]}")
def test_a_choice_costs_what_brute_force_says(block: tuple[int, ...]) -> None:
    judge(block, LEAST)


@pytest.mark.slow
@pytest.mark.parametrize("block", SLOW_BLOCKS, ids=lambda block: f"from {block[0]}")
def test_a_choice_costs_what_brute_force_says_on_many_more(block: range) -> None:
    judge(block, LEAST_SLOW, enough=LEAST_SLOW)


def placement(facts: Facts, row: MovedPerson | Candidate, post: str | None = None) -> Placement:
    return Placement(facts.people[row.person_id], facts.posts[post or row.post_id], row.form)


@pytest.mark.parametrize("seed", [1, 3, 5, 14, 18, 20, 23, 29])
def test_candidates_are_ranked_by_what_their_swap_does(seed: int) -> None:
    """Each swap made by hand: who keeps the limits, by how much every goal changes, and the order that follows."""
    found = solved(seed)
    assert found is not None
    scenario, plan, _ = found
    assert plan.moves
    facts, by_name = Facts(scenario), {goal.name: goal for goal in GOALS}
    made = {row.person_id: placement(facts, row, row.to_post_id) for row in plan.moves}
    goals = [by_name[name] for name in scenario.goal_order]
    before = [goal.measure(facts, After(facts, made.values())) for goal in goals]
    for row in plan.moves:
        answer = so.explain(scenario, plan, person=row.person_id)
        facts_of_row = placement(facts, row, row.to_post_id)
        assert {cause.cause: cause.points for cause in answer.disruption}.items() >= {
            (cause, points) for cause, points in points_of(facts, facts_of_row).items()
            if points and cause not in OWN_CAUSES
        }  # fmt: skip
        assert sum(cause.points for cause in answer.disruption) == row.points
        keys = []
        for other in answer.candidates:
            swapped = dict(made)
            if not other.chosen:
                del swapped[row.person_id]
                swapped[other.person_id] = placement(facts, other)
            after = After(facts, swapped.values())
            differences = [goal.measure(facts, after) - value for goal, value in zip(goals, before, strict=True)]
            assert [*other.differences.values()] == differences
            assert other.keeps_limits == (feasible(facts, tuple(swapped.values())) is not None)
            keys.append((not other.keeps_limits, differences, not other.chosen, other.points))
        assert keys == sorted(keys)
        assert answer.candidates[answer.rank - 1].person_id == row.person_id
        assert [other.place for other in answer.candidates] == [*range(1, len(keys) + 1)]
