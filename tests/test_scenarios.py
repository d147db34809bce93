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
    """What is counted in the tables of nghe-an, each published figure in one line."""

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


COUNTED: dict[str, Callable[[Counts], int]] = {
    "units": lambda c: len(c.communes),
    "communes": lambda c: sum(unit.kind == "commune" for unit in c.communes),
    "wards": lambda c: sum(unit.kind == "ward" for unit in c.communes),
    "not_merged": lambda c: sum(unit.merged is False for unit in c.communes),
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
    "over_quota_units": lambda c: sum(c.payroll[u, "government"] > c.quota[u, "government"] for u in c.ids),
    "standing_members": lambda c: sum(c.roles[role] for role in STANDING),
    "vice_chairs": lambda c: sum(c.roles[role] for role in VICE_CHAIRS),
    "university_per_10000": lambda c: c.degree_per("university", 10_000),
    "master_per_1000": lambda c: c.degree_per("master", 1000),
    "list_per_cent": lambda c: round(100 * c.share),
}


@cache
def counts() -> Counts:
    return Counts(scenario("nghe-an"))


def published() -> dict[str, int]:
    with (SCENARIOS / "nghe-an" / "sources" / "published.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: int(row["value"]) for row in csv.DictReader(file)}


def test_every_published_figure_is_counted() -> None:
    assert published().keys() == COUNTED.keys()


@pytest.mark.parametrize(("name", "value"), published().items())
def test_nghe_an_has_the_published_figures(name: str, value: int) -> None:
    assert COUNTED[name](counts()) == value


def test_seats_of_each_commune_and_bloc_are_its_quota() -> None:
    s = scenario("nghe-an")
    seats: Counter[tuple[str, str]] = Counter()
    for post in s.posts:
        seats[post.unit_id, post.bloc] += post.seats
    assert {(row.unit_id, row.bloc): seats[row.unit_id, row.bloc] for row in s.quotas} == {
        (row.unit_id, row.bloc): row.quota for row in s.quotas
    }


def test_lists_reach_the_share_and_go_on_behind_it() -> None:
    s = scenario("nghe-an")
    listed = Counter(row.unit_id for row in s.pools)
    payroll = Counter(person.unit_id for person in s.people)
    bodies = [unit.unit_id for unit in s.units if not unit.is_commune]
    assert all(listed[body] > ceil(payroll[body] * 5 / 100) for body in bodies)


def test_most_of_the_shortage_lies_in_the_mountains() -> None:
    c = counts()
    short = {u: max(0, c.quota[u, "government"] - c.payroll[u, "government"]) for u in c.ids}
    mountains = sum(short[unit.unit_id] for unit in c.communes if unit.mountain)
    assert mountains / sum(short.values()) > 0.9


def test_nghe_an_reads_with_no_warning_but_crowded_posts() -> None:
    assert {problem.code for problem in scenario("nghe-an").warnings} == {"W505"}


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
