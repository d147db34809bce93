"""Public functions that need no room of their own: reading with the product's registry, the rules as a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.errors import UsageError
from optimizer.goals import GOALS
from optimizer.plan import Plan
from optimizer.plan_files import read_plan
from optimizer.registry import REGISTRY
from optimizer.rulebook import RULES
from optimizer.scenario.names import nearest
from optimizer.scenario.reading import read_scenario
from optimizer.scenario.scenario import Scenario
from optimizer.texts import T

if TYPE_CHECKING:
    import pandas as pd


def read(path: str | Path, overrides: Mapping[str, str] | None = None) -> Scenario:
    """Read and validate a scenario folder; `overrides` sets keys of scenario.toml, e.g. "rules.lists.share".

    Raises InputError with every problem found.
    """
    return read_scenario(path, REGISTRY, overrides=overrides)


def validate(path: str | Path, overrides: Mapping[str, str] | None = None) -> Scenario:
    """As `read`, and also tries every pin against the gates; what does not stop a run stands in `.warnings`."""
    from optimizer.solving import admissible_moves

    scenario = read(path, overrides)
    if any(decision.kind == "pin" for decision in scenario.decisions):
        admissible_moves(scenario)
    return scenario


def generate(
    folder: str | Path, profile: str | Path | None = None, *, force: bool = False, **changes: int | float | str
) -> None:
    """Write a generated scenario; see `optimizer.scenario.generating`."""
    from optimizer.scenario.generating import generate as build

    build(folder, REGISTRY, profile, force=force, **changes)


def show(plan: str | Path) -> Plan:
    """Read a plan folder for looking at it."""
    return read_plan(plan)


def rules(scenario: Scenario | None = None) -> pd.DataFrame:
    """Every rule: name, kind, title, state and settings (of the scenario, or the defaults), source, certainty."""
    import pandas as pd

    rows = []
    used = {rule.name: rule.settings() for rule in RULES} if scenario is None else scenario.rules
    for rule in RULES:
        settings = used[rule.name]
        rows.append(
            {
                "name": rule.name,
                "kind": rule.kind,
                "title": str(rule.title),
                "state": rule.state_in(used),
                "settings": settings.model_dump(exclude={"state"}, exclude_none=True),
                "source": rule.source.citation,
                "certainty": rule.source.certainty,
                "since": rule.source.since,
            }
        )
    return pd.DataFrame(rows)


def rule_page(name: str) -> str:
    """The page of one rule or goal: what, why, formula, data, source, how to relax. UsageError if unknown."""
    pages = {rule.name: rule.page() for rule in RULES} | {goal.name: goal.page() for goal in GOALS}
    if name not in pages:
        guess = nearest(name, pages)
        if guess is None:
            raise UsageError(T("there is no rule or goal '{name}'", name=name))
        raise UsageError(T("there is no rule or goal '{name}'; did you mean '{guess}'?", name=name, guess=guess))
    return pages[name]
