"""A former plan to start from: never worse than what can be kept of it, and whatever cannot be kept is told."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import tiny
from click.testing import CliRunner
from provinces import random_province
from samples import each_part
from stories import move, province, two_posts

import optimizer as so
from optimizer.admitting import admitted_moves, build_moves
from optimizer.arrays_building import build_arrays
from optimizer.carrying import prices_of
from optimizer.certificate import Certificate, GoalPrices
from optimizer.checker import check, judge_move
from optimizer.cli import main
from optimizer.engine import columns
from optimizer.engine.lexicographic import Run
from optimizer.engine.network import Network
from optimizer.errors import InfeasibleError, InputError, NoPlanInTimeError, Problem
from optimizer.plan import MovedPerson, Plan
from optimizer.program import build_program
from optimizer.rulebook import GATES, LIMITS
from optimizer.rulebook.after import Placement
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS
from optimizer.solving import admissible_moves
from optimizer.starting import start_from
from optimizer.verdict import Breach

EXAMPLE = str(Path(__file__).parents[1] / "scenarios" / "example")
LIMIT_NAMES = frozenset(limit.name for limit in LIMITS)
RULES = {rule.name: rule for rule in (*GATES, *LIMITS)}


def made(plan: Plan) -> set[tuple[str, str, str]]:
    return {(row.person_id, row.to_post_id, row.form) for row in plan.moves}


def told(plan: Plan) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.value) for problem in plan.warnings]


def words_of(problem: Problem) -> str:
    return problem.message.render("en")


def values(plan: Plan) -> list[int]:
    return [goal.value for goal in plan.goals]


# --- what is kept ---


@pytest.mark.parametrize("time_limit", [0.0, 0.01])
def test_the_best_plan_as_a_start_stays_when_there_is_no_time(
    scenario: Scenario, plan: Plan, time_limit: float
) -> None:
    again = so.solve(scenario, start=plan, time_limit=time_limit)
    assert values(again) == values(plan)
    assert made(again) == made(plan)
    assert again.baseline == plan.baseline  # by hand less is reached, and that is what the plan says of it
    assert list(again.baseline.goals.values()) > values(again)
    assert again.warnings == ()


def test_a_start_worse_than_the_method_by_hand_gives_way_to_it(scenario: Scenario) -> None:
    plan = so.solve(scenario, start=(), time_limit=0.0)
    assert plan.before != plan.baseline.goals
    assert {goal.name: goal.value for goal in plan.goals} == plan.baseline.goals


def test_a_start_changes_nothing_of_a_proven_plan(scenario: Scenario, plan: Plan) -> None:
    again = so.solve(scenario, start=plan.moves[:2])
    assert (again.status, values(again), again.moves) == ("OPTIMAL", values(plan), plan.moves)


def test_one_bad_move_is_told_and_the_rest_is_kept(scenario: Scenario, plan: Plan) -> None:
    """an-6 into the seat of the head of Bình Sơn as if from within: an-6 is of another commune."""
    bad = move("an-6", "binh-son.head", "internal")
    good = [row for row in plan.moves if row.person_id != "an-6"]
    again = so.solve(scenario, start=[bad, *good], time_limit=0.0)
    assert told(again) == [("W515", "an-6")]
    assert RULES["candidate"].title.render("en") in words_of(again.warnings[0])
    assert values(again) <= list(check(scenario, good).goals.values())
    assert made(again) >= {(row.person_id, row.to_post_id, row.form) for row in good}


def test_people_posts_and_forms_that_are_gone_are_told_one_by_one() -> None:
    scenario = province()
    rows = [
        move("p1", "A-it"),
        move("gone", "A-it"),
        move("p0", "gone"),
        MovedPerson.model_construct(person_id="p0", form="gone", to_post_id="A-it"),
    ]
    plan = so.solve(scenario, start=rows, time_limit=0.0)
    assert told(plan) == [("W514", "gone"), ("W514", "p0"), ("W514", "p0")]
    told_of = zip(("gone is not", "the post gone", "gone is not a form"), plan.warnings, strict=True)
    assert all(word in words_of(problem) for word, problem in told_of)
    assert made(plan) == {("p1", "A-it", "transfer")}


def test_a_start_that_takes_a_seat_twice_loses_the_last_by_id() -> None:
    """A-it has one seat: of p1, p2, p3 the last two by their ids go, and so in any order of the rows."""
    scenario = two_posts(seats=1)
    rows = [move(person, "A-it") for person in ("p3", "p1", "p2")]
    plan = so.solve(scenario, start=rows, time_limit=0.0)
    assert told(plan) == [("W516", "p2"), ("W516", "p3")]
    assert ("p1", "A-it", "transfer") in made(plan)
    assert RULES["no_overfilling"].title.render("en") in words_of(plan.warnings[0])


def test_the_move_goes_first_whose_leaving_mends_most() -> None:
    """A may take 2 people, A-it has one seat: without p2 the seat holds, and so does the quota of 2 again."""
    scenario = two_posts(seats=1, quota=2, giving=0)
    rows = [move("p1", "A-it"), move("p2", "A-it"), move("p3", "A-office")]
    plan = so.solve(scenario, start=rows, time_limit=0.0)
    assert told(plan) == [("W516", "p2")]
    assert made(plan) == {("p1", "A-it", "transfer"), ("p3", "A-office", "transfer")}


def test_two_moves_of_one_person_are_one_too_many() -> None:
    plan = so.solve(two_posts(), start=[move("p1", "A-it"), move("p1", "A-office")], time_limit=0.0)
    assert told(plan) == [("W516", "p1")]
    assert RULES["one_move"].title.render("en") in words_of(plan.warnings[0])


def test_a_move_that_stands_twice_is_one_move() -> None:
    plan = so.solve(two_posts(), start=[move("p1", "A-it")] * 2, time_limit=0.0)
    assert plan.warnings == ()


def test_a_decision_made_since_is_named() -> None:
    ban = [{"kind": "ban", "person_id": "p1", "post_id": "A-it"}]
    plan = so.solve(two_posts(decisions=ban), start=[move("p1", "A-it")], time_limit=0.0)
    assert told(plan) == [("W515", "p1")]
    assert "the ban on p1, A-it" in words_of(plan.warnings[0])


def test_what_only_planners_read_is_not_named() -> None:
    """p1 has an exempt case: who reads the log learns that something stands against the move, not what."""
    plan = so.solve(province(person={"exempt": (1,)}), start=[move("p1", "A-it")], time_limit=0.0)
    assert told(plan) == [("W515", "p1")]
    assert "a rule on the person's own circumstances" in words_of(plan.warnings[0])
    assert not any(rule.title.render("en") in words_of(plan.warnings[0]) for rule in RULES.values())


def traded_seats(**more: Any) -> Scenario:
    """p1 is pinned to the seat of p2, who can go to another; by hand the pin is tried first and fails."""
    return tiny(
        units=["A"],
        posts=[{"post_id": f"it-{n}", "unit_id": "A", "fields": "it"} for n in (1, 2, 3)],
        people=[{"person_id": f"p{n}", "post_id": f"it-{n}", "fields": "it"} for n in (1, 2)],
        decisions=[{"kind": "pin", "person_id": "p1", "post_id": "it-2"}],
        **more,
    )


def test_a_start_that_meets_the_pins_is_a_plan_without_any_time() -> None:
    rows = [move("p1", "it-2", "internal"), move("p2", "it-1", "internal")]
    plan = so.solve(traded_seats(), start=rows, time_limit=0.0)
    assert made(plan) == {("p1", "it-2", "internal"), ("p2", "it-1", "internal")}
    assert plan.baseline.pins_missed == 1
    assert plan.warnings == ()


def test_the_hand_goes_on_from_the_start_to_the_pins() -> None:
    """Once p2 has left it-2, the pin is met by hand; it-1 may stay empty as nothing asks for it to be filled again."""
    scenario = traded_seats(rules={"no_new_gaps": {"state": "off"}})
    plan = so.solve(scenario, start=[move("p2", "it-3", "internal")], time_limit=0.0)
    assert made(plan) == {("p1", "it-2", "internal"), ("p2", "it-3", "internal")}
    assert told(plan) == [("W517", "p1")]
    assert "the pin of p1 to it-2" in words_of(plan.warnings[0])


def test_a_pin_made_since_replaces_the_move_in_its_way_and_nothing_else() -> None:
    """A-it has one seat, which the start gives to p2 and a pin now to p1; by hand p2, not p3, would take the office."""
    scenario = two_posts(seats=1, decisions=[{"kind": "pin", "person_id": "p1", "post_id": "A-it"}])
    plan = so.solve(scenario, start=[move("p2", "A-it"), move("p3", "A-office")], time_limit=0.0)
    assert made(plan) == {("p1", "A-it", "transfer"), ("p3", "A-office", "transfer")}
    assert told(plan) == [("W517", "p1")]
    by_hand = so.solve(scenario, time_limit=0.0)
    assert made(by_hand) == {("p1", "A-it", "transfer"), ("p2", "A-office", "transfer")}


def test_a_pin_made_since_is_met_by_somebody_beside_whom_the_start_can_stay() -> None:
    """B may give one: the start takes p1 for the office. For A-it near, of B, would end that; far, of C, does not."""
    away = {"B": (5, 1), "C": (20, 0)}
    scenario = tiny(
        units=["A", *away],
        posts=[{"post_id": f"A-{field}", "unit_id": "A", "fields": field} for field in ("it", "office")],
        people=[
            {"person_id": "p1", "unit_id": "B", "fields": "office"},
            {"person_id": "near", "unit_id": "B", "fields": "it"},
            {"person_id": "far", "unit_id": "C", "fields": "it"},
        ],
        quotas=[
            {"unit_id": "A", "quota": 2},
            *({"unit_id": unit, "quota": quota} for unit, (_, quota) in away.items()),
        ],
        decisions=[{"kind": "pin", "post_id": "A-it"}],
        distances=[{"from_unit_id": "A", "to_unit_id": unit, "km": km} for unit, (km, _) in away.items()],
    )
    plan = so.solve(scenario, start=[move("p1", "A-office")], time_limit=0.0)
    assert made(plan) == {("p1", "A-office", "transfer"), ("far", "A-it", "transfer")}
    by_hand = so.solve(scenario, time_limit=0.0)
    assert made(by_hand) == {("near", "A-it", "transfer")}


# --- on random provinces ---


def without_pins(seed: int) -> Scenario:
    scenario = random_province(seed)
    return replace(scenario, decisions=tuple(d for d in scenario.decisions if d.kind != "pin"))


def random_rows(scenario: Scenario, rng: random.Random, *, wild: bool) -> list[MovedPerson]:
    """One random move for most people: of the table, or where `wild` of any post and form."""
    table = admissible_moves(scenario).to_frame()
    rows = []
    for person in scenario.people:
        of_person = table[table.person_id == person.person_id]
        if wild and rng.random() < 0.5:
            rows.append(move(person.person_id, rng.choice(scenario.posts).post_id, rng.choice(FORMS)))
        elif len(of_person) and rng.random() < 0.8:
            row = of_person.iloc[rng.randrange(len(of_person))]
            rows.append(move(person.person_id, row.to_post_id, row.form))
    return rows


def kept_of(rows: list[MovedPerson], plan: Plan) -> list[MovedPerson]:
    gone = {problem.value for problem in plan.warnings if problem.code != "W517"}
    return [row for row in rows if row.person_id not in gone]


def broken(scenario: Scenario, rows: list[MovedPerson]) -> list[Breach]:
    """What the scalar rules say against moves; they know nothing of rows and tables."""
    return list(check(scenario, rows).breaches)


@each_part(50, 150)
def test_no_plan_is_worse_than_what_is_kept_of_its_start(seeds: range) -> None:
    """Judged by the checker: what is kept breaks nothing, what is left out does, and the plan is never worse."""
    left_out = kept = better = 0
    for seed in seeds:
        rng = random.Random(seed)
        scenario = without_pins(seed)
        rows = random_rows(scenario, rng, wild=seed % 2 == 0)
        plan = so.solve(scenario, start=rows, time_limit=rng.choice((0.0, 0.0, 0.01, 0.05)))
        stays = kept_of(rows, plan)
        verdict = check(scenario, stays)
        assert verdict.passed, seed
        assert values(plan) <= list(verdict.goals.values()), seed
        better += values(plan) < list(verdict.goals.values())
        kept += len(stays)
        for row in (row for row in rows if row not in stays):
            breaches = broken(scenario, [*stays, row])
            assert breaches, (seed, row)
            code = next(problem.code for problem in plan.warnings if problem.value == row.person_id)
            assert (code == "W516") == all(breach.rule in LIMIT_NAMES for breach in breaches), (seed, row)
            left_out += 1
    assert min(left_out, kept, better) > 0.13 * len(seeds)


@each_part(50, 200)
def test_a_feasible_start_is_kept_whole(seeds: range) -> None:
    whole = 0
    for seed in seeds:
        scenario = without_pins(seed)
        rows = random_rows(scenario, random.Random(seed), wild=False)[: 1 + seed % 3]
        verdict = check(scenario, rows)
        if verdict.passed and rows:
            plan = so.solve(scenario, start=rows, time_limit=0.0)
            assert plan.warnings == (), seed
            assert values(plan) <= list(verdict.goals.values()), seed
            whole += 1
    assert whole > 0.1 * len(seeds)


@pytest.mark.slow
def test_every_inadmissible_move_is_told_with_what_stands_against_it() -> None:
    """The gates named are those that the scalar forms find, but for those that only planners read."""
    named = 0
    for seed in range(60):
        scenario = without_pins(seed)
        rows = random_rows(scenario, random.Random(seed), wild=True)
        facts = Facts(scenario)
        for problem in so.solve(scenario, start=rows, time_limit=0.0).warnings:
            if problem.code != "W515":
                continue
            row = next(row for row in rows if row.person_id == problem.value)
            placement = Placement(facts.people[row.person_id], facts.posts[row.to_post_id], row.form)
            gates = {breach.rule for breach in judge_move(facts, placement)[1]}
            told = {rule for rule in RULES if f"(rule {rule}, by:" in words_of(problem)}
            assert told == gates - {"exempt", "time_left", "no_promotion"}, (seed, row)
            assert "not kept; against it stands: " in words_of(problem)
            named += len(told)
    assert named > 50


def test_pins_come_before_the_goals_of_a_start() -> None:
    """Without time a plan that is found meets the pins, and is worse than its start only where that misses one."""
    plans = misses = 0
    for seed in range(200):
        scenario = random_province(seed)
        if not any(decision.kind == "pin" for decision in scenario.decisions):
            continue
        try:
            rows = random_rows(scenario, random.Random(seed), wild=False)
            plan = so.solve(scenario, start=rows, time_limit=0.0)
        except (InputError, NoPlanInTimeError):
            continue
        assert broken(scenario, [*plan.moves]) == [], seed
        stays = check(scenario, kept_of(rows, plan))
        missed = {breach.person_id for breach in stays.breaches}
        assert {breach.rule for breach in stays.breaches} <= {"pin"}, seed
        assert {problem.value for problem in plan.warnings if problem.code == "W517"} == missed, seed
        assert missed or values(plan) <= list(stays.goals.values()), seed
        plans, misses = plans + 1, misses + bool(missed)
    assert plans > 10
    assert misses > 0


# --- the command line ---


def call(*words: str) -> Any:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A CSV file typed by hand: the best plan's move of dong-4, and somebody whom nobody knows."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.csv"
    file.write_text(
        "person_id,form,to_post_id\ndong-4,internal,dong-tien.finance\nan-99,transfer,binh-son.head\n", "utf-8"
    )
    return str(file)


def test_the_command_starts_from_a_plan_and_keeps_it(typed: str) -> None:
    assert call("solve", EXAMPLE, "--out", "best").exit_code == 0
    again = call("solve", EXAMPLE, "--start", "best", "--out", "best", "--time-limit", "0", "--lang", "en")
    assert (again.exit_code, again.stderr) == (0, "")
    assert so.read_plan("best").goal("headcount").value == 2_500


def test_the_command_tells_what_it_does_not_keep(typed: str) -> None:
    shown = call("solve", EXAMPLE, "--start", typed, "--time-limit", "0", "--lang", "en")
    assert shown.exit_code == 0
    assert shown.stderr.startswith("start, person_id: W514 an-99 is not in the data.")
    document = json.loads(call("solve", EXAMPLE, "--start", typed, "--time-limit", "0", "--json").stdout)
    assert [(w["file"], w["code"], w["value"]) for w in document["warnings"]] == [("start", "W514", "an-99")]
    assert ("dong-4", "dong-tien.finance", "internal") in made(so.read_plan(document["folder"]))


def test_a_start_that_is_no_plan_is_refused_before_anything_is_solved(typed: str) -> None:
    shown = call("solve", EXAMPLE, "--start", "nowhere", "--lang", "en")
    assert (shown.exit_code, shown.stdout) == (3, "")
    assert "there is no such folder of a plan" in shown.stderr
    Path(typed).write_text("person_id,form,to_post_id\nan-5,flight,binh-son.land\n", "utf-8")
    assert call("solve", EXAMPLE, "--start", typed).exit_code == 3


def test_the_option_is_explained() -> None:
    shown = " ".join(call("solve", "--help", "--lang", "en").stdout.split())
    assert "--start PLAN Start from a former plan" in shown
    assert "never worse, goal by goal in their order, than what can be kept of the plan given" in shown


# --- the prices of a former plan ---


def test_a_proven_plan_as_a_start_is_proven_by_its_own_prices(
    scenario: Scenario, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a linear program nor a flow is needed: the certificate says what they would find."""
    for decisions in ((), tuple(pin_of(row) for row in plan.moves[:2])):
        prove_again(replace(scenario, decisions=decisions), plan, monkeypatch)


