"""Plain assignment problems through the engine: against every assignment there is, and against SciPy where larger."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from engines import run_here

import optimizer as so
from optimizer.assignment import matching
from optimizer.engine.messages import Incumbent, Request
from optimizer.engine.process import Listener, Outcome
from optimizer.errors import BrokenPlanError, UsageError
from optimizer.program import PINS
from optimizer.texts import speaking

Arrays = dict[str, Any]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the child process, so that hundreds are solved."""
    monkeypatch.setattr(matching, "run", run_here)


def sums_up(found: so.Assignment, cost: np.ndarray) -> bool:
    """True where the chosen pairs are a full one-to-one assignment of the smaller side, and cost what is said."""
    once = len(set(found.rows.tolist())) == len(set(found.columns.tolist())) == len(found.rows) == min(cost.shape)
    return once and int(cost[found.rows, found.columns].sum()) == found.value


def cheapest(cost: np.ndarray) -> int:
    """The least cost over all permutations; every row of the smaller side gets a column."""
    wide = cost if cost.shape[0] <= cost.shape[1] else cost.T
    rows = np.arange(wide.shape[0])
    return min(int(wide[rows, list(chosen)].sum()) for chosen in permutations(range(wide.shape[1]), len(rows)))


@pytest.mark.parametrize("shape", [(5, 5), (6, 6), (7, 7), (3, 6), (6, 3), (1, 5), (5, 1), (1, 1)])
@pytest.mark.parametrize(("low", "high"), [(1, 100), (-50, 50), (0, 2), (-(10**9), 10**9)])
@pytest.mark.usefixtures("here")
def test_no_permutation_costs_less(shape: tuple[int, int], low: int, high: int) -> None:
    random = np.random.default_rng(shape[0] * 10 + shape[1])
    for _ in range(5):
        cost = random.integers(low, high + 1, shape)
        found = so.solve_assignment(cost)
        assert (found.status, found.value, found.bound) == ("OPTIMAL", cheapest(cost), found.value)
        assert found.certified
        assert found.missing == 0
        assert sums_up(found, cost)


def every_choice(listed: Arrays) -> dict[int, int]:
    """The least cost of every number of pairs that the capacities allow, over all subsets of the pairs."""
    n = len(listed["cost"])
    chosen = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1
    allowed = np.ones(len(chosen), dtype=bool)
    for places, capacity in ((listed["rows"], listed["gives"]), (listed["columns"], listed["takes"])):
        for place, most in enumerate(capacity):
            allowed &= chosen[:, places == place].sum(axis=1) <= most
    count, value = chosen[allowed].sum(axis=1), chosen[allowed] @ listed["cost"]
    return {int(k): int(value[count == k].min()) for k in np.unique(count)}


def random_list(random: np.random.Generator, most_gives: int, most_takes: int) -> Arrays:
    """Up to 11 pairs of 4 rows and 4 columns, some of which can give or take nothing."""
    at = random.permutation(16)[: int(random.integers(0, 12))]
    return {
        "cost": random.integers(-9, 10, len(at)),
        "rows": at // 4,
        "columns": at % 4,
        "gives": random.integers(0, most_gives + 1, 4),
        "takes": random.integers(0, most_takes + 1, 4),
    }


@pytest.mark.parametrize(("most_gives", "most_takes"), [(1, 1), (3, 1), (1, 3), (3, 3), (10**9, 10**9)])
@pytest.mark.usefixtures("here")
def test_no_choice_of_listed_pairs_costs_less(most_gives: int, most_takes: int) -> None:
    random = np.random.default_rng(most_gives * 7 + most_takes)
    seen = set()
    for _ in range(60):
        listed = random_list(random, most_gives, most_takes)
        best = every_choice(listed)
        for wanted in (None, int(random.integers(0, 6))):
            found = so.solve_assignment(**listed, pairs=wanted)
            full = min(int(listed["gives"].sum()), int(listed["takes"].sum())) if wanted is None else wanted
            seen.add(found.status)
            assert found.certified
            if full in best:
                assert (found.status, found.value, found.bound) == ("OPTIMAL", best[full], best[full])
                assert len(found.rows) == full
                assert keeps(found, listed)
            else:
                assert (found.status, found.value, found.bound) == ("INFEASIBLE", None, None)
                assert found.missing == full - max(best)
                assert len(found.rows) == len(found.costs) == 0
    assert seen == {"OPTIMAL", "INFEASIBLE"}


def keeps(found: so.Assignment, listed: Arrays) -> bool:
    """True where each chosen pair is a listed one, at its cost, and no capacity is exceeded."""
    costs = dict(zip(zip(listed["rows"], listed["columns"], strict=True), listed["cost"], strict=True))
    named = [costs.pop((row, column)) for row, column in zip(found.rows, found.columns, strict=True)]
    within = (np.bincount(found.rows, minlength=4) <= listed["gives"]).all()
    return bool(within and (np.bincount(found.columns, minlength=4) <= listed["takes"]).all()) and (
        named == found.costs.tolist() and sum(named) == found.value
    )
