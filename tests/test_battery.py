"""Every registered gate, limit and goal: both forms agree on random tiny provinces, with no test written for it.

A world is a tiny province with at most seven of its moves; every subset of these is a plan. A rule that is added to
the registry is tested by itself. The battery must bite: a form made wrong by one is caught, for every rule.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain, combinations

import numpy as np
import pytest
from biting import biting
from builders import tiny
from oracle import admissible, matches
from provinces import random_province

from optimizer.admitting import build_moves, flag_names
from optimizer.arrays import Arrays
from optimizer.arrays_building import build_arrays
from optimizer.checker import judge_move
from optimizer.goals import GOALS
from optimizer.goals.base import Goal, Priced
from optimizer.moves import Moves
from optimizer.program import Program, build_program
from optimizer.program_goals import activity
from optimizer.rulebook import GATES, LIMITS
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.base import Gate, Index, Limit, Mask
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.points import commute_km, points_of
from optimizer.rulebook.rows import Rows
from optimizer.scenario.config import Disruption
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS, Form

SEEDS = range(110)
MANY_SEEDS = range(20_000, 21_500)
MOST_MOVES = 7
ENOUGH = 1
Place = tuple[str | None, str | None]
Verdict = tuple[bool, str | None]  # whether what is judged is met here, and how the two forms differ, if they do


@dataclass(frozen=True, eq=False)
class World:
    """A province in both languages; `moves` are a few of `table`, `placements` the same for the scalar forms."""

    seed: int
    facts: Facts
    table: Moves
    moves: Moves
    placements: tuple[Placement, ...]

    @property
    def arrays(self) -> Arrays:
        return self.table.arrays

    def plans(self) -> Iterator[tuple[int, ...]]:
        """Every subset of the few moves, two moves of one person included."""
        rows = range(self.moves.n)
        return chain.from_iterable(combinations(rows, size) for size in range(self.moves.n + 1))

    def moves_each_once(self, plan: tuple[int, ...]) -> bool:
        people = self.moves.person[[*plan]]
        return len(set(people.tolist())) == len(people)

    def after(self, plan: tuple[int, ...]) -> After:
        return After(self.facts, [self.placements[k] for k in plan])

    def story(self, plan: tuple[int, ...]) -> str:
        named = ((move.person.person_id, move.post.post_id, move.form) for move in (self.placements[k] for k in plan))
        return f"seed {self.seed}: {[*named]}"


@cache
def worlds(seeds: range = SEEDS) -> tuple[World, ...]:
    return tuple(world_of(seed, random_province(seed)) for seed in seeds)


def world_of(seed: int, scenario: Scenario) -> World:
    table = build_moves(build_arrays(scenario))
    drawn = random.Random(seed).sample(range(table.n), min(MOST_MOVES, table.n))
    moves = table.take(np.array(sorted(drawn), dtype=np.intp))
    facts = Facts(scenario)
    return World(seed, facts, table, moves, tuple(_placements(facts, moves)))


def _placements(facts: Facts, moves: Moves) -> Iterator[Placement]:
    a = moves.arrays
    for i, j, form in zip(moves.person.tolist(), moves.post.tolist(), moves.form.tolist(), strict=True):
        yield Placement(facts.people[a.people[i].person_id], facts.posts[a.posts[j].post_id], FORMS[form])


def with_goal(scenario: Scenario, name: str) -> Scenario:
    """The scenario with one goal alone."""
    return replace(scenario, goal_order=(name,))


def with_limit(scenario: Scenario, name: str) -> Scenario:
    """The scenario with one limit alone, whatever its state."""
    states = {limit.name: "on" if limit.name == name else "off" for limit in LIMITS}
    always = {"since": date(2000, 1, 1), "by_kind": {}}
    rules = {
        rule: s.model_copy(update={"state": states.get(rule, s.state), **(always if rule == name else {})})
        for rule, s in scenario.rules.items()
    }
    return replace(scenario, rules=rules)


def in_scenario(world: World, scenario: Scenario) -> World:
    """The world under another scenario of the same province."""
    arrays = replace(world.arrays, scenario=scenario)
    return replace(world, facts=Facts(scenario), moves=replace(world.moves, arrays=arrays))


def gate_verdicts(gate: Gate, seeds: range = SEEDS) -> Iterator[Verdict]:
    """Of every pair whether the scalar form refuses or doubts it, and how the vector form differs."""
    for world in worlds(seeds):
        a, facts = world.arrays, world.facts
        posts = [j for j, post in enumerate(a.posts) if facts.in_commune(post)]
        i, j = np.arange(a.n_people)[:, None], np.array(posts, dtype=np.intp)[None, :]
        shape = (a.n_people, len(posts))
        for form in FORMS:
            mask = gate.mask(a, i, j, form)
            doubts = gate.doubts(a, i, j, form)
            doubts = np.zeros(shape, dtype=bool) if doubts is None else doubts
            assert (mask.shape, mask.dtype, doubts.shape, doubts.dtype) == (shape, bool, shape, bool)
            for person, column in np.ndindex(shape):
                pair = a.people[person], a.posts[posts[column]], form
                scalar = gate.passes(facts, *pair), gate.warns(facts, *pair)
                clash = None
                if scalar != (bool(mask[person, column]), bool(doubts[person, column])):
                    clash = f"seed {world.seed}: {pair[0].person_id}, {pair[1].post_id}, {form}: {scalar}"
                yield scalar != (True, False), clash


def broken_rows(world: World, program: Program, plan: tuple[int, ...]) -> set[Place]:
    """Unit and post of each row of the model that the plan breaks."""
    unit_ids, post_ids = [*world.arrays.unit_at, None], [*world.arrays.post_at, None]  # the last: none
    reached = activity(program.terms, np.array(plan, dtype=np.int32), len(program.lower))
    rows = np.flatnonzero((reached < program.lower) | (reached > program.upper))
    return {(unit_ids[program.unit[row]], post_ids[program.post[row]]) for row in rows}


def broken_places(limit: Limit, facts: Facts, after: After) -> set[Place]:
    """Unit and post of each breach of the scalar form; who names a post means its unit."""
    told = [(text.values.get("unit"), text.values.get("post")) for text in limit.breaches(facts, after)]
    return {(facts.posts[post].unit_id if post is not None else unit, post) for unit, post in told}


def limit_verdicts(limit: Limit, seeds: range = SEEDS) -> Iterator[Verdict]:
    """Of every plan whether the scalar form forbids it, and how the rows of the model differ, in a place too."""
    for plain in worlds(seeds):
        world = in_scenario(plain, with_limit(plain.facts.scenario, limit.name))
        program = build_program(world.moves.arrays, world.moves)
        for plan in world.plans():
            places = broken_places(limit, world.facts, world.after(plan))
            same = broken_rows(world, program, plan) == places
            yield bool(places), None if same else f"{world.story(plan)}: broken at {places} by the scalar form"


def goal_verdicts(goal: Goal, seeds: range = SEEDS) -> Iterator[Verdict]:
    """Of every plan whether the scalar form gives a value that was not met before, and how the vector form differs."""
    values = set()
    for plain in worlds(seeds):
        world = in_scenario(plain, with_goal(plain.facts.scenario, goal.name))
        priced = build_program(world.moves.arrays, world.moves).goals[-1]
        for plan in filter(world.moves_each_once, world.plans()):
            value = goal.measure(world.facts, world.after(plan))
            same = priced.value(np.array(plan, dtype=np.int32)) == value
            yield value not in values, None if same else f"{world.story(plan)}: {value} by the scalar form"
            values.add(value)


def clashes_and_met(verdicts: Iterable[Verdict]) -> tuple[list[str], int]:
    """All clashes, and how many of the sample meet what is judged."""
    clashes, met = [], 0
    for meets, clash in verdicts:
        met += meets
        clashes += [] if clash is None else [clash]
    return clashes, met


def is_caught(verdicts: Iterable[Verdict]) -> bool:
    return any(clash is not None for _, clash in verdicts)


def named(rule: Gate | Limit | Goal) -> str:
    return rule.name


each_gate = pytest.mark.parametrize("gate", GATES, ids=named)
each_limit = pytest.mark.parametrize("limit", LIMITS, ids=named)
each_goal = pytest.mark.parametrize("goal", GOALS, ids=named)


@each_gate
def test_both_forms_of_a_gate_agree_on_every_pair(gate: Gate) -> None:
    clashes, raised = clashes_and_met(gate_verdicts(gate))
    assert clashes == []
    assert raised > 0, "no pair of the sample meets the gate"


@each_limit
def test_both_forms_of_a_limit_allow_the_same_plans(limit: Limit) -> None:
    clashes, forbidden = clashes_and_met(limit_verdicts(limit))
    assert clashes == []
    assert forbidden > 0, "no plan of the sample meets the limit"


@each_limit
def test_rows_of_a_limit_are_arrays_as_promised(limit: Limit) -> None:
    nowhere = world_of(0, tiny(units=["A"]))
    for plain in (nowhere, *worlds()[:8]):
        world = in_scenario(plain, biting(plain.facts.scenario, limit))
        rows = limit.rows(world.moves.arrays, world.moves)
        for term in rows.terms:
            assert (term.rows.dtype, term.rows.shape) == (np.int32, (world.moves.n,))
            assert isinstance(term.coefficient, int) or term.coefficient.dtype == np.int64
        assert (rows.people.dtype, rows.people.shape) == (np.int64, (rows.n, 2))
        for column in (rows.lower, rows.upper, rows.unit, rows.post):
            assert (column.dtype, column.shape) == (np.int64, (rows.n,))


@pytest.mark.parametrize(
    ("limit", "column"),
    [(limit, column) for limit in LIMITS for column in ("unit_id", "post_id") if column in limit.waived_by],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_waiver_lifts_a_limit_in_the_unit_or_post_that_it_names_and_nowhere_else(limit: Limit, column: str) -> None:
    at = ("unit_id", "post_id").index(column)
    lifted = 0
    for plain in worlds():
        world = in_scenario(plain, with_limit(plain.facts.scenario, limit.name))
        plan = next((plan for plan in world.plans() if [*limit.breaches(world.facts, world.after(plan))]), None)
        if plan is None:
            continue
        places = broken_places(limit, world.facts, world.after(plan))
        for named in world.arrays.unit_at if column == "unit_id" else world.arrays.post_at:
            waiver = Decision(kind="waive", rule=limit.name, reason="agreed", decided_by="chair", **{column: named})
            scenario = world.facts.scenario
            waived = in_scenario(world, replace(scenario, decisions=(*scenario.decisions, waiver)))
            left = {place for place in places if place[at] != named}
            assert broken_places(limit, waived.facts, waived.after(plan)) == left, world.story(plan)
            assert broken_rows(waived, build_program(waived.moves.arrays, waived.moves), plan) == left
            lifted += left != places
        if lifted >= ENOUGH:
            return
    assert lifted, "no plan of the sample breaks the limit"


@each_goal
def test_both_forms_of_a_goal_give_the_same_values(goal: Goal) -> None:
    clashes, values = clashes_and_met(goal_verdicts(goal))
    assert clashes == []
    assert values > 1, "the goal has the same value for every plan of the sample"


@pytest.mark.slow
def test_both_forms_agree_in_many_more_worlds() -> None:
    verdicts = [gate_verdicts(gate, MANY_SEEDS) for gate in GATES]
    verdicts += [limit_verdicts(limit, MANY_SEEDS) for limit in LIMITS]
    verdicts += [goal_verdicts(goal, MANY_SEEDS) for goal in GOALS]
    assert clashes_and_met(chain.from_iterable(verdicts))[0] == []


def test_the_table_holds_the_moves_that_the_scalar_gates_and_decisions_admit() -> None:
    clashes = []
    for world in worlds():
        pins = [decision for decision in world.facts.scenario.decisions if decision.kind == "pin"]
        admitted = {
            move
            for move in admissible(world.facts)
            if all(pin.person_id != move.person.person_id or matches(pin, move) for pin in pins)
        }
        listed = list(_placements(world.facts, world.table))
        if len(listed) != len(set(listed)) or set(listed) != admitted:
            clashes.append(f"seed {world.seed}: {admitted ^ set(listed)}")
    assert clashes == []


def test_flags_points_and_kilometres_of_every_move() -> None:
    clashes, causes = [], set[str]()
    for world in worlds():
        table, facts = world.table, world.facts
        for k, move in enumerate(_placements(facts, table)):
            vector = (
                flag_names(int(table.flags[k])),
                int(table.points[k]),
                int(table.commute_km[k]),
                int(table.metres[k]),
            )
            metres = facts.roads.metres(move.person.unit_id, move.post.unit_id)
            by_cause = points_of(facts, move)
            causes |= by_cause.keys()
            points = sum(by_cause.values())
            scalar = judge_move(facts, move)[0], points, commute_km(facts, move), metres
            if vector != scalar:
                clashes.append(f"seed {world.seed}: {move.person.person_id}, {move.post.post_id}: {vector}, {scalar}")
    assert clashes == []
    assert causes < Disruption.model_fields.keys()


@each_gate
def test_the_battery_catches_a_gate_that_lets_everything_pass(gate: Gate) -> None:
    class Blind(type(gate)):  # type: ignore[misc]
        def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
            return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)

    assert is_caught(gate_verdicts(Blind()))


@pytest.mark.parametrize("gate", [gate for gate in GATES if type(gate).doubts is not Gate.doubts], ids=named)
def test_the_battery_catches_a_gate_that_never_warns(gate: Gate) -> None:
    class Certain(type(gate)):  # type: ignore[misc]
        def doubts(self, a: Arrays, i: Index, j: Index, form: Form) -> None:
            return None

    assert is_caught(gate_verdicts(Certain()))


@each_limit
def test_the_battery_catches_a_limit_that_is_wide_by_one(limit: Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wide(type(limit)):  # type: ignore[misc]
        def rows(self, a: Arrays, moves: Moves) -> Rows:
            rows = super().rows(a, moves)
            return replace(rows, lower=rows.lower - 1, upper=rows.upper + 1)

    monkeypatch.setattr("optimizer.program.LIMITS", (Wide(),))
    assert is_caught(limit_verdicts(limit))


@each_goal
def test_the_battery_catches_a_goal_that_is_wrong_by_one(goal: Goal, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(type(goal)):  # type: ignore[misc]
        def priced(self, a: Arrays, moves: Moves) -> Priced:
            priced = super().priced(a, moves)
            if priced.shortages is None:
                return replace(priced, weights=priced.weights + 1)
            return replace(priced, shortages=replace(priced.shortages, need=priced.shortages.need + 1))

    monkeypatch.setattr("optimizer.program.GOALS", (Wrong(),))
    assert is_caught(goal_verdicts(goal))
