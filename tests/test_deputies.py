"""Stories about the number of deputies of divisions and their ranks, in twins; the arithmetic stands in comments."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from builders import tiny
from stories import NO_FLOORS, ON, Cells, broken, move, waiver

import optimizer as so
from optimizer.plan import MovedPerson
from optimizer.rulebook.deputies import Deputies
from optimizer.rulebook.deputy_ranks import DeputyRanks
from optimizer.scenario.scenario import Scenario

IN_FORCE = {"config": {"date": date(2025, 12, 31), "forms": {"candidates": "all"}}}


def commune(heads: dict[str, int], held: int = 0, ranks: str = "specialist", **more: Any) -> Scenario:
    """A has seats of heads by role, an office, a division and a centre deputy's post, `held` people in the first.

    b1 to b5 of B could become deputies there, all of the rank `ranks`; d is a deputy in A, in another post.
    """
    rules = {**NO_FLOORS, "level_step": {"state": "off"}, "no_new_gaps": {"state": "off"}, **more.pop("rules", {})}
    deputies = {"A-office": "office_deputy", "A-division": "division_deputy", "A-centre": "centre_deputy"}
    posts: list[Cells] = [
        {"post_id": f"A-{role}", "unit_id": "A", "level": 3, "role": role, "seats": seats}
        for role, seats in heads.items()
    ]
    posts += [
        {"post_id": post, "unit_id": "A", "level": 4, "role": role, "seats": 4, "concurrent_ok": "yes"}
        for post, role in deputies.items()
    ]
    posts += [
        {"post_id": "A-board", "unit_id": "A", "level": 4, "role": "party_board_deputy", "seats": 2},
        {"post_id": "A-desk", "unit_id": "A", "seats": 3},
    ]
    people: list[Cells] = [{"person_id": f"b{n}", "unit_id": "B", "level": 4, "rank": ranks} for n in range(1, 6)]
    people += [
        {"person_id": f"a{n}", "post_id": "A-office", "rank": more.pop(f"a{n}", "specialist")}
        for n in range(1, held + 1)
    ]
    people.append({"person_id": "desk", "post_id": "A-desk", "level": 5})
    return tiny(
        units=["A", "B"],
        posts=posts,
        people=people,
        quotas=[{"unit_id": "A", "quota": 20}],
        rules=rules,
        **{**IN_FORCE, **more},
    )


def sent(n: int, post: str = "A-division") -> list[MovedPerson]:
    return [move(f"b{k}", post) for k in range(1, n + 1)]


def test_two_deputies_for_each_division() -> None:
    one = commune({"division_head": 1})
    assert broken(one, *sent(2)) == set()  # 2 <= 2 x 1
    assert broken(one, *sent(3)) == {"deputies"}  # 3 > 2 x 1
    two = commune({"division_head": 1, "office_head": 1})
    assert broken(two, *sent(4)) == set()  # 4 <= 2 x 2
    assert broken(two, move("b5", "A-office"), *sent(4)) == {"deputies"}  # 5 > 2 x 2, wherever they are


def test_divisions_are_the_seats_of_heads() -> None:
    assert broken(commune({"centre_director": 2}), *sent(4)) == set()  # 2 x 2
    assert broken(commune({"centre_director": 2}), move("b5", "A-office"), *sent(4)) == {"deputies"}
    assert broken(commune({"centre_director": 0}), *sent(1)) == {"deputies"}  # 1 > 2 x 0
    assert broken(commune({"vice_chair": 1}), *sent(1)) == {"deputies"}
    assert broken(commune({}), move("b1", "A-board")) == set()  # a Party board's deputy is none of these


def test_more_deputies_than_the_total_are_tolerated_and_may_not_grow() -> None:
    over = commune({"division_head": 1}, held=3)
    assert broken(over) == set()  # 3 <= max(2, 3)
    assert broken(over, move("b1", "A-centre")) == {"deputies"}  # 4 > 3
    assert broken(over, move("a1", "A-desk", "internal"), move("b1", "A-centre")) == set()  # 3 - 1 + 1
    assert broken(over, move("a1", "A-centre", "internal")) == set()  # the same people
    merged = commune({}, held=1)
    assert broken(merged, move("a1", "A-desk", "internal"), move("b1", "A-centre")) == set()  # 1 <= max(0, 1)


def test_covering_the_seat_of_a_deputy_makes_none() -> None:
    assert broken(commune({}), move("desk", "A-office", "concurrent")) == set()
    assert broken(commune({}), move("desk", "A-office", "internal")) == {"deputies"}


def test_the_number_for_each_division_is_a_setting() -> None:
    three = commune({"division_head": 1}, rules={"deputies": {"per_division": 3}})
    assert broken(three, *sent(3)) == set()  # 3 <= 3 x 1
    assert broken(three, *sent(4)) == {"deputies"}


@pytest.mark.parametrize(
    ("day", "found"), [(date(2025, 10, 14), set()), (date(2025, 10, 15), {"deputies"})], ids=["before", "from"]
)
def test_the_total_is_in_force_since_october_2025(day: date, found: set[str]) -> None:
    keys = {"config": {"date": day, "forms": {"candidates": "all"}}}
    assert broken(commune({}, **keys), *sent(1)) == found
    assert Deputies.source.since == date(2025, 10, 15)


def test_the_total_is_waived_by_unit() -> None:
    assert broken(commune({}, decisions=[waiver("deputies", unit_id="A")]), *sent(1)) == set()
    assert broken(commune({}, decisions=[waiver("deputies", unit_id="B")]), *sent(1)) == {"deputies"}


def test_a_plan_fills_no_more_deputies_than_the_total_and_says_so() -> None:
    bans = [{"kind": "ban", "post_id": post} for post in ("A-board", "A-desk", "A-division_head")]
    plan = so.solve(commune({"division_head": 1}, decisions=bans))
    assert plan.totals["moves"] == 2
    assert {row.reason for row in plan.gaps if row.post_id == "A-office"} == {"limits"}
    waived = commune({"division_head": 1}, decisions=[*bans, waiver("deputies", unit_id="A")])
    assert so.solve(waived).totals["moves"] == 6  # b1 to b5 and the clerk of A


def test_a_pin_beyond_the_total_is_a_conflict_in_words() -> None:
    pin = {"kind": "pin", "person_id": "b1", "post_id": "A-office"}
    with pytest.raises(so.errors.InfeasibleError) as told:
        so.solve(commune({}, decisions=[pin]))
    assert [str(member.words) for member in told.value.conflict.members] == [
        "quyết định chốt b1 vào A-office",
        "Tổng số cấp phó không vượt bình quân hai người mỗi phòng (quy tắc deputies, căn cứ: "
        "Nghị định 370/2025/NĐ-CP; Nghị quyết 332/NQ-CP (15/10/2025))",
    ]


def ranked(held: dict[str, str | None], **rule: Any) -> Scenario:
    """A has four divisions, and deputies a1, a2, ... of these ranks; b1 to b5 are principal specialists."""
    rules = {"deputy_ranks": {**ON, **rule}}
    return commune({"division_head": 4}, len(held), "principal", rules=rules, **held)


def test_at_most_half_of_the_deputies_are_principal_specialists() -> None:
    assert broken(ranked({"a1": "specialist"}), *sent(1)) == set()  # 1 of 2
    assert broken(ranked({"a1": "specialist"}), *sent(2)) == {"deputy_ranks"}  # 2 of 3
    assert broken(ranked({"a1": None}), *sent(1)) == set()  # a blank rank is none
    assert broken(ranked({"a1": "senior"}), *sent(1)) == {"deputy_ranks"}  # 2 of 2, after 1 of 1: 2 - 1 > 1 - 1/2
    assert broken(ranked({}), *sent(1)) == {"deputy_ranks"}  # 1 of 1


def test_todays_excess_is_tolerated_and_may_not_grow() -> None:
    two_of_three = {"a1": "principal", "a2": "principal", "a3": "specialist"}
    assert broken(ranked(two_of_three)) == set()
    # b1 for a1: still 2 of 3
    assert broken(ranked(two_of_three), move("a1", "A-desk", "internal"), *sent(1)) == set()
    # a3 goes: 2 of 2, 2 - 2/2 = 1 above 2 - 3/2
    assert broken(ranked(two_of_three), move("a3", "A-desk", "internal")) == {"deputy_ranks"}
    # from one deputy's post to another nothing changes
    assert broken(ranked(two_of_three), move("a3", "A-centre", "internal")) == set()


def test_the_share_is_a_setting() -> None:
    assert broken(ranked({"a1": "junior", "a2": "staff"}, share=0.34), *sent(1)) == set()  # 1 of 3 <= 0.34
    assert broken(ranked({"a1": "junior", "a2": "staff"}, share=0.33), *sent(1)) == {"deputy_ranks"}  # 1 > 0.99
    assert broken(ranked({"a1": "junior"}, share=1), *sent(4)) == set()
    assert broken(ranked({"a1": "junior"}, share=0), *sent(1)) == {"deputy_ranks"}


def test_by_default_ranks_only_warn_and_from_the_last_day_of_2025() -> None:
    bans = [{"kind": "ban", "post_id": post} for post in ("A-board", "A-desk", "A-division_head")]
    pin = {"kind": "pin", "person_id": "b1", "post_id": "A-office"}
    keeps = [{"kind": "keep", "person_id": name} for name in ("b2", "b3", "b4", "b5", "desk")]

    def flags(day: date, *more: Cells) -> list[tuple[str, ...]]:
        keys = {"config": {**IN_FORCE["config"], "date": day}, "decisions": [*bans, pin, *keeps, *more]}
        return [row.flags for row in so.solve(commune({"division_head": 1}, 0, "senior", **keys)).moves]

    assert flags(date(2025, 12, 30)) == [()]
    assert flags(date(2025, 12, 31)) == [("deputy_ranks",)]
    assert flags(date(2025, 12, 31), waiver("deputy_ranks", unit_id="A")) == [()]
    assert DeputyRanks.source.since == date(2025, 12, 31)
