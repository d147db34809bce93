"""Every registered rule in provinces in which it bites: with it on something is refused that is not without it.

A rule that is on by default bites by itself, and one that is off is switched on. What more a rule needs stands in two
tables: settings in `BITES`, rows that random provinces draw too seldom in `SHAPES`. A new rule that bites nowhere
fails the tests that use this and asks for an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, Final, get_args

import pytest
from oracle import admissible, feasible, plans
from provinces import random_province

from optimizer.goals import GOALS
from optimizer.registry import REGISTRY
from optimizer.rulebook import RULES
from optimizer.rulebook.after import After
from optimizer.rulebook.base import Gate, Limit, Rule
from optimizer.rulebook.facts import Facts
from optimizer.scenario.meaning import State
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Relation

LONG_AGO: Final = date(2000, 1, 1)
PROVINCES: Final = 2
ENOUGH_SEEDS, MOST_SEEDS = 50, 400  # one province will do after so many; none is found after the last
BITES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "lists": {"lists": {"share": 0.5}},
    "distance_cap": {"distance_cap": {"km": 20}},
    "consent": {"consent": {"refusal": "gate"}},
    "release_cap": {"lists": {"release_cap": 0.5}},
    "max_moves": {"max_moves": {"moves": 1}},
    "relatives": {"relatives": {"head_levels": (2, 3), "fields": ("land", "finance", "it")}},
    "max_moves_per_unit": {"max_moves_per_unit": {"moves": 1}},
}


def _listed_are_seconded(scenario: Scenario) -> Scenario:
    """Everybody on a list is with another unit for a month more."""
    listed = {row.person_id for row in scenario.pools}
    host = {"on_site_unit_id": scenario.units[0].unit_id, "seconded_until": date(2025, 10, 1)}
    people = [p.model_copy(update=host) if p.person_id in listed else p for p in scenario.people]
    return replace(scenario, people=tuple(people), pools=_ready_today(scenario))


def _first_holders_are_away(scenario: Scenario) -> Scenario:
    """The first holder of every post of the first commune is seconded to the second one for two years."""
    home, host = (unit.unit_id for unit in scenario.units[:2])
    first = {p.post_id: p.person_id for p in reversed(scenario.people) if p.unit_id == home and p.post_id is not None}
    away = {"on_site_unit_id": host, "seconded_until": date(2027, 9, 1), "leaves_on": None}
    people = [p.model_copy(update=away) if first.get(p.post_id) == p.person_id else p for p in scenario.people]
    return replace(scenario, people=tuple(people))


def _all_are_related(scenario: Scenario) -> Scenario:
    """Each two people who stand beside each other in the data are siblings."""
    pairs = pairwise(person.person_id for person in scenario.people)
    related = [Relation(person_id=one, other_id=other, kind="sibling") for one, other in pairs]
    return replace(scenario, relations=tuple(related))


def _deputies_and_centres(scenario: Scenario) -> Scenario:
    """In the first commune the first two posts are the vice-chair's and the centre director's, and may be covered."""
    home = scenario.units[0].unit_id
    first = [post.post_id for post in scenario.posts if post.unit_id == home][:2]
    roles = dict(zip(first, ("vice_chair", "centre_director"), strict=False))
    posts = [
        post.model_copy(update={"role": roles[post.post_id], "concurrent_ok": True}) if post.post_id in roles else post
        for post in scenario.posts
    ]
    return replace(scenario, posts=tuple(posts))


def _ready_today(scenario: Scenario) -> tuple[Any, ...]:
    return tuple(row.model_copy(update={"form": "both", "ready_from": None}) for row in scenario.pools)


SHAPES: Final[dict[str, Callable[[Scenario], Scenario]]] = {
    "centre_director": _deputies_and_centres,
    "relatives": _all_are_related,
    "secondment_term": _listed_are_seconded,
    "temporary_cover": _first_holders_are_away,
}
SWITCHED: Final[tuple[Rule, ...]] = tuple(
    rule for rule in RULES if "off" in get_args(rule.settings.model_fields["state"].annotation)
)
QUICK: Final = 14  # every so many rules are tried in the quick run, and all in the slow one
each_switched = pytest.mark.parametrize(
    "rule",
    [pytest.param(rule, marks=[pytest.mark.slow] if place % QUICK else [], id=rule.name)
     for place, rule in enumerate(SWITCHED)],
)  # fmt: skip


def biting(scenario: Scenario, *rules: Rule) -> Scenario:
    """The scenario with these rules on everywhere, each with settings under which it bites."""
    settings = dict(scenario.rules)
    for rule in rules:
        for table, cells in BITES.get(rule.name, {}).items():
            settings[table] = REGISTRY.rules[table](**(settings[table].model_dump() | cells))
    for rule in rules:
        always = {"by_kind": {}, "since": LONG_AGO}
        settings[rule.name] = settings[rule.name].model_copy(update={"state": "on", **always})
    return replace(scenario, rules=settings)


def in_state(scenario: Scenario, rule: Rule, state: State) -> Scenario:
    """The scenario with the rule in that state everywhere and at any time."""
    always = {"state": state, "by_kind": {}, "since": LONG_AGO}
    return replace(scenario, rules={**scenario.rules, rule.name: scenario.rules[rule.name].model_copy(update=always)})


def bites(scenario: Scenario, rule: Rule) -> bool:
    """Whether other moves are admitted, or another optimum is reached, once the rule that is on is off.

    False where the plans are too many to enumerate.
    """
    without = in_state(scenario, rule, "off")
    if isinstance(rule, Gate):
        return set(admissible(Facts(scenario))) != set(admissible(Facts(without)))
    assert isinstance(rule, Limit)
    try:
        return _breaks_every_optimum(Facts(scenario), Facts(without), rule)
    except OverflowError:
        return False


def _breaks_every_optimum(facts: Facts, without: Facts, limit: Limit) -> bool:
    """Whether of the plans that are best without the limit none keeps it."""
    by_name = {goal.name: goal for goal in GOALS}
    goals = [by_name[name] for name in facts.scenario.goal_order]
    best: tuple[int, ...] | None = None
    keeps = False
    for plan in plans(without):
        after = feasible(without, plan)
        values = None if after is None else tuple(goal.measure(without, after) for goal in goals)
        if values is not None and (best is None or values <= best):
            keeps = next(limit.breaches(facts, After(facts, plan)), None) is None or (keeps and values == best)
            best = values
    return best is not None and not keeps


def shaped(rule: Rule, seed: int) -> Scenario:
    """A random province with the rows that the rule looks at."""
    return SHAPES.get(rule.name, lambda scenario: scenario)(random_province(seed))


@cache
def bitten(rule: Rule) -> tuple[Scenario, ...]:
    """Provinces in which the rule bites, of the first seeds; fails where there is none."""
    found: list[Scenario] = []
    for seed in range(MOST_SEEDS):
        scenario = biting(shaped(rule, seed), rule)
        if bites(scenario, rule):
            found.append(scenario)
        if len(found) == PROVINCES or (found and seed >= ENOUGH_SEEDS):
            return tuple(found)
    raise AssertionError(f"{rule.name} bites nowhere: give it settings or rows in biting.py")
