"""Limits that only warn: the plan and the checker warn on the same rows, for every limit that may be a flag."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from biting import biting, in_state, shaped
from test_battery import World, in_scenario, world_of

from optimizer.checker import check
from optimizer.outcome import flags_of
from optimizer.plan import MovedPerson
from optimizer.rulebook import LIMITS
from optimizer.rulebook.base import Limit
from optimizer.scenario.scenario import Scenario

few_and_many = pytest.mark.parametrize(
    "seeds", [range(64), pytest.param(range(64, 150), marks=pytest.mark.slow)], ids=lambda seeds: f"from {seeds.start}"
)
ENOUGH = 40  # provinces, where one of them makes the limit warn
MAY_WARN = [limit for limit in LIMITS if "flag" in get_args(limit.settings.model_fields["state"].annotation)]


def warning(scenario: Scenario, limit: Limit) -> Scenario:
    """The scenario with one limit as a flag and all others off."""
    alone = biting(scenario, limit)
    for other in LIMITS:
        alone = in_state(alone, other, "flag" if other is limit else "off")
    return alone


def by_checker(world: World, plan: tuple[int, ...]) -> dict[str, tuple[str, ...]]:
    moves = [world.placements[k] for k in plan]
    rows = [MovedPerson(person_id=m.person.person_id, form=m.form, to_post_id=m.post.post_id) for m in moves]
    return dict(check(world.facts.scenario, rows).flags)


@few_and_many
@pytest.mark.parametrize("limit", MAY_WARN, ids=lambda limit: limit.name)
def test_both_forms_of_a_limit_warn_on_the_same_rows(limit: Limit, seeds: range) -> None:
    clashes, warned = [], 0
    for seed in seeds:
        if warned and seed - seeds.start >= ENOUGH:
            break
        plain = shaped(limit, seed)
        world = in_scenario(world_of(seed, plain), warning(plain, limit))
        for plan in filter(world.moves_each_once, list(world.plans())[1::5]):
            taken = world.moves.take(np.array(plan, dtype=np.intp))
            people = [world.placements[k].person.person_id for k in plan]
            vector = {
                person: names for person, names in zip(people, flags_of(taken.arrays, taken), strict=True) if names
            }
            warned += any(limit.name in names for names in vector.values())
            if vector != by_checker(world, plan):
                clashes.append(world.story(plan))
    assert clashes == []
    assert warned, "no plan of the sample makes the limit warn"
