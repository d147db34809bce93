"""From a profile to a scenario, in memory or as a folder."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from optimizer.errors import UsageError
from optimizer.scenario.config import Added, Config, Registry
from optimizer.scenario.generating.people import ground_of
from optimizer.scenario.generating.profile import Profile
from optimizer.scenario.generating.province import build_frame
from optimizer.scenario.generating.seating import seat_people
from optimizer.scenario.generating.standing import give_degrees, list_people, second_some
from optimizer.scenario.generating.wishing import state_wishes
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Person
from optimizer.scenario.toml_files import SETTINGS_FILE
from optimizer.scenario.writing import write_scenario
from optimizer.texts import T

BODY_ROLES = {
    "department_head": "thủ trưởng cơ quan cấp tỉnh",
    "department_deputy": "phó thủ trưởng cơ quan cấp tỉnh",
}


def generate(
    folder: str | Path,
    registry: Registry,
    profile: str | Path | None = None,
    *,
    force: bool = False,
    **changes: int | float | str,
) -> None:
    """Write a generated scenario to `folder`: all people are invented; the same seed gives the same bytes.

    A folder that holds a scenario already is refused unless `force` says that its tables may be replaced.

    `profile` is a TOML file with keys of Profile, whose facts and distances stand beside it; `changes` set
    some of its keys: name, date, seed, units, departments (with a dot for nested ones: "lists.share").
    Raises UsageError where the profile is wrong, InputError where the files that it names are.
    """
    if Path(folder, SETTINGS_FILE).exists() and not force:
        raise UsageError(T("{folder} holds a scenario already; nothing was written", folder=folder))
    path = Path(profile) if profile is not None else None
    keys = _read(path) if path is not None else {}
    for name, value in changes.items():
        _set(keys, name, value)
    try:
        read = Profile.model_validate(keys)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(T("the profile is wrong at {key}: {why}", key=where, why=first["msg"])) from None
    write_scenario(build_scenario(read, registry, path.parent if path is not None else None), folder)


def build_scenario(profile: Profile, registry: Registry, beside: Path | None = None) -> Scenario:
    """The scenario of a profile, in memory; the files that it names are read from the folder `beside`."""
    frame = build_frame(profile, beside)
    communes = frozenset(unit.unit_id for unit in frame.communes)
    ground = ground_of(profile, frame.communes)
    drafts = seat_people(ground, frame)
    give_degrees(profile, drafts, communes)
    second_some(profile, drafts, frame)
    pools = list_people(profile, drafts, frame)
    listed = frozenset(row.person_id for row in pools)
    rules = {name: settings() for name, settings in registry.rules.items()}
    if "lists" in rules:
        rules["lists"] = registry.rules["lists"].model_validate({"share": profile.lists.share})
    return Scenario(
        config=Config(
            name=profile.name,
            date=profile.date,
            province=profile.province,
            vocabulary=Added(roles=BODY_ROLES),
        ),
        units=frame.units,
        quotas=frame.quotas,
        posts=frame.posts,
        people=tuple(Person(**draft) for draft in drafts),
        pools=tuple(pools),
        wishes=tuple(state_wishes(ground, drafts, listed, frame)),
        distances=frame.distances,
        rules=rules,
        goals={name: settings() for name, settings in registry.goals.items()},
        goal_order=registry.goal_order,
    )


def _set(keys: dict[str, Any], name: str, value: object) -> None:
    *parents, last = name.split(".")
    for parent in parents:
        if not isinstance(keys.setdefault(parent, {}), dict):
            raise UsageError(T("'{key}' has no keys of its own", key=parent))
        keys = keys[parent]
    keys[last] = value


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as source:
            return dict(tomllib.load(source))
    except FileNotFoundError:
        raise UsageError(T("there is no file {path}", path=str(path))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(T("{path} is not valid TOML: {why}", path=str(path), why=str(error))) from None
