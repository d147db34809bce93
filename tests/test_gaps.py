"""Why a post stays open, and the cheapest single change that would fill it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from oracle import admissible, feasible, is_on, plans
from provinces import random_province

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.certificate import Certificate, reduced_costs
from optimizer.checker import judge_move, matches
from optimizer.errors import InfeasibleError, InputError
from optimizer.explaining.case import Case, case_of
from optimizer.explaining.changes import Change, LimitWaiver, ListPlace, QuotaSeat, Training, Waiver
from optimizer.explaining.filling import Candidates, candidates
from optimizer.explaining.unfilled import Gap, gaps
from optimizer.explaining.widening import moves_of, triples_of
from optimizer.goals import GOALS
from optimizer.plan import Plan
from optimizer.registry import REGISTRY
from optimizer.rulebook import GATES, LIMITS
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.couples import Couples
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.payroll_cap import PayrollCap
from optimizer.rulebook.relatives import Relatives
from optimizer.scenario.reading import read_tables
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.vocabulary import FORMS, THEORY
from optimizer.starting import SENSITIVE
from optimizer.texts import Text


class Judge:
    """The answers about one plan, from the scalar forms alone: all single changes, what is considered, what fills.

    `seat`: who holds which post after the plan; `now`: the admissible moves that fill seats.
    """

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan, self.facts = scenario, plan, Facts(scenario)
        self.present = tuple(goal.value for goal in plan.goals)
        self.goals = [next(goal for goal in GOALS if goal.name == name) for name in scenario.goal_order]
        people, posts = self.facts.people, self.facts.posts
        self.made = tuple(Placement(people[m.person_id], posts[m.to_post_id], m.form) for m in plan.moves)
        self.seat = {row.person_id: row.post_id for row in scenario.people} | {
            move.person.person_id: move.post.post_id for move in self.made if not move.covers
        }
        self.now = self._admissible(self.facts)
        self.new = cache(self._new)
        self.fills = cache(self._fills)

    def every(self) -> list[Change]:
        """All single changes of this province: places, waivers for one person, quota seats, courses."""
        listings = {row.person_id: row.form for row in self.scenario.pools}
        bodies = {row.unit_id for row in self.scenario.units if row.kind == "department"}
        places = [
            ListPlace(person.person_id, person.unit_id, form)
            for person in self.scenario.people
            if person.unit_id in bodies
            for form in ("transfer", "secondment")
            if listings.get(person.person_id, form) in (form, "both")
        ]
        return [
            *dict.fromkeys(replace(place, form=listings.get(place.person_id, place.form)) for place in places),
            *self._waivers(),
            *(QuotaSeat(unit_id, bloc) for unit_id, bloc in self.facts.quota if self.facts.units[unit_id].is_commune),
            *self._courses(),
        ]

    def _waivers(self) -> Iterator[Change]:
        waivable = {gate.name for gate in GATES if gate.waived_by and gate.name not in SENSITIVE}
        for person, post, form in product(self.scenario.people, self.scenario.posts, FORMS):
            _, breaches = judge_move(self.facts, Placement(person, post, form))
            if len(breaches) == 1 and breaches[0].rule in waivable and form != "concurrent":
                yield Waiver(person.person_id, post.post_id, form, breaches[0].rule)
        for limit in (Relatives.name, Couples.name):
            yield from (LimitWaiver(person.person_id, limit) for person in self.scenario.people)

    def _courses(self) -> Iterator[Change]:
        posts = self.scenario.posts
        named = [
            *dict.fromkeys(("field", field) for post in posts for field in post.fields),
            *dict.fromkeys(("major", major) for post in posts for major in post.majors),
            *dict.fromkeys(("theory", post.min_theory) for post in posts if post.min_theory is not None),
        ]
        for person, (item, value) in product(self.scenario.people, named):
            if item == "theory":
                is_new = person.theory is None or [*THEORY].index(value) > [*THEORY].index(person.theory)
            else:
                is_new = value not in (person.fields if item == "field" else person.majors)
            if is_new and value != "unknown":
                yield Training(person.person_id, item, value)

    def around(self, post_id: str) -> set[str]:
        """The post, and those of communes whose holder after the plan could come to it."""
        seats = {self.seat.get(move.person.person_id) for move in self.now if move.post.post_id == post_id}
        return {post_id} | {seat for seat in seats if seat and self.facts.in_commune(self.facts.posts[seat])}

    def is_considered(self, change: Change, post_id: str) -> bool:
        """What the text says: it brings somebody into one of these posts."""
        around = self.around(post_id)
        if isinstance(change, QuotaSeat):
            place = change.unit_id, change.bloc
            is_over = self.facts.payroll[place] > self.facts.quota[place]
            return not is_over and any(
                (text.values["unit"], text.values["bloc"]) == place
                for move in self._barred(around)
                if (move.post.unit_id, move.post.bloc) == place
                for text in self._breaches(PayrollCap.name, move)
            )
        if isinstance(change, LimitWaiver):
            return any(
                move.person.person_id == change.person_id and self._breaches(change.rule, move)
                for move in self._barred(around)
            )
        into = [move.post for move in self.new(change) if move.post.post_id in around]
        if isinstance(change, Training) and change.item == "theory":
            return any(post.min_theory == change.value for post in into)
        return bool(into)

    def _barred(self, around: set[str]) -> Iterator[Placement]:
        """Admissible moves into these posts that the plan does not make."""
        for move in self.now:
            if move.post.post_id in around - {self.seat.get(move.person.person_id)}:
                yield move

    def _breaches(self, name: str, move: Placement) -> list[Text]:
        """How a limit stands against the move in place of the person's own, all else of the plan as it is."""
        others = (other for other in self.made if other.person.person_id != move.person.person_id)
        limit = next(limit for limit in LIMITS if limit.name == name)
        texts = limit.breaches(self.facts, After(self.facts, (*others, move)))
        return [text for text in texts if is_on(self.facts, limit, text)]

    def _new(self, change: Change) -> list[Placement]:
        """The moves that the change lets in."""
        now = {_named(move) for move in self.now}
        changed = self._admissible(Facts(change.applied(self.scenario)))
        return [move for move in changed if _named(move) not in now]

    def _admissible(self, facts: Facts) -> list[Placement]:
        """Moves that fill seats and do not miss a pin of their person."""
        pins = [row for row in self.scenario.decisions if row.kind == "pin" and row.person_id is not None]
        return [
            move
            for move in admissible(facts)
            if not move.covers and all(matches(pin, move) for pin in pins if pin.person_id == move.person.person_id)
        ]

    def _fills(self, change: Change | None, post_id: str) -> bool:
        """Whether some plan with the change fills one more seat of the post and is no worse, by enumeration."""
        facts = self.facts if change is None else Facts(change.applied(self.scenario))
        needed = next(row.filled for row in self.plan.gaps if row.post_id == post_id) + 1
        post, before = facts.posts[post_id], After(facts, ()).filled(facts.posts[post_id])
        new = None
        if isinstance(change, ListPlace | Waiver):  # these let moves in and do nothing else
            new = {_named(move) for move in self.new(change)}
        for plan in plans(facts):
            arriving = sum(move.post.post_id == post_id and not move.covers for move in plan)
            if before + arriving < needed or (new is not None and new.isdisjoint(map(_named, plan))):
                continue
            after = feasible(facts, plan)
            is_filled = after is not None and after.filled(post) >= needed
            if is_filled and tuple(goal.measure(facts, after) for goal in self.goals) <= self.present:
                return True
        return False


