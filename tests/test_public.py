"""What the public reads of a plan: counts alone, and nothing that is withheld follows from all of it together."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import tiny
from matplotlib.text import Text as Words
from public_reader import Reader, covers_known, moves_known, panels_of, rows_of, seats_known, tables_of

import optimizer as so
from optimizer.plan import FieldCover, GoalResult, MovedPerson, Plan, Status, UnitBalance
from optimizer.reporting.districts import Districts, merged
from optimizer.reporting.figures.communes import public_standings
from optimizer.reporting.naming import Names
from optimizer.scenario.months import add_months
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.vocabulary import DECIDED_BY, FIELD
from optimizer.texts import speaking

Seats = dict[tuple[int, str], int]


def story(seats: Seats, districts: int = 3, bodies: int = 3) -> Scenario:
    """Districts of three communes with so many open seats of each kind: leadership, general, or a field."""
    units: list[Any] = [
        {"unit_id": f"u{at}{n}", "former_district": f"District {at}"} for at in range(districts) for n in range(3)
    ]
    units += [{"unit_id": f"body{n}", "name": f"Sở {n}", "kind": "department"} for n in range(bodies)]
    posts = []
    for number, ((at, kind), open_seats) in enumerate(seats.items()):
        what = {"leadership": {"level": 3}, "general": {}}.get(kind, {"fields": kind})
        posts.append({"post_id": f"p{number}", "unit_id": f"u{at}{number % 3}", "seats": open_seats, **what})
    return tiny(units=units, posts=posts, people=[{"person_id": "x", "unit_id": "u00"}])


def as_reviewed() -> Scenario:
    """Open are 113 seats of leaders, 446 of specialists and a single other one, 560 in all."""
    return story({
        (0, "leadership"): 60, (1, "leadership"): 53, (2, "general"): 1,
        (0, "it"): 200, (1, "land"): 150, (2, "finance"): 96,
    })  # fmt: skip


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A plan without moves, to which stories add theirs."""
    return so.solve(as_reviewed())


def move(at: int, origin: str, destination: str, form: str = "transfer", body: str = "home_affairs") -> MovedPerson:
    ends = {"end": add_months(date(2025, 9, 1), (6, 9, 36)[at % 3])} if form == "secondment" else {}
    return MovedPerson(person_id=f"m{at}", form=form, from_unit_id=origin, to_unit_id=destination, to_post_id="p0",
                       decided_by=body, **ends)  # fmt: skip


def moved(plan: Plan, moves: list[MovedPerson]) -> Plan:
    return replace(plan, moves=tuple(moves), totals=Counter(move.form for move in moves))


def words_of(plan: Plan, scenario: Scenario, picture: str) -> list[str]:
    figure = so.figure(plan, scenario, picture, tier="public", language="en")
    return [text.get_text() for text in figure.findobj(Words) if text.get_text()]


def test_the_single_seat_follows_from_nothing_on_the_page(plan: Plan) -> None:
    """560 less 113 less the 446 above the picture were the 1."""
    scenario = as_reviewed()
    categories = rows_of(tables_of(plan, scenario)["Open seats of communes by category"])
    assert {kind: row[0] for kind, row in categories.items()} == {
        "leadership": 113, "specialist": "–", "general": "<3", "All open seats": 560,
    }  # fmt: skip
    assert seats_known(plan, scenario, 0) == seats_known(plan, scenario, 1) == {}
    assert moves_known(plan, scenario) == {}
    assert not any(
        "446" in word for picture in ("fields", "map", "goals") for word in words_of(plan, scenario, picture)
    )


def test_the_reader_finds_what_does_follow() -> None:
    """Were the 446 told, the other seat would be known: the judge of these stories can see."""
    reader = Reader()
    seats = {kind: reader.unknown(kind) for kind in ("leadership", "specialist", "general")}
    for kind, cell in (("leadership", 113), ("specialist", 446), ("general", "<3")):
        reader.reads(f"{kind} seats", cell, [seats[kind]])
    reader.reads("all", 560, list(seats.values()))
    assert reader.knows() == {"general seats": (1, 1)}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_withheld_follows_from_all_tables_and_pictures_together(plan: Plan, seed: int) -> None:
    rng = random.Random(seed)
    districts, most = rng.choice((2, 3, 4)), rng.choice((3, 5, 9, 40))
    kinds = ["leadership", "general", *rng.sample(list(FIELD), rng.choice((1, 2, 3, len(FIELD))))]
    counts = {(at, kind): rng.choice((0, 1, 2, 3, rng.randint(0, most))) for at in range(districts) for kind in kinds}
    scenario = story({key: count for key, count in counts.items() if count} or {(0, "it"): 4}, districts)
    assert seats_known(replace(plan, gaps=()), scenario, 0) == {}
    pairs = [
        (origin, at) for at in range(districts) for origin in (*(f"u{other}0" for other in range(districts)), "body0")
    ]
    moves = []
    for origin, at in pairs:
        inside = origin == f"u{at}0"
        for _ in range(rng.choice((0, 1, 2, 3, rng.randint(0, most)))):
            form = "internal" if inside else rng.choice(("transfer", "secondment"))
            moves.append(move(len(moves), origin, f"u{at}0", form, rng.choice(list(DECIDED_BY)[:4])))
    assert moves_known(moved(plan, moves), scenario) == {}


