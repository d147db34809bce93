"""Stories about decisions: four kinds at three levels, by engine and checker; and pins that a rule forbids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import tiny
from click.testing import CliRunner
from stories import broken, move

import optimizer as so
from optimizer.cli import main
from optimizer.errors import InfeasibleError, InputError, Problem
from optimizer.rulebook import RULES
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.writing import write_scenario
from optimizer.wording import CERTAINTIES

Cells = dict[str, Any]
SOURCES = {rule.name: rule.source for rule in RULES}
SAID = {"reason": "agreed", "decided_by": "chair"}


def province(*decisions: Cells, **more: Any) -> Scenario:
    """s is on the list of S; A has open seats A-1 and A-2, C has C-1, B has B-2 beside B-1, which b holds.

    All posts are IT; b and b0, who has no seat, are one more than B's quota, so that they may be transferred.
    """
    return tiny(
        units=["A", "B", "C", {"unit_id": "S", "kind": "department"}],
        posts=[{"post_id": post, "unit_id": post[0], "fields": "it", **more.get("post", {})}
               for post in ("A-1", "A-2", "B-1", "B-2", "C-1")],
        people=[
            {"person_id": "s", "unit_id": "S", "fields": "it", **more.get("person", {})},
            {"person_id": "b", "post_id": "B-1", "fields": "it"},
            {"person_id": "b0", "unit_id": "B", "fields": "it"},
        ],
        pools=[{"person_id": "s", "form": "transfer"}],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 1}, {"unit_id": "C", "quota": 1}],
        wishes=more.get("wishes", ()),
        rules={"strength_floor": {"state": "off"}, "keep_last_specialist": {"state": "off"},
               "no_new_gaps": {"state": "off"}, "payroll_floor": {"state": "off"}, **more.get("rules", {})},
        config=more.get("config"),
        decisions=decisions,
    )  # fmt: skip


def reach(person_id: str, /, *decisions: Cells, **more: Any) -> set[str]:
    """The posts, but for B-1, which is full, that the table of moves leaves a person."""
    frame = so.admissible_moves(province(*decisions, **more)).to_frame()
    return set(frame[frame["person_id"] == person_id]["to_post_id"]) - {"B-1"}


def placed(*decisions: Cells) -> dict[str, str]:
    """Who goes where in the engine's plan; the checker agrees with it."""
    scenario = province(*decisions)
    plan = so.solve(scenario)
    assert so.check(scenario, plan).passed
    return {row.person_id: row.to_post_id for row in plan.moves}


# --- pin ---


def test_a_pin_of_a_person_to_a_post() -> None:
    pin = {"kind": "pin", "person_id": "s", "post_id": "C-1"}
    assert reach("s") == {"A-1", "A-2", "B-2", "C-1"}
    assert placed(pin)["s"] == "C-1"
    assert broken(province(pin), move("s", "C-1")) == set()
    assert broken(province(pin), move("s", "A-1")) == {"pin"}
    assert broken(province(pin)) == {"pin"}


def test_a_pin_of_a_person_to_a_unit() -> None:
    pin = {"kind": "pin", "person_id": "s", "unit_id": "A"}
    assert placed(pin)["s"] in {"A-1", "A-2"}
    assert reach("s", pin) == {"A-1", "A-2"}
    assert broken(province(pin), move("s", "A-2")) == set()
    assert broken(province(pin), move("s", "C-1")) == {"pin"}


def test_a_pin_to_where_the_person_is() -> None:
    """To the own unit: staying and moving within both meet it. To the own post: staying alone does."""
    to_unit = {"kind": "pin", "person_id": "b", "unit_id": "B"}
    to_post = {"kind": "pin", "person_id": "b", "post_id": "B-1"}
    assert reach("b") == {"A-1", "A-2", "B-2", "C-1"}
    assert (reach("b", to_unit), reach("b", to_post)) == ({"B-2"}, set())
    assert "b" not in placed(to_post)
    for pin in (to_unit, to_post):
        assert broken(province(pin)) == set()
        assert broken(province(pin), move("b", "A-1")) == {"pin"}
    assert broken(province(to_unit), move("b", "B-2", "internal")) == set()
    assert broken(province(to_post), move("b", "B-2", "internal")) == {"pin"}


