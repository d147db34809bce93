"""The checker on the whole plan: limits and decisions in twins; the arithmetic stands in comments."""

from __future__ import annotations

import pytest
from builders import tiny
from stories import ON, Cells, broken, department, move, province, seated, two_posts, waiver

from optimizer.checker import check
from optimizer.plan import MovedPerson
from optimizer.scenario.scenario import Scenario


def test_one_move() -> None:
    assert broken(two_posts(), move("p1", "A-it"), move("p2", "A-office")) == set()
    assert broken(two_posts(), move("p1", "A-it"), move("p1", "A-office")) == {"one_move"}


def test_no_overfilling() -> None:
    plan = move("p1", "A-it"), move("p2", "A-it")
    assert broken(two_posts(seats=2), *plan) == set()  # 0 + 2 <= 2
    assert broken(two_posts(seats=1), *plan) == {"no_overfilling"}  # 0 + 2 > 1
    waived = [waiver("no_overfilling", post_id="A-it")]
    assert broken(two_posts(seats=1, decisions=waived, rules={"temporary_cover": {"state": "off"}}), *plan) == set()


def test_a_post_over_its_seats_receives_nobody() -> None:
    # A-it has 2 people on its seats; a2 goes to A-office, so that it would end with 2 in either case
    def story(seats: int) -> Scenario:
        return tiny(
            units=["A", "B"],
            posts=[
                {"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": seats},
                {"post_id": "A-office", "unit_id": "A", "fields": "it"},
            ],
            people=[
                {"person_id": "a1", "post_id": "A-it", "fields": "it"},
                {"person_id": "a2", "post_id": "A-it", "fields": "it"},
                {"person_id": "p1", "unit_id": "B", "fields": "it"},
            ],
            quotas=[{"unit_id": "A", "quota": 3}, {"unit_id": "B", "quota": 0}],
            rules={"temporary_cover": {"state": "off"}},
        )

    plan = move("a2", "A-office", "internal"), move("p1", "A-it")
    assert broken(story(2), *plan) == set()
    assert broken(story(1), *plan) == {"no_overfilling"}


def secondee(until: str, leaves_on: str | None = None) -> Scenario:
    """a1 holds the one seat of A-it and is seconded to B until a day; a2 and p1 could take it."""
    return tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=[
            {
                "person_id": "a1",
                "post_id": "A-it",
                "fields": "it",
                "on_site_unit_id": "B",
                "seconded_until": until,
                "leaves_on": leaves_on,
            },
            {"person_id": "a2", "unit_id": "A", "fields": "it"},
            {"person_id": "p1", "unit_id": "B", "fields": "it"},
        ],
        quotas=[{"unit_id": "A", "quota": 3}, {"unit_id": "B", "quota": 0}],
    )


def test_temporary_cover() -> None:
    # 36 months from 2025-09-01 end on 2028-09-01: who is away until then gives the seat up
    assert broken(secondee("2028-09-01"), move("p1", "A-it")) == set()  # 0 held + 0 coming back + 1 <= 1
    assert broken(secondee("2028-08-31"), move("p1", "A-it")) == {"temporary_cover"}  # 0 + 1 coming back + 1 > 1
    assert broken(secondee("2028-08-31"), move("a2", "A-it", "internal")) == set()  # cover, not for good
    # who retires on the last day of the secondment, or before, does not come back; a day later they do
    assert broken(secondee("2028-08-31", leaves_on="2028-08-31"), move("p1", "A-it")) == set()
    assert broken(secondee("2028-08-31", leaves_on="2028-09-01"), move("p1", "A-it")) == {"temporary_cover"}


def test_payroll_cap() -> None:
    plan = move("p1", "A-it"), move("p2", "A-office")
    assert broken(two_posts(quota=2), *plan) == set()  # 0 + 2 <= 2
    assert broken(two_posts(quota=1), *plan) == {"payroll_cap"}  # 0 + 2 > 1
    assert broken(two_posts(quota=1, decisions=[waiver("payroll_cap", unit_id="A")]), *plan) == set()
    assert broken(two_posts(quota=1, decisions=[waiver("payroll_cap", unit_id="B")]), *plan) == {"payroll_cap"}


@pytest.mark.parametrize("floor", ["payroll_floor", "strength_floor"])
def test_a_giving_commune_keeps_its_base(floor: str) -> None:
    other = {"payroll_floor": "strength_floor", "strength_floor": "payroll_floor"}[floor]
    plan = move("p1", "A-it"), move("p2", "A-it")
    rules = {other: {"state": "off"}}
    assert broken(two_posts(giving=1, rules=rules), *plan) == set()  # 3 - 2 >= min(1, 3)
    assert broken(two_posts(giving=2, rules=rules), *plan) == {floor}  # 3 - 2 < min(2, 3)


def test_the_floor_of_a_provincial_body() -> None:
    # D: base 20, floor 20 - max(1, floor(0.1 x 20)) = 18, exactly: (1 - 0.9) * 20 in floats is below 2
    plan = [move(f"d{n:02}", "A-it", "secondment") for n in (1, 2, 3)]
    assert broken(department(), *plan[:2]) == set()
    assert broken(department(), *plan) == {"strength_floor"}
    # 20 - floor(0.15 x 20) = 17
    assert broken(department(rules={"strength_floor": {"department_share": 0.85}}), *plan) == set()


