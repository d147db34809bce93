"""Stories about the periodic change of post: who is due, which posts are closed to them, and what the change costs."""

from __future__ import annotations

from typing import Any

import pytest
from builders import tiny
from stories import broken, move

import optimizer as so
from optimizer.errors import InputError
from optimizer.rulebook.after import Placement
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.points import points_of
from optimizer.scenario.scenario import Scenario

DUE, NOT_DUE = "2020-09-01", "2020-09-02"  # 60 full months before the scenario's date of 2025-09-01, and a day fewer


def office(since: str | None = DUE, person: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """a holds A-land (land and office) and could take A-land2, A-office or A-it in A, or B-land in B.

    The communes are 10 km apart, and A is over its quota of 1 by one.
    """
    return tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-land", "unit_id": "A", "fields": "land;office", "seats": 2},
            {"post_id": "A-land2", "unit_id": "A", "fields": "land", "concurrent_ok": "yes"},
            {"post_id": "A-office", "unit_id": "A", "fields": "office"},
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "B-land", "unit_id": "B", "fields": "land"},
        ],
        people=[
            {"person_id": "a", "post_id": "A-land", "fields": "land;office;it", "post_since": since, **(person or {})},
            {"person_id": "b", "post_id": "A-land", "fields": "land;office"},
        ],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}],
        rules={"no_new_gaps": {"state": "off"}, **more.pop("rules", {})},
        **more,
    )


def open_to(scenario: Scenario, form: str = "internal") -> set[str]:
    frame = so.admissible_moves(scenario).to_frame()
    return set(frame[(frame["person_id"] == "a") & (frame["form"] == form)]["to_post_id"])


def test_whoever_is_due_takes_no_post_of_the_same_listed_field_in_the_unit() -> None:
    """Office is no listed field: a post of it is a change, though the present post names it too."""
    assert open_to(office(NOT_DUE)) == {"A-land2", "A-office", "A-it"}
    assert open_to(office()) == {"A-office", "A-it"}
    assert broken(office(), move("a", "A-land2", "internal")) == {"post_change"}
    assert "post_change" not in broken(office(NOT_DUE), move("a", "A-land2", "internal"))


def test_nor_do_they_cover_one_besides() -> None:
    assert open_to(office(NOT_DUE), "concurrent") == {"A-land2"}
    assert open_to(office(), "concurrent") == set()
    assert broken(office(), move("a", "A-land2", "concurrent")) == {"post_change"}


def test_the_same_field_in_another_unit_is_a_change() -> None:
    assert open_to(office(), "transfer") == {"B-land"}
    assert "post_change" not in broken(office(), move("a", "B-land"))


def test_without_a_date_without_a_seat_or_as_a_leader_nobody_is_due() -> None:
    assert "A-land2" in open_to(office(None))
    assert "A-land2" in open_to(office(person={"post_id": None, "unit_id": "A"}))
    leader = office(person={"level": 4}, rules={"level_step": {"state": "off"}})
    assert "A-land2" in open_to(leader)


def test_months_and_fields_are_the_planners() -> None:
    assert open_to(office(rules={"post_change": {"months": 61}})) == {"A-land2", "A-office", "A-it"}
    assert open_to(office(NOT_DUE, rules={"post_change": {"months": 59}})) == {"A-office", "A-it"}
    assert open_to(office(rules={"post_change": {"fields": ["office"]}})) == {"A-land2", "A-it"}
    with pytest.raises(InputError):
        office(rules={"post_change": {"fields": []}})
    with pytest.raises(InputError):
        office(rules={"post_change": {"months": 0}})


def test_the_rule_may_warn_or_be_waived() -> None:
    warned = office(rules={"post_change": {"state": "flag"}}, decisions=[
        {"kind": "pin", "person_id": "a", "post_id": "A-land2", "form": "internal"}])  # fmt: skip
    plan = so.solve(warned)
    assert [row.flags for row in plan.moves if row.person_id == "a"] == [("post_change",)]
    assert so.check(warned, plan).passed
    waived = office(decisions=[
        {"kind": "waive", "rule": "post_change", "person_id": "a", "reason": "r", "decided_by": "d"}])  # fmt: skip
    assert "A-land2" in open_to(waived)


# --- what it costs ---


def points(scenario: Scenario, post: str, form: str = "transfer") -> int:
    """Points of a's move, by the table of moves and by the scalar form."""
    frame = so.admissible_moves(scenario).to_frame()
    found = frame[(frame["person_id"] == "a") & (frame["to_post_id"] == post) & (frame["form"] == form)]["points"]
    facts = Facts(scenario)
    causes = points_of(facts, Placement(facts.people["a"], facts.posts[post], form))
    assert [sum(causes.values())] == found.tolist()
    return sum(causes.values())


def test_a_change_that_is_due_costs_thirty_points_less() -> None:
    # 100 for the transfer, 20 without a wish, 25 because at most two people of A know each of a's fields
    assert points(office(NOT_DUE), "B-land") == 145
    assert points(office(), "B-land") == 145 - 30
    assert points(office(config={"disruption": {"due_change": 7}}), "B-land") == 145 - 7


def test_no_move_costs_less_than_nothing() -> None:
    """An internal move costs 20 points, and 30 more into a post of none of the fields of the present one."""
    assert points(office(), "A-it", "internal") == 20 + 30 - 30
    assert points(office(), "A-office", "internal") == 0  # 20 - 30


def test_a_move_that_is_no_change_costs_what_it_did() -> None:
    flagged = {"post_change": {"state": "flag"}}
    assert points(office(rules=flagged), "A-land2", "internal") == 20
    assert points(office(rules=flagged), "A-land2", "concurrent") == 15
    assert points(office(rules=flagged), "B-land") == 145 - 30


def test_with_the_rule_off_nothing_is_taken_off() -> None:
    """It is off by its state, by that of the kind of the person's unit, or before it is in force."""
    for rule in ({"state": "off"}, {"by_kind": {"commune": "off"}}, {"since": "2025-09-02"}):
        scenario = office(rules={"post_change": rule})
        assert points(scenario, "B-land") == 145
        assert "A-land2" in open_to(scenario)
    for rule in ({"by_kind": {"ward": "off"}}, {"since": "2025-09-01"}):
        assert points(office(rules={"post_change": rule}), "B-land") == 145 - 30


def test_the_discount_decides_between_two_who_are_alike() -> None:
    """B-land is open for one of a and b: whoever is due goes."""
    for first, second, goes in ((DUE, NOT_DUE, "a"), (NOT_DUE, DUE, "b")):
        scenario = tiny(
            units=["A", "B"],
            posts=[{"post_id": "A-land", "unit_id": "A", "fields": "land", "seats": 2},
                   {"post_id": "B-land", "unit_id": "B", "fields": "land"}],
            people=[{"person_id": "a", "post_id": "A-land", "fields": "land", "post_since": first},
                    {"person_id": "b", "post_id": "A-land", "fields": "land", "post_since": second}],
            quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}],
            rules={"no_new_gaps": {"state": "off"}},
        )  # fmt: skip
        plan = so.solve(scenario)
        assert [row.person_id for row in plan.moves] == [goes]
        assert so.check(scenario, plan).passed