def test_a_pin_of_a_post_is_met_by_whoever_takes_a_seat_there() -> None:
    """A-1 has one seat. Without the pin nobody needs to go there: three people may go, to four seats that are open."""
    pin = {"kind": "pin", "post_id": "A-1"}
    assert reach("s", pin) == reach("s")
    assert "A-1" in placed(pin, {"kind": "ban", "person_id": "s"}).values()
    assert broken(province(pin), move("s", "A-1")) == broken(province(pin), move("b0", "A-1")) == set()
    assert broken(province(pin), move("s", "A-2")) == broken(province(pin)) == {"pin"}
    assert broken(province({**pin, "form": "transfer"}), move("s", "A-1")) == set()
    assert broken(province({**pin, "form": "internal"}), move("s", "A-1")) == {"pin"}


def test_a_pin_of_a_post_may_ask_for_several_people() -> None:
    pin = {"kind": "pin", "post_id": "A-1", "seats": 2}
    moves = move("s", "A-1"), move("b0", "A-1")
    assert broken(province(pin, post={"seats": 2}), *moves) == set()
    assert broken(province(pin, post={"seats": 2}), moves[0]) == {"pin"}
    plan = so.solve(province(pin, post={"seats": 2}))
    assert [row.to_post_id for row in plan.moves].count("A-1") == 2
    assert {row.reason for row in plan.moves if row.to_post_id == "A-1"} == {"decided"}


def test_who_covers_a_post_takes_no_seat_of_it_unless_the_pin_says_so() -> None:
    covering = move("b", "B-2", "concurrent")
    pin = {"kind": "pin", "post_id": "B-2"}
    post = {"concurrent_ok": "yes"}
    assert broken(province(pin, post=post), covering) == {"pin"}
    assert broken(province({**pin, "form": "concurrent"}, post=post), covering) == set()


def test_a_pin_of_a_post_that_nobody_may_take_names_the_rule() -> None:
    """Nobody is a specialist of land. All know IT, but two are banned: one is left for two seats, and none with s."""
    pin = {"kind": "pin", "post_id": "A-1"}
    bans = [{"kind": "ban", "person_id": person, "post_id": "A-1"} for person in ("b", "b0")]
    problem = refused(pin, post={"fields": "land"})
    words = problem.message.render("en")
    assert problem.column == "post_id"
    assert "the pin on A-1 (seats to be taken: 1)" in words
    assert "(rule fields, by: " in words
    words = refused(pin, *bans, {"kind": "ban", "person_id": "s"}).message.render("en")
    assert words.endswith("does not meet: the ban on b, A-1; the ban on b0, A-1; the ban on s")
    assert "(seats to be taken: 2)" in refused({**pin, "seats": 2}, *bans).message.render("en")
    assert so.solve(province({**pin, "seats": 1}, *bans)).status == "OPTIMAL"


def test_pins_of_more_people_than_there_are_seats_are_a_conflict() -> None:
    """A-1 has one seat, and two people are to take one; or whoever could take it is pinned elsewhere or kept."""
    for pins in (
        [{"kind": "pin", "post_id": "A-1", "seats": 2}],
        [{"kind": "pin", "post_id": "A-1"}, {"kind": "pin", "person_id": "s", "post_id": "A-2"},
         {"kind": "keep", "person_id": "b"}, {"kind": "keep", "person_id": "b0"}],
    ):  # fmt: skip
        with pytest.raises((InfeasibleError, InputError)) as found:
            so.solve(province(*pins))
        assert "A-1" in str(found.value)


# --- ban ---


def test_a_ban_on_a_person_in_a_post() -> None:
    ban = {"kind": "ban", "person_id": "s", "post_id": "C-1"}
    assert reach("s", ban) == {"A-1", "A-2", "B-2"}
    assert "C-1" in reach("b0", ban)
    assert placed(ban).get("s") != "C-1"
    assert broken(province(ban), move("s", "C-1")) == {"ban"}
    assert broken(province(ban), move("s", "A-1")) == set()