@pytest.mark.parametrize("seed", range(12))
def test_no_small_number_of_communes_without_anybody_follows(plan: Plan, seed: int) -> None:
    rng = random.Random(seed)
    fields = rng.sample(list(FIELD), rng.choice((1, 2, 5, len(FIELD))))
    rows = tuple(
        FieldCover(unit_id=f"u{n}", field=field, covered_before=rng.choice((0, 1)), covered_after=rng.choice((0, 0, 2)))
        for field in fields
        for n in range(rng.choice((1, 2, 3, 8)))
    )
    before, after = (sum(not getattr(row, name) for row in rows) for name in ("covered_before", "covered_after"))
    goals = (GoalResult("coverage", after, after, True, 0.0),)
    told = replace(plan, coverage=rows, goals=goals, before={"coverage": before})
    assert covers_known(told, as_reviewed(), 0) == covers_known(told, as_reviewed(), 1) == {}


def test_how_many_communes_have_somebody_is_not_told(plan: Plan) -> None:
    """9 of 10 communes have nobody for IT: the number that need it would tell the one."""
    rows = tuple(FieldCover(unit_id=f"u{n}", field="it", covered_before=n // 9, covered_after=3) for n in range(10))
    table = tables_of(replace(plan, coverage=rows), as_reviewed())["Communes without anybody on site, by field"]
    assert [column.heading for column in table.columns] == ["Field", "Without anybody before", "Without anybody after"]


def test_a_field_or_district_is_listed_whether_anything_is_open_there_or_not(plan: Plan) -> None:
    scenario = as_reviewed()
    with speaking("en"):
        fields = list(Names(scenario).fields)
    words = words_of(plan, scenario, "fields")
    assert {"District 0", "District 1", "District 2", "religion and ethnic affairs"} <= set(words)
    assert {len(panel) for panel in panels_of(plan, scenario, "fields")} == {3 * len(fields)}
    assert "Open seats before" in words
    assert "total" not in words


def test_that_nothing_moves_or_is_open_is_no_news_for_the_public(plan: Plan) -> None:
    scenario = story({(0, "it"): 1})
    for picture in ("flows", "fields"):
        cells = {cell for panel in panels_of(replace(plan, gaps=()), scenario, picture) for cell in panel}
        assert cells == {"<3"}


def test_moves_within_units_are_told_among_the_forms_alone(plan: Plan) -> None:
    """2 secondments are withheld and so are the 209 within units: a note that says 209 would tell the 2."""
    moves = [move(at, "body0", "u10", "transfer") for at in range(186)]
    moves += [move(186 + at, "body0", "u20", "secondment") for at in range(2)]
    moves += [move(188 + at, "u00", "u00", "internal") for at in range(209)]
    told = moved(plan, moves)
    assert rows_of(tables_of(told, as_reviewed())["Moves"])["internal assignment"] == ("–",)
    assert "Rows send, columns receive. Moves within one unit are not shown." in words_of(told, as_reviewed(), "flows")
    assert moves_known(told, as_reviewed()) == {}


def test_small_districts_are_one_row_and_take_further_ones_until_they_are_three_communes() -> None:
    units = {"a": {"1", "2", "3"}, "b": {"4", "5"}, "c": {"6"}, "d": {"7", "8", "9", "10"}}
    assert merged(units) == {"b", "c"}
    assert merged({**units, "b": {"4", "5", "11"}}) == {"a", "c"}  # c alone is one commune; the smallest goes with it
    assert merged({"a": {"1", "2", "3"}}) == frozenset()


def lone() -> Scenario:
    """Four districts, the last of a single commune, and one provincial body."""
    scenario = story({(0, "it"): 9, (3, "it"): 7}, districts=4, bodies=1)
    units = tuple(unit for unit in scenario.units if unit.unit_id not in {"u31", "u32"})
    posts = tuple(
        post.model_copy(update={"unit_id": "u30"}) if post.post_id == "p1" else post for post in scenario.posts
    )
    return replace(scenario, units=units, posts=posts, quotas=())


def test_no_row_and_no_mark_is_about_a_single_unit(plan: Plan) -> None:
    scenario = lone()
    told = moved(plan, [move(at, "body0", "u00") for at in range(5)])
    with speaking("en"):
        districts = Districts(Names(scenario, tier="public"))
        marks = [standing.name for standing in public_standings(plan, Names(scenario, tier="public"))]
    assert list(districts.communes) == ["District 1", "District 2", "other districts"]  # the last with District 0
    assert len(districts.communes["other districts"]) == 4
    assert list(rows_of(tables_of(told, scenario)["By former district"])) == [*districts.communes, "all communes"]
    assert marks == list(districts.communes)
    assert not districts.has_bodies
    assert "other districts and provincial bodies" in words_of(told, scenario, "flows")
    everything = {word for name in ("map", "flows", "fields") for word in words_of(told, scenario, name)}
    assert everything & {"District 3", "Sở 0", "provincial bodies"} == set()
    assert "provincial bodies" not in rows_of(tables_of(told, scenario)["The province before and after"])


def balance(unit: str, missing: int, over: int = 0) -> UnitBalance:
    return UnitBalance(unit_id=unit, bloc="government", quota=50, payroll_before=50 + over, payroll_after=50 + over,
                       strength_before=50 - missing, strength_after=50 - missing, shortage_rate=0.0)  # fmt: skip


def test_the_map_tells_of_districts_what_the_table_tells(plan: Plan) -> None:
    """20 and 1 are missing: a mark of the class of 20 or more would leave at most 1 for the other district."""
    scenario = as_reviewed()
    told = replace(plan, units=(balance("u00", 7), balance("u10", 20), balance("u20", 1)))
    with speaking("en"):
        marks = {mark.name: mark.missing[0] for mark in public_standings(told, Names(scenario, tier="public"))}
    districts = rows_of(tables_of(told, scenario)["By former district"])
    assert marks == {name: row[3] for name, row in districts.items() if name != "all communes"}
    assert marks == {"District 0": 7, "District 1": "–", "District 2": "<3"}
    words = words_of(told, scenario, "map")
    assert {"Before", "After the plan", "0–2", "6–9", "withheld"} <= set(words)
    assert not any("10 or more" in word or "28" in word for word in words)
    assert "Hard places" not in words


def test_a_goal_tells_no_more_than_the_counts_beside_it(plan: Plan) -> None:
    """One seat of leadership is open after: its value 500, its bound and what is proven would tell it."""
    scenario = story({(0, "leadership"): 1, (1, "leadership"): 4, (0, "it"): 9, (2, "general"): 5})
    goals = (
        GoalResult("leadership", 500, 300, False, 0.0),
        GoalResult("specialists", 450, 450, True, 0.0),
        GoalResult("disruption", 0, 0, True, 0.0),
    )
    gaps = tuple(gap.model_copy(update={"gap": 1}) for gap in so.solve(scenario).gaps if gap.category == "leadership")[
        :1
    ]
    told = replace(plan, status=Status.FEASIBLE, goals=goals, gaps=gaps, before={"leadership": 2500, "specialists": 450,
                   "disruption": 0})  # fmt: skip
    told = moved(told, [move(at, "body0", "u00") for at in range(3)])
    rows = rows_of(tables_of(told, scenario)["Goals"])
    assert rows["Leadership gaps"][:5] == (2500, "–", "–", "–", "not proven")
    assert rows["Specialist gaps"][:5] == (450, "–", "–", "–", "proven")
    assert rows["Disruption"][:2] == (0, 0)  # points are no people
    words = words_of(told, scenario, "goals")
    assert not any("500" in word.replace("2,500", "") or "300" in word or "200" in word for word in words)
    assert "Not proven" in words
    assert any("100% = 2,500" in word for word in words)
    assert rows_of(tables_of(replace(told, moves=told.moves[:2]), scenario)["Goals"])["Disruption"][1] == "–"


def test_what_100_per_cent_are_is_not_told_where_the_value_before_is_withheld(plan: Plan) -> None:
    scenario = story({(0, "leadership"): 2, (0, "it"): 9})
    told = replace(plan, goals=(GoalResult("leadership", 0, 0, True, 0.0),), before={"leadership": 777}, gaps=())
    words = words_of(told, scenario, "goals")
    assert any(word.startswith("unit:") for word in words)
    assert not any("100% =" in word or "777" in word for word in words)
    assert so.figure(told, scenario, "goals", tier="public").axes[0].patches[:] == []
