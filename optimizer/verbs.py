"""Public functions that need no room of their own: reading with the product's registry, pages of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from optimizer.errors import InputError, UsageError
from optimizer.files import place_of, replace_file
from optimizer.goals import GOALS
from optimizer.plan import Plan
from optimizer.plan_files import read_plan
from optimizer.provenance import scenario_beside, wrong_provenance
from optimizer.registry import REGISTRY
from optimizer.rulebook import RULES
from optimizer.scenario.names import nearest
from optimizer.scenario.places import province_code
from optimizer.scenario.reading import read_scenario
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.settings import read_settings
from optimizer.scenario.template_book import template_book
from optimizer.scenario.toml_files import RawSettings
from optimizer.scenario.writing import BOOK, require_place, write_scenario
from optimizer.texts import T


def read(path: str | Path, overrides: Mapping[str, str] | None = None) -> Scenario:
    """Read and validate a scenario, a folder or a workbook.

    `overrides` sets keys of scenario.toml, for example "rules.lists.share". Raises InputError with every problem found.
    """
    return read_scenario(path, REGISTRY, overrides=overrides)


def validate(path: str | Path, overrides: Mapping[str, str] | None = None) -> Scenario:
    """As `read`, and also tries every pin against the gates; what does not stop a run stands in `.warnings`."""
    from optimizer.solving import admissible_moves

    scenario = read(path, overrides)
    if any(decision.kind == "pin" for decision in scenario.decisions):
        admissible_moves(scenario)
    return scenario


def convert(source: str | Path, target: str | Path, *, force: bool = False, language: str | None = None) -> Scenario:
    """Write the scenario at `source` as a workbook (`target` ends with .xlsx) or as a folder, without loss.

    Both read into equal scenarios; what a scenario extends stands in the copy. A workbook speaks `language`, by
    default the scenario's. Returns the scenario. Raises InputError as `read`, UsageError where `target` exists and
    `force` does not allow to replace it, has an ending that is not written, or cannot be written.
    """
    path = Path(target)
    require_place(target, force=force)
    if place_of(source) in place_of(target).parents:
        raise UsageError(T("{file} lies in the folder of a plan or scenario; name another place", file=path))
    scenario = read(source)
    write_scenario(scenario, path, language)
    return scenario


def template(path: str | Path, province: str | None = None, *, force: bool = False, language: str = "vi") -> None:
    """Write an empty workbook to fill in, in `language`; with the units of a province, given by code or name.

    Raises UsageError where `path` does not end with .xlsx, stands already and `force` does not allow to replace it,
    cannot be written, or the province is unknown.
    """
    target = Path(path)
    if target.suffix.lower() != BOOK:
        raise UsageError(T("{target}: a template is a workbook and ends with .xlsx", target=target))
    code = None if province is None else province_code(province)
    require_place(path, force=force)
    replace_file(target, template_book(REGISTRY, code, language))


def generate(
    folder: str | Path, profile: str | Path | None = None, *, force: bool = False, **changes: int | float | str
) -> None:
    """Write a generated scenario; see `optimizer.scenario.generating`."""
    from optimizer.scenario.generating import generate as build

    build(folder, REGISTRY, profile, force=force, **changes)


def scenario_of(plan: Plan, path: str | Path | None = None) -> Scenario:
    """The scenario of a plan, with the settings that the plan was made with.

    It is read from `path`, by default from where it stood when the plan was made. Raises UsageError where that is
    not known, or where files or decisions are no longer those that the plan was made from; InputError as `read`.
    """
    if path is None:
        path = plan.origin
        if path is None:
            raise UsageError(T("the plan does not say where its scenario is; name it with --scenario"))
        if not Path(path).exists():
            message = T("the scenario of the plan is not at {place} any more; name it with --scenario", place=path)
            raise UsageError(message)
    elif not Path(path).exists():
        raise UsageError(T("there is no scenario at {place}", place=path))
    scenario = with_settings(read(path), plan.parameters)
    changed = [str(breach.text) for breach in wrong_provenance(plan, scenario)]
    if changed:
        own, told = scenario_beside(plan, path), "; ".join(changed)
        message = T("{place} is not what the plan was made from: {changes}. Solve again", place=path, changes=told)
        if own is not None:
            message = T("{place} is not what the plan was made from: {changes}. That stands in {own}", place=path,
                        changes=told, own=own)  # fmt: skip
        raise UsageError(message)
    return scenario


def with_settings(scenario: Scenario, parameters: Mapping[str, Any]) -> Scenario:
    """The scenario with every setting as a plan's `parameters` give it. Raises InputError."""
    keys = {name: value for name, value in parameters.items() if name != "decisions"}
    settings, problems = read_settings(RawSettings(keys), REGISTRY)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or settings.config is None:
        raise InputError(errors)
    return replace(
        scenario, config=settings.config, rules=settings.rules, goals=settings.goals, goal_order=settings.goal_order
    )


def show(plan: str | Path) -> Plan:
    """Read a plan folder for looking at it."""
    return read_plan(plan)


def rule_page(name: str) -> str:
    """The page of one rule or goal: what, why, formula, data, source, how to relax. UsageError if unknown."""
    pages = {rule.name: rule.page() for rule in RULES} | {goal.name: goal.page() for goal in GOALS}
    if name not in pages:
        guess = nearest(name, pages)
        if guess is None:
            raise UsageError(T("there is no rule or goal '{name}'", name=name))
        raise UsageError(T("there is no rule or goal '{name}'; did you mean '{guess}'?", name=name, guess=guess))
    return pages[name]
