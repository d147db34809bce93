"""Figures that a profile knows: the generated province has exactly these, or the profile is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from optimizer.errors import UsageError
from optimizer.registry import REGISTRY
from optimizer.scenario.generating import Profile, build_scenario
from optimizer.scenario.scenario import Scenario


def built(**keys: Any) -> Scenario:
    """Ten communes without bodies, in which nobody leaves and the military stands aside."""
    rest = {"units": 10, "departments": 0, "staff": {"leaving": 0}}
    return build_scenario(Profile.model_validate(rest | keys), REGISTRY)


def quotas(scenario: Scenario) -> dict[str, int]:
    return {row.unit_id: row.quota for row in scenario.quotas if row.bloc == "government"}


def excess(scenario: Scenario) -> dict[str, int]:
    found = {unit: -quota for unit, quota in quotas(scenario).items()}
    for person in scenario.people:
        if person.bloc == "government":
            found[person.unit_id] += 1
    return found


def without(scenario: Scenario, *fields: str) -> set[str]:
    able = {person.unit_id for person in scenario.people if set(fields) & set(person.fields)}
    return {unit.unit_id for unit in scenario.units} - able


def merged(scenario: Scenario) -> str:
    return next(unit.unit_id for unit in scenario.units if unit.merged)


# ten communes of which `apart` are not merged and have 22 posts each: 22 apart + from 32 to 35 for each of the others
APART = sum(unit.merged is False for unit in built().units)
MOST = 22 * APART + 35 * (10 - APART)


@pytest.mark.parametrize("total", [MOST, MOST - 1, MOST - 3 * (10 - APART)])
def test_a_known_total_of_quotas_is_met(total: int) -> None:
    assert sum(quotas(built(quotas={"government_total": total})).values()) == total


@pytest.mark.parametrize("total", [MOST + 1, MOST - 3 * (10 - APART) - 1])
def test_a_total_that_no_quotas_sum_to_is_refused(total: int) -> None:
    with pytest.raises(UsageError) as caught:
        built(quotas={"government_total": total})
    assert caught.value.text.values["left"] == total - 22 * APART


def test_a_given_quota_stands_and_the_others_share_the_rest() -> None:
    unit = merged(built())
    found = quotas(built(quotas={"government_total": MOST, "given": {unit: 35 + 8}, "government_least": 30}))
    assert (found[unit], sum(found.values())) == (43, MOST)


def test_a_given_quota_must_hold_the_posts_of_its_commune() -> None:
    unit = merged(built())
    assert quotas(built(quotas={"given": {unit: 29}}))[unit] == 29
    with pytest.raises(UsageError) as caught:  # 29 is what the posts of a merged commune come to, one of each at least
        built(quotas={"given": {unit: 28}})
    assert caught.value.text.values == {"n": 28, "least": 29}


@pytest.mark.parametrize("part", ["quotas", "balance"])
def test_a_figure_of_a_unit_that_is_not_there_is_refused(part: str) -> None:
    with pytest.raises(UsageError) as caught:
        built(**{part: {"given": {"99999": 40}}})
    assert caught.value.text.values == {"unit": "99999"}


def test_over_short_and_exact_units_are_as_many_as_known() -> None:
    found = sorted(excess(built(balance={"over_units": 4, "exact_units": 3})).values())
    assert (sum(n > 0 for n in found), sum(n == 0 for n in found), sum(n < 0 for n in found)) == (4, 3, 3)


def test_given_units_count_among_the_known() -> None:
    given = {"00001": 19, "00002": 0, "00003": -8}
    found = excess(built(balance={"over_units": 2, "exact_units": 1, "given": given}))
    assert {unit: found[unit] for unit in given} == given
    assert (sum(n > 0 for n in found.values()), sum(n == 0 for n in found.values())) == (2, 1)


# of 10 units 5 are over by 1 to 9, 2 are exact and 3 short by 1 to 4: the sum is from 5 - 12 to 45 - 3
BALANCE = {
    "over_units": 5, "exact_units": 2, "surplus": {1: 1, 9: 1},
    "plain": {-1: 1, -4: 1}, "mountain": {-1: 1, -4: 1}, "hard": {-1: 1, -4: 1},
}  # fmt: skip


@pytest.mark.parametrize("net", [-7, 0, 17, 42])
def test_the_units_are_over_quota_by_the_known_sum(net: int) -> None:
    found = excess(built(balance=BALANCE | {"net": net}))
    assert sum(found.values()) == net
    assert (sum(n > 0 for n in found.values()), sum(n == 0 for n in found.values())) == (5, 2)


@pytest.mark.parametrize("net", [-8, 43])
def test_a_sum_that_the_units_cannot_reach_is_refused(net: int) -> None:
    with pytest.raises(UsageError) as caught:
        built(balance=BALANCE | {"net": net})
    assert caught.value.text.values == {"n": net}


@pytest.mark.parametrize(
    "balance",
    [
        {"over_units": 1, "given": {"00001": 3, "00002": 3}},
        {"over_units": 8, "exact_units": 3},
        {"exact_units": 1, "given": {"00001": 0, "00002": 0}},
        {"given": {"00001": -30}},
    ],
)
def test_a_balance_that_contradicts_itself_is_refused(balance: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        built(balance=balance)


@pytest.mark.parametrize("communes", [0, 4, 10])
def test_nobody_has_the_field_in_exactly_so_many_communes(communes: int) -> None:
    uncovered = [
        {"fields": ["it"], "communes": communes},
        {"fields": ["land", "environment"], "communes": 10 - communes},
    ]
    scenario = built(staff={"leaving": 0, "uncovered": uncovered})
    assert len(without(scenario, "it")) == communes
    assert len(without(scenario, "land", "environment")) == 10 - communes
    assert excess(scenario) == excess(built())


def test_the_seats_of_a_missing_field_are_the_first_to_stand_empty() -> None:
    scenario = built(staff={"leaving": 0, "uncovered": [{"fields": ["it"], "communes": 5}]})
    held = Counter(person.post_id for person in scenario.people)
    lacking = without(scenario, "it")
    government = [post for post in scenario.posts if post.bloc == "government"]
    empty = {post.unit_id for post in government if held[post.post_id] < post.seats}
    manned = {post.unit_id for post in government if post.fields == ("it",) and held[post.post_id]}
    assert lacking & empty
    assert not lacking & empty & manned
    assert manned >= {post.unit_id for post in government} - lacking


def test_more_communes_than_there_are_cannot_lack_a_field() -> None:
    with pytest.raises(UsageError) as caught:
        built(staff={"uncovered": [{"fields": ["it"], "communes": 11}]})
    assert caught.value.text.values == {"n": 11, "known": 10}


@pytest.mark.parametrize(
    "uncovered",
    [
        [{"fields": ["magic"], "communes": 1}],
        [{"fields": [], "communes": 1}],
        [{"fields": ["it"], "communes": 1}, {"fields": ["land", "it"], "communes": 1}],
    ],
)
def test_missing_fields_are_known_and_named_once(uncovered: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate({"staff": {"uncovered": uncovered}})


def test_only_specialist_posts_of_the_named_fields_may_be_covered_besides() -> None:
    scenario = built(concurrent_ok=["it", "land"])
    marked = {post.fields for post in scenario.posts if post.concurrent_ok}
    assert marked == {("it",), ("land",)}
    assert not any(post.concurrent_ok for post in built().posts)