def pin_of(row: MovedPerson) -> Decision:
    return Decision(kind="pin", person_id=row.person_id, post_id=row.to_post_id, form=row.form)


def prove_again(scenario: Scenario, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prove every goal of a plan from its certificate; pins that it meets already change nothing of that."""
    moves = build_moves(build_arrays(scenario))
    program = build_program(moves.arrays, moves)
    chosen = start_from(moves, program, plan).chosen

    def fail(*_: object) -> None:
        raise AssertionError("it was solved again")

    monkeypatch.setattr(columns, "solve_relaxed", fail)
    monkeypatch.setattr(Network, "seeds", fail)
    former = prices_of(plan, admitted_moves(moves.arrays), program)
    run = Run(program, chosen, lambda *_: None, time.monotonic() + 60, former=former)
    assert [run.minimise(goal).proven for goal in program.goals] == [True] * len(program.goals)


def misprice(prices: GoalPrices, dice: random.Random) -> GoalPrices:
    """Prices of the same rows that mean nothing."""
    rows = tuple(np.array([dice.randint(-(1 << 40), 1 << 40) for _ in part], dtype=np.int64) for part in prices.rows)
    values = np.array([-dice.randint(0, 1 << 24) for _ in prices.values], dtype=np.int64)
    return GoalPrices(rows, values)


@pytest.mark.parametrize("first", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in range(10, 60, 10))])
def test_wrong_prices_of_a_start_cost_time_but_never_truth(first: int) -> None:
    for seed in range(first, first + 10):
        dice = random.Random(seed)
        scenario = random_province(seed)
        try:
            best = so.solve(scenario)
        except (InputError, InfeasibleError):
            continue
        assert best.certificate is not None
        wrong = {name: tuple(misprice(k, dice) for k in layers) for name, layers in best.certificate.prices.items()}
        again = so.solve(scenario, start=replace(best, moves=(), certificate=Certificate(wrong)))
        assert (again.status, values(again), again.moves) == (best.status, values(best), best.moves)
        assert all(goal.certified is None or goal.certified <= goal.value for goal in again.goals)
