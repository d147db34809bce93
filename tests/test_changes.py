"""Stories of single changes that would fill a post: each kind with a twin in which it does not, and the levers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import tiny
from stories import province

import optimizer as so
from optimizer.errors import UsageError
from optimizer.explaining.case import case_of
from optimizer.explaining.filling import KINDS, candidates
from optimizer.explaining.leverage import levers
from optimizer.explaining.unfilled import Gap, gaps
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking

Cells = dict[str, Any]
EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"


def gap(scenario: Scenario, post: str = "A-it", **asked: Any) -> Gap:
    """The answer for one post, solved again."""
    return next(row for row in gaps(so.solve(scenario), scenario, **asked).rows if row.row.post_id == post)


def told(scenario: Scenario, **asked: Any) -> tuple[str | None, int | None, str]:
    """The change in English, its price, and how sure it is."""
    found = gap(scenario, **asked)
    with speaking("en"):
        return None if found.change is None else str(found.change.words), found.price, found.certainty


def by_list(*listed: str, **more: Any) -> Scenario:
    """A needs an IT specialist; D has d1 and d2, who know IT, and eight others, and may spare one of its ten."""
    people: list[Cells] = [{"person_id": f"d{n}", "unit_id": "D", "fields": "it" if n < 3 else ""} for n in range(10)]
    return tiny(
        units=["A", {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=people[1:] + people[:1],
        pools=[{"person_id": person, "rank": rank} for rank, person in enumerate(listed, 1)],
        quotas=[{"unit_id": "A", "quota": 1}],
        **more,
    )


def test_one_more_place_on_a_list() -> None:
    """d0 to d2 know IT, d5 alone is listed: a place for d0, the first by id, costs 1 and fills A-it."""
    assert told(by_list("d5")) == ("one more place on the list of D: d0, for secondment", 1, "verified")


def test_a_place_beyond_the_share() -> None:
    """Of ten people 5 % are one place, which d5 has: d1, who is second, needs one more; the rule is waived for d1."""
    scenario = by_list("d5", "d1", rules={"lists": {"share": 0.05}})
    found = gap(scenario)
    assert found.change is not None
    changed = found.change.applied(scenario)
    assert [(row.rule, row.person_id) for row in changed.decisions] == [("lists", found.change.ids[1])]
    assert found.certainty == "verified"


def test_a_list_place_helps_nobody_whose_body_may_spare_nobody() -> None:
    """D keeps all ten on site but one (1 at least), and d3 already goes to B-x: no place on its list fills A-it."""
    people: list[Cells] = [{"person_id": f"d{n}", "unit_id": "D", "fields": "it;land"} for n in (1, 2)]
    scenario = tiny(
        units=["A", {"unit_id": "B", "region_class": "III"}, {"unit_id": "D", "kind": "department"}],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "B-x", "unit_id": "B", "fields": "land"},
        ],
        people=people,
        pools=[{"person_id": "d1", "rank": 1}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}],
    )
    assert told(scenario) == (None, None, "none")


def test_one_rule_waived() -> None:
    """p1 knows land, p0 nothing, and both come alike: the rule of fields is waived for p0, for 2, with its source."""
    scenario = province(person={"fields": "land"})
    words, price, certainty = told(scenario)
    assert (price, certainty) == (2, "verified")
    assert words == (
        "waived for p0 and A-it, by transfer: In the post's field and majors "
        "(by: Công văn 11/CV-BCĐ (2025): ngành đào tạo phù hợp vị trí việc làm; text read in a named source)"
    )


def test_a_rule_on_somebodys_own_circumstances_is_neither_waived_nor_named() -> None:
    """p1 is in exempt case 1, which refuses alone: no waiver is proposed, and the row says no more than needed."""
    found = gap(province(person={"exempt": "1"}, config={"changes": {"considered": ["waiver"]}}))
    assert found.missed.refused["personal"] == 1
    assert "exempt" not in found.missed.refused
    near = {miss.person_id: miss.against for miss in found.missed.nearest}
    assert near["p1"] == ("personal",)
    assert found.change is None or found.change.ids[1] != "p1"


def test_one_more_quota_seat() -> None:
    """A has a quota of none and nobody: a seat lets p1 in. Where p1 does not know IT either, one seat does nothing."""
    quotas = [{"unit_id": "A", "quota": 0}, {"unit_id": "B", "quota": 1}]
    assert told(province(quotas=quotas)) == ("one more quota seat of A, bloc government", 4, "verified")
    assert told(province(quotas=quotas, person={"fields": "land"})) == (None, None, "none")


def test_one_course() -> None:
    """Where rules are not waived, p1 learns IT for 6; its twin lacks a major besides, which is one course too many."""
    config = {"changes": {"considered": ["training"]}}
    assert told(province(person={"fields": "land"}, config=config))[1:] == (6, "verified")
    twin = province(post={"majors": "Luật"}, person={"fields": "land"}, config=config)
    assert told(twin) == (None, None, "none")


@pytest.mark.parametrize(
    ("post", "person", "item"),
    [
        ({"majors": "Luật"}, {}, ("major", "Luật")),
        ({"min_theory": "advanced"}, {}, ("theory", "advanced")),
        ({}, {"fields": "land"}, ("field", "it")),
    ],
)
def test_what_can_be_learnt(post: Cells, person: Cells, item: tuple[str, str]) -> None:
    scenario = province(post=post, person=person, config={"changes": {"considered": ["training"]}})
    found = gap(scenario)
    assert found.change is not None
    assert found.change.ids[2:] == item


def in_line(**p2: Any) -> Scenario:
    """p1 holds A-land and may take A-it; p2 has no seat, the wrong major, and too low a theory level for A-it."""
    return tiny(
        units=["A"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "min_theory": "advanced"},
            {"post_id": "A-land", "unit_id": "A", "fields": "land", "majors": "Luật", "min_degree": "university"},
        ],
        people=[
            {"person_id": "p1", "post_id": "A-land", "fields": "it;land", "majors": "Luật", "theory": "advanced"},
            {"person_id": "p2", "unit_id": "A", "fields": "land", "majors": "Kế toán", **p2},
        ],
    )


def test_a_change_that_sets_somebody_free_for_the_post() -> None:
    """p1 moves up once p2 takes A-land: the major is waived for p2, for 2. If p2 does not know land either, the same
    rule refuses; if p2's degree is too low as well, two rules do, and no single change helps.
    """
    found = gap(in_line())
    assert found.change is not None
    assert (found.change.ids, found.price) == (("waiver", "p2", "A-land", "internal", "fields"), 2)
    assert found.certainty == "verified"
    assert gap(in_line(fields="it")).price == 2
    twin = gap(in_line(degree="college"))
    assert (twin.change, twin.certainty) == (None, "none")


def test_a_change_that_sets_the_taker_free_is_a_lever() -> None:
    """The example with somebody in Bình Sơn who knows IT and has the wrong major: So-4 is then free for Cẩm Khê."""
    scenario = so.read(EXAMPLE)
    one = next(row for row in scenario.people if row.person_id == "binh-3")
    more = {"person_id": "binh-9", "post_id": None, "fields": ("it",), "majors": ("Luật",), "planned_for": ()}
    people = sorted([*scenario.people, one.model_copy(update=more)], key=lambda row: row.person_id)
    scenario = replace(scenario, people=tuple(people))
    found = levers(scenario, so.solve(scenario), verified=1)
    assert [(row.change.ids[:3], row.posts, row.certainty) for row in found.rows] == [
        (("waiver", "binh-9", "binh-son.it"), ("cam-khe.it",), "verified"),
        (("training", "binh-9", "major"), ("cam-khe.it",), "found"),
    ]
    assert found.known == 2
    assert {dict(row.differences)["specialists"] for row in found.rows} == {-480}


def test_the_example_has_no_single_change() -> None:
    """Its README says so: twelve waivers of `fields`, none of which fills the post."""
    scenario = so.read(EXAMPLE)
    (found,) = gaps(so.solve(scenario), scenario).rows
    assert (found.row.post_id, found.change, found.certainty) == ("cam-khe.it", None, "none")
    case = case_of(scenario, so.solve(scenario))
    considered = candidates(case, np.array([case.arrays.post_at["cam-khe.it"]]))
    changes = [change for _, change in considered.changes(range(len(considered.price)))]
    assert len(changes) == 12
    assert {(*change.ids[:1], change.ids[-1]) for change in changes} == {("waiver", "fields")}


def test_a_post_that_another_plan_fills_as_well() -> None:
    """p1 alone knows IT, and serves A-it and B-it alike from C: the other post needs no change, but another plan."""
    scenario = tiny(
        units=["A", "B", "C"],
        posts=[{"post_id": f"{unit}-it", "unit_id": unit, "fields": "it"} for unit in "AB"],
        people=[{"person_id": "p1", "unit_id": "C", "fields": "it"}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}, {"unit_id": "C", "quota": 0}],
    )
    (found,) = gaps(so.solve(scenario), scenario).rows
    assert (found.change, found.price, found.certainty) == (None, 0, "equal")


def test_a_limit_is_waived_for_a_person() -> None:
    """p0 and p1 ask to move together, and only p1 has a post in A: the rule is waived for p1, for 2."""
    apart = [{"person_id": "p0", "other_id": "p1", "kind": "spouse", "together": "yes"}]
    scenario = province(relations=apart)
    found = gap(scenario)
    assert found.change is not None
    assert (found.change.ids, found.price, found.certainty) == (("waiver", "p1", "couples"), 2, "verified")
    assert str(found.change.words.values["rule"].values["title"].render("en")).startswith("Who asks to move together")
    assert not so.solve(found.change.applied(scenario)).gaps


def test_how_many_are_solved_again_holds_for_named_posts_too() -> None:
    scenario = province(person={"fields": "land"})
    plan = so.solve(scenario)
    for verified, certainty in ((None, "verified"), (0, "found"), (1, "verified")):
        assert gaps(plan, scenario, posts=["A-it"], verified=verified).rows[0].certainty == certainty


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_price_and_may_be_left_out(kind: str) -> None:
    """The same posts as above, unverified: each kind costs what its key says; one that is left out is not proposed."""
    scenarios = {
        "list_place": lambda config: by_list("d5", config=config),
        "waiver": lambda config: province(person={"fields": "land"}, config=config),
        "quota_seat": lambda config: province(
            quotas=[{"unit_id": "A", "quota": 0}, {"unit_id": "B", "quota": 1}], config=config
        ),
        "training": lambda config: province(person={"fields": "land"}, config=config),
    }
    for price in (0, 9):
        assert told(scenarios[kind]({"changes": {kind: price, "considered": [kind]}}), verified=0)[1] == price
    others = [other for other in KINDS if other != kind]
    found = gap(scenarios[kind]({"changes": {"considered": others}}), verified=0)
    assert found.change is None or found.change.kind != kind


def test_prices_decide_which_kind_is_cheapest() -> None:
    """A course for 1 is cheaper than a waiver for 2."""
    assert told(province(person={"fields": "land"}, config={"changes": {"training": 1}}))[1:] == (1, "verified")


def test_a_post_against_which_several_limits_stand() -> None:
    """p1 may not leave the floor of B nor swell the payroll of A: neither limit alone is the reason."""
    scenario = province(
        quotas=[{"unit_id": "A", "quota": 0}, {"unit_id": "B", "quota": 2}], config={"forms": {"candidates": "all"}}
    )
    found = gap(scenario)
    assert found.row.reason == "limits"
    assert (found.used, found.idle) == (0, 1)


def elsewhere() -> Scenario:
    """p1 alone knows IT; the mountain commune counts 150 %."""
    return tiny(
        units=["A", {"unit_id": "M", "region_class": "III"}, "B"],
        posts=[{"post_id": f"{unit}-it", "unit_id": unit, "fields": "it"} for unit in "AM"],
        people=[{"person_id": "p1", "unit_id": "B", "fields": "it"}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "M", "quota": 1}, {"unit_id": "B", "quota": 0}],
    )


def test_a_candidate_who_is_needed_elsewhere_has_a_price() -> None:
    """An IT seat weighs 4: 600 in M, 400 in A. Taking p1 for A-it costs 200 at least and at most."""
    (other,) = gap(elsewhere()).elsewhere
    assert (other.person_id, other.post_id) == ("p1", "M-it")
    assert dict(other.differences or ())["specialists"] == 200
    assert other.at_least is None or other.at_least[0] in ("coverage", "specialists")


def test_posts_are_ranked_by_their_weight() -> None:
    scenario = tiny(
        units=["A", {"unit_id": "M", "region_class": "III"}],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"}, {"post_id": "M-it", "unit_id": "M", "fields": "it"},
            {"post_id": "A-head", "unit_id": "A", "level": 3}, {"post_id": "A-chair", "unit_id": "A", "level": 1},
        ],
        people=[{"person_id": "p", "unit_id": "A", "candidate": "none"}],
    )  # fmt: skip
    rows = gaps(so.solve(scenario), scenario, verified=0).rows
    assert [row.row.post_id for row in rows] == ["A-chair", "A-head", "M-it", "A-it"]


def test_a_post_that_is_not_open_is_refused() -> None:
    scenario = elsewhere()
    with pytest.raises(UsageError, match="A-it"):
        gaps(so.solve(scenario), scenario, posts=["A-itt"])


def test_levers_come_by_effect_then_price() -> None:
    """Three people may be listed for A-it alike: all costs and effects are equal, so ids decide."""
    scenario = by_list("d5")
    found = levers(scenario, so.solve(scenario), verified=1)
    assert [row.change.ids[:2] for row in found.rows[:3]] == [("list_place", f"d{n}") for n in (0, 1, 2)]
    assert found.rows[0].certainty == "verified"
    assert found.rows[0].posts == ("A-it",)
    assert dict(found.rows[0].differences)["specialists"] == -400
    keys = [tuple(n for _, n in row.differences) for row in found.rows]
    assert keys == sorted(keys)
    assert len(found.to_frame()) == len(found.rows)


def test_numbers_that_ask_for_nothing_are_refused_and_huge_ones_ask_for_all() -> None:
    scenario = by_list("d5")
    plan = so.solve(scenario)
    for asked in ({"verified": -1}, {"seconds": -1.0}, {"seconds": float("nan")}):
        with pytest.raises(UsageError):
            gaps(plan, scenario, **asked)  # type: ignore[arg-type]
    for asked in ({"most": -1}, {"verified": -1}, {"seconds": float("nan")}):
        with pytest.raises(UsageError):
            levers(scenario, plan, **asked)  # type: ignore[arg-type]
    every = levers(scenario, plan)
    assert len(every.rows) > 1
    huge = 10**30
    assert levers(scenario, plan, most=huge, verified=huge, seconds=1e300).rows == every.rows
