"""Payroll against the quota, people on site against the work: who is over is tolerated, who is short comes first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from builders import tiny
from stories import NO_FLOORS, Cells, broken, move

import optimizer as so
from optimizer.plan import Plan
from optimizer.scenario.scenario import Scenario

IT = {"fields": "it"}


def counts(plan: Plan, unit: str, bloc: str = "government") -> tuple[int, int, int, int]:
    """Payroll before and after, people on site before and after."""
    (row,) = (row for row in plan.units if (row.unit_id, row.bloc) == (unit, bloc))
    return row.payroll_before, row.payroll_after, row.strength_before, row.strength_after


def made(plan: Plan) -> set[tuple[str, str, str]]:
    return {(row.person_id, row.to_post_id, row.form) for row in plan.moves}


def from_a_body(form: str, **more: Any) -> Scenario:
    """D lists d1 of its two IT people; A has one person, of the Party, and an open IT seat."""
    return tiny(
        units=["A", {"unit_id": "D", "kind": "department"}],
        posts=[
            {"post_id": "A-it", "unit_id": "A", **IT},
            {"post_id": "A-party", "unit_id": "A", "bloc": "party"},
        ],
        people=[{"person_id": name, "unit_id": "D", **IT} for name in ("d1", "d2")]
        + [{"person_id": "a", "post_id": "A-party"}],
        pools=[{"person_id": "d1", "form": form, "rank": 1}],
        quotas=[{"unit_id": "A", "quota": more.pop("quota", 1)}],
        **more,
    )


def test_a_secondment_lends_people_and_a_transfer_gives_them() -> None:
    lent = so.solve(from_a_body("secondment"))
    assert (counts(lent, "A"), counts(lent, "D")) == ((0, 0, 0, 1), (2, 2, 2, 1))
    given = so.solve(from_a_body("transfer", rules=NO_FLOORS))
    assert (counts(given, "A"), counts(given, "D")) == ((0, 1, 0, 1), (2, 1, 2, 1))
    assert counts(lent, "A", "party") == counts(given, "A", "party") == (1, 1, 1, 1)  # each bloc for itself


def test_a_bloc_over_its_quota_makes_up_for_no_other() -> None:
    def story(**config: Any) -> Plan:
        """A has two government people on a quota of 1, and an open Party seat on a quota of 1."""
        scenario = tiny(
            units=["A"],
            posts=[
                {"post_id": "A-desk", "unit_id": "A", "seats": 2},
                {"post_id": "A-party", "unit_id": "A", "bloc": "party"},
            ],
            people=[{"person_id": name, "post_id": "A-desk"} for name in ("a1", "a2")],
            quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "A", "bloc": "party", "quota": 1}],
            config={"forms": config},
        )
        return so.solve(scenario)

    apart, paired = story(), story(bloc_pairs=[["government", "party"]])
    assert (counts(apart, "A"), counts(apart, "A", "party")) == ((2, 2, 2, 2), (0, 0, 0, 0))
    assert (counts(paired, "A"), counts(paired, "A", "party")) == ((2, 1, 2, 1), (0, 1, 0, 1))


@pytest.mark.parametrize(("day", "quota"), [(date(2025, 8, 31), 1), (date(2025, 9, 1), 2), (date(2025, 9, 2), 2)])
def test_the_latest_quota_on_or_before_the_date_binds(day: date, quota: int) -> None:
    """A's quota is 1 from July, 2 from 1 September and 3 from 3 September: so many of b1, b2, b3 may come."""
    versions = {"2025-09-03": 3, "2025-07-01": 1, "2025-09-01": 2}
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-it", "unit_id": "A", "seats": 3, **IT}],
        people=[{"person_id": f"b{n}", "unit_id": "B", **IT} for n in (1, 2, 3)],
        quotas=[{"unit_id": "A", "quota": n, "effective_from": since} for since, n in versions.items()]
        + [{"unit_id": "B", "quota": 0}],
        config={"date": day},
    )
    plan = so.solve(scenario)
    assert {row.quota for row in plan.units if row.unit_id == "A"} == {quota}
    assert counts(plan, "A") == (0, quota, 0, quota)
    into_a = [move(f"b{n}", "A-it") for n in range(1, quota + 2)]
    assert broken(scenario, *into_a[:-1]) == set()
    assert broken(scenario, *into_a) == {"payroll_cap"}


def test_over_quota_is_tolerated_and_nobody_has_to_leave() -> None:
    """A has three people on a quota of 1, and nobody else has a seat for them: the plan moves nobody and is sound."""
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-desk", "unit_id": "A", "seats": 3}],
        people=[{"person_id": f"a{n}", "post_id": "A-desk"} for n in (1, 2, 3)],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}],
    )
    plan = so.solve(scenario)
    assert (plan.moves, counts(plan, "A")) == ((), (3, 3, 3, 3))
    assert so.check(scenario, plan).passed


