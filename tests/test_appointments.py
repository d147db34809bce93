"""Stories about who may be appointed to what: membership, rank, time left, bars, planning, native place, election.

`province` has an open post in A and p1 in B, who goes there by transfer on 1 September 2025.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from builders import tiny
from stories import ON, Cells, broken, department, move, province

import optimizer as so
from optimizer.checker import check
from optimizer.days import retirement_days
from optimizer.errors import InputError
from optimizer.plan import MovedPerson
from optimizer.rulebook.time_left import retires_on
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Person
from optimizer.wording import ELECTED

HEAD = {"fields": "", "level": 3}
TRANSFER = move("p1", "A-it")


def warned(scenario: Scenario, row: MovedPerson = TRANSFER) -> set[str]:
    """The rules that warn on a move; all of them let it pass."""
    verdict = check(scenario, [row])
    assert verdict.passed
    return set(verdict.flags.get(row.person_id, ()))


def is_admitted(scenario: Scenario, form: str = "transfer") -> bool:
    frame = so.admissible_moves(scenario).to_frame()
    return bool(((frame["to_post_id"] == "A-it") & (frame["person_id"] == "p1") & (frame["form"] == form)).any())


def promoted(person: Cells | None = None, post: Cells | None = None, **more: Any) -> Scenario:
    """p1, of level 4, could take the post of a head of division (3) in A."""
    return province(post={**HEAD, **(post or {})}, person={"level": 4, **(person or {})}, **more)


def within_unit(rules: Cells | None = None, **person: Any) -> Scenario:
    """p1 is a deputy head (4) in A, whose head's seat (A-it, level 3) is open and may be covered."""
    strict = dict.fromkeys(("time_left", "no_promotion", "succession"), ON)
    return tiny(
        units=["A"],
        posts=[{"post_id": "A-it", "unit_id": "A", "level": 3, "concurrent_ok": "yes"},
               {"post_id": "A-deputy", "unit_id": "A", "level": 4}],
        people=[{"person_id": "p1", "post_id": "A-deputy", **person}],
        quotas=[{"unit_id": "A", "quota": 2}],
        rules=strict if rules is None else rules,
    )  # fmt: skip


def test_a_post_for_members_is_closed_to_who_joins_a_day_late() -> None:
    def joined(day: str | None, mark: str = "yes") -> Scenario:
        return province(post={"party_member": mark}, person={"party_joined_on": day})

    assert broken(joined("2025-09-01"), TRANSFER) == set()
    assert broken(joined("2025-09-02"), TRANSFER) == {"party_member"}
    assert broken(joined(None), TRANSFER) == {"party_member"}
    assert broken(joined(None, "no"), TRANSFER) == set()
    assert is_admitted(joined("2025-09-01"))
    assert not is_admitted(joined("2025-09-02"))


def test_membership_counts_on_the_first_day_of_a_listed_move() -> None:
    # d01 is ready from 15 October: who joins that day is a member in time, who joins a day later is not
    def joined(day: str) -> Scenario:
        return department(
            post={"party_member": "yes"}, person={"party_joined_on": day}, pool={"ready_from": "2025-10-15"}
        )

    assert broken(joined("2025-10-15"), move("d01", "A-it", "secondment")) == set()
    assert broken(joined("2025-10-16"), move("d01", "A-it", "secondment")) == {"party_member"}


def test_a_rank_below_the_lowest_warns_from_the_end_of_2025_on() -> None:
    def story(rank: str | None, lowest: str | None = "principal", day: date = date(2025, 12, 31)) -> Scenario:
        return province(post={"min_rank": lowest}, person={"rank": rank}, config={"date": day})

    assert warned(story("principal")) == set()
    assert warned(story("specialist")) == {"rank"}
    assert warned(story(None)) == {"rank"}
    assert warned(story(None, lowest=None)) == set()
    assert warned(story("specialist", day=date(2025, 12, 30))) == set()


def test_a_rank_below_the_lowest_is_refused_where_the_rule_is_on() -> None:
    def story(rank: str) -> Scenario:
        return province(
            post={"min_rank": "principal"}, person={"rank": rank}, rules={"rank": {**ON, "since": "2025-09-01"}}
        )

    assert broken(story("senior"), TRANSFER) == set()
    assert broken(story("specialist"), TRANSFER) == {"rank"}
    assert (is_admitted(story("senior")), is_admitted(story("specialist"))) == (True, False)


