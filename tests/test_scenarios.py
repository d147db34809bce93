"""The scenarios that come with the product: published figures, and the hand-made plan of the example."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from math import ceil
from pathlib import Path

import pytest
from oracle import Facts, feasible, plans

from optimizer.goals import GOALS
from optimizer.registry import REGISTRY
from optimizer.rulebook.after import After, Placement
from optimizer.scenario.reading import read_scenario
from optimizer.scenario.scenario import Scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
HORIZON = date(2025, 12, 1)
BLOCS = ("government", "party", "front")
STANDING = {"party_secretary", "party_deputy_secretary", "chair"}
VICE_CHAIRS = {"vice_chair", "council_vice_chair"}


@cache
def scenario(name: str) -> Scenario:
    return read_scenario(SCENARIOS / name, REGISTRY)


class Counts:
    """What is counted in the tables of a scenario, each published figure in one line."""

    def __init__(self, s: Scenario) -> None:
        self.communes = [unit for unit in s.units if unit.is_commune]
        self.ids = {unit.unit_id for unit in self.communes}
        self.merged = {unit.unit_id: bool(unit.merged) for unit in self.communes}
        self.quota = {(row.unit_id, row.bloc): row.quota for row in s.quotas}
        self.bodies = [unit for unit in s.units if not unit.is_commune]
        self.here = [p for p in s.people if p.leaves_on is None or p.leaves_on >= HORIZON]
        self.payroll = Counter((person.unit_id, person.bloc) for person in self.here)
        role_of = {post.post_id: post.role for post in s.posts}
        self.roles = Counter(role_of[p.post_id] for p in self.here if p.post_id and p.unit_id in self.ids)
        self.staff = [p for p in s.people if p.unit_id in self.ids and p.bloc != "military"]
        self.share = s.rules["lists"].model_dump()["share"]

    def totals(self, merged: bool, *blocs: str) -> list[int]:
        """The quotas of each merged (or not merged) commune, added over the blocs."""
        return [sum(self.quota[u, b] for b in blocs) for u, is_merged in self.merged.items() if is_merged == merged]

    def degree_per(self, degree: str, base: int) -> int:
        return round(base * sum(person.degree == degree for person in self.staff) / len(self.staff))

    def state_payroll(self) -> dict[str, int]:
        return {u: n for (u, bloc), n in self.payroll.items() if u not in self.ids and bloc == "government"}

    def government(self) -> dict[str, int]:
        """The quota of each commune in the government bloc."""
        return {unit: self.quota[unit, "government"] for unit in self.ids}

    def present(self, unit_id: str) -> int:
        return self.payroll[unit_id, "government"]

    def excess(self, unit_id: str) -> int:
        """People of the government bloc beyond the quota; negative where they are too few."""
        return self.present(unit_id) - self.government()[unit_id]

    def without(self, *fields: str) -> int:
        """The communes in which nobody of the staff has any of the fields."""
        return len(self.ids - {person.unit_id for person in self.staff if set(fields) & set(person.fields)})


Counted = dict[str, Callable[[Counts], int]]
OF_UNITS: Counted = {
    "units": lambda c: len(c.communes),
    "communes": lambda c: sum(unit.kind == "commune" for unit in c.communes),
    "wards": lambda c: sum(unit.kind == "ward" for unit in c.communes),
    "not_merged": lambda c: sum(unit.merged is False for unit in c.communes),
    "over_quota_units": lambda c: sum(c.excess(unit) > 0 for unit in c.ids),
}
NGHE_AN: Counted = {
    **OF_UNITS,
    "border": lambda c: sum(unit.border is True for unit in c.communes),
    "region_iii": lambda c: sum(unit.region_class == "III" for unit in c.communes),
    "mountain": lambda c: sum(unit.mountain is True for unit in c.communes),
    "population": lambda c: sum(unit.population or 0 for unit in c.communes),
    "area_km2": lambda c: int(sum(unit.area_km2 or 0 for unit in c.communes)),
    "state_agencies": lambda c: len(c.state_payroll()),
    "provincial_payroll": lambda c: sum(c.state_payroll().values()),
    "agriculture_environment": lambda c: c.state_payroll()["SNNMT"],
    "government_quota_average": lambda c: round(
        sum(c.totals(True, "government") + c.totals(False, "government")) / len(c.communes)
    ),
    "merged_quota_least": lambda c: min(c.totals(True, *BLOCS)),
    "merged_quota_most": lambda c: max(c.totals(True, *BLOCS)),
    "not_merged_quota": lambda c: max(c.totals(False, *BLOCS)),
    "party_quota_least": lambda c: min(c.totals(True, "party")),
    "party_quota_most": lambda c: max(c.totals(True, "party")),
    "front_quota_least": lambda c: min(c.totals(True, "front")),
    "front_quota_most": lambda c: max(c.totals(True, "front")),
    "standing_members": lambda c: sum(c.roles[role] for role in STANDING),
    "vice_chairs": lambda c: sum(c.roles[role] for role in VICE_CHAIRS),
    "university_per_10000": lambda c: c.degree_per("university", 10_000),
    "master_per_1000": lambda c: c.degree_per("master", 1000),
    "list_per_cent": lambda c: round(100 * c.share),
}


HA_TINH: Counted = {
    **OF_UNITS,
    "short_units": lambda c: sum(c.excess(unit) < 0 for unit in c.ids),
    "exact_units": lambda c: sum(c.excess(unit) == 0 for unit in c.ids),
    "present": lambda c: sum(map(c.present, c.ids)),
    "net_excess": lambda c: sum(map(c.excess, c.ids)),
    "quota_total": lambda c: sum(c.government().values()),
    "quota_least": lambda c: min(c.government().values()),
    "quota_most": lambda c: max(c.government().values()),
    "without_it": lambda c: c.without("it"),
    "without_land_or_environment": lambda c: c.without("land", "environment"),
}
BY_UNIT: dict[str, Callable[[Counts, str], int]] = {
    "quota": lambda c, unit: c.government()[unit],
    "present": Counts.present,
    "excess": Counts.excess,
}
PUBLISHED = {"nghe-an": NGHE_AN, "ha-tinh": HA_TINH}


@cache
def counts(name: str) -> Counts:
    return Counts(scenario(name))


def published(name: str) -> dict[str, int]:
    """The figures by name; those of one unit end with its id."""
    with (SCENARIOS / name / "sources" / "published.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: int(row["value"]) for row in csv.DictReader(file)}


def counted(of: str, name: str) -> int:
    kind, _, unit = name.rpartition("_")
    return BY_UNIT[kind](counts(of), unit) if kind in BY_UNIT and unit.isdigit() else PUBLISHED[of][name](counts(of))


@pytest.mark.parametrize("of", PUBLISHED)
def test_what_is_counted_is_published(of: str) -> None:
    assert PUBLISHED[of].keys() <= published(of).keys()


@pytest.mark.parametrize(
    ("of", "name", "value"), [(of, *figure) for of in PUBLISHED for figure in published(of).items()]
)
def test_the_tables_have_the_published_figures(of: str, name: str, value: int) -> None:
    assert counted(of, name) == value


@pytest.mark.parametrize("of", PUBLISHED)
def test_seats_of_each_commune_and_bloc_are_its_quota(of: str) -> None:
    s = scenario(of)
    seats: Counter[tuple[str, str]] = Counter()
    for post in s.posts:
        seats[post.unit_id, post.bloc] += post.seats
    assert {(row.unit_id, row.bloc): seats[row.unit_id, row.bloc] for row in s.quotas} == {
        (row.unit_id, row.bloc): row.quota for row in s.quotas
    }


@pytest.mark.parametrize("of", PUBLISHED)
def test_lists_reach_the_share_and_go_on_behind_it(of: str) -> None:
    s = scenario(of)
    listed = Counter(row.unit_id for row in s.pools)
    payroll = Counter(person.unit_id for person in s.people)
    bodies = [unit.unit_id for unit in s.units if not unit.is_commune]
    assert all(listed[body] > ceil(payroll[body] * 5 / 100) for body in bodies)


def test_most_of_the_shortage_lies_in_the_mountains() -> None:
    c = counts("nghe-an")
    short = {u: max(0, c.quota[u, "government"] - c.payroll[u, "government"]) for u in c.ids}
    mountains = sum(short[unit.unit_id] for unit in c.communes if unit.mountain)
    assert mountains / sum(short.values()) > 0.9


@pytest.mark.parametrize("of", PUBLISHED)
def test_a_generated_province_reads_with_no_warning_but_crowded_posts(of: str) -> None:
    assert {problem.code for problem in scenario(of).warnings} == {"W505"}


def test_who_lacks_a_field_has_no_major_of_it_either() -> None:
    it = {"Công nghệ thông tin", "Khoa học máy tính", "Hệ thống thông tin"}
    s = scenario("ha-tinh")
    able = {person.unit_id for person in s.people if "it" in person.fields}
    lacking = [p for p in s.people if p.unit_id in counts("ha-tinh").ids - able]
    assert lacking
    assert [p.person_id for p in lacking if it & set(p.majors)] == []


def test_example_has_the_plan_of_its_readme() -> None:
    s = scenario("example")
    facts = Facts(s)
    by_name = {goal.name: goal for goal in GOALS}
    order = [by_name[name] for name in s.goal_order]
    assert [goal.name for goal in order] == ["leadership", "coverage", "specialists", "headcount", "disruption"]
    assert [goal.measure(facts, After(facts, ())) for goal in order] == [1590, 3, 1380, 18_000, 0]
    found = []
    tried = 0
    for plan in plans(facts):
        tried += 1
        after = feasible(facts, plan)
        if after is not None:
            moves = sorted((move.person.person_id, move.form, move.post.post_id) for move in plan)
            found.append(([goal.measure(facts, after) for goal in order], moves))
    assert tried == 20_736
    best, second = sorted(found)[:2]
    assert best == (
        [0, 1, 480, 2500, 635],
        [
            ("an-5", "transfer", "binh-son.land"),
            ("an-6", "transfer", "cam-khe.vice"),
            ("binh-2", "internal", "binh-son.head"),
            ("binh-3", "internal", "binh-son.deputy"),
            ("dong-4", "internal", "dong-tien.finance"),
            ("so-4", "secondment", "binh-son.it"),
        ],
    )
    assert second[0] == [0, 1, 480, 2500, 695]


@pytest.mark.parametrize(
    ("person_id", "post_id", "form", "points"),
    [
        ("an-5", "binh-son.land", "transfer", 210),
        ("an-6", "cam-khe.vice", "transfer", 195),
        ("so-4", "binh-son.it", "secondment", 170),
        ("binh-2", "binh-son.head", "internal", 20),
        ("binh-3", "binh-son.deputy", "internal", 20),
        ("dong-4", "dong-tien.finance", "internal", 20),
        ("an-2", "binh-son.land", "transfer", 250),
    ],
)
def test_example_points_are_those_of_its_readme(person_id: str, post_id: str, form: str, points: int) -> None:
    facts = Facts(scenario("example"))
    disruption = next(goal for goal in GOALS if goal.name == "disruption")
    move = Placement(facts.people[person_id], facts.posts[post_id], form)
    assert disruption.measure(facts, After(facts, (move,))) == points
