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
from optimizer.program_goals import PINS
from optimizer.texts import speaking

Arrays = dict[str, Any]


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


def test_a_middle_matrix_agrees_with_scipy_through_the_child_process(child_process: None) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    cost = np.random.default_rng(305).integers(1, 101, (100, 100))
    found = so.solve_assignment(cost)
    assert (found.status, found.certified) == ("OPTIMAL", True)
    assert found.value == found.bound == int(cost[optimize.linear_sum_assignment(cost)].sum())
    assert sums_up(found, cost)


def test_two_rows_want_the_same_column_and_capacity_decides() -> None:
    """Both rows like column 0: with one place the best is 1 + 6 = 7 (5 + 4 = 9), with two places it is 1 + 4 = 5."""
    cost = [[1, 5], [4, 6]]
    assert so.solve_assignment(cost).value == 7
    wider = so.solve_assignment(cost, takes=[2, 1])
    assert (wider.value, wider.columns.tolist(), wider.costs.tolist()) == (5, [0, 0], [1, 4])


def test_what_cannot_be_complete_is_told_with_its_count() -> None:
    """Rows 0 and 1 know column 0 alone, and it takes one; row 2 has column 1: two pairs of three are possible."""
    listed: Arrays = {"cost": [4, 2, 9], "rows": [0, 1, 2], "columns": [0, 0, 1]}
    short = so.solve_assignment(**listed, takes=[1, 1, 1])
    assert (short.status, short.value, short.bound, short.missing, short.certified) == (
        "INFEASIBLE", None, None, 1, True,
    )  # fmt: skip
    assert short.to_frame().empty
    assert repr(short) == "Assignment(INFEASIBLE, 1 pairs missing, certified)"
    less = so.solve_assignment(**listed, takes=[1, 1, 1], pairs=3 - short.missing)
    assert (less.status, less.value, less.rows.tolist()) == ("OPTIMAL", 2 + 9, [1, 2])


def test_the_result_as_a_frame_and_in_words() -> None:
    found = so.solve_assignment(np.array([[-3, 2], [1, 5]]))  # -3 + 5 = 2, or 2 + 1 = 3
    assert found.to_frame().to_dict("list") == {"row": [0, 1], "column": [0, 1], "cost": [-3, 5]}
    assert repr(found) == "Assignment(OPTIMAL, value=2, 2 pairs, certified)"


def test_floats_are_taken_where_all_are_whole() -> None:
    assert so.solve_assignment(np.array([[2.0, 1.0], [4.0, 5.0]])).value == 5  # 1 + 4, not 2 + 5


def stopped(where: str) -> Any:
    """The engine, of which nothing was heard any more after the goal `where`."""

    def run(request: Request, listen: Listener) -> Outcome:
        heard: list[Incumbent] = []
        run_here(request, heard.append)
        outcome = Outcome(Incumbent(request.incumbent, ()))
        outcome.incumbent = [incumbent for incumbent in heard if incumbent.solved[-1].name == where][-1]
        return outcome

    return run


def test_stopped_before_the_costs_it_is_feasible_with_what_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """Costs are at least 0 after the shift of -2: of 6 pairs the sum is at least -12, and that is all that is known."""
    monkeypatch.setattr(matching, "run", stopped(PINS))
    cost = np.random.default_rng(5).integers(-1, 50, (6, 6))
    cost[0] = -2  # one such row alone: -12 cannot be reached
    found = so.solve_assignment(cost)
    assert (found.status, found.bound, found.missing) == ("FEASIBLE", -12, 0)
    assert found.certified
    assert sums_up(found, cost)
    assert repr(found) == f"Assignment(FEASIBLE, value={found.value} (bound -12), 6 pairs, certified)"


def test_without_time_there_is_no_assignment() -> None:
    found = so.solve_assignment(np.ones((40, 40), dtype=int), time_limit=0)
    assert (found.status, found.value, found.bound, found.missing) == ("NO_PLAN_IN_TIME", None, None, None)
    assert not found.certified
    assert repr(found) == "Assignment(NO_PLAN_IN_TIME)"


def test_an_answer_that_does_not_hold_is_never_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(request: Request, listen: Listener) -> Outcome:
        outcome = run_here(request, listen)
        chosen = np.arange(request.program.n, dtype=np.int32)  # every pair at once
        outcome.incumbent = Incumbent(chosen, outcome.incumbent.solved)
        return outcome

    monkeypatch.setattr(matching, "run", run)
    with pytest.raises(BrokenPlanError):
        so.solve_assignment([[1, 2], [3, 4]])


TWO: Arrays = {"cost": [1, 2], "rows": [0, 1], "columns": [0, 1]}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"cost": [[1, 2.5]]}, ["cost: 1 numbers, the first of them 2.5, are not whole"]),
        ({"cost": [[1, np.nan], [np.inf, 2]]}, ["cost: 2 numbers, the first of them nan, are not whole"]),
        ({"cost": [[10**9 + 1]]}, ["from -1000000000 to 1000000000"]),
        ({"cost": [[2**70]]}, ["cost: numbers are wanted"]),
        ({"cost": [["1"]]}, ["cost: numbers are wanted"]),
        ({"cost": [[True]]}, ["cost: numbers are wanted"]),
        ({"cost": [[1, 2], [3]]}, ["cost: numbers are wanted"]),
        ({"cost": [1, 2]}, ["cost: a matrix is wanted, or a list with rows and columns, not (2,)"]),
        ({"cost": [[1]], "gives": [1, 1]}, ["gives: one number for all is wanted, or 1 of them, not (2,)"]),
        ({"cost": [[1]], "gives": -1, "takes": 0.5, "pairs": [1], "time_limit": -1},
         ["time limit", "gives: 1 numbers", "takes: 1 numbers", "pairs: one number is wanted"]),
        ({"cost": [[1]], "time_limit": float("nan")}, ["time limit"]),
        ({**TWO, "columns": None}, ["lists of one length are wanted, not (2,), (2,) and (0,)"]),
        ({**TWO, "rows": [0, -1]}, ["rows: 1 numbers, the first of them -1"]),
        ({**TWO, "rows": [0, 10**7]}, ["rows: 1 numbers, the first of them 10000000"]),
        ({**TWO, "rows": [1, 1], "columns": [3, 3]}, ["1 pairs are listed twice, the first of them row 1, column 3"]),
        ({**TWO, "takes": [1]}, ["takes: one number for all is wanted, or 2 of them, not (1,)"]),
        ({**TWO, "cost": [0.1, 2], "rows": [0.5, 1], "gives": "all"},
         ["cost: 1 numbers, the first of them 0.1", "rows: 1 numbers, the first of them 0.5", "gives: numbers"]),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_told_at_once(arguments: Arrays, told: list[str]) -> None:
    with pytest.raises(UsageError) as error, speaking("en"):
        so.solve_assignment(**arguments)
    with speaking("en"):
        words = str(error.value)
    assert [part for part in told if part not in words] == []
    assert words.count(";") == len(told) - 1
