"""What a plan was made from: settings, decisions and files of its scenario, as it keeps them and as they are."""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from optimizer.plan import Plan
from optimizer.rulebook import RULES
from optimizer.scenario.keys import flat
from optimizer.scenario.scenario import InputFile, Scenario
from optimizer.scenario.schema import Decision
from optimizer.texts import T
from optimizer.verdict import Breach

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


def wrong_provenance(plan: Plan, scenario: Scenario) -> Iterator[Breach]:
    """Settings, decisions and files of which the plan says other things than the scenario."""
    claimed = {key: _written(value) for key, value in flat(plan.parameters)}
    truth = {key: _written(value) for key, value in flat(settings_used(scenario))}
    for key in dict.fromkeys([*truth, *claimed]):
        if claimed.get(key) == truth.get(key):
            continue
        if key == "decisions":
            text = T("the decisions in the plan are not those of the scenario")
        else:
            text = T(
                "{key} is {claimed} in the plan, {truth} in the scenario",
                key=key, claimed=claimed.get(key, "-"), truth=truth.get(key, "-"),
            )  # fmt: skip
        yield Breach("parameters", text)
    yield from _changed_files(plan, scenario)


def decisions_lost(plan: Plan, scenario: Scenario) -> int:
    """How many decisions the plan was made with that the scenario does not have."""
    claimed = Counter(_written(row) for row in plan.parameters.get("decisions", ()))
    return (claimed - Counter(_written(row) for row in settings_used(scenario)["decisions"])).total()


def scenario_beside(plan: Plan, path: str | Path) -> Path | None:
    """Where the scenario of the plan stands by its own account, if that is another place than `path`."""
    if plan.origin is None or not Path(plan.origin).exists() or Path(plan.origin).resolve() == Path(path).resolve():
        return None
    return Path(plan.origin)


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _changed_files(plan: Plan, scenario: Scenario) -> Iterator[Breach]:
    """Files by their hashes; a scenario that was made in memory, or a plan, may name none."""
    if plan.inputs and scenario.inputs:
        for name, _, _ in differing_files(scenario.inputs, plan.inputs):
            yield Breach("inputs", T("{file} is not the file that the plan was made from", file=name))


def differing_files(
    one: Iterable[InputFile], other: Iterable[InputFile]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Names of files that two scenarios read with different contents, and the hash in each; None: it is not read there.

    A file is known by its own name: a scenario that extends another reads files from the folder of that one.
    """
    read = [Counter((posixpath.basename(file.name), file.sha256) for file in files) for files in (one, other)]
    alone: list[dict[str, list[str]]] = [{}, {}]
    for at in (0, 1):
        for name, sha256 in (read[at] - read[1 - at]).elements():
            alone[at].setdefault(name, []).append(sha256)
    for name in dict.fromkeys([*alone[0], *alone[1]]):
        for here, there in zip_longest(*(found.get(name, ()) for found in alone)):
            yield name, here, there