def _named(move: Placement) -> tuple[str, str, str]:
    return move.person.person_id, move.post.post_id, move.form


def tight(scenario: Scenario) -> Scenario:
    """The province with nobody on a list, and units and blocs of communes at their quotas but for every third."""
    a = build_arrays(scenario)
    groups = {(unit, bloc): g for g, (unit, bloc) in enumerate(product(a.unit_ids, a.bloc_codes))}
    quotas = [
        row.model_copy(update={"quota": int(a.payroll[groups[row.unit_id, row.bloc]])}) if place % 3 else row
        for place, row in enumerate(scenario.quotas)
    ]
    forms = scenario.config.forms.model_copy(update={"transfer": ("over_quota", "volunteers", "listed")})
    config = scenario.config.model_copy(update={"forms": forms})
    return replace(scenario, pools=(), quotas=tuple(quotas), config=config)


def with_open_posts(seeds: range) -> Iterator[tuple[int, Scenario, Plan]]:
    for seed in seeds:
        scenario = tight(random_province(seed)) if seed % 2 else random_province(seed)
        try:
            plan = so.solve(scenario)
        except (InputError, InfeasibleError):
            continue
        if plan.gaps:
            yield seed, scenario, plan


def considered(case: Case) -> Candidates:
    """Every candidate for every open post of a case."""
    return candidates(case, np.array([case.arrays.post_at[row.post_id] for row in case.plan.gaps], dtype=np.int64))


SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 36))]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_considered_is_what_the_text_says(seed: int) -> None:
    """The list of the product against all single changes there are, each judged by the moves it lets in."""
    for _, scenario, plan in with_open_posts(range(seed, seed + 1)):
        judge, found = Judge(scenario, plan), considered(case_of(scenario, plan))
        every = judge.every()
        for row in plan.gaps:
            changes = {change for _, change in found.changes(found.rows_of(found.arrays.post_at[row.post_id]))}
            assert changes == {change for change in every if judge.is_considered(change, row.post_id)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("verified", [0, pytest.param(20, marks=pytest.mark.slow)])
def test_a_change_that_is_found_fills_the_post_and_nothing_is_said_to_be_cheapest_that_is_not(
    seed: int, verified: int
) -> None:
    """The changed scenarios are enumerated: those of all single changes there are."""
    for _, scenario, plan in with_open_posts(range(seed, seed + 1)):
        judge = Judge(scenario, plan)
        try:
            for gap in gaps(plan, scenario, verified=verified).rows:
                check_answer(judge, gap)
        except OverflowError:
            continue


def check_answer(judge: Judge, gap: Gap) -> None:
    post, prices = gap.row.post_id, judge.scenario.config.changes
    if gap.certainty == "equal":
        assert (gap.change, gap.price, judge.fills(None, post)) == (None, 0, True)
        return
    if gap.change is not None:
        assert judge.is_considered(gap.change, post)
        assert gap.price == getattr(prices, gap.change.kind)
        assert judge.fills(gap.change, post) or judge.fills(None, post)
    is_verified = gap.certainty == "verified"
    if is_verified:
        assert gap.price == gap.at_least
        assert not judge.fills(None, post)
    for change in judge.every():  # of these provinces a verified answer holds for more than the text claims
        is_cheaper = gap.at_least is None or getattr(prices, change.kind) < gap.at_least
        if is_cheaper and (is_verified or judge.is_considered(change, post)):
            assert not judge.fills(change, post)


@pytest.mark.parametrize("seed", range(8))
def test_a_changed_scenario_reads_as_any_other(seed: int) -> None:
    for _, scenario, plan in with_open_posts(range(seed, seed + 1)):
        found = considered(case_of(scenario, plan))
        for _, change in found.changes(range(len(found.price))):
            changed = change.applied(scenario)
            assert changed != scenario
            again = read_again(changed)
            assert replace(again, warnings=scenario.warnings) == replace(changed, warnings=scenario.warnings)


def read_again(scenario: Scenario) -> Scenario:
    """The scenario through the reader, which validates it."""
    tables = {name: [row.model_dump() for row in scenario.rows(name)] for name in scenario.to_frames()}
    keys = scenario.config.model_dump() | {
        "rules": {name: settings.model_dump(exclude_none=True) for name, settings in scenario.rules.items()},
        "goals": {"order": list(scenario.goal_order),
                  **{name: settings.model_dump() for name, settings in scenario.goals.items()}},
    }  # fmt: skip
    return read_tables({k: v for k, v in keys.items() if v is not None}, tables, REGISTRY)


def test_reduced_costs_are_true_of_every_plan() -> None:
    """Of all plans that make a move and keep the goals before at their values, none is below the proven price."""
    proven = 0
    for seed in range(9):
        scenario = random_province(seed)
        try:
            plan = so.solve(scenario)
            case = case_of(scenario, plan)
            every = list(plans_with_values(scenario))
        except (InputError, InfeasibleError, OverflowError):
            continue
        present = tuple(goal.value for goal in plan.goals)
        costs = reduced_costs(case.program, case.chosen, plan.certificate or Certificate({}))
        with_pins = len(case.program.goals) - len(present)
        for row in np.flatnonzero(costs.goal >= 0).tolist():
            k, move = int(costs.goal[row]) - with_pins, case.program.identity(row)
            proven += 1
            for made, values in every:
                if k >= 0 and move in made and values[:k] == present[:k]:
                    assert values[k] >= present[k] + int(costs.by[row])
    assert proven >= 10


def plans_with_values(scenario: Scenario) -> Iterator[tuple[set[tuple[str, str, str]], tuple[int, ...]]]:
    """Every feasible plan, as its moves, and its goals' values."""
    facts = Facts(scenario)
    goals = [next(goal for goal in GOALS if goal.name == name) for name in scenario.goal_order]
    for plan in plans(facts):
        after = feasible(facts, plan)
        if after is not None:
            made = {(move.person.person_id, move.post.post_id, move.form) for move in plan}
            yield made, tuple(goal.measure(facts, after) for goal in goals)


@pytest.mark.parametrize(
    "seed", [*range(1, 12, 2), *(pytest.param(k, marks=pytest.mark.slow) for k in range(13, 40, 2))]
)
def test_a_place_or_a_waiver_adds_its_moves_and_takes_none(seed: int) -> None:
    """The table of the changed scenario is the present one with the moves that the widened program knows of."""
    for _, scenario, plan in with_open_posts(range(seed, seed + 1)):
        case = case_of(scenario, plan)
        found = considered(case)
        for _, change in found.changes(range(len(found.price))):
            if not isinstance(change, ListPlace | Waiver):
                continue
            new = triples_of(build_moves(build_arrays(change.applied(scenario)))).keys(case.arrays)
            added = moves_of(change, case.arrays, found.lists).keys(case.arrays)
            now = triples_of(case.moves).keys(case.arrays)
            assert set(new.tolist()) == {*now.tolist(), *added.tolist()}
            assert not set(added.tolist()) & set(now.tolist())
