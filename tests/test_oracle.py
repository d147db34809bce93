"""The engine against brute force: over 1,600 tiny provinces, every plan of each enumerated and judged by scalar code.

In those of the slow part every rule stands in every state that it may have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path

import pytest
from oracle import Facts, best_values, plans
from provinces import random_province
from rule_states import Seen, all_states, in_random_states, seen_states
from sampling import first

import optimizer as so
from optimizer.engine.lexicographic import Run
from optimizer.errors import InfeasibleError, InputError
from optimizer.plan import Status
from optimizer.scenario.scenario import Scenario

PER_BLOCK, LEAST_JUDGED = 40, 38  # a province with too many plans to enumerate may be left out
LEAST_SEEN = 3  # provinces in which a rule stands in one of its states
BLOCKS = [range(first, first + PER_BLOCK) for first in range(0, 13 * PER_BLOCK, PER_BLOCK)]
SLOW_BLOCKS = [range(first, first + PER_BLOCK) for first in range(10_000, 10_000 + 30 * PER_BLOCK, PER_BLOCK)]
QUICK_BLOCKS = 2  # so many of them are judged in the quick run, and all with the slow one
WAYS = {"by branching on all moves": 12_000, "by column generation": 0}

each_block = pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, marks=[pytest.mark.slow] if place >= QUICK_BLOCKS else [])
        for place, block in enumerate(BLOCKS)
    ],
    ids=lambda block: f"from {block.start}",
)
each_slow_block = pytest.mark.parametrize("block", SLOW_BLOCKS, ids=lambda block: f"from {block.start}")


def solved_values(scenario: Scenario) -> dict[str, int] | None:
    """Every goal's value in the engine's plan, None where it says that there is none."""
    try:
        plan = so.solve(scenario)
    except InfeasibleError as error:
        assert error.conflict
        return None
    except InputError as error:
        assert {problem.code for problem in error.problems} == {"E430"}  # a gate forbids a pin: nothing to solve
        return None
    assert plan.status == Status.OPTIMAL
    assert all(goal.proven and goal.bound == goal.value for goal in plan.goals)
    assert so.check(scenario, plan).passed
    return {goal.name: goal.value for goal in plan.goals}


def judge(scenarios: Iterable[tuple[int, Scenario]], monkeypatch: pytest.MonkeyPatch) -> None:
    clashes, judged = [], 0
    for seed, scenario in scenarios:
        try:
            best = best_values(scenario)
        except OverflowError:
            continue
        judged += 1
        for way, branch_up_to in WAYS.items():
            monkeypatch.setattr("optimizer.engine.worker.Run", partial(Run, branch_up_to=branch_up_to))
            reached = solved_values(scenario)
            if reached != best:
                clashes.append(f"seed {seed}: {best} by brute force, {reached} {way}")
    assert clashes == []
    assert judged >= LEAST_JUDGED


@each_block
def test_the_engine_is_as_good_as_brute_force(block: range, monkeypatch: pytest.MonkeyPatch) -> None:
    judge(((seed, random_province(seed)) for seed in block), monkeypatch)


def many_states(block: range) -> Iterator[tuple[int, Scenario]]:
    return ((seed, in_random_states(random_province(seed), seed)) for seed in block)


@pytest.mark.slow
@each_slow_block
def test_the_engine_is_as_good_as_brute_force_on_many_more(block: range, monkeypatch: pytest.MonkeyPatch) -> None:
    judge(many_states(block), monkeypatch)


@pytest.mark.slow
def test_every_rule_is_judged_in_every_state_it_may_have() -> None:
    seen: Counter[Seen] = Counter()
    judged = 0
    for _, scenario in chain.from_iterable(map(many_states, SLOW_BLOCKS)):
        with suppress(OverflowError):
            next(plans(Facts(scenario)))
            judged += 1
            seen.update(seen_states(scenario.rules))
    assert judged >= 1_000
    assert {state: seen[state] for state in all_states() if seen[state] < LEAST_SEEN} == {}


def test_the_child_process_gives_the_same_answers(child_process: None) -> None:
    few_enough = (seed for seed in range(40) if _best_or_none(seed) is not None)
    for seed in islice(few_enough, 3):
        assert solved_values(random_province(seed)) == _best_or_none(seed), f"seed {seed}"


@cache
def _best_or_none(seed: int) -> dict[str, int] | None:
    """None also where the province has too many plans to enumerate."""
    try:
        return best_values(random_province(seed))
    except OverflowError:
        return None


def agree(folder: Path, units: int, seed: int, monkeypatch: pytest.MonkeyPatch, **keys: str) -> None:
    """Both ways of the engine prove the same plan of a generated province, move by move."""
    so.generate(folder, units=units, seed=seed)
    scenario = so.read(folder, keys)
    plans_by_way = []
    for branch_up_to in (0, 10_000_000):
        monkeypatch.setattr("optimizer.engine.worker.Run", partial(Run, branch_up_to=branch_up_to))
        plans_by_way.append(so.solve(scenario))
    one, other = plans_by_way
    assert one.status == other.status == Status.OPTIMAL
    assert one.moves == other.moves
    assert [goal.value for goal in one.goals] == [goal.value for goal in other.goals]


@pytest.mark.parametrize("seed", first(1, [2, 4, 5]))
def test_both_ways_give_the_same_plan_of_six_communes(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(tmp_path / "province", 6, seed, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 16))
def test_both_ways_give_the_same_plan_of_twelve_communes(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(tmp_path / "province", 12, seed, monkeypatch, **{"forms.candidates": "all"})
