"""What a planner runs into: a folder that is taken, decisions that clash, a number with a thousands separator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import CONFIG, tiny, tiny_tables

import optimizer as so
from optimizer.errors import InfeasibleError, InputError, StaffingError, UsageError
from optimizer.registry import REGISTRY
from optimizer.reporting.naming import Names
from optimizer.reporting.overview import goals_table
from optimizer.scenario.reading import read_tables
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking


def test_generate_never_replaces_a_scenario_unasked(tmp_path: Path) -> None:
    so.generate(tmp_path, units=2, seed=1)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(UsageError, match=r"nothing was written|chưa ghi gì"):
        so.generate(tmp_path, units=2, seed=2)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    so.generate(tmp_path, units=2, seed=2, force=True)
    assert (tmp_path / "people.csv").read_bytes() != before["people.csv"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        so.read(tmp_path / "nope")
    [problem] = caught.value.problems
    assert problem.code == "E101"
    assert problem.file.endswith("nope")


@pytest.mark.parametrize(
    ("cell", "mend"), [("9.000", "9000"), ("9,000", "9000"), ("1.234.567", "1234567"), ("12.0", "12"), ("12.5", None)]
)
def test_the_mend_of_a_number_keeps_its_size(cell: str, mend: str | None) -> None:
    with pytest.raises(InputError) as caught:
        tiny(units=[{"unit_id": "A", "population": cell}])
    [problem] = caught.value.problems
    with speaking("en"):
        assert ("Write it as" in str(problem.mend)) == (mend is not None)
        assert mend is None or f"'{mend}'" in str(problem.mend)


def clash(*decisions: dict[str, Any]) -> Scenario:
    """A has one seat of a head (level 3), held by a1; who is level 4 may follow where a1 makes room for A-chair."""
    return tiny(
        units=["A"],
        posts=[
            {"post_id": "A-chair", "unit_id": "A", "level": 2},
            {"post_id": "A-head", "unit_id": "A", "level": 3},
        ],
        people=[
            {"person_id": "a1", "post_id": "A-head"},
            {"person_id": "a2", "unit_id": "A", "level": 4},
        ],
        decisions=[{"kind": "pin", "person_id": "a2", "post_id": "A-head"}, *decisions],
    )


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ({"kind": "keep", "person_id": "a1"}, "the keep of a1"),
        ({"kind": "ban", "post_id": "A-chair"}, "the ban on A-chair"),
    ],
)
def test_a_clash_names_the_keep_or_ban_behind_it(decision: dict[str, Any], words: str) -> None:
    # a2 takes the head's seat only when a1 leaves it for the chair's, the only other post
    assert so.solve(clash()).goal("leadership").value == 0
    bystander = {"kind": "ban", "person_id": "a2", "form": "transfer"}
    with pytest.raises(InfeasibleError) as caught:
        so.solve(clash(decision, bystander))
    with speaking("en"):
        members = [str(member.words) for member in caught.value.conflict.members]
    assert members[:2] == ["the pin of a2 to A-head", words]
    assert len(members) == 3
    assert "(rule no_overfilling, by: " in members[2]


def test_a_forbidden_pin_names_the_rule_by_its_code() -> None:
    with pytest.raises(InputError) as caught:
        tiny_pin = tiny(
            units=["A"],
            posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
            people=[{"person_id": "p", "unit_id": "A", "fields": "land"}],
            decisions=[{"kind": "pin", "person_id": "p", "post_id": "A-it"}],
        )
        so.solve(tiny_pin)
    [problem] = caught.value.problems
    with speaking("en"):
        assert "does not meet" in str(problem.message)
        assert "(rule fields, by: " in str(problem.message)


def test_a_lower_post_is_flagged_whatever_the_consent() -> None:
    # b1, head of division (3) in B, consents to A and takes a specialist's seat (5) there
    scenario = tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "B-head", "unit_id": "B", "level": 3},
        ],
        people=[{"person_id": "b1", "post_id": "B-head", "fields": "it"}],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 0}],
        wishes=[{"person_id": "b1", "unit_id": "A", "consent": "yes"}],
        rules={"no_new_gaps": {"state": "off"}},
        decisions=[{"kind": "pin", "person_id": "b1", "unit_id": "A"}],
    )
    [move] = so.solve(scenario).moves
    assert move.flags == ("level_step",)


def test_the_hand_method_says_when_it_misses_a_pin() -> None:
    # by hand nobody makes room first: a2's pin to the seat that a1 holds is missed, and the plan says so
    plan = so.solve(clash())
    assert plan.baseline.pins_missed == 1
    with speaking("en"):
        assert "misses 1 of the pins" in goals_table(plan, Names()).note
        free = replace(clash(), decisions=())
        assert "misses" not in goals_table(so.solve(free), Names()).note


def codes(scenario: Scenario) -> list[str]:
    return [problem.code for problem in scenario.warnings]


def test_a_post_without_a_quota_is_refused() -> None:
    # nothing would limit who arrives in a bloc without a quota: B has one for the government, none for the Party
    posts = [{"post_id": "B-1", "unit_id": "B"}, {"post_id": "B-2", "unit_id": "B", "bloc": "party"}]
    tables = tiny_tables(units=["B"], posts=posts, people=[], quotas=[])
    read_tables(CONFIG, tables, REGISTRY)
    tables["quotas"] = [row for row in tables["quotas"] if row["bloc"] == "government"]
    with pytest.raises(InputError) as caught:
        read_tables(CONFIG, tables, REGISTRY)
    assert [(problem.code, problem.row) for problem in caught.value.problems] == [("E417", 3)]


def test_keys_and_decisions_without_effect_are_told() -> None:
    assert codes(tiny(units=["A"], rules={"max_moves": {"state": "on", "moves": 1}})) == []
    assert codes(tiny(units=["A"], rules={"max_moves": {"moves": 1}})) == ["W509"]
    # 2025-09-01: a rule that holds from the day itself on counts, from the next on its keys do nothing
    since = {"state": "on", "moves": 1, "since": "2025-09-01"}
    assert codes(tiny(units=["A"], rules={"max_moves": since})) == []
    later = tiny(units=["A"], rules={"max_moves": {**since, "since": "2025-09-02"}})
    assert [(w.column, w.code) for w in later.warnings] == [
        ("rules.max_moves.moves", "W509"), ("rules.max_moves.state", "W509"),
    ]  # fmt: skip
    assert codes(tiny(units=["A"], rules={"exempt": {"since": "2025-09-02"}})) == []
    assert codes(tiny(units=["A"], goals={"moves": {"tolerance": "3"}})) == ["W510"]
    department = {"unit_id": "S", "kind": "department"}
    assert codes(tiny(units=["A", department], decisions=[{"kind": "ban", "unit_id": "A"}])) == []
    assert codes(tiny(units=["A", department], decisions=[{"kind": "ban", "unit_id": "S"}])) == ["W511"]


@pytest.mark.parametrize(
    ("rule", "keys", "column"),
    [
        ("candidate", {"since": "2025-01-01"}, "rules.candidate.since"),
        ("one_move", {"since": "2030-01-01"}, "rules.one_move.since"),
        ("relatives", {"fields": [], "roles": []}, "rules.relatives.state"),
    ],
)
def test_a_rule_neither_vanishes_nor_is_left_without_a_question(rule: str, keys: dict[str, Any], column: str) -> None:
    with pytest.raises(InputError) as caught:
        tiny(units=["A"], rules={rule: keys})
    assert [(problem.code, problem.column) for problem in caught.value.problems] == [("E107", column)]
    assert tiny(units=["A"], rules={"relatives": {"fields": []}}).warnings == ()
    assert tiny(units=["A"], rules={"exempt": {"since": "2025-01-01"}}).warnings == ()


def told(**more: Any) -> StaffingError:
    """p1 of B is pinned into A-it, which nothing but `more` forbids."""
    pin = {"kind": "pin", "person_id": "p1", "post_id": "A-it"}
    with pytest.raises((InputError, InfeasibleError)) as caught:
        so.solve(
            tiny(
                units=["A", "B"],
                posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
                people=[{"person_id": "p1", "unit_id": "B", "fields": more.pop("fields", "it")}],
                quotas=[{"unit_id": "A", "quota": more.pop("quota", 1)}, {"unit_id": "B", "quota": 0}],
                decisions=[pin, *more.pop("decisions", [])],
                **more,
            )
        )
    return caught.value


@pytest.mark.parametrize(
    ("more", "waives"),
    [
        ({"fields": "land"}, True),  # a gate
        ({"config": {"forms": {"transfer": []}}}, False),  # candidate: cannot be waived
        ({"decisions": [{"kind": "ban", "unit_id": "A", "form": "transfer"}]}, False),
        ({"quota": 0}, True),  # payroll_cap, by unit
        ({"rules": {"max_moves": {"state": "on", "moves": 0}}}, False),
    ],
)
def test_a_waiver_is_advised_only_where_it_can_help(more: dict[str, Any], waives: bool) -> None:
    error = told(**more)
    with speaking("en"):
        assert ("waive" in str(error)) == waives
        assert ("setting" in str(error)) != waives


@pytest.mark.parametrize("person_id", ["=1+1", "+p", "-p", "@p"])
def test_an_id_is_never_a_formula(person_id: str) -> None:
    with pytest.raises(InputError) as caught:
        tiny(units=["A"], people=[{"person_id": person_id, "unit_id": "A"}])
    assert [problem.code for problem in caught.value.problems] == ["E207"]


@pytest.mark.parametrize("name", ["X\u0001", "X\u202e", "X\ufffe", "X\n"])
def test_the_name_of_a_scenario_has_no_invisible_letters(name: str) -> None:
    with pytest.raises(InputError) as caught:
        tiny(units=["A"], config={"name": name})
    assert [problem.code for problem in caught.value.problems] == ["E107"]


@pytest.mark.parametrize("seconds", [float("nan"), -1.0])
def test_a_time_limit_is_a_number_of_seconds(seconds: float) -> None:
    with pytest.raises(UsageError):
        so.solve(tiny(units=["A"]), time_limit=seconds)


def test_a_plan_that_a_killed_run_had_moved_aside_comes_back(tmp_path: Path) -> None:
    plan, target = so.solve(clash()), tmp_path / "plan"
    so.write_plan(plan, target)
    aside = tmp_path / ".plan-abcd1234"
    aside.mkdir()
    (aside / "new").mkdir()
    target.rename(aside / "old")  # killed here, between the two renames
    with pytest.raises(UsageError):
        so.write_plan(plan, target, [_full_disk])
    assert so.read_plan(target).goals == plan.goals
    assert not aside.exists()


def _full_disk(folder: Path) -> None:
    raise OSError("no space")


def test_a_limit_without_its_number_is_shown_as_off() -> None:
    def state(**lists: float) -> str:
        table = so.rules(tiny(units=["A"], rules={"lists": lists}))
        return str(table.set_index("name").loc["release_cap", "state"])

    assert (state(), state(release_cap=0.5)) == ("off", "on")
