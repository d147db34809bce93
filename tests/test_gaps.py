"""Why a post stays open, and the cheapest single change that would fill it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from oracle import feasible, plans
from provinces import random_province

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.certificate import Certificate, reduced_costs
from optimizer.errors import InfeasibleError, InputError
from optimizer.explaining.case import Case, case_of
from optimizer.explaining.changes import Change, ListPlace, Waiver
from optimizer.explaining.filling import Candidates, candidates
from optimizer.explaining.misses import refusals
from optimizer.explaining.unfilled import gaps
from optimizer.explaining.widening import moves_of, triples_of
from optimizer.goals import GOALS
from optimizer.plan import Plan
from optimizer.registry import REGISTRY
from optimizer.rulebook.facts import Facts
from optimizer.scenario.reading import read_tables
from optimizer.scenario.scenario import Scenario


def best_with(scenario: Scenario, post_id: str, filled: int) -> tuple[int, ...] | None:
    """The best values of the goals of all plans that fill more than `filled` seats of a post, by enumeration."""
    facts = Facts(scenario)
    goals = [next(goal for goal in GOALS if goal.name == name) for name in scenario.goal_order]
    best = None
    for plan in plans(facts):
        after = feasible(facts, plan)
        if after is not None and after.filled(facts.posts[post_id]) > filled:
            values = tuple(goal.measure(facts, after) for goal in goals)
            best = values if best is None else min(best, values)
    return best


class Judge:
    """By enumeration: whether a change would fill a post of a plan."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan = scenario, plan
        self.present = tuple(goal.value for goal in plan.goals)
        self.fills = cache(self._fills)

    def _fills(self, change: Change, post_id: str) -> bool:
        filled = next(row.filled for row in self.plan.gaps if row.post_id == post_id)
        best = best_with(change.applied(self.scenario), post_id, filled)
        return best is not None and best <= self.present


def tight(scenario: Scenario) -> Scenario:
    """The province with nobody on a list, and units and blocs of communes at their quotas but for every third."""
    a = build_arrays(scenario)
    groups = {(unit, bloc): g for g, (unit, bloc) in enumerate(product(a.unit_ids, a.bloc_codes))}
    quotas = [
        row.model_copy(update={"quota": int(a.payroll[groups[row.unit_id, row.bloc]])}) if place % 3 else row
        for place, row in enumerate(scenario.quotas)
    ]
    forms = scenario.config.forms.model_copy(update={"transfer": ("over_quota", "volunteers", "listed")})
    config = scenario.config.model_copy(update={"forms": forms})
    return replace(scenario, pools=(), quotas=tuple(quotas), config=config)


def with_open_posts(seeds: range) -> Iterator[tuple[int, Scenario, Plan]]:
    for seed in seeds:
        scenario = tight(random_province(seed)) if seed % 2 else random_province(seed)
        try:
            plan = so.solve(scenario)
        except (InputError, InfeasibleError):
            continue
        if plan.gaps:
            yield seed, scenario, plan


def listed(case: Case) -> Candidates:
    """Every candidate for every open post of a case."""
    posts = np.array([case.arrays.post_at[row.post_id] for row in case.plan.gaps], dtype=np.int64)
    return candidates(case, refusals(case.arrays, posts))


@pytest.mark.parametrize("first", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(6, 36, 6))])
def test_a_change_that_is_found_fills_the_post_and_nothing_is_said_to_be_cheapest_that_is_not(first: int) -> None:
    """The changed scenario is enumerated; no change on the list that costs less than the bound fills the post."""
    for _, scenario, plan in with_open_posts(range(first, first + 6)):
        judge = Judge(scenario, plan)
        found = listed(case_of(scenario, plan))
        try:
            check_answers(scenario, plan, judge, found, verified=0)
        except OverflowError:
            continue


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 36, 6))
def test_what_is_verified_is_true(first: int) -> None:
    for _, scenario, plan in with_open_posts(range(first, first + 6)):
        try:
            check_answers(scenario, plan, Judge(scenario, plan), listed(case_of(scenario, plan)), verified=20)
        except OverflowError:
            continue


