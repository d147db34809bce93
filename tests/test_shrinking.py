"""The smallest part of a clash, found in few questions."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from optimizer.engine.shrinking import shrunk


@pytest.mark.parametrize("seed", range(200))
def test_what_is_left_clashes_and_needs_each_of_its_members(seed: int) -> None:
    rng = random.Random(seed)
    members = list(range(rng.randint(1, 12)))
    reasons = [set(rng.sample(members, rng.randint(1, min(4, len(members))))) for _ in range(rng.randint(1, 3))]

    def clash(part: list[int]) -> list[int] | None:
        """All members, or with every other seed those of a reason alone, as a proof names them."""
        found = next((reason for reason in reasons if reason <= set(part)), None)
        return None if found is None else part if seed % 2 else sorted(found)

    kept = shrunk(members, clash)
    assert kept == sorted(kept)
    assert clash(kept) == kept
    assert all(clash([*rest]) is None for rest in combinations(kept, len(kept) - 1))


def test_three_of_a_thousand_take_few_questions() -> None:
    """Halves, quarters, eighths ...: about two questions for each of the three at each of ten sizes."""
    asked: list[int] = []

    def clash(part: list[int]) -> list[int] | None:
        asked.append(len(part))
        return part if {17, 400, 983} <= set(part) else None

    assert shrunk(list(range(1000)), clash) == [17, 400, 983]
    assert len(asked) < 100


def test_nothing_is_left_of_what_clashes_by_itself() -> None:
    assert shrunk(["a", "b"], lambda part: part) == []
    assert shrunk([], lambda part: part) == []