def test_a_ban_on_a_person_in_a_unit() -> None:
    """Only s is banned, and from both posts of A, by whatever form."""
    ban = {"kind": "ban", "person_id": "s", "unit_id": "A"}
    assert reach("s", ban) == {"B-2", "C-1"}
    assert {"A-1", "A-2"} <= reach("b0", ban)
    assert placed(ban).get("s") not in {"A-1", "A-2"}
    for post in ("A-1", "A-2"):
        assert broken(province(ban), move("s", post)) == {"ban"}
        assert broken(province(ban), move("b0", post)) == set()
    assert broken(province(ban), move("s", "C-1")) == set()


def test_a_ban_on_a_person_a_post_a_unit_or_a_form() -> None:
    assert reach("s", {"kind": "ban", "person_id": "s"}) == set()
    assert reach("s", {"kind": "ban", "post_id": "A-1"}) == {"A-2", "B-2", "C-1"}
    assert reach("s", {"kind": "ban", "unit_id": "A"}) == {"B-2", "C-1"}
    assert reach("b", {"kind": "ban", "person_id": "b", "form": "transfer"}) == {"B-2"}
    assert broken(province({"kind": "ban", "form": "transfer"}), move("s", "C-1")) == {"ban"}
    assert broken(province({"kind": "ban", "form": "secondment"}), move("s", "C-1")) == set()


# --- keep ---


def test_a_keep_in_the_unit() -> None:
    keep = {"kind": "keep", "person_id": "b", "unit_id": "B"}
    assert reach("b", keep) == {"B-2"}
    assert broken(province(keep), move("b", "B-2", "internal")) == set()
    assert broken(province(keep), move("b", "A-1")) == {"keep"}


def test_a_keep_in_the_post() -> None:
    keep = {"kind": "keep", "person_id": "b", "post_id": "B-1"}
    assert reach("b", keep) == set()
    assert "b" not in placed(keep)
    assert broken(province(keep), move("b", "B-2", "internal")) == {"keep"}
    assert broken(province(keep), move("b0", "B-2", "internal")) == set()


def test_a_keep_of_a_listed_person_takes_them_off_the_list() -> None:
    """With s, three people fill three of the four open seats; without s it is two."""
    keep = {"kind": "keep", "person_id": "s"}
    assert "s" in placed()
    assert reach("s", keep) == set()
    assert "s" not in placed(keep)
    assert broken(province(), move("s", "A-1")) == set()
    assert broken(province(keep), move("s", "A-1")) == {"keep"}


def test_a_keep_where_the_person_is_not_is_refused() -> None:
    for place in ({"unit_id": "A"}, {"post_id": "B-2"}):
        with pytest.raises(InputError) as refused:
            province({"kind": "keep", "person_id": "b", **place})
        assert [problem.code for problem in refused.value.problems] == ["E423"]


# --- waive ---


@pytest.mark.parametrize(
    ("place", "opened"),
    [({"post_id": "A-1"}, {"A-1"}), ({"unit_id": "A"}, {"A-1", "A-2"}), ({}, {"A-1", "A-2", "B-2", "C-1"})],
)
def test_a_waiver_for_a_person_in_a_post_in_a_unit_or_anywhere(place: Cells, opened: set[str]) -> None:
    """s knows land alone, and every post needs IT."""
    waiver = {"kind": "waive", "rule": "fields", "person_id": "s", **place, **SAID}
    other = {**waiver, "person_id": "b"}
    land = {"person": {"fields": "land"}}
    assert (reach("s", **land), reach("s", waiver, **land), reach("s", other, **land)) == (set(), opened, set())
    for post in ("A-1", "A-2", "C-1"):
        expected = set() if post in opened else {"fields"}
        assert broken(province(waiver, **land), move("s", post)) == expected
        assert broken(province(other, **land), move("s", post)) == {"fields"}


# --- a pin that a rule forbids ---


def refused(*decisions: Cells, **more: Any) -> Problem:
    scenario = province(*decisions, **more)
    with pytest.raises(InputError) as found:
        so.solve(scenario)
    (problem,) = found.value.problems
    assert problem.code == "E430"
    return problem