def check_answers(scenario: Scenario, plan: Plan, judge: Judge, found: Candidates, *, verified: int) -> None:
    prices = scenario.config.changes
    a = found.fills.case.arrays
    for gap in gaps(plan, scenario, verified=verified).rows:
        changes = [change for _, change in found.changes(found.of_post(a.post_at[gap.row.post_id]))]
        fill = {change: judge.fills(change, gap.row.post_id) for change in changes}
        cheaper = [c for c in changes if fill[c] and getattr(prices, c.kind) < (gap.at_least or 0)]
        assert not cheaper
        if gap.change is not None:
            assert fill[gap.change]
            assert gap.price == getattr(prices, gap.change.kind)
        if gap.certainty == "verified":
            assert gap.price == gap.at_least
        if gap.certainty == "none":
            assert not any(fill.values())


@pytest.mark.parametrize("seed", range(8))
def test_a_changed_scenario_reads_as_any_other(seed: int) -> None:
    for _, scenario, plan in with_open_posts(range(seed, seed + 1)):
        found = listed(case_of(scenario, plan))
        for _, change in found.changes(range(len(found.fill))):
            changed = change.applied(scenario)
            assert changed != scenario
            again = read_again(changed)
            assert replace(again, warnings=scenario.warnings) == replace(changed, warnings=scenario.warnings)


def read_again(scenario: Scenario) -> Scenario:
    """The scenario through the reader, which validates it."""
    tables = {name: [row.model_dump() for row in scenario.rows(name)] for name in scenario.to_frames()}
    keys = scenario.config.model_dump() | {
        "rules": {name: settings.model_dump(exclude_none=True) for name, settings in scenario.rules.items()},
        "goals": {"order": list(scenario.goal_order),
                  **{name: settings.model_dump() for name, settings in scenario.goals.items()}},
    }  # fmt: skip
    return read_tables({k: v for k, v in keys.items() if v is not None}, tables, REGISTRY)


def test_reduced_costs_are_true_of_every_plan() -> None:
    """Of all plans that make a move and keep the goals before at their values, none is below the proven price."""
    proven = 0
    for seed in range(9):
        scenario = random_province(seed)
        try:
            plan = so.solve(scenario)
            case = case_of(scenario, plan)
            every = list(plans_with_values(scenario))
        except (InputError, InfeasibleError, OverflowError):
            continue
        present = tuple(goal.value for goal in plan.goals)
        costs = reduced_costs(case.program, case.chosen, plan.certificate or Certificate({}))
        with_pins = len(case.program.goals) - len(present)
        for row in np.flatnonzero(costs.goal >= 0).tolist():
            k, move = int(costs.goal[row]) - with_pins, case.program.identity(row)
            proven += 1
            for made, values in every:
                if k >= 0 and move in made and values[:k] == present[:k]:
                    assert values[k] >= present[k] + int(costs.by[row])
    assert proven >= 10


def plans_with_values(scenario: Scenario) -> Iterator[tuple[set[tuple[str, str, str]], tuple[int, ...]]]:
    """Every feasible plan, as its moves, and its goals' values."""
    facts = Facts(scenario)
    goals = [next(goal for goal in GOALS if goal.name == name) for name in scenario.goal_order]
    for plan in plans(facts):
        after = feasible(facts, plan)
        if after is not None:
            made = {(move.person.person_id, move.post.post_id, move.form) for move in plan}
            yield made, tuple(goal.measure(facts, after) for goal in goals)


@pytest.mark.parametrize(
    "seed", [*range(1, 12, 2), *(pytest.param(k, marks=pytest.mark.slow) for k in range(13, 40, 2))]
)
def test_a_place_or_a_waiver_adds_its_moves_and_takes_none(seed: int) -> None:
    """The table of the changed scenario is the present one with the moves that the widened program knows of."""
    for _, scenario, plan in with_open_posts(range(seed, seed + 1)):
        case = case_of(scenario, plan)
        found = listed(case)
        for _, change in found.changes(range(len(found.fill))):
            if not isinstance(change, ListPlace | Waiver):
                continue
            new = triples_of(build_moves(build_arrays(change.applied(scenario)))).keys(case.arrays)
            added = moves_of(change, case.arrays, found.lists).keys(case.arrays)
            now = triples_of(case.moves).keys(case.arrays)
            assert set(new.tolist()) == {*now.tolist(), *added.tolist()}
            assert not set(added.tolist()) & set(now.tolist())
