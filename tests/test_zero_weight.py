"""A gap that costs nothing is never worth a move: weight 0 takes a post out of its goal, it does not bind it."""

from __future__ import annotations

from typing import Any

import pytest
from builders import tiny

import optimizer as so
from optimizer.scenario.scenario import Scenario

SPARE = {"person_id": "p", "unit_id": "A", "fields": "land", "planned_for": "division_deputy"}


def story(post: dict[str, Any], goals: dict[str, Any] | None = None) -> Scenario:
    """One commune, one post with a seat or two, and p, who has the field and no seat."""
    keys = {"order": ["leadership", "specialists", "disruption"], **(goals or {})}
    return tiny(units=["A"], posts=[{"post_id": "A-0", "unit_id": "A", **post}], people=[SPARE], goals=keys)


COVERAGE = ["coverage", "disruption"]


@pytest.mark.parametrize(
    ("free", "costly"),
    [
        (story({"fields": "land", "weight": 0}), story({"fields": "land", "weight": 1})),
        (
            story({"fields": "land", "seats": 2}, {"specialists": {"weights": {"land": 0}}}),
            story({"fields": "land", "seats": 2}, {"specialists": {"weights": {"land": 1}}}),
        ),
        (
            story({"level": 4, "seats": 2}, {"leadership": {"weights": {1: 10, 2: 7, 3: 5, 4: 0}}}),
            story({"level": 4, "seats": 2}, {"leadership": {"weights": {1: 10, 2: 7, 3: 5, 4: 1}}}),
        ),
        (
            story({"fields": "land"}, {"order": COVERAGE, "coverage": {"weights": {"land": 0}}}),
            story({"fields": "land"}, {"order": COVERAGE, "coverage": {"weights": {"land": 1}}}),
        ),
    ],
    ids=["own weight", "weight of the field", "weight of the level", "weight of a field without anybody"],
)
def test_a_gap_of_weight_nothing_is_left_alone(free: Scenario, costly: Scenario) -> None:
    # filling the seat costs 20 points (internal, planned for the role); it is worth it only where the open seat counts
    assert so.solve(free).goal("disruption").value == 0
    assert so.solve(costly).goal("disruption").value == 20
