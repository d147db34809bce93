"""What a plan was made from: every setting and decision of its scenario, as `parameters` of the plan keeps them."""

from __future__ import annotations

from typing import Any, Final

from optimizer.rulebook import RULES
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision

# the free text of a reason may hold what is sensitive
KEPT_OF_DECISION: Final = frozenset(Decision.columns()) - {"reason"}


def settings_used(scenario: Scenario) -> dict[str, Any]:
    """Every setting, defaults included, and every decision without its free text; values as in JSON."""
    return {
        **scenario.config.model_dump(mode="json"),
        "rules": {rule.name: scenario.rules[rule.name].model_dump(mode="json") for rule in RULES},
        "goals": {
            "order": list(scenario.goal_order),
            **{name: scenario.goals[name].model_dump(mode="json") for name in scenario.goal_order},
        },
        "decisions": [row.model_dump(mode="json", include=set(KEPT_OF_DECISION)) for row in scenario.decisions],
    }
