"""Stories about the states of rules: by kind of unit, by date, and limits that only warn."""

from __future__ import annotations

from datetime import date

from builders import tiny

import optimizer as so
from optimizer.reporting.naming import Names
from optimizer.reporting.parameters import parameters
from optimizer.rulebook import RULES
from optimizer.rulebook.exempt import Exempt
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking


def moving(**keys: object) -> Scenario:
    """A has one person more than its quota of 1; the commune B and the ward C each have a seat open for it."""
    return tiny(
        units=["A", {"unit_id": "B"}, {"unit_id": "C", "kind": "ward"}],
        posts=[{"post_id": unit, "unit_id": unit, "seats": 2} for unit in "ABC"],
        people=[{"person_id": "a1", "post_id": "A"}, {"person_id": "a2", "post_id": "A", "exempt": (7,)}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}, {"unit_id": "C", "quota": 1}],
        decisions=[{"kind": "keep", "person_id": "a1"}],
        **keys,  # type: ignore[arg-type]
    )


def destinations(scenario: Scenario) -> set[str]:
    frame = so.admissible_moves(scenario).to_frame()
    return set(frame["to_unit_id"])


def test_a_gate_may_be_off_or_a_flag_for_wards_alone() -> None:
    assert destinations(moving()) == set()
    assert destinations(moving(rules={"exempt": {"by_kind": {"ward": "off"}}})) == {"C"}
    plan = so.solve(moving(rules={"exempt": {"by_kind": {"ward": "flag"}}}))
    assert [(move.to_unit_id, move.flags) for move in plan.moves] == [("C", ("exempt",))]


def test_a_gate_that_is_off_may_be_on_for_wards_alone() -> None:
    assert destinations(moving(rules={"exempt": {"state": "off", "by_kind": {"ward": "on"}}})) == {"B"}


def test_a_rule_is_off_before_its_source_is_in_force() -> None:
    """Decree 170/2025 is in force from 1 July 2025."""
    quotas = {"config": {"date": date(2025, 7, 1)}}
    assert destinations(moving(**quotas)) == set()
    assert Exempt.source.since == date(2025, 7, 1)
    assert destinations(moving(rules={"exempt": {"since": date(2025, 9, 2)}})) == {"B", "C"}
    assert destinations(moving(rules={"exempt": {"since": date(2025, 9, 1)}})) == set()


def over_quota(**rule: object) -> Scenario:
    """B has a quota of 0: whoever is transferred there is one too many for the payroll cap."""
    return tiny(
        units=["A", "B"],
        posts=[{"post_id": "A", "unit_id": "A", "seats": 2}, {"post_id": "B", "unit_id": "B", "fields": "it"}],
        people=[{"person_id": f"a{n}", "post_id": "A", "fields": "it"} for n in (1, 2)],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 0}],
        rules={"payroll_cap": rule},
    )


def test_a_limit_that_is_a_flag_binds_nothing_and_warns_on_the_row() -> None:
    assert so.solve(over_quota()).moves == ()
    scenario = over_quota(state="flag")
    plan = so.solve(scenario)
    assert [(move.to_unit_id, move.flags) for move in plan.moves] == [("B", ("payroll_cap",))]
    assert so.check(scenario, plan).passed


def test_the_checker_refuses_a_row_with_another_warning() -> None:
    scenario = over_quota(state="flag")
    (move,) = so.solve(scenario).moves
    verdict = so.check(scenario, [move.model_copy(update={"flags": ("exempt",)})])
    assert [breach.rule for breach in verdict.breaches] == ["moves.flags"]


def test_levels_of_a_body_count_as_the_scenario_sets_them_equal() -> None:
    """A head of division of a body (3) into a vice-chair's seat (2) is a step up; set equal to 2 it is none."""
    story = {
        "units": ["A", {"unit_id": "S", "kind": "department"}],
        "posts": [{"post_id": "A-chair", "unit_id": "A", "level": 1}],
        "people": [{"person_id": "s", "unit_id": "S", "level": 3}],
        "quotas": [{"unit_id": "A", "quota": 1}],
        "pools": [{"person_id": "s", "form": "transfer"}],
    }
    assert destinations(tiny(**story)) == set()
    assert destinations(tiny(**story, config={"department_levels": {"3": 2}})) == {"A"}


def test_a_seat_that_is_covered_besides_stays_a_gap() -> None:
    """a covers the IT seat on top of the own one: one move, no seat filled, nobody leaves."""
    story = {
        "units": ["A"],
        "posts": [
            {"post_id": "A-office", "unit_id": "A", "fields": "office"},
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "concurrent_ok": "yes"},
        ],
        "people": [{"person_id": "a", "post_id": "A-office", "fields": "it;office"}],
        "quotas": [{"unit_id": "A", "quota": 2}],
        "decisions": [{"kind": "pin", "person_id": "a", "post_id": "A-it", "form": "concurrent"}],
    }
    plan = so.solve(tiny(**story))
    assert [(move.form, move.reason, move.points) for move in plan.moves] == [("concurrent", "decided", 15)]
    assert [(row.post_id, row.filled, row.gap) for row in plan.gaps] == [("A-it", 0, 1)]
    assert plan.goal("specialists").value == plan.before["specialists"]


def told(**exempt: object) -> str:
    """The state of `exempt` in words, which the table of rules and the workbook's last sheet must agree on."""
    scenario = moving(rules={"exempt": exempt})
    with speaking("en"):
        frame = so.rules(scenario).set_index("name")
        of_plan = parameters(so.solve(scenario), Names(scenario)).tables[0]
    in_book = {row[0]: row[2] for row in of_plan.rows}
    assert in_book == frame["state_words"].to_dict()
    return in_book["exempt"]


def test_the_state_is_told_as_it_works() -> None:
    """The scenario is of 1 September 2025."""
    assert told() == "on"
    assert told(state="flag") == "warns only (default: on)"
    assert told(since=date(2025, 10, 15)) == "off: in force only from 2025-10-15"
    assert told(since=date(2025, 9, 1)) == "on"
    assert told(since=date(2025, 10, 15), state="off") == "off (default: on)"
    assert told(since=date(2025, 10, 15), state="off", by_kind={"ward": "on"}) == "off: in force only from 2025-10-15"


def test_the_state_of_other_kinds_of_unit_is_told_with_it() -> None:
    assert told(by_kind={"ward": "off", "commune": "on"}) == "on; ward: off"
    assert told(state="off", by_kind={"ward": "flag"}) == "off (default: on); ward: warns only"


def test_every_rule_of_the_table_says_by_its_words_what_its_state_is() -> None:
    with speaking("en"):
        frame = so.rules(moving())
    words = {"on": "on", "off": "off", "flag": "warns only"}
    assert [*frame["name"]] == [rule.name for rule in RULES]
    for row in frame.to_dict("records"):
        assert row["state_words"].startswith(words[row["state"]])