TO_A1 = {"kind": "pin", "person_id": "s", "post_id": "A-1"}
FORBIDDEN: dict[str, Cells] = {
    "fields": {"person": {"fields": "land"}},
    "exempt": {"person": {"exempt": (3,)}},
    "standards": {"person": {"degree": "college"}, "post": {"min_degree": "university"}},
    "bloc": {"person": {"bloc": "party"}},
    "distance_cap": {"rules": {"distance_cap": {"state": "on", "km": 9}}},
    "senders": {"post": {"senders": "C"}},
    "serves": {"rules": {"serves": {"state": "on", "units": {"S": ["C"]}}}},
    "scope": {"rules": {"scope": {"state": "on", "blocs": ["party"]}}},
    "consent": {"wishes": [{"person_id": "s", "consent": "no"}], "rules": {"consent": {"refusal": "gate"}}},
}


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_a_forbidden_pin_names_the_rule_and_its_source_and_how_sure_that_is(rule: str) -> None:
    """The distance from S to A is 10 km; the rest is as the rule's own story tells it."""
    problem = refused(TO_A1, **FORBIDDEN[rule])
    source = SOURCES[rule]
    for language in ("en", "vi"):
        words = problem.message.render(language)
        assert source.citation in words
        sure = CERTAINTIES[source.certainty].render(language)
        assert (sure in words) == (source.certainty in ("C", "NV"))
    named = problem.message.render("en")
    assert f"(rule {rule}, by: " in named
    assert named.count("(rule ") == 1


def test_every_rule_that_forbids_a_pin_is_named() -> None:
    words = refused(TO_A1, person={"fields": "land", "bloc": "party"}).message.render("en")
    assert "(rule fields, by: " in words
    assert "(rule bloc, by: " in words


def test_a_pin_into_a_unit_is_forbidden_only_where_every_post_of_it_is() -> None:
    pin = {"kind": "pin", "person_id": "s", "unit_id": "A"}
    senders = {"rules": {"serves": {"state": "on", "units": {"S": ["C"]}}}}
    assert "(rule serves, by: " in refused(pin, **senders).message.render("en")
    waiver = {"kind": "waive", "rule": "serves", "person_id": "s", "post_id": "A-2", **SAID}
    assert {row.to_post_id for row in so.solve(province(pin, waiver, **senders)).moves if row.person_id == "s"} == {
        "A-2"
    }


def test_a_forbidden_pin_is_told_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    def solver(*arguments: object) -> None:
        raise AssertionError("something was solved")

    for step in ("build_program", "greedy", "run"):
        monkeypatch.setattr(f"optimizer.solving.{step}", solver)
    refused(TO_A1, **FORBIDDEN["fields"])
    with pytest.raises(AssertionError, match="something was solved"):
        so.solve(province(TO_A1))


@pytest.mark.parametrize("ending", ["", ".xlsx"])
def test_validate_tells_it_too(tmp_path: Path, ending: str) -> None:
    allowed, forbidden = tmp_path / f"allowed{ending}", tmp_path / f"forbidden{ending}"
    write_scenario(province(TO_A1), allowed)
    write_scenario(province(TO_A1, **FORBIDDEN["fields"]), forbidden)
    so.validate(allowed)
    with pytest.raises(InputError) as found:
        so.validate(forbidden)
    assert [problem.code for problem in found.value.problems] == ["E430"]
    told = CliRunner().invoke(main, ["validate", str(forbidden), "--lang", "en", "--json"])
    assert told.exit_code == InputError.exit_code
    assert SOURCES["fields"].citation in json.dumps(json.loads(told.stdout), ensure_ascii=False)


@pytest.mark.parametrize(("form", "covers"), [(None, False), ("concurrent", True)])
def test_a_pin_with_a_form_is_not_met_by_staying(form: str | None, covers: bool) -> None:
    """p belongs to A already: a pin to A is met by staying, unless it asks for concurrent duty there."""
    scenario = tiny(
        units=["A"],
        posts=[
            {"post_id": "A1", "unit_id": "A", "fields": "it"},
            {"post_id": "A2", "unit_id": "A", "fields": "it", "concurrent_ok": "yes"},
        ],
        people=[{"person_id": "p", "post_id": "A1", "fields": "it"}],
        quotas=[{"unit_id": "A", "quota": 2}],
        goals={"order": ["disruption"]},
        decisions=[{"kind": "pin", "person_id": "p", "unit_id": "A", "form": form}],
    )
    plan = so.solve(scenario)
    assert [row.form for row in plan.moves] == (["concurrent"] if covers else [])
    assert so.check(scenario, plan).passed
    assert so.check(scenario, []).passed is not covers
