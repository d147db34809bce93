"""Stories about relatives of a head and about couples, in twins; couples against the sentence, case by case."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pytest
from builders import tiny
from stories import NO_FLOORS, ON, Cells, broken, move, waiver

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.errors import InfeasibleError
from optimizer.program import limit_rows
from optimizer.program_goals import activity
from optimizer.rulebook.couples import Couples
from optimizer.rulebook.relatives import Relatives
from optimizer.rulebook.rows import Term, terms_of
from optimizer.scenario.scenario import Scenario

FREE_TO_MOVE = {**NO_FLOORS, "no_new_gaps": {"state": "off"}, "keep_last_specialist": {"state": "off"}}
MARRIED = {"person_id": "boss", "other_id": "kin", "kind": "spouse"}


def family(**more: Any) -> Scenario:
    """boss heads A, or another unit where told; kin, married to boss, has no seat in B and could take posts of all."""
    rules = {"relatives": ON, **FREE_TO_MOVE, **more.pop("rules", {})}
    head = f"{more.pop('head_of', 'A')}-chair"
    return tiny(
        units=["A", "B", {"unit_id": "C", "kind": "ward"}],
        posts=[
            {"post_id": "A-chair", "unit_id": "A", "level": 1, "seats": 2},
            {"post_id": "A-vice", "unit_id": "A", "level": 2, "fields": "finance", "seats": 2},
            {"post_id": "A-books", "unit_id": "A", "fields": "finance;land", "seats": 2},
            {"post_id": "A-staff", "unit_id": "A", "fields": "home_affairs", "concurrent_ok": "yes"},
            {"post_id": "A-cash", "unit_id": "A", "role": "clerk"},
            {"post_id": "A-land", "unit_id": "A", "fields": "land"},
            {"post_id": "B-chair", "unit_id": "B", "level": 1},
            {"post_id": "B-books", "unit_id": "B", "fields": "finance"},
            {"post_id": "C-chair", "unit_id": "C", "level": 1},
            {"post_id": "C-books", "unit_id": "C", "fields": "finance"},
        ],
        people=[
            {"person_id": "boss", "post_id": head, **more.pop("boss", {})},
            {"person_id": "kin", "unit_id": "B", "fields": "finance;land;home_affairs", **more.pop("kin", {})},
            {"person_id": "other", "unit_id": "B", "fields": "finance;land"},
        ],
        quotas=[{"unit_id": "A", "quota": 9}, {"unit_id": "B", "quota": 0}, {"unit_id": "C", "quota": 9}],
        relations=[{**MARRIED, **more.pop("relation", {})}],
        config={"forms": {"candidates": "all"}},
        rules=rules,
        **more,
    )


@pytest.mark.parametrize("post", ["A-books", "A-staff", "A-cash"])
def test_a_relative_of_the_head_does_not_come_into_personnel_books_or_cash(post: str) -> None:
    assert broken(family(), move("kin", post)) == {"relatives"}
    if post == "A-books":
        assert broken(family(), move("other", post)) == set()


def test_in_other_posts_and_units_they_may_be() -> None:
    assert broken(family(), move("kin", "A-land")) == set()
    assert broken(family(), move("kin", "C-books")) == set()


@pytest.mark.parametrize("kind", ["spouse", "parent_child", "sibling"])
@pytest.mark.parametrize("turned", [False, True])
def test_any_kind_of_relation_counts_whoever_is_named_first(kind: str, turned: bool) -> None:
    names = ("kin", "boss") if turned else ("boss", "kin")
    relation = dict(zip(("person_id", "other_id"), names, strict=True)) | {"kind": kind}
    assert broken(family(relation=relation), move("kin", "A-books")) == {"relatives"}


def test_a_head_does_not_come_above_a_relative() -> None:
    story: Cells = {"head_of": "B", "kin": {"unit_id": "A", "post_id": "A-books"}}
    assert broken(family(**story), move("boss", "A-chair")) == {"relatives"}
    # the relative goes at the same time: 1 + (1 - 1) <= 1
    assert broken(family(**story), move("boss", "A-chair"), move("kin", "A-land", "internal")) == set()


def test_a_clash_of_today_is_tolerated_and_not_made_anew() -> None:
    today = family(kin={"unit_id": "A", "post_id": "A-books"})
    assert broken(today) == set()
    # from one restricted post to another under the same head: 1 + 1 <= max(1, 2)
    assert broken(today, move("kin", "A-staff", "internal")) == set()
    # to another commune is always possible, and back into it a stranger's books are not made a relative's
    assert broken(today, move("kin", "C-books")) == set()


def test_posts_at_or_above_the_level_of_the_head_are_not_restricted() -> None:
    into_vice = move("kin", "A-vice")
    level = {"level_step": {"state": "off"}}
    assert broken(family(rules=level), into_vice) == {"relatives"}  # level 2 is below 1
    heads = {"relatives": {**ON, "head_levels": [2]}}
    assert broken(family(rules={**level, **heads}), into_vice) == set()  # 2 is itself a head's level
    assert broken(family(rules={**level, **heads}), move("kin", "A-books")) == set()  # boss is of level 1: no head


def test_fields_and_roles_are_settings() -> None:
    assert broken(family(rules={"relatives": {**ON, "fields": ["land"]}}), move("kin", "A-staff")) == set()
    assert broken(family(rules={"relatives": {**ON, "fields": ["land"]}}), move("kin", "A-land")) == {"relatives"}
    assert broken(family(rules={"relatives": {**ON, "roles": []}}), move("kin", "A-cash")) == set()


def test_covering_a_post_besides_counts_as_being_in_it() -> None:
    at_home: Cells = {"unit_id": "A", "post_id": "A-land"}
    assert broken(family(kin=at_home), move("kin", "A-staff", "concurrent")) == {"relatives"}
    # kin covers the staff post today: the clash stands and is tolerated, and ends when kin leaves the commune
    covering = family(head_of="B", kin={**at_home, "also_holds": "A-staff"})
    assert broken(covering, move("boss", "A-chair")) == {"relatives"}
    assert broken(covering, move("boss", "A-chair"), move("kin", "C-books")) == set()
    # taking another seat of the commune leaves the covering as it is
    assert broken(covering, move("boss", "A-chair"), move("kin", "A-books", "internal")) == {"relatives"}


@pytest.mark.parametrize(
    ("absent", "found"),
    [
        ({"leaves_on": "2025-11-30"}, set()),  # gone before the horizon of three months, 2025-12-01
        ({"leaves_on": "2025-12-01"}, {"relatives"}),
        ({"on_site_unit_id": "B", "seconded_until": "2025-12-02"}, set()),  # away beyond the horizon
        ({"on_site_unit_id": "B", "seconded_until": "2025-12-01"}, {"relatives"}),
    ],
)
def test_who_leaves_or_is_away_heads_nothing(absent: Cells, found: set[str]) -> None:
    assert broken(family(boss=absent), move("kin", "A-books")) == found


@pytest.mark.parametrize("person", ["boss", "kin"])
def test_relatives_are_waived_by_one_of_the_two(person: str) -> None:
    scenario = family(decisions=[waiver("relatives", person_id=person)])
    assert broken(scenario, move("kin", "A-books")) == set()
    assert broken(family(decisions=[waiver("relatives", person_id="other")]), move("kin", "A-books")) == {"relatives"}


def pinned(rules: Cells, *more: Cells) -> Scenario:
    pin = {"kind": "pin", "person_id": "kin", "post_id": "A-books"}
    keeps = [{"kind": "keep", "person_id": person} for person in ("boss", "other")]
    return family(rules=rules, decisions=[pin, *keeps, *more])


def test_by_default_the_rule_warns_on_the_row() -> None:
    scenario = pinned({"relatives": {}})
    plan = so.solve(scenario)
    assert [(m.person_id, m.flags) for m in plan.moves] == [("kin", ("relatives",))]
    assert so.check(scenario, plan).passed
    waived = so.solve(pinned({"relatives": {}}, waiver("relatives", person_id="boss")))
    assert [(m.person_id, m.flags) for m in waived.moves] == [("kin", ())]


def test_a_pin_against_the_rule_is_a_conflict_in_words_and_a_waiver_opens_it() -> None:
    with pytest.raises(InfeasibleError) as told:
        so.solve(pinned({}))
    assert [str(member.words) for member in told.value.conflict.members] == [
        "quyết định chốt kin vào A-books",
        "quyết định giữ lại boss",
        "Người thân của người đứng đầu không làm nhân sự, kế toán, thủ quỹ, thủ kho (quy tắc relatives, căn cứ: Luật "
        "Phòng, chống tham nhũng 2018 (điều khoản cần kiểm tra); Quy định 114-QĐ/TW; hiểu biết chung, chưa kiểm chứng)",
    ]
    assert [m.to_post_id for m in so.solve(pinned({}, waiver("relatives", person_id="kin"))).moves] == ["A-books"]


def test_a_seat_that_only_the_rule_keeps_open_says_limits() -> None:
    keeps = [{"kind": "keep", "person_id": person} for person in ("boss", "other")]
    bans = [{"kind": "ban", "person_id": "kin", "post_id": post} for post in ("A-land", "B-books", "C-books")]
    reasons = {row.post_id: row.reason for row in so.solve(family(decisions=keeps + bans)).gaps}
    assert reasons["A-books"] == reasons["A-staff"] == "limits"
    without = so.solve(family(decisions=keeps + bans, rules={"relatives": {"state": "off"}}))
    assert [row.person_id for row in without.moves] == ["kin"]


def test_the_rule_may_hold_for_wards_alone() -> None:
    only_wards = {"relatives": {"state": "off", "by_kind": {"ward": "on"}}}
    assert broken(family(rules=only_wards), move("kin", "A-books")) == set()
    assert broken(family(rules=only_wards, head_of="C"), move("kin", "C-books")) == {"relatives"}


UNITS = ("A", "B", "C", "D")


def couple(home: str, other_home: str, **more: Any) -> Scenario:
    """p and q ask to move together; each unit has seats for both."""
    return tiny(
        units=[*UNITS],
        posts=[{"post_id": unit, "unit_id": unit, "seats": 3} for unit in UNITS],
        people=[
            {"person_id": "p", "unit_id": home, **more.pop("p", {})},
            {"person_id": "q", "unit_id": other_home},
        ],
        quotas=[{"unit_id": unit, "quota": 0 if unit in {home, other_home} else 9} for unit in UNITS],
        relations=[{"person_id": "q", "other_id": "p", "kind": "spouse", "together": more.pop("together", "yes")}],
        config={"forms": {"candidates": "all"}},
        rules={"payroll_cap": {"state": "off"}},
        **more,
    )


def rows_allow(scenario: Scenario, wanted: set[tuple[str, str]]) -> bool:
    a = build_arrays(scenario)
    moves = build_moves(a)
    rows = limit_rows(a, moves, Couples(), "on")
    frame = moves.to_frame()
    chosen = [k for k, row in enumerate(zip(frame["person_id"], frame["to_post_id"], strict=True)) if row in wanted]
    assert len(chosen) == len(wanted)
    reached = activity(rows.terms, np.array(chosen, dtype=np.int32), rows.n)
    return bool(((rows.lower <= reached) & (reached <= rows.upper)).all())


@pytest.mark.parametrize(("home", "other_home"), [("A", "A"), ("A", "B")])
def test_the_rows_are_the_sentence_in_every_case(home: str, other_home: str) -> None:
    """The same unit afterwards, or neither has left: 4 x 4 cases for both at one home, and for two homes."""
    scenario, allowed = couple(home, other_home), 0
    for unit, other in product(UNITS, UNITS):
        sentence = unit == other or (unit, other) == (home, other_home)
        wanted = {(who, to) for who, own, to in (("p", home, unit), ("q", other_home, other)) if to != own}
        plan = [move(who, to) for who, to in wanted]
        assert rows_allow(scenario, wanted) == sentence, (unit, other)
        assert broken(scenario, *plan) == (set() if sentence else {"couples"}), (unit, other)
        allowed += sentence
    assert allowed == (4 if home == other_home else 5)


def test_within_the_unit_each_moves_alone() -> None:
    assert broken(couple("A", "A"), move("p", "A", "internal")) == set()


@pytest.mark.parametrize("together", ["no", None])
def test_relatives_who_do_not_ask_for_it_may_be_parted(together: str | None) -> None:
    assert broken(couple("A", "A", together=together), move("p", "C")) == set()


def test_who_leaves_the_service_or_is_away_binds_nobody() -> None:
    assert broken(couple("A", "A", p={"leaves_on": "2025-11-30"}), move("q", "C")) == set()
    assert broken(couple("A", "A", p={"leaves_on": "2025-12-01"}), move("q", "C")) == {"couples"}
    away = {"on_site_unit_id": "D", "seconded_until": "2026-09-01"}
    assert broken(couple("A", "A", p=away), move("q", "C")) == set()


@pytest.mark.parametrize("person", ["p", "q"])
def test_a_couple_is_waived_by_one_of_the_two(person: str) -> None:
    scenario = couple("A", "A", decisions=[waiver("couples", person_id=person)])
    assert broken(scenario, move("p", "C")) == set()
    assert rows_allow(scenario, {("p", "C")})


def test_a_pin_takes_the_other_along_and_a_keep_makes_a_conflict() -> None:
    pin = {"kind": "pin", "person_id": "p", "unit_id": "C"}
    assert {(m.person_id, m.to_unit_id) for m in so.solve(couple("A", "A", decisions=[pin])).moves} == {
        ("p", "C"),
        ("q", "C"),
    }
    with pytest.raises(InfeasibleError) as told:
        so.solve(couple("A", "A", decisions=[pin, {"kind": "keep", "person_id": "q"}]))
    assert [str(member.words) for member in told.value.conflict.members] == [
        "quyết định chốt p vào C",
        "quyết định giữ lại q",
        "Người đề nghị đi cùng nhau không bị tách ra (quy tắc couples, căn cứ: Lựa chọn của cơ quan lập phương án)",
    ]


def test_couples_as_a_flag_warn_on_both() -> None:
    pins = [{"kind": "pin", "person_id": who, "unit_id": unit} for who, unit in (("p", "C"), ("q", "D"))]
    story = couple("A", "A", decisions=pins)
    with pytest.raises(InfeasibleError):
        so.solve(story)
    rules = {
        name: s.model_copy(update={"state": "flag"} if name == "couples" else {}) for name, s in story.rules.items()
    }
    flagged = so.solve(Scenario(**{**vars(story), "rules": rules}))
    assert [m.flags for m in flagged.moves] == [("couples",), ("couples",)]


def test_entries_become_as_few_terms_as_hold_them() -> None:
    entries = np.array([[2, 0, 2, 2, 0], [5, 5, 5, 6, 7], [1, 1, 2, -1, 0]])
    terms = terms_of(3, *entries)
    # move 2 stands in rows 5 (1 + 2) and 6 (-1); move 0 in row 5; a coefficient of 0 in none
    found = {(k, int(t.rows[k]), int(t.of_all[k])) for t in terms for k in range(3) if t.rows[k] >= 0}
    assert found == {(2, 5, 3), (2, 6, -1), (0, 5, 1)}
    assert [type(term) for term in terms] == [Term, Term]


def test_the_law_is_in_force_since_july_2019() -> None:
    assert Relatives.source.since == date(2019, 7, 1)
    later = {"relatives": {**ON, "since": date(2025, 9, 2)}}
    assert broken(family(rules=later), move("kin", "A-books")) == set()