@pytest.mark.parametrize(
    ("sex", "born", "retires"),
    [
        ("male", (1964, 12, 1), (2026, 6, 1)),  # 61 years 6 months in 2026
        ("female", (1969, 6, 15), (2026, 6, 15)),  # 57 years in 2026
        ("male", (1960, 9, 30), (2020, 12, 30)),  # 60 years 3 months, reached before the road map began
        ("male", (1960, 12, 31), (2021, 3, 31)),
        ("male", (1961, 9, 30), (2021, 12, 30)),  # 60 years 3 months, by the end of 2021
        ("male", (1961, 10, 1), (2022, 4, 1)),  # a day later that age falls in 2022: 60 years 6 months
        ("male", (1990, 2, 3), (2052, 2, 3)),  # 62 years
        ("female", (1990, 2, 3), (2050, 2, 3)),  # 60 years
        ("female", (1965, 8, 31), (2020, 12, 31)),
        ("female", (1968, 10, 31), (2025, 6, 30)),  # 56 years 8 months in 2025; June has no 31st
    ],
)
def test_the_retirement_age_grows_year_by_year(
    sex: str, born: tuple[int, int, int], retires: tuple[int, int, int]
) -> None:
    person = Person(person_id="p", name="p", unit_id="A", bloc="government", degree="university", theory="none",
                    sex=sex, birth_date=date(*born))  # fmt: skip
    assert retires_on(person) == date(*retires)
    assert retirement_days([person])[0] == np.datetime64(date(*retires))


def test_a_day_too_little_is_left_for_a_higher_post() -> None:
    # 1 September 2025 + 60 months = 1 September 2030; men retire at 62 from 2028 on: born 1 September 1968
    assert warned(promoted({"sex": "male", "birth_date": "1968-09-01"})) == set()
    assert warned(promoted({"sex": "male", "birth_date": "1968-08-31"})) == {"time_left"}
    # women at 58 years 4 months in 2030: born 1 May 1972
    assert warned(promoted({"sex": "female", "birth_date": "1972-05-01"})) == set()
    assert warned(promoted({"sex": "female", "birth_date": "1972-04-30"})) == {"time_left"}
    # what the data says of leaving outranks the age
    assert warned(promoted({"leaves_on": "2030-09-01"})) == set()
    assert warned(promoted({"leaves_on": "2030-08-31", "sex": "male", "birth_date": "1990-01-01"})) == {"time_left"}


def test_time_left_is_asked_of_first_and_higher_posts_alone() -> None:
    late = {"leaves_on": "2027-01-01"}
    assert warned(promoted(late)) == {"time_left"}
    assert warned(promoted({**late, "level": 3})) == set()
    assert warned(province(person=late)) == set()


def test_time_left_may_be_on_with_fewer_months() -> None:
    # 1 September 2025 + 24 months = 1 September 2027
    def story(day: str) -> Scenario:
        return promoted({"leaves_on": day}, rules={"time_left": {**ON, "months": 24}})

    assert broken(story("2027-09-01"), TRANSFER) == set()
    assert broken(story("2027-08-31"), TRANSFER) == {"time_left"}
    assert (is_admitted(story("2027-09-01")), is_admitted(story("2027-08-31"))) == (True, False)


@pytest.mark.parametrize("known", [{"sex": "male"}, {"birth_date": "1990-01-01"}])
def test_an_unknown_age_is_a_doubt_that_blocks_nobody(known: Cells) -> None:
    scenario = promoted(known, rules={"time_left": ON})
    assert warned(scenario) == {"time_left"}
    assert is_admitted(scenario)


def test_nobody_is_promoted_before_the_day_that_the_data_names() -> None:
    def until(day: str, level: int = 4) -> Scenario:
        return promoted({"no_promotion_until": day, "level": level, "leaves_on": "2040-01-01"})

    assert broken(until("2025-09-01"), TRANSFER) == set()
    assert broken(until("2025-09-02"), TRANSFER) == {"no_promotion"}
    assert broken(until("2025-09-02", level=3), TRANSFER) == set()
    assert (is_admitted(until("2025-09-01")), is_admitted(until("2025-09-02"))) == (True, False)


