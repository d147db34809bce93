"""Chains: what each link gains, what falls and what remains if it is refused; what of it is false."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from builders import tiny
from oracle import feasible
from provinces import random_province
from stories import Cells

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.chain_claims import wrong_chains
from optimizer.chains import chain_links
from optimizer.checker import check
from optimizer.goals import GOALS
from optimizer.holding import part_that_holds
from optimizer.outcome import moved_people
from optimizer.plan import ChainLink, MovedPerson, Plan
from optimizer.program import build_program
from optimizer.reporting.chained import chained
from optimizer.reporting.naming import Names
from optimizer.rulebook import GATES
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking

GOALS_TOLD = ("leadership", "specialists", "disruption")


def three_links(**more: list[Cells]) -> Scenario:
    """A lacks its head; a1 is the deputy, a2 the land specialist who may become deputy, b1 of B knows land.

    b1 has no seat in B, whose quota is 0, and not the theory that leaders need. Hardship is 100.
    """
    return tiny(
        units=["A", "B"],
        posts=[
            {"post_id": "A-head", "unit_id": "A", "level": 3, "min_theory": "advanced"},
            {"post_id": "A-deputy", "unit_id": "A", "level": 4, "min_theory": "advanced"},
            {"post_id": "A-land", "unit_id": "A", "fields": "land"},
        ],
        people=[
            {"person_id": "a1", "post_id": "A-deputy", "theory": "advanced"},
            {"person_id": "a2", "post_id": "A-land", "fields": "land", "theory": "advanced"},
            {"person_id": "b1", "unit_id": "B", "fields": "land"},
        ],
        quotas=[{"unit_id": "A", "quota": 3}, {"unit_id": "B", "quota": 0}],
        config={"forms": {"candidates": "all"}},
        goals={"order": list(GOALS_TOLD), "leadership": {"weights": {1: 9, 2: 7, 3: 5, 4: 3}}},
        **more,
    )


def told(difference: tuple[str, ...]) -> dict[str, int]:
    return {name: int(value) for name, _, value in (cell.rpartition("=") for cell in difference)}


def test_each_link_of_three_gains_its_part_and_what_remains_without_it_is_told() -> None:
    """a1 becomes head, a2 deputy, b1 takes the land desk.

    Weights by level: head 5, deputy 3; land 3; times 100. a1: -500 + 300 = -200. a2: -300, and the desk is open: +300.
    b1: -300. Without a1 nobody may follow: the plan loses 500 leadership. Without a2, a1 may still become head, since
    an internal promotion may leave a seat open: the deputy is missing, 300. Without b1, a2 may not leave the desk.
    """
    plan = so.solve(three_links())
    assert [(row.person_id, row.to_post_id, row.waits_for) for row in plan.chains] == [
        ("a1", "A-head", ()), ("a2", "A-deputy", ("a1",)), ("b1", "A-land", ("a2",)),
    ]  # fmt: skip
    gains = [told(row.gains) for row in plan.chains]
    assert [gain["leadership"] for gain in gains] == [-200, -300, 0]
    assert [gain["specialists"] for gain in gains] == [0, 300, -300]
    assert [(row.falls, row.remains) for row in plan.chains] == [
        (("a2", "b1"), ()), (("b1",), ("a1",)), (("a2",), ("a1",)),
    ]  # fmt: skip
    losses = [told(row.loses) for row in plan.chains]
    assert [loss["leadership"] for loss in losses] == [500, 300, 300]
    assert [loss["specialists"] for loss in losses] == [0, 0, 0]
    points = {row.person_id: row.points or 0 for row in plan.moves}
    assert [gain["disruption"] for gain in gains] == [points[row.person_id] for row in plan.chains]
    assert [loss["disruption"] for loss in losses] == [-sum(points.values()), *[-points["a2"] - points["b1"]] * 2]


def test_a_decision_on_the_one_who_refuses_does_not_bind() -> None:
    """Pinned or not, without b1 the same falls; the decided a2 falls too, as the limits leave no choice."""
    free = so.solve(three_links()).chains
    pins = [
        {"kind": "pin", "person_id": person, "post_id": post} for person, post in (("b1", "A-land"), ("a2", "A-deputy"))
    ]
    assert so.solve(three_links(decisions=pins)).chains == free


def test_a_move_that_depends_on_none_is_no_chain(plan: Plan) -> None:
    alone = {row.person_id for row in plan.moves} - {row.person_id for row in plan.chains}
    assert alone
    numbers = [row.chain for row in plan.moves]
    assert {row.chain for row in plan.moves if row.person_id in alone} == {n for n in numbers if numbers.count(n) == 1}


WRONG: list[Cells] = [
    {"gains": ("leadership=-200", "specialists=0", "disruption=21")}, {"gains": ()}, {"waits_for": ("a2",)},
    {"falls": ("b1",)}, {"falls": ("b1", "a2")}, {"falls": ("a2", "b1", "a1")}, {"falls": ("nobody",)},
    {"falls": (), "remains": ("a2", "b1")}, {"remains": ("a2",)}, {"order": 2}, {"chain": 2}, {"to_post_id": "A-land"},
    {"loses": ("leadership=500", "specialists=0", "disruption=0")},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_false_link_is_caught(change: Cells) -> None:
    scenario = three_links()
    plan = so.solve(scenario)
    assert check(scenario, plan).passed
    first, *others = plan.chains
    false = replace(plan, chains=(first.model_copy(update=change), *others))
    assert {breach.rule for breach in check(scenario, false).breaches} == {"chains"}


def test_links_that_are_missing_or_told_twice_are_caught() -> None:
    scenario = three_links()
    plan = so.solve(scenario)
    first, *others = plan.chains
    for rows in [(), (first,), tuple(others), (*others, first), (first, *plan.chains)]:
        assert {breach.rule for breach in check(scenario, replace(plan, chains=rows)).breaches} == {"chains"}


def test_a_false_link_that_keeps_more_than_it_may_is_caught() -> None:
    """That more falls than has to, is false as well: a1 may be promoted without a2."""
    scenario = three_links()
    plan = so.solve(scenario)
    second = plan.chains[1]
    none = second.model_copy(update={"falls": ("a1", "b1"), "remains": (), "loses": plan.chains[0].loses})
    rows = (plan.chains[0], none, plan.chains[2])
    assert [breach.person_id for breach in check(scenario, replace(plan, chains=rows)).breaches] == ["a2"]


def without_gates(scenario: Scenario) -> Scenario:
    """The scenario with every gate off that can be, so that more moves are admissible; limits and pins stay."""
    can_be_off = [gate.name for gate in GATES if "off" in str(gate.settings.model_fields["state"].annotation)]
    off = {name: scenario.rules[name].model_copy(update={"state": "off", "by_kind": {}}) for name in can_be_off}
    forms = scenario.config.forms.model_copy(update={"candidates": "all"})
    return replace(
        scenario, rules={**scenario.rules, **off}, config=scenario.config.model_copy(update={"forms": forms})
    )


def linked(first: int) -> Iterator[tuple[Scenario, tuple[MovedPerson, ...], tuple[ChainLink, ...]]]:
    """Scenarios with plans drawn at random that keep every limit and have chains: moves, chains."""
    for seed in range(first, first + 8):
        scenario, dice = without_gates(random_province(seed)), np.random.default_rng(seed)
        moves = build_moves(build_arrays(scenario))
        program = build_program(moves.arrays, moves)
        for _ in range(6):
            drawn = dice.permutation(moves.n).astype(np.int32)
            drawn = np.sort(drawn[np.unique(moves.person[drawn], return_index=True)[1]])
            chosen = part_that_holds(program, drawn)
            if chains := chain_links(moves, program, chosen):
                yield scenario, moved_people(moves.arrays, moves.take(chosen)), chains


class Whole:
    """A plan of a whole province by the scalar forms, nothing left out; decisions beforehand do not bind."""

    def __init__(self, scenario: Scenario, rows: Sequence[MovedPerson]) -> None:
        unpinned = replace(scenario, decisions=tuple(d for d in scenario.decisions if d.kind != "pin"))
        self.facts = Facts(unpinned)
        self.moves = {
            row.person_id: Placement(self.facts.people[row.person_id], self.facts.posts[row.to_post_id], row.form)
            for row in rows
        }
        by_name = {goal.name: goal for goal in GOALS}
        self.goals = [by_name[name] for name in scenario.goal_order]

    def without(self, people: Collection[str]) -> tuple[Placement, ...]:
        return tuple(move for person, move in self.moves.items() if person not in people)

    def is_largest_without(self, person: str, falls: Sequence[str]) -> bool:
        """Whether every limit is kept, and no one of those who fall could stay."""
        refused = {person, *falls}
        without_less = [refused, *(refused - {one} for one in falls)]
        holds = [feasible(self.facts, self.without(people)) is not None for people in without_less]
        return holds[0] and not any(holds[1:])

    def less(self, people: Collection[str], others: Collection[str] = ()) -> list[int]:
        """Every goal without the moves of some people, less that without those of others."""
        one, other = (After(self.facts, self.without(some)) for some in (people, others))
        return [goal.measure(self.facts, one) - goal.measure(self.facts, other) for goal in self.goals]


SEEDS = [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(8, 80, 8))]


@pytest.mark.parametrize("first", SEEDS)
def test_chains_are_those_found_by_trying(first: int) -> None:
    """Every rest keeps every limit; nobody who falls could stay; gains add up to the chain's part of the plan."""
    links = 0
    for scenario, moves, rows in linked(first):
        whole = Whole(scenario, moves)
        for number in {row.chain for row in rows}:
            chain = [row for row in rows if row.chain == number]
            people = [row.person_id for row in chain]
            sums = [sum(told(row.gains)[goal.name] for row in chain) for goal in whole.goals]
            assert sums == whole.less((), people)
            for row in chain:
                assert whole.is_largest_without(row.person_id, row.falls)
                assert [*told(row.loses).values()] == whole.less((row.person_id, *row.falls))
                links += 1
    assert links > 5


