"""What each rule blocks: on tiny provinces every rule is really switched off, and the moves and posts are counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from builders import tiny
from provinces import random_province
from samples import each_part

from optimizer.admitting import build_moves, flag_names
from optimizer.arrays import Arrays, BoolArray
from optimizer.arrays_building import build_arrays
from optimizer.moves import Moves
from optimizer.program import build_program
from optimizer.rule_counts import RuleCount, count_rules
from optimizer.rulebook import GATES, LIMITS, RULES
from optimizer.rulebook.base import Rule
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import COMMUNE_KINDS


@cache
def counted(seed: int) -> tuple[Scenario, Arrays, dict[str, RuleCount]]:
    scenario = random_province(seed)
    a = build_arrays(scenario)
    return scenario, a, count_rules(a)


def without(scenario: Scenario, rule: Rule) -> Scenario:
    off = scenario.rules[rule.name].model_copy(update={"state": "off", "by_kind": {}})
    return replace(scenario, rules={**scenario.rules, rule.name: off})


def is_on(scenario: Scenario, rule: Rule) -> bool:
    kinds = COMMUNE_KINDS & {unit.kind for unit in scenario.units}
    whole = [None] if rule.kind == "limit" else []  # rows of no unit, such as the number of all moves
    return any(rule.state_in(scenario, kind) == "on" for kind in (*whole, *kinds))


def short_posts_reached(a: Arrays, moves: Moves, possible: BoolArray | None = None) -> set[int]:
    """Posts that are short today and of which some move fills a seat."""
    kept = range(moves.n) if possible is None else np.flatnonzero(possible).tolist()
    return {int(moves.post[k]) for k in kept if not moves.stays[k]} & {
        j
        for j, post in enumerate(a.posts)
        if post.bloc != "military" and a.unit_is_commune[a.post_unit[j]] and a.post_held[j] < post.seats
    }


@pytest.mark.slow
@each_part(30, 60)
def test_a_gate_blocks_the_moves_that_come_when_it_alone_is_off(seeds: range) -> None:
    blocks, posts = Counter[str](), Counter[str]()
    for seed in seeds:
        scenario, a, counts = counted(seed)
        moves = build_moves(a)
        for gate in GATES:
            if gate.name == "candidate" or not is_on(scenario, gate):
                assert (counts[gate.name].blocks, counts[gate.name].posts) == (None, None)
                continue
            off = build_moves(replace(a, scenario=without(scenario, gate)))
            left = short_posts_reached(a, off) - short_posts_reached(a, moves)
            assert counts[gate.name].blocks == off.n - moves.n, (seed, gate.name)
            assert counts[gate.name].posts == len(left), (seed, gate.name)
            blocks[gate.name] += off.n - moves.n
            posts[gate.name] += len(left)
    assert min(blocks[name] for name in ("lists", "exempt", "bloc", "standards", "fields", "level_step")) > 0
    assert sum(posts.values()) > 0


@pytest.mark.slow
@each_part(30, 60)
def test_a_limit_blocks_the_moves_that_become_possible_when_it_alone_is_off(seeds: range) -> None:
    blocks, posts = Counter[str](), Counter[str]()
    for seed in seeds:
        scenario, a, counts = counted(seed)
        moves = build_moves(a)
        program = build_program(a, moves)
        for limit in LIMITS:
            if not is_on(scenario, limit):
                assert counts[limit.name] == RuleCount()
                continue
            off = build_program(replace(a, scenario=without(scenario, limit)), moves)
            left = short_posts_reached(a, moves, off.possible) - short_posts_reached(a, moves, program.possible)
            assert counts[limit.name].blocks == int(off.possible.sum() - program.possible.sum()), (seed, limit.name)
            assert counts[limit.name].posts == len(left), (seed, limit.name)
            blocks[limit.name] += counts[limit.name].blocks or 0
            posts[limit.name] += len(left)
    assert min(blocks[name] for name in ("no_overfilling", "payroll_cap", "max_moves")) > 0
    assert sum(posts.values()) > 0


@each_part(30, 60)
def test_warnings_are_counted_on_the_moves_that_bear_them(seeds: range) -> None:
    seen = Counter[str]()
    for seed in seeds:
        _, a, counts = counted(seed)
        told = Counter(name for bits in build_moves(a).flags.tolist() for name in flag_names(bits))
        assert {name: count.warns for name, count in counts.items() if count.warns} == dict(told)
        seen += told
    assert {"consent", "level_step"} <= set(seen)


def one_of_three(**rules: Any) -> dict[str, RuleCount]:
    """A has one person too many, who knows land; B misses a land officer, and an IT officer of university degree."""
    scenario = tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A", "unit_id": "A", "seats": 2},
            {"post_id": "B-land", "unit_id": "B", "fields": "land"},
            {"post_id": "B-it", "unit_id": "B", "fields": "it", "min_degree": "university"},
        ],
        people=[{"person_id": n, "post_id": "A", "fields": "land", "degree": "college"} for n in ("a1", "a2")],
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 2}],
        decisions=[{"kind": "keep", "person_id": "a1"}],
        rules=rules,
    )
    return count_rules(build_arrays(scenario))


def test_what_two_rules_refuse_is_blocked_by_neither_alone() -> None:
    """a2 may take B-land; for B-it both field and degree are wrong, and a1 is kept. So nothing is blocked by one."""
    assert {count.blocks for count in one_of_three().values()} <= {0, None}
    alone = one_of_three(standards={"state": "off"})
    assert (alone["fields"], alone["standards"]) == (RuleCount(1, 1), RuleCount())
    warned = one_of_three(standards={"state": "off"}, fields={"state": "flag"})
    assert warned["fields"] == RuleCount(None, None, 1)


def test_a_post_that_somebody_may_take_anyway_is_not_left_without() -> None:
    """With the degree off, `fields` blocks a2 from B-it; B-land has a2 and is never counted."""
    assert one_of_three(standards={"state": "off"}, fields={"by_kind": {"commune": "off"}})["fields"] == RuleCount()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_counts(rule: Rule) -> None:
    assert rule.name in counted(0)[2]
