"""The goals as the checker recomputes them, worked out by hand."""

from __future__ import annotations

import pytest
from builders import tiny
from stories import SAYS_NO, SAYS_YES, Cells, move, province

from optimizer.checker import check


def test_the_goals_of_a_province_without_moves() -> None:
    scenario = tiny(
        units=[{"unit_id": "A", "region_class": "III"}, {"unit_id": "B", "hardship": 110}],
        posts=[
            {"post_id": "A-chair", "unit_id": "A", "level": 1},
            {"post_id": "B-head", "unit_id": "B", "level": 3, "weight": 2, "seats": 2},
            {"post_id": "A-it", "unit_id": "A", "fields": "land;it"},
            {"post_id": "B-office", "unit_id": "B", "fields": "office"},
        ],
        people=[{"person_id": "b1", "post_id": "B-head"}],
        quotas=[{"unit_id": "A", "quota": 3}, {"unit_id": "B", "quota": 1}],
    )
    assert check(scenario, []).goals == {
        "leadership": 10 * 150 * 1 + 2 * 110 * 1,
        "coverage": 2 + 1,  # land and IT in A, office in B
        "specialists": 4 * 150 + 1 * 110,  # it 4 is more than land 3; office 1
        # A misses 3 of 3: (20000 x 1 + 3) // 6 + (20000 x 3 + 3) // 6 + (20000 x 5 + 3) // 6
        "headcount": 3_333 + 10_000 + 16_667,
        "disruption": 0,
    }


def test_disruption_cause_by_cause() -> None:
    scenario = tiny(
        units=[
            {"unit_id": "A", "mountain": "yes", "former_district": "x"},
            {"unit_id": "B", "former_district": "y"},
            "C",
        ],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it"},
            {"post_id": "B-law", "unit_id": "B", "fields": "justice"},
        ],
        people=[
            {
                "person_id": "p1",
                "post_id": "B-law",
                "fields": "it;justice",
                "residence_unit_id": "C",
                "last_move_on": "2023-09-02",
                "youngest_child_birth": "2022-09-01",
            },
            {"person_id": "p0", "unit_id": "B", "fields": "justice"},
        ],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 1}],
        distances=[
            {"from_unit_id": "C", "to_unit_id": "A", "km": 40.9},
            {"from_unit_id": "B", "to_unit_id": "C", "km": 10},
        ],
    )
    plan = move("p1", "A-it"), move("p0", "B-law", "internal")
    # transfer 100, other field 30, km floor(40.9 - 10) - 10 = 20, district 15, no wish 20,
    # moved 2023-09-02 + 24 months > 2025-09-01: 80, child of 36 months 20, scarce (1 with it in B) 25;
    # the internal move 20
    verdict = check(scenario, plan)
    assert verdict.passed
    assert verdict.goals["disruption"] == 100 + 30 + 20 + 15 + 20 + 80 + 20 + 25 + 20


@pytest.mark.parametrize(
    ("wishes", "points"),
    [
        ([], 20),
        (SAYS_YES, 0),
        ([{"person_id": "p1", "unit_id": "C"}], 40),
        (SAYS_NO, 80),
        ([{"person_id": "p1"}], 0),
    ],
)
def test_wishes(wishes: list[Cells], points: int) -> None:
    # 10 km are free; the only person with it in B is p1: transfer 100 + scarce 25
    assert check(province(wishes=wishes), [move("p1", "A-it")]).goals["disruption"] == 125 + points
