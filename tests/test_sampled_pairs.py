"""Real provinces: thousands of pairs of person, post and form, on which the vector and the scalar forms agree.

The sample is drawn from the seed alone. About half of the pairs are moves of the table, the others are not: pairs that
one gate alone refuses among them, which random pairs would seldom be.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import optimizer as so
from optimizer.admitting import build_moves, flag_names, gate_lets_pass, waived, where_state
from optimizer.arrays import Arrays
from optimizer.arrays_building import build_arrays
from optimizer.checker import judge_move
from optimizer.rulebook import GATES
from optimizer.rulebook.after import Placement
from optimizer.rulebook.base import Gate
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.vocabulary import FORMS

pytestmark = pytest.mark.slow

SCENARIOS = Path(__file__).parents[1] / "scenarios"
PROVINCES = sorted(folder.parent.name for folder in SCENARIOS.glob("*/sources"))
PAIRS = 20_000
SEED = 4

each_province = pytest.mark.parametrize("name", PROVINCES)


class Sample:
    """`person`, `post`, `form`: indices of the pairs drawn; the first half of them are moves of the table."""

    def __init__(self, scenario: Scenario) -> None:
        self.facts = Facts(scenario)
        self.table = build_moves(build_arrays(scenario))
        rng = random.Random(SEED)
        taken = sorted(rng.sample(range(self.table.n), min(PAIRS // 2, self.table.n)))
        a = self.table.arrays
        communal = np.flatnonzero(a.unit_is_commune[a.post_unit]).tolist()
        admitted = [(int(self.table.person[k]), int(self.table.post[k]), int(self.table.form[k])) for k in taken]
        near = [self._near(rng, pair, communal, a.n_people) for pair in rng.choices(admitted, k=PAIRS - len(taken))]
        self.person, self.post, self.form = np.array([*admitted, *near], dtype=np.intp).T

    def _near(
        self, rng: random.Random, pair: tuple[int, int, int], posts: list[int], people: int
    ) -> tuple[int, int, int]:
        """A pair that shares two of three with a move of the table, or none."""
        drawn = rng.randrange(people), rng.choice(posts), rng.randrange(len(FORMS))
        changed = rng.choice(({0}, {0}, {1}, {1}, {2}, {0, 1, 2}))
        person, post, form = (drawn[k] if k in changed else pair[k] for k in range(3))
        return person, post, form

    @property
    def arrays(self) -> Arrays:
        return self.table.arrays

    def placements(self) -> list[Placement]:
        a = self.arrays
        return [
            Placement(a.people[i], a.posts[j], FORMS[form])
            for i, j, form in zip(self.person.tolist(), self.post.tolist(), self.form.tolist(), strict=True)
        ]


@cache
def sample(name: str) -> Sample:
    return Sample(so.read(SCENARIOS / name))


def vector_form(drawn: Sample, gate: Gate) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of every pair whether the gate lets it pass by its mask, warns, and lets it pass with its state and waivers."""
    passes, warns, lets = (np.zeros(len(drawn.person), dtype=bool) for _ in range(3))
    for code, form in enumerate(FORMS):
        here = np.flatnonzero(drawn.form == code)
        i, j = drawn.person[here], drawn.post[here]
        doubts = gate.doubts(drawn.arrays, i, j, form)
        passes[here] = gate.mask(drawn.arrays, i, j, form)
        warns[here] = False if doubts is None else doubts
        lets[here] = gate_lets_pass(drawn.arrays, gate, i, j, form)
    return passes, warns, lets


@each_province
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_both_forms_of_a_gate_agree(name: str, gate: Gate) -> None:
    drawn = sample(name)
    passes, warns, _ = vector_form(drawn, gate)
    scalar = [
        (
            gate.passes(drawn.facts, move.person, move.post, move.form),
            gate.warns(drawn.facts, move.person, move.post, move.form),
        )  # type: ignore[arg-type]
        for move in drawn.placements()
    ]
    assert scalar == list(zip(passes.tolist(), warns.tolist(), strict=True))


def vector_words(drawn: Sample) -> tuple[list[tuple[str, ...]], list[set[str]]]:
    """Of every pair the gates that warn and those that block, states and waivers taken into account."""
    flags: list[list[str]] = [[] for _ in drawn.person]
    blocked: list[set[str]] = [set() for _ in drawn.person]
    for gate in GATES:
        passes, warns, lets = vector_form(drawn, gate)
        is_flag, is_off = (
            where_state(drawn.arrays, gate, state)[drawn.arrays.post_unit[drawn.post]] for state in ("flag", "off")
        )  # type: ignore[arg-type]
        lifted = np.zeros(len(drawn.person), dtype=bool)
        for code, form in enumerate(FORMS):
            here = np.flatnonzero(drawn.form == code)
            lifted[here] = waived(drawn.arrays, gate, drawn.person[here], drawn.post[here], form)
        for k in np.flatnonzero((warns | (~passes & is_flag)) & lets & ~is_off & ~lifted):
            flags[k].append(gate.name)
        for k in np.flatnonzero(~lets):
            blocked[k].add(gate.name)
    return [tuple(names) for names in flags], blocked


@each_province
def test_the_checker_judges_every_pair_as_the_model_admits_it(name: str) -> None:
    drawn = sample(name)
    flags, blocked = vector_words(drawn)
    clashes, admitted = [], 0
    for k, move in enumerate(drawn.placements()):
        raised, breaches = judge_move(drawn.facts, move)
        admitted += not breaches
        if (raised, {breach.rule for breach in breaches}) != (flags[k], blocked[k]):
            clashes.append((move.person.person_id, move.post.post_id, move.form))
    assert clashes == []
    assert PAIRS * 0.4 <= admitted <= PAIRS * 0.6


@each_province
def test_the_table_holds_the_pairs_that_the_checker_admits(name: str) -> None:
    drawn = sample(name)
    table = drawn.table
    keys = zip(table.person.tolist(), table.post.tolist(), table.form.tolist(), strict=True)
    listed = {key: flag_names(bits) for key, bits in zip(keys, table.flags.tolist(), strict=True)}
    pairs = zip(drawn.person.tolist(), drawn.post.tolist(), drawn.form.tolist(), strict=True)
    clashes = []
    for pair, move in zip(pairs, drawn.placements(), strict=True):
        raised, breaches = judge_move(drawn.facts, move)
        if (None if breaches else raised) != listed.get(pair):
            clashes.append((move.person.person_id, move.post.post_id, move.form))
    assert clashes == []
