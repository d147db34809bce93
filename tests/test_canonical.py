"""One plan out of many equals: the smallest sum of hashes, then the smallest sorted list, held against all plans."""

from __future__ import annotations

import pytest
from builders import tiny
from oracle import feasible, plans
from provinces import random_province
from samples import each_part

import optimizer as so
from optimizer.engine import canonical
from optimizer.errors import InfeasibleError, InputError
from optimizer.goals import GOALS
from optimizer.registry import REGISTRY
from optimizer.rulebook.after import After
from optimizer.rulebook.facts import Facts
from optimizer.scenario.generating.building import build_scenario
from optimizer.scenario.generating.profile import Profile
from optimizer.scenario.scenario import Scenario

Triples = list[tuple[str, str, str]]


def chosen_by_enumeration(scenario: Scenario) -> Triples:
    """The moves of the canonical plan: best values first, then the sum of hashes, then the list itself."""
    facts = Facts(scenario)
    by_name = {goal.name: goal for goal in GOALS}

    def rank(after: After) -> tuple[list[int], int, Triples]:
        moves = sorted((m.person.person_id, m.post.post_id, m.form) for m in after.placements)
        values = [by_name[name].measure(facts, after) for name in scenario.goal_order]
        return values, sum(canonical.hash_of(*move) for move in moves), moves

    allowed = (feasible(facts, plan) for plan in plans(facts))
    return min(rank(after) for after in allowed if after is not None)[2]


def chosen_by_the_engine(scenario: Scenario) -> Triples:
    return sorted((m.person_id, m.to_post_id, m.form) for m in so.solve(scenario).moves)


def twins(people: int, seats: int) -> Scenario:
    """`people` equals without a seat in A, and one post of `seats` seats: which of them is a tie."""
    return tiny(
        units=["A"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": seats}],
        people=[{"person_id": f"p{k}", "unit_id": "A", "fields": "it"} for k in range(people)],
    )


def test_a_hash_depends_on_the_three_words_and_is_positive() -> None:
    numbers = {canonical.hash_of("p", f"post-{k}", form) for k in range(200) for form in ("transfer", "internal")}
    assert len(numbers) > 390
    assert all(0 < number < 1 << 20 for number in numbers)
    assert canonical.hash_of("ab", "c", "x") != canonical.hash_of("a", "bc", "x")


@pytest.mark.parametrize("same_hash", [False, True], ids=["hashes decide", "all hashes equal"])
@pytest.mark.parametrize(("people", "seats"), [(4, 1), (5, 2), (5, 4)])
def test_equals_are_told_apart(people: int, seats: int, same_hash: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if same_hash:
        monkeypatch.setattr(canonical, "hash_of", lambda *words: 7)
    scenario = twins(people, seats)
    expected = chosen_by_enumeration(scenario)
    assert chosen_by_the_engine(scenario) == expected
    if same_hash:  # every choice has the same sum: the first ids win
        assert [person for person, _, _ in expected] == [f"p{k}" for k in range(seats)]


@each_part(15, 80)
@pytest.mark.parametrize("same_hash", [False, True], ids=["hashes decide", "all hashes equal"])
def test_random_provinces_give_the_canonical_plan(
    same_hash: bool, seeds: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    if same_hash:
        monkeypatch.setattr(canonical, "hash_of", lambda *words: 7)
    compared = 0
    for seed in seeds:
        scenario = random_province(seed)
        try:
            found = chosen_by_the_engine(scenario)
            expected = chosen_by_enumeration(scenario)
        except (InfeasibleError, InputError, OverflowError):
            continue
        assert found == expected, seed
        compared += 1
    assert compared > 0.7 * len(seeds)


def test_prices_of_the_size_of_hashes_prove_no_more_than_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    # hashes sum to millions, where rounding of a bound shows: by prices alone or by branching, the same is proven
    scenario = build_scenario(Profile(units=8, seed=3), REGISTRY)
    found = []
    for few_ties in (0, 100_000):
        monkeypatch.setattr(canonical, "FEW_TIES", few_ties)
        heard: list[so.Progress] = []
        moves = so.solve(scenario, listen=heard.append).moves
        ties = [(p.value, p.bound) for p in heard if p.goal == canonical.CANONICAL]
        assert all(bound is None or bound <= ties[-1][0] for _, bound in ties)
        found.append((ties[-1], moves))
    assert found[0] == found[1]
    assert found[0][0][0] == found[0][0][1] > 1_000_000
