"""Stories of reading: every code of a problem once, at its place; twins differ by what the story is about."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import CONFIG, tiny_tables
from reading_stories import PEOPLE, POSTS, STORY, UNITS, changed, story

import optimizer
from optimizer.errors import InputError
from optimizer.registry import REGISTRY
from optimizer.scenario.codes import CODES
from optimizer.scenario.names import fold, nearest
from optimizer.scenario.reading import read_tables


def problems(**changes: Any) -> set[tuple[str, int | None, str | None, str]]:
    """(file, row, column, code) of every problem of the story with these changes."""
    with pytest.raises(InputError) as caught:
        story(**changes)
    return {(p.file, p.row, p.column, p.code) for p in caught.value.problems}


def test_the_story_itself_is_valid() -> None:
    assert story().warnings == ()


@pytest.mark.parametrize(
    ("table", "at", "cells", "column", "code"),
    [
        ("people", 0, {"name": ""}, "name", "E201"),
        ("people", 1, {"degree": "đai hoc"}, "degree", "E202"),
        ("people", 1, {"fields": "it;lan"}, "fields", "E202"),
        ("people", 1, {"level": "5.0"}, "level", "E203"),
        ("people", 1, {"salary_coefficient": "3,33"}, "salary_coefficient", "E204"),
        ("people", 1, {"salary_coefficient": "nan"}, "salary_coefficient", "E204"),
        ("people", 1, {"level": "6"}, "level", "E205"),
        ("people", 1, {"birth_date": "0001-01-01"}, "birth_date", "E205"),
        ("posts", 1, {"seats": "9" * 12}, "seats", "E205"),
        ("people", 1, {"birth_date": "31/12/1980"}, "birth_date", "E206"),
        ("people", 1, {"birth_date": "1980-02-30"}, "birth_date", "E206"),
        ("people", 1, {"person_id": "bob;", "unit_id": "B"}, "person_id", "E207"),
        ("people", 1, {"fields": "it;;land"}, "fields", "E208"),
        ("people", 1, {"majors": "Hòa;hoà"}, "majors", "E209"),
        ("people", 1, {"name": "Bob\nBrown"}, "name", "E210"),
        ("people", 1, {"residence_unit_id": "C"}, "residence_unit_id", "E301"),
        ("wishes", 0, {"unit_id": "C"}, "unit_id", "E301"),
        ("people", 0, {"unit_id": "B"}, "post_id", "E402"),
        ("people", 0, {"bloc": "party"}, "bloc", "E403"),
        ("posts", 0, {"category": "leadership", "level": None}, "level", "E404"),
        ("posts", 1, {"category": "specialist", "fields": ""}, "fields", "E405"),
        ("posts", 1, {"min_degree": "unknown"}, "min_degree", "E406"),
        ("posts", 1, {"min_theory": "chưa rõ"}, "min_theory", "E406"),
        ("people", 1, {"on_site_unit_id": "A"}, "seconded_until", "E407"),
        ("people", 1, {"seconded_until": "2026-01-01"}, "on_site_unit_id", "E407"),
        ("people", 1, {"on_site_unit_id": "B", "seconded_until": "2026-01-01"}, "on_site_unit_id", "E408"),
        ("pools", 0, {"unit_id": "A", "person_id": "ann"}, "unit_id", "E409"),
        ("pools", 0, {"unit_id": "D", "person_id": "bob"}, "person_id", "E410"),
        ("relations", 0, {"other_id": "ann"}, "other_id", "E415"),
        ("people", 1, {"birth_date": "2025-09-02"}, "birth_date", "E416"),
    ],
)
def test_one_wrong_cell(table: str, at: int, cells: dict[str, Any], column: str, code: str) -> None:
    assert (f"{table}.csv", at + 2, column, code) in problems(**{table: changed(STORY[table], at, **cells)})


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([{"kind": "pin", "unit_id": "A"}], [(2, "post_id", "E420")]),
        ([{"kind": "pin", "form": "transfer", "seats": 2}], [(2, "post_id", "E420")]),
        ([{"kind": "pin", "person_id": "bob", "post_id": "A-it", "seats": 1}], [(2, "seats", "E421")]),
        ([{"kind": "ban", "post_id": "A-it", "seats": 1}], [(2, "seats", "E421")]),
        ([{"kind": "ban", "post_id": "A-it"}, {"kind": "pin", "post_id": "A-it"}], [(2, "kind", "E426")]),
        ([{"kind": "pin", "person_id": "bob"}], [(2, "post_id", "E420")]),
        ([{"kind": "keep"}], [(2, "person_id", "E420")]),
        ([{"kind": "ban"}], [(2, "person_id", "E420")]),
        ([{"kind": "waive", "rule": "exempt", "person_id": "bob", "reason": "x"}], [(2, "decided_by", "E420")]),
        ([{"kind": "waive", "rule": "exempt", "reason": "x", "decided_by": "y"}], [(2, "person_id", "E420")]),
        (
            [{"kind": "waive", "rule": "payroll_cap", "form": "transfer", "reason": "x", "decided_by": "y"}],
            [(2, "form", "E425"), (2, "person_id", "E420")],
        ),
        ([{"kind": "ban", "person_id": "bob", "rule": "exempt"}], [(2, "rule", "E421")]),
        ([{"kind": "pin", "person_id": "bob", "post_id": "A-it", "unit_id": "B"}], [(2, "unit_id", "E422")]),
        ([{"kind": "keep", "person_id": "bob", "unit_id": "A"}], [(2, "unit_id", "E423")]),
        ([{"kind": "keep", "person_id": "ann", "post_id": "A-it"}], [(2, "post_id", "E423")]),
        (
            [{"kind": "waive", "rule": "exemt", "person_id": "bob", "reason": "x", "decided_by": "y"}],
            [(2, "rule", "E424")],
        ),
        (
            [{"kind": "waive", "rule": "one_move", "person_id": "bob", "reason": "x", "decided_by": "y"}],
            [(2, "rule", "E425")],
        ),
        (
            [
                {"kind": "pin", "person_id": "bob", "unit_id": "A"},
                {"kind": "pin", "person_id": "bob", "post_id": "D-it"},
            ],
            [(3, "kind", "E426")],
        ),
        (
            [{"kind": "pin", "person_id": "bob", "post_id": "A-it"}, {"kind": "ban", "unit_id": "A"}],
            [(3, "kind", "E426")],
        ),
        (
            [
                {"kind": "pin", "person_id": "bob", "unit_id": "A"},
                {"kind": "keep", "person_id": "bob", "unit_id": "B"},
            ],
            [(3, "kind", "E426")],
        ),
    ],
)
def test_a_wrong_decision(decisions: list[dict[str, Any]], expected: list[tuple[int, str, str]]) -> None:
    assert problems(decisions=decisions) == {("decisions.csv", *place) for place in expected}


@pytest.mark.parametrize(
    "decisions",
    [
        # the pin is met by staying, so that the ban and the keep leave it possible
        [{"kind": "pin", "person_id": "ann", "post_id": "A-chair"}, {"kind": "ban", "unit_id": "A"}],
        [{"kind": "pin", "person_id": "bob", "unit_id": "B"}, {"kind": "keep", "person_id": "bob"}],
        [
            {"kind": "pin", "person_id": "bob", "unit_id": "A"},
            {"kind": "pin", "person_id": "bob", "post_id": "A-it"},
        ],
        [{"kind": "pin", "person_id": "bob", "unit_id": "A"}, {"kind": "ban", "post_id": "A-it"}],
        [{"kind": "waive", "rule": "exempt", "person_id": "bob", "reason": "x", "decided_by": "y"}],
    ],
)
def test_decisions_that_go_together(decisions: list[dict[str, Any]]) -> None:
    assert len(story(decisions=decisions).decisions) == len(decisions)


@pytest.mark.parametrize("title", ["Không thuộc trường hợp không điều động", " KHÔNG THUỘC trường hợp không điều động"])
def test_a_rule_is_waived_by_its_title_as_well_as_by_its_name(title: str) -> None:
    waive = {"kind": "waive", "person_id": "bob", "reason": "x", "decided_by": "y"}
    found = story(decisions=[{**waive, "rule": title}]).decisions
    assert found == story(decisions=[{**waive, "rule": "exempt"}]).decisions
    assert found[0].rule == "exempt"


@pytest.mark.parametrize("typed", ["exemt", "Khong thuoc truong hop khong dieu dong", "Not in an exempt cas"])
def test_a_rule_that_is_nearly_named_is_guessed_by_name_or_title(typed: str) -> None:
    waive = {"kind": "waive", "person_id": "bob", "reason": "x", "decided_by": "y", "rule": typed}
    with pytest.raises(InputError) as caught:
        story(decisions=[waive])
    (problem,) = caught.value.problems
    assert problem.code == "E424"
    assert problem.mend.render("en") == "Did you mean 'exempt' (Not in an exempt case)?"
    assert problem.mend.render("vi") == "Có phải là 'Không thuộc trường hợp không điều động' (exempt) không?"


def test_people_without_a_quota() -> None:
    # the quota of B begins a day after the scenario's date
    late = [{"unit_id": "B", "quota": 1, "effective_from": "2025-09-02"}]
    assert problems(quotas=late) == {("people.csv", 3, "unit_id", "E401")}
    assert story(quotas=[{**late[0], "effective_from": "2025-09-01"}]).warnings == ()
    military = changed(PEOPLE, 1, bloc="military")
    assert story(people=military).people[1].bloc == "military"


def test_a_secondment_beyond_the_horizon_needs_a_quota_where_it_is() -> None:
    # the horizon of 3 months ends on 1 December; until then bob counts at home, one day later in A
    quotas = [{"unit_id": "A", "quota": 1, "effective_from": "2026-01-01", "bloc": "party"}]
    away = changed(PEOPLE, 1, bloc="party", on_site_unit_id="A", seconded_until="2025-12-02")
    assert problems(people=away, quotas=quotas) == {("people.csv", 3, "on_site_unit_id", "E401")}
    back = changed(away, 1, seconded_until="2025-12-01")
    assert story(people=back, quotas=quotas).warnings == ()


def test_rows_that_stand_twice() -> None:
    assert problems(people=[*PEOPLE, {**PEOPLE[1], "name": "other"}]) == {("people.csv", 5, "person_id", "E302")}
    two = [{"person_id": "bob"}, {"person_id": "bob"}]
    assert problems(wishes=two) == {("wishes.csv", 3, "person_id", "E302")}


def test_relations_entered_from_both_sides_say_the_same() -> None:
    one, other = {"person_id": "ann", "other_id": "bob"}, {"person_id": "bob", "other_id": "ann"}
    spouse = {"kind": "spouse", "together": "yes"}
    assert problems(relations=[{**one, **spouse}, {**other, "kind": "sibling", "together": "yes"}]) == {
        ("relations.csv", 3, "kind", "E304")
    }
    assert problems(relations=[{**one, **spouse}, {**other, "kind": "spouse"}]) == {
        ("relations.csv", 3, "together", "E304")
    }
    assert len(story(relations=[{**one, **spouse}, {**other, **spouse}]).relations) == 2


def test_distances() -> None:
    def km(a: str, b: str, km: object) -> dict[str, Any]:
        return {"from_unit_id": a, "to_unit_id": b, "km": km}

    assert ("distances.csv", 3, "km", "E303") in problems(distances=[km("A", "B", 5), km("B", "A", 6)])
    assert ("distances.csv", 2, "km", "E413") in problems(distances=[km("A", "A", 1)])
    assert ("distances.csv", 2, "km", "E211") in problems(distances=[km("A", "B", "1.0005")])
    assert story(distances=[km("A", "B", "1.005"), km("B", "A", 1.005), km("A", "A", 0)]).distances[1].km == 1.005


def test_a_unit_without_coordinates_needs_all_its_distances() -> None:
    tables = tiny_tables(**{**STORY, "units": ["A", {"unit_id": "B", "lon": None}, UNITS[2]]})
    assert read_tables(CONFIG, tables, REGISTRY).units[1].lon is None
    del tables["distances"][0]  # A to B
    with pytest.raises(InputError) as caught:
        read_tables(CONFIG, tables, REGISTRY)
    assert [(p.file, p.row, p.column, p.code) for p in caught.value.problems] == [("units.csv", 3, "lon", "E414")]


def test_ranks_of_a_list() -> None:
    people = [*PEOPLE, {"person_id": "eve", "post_id": "D-it", "fields": "it"}]
    same = [{"person_id": "dan", "rank": 1}, {"person_id": "eve", "rank": 1}]
    assert problems(people=people, pools=same) == {("pools.csv", 3, "rank", "E411")}
    blank = changed(same, 1, rank=None)
    assert story(people=people, pools=blank).warnings == ()
    assert problems(people=people, pools=blank, rules={"lists": {"share": 0.05}}) == {("pools.csv", 3, "rank", "E412")}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"people": changed(PEOPLE, 1, youngest_child_birth="2022-09-02")}, ("people.csv", 3, "W501")),
        ({"people": changed(PEOPLE, 1, last_move_on="2025-07-01")}, ("people.csv", 3, "W503")),
        (
            {"quotas": [{"unit_id": "A", "bloc": "military", "quota": 1}]},
            ("quotas.csv", 2, "W504"),
        ),
        ({"posts": changed(POSTS, 2, seats=0)}, ("posts.csv", 4, "W505")),
        ({"people": changed(PEOPLE, 0, level=2)}, ("people.csv", 2, "W506")),
        ({"people": changed(PEOPLE, 1, leaves_on="2025-08-31")}, ("people.csv", 3, "W507")),
    ],
)
def test_a_warning_stops_nothing(changes: dict[str, Any], place: tuple[str, int, str]) -> None:
    assert [(w.file, w.row, w.code) for w in story(**changes).warnings] == [place]


def test_twins_of_warnings() -> None:
    # three years old on the scenario's date; and the exempt case is entered
    assert story(people=changed(PEOPLE, 1, youngest_child_birth="2022-09-01")).warnings == ()
    assert story(people=changed(PEOPLE, 1, youngest_child_birth="2022-09-02", exempt="5")).warnings == ()


def test_a_list_shorter_than_five_per_cent() -> None:
    # 5 % of 20 people is 1, of 21 people 2
    crowd = [{"person_id": f"d{n:02}", "post_id": "D-it"} for n in range(19)]
    assert story(people=[*PEOPLE, *crowd]).warnings == ()
    more = [*PEOPLE, *crowd, {"person_id": "d19", "unit_id": "D"}]
    assert [(w.file, w.row, w.code) for w in story(people=more).warnings] == [("pools.csv", 2, "W502")]


def test_every_problem_at_once_and_no_noise() -> None:
    found = problems(
        people=[
            {**PEOPLE[0], "degree": "x", "residence_unit_id": "nowhere"},
            {**PEOPLE[1], "unit_id": "B", "level": "seven", "birth_date": "soon"},
            PEOPLE[2],
        ],
        posts=changed(POSTS, 1, seats="many"),
    )
    assert found == {
        ("people.csv", 2, "degree", "E202"),
        ("people.csv", 2, "residence_unit_id", "E301"),
        ("people.csv", 3, "level", "E203"),
        ("people.csv", 3, "birth_date", "E206"),
        ("posts.csv", 3, "seats", "E203"),
    }


def test_a_lost_id_makes_no_noise() -> None:
    units = changed([{"unit_id": "A"}, {"unit_id": "B"}, UNITS[2]], 1, unit_id="B ")
    assert problems(units=units) >= {("units.csv", 3, "unit_id", "E207")}
    tables = tiny_tables(**STORY)
    tables["units"][1]["unit_id"] = ""
    with pytest.raises(InputError) as caught:
        read_tables(CONFIG, tables, REGISTRY)
    assert [p.code for p in caught.value.problems] == ["E201"]


def test_exempt_reasons_are_never_repeated() -> None:
    with pytest.raises(InputError) as caught:
        story(people=changed(PEOPLE, 1, exempt="3;cancer"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.value) == ("E203", None)
    assert "cancer" not in str(problem)


@pytest.mark.parametrize("name", ["Đại học", "ĐẠI HỌC", "đa\u0323i ho\u0323c", "University", " university "])
def test_codes_match_by_label_case_and_form(name: str) -> None:
    assert story(people=changed(PEOPLE, 1, degree=name)).people[1].degree == "university"


def test_names_match_whatever_the_place_of_the_tone() -> None:
    assert fold("Hòa Thủy") == fold("HOÀ  THUỶ")
    assert fold("Hòa") != fold("Hoa")
    assert nearest("dai hoc", ["thạc sĩ", "đại học"]) == "đại học"


def test_words_that_match_are_spelled_in_one_way() -> None:
    posts = changed(POSTS, 1, majors="Tin Học")
    scenario = story(posts=posts)
    assert scenario.posts[1].majors == scenario.people[1].majors == ("Tin Học",)
    assert story(people=changed(PEOPLE, 1, majors="Chưa rõ")).people[1].majors == ("unknown",)


def test_a_scenario_may_add_codes() -> None:
    added = {"vocabulary": {"fields": {"forestry": "lâm nghiệp"}}}
    people = changed(PEOPLE, 1, fields="Lâm nghiệp")
    assert story(config=added, people=people).people[1].fields == ("forestry",)
    assert problems(people=people) == {("people.csv", 3, "fields", "E202")}
    clash = {"vocabulary": {"fields": {"soil": "Đất đai"}}}
    assert {code for *_, code in problems(config=clash)} == {"E107"}


@pytest.mark.parametrize(
    ("keys", "column", "code"),
    [
        ({"rules": {"list": {}}}, "rules.list", "E106"),
        ({"rules": {"lists": {"shares": 0.05}}}, "rules.lists.shares", "E106"),
        ({"rules": {"lists": {"share": 5}}}, "rules.lists.share", "E107"),
        ({"rules": {"lists": {"share": float("nan")}}}, "rules.lists.share", "E107"),
        ({"rules": {"max_moves": {"state": "flag"}}}, "rules.max_moves.state", "E107"),
        (
            {"rules": {"max_moves_per_unit": {"by_kind": {"ward": "flag"}}}},
            "rules.max_moves_per_unit.by_kind.ward",
            "E107",
        ),
        ({"rules": {"fields": {"by_kind": {"department": "off"}}}}, "rules.fields.by_kind.department", "E107"),
        ({"rules": {"fields": {"by_kind": {"wards": "off"}}}}, "rules.fields.by_kind", "E107"),
        ({"rules": {"candidate": {"by_kind": {"ward": "on"}}}}, "rules.candidate.by_kind.ward", "E107"),
        ({"rules": {"exempt": "off"}}, "rules.exempt", "E107"),
        ({"goals": {"order": ["leadership", "specialist"]}}, "goals.order", "E107"),
        ({"goals": {"order": ["leadership", "leadership"]}}, "goals.order", "E107"),
        ({"goals": {"order": []}}, "goals.order", "E107"),
        ({"goals": {"leader": {}}}, "goals.leader", "E106"),
        ({"goals": {"specialists": {"weights": {"lnad": 3}}}}, "goals.specialists.weights", "E107"),
        ({"goals": {"leadership": {"weights": {1: 9}}}}, "goals.leadership.weights", "E107"),
        (
            {"goals": {"leadership": {"weights": {1: 9, 2: 7, 3: 5, 4: 3, 5: 1}}}},
            "goals.leadership.weights.5",
            "E107",
        ),
        ({"config": {"horizon": 3}}, "horizon", "E106"),
        ({"config": {"horizon_months": "3"}}, "horizon_months", "E107"),
        ({"config": {"horizon_months": True}}, "horizon_months", "E107"),
        ({"config": {"date": date(1, 1, 1), "horizon_months": 0}}, "date", "E107"),
        ({"config": {"forms": {"bloc_pairs": [["party", "goverment"]]}}}, "forms.bloc_pairs", "E107"),
        ({"config": {"disruption": {"tranfer": 1}}}, "disruption.tranfer", "E106"),
    ],
)
def test_a_wrong_key(keys: dict[str, Any], column: str, code: str) -> None:
    keys = {**CONFIG, **keys.get("config", {}), **{k: v for k, v in keys.items() if k != "config"}}
    with pytest.raises(InputError) as caught:
        read_tables(keys, tiny_tables(**STORY), REGISTRY)
    assert {(p.file, p.column, p.code) for p in caught.value.problems} == {("scenario.toml", column, code)}


def test_a_missing_key_and_an_unknown_table() -> None:
    with pytest.raises(InputError) as caught:
        read_tables({"name": "x"}, {**tiny_tables(**STORY), "person": []}, REGISTRY)
    found = {(p.column or p.file, p.code) for p in caught.value.problems}
    assert found == {("date", "E108"), ("province", "E108"), ("person", "E115")}


def test_every_code_in_the_source_has_a_meaning() -> None:
    root = Path(optimizer.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    assert set(re.findall(r'"([EW]\d{3})"[^:]', source)) == set(CODES)
