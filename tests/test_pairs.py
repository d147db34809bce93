"""Every two rules together: tiny provinces in which both are on, the engine against brute force.

Each rule is given a few provinces in which it bites alone; there every other rule is switched on besides, half of
them here and half where they bite, and whatever else is optional stays as it was drawn.
"""

from __future__ import annotations

import pytest
from biting import SWITCHED, bites, biting, bitten, each_switched, shaped
from oracle import best_values
from test_oracle import solved_values

from optimizer.rulebook import RULES
from optimizer.rulebook.base import Rule
from optimizer.scenario.scenario import Scenario

MANY_SEEDS = range(30_000, 30_004)

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def others(rule: Rule) -> list[Rule]:
    """The rules that are tried where this one bites, so that every two are tried once, and all with one always on."""
    mine = RULES.index(rule)
    return [
        other
        for place, other in enumerate(RULES)
        if other is not rule and (other not in SWITCHED or (place + mine) % 2 == (mine < place))
    ]


def clashes(scenario: Scenario, rule: Rule, other: Rule) -> list[str]:
    """Where the engine and brute force differ; nothing where the plans are too many to enumerate."""
    try:
        best = best_values(scenario)
    except OverflowError:
        return []
    reached = solved_values(scenario)
    return [] if reached == best else [f"{rule.name}, {other.name}: {best} by brute force, {reached} by the engine"]


@each_switched
def test_a_rule_where_it_bites_together_with_every_other(rule: Rule) -> None:
    provinces = bitten(rule)
    found, still = [], 0
    for number, other in enumerate(others(rule)):
        scenario = biting(provinces[number % len(provinces)], other)
        found += clashes(scenario, rule, other)
        still = still or bites(scenario, rule)
    assert found == []
    assert still, "the rule has no effect beside any other"


@pytest.mark.slow
@each_rule
def test_a_rule_together_with_every_other_in_many_more_provinces(rule: Rule) -> None:
    found = []
    for other in RULES[RULES.index(rule) + 1 :]:
        for seed in MANY_SEEDS:
            found += clashes(biting(shaped(rule, seed), rule, other), rule, other)
    assert found == []