@pytest.mark.parametrize("first", SEEDS)
def test_the_checker_judges_parts_as_the_whole_would(first: int) -> None:
    """Any two people, or any one or nobody, told to fall with a link, pass where the whole province says so alone."""
    judged = {True: 0, False: 0}
    for scenario, moves, rows in linked(first):
        whole, facts = Whole(scenario, moves), Facts(scenario)
        steps = [(row, whole.moves[row.person_id]) for row in moves]
        assert [*wrong_chains(rows, steps, facts, whole.goals)] == []
        row = rows[0]
        others = [move.person_id for move in moves if move.person_id != row.person_id]
        for falls in ((), *combinations(others, 1), *combinations(others, 2)):
            false = (as_told(row, falls, rows, whole), *rows[1:])
            is_right = whole.is_largest_without(row.person_id, falls)
            assert (not [*wrong_chains(false, steps, facts, whole.goals)]) == is_right
            judged[is_right] += 1
    assert all(judged.values())


def as_told(row: ChainLink, falls: tuple[str, ...], rows: Sequence[ChainLink], whole: Whole) -> ChainLink:
    """The link with other people who fall, and all that follows from them."""
    refused = {row.person_id, *falls}
    loses = tuple(f"{g.name}={n}" for g, n in zip(whole.goals, whole.less(refused), strict=True))
    chain = [other.person_id for other in rows if other.chain == row.chain]
    remains = tuple(person for person in chain if person not in refused)
    return row.model_copy(update={"falls": falls, "remains": remains, "loses": loses})


