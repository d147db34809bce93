"""The checker, move by move: each gate passes a tiny plan and blocks its twin, which differs in one cell."""

from __future__ import annotations

import pytest
from builders import tiny
from stories import (
    LEADER,
    NO_FLOORS,
    ON,
    QUOTA_2,
    SAYS_NO,
    SAYS_YES,
    Cells,
    broken,
    department,
    move,
    province,
)

from optimizer.checker import check
from optimizer.scenario.scenario import Scenario

EXEMPT_OFF = {"exempt": {"state": "off"}}
GATES: list[tuple[str, Cells, Cells]] = [
    # B has 2 people: over a quota of 1, not over a quota of 2
    ("candidate", {"rules": NO_FLOORS}, {"rules": NO_FLOORS, "quotas": QUOTA_2}),
    # a volunteer goes where the consent says: A, not C
    ("candidate", {"rules": NO_FLOORS, "quotas": QUOTA_2, "wishes": SAYS_YES},
     {"rules": NO_FLOORS, "quotas": QUOTA_2, "wishes": [{"person_id": "p1", "unit_id": "C"}]}),
    ("candidate", {"rules": NO_FLOORS, "quotas": QUOTA_2, "config": {"forms": {"candidates": "all"}}},
     {"rules": NO_FLOORS, "quotas": QUOTA_2, "config": {"forms": {"candidates": "named"}}}),
    ("candidate", {"person": {"candidate": "both"}}, {"person": {"candidate": "secondment"}}),
    # the horizon is 2025-12-01: who leaves on that day counts, who leaves the day before does not
    ("candidate", {"person": {"leaves_on": "2025-12-01"}},
     {"person": {"leaves_on": "2025-11-30"}, "rules": NO_FLOORS}),
    ("candidate", {"person": {"on_site_unit_id": "C", "seconded_until": "2025-12-01"}, "rules": EXEMPT_OFF},
     {"person": {"on_site_unit_id": "C", "seconded_until": "2025-12-02"}, "rules": {**NO_FLOORS, **EXEMPT_OFF}}),
    # the move is on 2025-09-01, and the end of the present secondment is exclusive
    ("exempt", {"person": {"on_site_unit_id": "C", "seconded_until": "2025-09-01"}},
     {"person": {"on_site_unit_id": "C", "seconded_until": "2025-09-02"}}),
    ("exempt", {"person": {"exempt": "5;6"}, "wishes": SAYS_YES}, {"person": {"exempt": "5;6"}}),
    ("exempt", {"person": {"exempt": "6"}, "wishes": SAYS_YES},
     {"person": {"exempt": "6;7"}, "wishes": SAYS_YES}),
    ("bloc", {"post": {"bloc": "party"}, "config": {"forms": {"bloc_pairs": [["government", "party"]]}},
              "quotas": [{"unit_id": "A", "bloc": "party", "quota": 1}, {"unit_id": "B", "quota": 1}]},
     {"post": {"bloc": "party"}, "config": {"forms": {"bloc_pairs": [["party", "government"]]}},
      "quotas": [{"unit_id": "A", "bloc": "party", "quota": 1}, {"unit_id": "B", "quota": 1}]}),
    ("standards", {"post": {"min_degree": "university"}}, {"post": {"min_degree": "master"}}),
    ("standards", {"post": {"min_theory": "intermediate"}}, {"post": {"min_theory": "advanced"}}),
    ("standards", {"post": {}, "person": {"degree": "unknown"}},
     {"post": {"min_degree": "secondary"}, "person": {"degree": "unknown"}}),
    ("fields", {"post": {"fields": "land;it"}}, {"post": {"fields": "land"}}),
    ("fields", {"post": {"majors": "law;software"}, "person": {"majors": "software"}},
     {"post": {"majors": "law"}, "person": {"majors": "software"}}),
    ("fields", {"post": LEADER, "person": {"level": 3}},
     {"post": {**LEADER, "fields": "land"}, "person": {"level": 3}}),
    # into level 3: from 4 a promotion, from 5 two steps
    ("level_step", {"post": LEADER, "person": {"level": 4}}, {"post": LEADER, "person": {"level": 5}}),
    ("non_native", {"post": {"non_native": "yes"}, "person": {"native_unit_id": "B"}},
     {"post": {"non_native": "yes"}, "person": {"native_unit_id": "A"}}),
    ("senders", {"post": {"senders": "B;C"}}, {"post": {"senders": "C"}}),
    # 10.000 km are within 10 km, 10.001 km are not
    ("distance_cap", {"rules": {"distance_cap": {**ON, "km": 10}}},
     {"rules": {"distance_cap": {**ON, "km": 10}},
      "distances": [{"from_unit_id": "A", "to_unit_id": "B", "km": 10.001}]}),
    ("consent", {"rules": {"consent": {"refusal": "gate"}}},
     {"rules": {"consent": {"refusal": "gate"}}, "wishes": SAYS_NO}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "passing", "twin"), GATES)