@pytest.mark.parametrize(("case", "rules"), [(1, {"no_promotion"}), (2, {"no_promotion"}), (3, set()), (6, set())])
def test_whoever_is_in_an_open_case_is_not_promoted_within_the_unit_either(case: int, rules: set[str]) -> None:
    """Exempt cases stop nobody within the unit; 1 (discipline) and 2 (investigation) bar a promotion."""
    scenario = within_unit({}, exempt=(case,), birth_date="1990-01-01", sex="male")
    assert broken(scenario, move("p1", "A-it", "internal")) == rules
    assert is_admitted(scenario, "internal") is (not rules)
    assert broken(scenario, move("p1", "A-it", "concurrent")) == set()


@pytest.mark.parametrize(
    ("kind", "rules"),
    [("civil_servant", set()), ("cadre", set()), (None, set()), ("public_employee", {"staff_kind"}),
     ("contract", {"staff_kind"})],
)  # fmt: skip
def test_only_cadres_and_civil_servants_are_moved(kind: str | None, rules: set[str]) -> None:
    scenario = province(person={"staff_kind": kind})
    assert broken(scenario, TRANSFER) == rules
    assert is_admitted(scenario) is (not rules)
    wider = province(person={"staff_kind": kind}, rules={"staff_kind": {"kinds": ["public_employee", "contract"]}})
    assert is_admitted(wider) is (kind not in {"cadre", "civil_servant"})


@pytest.mark.parametrize(("leaves_on", "rules"), [("2026-03-01", set()), ("2026-02-28", {"secondment_term"})])
def test_a_secondment_is_for_whoever_is_there_to_its_end(leaves_on: str, rules: set[str]) -> None:
    """Six months from 1 September 2025 end on 1 March 2026; d01 leaves then, or a day earlier."""
    scenario = department(person={"leaves_on": leaves_on})
    assert broken(scenario, move("d01", "A-it", "secondment")) == rules
    frame = so.admissible_moves(scenario).to_frame()
    assert ("d01" in set(frame["person_id"])) is (not rules)


@pytest.mark.parametrize(
    ("form", "start"), [("transfer", date(2025, 10, 1)), ("both", date(2025, 10, 1)), ("secondment", None)]
)
def test_a_planned_leader_of_a_body_is_rotated_if_the_list_offers_a_transfer(form: str, start: date | None) -> None:
    """From the day on which the list says that they are ready, for 36 months."""
    scenario = department(
        post={"fields": "", "level": 3, "role": "division_head"},
        person={"level": 4, "planned_for": "division_head"},
        pool={"form": form, "ready_from": "2025-10-01"},
        config={"forms": {"rotation": ["succession"]}},
        decisions=[{"kind": "pin", "person_id": "d01", "post_id": "A-it", "form": "rotation"}],
    )
    if start is None:
        with pytest.raises(InputError):
            so.admissible_moves(scenario)
        return
    (row,) = so.solve(scenario).moves
    assert (row.start, row.end) == (start, date(2028, 10, 1))


@pytest.mark.parametrize("rule", ["no_promotion", "time_left", "succession"])
def test_who_covers_a_higher_seat_is_not_promoted(rule: str) -> None:
    person = {
        "no_promotion": {"no_promotion_until": "2030-01-01", "leaves_on": "2040-01-01", "planned_for": "division_head"},
        "time_left": {"leaves_on": "2027-01-01", "planned_for": "division_head"},
        "succession": {"leaves_on": "2040-01-01"},
    }[rule]
    scenario = within_unit(**person)
    assert broken(scenario, move("p1", "A-it", "internal")) == {rule}
    assert broken(scenario, move("p1", "A-it", "concurrent")) == set()
    assert (is_admitted(scenario, "internal"), is_admitted(scenario, "concurrent")) == (False, True)


def test_succession_is_a_gate_only_where_it_is_on() -> None:
    def story(planned_for: str, **rule: str) -> Scenario:
        return promoted({"planned_for": planned_for, "leaves_on": "2040-01-01"}, rules={"succession": rule})

    assert broken(story("division_head", state="on"), TRANSFER) == set()
    assert broken(story("chair", state="on"), TRANSFER) == {"succession"}
    assert warned(story("chair", state="flag")) == {"succession"}
    assert warned(story("chair")) == set()