def over_quota(**more: Any) -> Scenario:
    """A has two clerks on a quota of 1 and an open IT seat; b of B, over its quota of 0, could take it.

    C has a desk open, on a quota of 1 where it may receive; D lists d, who knows IT, for secondment.
    """
    listed: list[Cells] = [{"person_id": "d", "rank": 1}] if more.pop("lists", False) else []
    return tiny(
        units=["A", "B", "C", {"unit_id": "D", "kind": "department"}],
        posts=[
            {"post_id": "A-it", "unit_id": "A", **IT},
            {"post_id": "A-desk", "unit_id": "A", "seats": 2},
            {"post_id": "C-desk", "unit_id": "C"},
        ],
        people=[
            *({"person_id": name, "post_id": "A-desk"} for name in ("a1", "a2")),
            {"person_id": "b", "unit_id": "B", "candidate": more.pop("b", None), **IT},
            *({"person_id": name, "unit_id": "D", **IT} for name in ("d", "e")),
        ],
        pools=listed,
        quotas=[
            {"unit_id": "A", "quota": 1},
            {"unit_id": "B", "quota": 0},
            {"unit_id": "C", "quota": more.pop("c", 1)},
        ],
        **more,
    )


def test_an_over_quota_unit_receives_a_specialist_by_secondment() -> None:
    """Nobody may go out of A (C has no quota), so that a transfer is one too many: 2 + 1 > max(1, 2)."""
    scenario = over_quota(c=0, lists=True)
    plan = so.solve(scenario)
    assert made(plan) == {("d", "A-it", "secondment")}
    assert counts(plan, "A") == (2, 2, 2, 3)
    assert broken(scenario, move("b", "A-it")) == {"payroll_cap"}


def test_an_over_quota_unit_receives_a_specialist_by_a_swap() -> None:
    """One out by transfer, one in: 2 - 1 + 1 <= max(1, 2)."""
    plan = so.solve(over_quota())
    ((clerk, *_),) = made(plan) - {("b", "A-it", "transfer")}
    assert made(plan) == {("b", "A-it", "transfer"), (clerk, "C-desk", "transfer")}
    assert (counts(plan, "A"), counts(plan, "B"), counts(plan, "C")) == ((2, 2, 2, 2), (1, 0, 1, 0), (0, 1, 0, 1))
    assert so.check(over_quota(), plan).passed


def test_without_a_way_out_the_seat_stays_open_because_of_the_payroll() -> None:
    plan = so.solve(over_quota(c=0))
    assert made(plan) == set()
    assert {row.post_id: row.reason for row in plan.gaps}["A-it"] == "payroll"


def short_of_people(quota_of_b: int) -> Scenario:
    """s is one too many in S; A lacks 2 of its 4 people, B 2 of `quota_of_b`."""
    return tiny(
        units=["A", "B", "S"],
        posts=[{"post_id": unit, "unit_id": unit, "seats": 20} for unit in "AB"],
        people=[
            {"person_id": "s", "unit_id": "S"},
            *({"person_id": f"a{n}", "post_id": "A"} for n in (1, 2)),
            *({"person_id": f"b{n}", "post_id": "B"} for n in range(1, quota_of_b - 1)),
        ],
        quotas=[
            {"unit_id": "S", "quota": 0},
            {"unit_id": "A", "quota": 4},
            {"unit_id": "B", "quota": quota_of_b},
        ],
    )


@pytest.mark.parametrize(("quota_of_b", "first"), [(10, "A"), (3, "B")])
def test_the_largest_relative_shortage_is_cured_first(quota_of_b: int, first: str) -> None:
    # the second missing person costs 10,000 x 3 / quota: of 4 it is 7,500, of 10 it is 3,000, of 3 it is 10,000
    assert made(so.solve(short_of_people(quota_of_b))) == {("s", first, "transfer")}


def test_who_is_short_gives_only_against_somebody_who_comes() -> None:
    """a wishes to go from A to B, which has a seat; A lacks one of its 2 people."""

    def story(**more: Any) -> Scenario:
        return tiny(
            units=["A", "B", "S"],
            posts=[
                {"post_id": "A-desk", "unit_id": "A", "seats": 2},
                {"post_id": "B-it", "unit_id": "B", **IT},
                {"post_id": "S-desk", "unit_id": "S"},
            ],
            people=[{"person_id": "a", "post_id": "A-desk", **IT}, {"person_id": "s", "post_id": "S-desk"}],
            wishes=[{"person_id": "a", "unit_id": "B"}],
            quotas=[
                {"unit_id": "A", "quota": 2},
                {"unit_id": "B", "quota": 1},
                {"unit_id": "S", "quota": more.pop("giving")},
            ],
        )

    assert made(so.solve(story(giving=1))) == set()  # 1 - 1 < min(2, 1)
    # S is over its quota of 0: s takes the place, 1 - 1 + 1 >= min(2, 1)
    assert made(so.solve(story(giving=0))) == {("a", "B-it", "transfer"), ("s", "A-desk", "transfer")}
