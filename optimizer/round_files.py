"""A further round on disk: the scenario of a plan after its meeting, kept beside that plan as what it changes.

The folder `scenario` of the new plan extends the scenario of the round: it holds the goals and settings that differ,
all decisions, and the former plan. So anybody can check the new plan, solve again, or start the next round from it.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from optimizer.errors import UsageError
from optimizer.files import place_of, way_from, why
from optimizer.registry import REGISTRY
from optimizer.scenario.meaning import NO_CAP
from optimizer.scenario.reading import read_scenario
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.toml_files import parse_value, put
from optimizer.scenario.writing import write_differences
from optimizer.texts import T

SCENARIO_FOLDER: Final = "scenario"
CHANGED: Final = ("decisions", "former")


def next_folder(folder: str | Path) -> Path:
    """The folder of the plan after that in `folder`: its name with the next number that is free, `-2` the first."""
    place = Path(folder).resolve()
    found = re.fullmatch(r"(.+)-(\d{1,6})", place.name)
    stem, first = (found[1], int(found[2]) + 1) if found else (place.name, 2)
    names = (f"{stem}-{number}" for number in count(first))
    return Path(folder).parent / next(name for name in names if not os.path.lexists(place.parent / name))


def require_apart(target: str | Path, given: Iterable[str | Path]) -> None:
    """Refuse a new plan in place of a plan, scenario or workbook that it is made from. Raises UsageError."""
    new = place_of(target)
    for place in map(place_of, given):
        if new in (place, *place.parents):
            message = T("{given} would be lost: the new plan needs a folder of its own, not {folder}", given=place,
                        folder=target)  # fmt: skip
            raise UsageError(message)


@contextmanager
def kept_scenario(
    revised: Scenario, parent: str | Path, target: str | Path, settings: Mapping[str, str]
) -> Iterator[tuple[Path, Scenario]]:
    """The folder of the scenario `revised` for a plan that will stand in `target`, and the scenario as read from it.

    It extends the scenario at `parent`, read with `settings`. The folder stands beside `target`, as deep as it will
    stand within it, and goes after the block. Raises UsageError where nothing can be written there.
    """
    place = place_of(target)
    keys = _keys(revised, way_from(place / SCENARIO_FOLDER, Path(parent).resolve()), settings)
    with _beside(place) as beside:
        folder = Path(beside, SCENARIO_FOLDER)
        write_differences(revised, folder, keys, CHANGED)
        yield folder, read_scenario(folder, REGISTRY)


def _beside(place: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder beside that of the plan, which goes when it is left."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent)
    except OSError as error:
        raise UsageError(
            T("the folder {folder} cannot be written: {reason}", folder=place, reason=why(error))
        ) from error


def _keys(revised: Scenario, parent: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """What `scenario.toml` says: the scenario extended, settings from outside, goals with tolerances and caps."""
    keys: dict[str, Any] = {"extends": parent}
    for dotted, text in settings.items():
        put(keys, dotted, parse_value(text))
    goals = keys.setdefault("goals", {})
    goals["order"] = revised.goal_order
    for name in revised.goal_order:
        goals.setdefault(name, {})["tolerance"] = revised.goals[name].tolerance
        if "at_most" in revised.goals[name].model_fields_set:
            cap = revised.goals[name].at_most
            goals[name]["at_most"] = NO_CAP if cap is None else cap
    return keys