def test_a_promotion_without_planning_costs_points_in_every_form_but_concurrent_duty() -> None:
    def points(scenario: Scenario, form: str) -> int:
        frame = so.admissible_moves(scenario).to_frame()
        return int(frame[(frame["to_post_id"] == "A-it") & (frame["form"] == form)]["points"].item())

    # a transfer 100, no wish stated 20, nobody else in B has the field 25; not planned 10
    assert points(promoted({"planned_for": "division_head"}), "transfer") == 145
    assert points(promoted({"planned_for": "chair"}), "transfer") == 155
    assert points(promoted({"planned_for": "chair", "level": 3}), "transfer") == 145
    assert points(promoted({"planned_for": "chair"}, config={"disruption": {"not_planned": 7}}), "transfer") == 152
    # within the unit 20, not planned 10; covering 15
    assert points(within_unit(rules={}, planned_for="division_head"), "internal") == 20
    assert points(within_unit(rules={}), "internal") == 30
    assert points(within_unit(rules={}), "concurrent") == 15


@pytest.mark.parametrize(
    ("rule", "role", "default"),
    [
        ("non_native_secretary", "party_secretary", "on"),
        ("non_native_chair", "chair", "off"),
        ("non_native_inspection", "inspection_head", "off"),
    ],
)
def test_native_place_is_asked_role_by_role(rule: str, role: str, default: str) -> None:
    def story(native: str | None, of_role: str = role, **keys: Any) -> Scenario:
        elected = {"elected": {"state": "off"}}
        return province(
            post={**HEAD, "role": of_role}, person={"level": 3, "native_unit_id": native}, rules={**elected, **keys}
        )

    on = {rule: ON}
    assert broken(story("C", **on), TRANSFER) == set()
    assert broken(story("A", **on), TRANSFER) == {rule}
    assert warned(story(None, **on)) == {rule}
    assert broken(story("A", "division_head", **on), TRANSFER) == set()
    assert broken(story("A"), TRANSFER) == ({rule} if default == "on" else set())
    assert warned(story("A", **{rule: {"state": "flag"}})) == {rule}
    assert (is_admitted(story("C", **on)), is_admitted(story("A", **on))) == (True, False)


@pytest.mark.parametrize("role", sorted(ELECTED))
def test_a_proposal_for_an_elected_post_is_a_recommendation(role: str) -> None:
    def story(of_role: str = role, day: date = date(2025, 9, 1), **rule: str) -> Scenario:
        return province(
            post={**HEAD, "role": of_role}, person={"level": 3}, rules={"elected": rule}, config={"date": day}
        )

    assert warned(story()) == {"elected"}
    assert warned(story("division_head")) == set()
    assert warned(story(state="off")) == set()
    assert warned(story(day=date(2025, 7, 1))) == {"elected"}
    assert broken(story(state="on"), TRANSFER) == {"elected"}
    assert not is_admitted(story(state="on"))


def test_rotation_reaches_leadership_posts_alone() -> None:
    def story(**post: Any) -> Scenario:
        return province(
            post={"role": "division_head", **post},
            person={"planned_for": "division_head", "level": post.get("level")},
            config={"forms": {"rotation": ["succession"]}},
        )

    rotation = move("p1", "A-it", "rotation")
    assert broken(story(**HEAD), rotation) == set()
    assert broken(story(fields="it"), rotation) == {"candidate"}
    assert (is_admitted(story(**HEAD), "rotation"), is_admitted(story(fields="it"), "rotation")) == (True, False)


def test_whether_somebody_may_leave_depends_on_the_level_of_the_posts_of_a_role() -> None:
    """p1 has no seat, and could be rotated into A-head alone but for its standards: eligible, but without a post."""
    scenario = tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-head", "unit_id": "A", "level": 3, "min_theory": "advanced"},
            {"post_id": "A-other", "unit_id": "A", "role": "division_head"},
        ],
        people=[{"person_id": "p1", "unit_id": "B", "level": 3, "planned_for": "division_head"}],
        config={"forms": {"transfer": [], "internal": [], "rotation": ["succession"]}},
    )
    plan = so.solve(scenario)
    assert [(row.person_id, row.reason) for row in plan.surplus] == [("p1", "no_post")]
    assert check(scenario, plan).passed