def test_a_gate_passes_and_its_twin_is_blocked(rule: str, passing: Cells, twin: Cells) -> None:
    assert broken(province(**passing), move("p1", "A-it")) == set()
    assert broken(province(**twin), move("p1", "A-it")) == {rule}


@pytest.mark.parametrize(
    ("rule", "passing", "twin"),
    [
        # the horizon is 2025-12-01
        ("lists", {"pool": {"ready_from": "2025-12-01"}}, {"pool": {"ready_from": "2025-12-02"}}),
        ("candidate", {"pool": {"form": "both"}}, {"pool": {"form": "transfer"}}),
        # the secondment starts on 2025-09-01; the end of the present one is exclusive
        ("secondment_term",
         {"person": {"on_site_unit_id": "A", "seconded_until": "2025-09-01"}, "rules": EXEMPT_OFF},
         {"person": {"on_site_unit_id": "A", "seconded_until": "2025-09-02"}, "rules": EXEMPT_OFF}),
        ("secondment_into_leadership", {"post": LEADER, "person": {"level": 3}, "pool": {"max_months": 36}},
         {"post": LEADER, "person": {"level": 3}, "pool": {"max_months": 35}}),
        ("secondment_into_leadership", {"post": LEADER, "person": {"level": 3}, "pool": {"max_months": 36}},
         {"post": {**LEADER, "level": 2}, "person": {"level": 2}, "pool": {"max_months": 36}}),
    ],
)  # fmt: skip
def test_a_gate_of_secondment_passes_and_its_twin_is_blocked(rule: str, passing: Cells, twin: Cells) -> None:
    assert broken(department(**passing), move("d01", "A-it", "secondment")) == set()
    assert broken(department(**twin), move("d01", "A-it", "secondment")) == {rule}


def test_the_share_cuts_the_list_in_exact_arithmetic() -> None:
    # ceil(0.55 x 20) = 11, though 0.55 * 20 in floats is just above 11; d11 is within, d12 is not
    scenario = department(rules={"lists": {"share": 0.55}})
    assert broken(scenario, move("d11", "A-it", "secondment")) == set()
    assert broken(scenario, move("d12", "A-it", "secondment")) == {"lists"}


def test_a_leader_steps_down_only_by_consent() -> None:
    # p1 sits in B-head (level 3); p0 fills the seat, so that only the step down is in question
    def story(consent: str) -> Scenario:
        return tiny(
            units=["A", "B"],
            posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"},
                   {"post_id": "B-head", "unit_id": "B", "level": 3}],
            people=[{"person_id": "p1", "post_id": "B-head", "fields": "it"},
                    {"person_id": "p0", "unit_id": "B", "level": 4}],
            quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}],
            wishes=[{"person_id": "p1", "unit_id": "A", "consent": consent}],
        )  # fmt: skip

    plan = move("p1", "A-it"), move("p0", "B-head", "internal")
    assert broken(story("yes"), *plan) == set()
    assert broken(story("no"), *plan) == {"level_step"}


def test_rotation_is_for_planned_people_where_the_scenario_opens_it() -> None:
    config = {"forms": {"rotation": ["succession"]}}
    leader: Cells = {"post": LEADER, "person": {"level": 3, "planned_for": "division_head"}}
    assert broken(province(**leader, config=config), move("p1", "A-it", "rotation")) == set()
    assert broken(province(**leader), move("p1", "A-it", "rotation")) == {"candidate"}
    leader["person"]["planned_for"] = "chair"
    assert broken(province(**leader, config=config), move("p1", "A-it", "rotation")) == {"candidate"}


def test_provincial_bodies_receive_nobody() -> None:
    units = ["B", "C", {"unit_id": "A", "kind": "department"}]
    assert broken(province(units=units), move("p1", "A-it")) == {"candidate"}


def test_the_form_fits_the_units() -> None:
    scenario = province(quotas=[{"unit_id": "A", "quota": 3}, {"unit_id": "B", "quota": 1}])
    assert broken(scenario, move("p1", "A-it", "internal")) == {"candidate"}


def test_a_flag_lets_pass_and_is_named() -> None:
    verdict = check(province(wishes=SAYS_NO, post={"non_native": "yes"}), [move("p1", "A-it")])
    assert verdict.passed
    assert verdict.flags == {"p1": ("non_native", "consent")}  # native place unknown; refused
    flagged = province(post={"min_degree": "master"}, rules={"standards": {"state": "flag"}})
    verdict = check(flagged, [move("p1", "A-it")])
    assert verdict.passed
    assert verdict.flags == {"p1": ("standards",)}
