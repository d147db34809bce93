"""Stories about a plan after one refusal: who takes the seat, and what that has to do with the named reserve."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from builders import tiny
from stories import two_posts
from test_replan import call, one_seat, posts_after, reasons, rows_of

import optimizer as so
from optimizer.errors import InputError
from optimizer.plan import MovedPerson, Plan
from optimizer.refusing import Outcome, Takeover
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.writing import write_scenario


def ladder(far: float = 50) -> Scenario:
    """A needs IT and office, both open. p1 for IT, p2 for either (B, 1 km), p3 for the office (C, 2 km), p4 for IT.

    p1 and p2 go, 1 + 1 km. Only p4, from D, could go in place of p1 while p2 stays in the office.
    """
    away = {"B": 1, "C": 2, "D": far}
    return tiny(
        units=["A", *away],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "weight": 10},
            {"post_id": "A-office", "unit_id": "A", "fields": "office", "weight": 9},
        ],
        people=[
            {"person_id": "p1", "unit_id": "B", "fields": "it"},
            {"person_id": "p2", "unit_id": "B", "fields": "it;office"},
            {"person_id": "p3", "unit_id": "C", "fields": "office"},
            {"person_id": "p4", "unit_id": "D", "fields": "it"},
        ],
        quotas=[{"unit_id": "A", "quota": 2}, *({"unit_id": unit, "quota": 0} for unit in away)],
        goals={"order": ["specialists", "kilometres"]},
        distances=[{"from_unit_id": "A", "to_unit_id": unit, "km": km} for unit, km in away.items()],
    )


def agreed_on(scenario: Scenario) -> Plan:
    plan = so.solve(scenario)
    assert {row.person_id: row.to_post_id for row in plan.moves} == {"p1": "A-it", "p2": "A-office"}
    return plan


def reserve_of(plan: Plan, person_id: str) -> str | None:
    return next(row.reserve for row in plan.moves if row.person_id == person_id)


def test_the_reserve_takes_the_seat_where_nothing_better_is_there() -> None:
    """p2 fills A-it for 20 km; z would open B-land, which weighs more."""
    scenario = one_seat()
    plan = so.solve(scenario)
    assert reserve_of(plan, "p1") == "p2"
    found = so.replace(scenario, plan, "p1")
    assert reasons(found) == {"p1": "answered", "p2": "takes_over"}
    assert (found.takeover.outcome, found.takeover.taken_by) == ("taken", ("p2",))
    assert found.takeover.alone == found.takeover.values == {goal.name: goal.value for goal in found.plan.goals}
    assert so.check(found.scenario, found.plan).passed


def test_a_chain_that_is_better_comes_before_the_reserve() -> None:
    """p4 to A-it: 50 + 1 km and 2 rows changed. p2 to A-it and p3 to A-office: 1 + 2 km and 3 rows changed."""
    scenario = ladder()
    found = so.replace(scenario, agreed_on(scenario), "p1")
    assert posts_after(found) == {"p2": "A-it", "p3": "A-office"}
    seat = found.takeover
    assert (seat.row.reserve, seat.outcome, seat.taken_by) == ("p4", "other", ("p2",))
    assert seat.alone == {"specialists": 0, "kilometres": 51, "changes": 2}
    assert seat.values == {"specialists": 0, "kilometres": 3, "changes": 3}


def test_its_twin_the_reserve_is_as_near_and_fewer_rows_change() -> None:
    """p4 to A-it: 2 + 1 km as the chain, with 2 rows instead of 3."""
    scenario = ladder(far=2)
    found = so.replace(scenario, agreed_on(scenario), "p1")
    assert (found.takeover.row.reserve, found.takeover.outcome, found.takeover.taken_by) == ("p4", "taken", ("p4",))
    assert len(found.changed) == 2


def test_a_tolerance_lets_the_reserve_take_the_seat() -> None:
    """p4 costs 48 km more than the 3 km of the chain: 1600 %."""
    scenario = ladder()
    plan = agreed_on(scenario)
    assert so.replace(scenario, plan, "p1", tolerance="1599%").takeover.taken_by == ("p2",)
    found = so.replace(scenario, plan, "p1", tolerance="1600%")
    assert (found.takeover.taken_by, len(found.changed)) == (("p4",), 2)


def test_a_reserve_who_is_banned_by_now_is_told() -> None:
    scenario = one_seat()
    plan = so.solve(scenario)
    found = so.replace(replace(scenario, decisions=(Decision(kind="ban", person_id="p2"),)), plan, "p1")
    assert posts_after(found) == {}
    assert (found.takeover.outcome, found.takeover.taken_by, found.takeover.alone) == ("barred", (), None)


def test_a_row_without_a_reserve_says_so() -> None:
    scenario = one_seat(decisions=[{"kind": "ban", "person_id": person} for person in ("p2", "z")])
    found = so.replace(scenario, so.solve(scenario), "p1")
    assert (found.takeover.outcome, found.takeover.taken_by, len(found.changed)) == ("no_reserve", (), 1)


def test_who_refuses_a_post_may_take_another_unless_they_are_kept() -> None:
    """As in the round trip: in two posts whoever goes to A-office may go to A-it."""
    scenario = two_posts(giving=0, quota=3)
    plan = so.solve(scenario)
    office = next(person for person, (post, _) in rows_of(plan).items() if post == "A-office")
    assert posts_after(so.replace(scenario, plan, office))[office] == "A-it"
    assert office not in posts_after(so.replace(scenario, plan, office, keep=True))


@pytest.mark.parametrize(
    ("person", "reserve", "alone", "outcome"),
    [
        ("p1", None, None, "no_reserve"),
        ("p1", "p2", {"moves": 3}, "taken"),
        ("p1", "p3", None, "barred"),
        ("p1", "p3", {"moves": 3}, "equal"),
        ("p1", "p3", {"moves": 4}, "other"),
    ],
)
def test_each_outcome(person: str, reserve: str | None, alone: dict[str, int] | None, outcome: Outcome) -> None:
    row = MovedPerson(person_id=person, form="transfer", to_post_id="A-it", reserve=reserve)
    assert Takeover(row, ("p2",), alone, {"moves": 3}).outcome == outcome


@pytest.mark.parametrize(
    ("person", "mend"), [("p11", "Did you mean 'p1'?"), ("xyz-9", "Name somebody whom the plan moves")]
)
def test_somebody_without_a_row_is_an_error_with_the_nearest_id(person: str, mend: str) -> None:
    scenario = one_seat()
    with pytest.raises(InputError) as refused:
        so.replace(scenario, so.solve(scenario), person)
    (problem,) = refused.value.problems
    assert (problem.code, problem.file, problem.value) == ("E703", "moves.csv", person)
    assert problem.mend.render("en") == mend
    assert problem.message.render("en") == f"the plan does not move {person}"


# --- the command ---


@pytest.fixture
def agreed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ladder on disk with its plan, in which p4 is the reserve of p1."""
    monkeypatch.chdir(tmp_path)
    write_scenario(ladder(), tmp_path / "provinces" / "one")
    call("solve", "provinces/one", "--out", "plans/one")
    return tmp_path


