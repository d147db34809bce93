"""Certificates of plans that are not the best, and of goals with tolerances: they prove nothing above the optimum."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from typing import Any

import numpy as np
import pytest
from middle import program_of
from oracle import feasible, plans
from provinces import random_province
from samples import each_part

from optimizer.certificate import Certificate, GoalPrices, verify_program
from optimizer.engine.columns import Generation
from optimizer.engine.face import Face
from optimizer.engine.network import Network
from optimizer.engine.pricing import Priced, no_prices, price
from optimizer.errors import FalseClaimError
from optimizer.goals import GOALS
from optimizer.program import Program
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario

ORDER = ["leadership", "headcount", "moves", "disruption"]
TOLERANCES = [
    {"order": ["moves", *ORDER[:2], "disruption"]},
    {"order": ORDER, "leadership": {"tolerance": "30%"}, "headcount": {"tolerance": "25%"}},
    {"order": ["moves", *ORDER[:2], "disruption"], "moves": {"tolerance": "1"}, "headcount": {"tolerance": "4000"}},
]
PLANS_OF_EACH = 12


def values_of_all_plans(scenario: Scenario) -> dict[tuple[tuple[str, str, str], ...], list[int]]:
    """Every goal's value in every plan that breaks no rule, by its moves."""
    facts, by_name = Facts(scenario), {goal.name: goal for goal in GOALS}
    found = {}
    for plan in plans(facts):
        after = feasible(facts, plan)
        if after is not None:
            moves = tuple(sorted((m.person.person_id, m.post.post_id, m.form) for m in plan))
            found[moves] = [by_name[name].measure(facts, after) for name in scenario.goal_order]
    return found


def best_within_tolerances(scenario: Scenario, found: list[list[int]]) -> list[int]:
    """The optimum by its definition: goal after goal, among the plans that are left of those before."""
    best = []
    for k, name in enumerate(scenario.goal_order):
        best.append(min(values[k] for values in found))
        most = best[k] + scenario.goals[name].allowance(best[k])
        found = [values for values in found if values[k] <= most]
    return best


def prices_as_if(program: Program, chosen: np.ndarray, *, lazy: bool) -> tuple[Certificate, dict[str, int]]:
    """The best prices if the values of this plan were the best ones; `lazy`: none for a goal that has a tolerance.

    With the bound of every goal by its prices alone.
    """
    face, prices, bounds = Face(program), {}, {}
    for goal in program.goals:
        face.begin(goal)
        value = goal.value(chosen)
        has_tolerance = goal.settings.allowance(1_000_000) > 0
        priced = price(face, goal, no_prices(face)) if lazy and has_tolerance else best_prices(face)
        upper = value + goal.settings.allowance(value)
        if lazy and has_tolerance:
            upper = max(value, priced.floor + goal.settings.allowance(priced.floor))
        prices[goal.name], bounds[goal.name] = (as_certified(face, priced),), priced.floor
        face.finish(priced, upper)
    return Certificate(prices), bounds


def best_prices(face: Face) -> Priced:
    everything = np.ones(face.program.n, dtype=bool)
    generation = Generation(face, face.goals[-1], everything, Network(face.program))
    generation.run(lambda: 60.0, lambda priced: None)
    return generation.best


def as_certified(face: Face, priced: Priced) -> GoalPrices:
    values = np.zeros(len(face.goals) - 1, dtype=np.int64)
    for row, of_goal in zip(face.fixed, priced.prices.fixed.tolist(), strict=True):
        values[face.goals.index(row.goal)] = of_goal
    return GoalPrices(priced.prices.blocks, values)


def judge(seed: int, goals: dict[str, Any]) -> tuple[int, int]:
    """How many certificates of the province's plans were accepted, and how many goals they prove something of."""
    scenario = random_province(seed, goals=goals)
    program = program_of(scenario)
    try:
        found = values_of_all_plans(scenario)
    except OverflowError:
        return 0, 0
    if program.pins or not found:
        return 0, 0
    best = dict(zip(scenario.goal_order, best_within_tolerances(scenario, list(found.values())), strict=True))
    row = {program.identity(move): move for move in range(program.n)}
    accepted = proven = 0
    for k, lazy in product(np.random.default_rng(seed).permutation(len(found))[:PLANS_OF_EACH], (False, True)):
        chosen = np.array(sorted(row[move] for move in list(found)[k]), dtype=np.int32)
        certificate, bounds = prices_as_if(program, chosen, lazy=lazy)
        for claimed in ({}, bounds):
            with suppress(FalseClaimError):
                proofs = verify_program(program, chosen, claimed, certificate)
                accepted += 1
                proven += sum((proof.certified or 0) > 0 for proof in proofs)
                above = [proof for proof in proofs if (proof.certified or 0) > best[proof.name]]
                assert not above, f"seed {seed}"
    return accepted, proven


each_way = pytest.mark.parametrize("goals", TOLERANCES, ids=["no tolerance", "per cent", "units"])


@each_part(10, 170)
@each_way
def test_no_plan_whatever_proves_more_than_the_optimum(goals: dict[str, Any], seeds: range) -> None:
    judged = [judge(seed, goals) for seed in seeds]
    assert sum(accepted for accepted, _ in judged) > 6 * len(seeds)
    assert sum(proven for _, proven in judged) > 6 * len(seeds)