def test_no_new_gaps() -> None:
    off = {"keep_last_specialist": {"state": "off"}}
    assert broken(seated(rules=off), move("p1", "A-it"), move("p0", "B-it", "internal")) == set()  # 1 - 1 + 1
    assert broken(seated(rules=off), move("p1", "A-it")) == {"no_new_gaps"}  # 1 - 1 < min(1, 1)
    waived = [waiver("no_new_gaps", unit_id="B")]
    assert broken(seated(rules=off, decisions=waived), move("p1", "A-it")) == set()


def test_only_a_promotion_may_leave_its_seat_open() -> None:
    assert broken(seated(level=4), move("p4", "B-head", "internal")) == set()  # 4 -> 3 is one step up
    assert broken(seated(level=3), move("p4", "B-head", "internal")) == {"no_new_gaps"}  # 3 -> 3 is none


def test_keep_last_specialist() -> None:
    plan = move("p1", "A-it"), move("p0", "B-it", "internal")
    assert broken(seated(fields="it"), *plan) == set()  # covering it in B: 1 - 1 + 1
    assert broken(seated(fields="land"), *plan) == {"keep_last_specialist"}  # 1 - 1 + 0


def test_release_cap() -> None:
    plan = [move(f"d{n:02}", "A-it", "secondment") for n in (1, 2)]
    lists = {"share": 0.25}  # ceil(0.25 x 20) = 5 people
    assert broken(department(rules={"lists": {**lists, "release_cap": 0.4}}), *plan) == set()  # floor(0.4 x 5) = 2
    assert broken(department(rules={"lists": {**lists, "release_cap": 0.39}}), *plan) == {"release_cap"}  # 1


@pytest.mark.parametrize("rule", ["max_moves", "max_moves_per_unit"])
def test_the_number_of_moves(rule: str) -> None:
    plan = move("p1", "A-it"), move("p2", "A-office")
    assert broken(two_posts(rules={rule: {**ON, "moves": 2}}), *plan) == set()
    assert broken(two_posts(rules={rule: {**ON, "moves": 1}}), *plan) == {rule}


def test_a_waiver_opens_a_gate_where_it_says() -> None:
    def story(**cells: str) -> Scenario:
        return province(post={"min_degree": "master"}, decisions=[waiver("standards", **cells)])

    for cells in ({"person_id": "p1"}, {"post_id": "A-it"}, {"unit_id": "A", "form": "transfer"}):
        verdict = check(story(**cells), [move("p1", "A-it")])
        assert verdict.passed
        assert verdict.flags == {}
    for cells in ({"person_id": "p0"}, {"unit_id": "B"}, {"unit_id": "A", "form": "internal"}):
        assert broken(story(**cells), move("p1", "A-it")) == {"standards"}


@pytest.mark.parametrize(
    ("cells", "met", "twin"),
    [
        ({"post_id": "A-it"}, [move("p1", "A-it")], []),
        ({"unit_id": "A"}, [move("p1", "A-it")], [move("p2", "A-it")]),
        ({"unit_id": "A", "form": "transfer"}, [move("p1", "A-office")], []),
        ({"unit_id": "B"}, [], [move("p1", "A-it")]),  # met by staying
    ],
)
def test_pin(cells: Cells, met: list[MovedPerson], twin: list[MovedPerson]) -> None:
    scenario = two_posts(decisions=[{"kind": "pin", "person_id": "p1", **cells}])
    assert broken(scenario, *met) == set()
    assert broken(scenario, *twin) == {"pin"}


def test_a_pin_on_the_own_post_is_met_by_staying() -> None:
    scenario = seated(decisions=[{"kind": "pin", "person_id": "p4", "post_id": "B-deputy"}])
    assert broken(scenario) == set()
    assert broken(scenario, move("p4", "B-head", "internal")) == {"pin"}


def test_ban() -> None:
    scenario = two_posts(decisions=[{"kind": "ban", "person_id": "p1", "unit_id": "A", "post_id": "A-it"}])
    assert broken(scenario, move("p1", "A-office"), move("p2", "A-it")) == set()
    assert broken(scenario, move("p1", "A-it")) == {"ban"}


def test_keep() -> None:
    promoted, sent = move("p4", "B-head", "internal"), move("p1", "A-it")
    relaxed = {"no_new_gaps": {"state": "off"}, "keep_last_specialist": {"state": "off"}}
    in_unit = seated(
        rules=relaxed,
        decisions=[{"kind": "keep", "person_id": name, "unit_id": "B"} for name in ("p1", "p4")],
    )
    assert broken(in_unit, promoted) == set()  # within the unit
    assert broken(in_unit, sent) == {"keep"}
    at_all = seated(rules=relaxed, decisions=[{"kind": "keep", "person_id": "p4"}])
    assert broken(at_all, sent) == set()
    assert broken(at_all, promoted) == {"keep"}
