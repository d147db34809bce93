"""The state, kind and certainty of a rule in words, the same in the workbook, on the screen and in the rule book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from optimizer.reporting.naming import label
from optimizer.rulebook import RULES
from optimizer.rulebook.base import Rule
from optimizer.scenario.meaning import STATES, RuleSettings
from optimizer.scenario.vocabulary import KIND
from optimizer.texts import T, Text, words

RULE_KINDS: Final[Mapping[str, Text]] = {"gate": T("gate"), "limit": T("limit")}

WAIVED_FOR: Final[Mapping[str, Text]] = {
    "person_id": T("a person"),
    "post_id": T("a post"),
    "unit_id": T("a unit"),
    "form": T("a form"),
}


def state_words(rule: Rule, rules: Mapping[str, RuleSettings], day: date) -> str:
    """The state of a rule as it works on `day`, where it is another for some kind of unit, and the default.

    `rules`: the settings of all rules. A rule that is off only because its source is not yet in force says so.
    """
    kinds = [kind for kind in KIND if kind in rule.kinds]
    since = rule.in_force_since(rules[rule.name])
    if since is not None and day < since:
        later = {rule.state_under(rules, since, kind) for kind in (None, *kinds)}
        if later != {"off"}:
            return str(T("off: in force only from {day}", day=words(since)))
    state, default = rule.state_under(rules, day), rule.default_state()
    own = STATES[state]
    if state != default:
        own = T("{state} (default: {default})", state=own, default=STATES[default])
    by_kind = {kind: rule.state_under(rules, day, kind) for kind in kinds}
    others = [f"{label(KIND, kind)}: {STATES[other]}" for kind, other in by_kind.items() if other != state]
    return "; ".join([str(own), *others])


def default_settings() -> dict[str, RuleSettings]:
    """The settings of every rule where a scenario says nothing."""
    return {rule.name: rule.settings() for rule in RULES}


def settings_by_rule(parameters: Mapping[str, Any]) -> dict[str, RuleSettings]:
    """The settings of every rule as a plan's `parameters` keep them; defaults for rules that it does not know."""
    found = default_settings()
    for name, settings in found.items():
        used = dict(parameters["rules"].get(name, {}))
        if used.get("since") is not None:
            used["since"] = date.fromisoformat(used["since"])
        found[name] = settings.model_copy(update=used)
    return found


def waiver_words(rule: Rule) -> str:
    """What a decision that waives the rule may name."""
    return ", ".join(str(named) for column, named in WAIVED_FOR.items() if column in rule.waived_by) or str(
        T("nothing")
    )
