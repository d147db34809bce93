"""Tiny scenarios for tests: a story gives what matters to it, everything else has a plain default.

    tiny(units=["A", "B"], posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
         people=[{"person_id": "p1", "unit_id": "B", "fields": "it"}], quotas=[{"unit_id": "A", "quota": 3}])

Defaults: units are communes 10 km apart; a post with a level 1-4 is leadership, one with fields is a
specialist's, any other is general, all with one seat; a person with a post has its unit, bloc and level, else
the government bloc, and university and intermediate theory; a listed person is on the list of the own unit
for secondment; a wish is a consent; other units and blocs with people or posts have today's payroll as quota.
The date is 2025-09-01.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from optimizer.registry import REGISTRY
from optimizer.scenario.months import add_months
from optimizer.scenario.reading import read_tables
from optimizer.scenario.scenario import Scenario

Cells = dict[str, Any]
ROLES = {1: "chair", 2: "vice_chair", 3: "division_head", 4: "division_deputy"}
CONFIG = {"name": "tiny", "date": date(2025, 9, 1), "province": "00"}


def tiny(
    *,
    units: Sequence[str | Cells],
    posts: Iterable[Cells] = (),
    people: Iterable[Cells] = (),
    quotas: Iterable[Cells] = (),
    config: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    goals: Mapping[str, Any] | None = None,
    pools: Iterable[Cells] = (),
    wishes: Iterable[Cells] = (),
    distances: Iterable[Cells] = (),
    relations: Iterable[Cells] = (),
    decisions: Iterable[Cells] = (),
    former: Iterable[Cells] = (),
) -> Scenario:
    """A validated scenario; raises InputError as reading does."""
    tables = tiny_tables(
        units=units,
        posts=posts,
        people=people,
        quotas=quotas,
        config=config,
        pools=pools,
        wishes=wishes,
        distances=distances,
        relations=relations,
        decisions=decisions,
        former=former,
    )
    keys = {**CONFIG, **(config or {}), "rules": rules or {}, "goals": goals or {}}
    return read_tables(keys, tables, REGISTRY)


def tiny_tables(
    *,
    units: Sequence[str | Cells],
    posts: Iterable[Cells] = (),
    people: Iterable[Cells] = (),
    quotas: Iterable[Cells] = (),
    config: Mapping[str, Any] | None = None,
    **others: Iterable[Cells],
) -> dict[str, list[Cells]]:
    """The tables of `tiny` as lists of cells, defaults filled in, not yet validated."""
    units = [_unit(unit, at) for at, unit in enumerate(units)]
    posts = [_post(post) for post in posts]
    by_id = {post["post_id"]: post for post in posts}
    people = [_person(person, by_id) for person in people]
    home = {person["person_id"]: person["unit_id"] for person in people}
    return {
        "units": units,
        "posts": posts,
        "people": people,
        "quotas": _quotas([*quotas], posts, people, {**CONFIG, **(config or {})}),
        "pools": [
            {"unit_id": home.get(row["person_id"]), "form": "secondment", **row} for row in others.get("pools", ())
        ],
        "wishes": [{"unit_id": None, "consent": "yes", **row} for row in others.get("wishes", ())],
        "distances": _distances([*others.get("distances", ())], [unit["unit_id"] for unit in units]),
        "relations": [*others.get("relations", ())],
        "decisions": [*others.get("decisions", ())],
        "former": [*others.get("former", ())],
    }


def _unit(unit: str | Cells, at: int) -> Cells:
    cells = {"unit_id": unit} if isinstance(unit, str) else unit
    return {"name": cells["unit_id"], "kind": "commune", "lat": 18.0 + at / 100, "lon": 105.0, **cells}


def _post(cells: Cells) -> Cells:
    level = cells.get("level")
    category = "leadership" if level in ROLES else "specialist" if cells.get("fields") else "general"
    role = ROLES.get(level, "specialist" if category == "specialist" else "clerk")
    plain = {"bloc": "government", "title": cells["post_id"], "role": role, "category": category, "seats": 1}
    return {**plain, **cells}


def _person(cells: Cells, posts: Mapping[str, Cells]) -> Cells:
    post = posts.get(cells.get("post_id"), {})
    plain = {
        "name": cells["person_id"],
        "unit_id": post.get("unit_id"),
        "bloc": post.get("bloc", "government"),
        "level": post.get("level"),
        "degree": "university",
        "theory": "intermediate",
        "majors": (),
        "fields": (),
    }
    return {**plain, **cells}


def _quotas(given: list[Cells], posts: list[Cells], people: list[Cells], config: Mapping[str, Any]) -> list[Cells]:
    horizon = add_months(config["date"], config.get("horizon_months", 3))
    quotas = [{"bloc": "government", "effective_from": "2025-07-01", **row} for row in given]
    stated = {(row["unit_id"], row["bloc"]) for row in quotas}
    staying = [p for p in people if p.get("leaves_on") is None or _day(p["leaves_on"]) >= horizon]
    payroll = Counter((person["unit_id"], person["bloc"]) for person in staying)
    places = dict.fromkeys([(post["unit_id"], post["bloc"]) for post in posts] + list(payroll))
    places.update({(p["on_site_unit_id"], p["bloc"]): None for p in staying if p.get("on_site_unit_id")})
    for unit, bloc in places:
        if (unit, bloc) not in stated and bloc != "military":
            quota = payroll[unit, bloc]
            quotas.append({"unit_id": unit, "bloc": bloc, "quota": quota, "effective_from": "2025-07-01"})
    return quotas


def _distances(given: list[Cells], units: list[str]) -> list[Cells]:
    stated = {frozenset((row["from_unit_id"], row["to_unit_id"])) for row in given}
    pairs = [pair for pair in combinations(units, 2) if frozenset(pair) not in stated]
    return [*given, *({"from_unit_id": a, "to_unit_id": b, "km": 10} for a, b in pairs)]


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
