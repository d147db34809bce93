"""Stories about the centre's director: not a vice-chair at once, from 15 October 2025 on."""

from __future__ import annotations

from datetime import date
from typing import Any

from builders import tiny
from stories import broken, move

import optimizer as so
from optimizer.scenario.scenario import Scenario

IN_FORCE, BEFORE = date(2025, 10, 15), date(2025, 10, 14)


def commune(day: date = IN_FORCE, also: str | None = None, holds: str | None = None, **more: Any) -> Scenario:
    """A has two seats for vice-chairs, one director's and a head's; the communes A and B have one person each."""
    roles = {"vice": (2, "vice_chair"), "vice2": (2, "vice_chair"), "director": (3, "centre_director"),
             "head": (3, "division_head")}  # fmt: skip
    posts = [
        {"post_id": f"{unit}-{name}", "unit_id": unit, "level": level, "role": role, "concurrent_ok": "yes"}
        for unit in "AB"
        for name, (level, role) in roles.items()
    ]
    person = {"person_id": "a", "also_holds": also, "level": 2}
    return tiny(
        units=["A", "B"],
        posts=posts,
        people=[
            {**person, "post_id": holds} if holds else {**person, "unit_id": "A"},
            {"person_id": "b", "unit_id": "B"},
        ],
        config={"date": day, "forms": {"candidates": "all"}},
        rules={"level_step": {"state": "off"}, "no_new_gaps": {"state": "off"}, **more.pop("rules", {})},
        **more,
    )


def reach(scenario: Scenario, form: str) -> set[str]:
    frame = so.admissible_moves(scenario).to_frame()
    return set(frame[(frame["person_id"] == "a") & (frame["form"] == form)]["to_post_id"])


def test_a_vice_chair_does_not_cover_the_directors_seat() -> None:
    assert reach(commune(BEFORE, holds="A-vice"), "concurrent") == {"A-vice2", "A-director", "A-head"}
    scenario = commune(holds="A-vice")
    assert reach(scenario, "concurrent") == {"A-vice2", "A-head"}
    assert broken(scenario, move("a", "A-director", "concurrent")) == {"centre_director"}
    assert broken(commune(BEFORE, holds="A-vice"), move("a", "A-director", "concurrent")) == set()


def test_a_director_does_not_cover_a_vice_chairs_seat() -> None:
    assert reach(commune(BEFORE, holds="A-director"), "concurrent") == {"A-vice", "A-vice2", "A-head"}
    scenario = commune(holds="A-director")
    assert reach(scenario, "concurrent") == {"A-head"}
    assert broken(scenario, move("a", "A-vice", "concurrent")) == {"centre_director"}


def test_whoever_covers_the_centre_does_not_become_vice_chair_beside_it() -> None:
    scenario = commune(also="A-director", holds="A-head")
    assert reach(scenario, "internal") == {"A-director"}
    assert broken(scenario, move("a", "A-vice", "internal")) == {"centre_director"}
    assert reach(commune(also="A-director", holds="A-head", day=BEFORE), "internal") == {
        "A-vice", "A-vice2", "A-director"}  # fmt: skip


def test_nor_the_reverse() -> None:
    scenario = commune(also="A-vice", holds="A-head")
    assert reach(scenario, "internal") == {"A-vice", "A-vice2"}
    assert broken(scenario, move("a", "A-director", "internal")) == {"centre_director"}
    assert reach(scenario, "concurrent") == {"A-vice2"}


def test_an_own_post_that_is_left_does_not_count() -> None:
    """From vice-chair to director by an internal move: one role after the other."""
    assert "A-director" in reach(commune(holds="A-vice"), "internal")


def test_whoever_leaves_the_unit_gives_up_what_they_cover_there() -> None:
    assert {"B-vice", "B-director"} <= reach(commune(also="A-director", holds="A-head"), "transfer")


def test_what_is_covered_in_another_unit_is_another_matter() -> None:
    assert "A-vice" in reach(commune(also="B-director", holds="A-head"), "internal")


def test_the_rule_is_waived_for_a_person_alone() -> None:
    waiver = {"kind": "waive", "rule": "centre_director", "person_id": "a", "reason": "r", "decided_by": "d"}
    assert "A-director" in reach(commune(holds="A-vice", decisions=[waiver]), "concurrent")
    other = {**waiver, "person_id": "b"}
    assert "A-director" not in reach(commune(holds="A-vice", decisions=[other]), "concurrent")