def test_the_sheet_tells_a_chain_step_by_step() -> None:
    scenario = three_links()
    plan = so.solve(scenario)
    with speaking("en"):
        sheet = chained(plan, Names(scenario))
        masked = chained(plan, Names(scenario, mask_ids=True))
    rows = sheet.tables[0].rows
    assert [row[:4] for row in rows] == [(1, 1, "a1", "a1"), (1, 2, "a2", "a2"), (1, 3, "b1", "b1")]
    assert rows[1][4] == "leaves A-land, A commune; takes A-deputy, A commune (internal assignment); after step 1 (a1)"
    assert str(rows[1][5]).startswith("Leadership gaps down 300; Specialist gaps up 300; Disruption up ")
    assert rows[1][6] == "no longer possible: step 3 (b1); still possible: step 1 (a1)"
    assert rows[2][4] == "has no seat in B commune; takes A-land, A commune (transfer); after step 2 (a2)"
    assert {row[3] for row in masked.tables[0].rows}.isdisjoint({"a1", "a2", "b1"})
    assert not chained(replace(plan, chains=()), Names(scenario)).stands


def test_who_change_places_do_so_on_one_day() -> None:
    """Whoever begins takes a seat that is left later: the row says so."""
    scenario = tiny(
        units=["A"],
        posts=[{"post_id": f"A-{n}", "unit_id": "A", "fields": field} for n, field in enumerate(("it", "land"))],
        people=[{"person_id": f"p{n}", "post_id": f"A-{n}", "fields": field} for n, field in enumerate(("land", "it"))],
        decisions=[{"kind": "pin", "person_id": f"p{n}", "post_id": f"A-{1 - n}"} for n in (0, 1)],
        config={"forms": {"candidates": "all"}},
    )
    plan = so.solve(scenario)
    assert [(row.waits_for, row.falls) for row in plan.chains] == [
        ((), (plan.chains[1].person_id,)), ((plan.chains[0].person_id,), (plan.chains[0].person_id,)),
    ]  # fmt: skip
    with speaking("en"):
        first, second = (str(row[4]) for row in chained(plan, Names(scenario)).tables[0].rows)
    assert f"on the same day as step 2 ({plan.chains[1].person_id}), who leaves this seat" in first
    assert "on the same day" not in second
