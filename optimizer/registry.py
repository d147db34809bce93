"""What the product knows by name, gathered for the reader of scenarios."""

from __future__ import annotations

from typing import Final

from optimizer.goals import DEFAULT_ORDER, GOALS
from optimizer.rulebook import RULES
from optimizer.scenario.config import Registry

REGISTRY: Final = Registry(
    rules={rule.name: rule.settings for rule in RULES},
    kinds={rule.name: rule.kinds for rule in RULES},
    waived_by={rule.name: rule.waived_by for rule in RULES},
    goals={goal.name: goal.settings for goal in GOALS},
    goal_order=DEFAULT_ORDER,
    titles={f"rules.{rule.name}": rule.title for rule in RULES} | {f"goals.{goal.name}": goal.title for goal in GOALS},
)
