"""Stories about what a round is about: whom a provincial body serves, which bodies decide, which blocs receive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import tiny
from stories import Cells, broken, move

import optimizer as so
from optimizer.errors import InputError, Problem
from optimizer.provenance import settings_used
from optimizer.registry import REGISTRY
from optimizer.reporting.keys import keys_of
from optimizer.reporting.naming import Names
from optimizer.scenario.reading import read_scenario
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.writing import write_scenario
from optimizer.texts import speaking


def province(**rules: Any) -> Scenario:
    """The bodies S and H.40 list one IT person each; A, B (both of Con Cuông) and C each need one, in three blocs."""
    bodies = ("S", "H.40")
    return tiny(
        units=[
            {"unit_id": "A", "former_district": "Con Cuông"},
            {"unit_id": "B", "former_district": "CON CUÔNG"},
            {"unit_id": "C", "former_district": "Hoà"},
            *({"unit_id": body, "kind": "department", "name": f"Sở {body}", "former_district": "Vinh"}
              for body in bodies),
        ],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "decided_by": "commune_chair"},
            {"post_id": "B-it", "unit_id": "B", "fields": "it", "decided_by": "provincial_chair"},
            {"post_id": "C-it", "unit_id": "C", "fields": "it", "bloc": "party"},
        ],
        people=[{"person_id": f"p-{body}", "unit_id": body, "fields": "it"} for body in bodies],
        pools=[{"person_id": f"p-{body}", "form": "transfer"} for body in bodies],
        quotas=[{"unit_id": unit, "quota": 1} for unit in "AB"] + [{"unit_id": "C", "bloc": "party", "quota": 1}],
        rules={"strength_floor": {"state": "off"}, "bloc": {"state": "off"}, **rules},
    )  # fmt: skip


def reach(scenario: Scenario, person: str = "p-S") -> set[str]:
    frame = so.admissible_moves(scenario).to_frame()
    return set(frame[frame["person_id"] == person]["to_unit_id"])


def serving(**units: list[str]) -> Scenario:
    return province(serves={"state": "on", "units": units})


def problems(**rules: Any) -> list[Problem]:
    with pytest.raises(InputError) as refused:
        province(**rules)
    return list(refused.value.problems)


# --- whom a body serves ---


def test_a_body_serves_the_communes_that_are_named_and_another_body_all() -> None:
    assert reach(province()) == {"A", "B", "C"}
    scenario = serving(S=["A", "C"])
    assert reach(scenario) == {"A", "C"}
    assert reach(scenario, "p-H.40") == {"A", "B", "C"}
    assert broken(scenario, move("p-S", "B-it")) == {"serves"}
    assert broken(scenario, move("p-S", "A-it")) == set()


def test_a_former_district_stands_for_its_communes_however_it_is_spelt() -> None:
    assert reach(serving(S=["con cuông"])) == {"A", "B"}
    assert reach(serving(S=["Hòa", "A"])) == {"A", "C"}
    assert broken(serving(S=["Hòa"]), move("p-S", "A-it")) == {"serves"}


def test_it_is_off_by_default_and_may_warn() -> None:
    assert reach(province(serves={"units": {"S": ["A"]}})) == {"A", "B", "C"}
    assert [w.code for w in province(serves={"units": {"S": ["A"]}}).warnings] == ["W509"]
    plan = so.solve(province(serves={"state": "flag", "units": {"S": ["C"], "H.40": ["C"]}}))
    assert {row.to_unit_id: row.flags for row in plan.moves if row.to_unit_id != "C"}
    assert all(row.flags == (() if row.to_unit_id == "C" else ("serves",)) for row in plan.moves)


@pytest.mark.parametrize(
    ("units", "message", "mend"),
    [
        ({"s": ["A"]}, "'s' is not the id of a provincial body", "Did you mean 'S'?"),
        ({"Sở S": ["A"]}, "'Sở S' is not the id of a provincial body", "Did you mean 'S'?"),
        ({"A": ["B"]}, "'A' is not the id of a provincial body", "Use ids of units.csv"),
        ({"S": ["Hoa"]}, "'Hoa' is neither the id of a commune nor a former district", "Did you mean 'Hoà'?"),
        ({"S": ["A", "Q"]}, "'Q' is neither the id of a commune nor a former district", "Use ids of units.csv"),
        ({"S": ["H.40"]}, "'H.40' is neither the id of a commune nor a former district", "Use ids of units.csv"),
        ({"S": ["Vinh"]}, "'Vinh' is neither the id of a commune nor a former district", "Use ids of units.csv"),
    ],
)  # fmt: skip
def test_units_that_are_not_there_are_told_with_a_mend(units: dict[str, list[str]], message: str, mend: str) -> None:
    for state in ("on", "off"):
        (found,) = problems(serves={"state": state, "units": units})
        assert found.code == "E107"
        assert (found.message.render("en"), found.mend.render("en")) == (message, mend)
        assert found.column == f"rules.serves.units.{next(iter(units))}"


def test_every_unit_that_is_not_there_is_told() -> None:
    assert len(problems(serves={"state": "on", "units": {"s": ["Q"], "S": ["R"]}})) == 3


def test_a_rule_that_is_switched_on_and_asks_nothing_is_an_error() -> None:
    for name, keys in (("serves", "rules.serves.units"), ("scope", "rules.scope.bodies, rules.scope.blocs")):
        for switched in ({"state": "on"}, {"state": "flag"}, {"by_kind": {"ward": "on"}}):
            (found,) = problems(**{name: switched})
            assert (found.code, found.column) == ("E107", f"rules.{name}.state")
            assert found.mend.render("en") == f'Fill in {keys}, or set state = "off"'
        province(**{name: {"state": "off"}})
    (found,) = problems(serves={"state": "on", "units": {"S": []}})
    assert found.code == "E107"


@pytest.mark.parametrize("ending", ["", ".xlsx"])
def test_an_id_with_a_dot_comes_back_from_folder_and_workbook(tmp_path: Path, ending: str) -> None:
    scenario = serving(**{"H.40": ["A", "Con Cuông"], "S": ["C"]})
    write_scenario(scenario, tmp_path / f"round{ending}")
    again = read_scenario(tmp_path / f"round{ending}", REGISTRY)
    assert again.rules["serves"] == scenario.rules["serves"]


def test_an_id_with_a_dot_may_be_set_from_outside(tmp_path: Path) -> None:
    write_scenario(province(), tmp_path / "round")
    switched = {"rules.serves.state": "on", 'rules.serves.units."H.40"': '["A"]'}
    assert reach(read_scenario(tmp_path / "round", REGISTRY, overrides=switched), "p-H.40") == {"A"}
    with pytest.raises(InputError) as refused:
        read_scenario(tmp_path / "round", REGISTRY, overrides={**switched, "rules.serves.units.H.40": '["A"]'})
    assert {(problem.code, problem.file) for problem in refused.value.problems} == {("E107", "--set")}


@pytest.mark.parametrize(("ending", "place"), [("", ("scenario.toml", "row")), (".xlsx", ("[ThamSo]", "cell"))])
def test_a_unit_that_is_not_there_is_told_where_it_stands(tmp_path: Path, ending: str, place: tuple[str, str]) -> None:
    scenario = serving(**{"H.40": ["A"], "S": ["B"]})
    gone = {"units": {"H.40": ("A",), "S": ("B", "Q")}}
    settings = scenario.rules["serves"].model_copy(update=gone)
    write_scenario(replace(scenario, rules={**scenario.rules, "serves": settings}), tmp_path / f"round{ending}")
    with pytest.raises(InputError) as refused:
        read_scenario(tmp_path / f"round{ending}", REGISTRY)
    (problem,) = refused.value.problems
    assert (problem.code, problem.value, problem.column) == ("E107", "Q", "rules.serves.units.S")
    assert place[0] in problem.file
    assert getattr(problem, place[1]) is not None


def test_the_settings_of_a_plan_are_those_of_its_scenario() -> None:
    scenario = serving(**{"H.40": ["A"]})
    assert so.check(scenario, so.solve(scenario)).passed
    with speaking("vi"):
        keys = {key.name: key for key in keys_of(settings_used(scenario), Names(scenario))}
    assert keys["rules.serves.units"].value == "Sở H.40: xã A"


# --- which bodies decide, which blocs receive ---


def test_only_what_the_bodies_of_this_round_decide_is_filled() -> None:
    """p-S comes from outside: the chair of A does not decide on that, but who moves people into the government does.

    Who decides on C-it is not stated: into the Party, from outside, it is the organisation board.
    """
    assert reach(province(scope={"state": "on", "bodies": ["commune_chair"]})) == set()
    scenario = province(scope={"state": "on", "bodies": ["provincial_chair"]})
    assert reach(scenario) == {"A", "B"}
    assert broken(scenario, move("p-S", "A-it")) == broken(scenario, move("p-S", "B-it")) == set()
    assert broken(scenario, move("p-S", "C-it")) == {"scope"}
    assert reach(province(scope={"state": "on", "bodies": ["organisation_board"]})) == {"C"}
    assert reach(province(scope={"state": "on", "bodies": ["organisation_board", "provincial_chair"]})) == set("ABC")


@pytest.mark.parametrize(
    ("own", "body", "authority", "within", "between"),
    [
        ("commune_chair", "commune_chair", {}, True, False),
        ("commune_chair", "provincial_chair", {}, False, True),
        ("commune_chair", "home_affairs", {"government": "home_affairs"}, False, True),
        ("commune_chair", "provincial_chair", {"government": "home_affairs"}, False, False),
        (None, "provincial_chair", {}, False, True),  # within the unit nobody is named
        ("home_affairs", "home_affairs", {}, True, True),  # a body of the province decides on everybody
        ("home_affairs", "provincial_chair", {}, False, False),
    ],
)
def test_the_body_that_decides_the_move_counts_and_not_the_posts_alone(
    own: str | None, body: str, authority: dict[str, str], within: bool, between: bool
) -> None:
    """a of A and b of B, neither with a seat, may both take the open post of A: one from within, one from without."""
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it", "decided_by": own}],
        people=[{"person_id": "a", "unit_id": "A", "fields": "it"}, {"person_id": "b", "unit_id": "B", "fields": "it"}],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 0}],
        config={"authority": {"moves": authority}},
        rules={"scope": {"state": "on", "bodies": [body]}},
    )
    assert (bool(reach(scenario, "a")), bool(reach(scenario, "b"))) == (within, between)
    assert broken(scenario, move("a", "A-it", "internal")) == (set() if within else {"scope"})
    assert broken(scenario, move("b", "A-it")) == (set() if between else {"scope"})


def test_only_posts_of_the_blocs_of_this_round_are_filled() -> None:
    scenario = province(scope={"state": "on", "blocs": ["party"]})
    assert reach(scenario) == {"C"}
    assert broken(scenario, move("p-S", "A-it")) == {"scope"}
    both = {"state": "on", "blocs": ["government"], "bodies": ["provincial_chair", "organisation_board"]}
    assert reach(province(scope=both)) == {"A", "B"}  # the board's C-it is of the Party


def test_codes_that_are_not_in_their_list_are_told() -> None:
    for keys in ({"bodies": ["chair"]}, {"blocs": ["parti"]}):
        (found,) = problems(scope={"state": "on", **keys})
        assert found.code == "E107"


# --- other blocs ---


def test_moves_between_blocs_need_their_pair_in_that_direction() -> None:
    def open_with(*pairs: list[str]) -> set[str]:
        scenario = tiny(
            units=["A", "B"],
            posts=[{"post_id": "A-party", "unit_id": "A", "bloc": "party"},
                   {"post_id": "A-office", "unit_id": "A"}],
            people=[{"person_id": "p-S", "unit_id": "B"}],
            config={"forms": {"candidates": "all", "bloc_pairs": list(pairs)}},
        )  # fmt: skip
        frame = so.admissible_moves(scenario).to_frame()
        return set(frame["to_post_id"])

    assert open_with() == {"A-office"}
    assert open_with(["party", "government"]) == {"A-office"}
    assert open_with(["government", "party"]) == {"A-office", "A-party"}


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"bodies": ["provincial_chair"]}, {"C-it": "out_of_scope"}),
        ({"blocs": ["party"]}, {"A-it": "out_of_scope", "B-it": "out_of_scope"}),
    ],
)
def test_a_seat_that_is_no_matter_of_this_round_says_so(cells: Cells, reasons: dict[str, str]) -> None:
    """Nobody else is short of a reason: where the plan could look, it does not say that it did not."""
    scenario = province(scope={"state": "on", **cells})
    plan = so.solve(scenario)
    told = {row.post_id: row.reason for row in plan.gaps}
    assert {post: reason for post, reason in told.items() if reason == "out_of_scope"} == reasons
    assert so.check(scenario, plan).passed
    false = tuple(row.model_copy(update={"reason": "no_candidate"}) for row in plan.gaps)
    assert {breach.rule for breach in so.check(scenario, replace(plan, gaps=false)).breaches} == {"gaps"}


def test_a_waiver_brings_a_post_into_the_round() -> None:
    waiver = Decision(kind="waive", rule="scope", post_id="C-it", reason="r", decided_by="d")
    plan = so.solve(replace(province(scope={"state": "on", "bodies": ["provincial_chair"]}), decisions=(waiver,)))
    assert "out_of_scope" not in {row.reason for row in plan.gaps}
