"""Stories about exempt cases and the term of a secondment: who leaves the unit, who does not, and who warns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from builders import tiny
from exported import all_words, written
from stories import NO_FLOORS, SAYS_YES, broken, department, move, province

import optimizer as so
from optimizer.errors import InputError
from optimizer.scenario.scenario import Scenario

OFF = {"state": "off"}
BY_HEAD = {"exempt": {"head_decides": "flag"}}


def exempt(*cases: int, wishes: list[dict[str, str]] | None = None, **rules: object) -> Scenario:
    return province(person={"exempt": cases}, wishes=wishes or [], rules={**NO_FLOORS, **rules})


def flags(scenario: Scenario) -> list[tuple[str, tuple[str, ...]]]:
    """Who moves in the engine's plan, with which warnings; the checker agrees."""
    plan = so.solve(scenario)
    assert so.check(scenario, plan).passed
    return [(row.person_id, row.flags) for row in plan.moves]


@pytest.mark.parametrize("case", [1, 2, 3, 4])
def test_the_first_four_cases_block_whatever_the_person_or_the_head_says(case: int) -> None:
    assert flags(exempt(wishes=SAYS_YES)) == [("p1", ())]
    scenario = exempt(case, wishes=SAYS_YES, **BY_HEAD)
    assert flags(scenario) == []
    assert broken(scenario, move("p1", "A-it")) == {"exempt"}


@pytest.mark.parametrize("case", [5, 6])
def test_cases_five_and_six_give_way_to_the_persons_own_wish_and_not_to_the_head(case: int) -> None:
    assert flags(exempt(case, wishes=SAYS_YES)) == [("p1", ())]
    assert flags(exempt(case, **BY_HEAD)) == []
    assert broken(exempt(case, **BY_HEAD), move("p1", "A-it")) == {"exempt"}


def test_case_seven_is_the_heads_word() -> None:
    """By default it blocks, also against the person's wish; with head_decides = "flag" it alone warns."""
    assert flags(exempt(7, wishes=SAYS_YES)) == []
    assert flags(exempt(7, **BY_HEAD)) == [("p1", ("exempt",))]
    assert flags(exempt(1, 7, **BY_HEAD)) == []
    assert flags(exempt(5, 7, **BY_HEAD)) == []
    assert flags(exempt(5, 7, wishes=SAYS_YES, **BY_HEAD)) == [("p1", ("exempt",))]


def test_within_the_unit_nothing_is_exempt() -> None:
    story = {
        "units": ["A"],
        "posts": [{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        "people": [{"person_id": "a", "unit_id": "A", "fields": "it", "exempt": (1, 7)}],
    }
    assert flags(tiny(**story, rules=BY_HEAD)) == [("a", ())]


def test_leaders_read_that_the_head_decides_and_not_which_case(tmp_path: Path) -> None:
    scenario = exempt(6, 7, wishes=SAYS_YES, **BY_HEAD)
    plan = so.solve(scenario)
    leader, planner = (
        all_words(written(plan, scenario, tmp_path, "html", tier=tier)) for tier in ("leader", "planner")
    )
    assert "không thuộc diện: trường hợp 6; 7" in planner
    assert "không thuộc diện" in leader
    assert "không thuộc diện: trường hợp" not in leader


def seconded(until: str, form: str = "transfer", ready: str | None = None, **rules: object) -> Scenario:
    """d01 is listed, and at B until a day before the horizon of 2025-12-01 (else nobody could ask)."""
    return tiny(
        units=["A", "B", {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=[{"person_id": "d01", "unit_id": "D", "fields": "it", "on_site_unit_id": "B", "seconded_until": until},
                *({"person_id": f"d{n}", "unit_id": "D"} for n in range(10, 30))],
        pools=[{"person_id": "d01", "form": form, "rank": 1, "ready_from": ready},
               {"person_id": "d10", "form": "secondment", "rank": 2}],
        quotas=[{"unit_id": "A", "quota": 1}],
        rules=rules,
    )  # fmt: skip


def test_whoever_is_still_seconded_on_the_first_day_is_in_case_four() -> None:
    """The scenario's date is 1 September, and the end is exclusive: until the 1st is free, until the 2nd is not."""
    assert flags(seconded("2025-09-01")) == [("d01", ())]
    assert flags(seconded("2025-09-02")) == []
    assert broken(seconded("2025-09-02"), move("d01", "A-it")) == {"exempt"}


def test_the_list_may_begin_after_the_present_secondment() -> None:
    assert flags(seconded("2025-10-15", ready="2025-10-15")) == [("d01", ())]
    assert flags(seconded("2025-10-15", ready="2025-10-14")) == []


def test_already_seconded_is_told_whether_or_not_the_data_name_the_case() -> None:
    """With state = "flag" the row warns by the secondment alone."""
    assert flags(seconded("2025-09-02", exempt={"state": "flag"})) == [("d01", ("exempt",))]
    assert flags(seconded("2025-09-01", exempt={"state": "flag"})) == [("d01", ())]


def test_whoever_is_seconded_may_be_moved_within_the_unit() -> None:
    """Back before the horizon, the person counts at home, and takes an open seat there."""
    story = {
        "units": ["A", "B"],
        "posts": [{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        "people": [{"person_id": "a", "unit_id": "A", "fields": "it", "on_site_unit_id": "B",
                    "seconded_until": "2025-10-01"}],
    }  # fmt: skip
    assert flags(tiny(**story)) == [("a", ())]


# --- the term of a secondment ---


def test_two_secondments_at_once_stay_forbidden_where_the_exempt_cases_are_off() -> None:
    transferred, again = seconded("2025-09-02", exempt=OFF), seconded("2025-09-02", "secondment", exempt=OFF)
    assert flags(transferred) == [("d01", ())]
    assert flags(again) == []
    assert broken(again, move("d01", "A-it", "secondment")) == {"secondment_term"}
    assert flags(seconded("2025-09-01", "secondment", exempt=OFF)) == [("d01", ())]
    assert flags(seconded("2025-09-02", "secondment", exempt=OFF, secondment_term=OFF)) == [("d01", ())]


@pytest.mark.parametrize(("months", "ready", "start", "end"), [
    (1, None, date(2025, 9, 1), date(2025, 10, 1)),
    (None, "2025-10-31", date(2025, 10, 31), date(2026, 4, 30)),  # 6 months, clipped to the end of April
    (36, "2025-08-01", date(2025, 9, 1), date(2028, 9, 1)),  # ready before the scenario's date
])  # fmt: skip
def test_a_secondment_begins_when_the_person_is_ready_and_lasts_its_months(
    months: int | None, ready: str | None, start: date, end: date
) -> None:
    scenario = department(pool={"max_months": months, "ready_from": ready}, decisions=[
        {"kind": "pin", "person_id": "d01", "post_id": "A-it"}])  # fmt: skip
    plan = so.solve(scenario)
    row = next(row for row in plan.moves if row.person_id == "d01")
    assert (row.start, row.end) == (start, end)
    assert so.check(scenario, plan).passed
    later = row.model_copy(update={"end": date(2028, 9, 2)})
    assert "moves.end" in broken(scenario, later)


@pytest.mark.parametrize("months", [0, 37])
def test_a_term_outside_1_to_36_months_is_refused_on_reading(months: int) -> None:
    with pytest.raises(InputError) as refused:
        department(pool={"max_months": months})
    assert [(problem.code, problem.column) for problem in refused.value.problems] == [("E205", "max_months")]
