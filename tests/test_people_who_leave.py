"""Whoever retires before the horizon leaves a gap that is filled; whose secondment ends before it is at home again."""

from __future__ import annotations

from typing import Any

from builders import tiny
from stories import Cells, broken, move, waiver

import optimizer as so
from optimizer.plan import Plan
from optimizer.scenario.scenario import Scenario

LAST_DAY_BEFORE, HORIZON, DAY_AFTER = "2025-11-30", "2025-12-01", "2025-12-02"  # three months from 2025-09-01


def made(plan: Plan) -> list[tuple[str, str, str]]:
    return [(row.person_id, row.to_post_id, row.reason) for row in plan.moves]


def on_site(plan: Plan) -> dict[str, int]:
    return {row.unit_id: row.strength_before for row in plan.units}


def retiring(leaves_on: str, **more: Any) -> Scenario:
    """old holds the one IT seat of A, on a quota of 1; new, who knows IT, has no seat in B and is over its quota."""
    return tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=[
            {"person_id": "old", "post_id": "A-it", "fields": "it", "leaves_on": leaves_on},
            {"person_id": "new", "unit_id": "B", "fields": more.pop("new", "it")},
        ],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 0}],
        **more,
    )


def test_the_seat_of_who_retires_before_the_horizon_is_a_gap_and_is_filled() -> None:
    plan = so.solve(retiring(LAST_DAY_BEFORE))
    assert made(plan) == [("new", "A-it", "specialist_gap")]
    assert plan.before["specialists"] == 400  # a gap of weight 4 at 100 per cent
    assert (plan.goal("specialists").value, plan.gaps) == (0, ())
    assert on_site(plan) == {"A": 0, "B": 1}  # who retires counts on no payroll and on no site
    assert broken(retiring(LAST_DAY_BEFORE), move("new", "A-it")) == set()  # 0 + 1 <= 1 seat, 0 + 1 <= quota 1


def test_who_retires_on_the_horizon_or_later_keeps_the_seat() -> None:
    plan = so.solve(retiring(HORIZON))
    assert (made(plan), plan.before["specialists"], plan.gaps) == ([], 0, ())
    assert broken(retiring(HORIZON), move("new", "A-it")) >= {"no_overfilling", "payroll_cap"}  # 1 + 1 > 1, twice


def test_the_horizon_is_the_scenarios() -> None:
    assert made(so.solve(retiring(LAST_DAY_BEFORE, config={"horizon_months": 2}))) == []
    assert len(made(so.solve(retiring(DAY_AFTER, config={"horizon_months": 4})))) == 1


def test_the_seat_stays_open_where_nobody_fits() -> None:
    plan = so.solve(retiring(LAST_DAY_BEFORE, new=""))
    assert [(row.post_id, row.filled, row.gap, row.reason) for row in plan.gaps] == [("A-it", 0, 1, "no_candidate")]


def test_the_last_specialist_who_retires_is_no_loss_of_the_plan() -> None:
    scenario = retiring(LAST_DAY_BEFORE, new="")
    assert so.check(scenario, so.solve(scenario)).passed


def test_who_retires_does_not_move_whatever_is_offered() -> None:
    scenario = retiring(LAST_DAY_BEFORE, config={"forms": {"candidates": "all"}})
    assert set(so.admissible_moves(scenario).to_frame()["person_id"]) == {"new"}


def test_a_head_who_retires_is_followed_down_the_line() -> None:
    """The head of division retires, the deputy follows, and b takes the deputy's seat: one chain, seats left first."""
    scenario = tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-head", "unit_id": "A", "level": 3},
            {"post_id": "A-deputy", "unit_id": "A", "level": 4},
        ],
        people=[
            {"person_id": "head", "post_id": "A-head", "leaves_on": LAST_DAY_BEFORE},
            {"person_id": "deputy", "post_id": "A-deputy"},
            {"person_id": "b", "unit_id": "B", "level": 5},  # no step from 5 to 3
        ],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 0}],
    )
    plan = so.solve(scenario)
    assert [(row.person_id, row.to_post_id) for row in plan.moves] == [("deputy", "A-head"), ("b", "A-deputy")]
    assert len({row.chain for row in plan.moves}) == 1
    assert plan.gaps == ()


def lent(until: str, **more: Any) -> Scenario:
    """a holds the one IT seat of A and is seconded to B until a day; c has no seat in C, which is over its quota."""
    a: Cells = {"person_id": "a", "post_id": "A-it", "fields": "it"}
    return tiny(
        units=["A", "B", "C"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "B-desk", "unit_id": "B", "seats": 2},
        ],
        people=[
            a | {"on_site_unit_id": "B", "seconded_until": until} | more.pop("a", {}),
            {"person_id": "c", "unit_id": "C", "fields": more.pop("c", "it")},
        ],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 1}, {"unit_id": "C", "quota": 0}],
        **more,
    )


def test_who_comes_back_before_the_horizon_is_at_home_and_no_longer_where_they_were() -> None:
    plan = so.solve(lent(HORIZON, c=""))
    assert on_site(plan) == {"A": 1, "B": 0, "C": 1}
    assert plan.before["specialists"] == 0  # a sits in the seat again
    # B, which loses a, lacks one of 1: 10,000; A lacks one of 2: (20,000 + 2) // 4 = 5,000
    assert plan.before["headcount"] == 15_000
    assert made(plan) == [("c", "B-desk", "headcount")]


def test_who_stays_away_beyond_the_horizon_counts_where_they_are() -> None:
    plan = so.solve(lent(DAY_AFTER, c=""))
    assert on_site(plan) == {"A": 0, "B": 1, "C": 1}
    assert plan.before["specialists"] == 400  # the seat at home is open until a comes back
    # B lacks nobody; A lacks two of 2: (20,000 + 2) // 4 + (60,000 + 2) // 4
    assert plan.before["headcount"] == 20_000
    assert {row.unit_id: (row.payroll_before, row.payroll_after) for row in plan.units}["A"] == (1, 1)


def test_the_seat_of_who_comes_back_is_theirs() -> None:
    assert broken(lent(HORIZON), move("c", "A-it")) == {"no_overfilling"}  # 1 + 1 > 1
    assert broken(lent(DAY_AFTER), move("c", "A-it")) == {"temporary_cover"}  # covered, but not given away for good


def test_who_is_back_may_move_and_who_is_away_may_not() -> None:
    """Today a is still seconded, which is an exempt case: only a waiver lets a leave, and never past the horizon."""

    def movers(until: str, *decisions: Cells) -> set[str]:
        scenario = lent(until, config={"forms": {"candidates": "all"}}, decisions=decisions)
        return set(so.admissible_moves(scenario).to_frame()["person_id"])

    free = waiver("exempt", person_id="a")
    assert movers(HORIZON, free) == {"a", "c"}
    assert movers(DAY_AFTER, free) == {"c"}
    assert movers(HORIZON) == {"c"}


def test_who_retires_during_a_secondment_counts_nowhere_and_leaves_the_seat() -> None:
    plan = so.solve(lent(DAY_AFTER, a={"leaves_on": LAST_DAY_BEFORE}))
    assert on_site(plan) == {"A": 0, "B": 0, "C": 1}
    assert made(plan) == [("c", "A-it", "specialist_gap")]
