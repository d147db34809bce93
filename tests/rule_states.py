"""The rules of a province in random states, so that the oracle sees every rule in every state that it may have."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from optimizer.registry import REGISTRY
from optimizer.scenario.meaning import RuleSettings
from optimizer.scenario.scenario import Scenario

STATE_DRAWN, KIND_DRAWN = 0.08, 0.06
Seen = tuple[str, str, str]  # rule; "state" or "by_kind"; the state


def states_of(rule: str) -> tuple[str, ...]:
    """The states that a rule may have."""
    return get_args(REGISTRY.rules[rule].model_fields["state"].annotation)


def in_random_states(scenario: Scenario, seed: int) -> Scenario:
    """The scenario with some rules in another state, in all units or in those of one kind."""
    rng = random.Random(seed)
    kinds = {unit.kind for unit in scenario.units}
    rules = {name: _drawn(rng, name, settings, kinds) for name, settings in scenario.rules.items()}
    return replace(scenario, rules=rules)


def _drawn(rng: random.Random, name: str, settings: RuleSettings, kinds: set[str]) -> RuleSettings:
    state, by_kind = settings.state, dict(settings.by_kind)
    if rng.random() < STATE_DRAWN:
        state = rng.choice(states_of(name))
    here = sorted(kinds & REGISTRY.kinds[name])
    if here and rng.random() < KIND_DRAWN:
        by_kind = {rng.choice(here): rng.choice(states_of(name))}
    return settings.model_copy(update={"state": state, "by_kind": by_kind})


def seen_states(rules: Mapping[str, RuleSettings]) -> set[Seen]:
    """Which rule stands in which state."""
    seen = {(name, "state", settings.state) for name, settings in rules.items()}
    return seen | {(name, "by_kind", state) for name, settings in rules.items() for state in settings.by_kind.values()}


def all_states() -> set[Seen]:
    """Every rule in every state, by kind where it looks at units of a kind."""
    states = {(name, state) for name in REGISTRY.rules for state in states_of(name)}
    by_kind = {(name, "by_kind", state) for name, state in states if REGISTRY.kinds[name]}
    return by_kind | {(name, "state", state) for name, state in states}