def test_the_command_repairs_the_plan_and_says_why_not_the_reserve(agreed: Path) -> None:
    told = call("replace", "provinces/one", "plans/one", "p1").stdout
    assert "What changed: 3 people" in told
    assert "could take the seat while all else stays; the new plan differs" in told
    table = told.partition("With the reserve alone")[2]
    assert "Changes to the plan agreed so far" in table
    assert "Specialist gaps" not in table
    call("check", "plans/one-2/scenario", "plans/one-2")
    assert (agreed / "plans" / "one-2" / "plan.xlsx").is_file()
    bans = [(row.kind, row.person_id, row.post_id) for row in so.read("plans/one-2/scenario").decisions]
    assert bans == [("ban", "p1", "A-it")]


def test_the_answer_for_programs_names_the_seat_the_reserve_and_both_values(agreed: Path) -> None:
    words = ("provinces/one", "plans/one", "p1", "--keep", "--tolerance", "1600%", "--out", "plans/b")
    document = json.loads(call("replace", *words, "--json").stdout)
    seat = document["takeover"]
    assert (document["status"], document["folder"], len(document["changed"])) == ("OPTIMAL", "plans/b", 2)
    assert (seat["person_id"], seat["post_id"], seat["taken_by"]) == ("p1", "A-it", ["p4"])
    assert (seat["reserve"], seat["outcome"]) == ("p4", "taken")
    assert seat["goals"] == {goal["name"]: goal["value"] for goal in document["goals"]}
    assert [row.kind for row in so.read("plans/b/scenario").decisions] == ["keep"]


def test_a_wrong_id_on_the_command_line_writes_nothing(agreed: Path) -> None:
    told = call("replace", "provinces/one", "plans/one", "p9", code=3).stderr
    assert "moves.csv, person_id: E703 the plan does not move p9" in told
    assert sorted(path.name for path in (agreed / "plans").iterdir()) == ["one"]
