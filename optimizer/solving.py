"""The whole way: scenario to moves, program, engine, plan; every plan is judged before it is handed out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from optimizer.admitting import (
    ELIGIBILITY,
    admitted_moves,
    blocking_gates,
    build_moves,
    excluded,
    gate_lets_pass,
    gates_let_pass,
    left_by,
    meets,
    stays_as_pinned,
)
from optimizer.arrays import Arrays, KeyArray
from optimizer.arrays_building import build_arrays
from optimizer.carrying import prices_of
from optimizer.certificate import Certificate
from optimizer.checker import check
from optimizer.conflicts import conflict_of, conflict_of_caps, decision_words, listed_words, rule_words
from optimizer.engine.messages import WITHOUT_LIMIT, Incumbent, Request
from optimizer.engine.process import GRACE_SECONDS, Outcome, run
from optimizer.errors import (
    BrokenPlanError,
    FalseClaimError,
    InfeasibleError,
    InputError,
    NoPlanInTimeError,
    Problem,
    UsageError,
)
from optimizer.goals.changes import Changes
from optimizer.greedy import greedy
from optimizer.moves import Moves
from optimizer.outcome import build_plan, values
from optimizer.plan import GoalResult, MovedPerson, Plan
from optimizer.program import Program, asked_by, build_program
from optimizer.program_goals import PINS
from optimizer.rulebook import GATES
from optimizer.rulebook.base import Gate
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS, Form
from optimizer.starting import giving_way, start_from
from optimizer.texts import T, Text
from optimizer.verifying import verify_goals

AFTER_SHARE = 1.4  # of the time before the engine; a long shortlist in the plan makes the check three times longer
MOST_NAMED = 5  # decisions that stand against a pin without a person
LATE_SECONDS, LATE_SHARE = 2.0, 0.1  # how late a plan may come after its time limit, whichever is more


@dataclass(frozen=True)
class Progress:
    """Where a run stands: `stage`, and for a goal its value, bound and seconds so far; `moves` counts rows."""

    stage: Literal["moves", "greedy", "goal", "check"]
    goal: str | None = None
    value: int | None = None
    bound: int | None = None
    moves: int | None = None
    seconds: float | None = None


Listener = Callable[[Progress], None]


def solve(
    scenario: Scenario,
    *,
    time_limit: float | None = None,
    start: Plan | Sequence[MovedPerson] | None = None,
    listen: Listener | None = None,
) -> Plan:
    """The best plan of a scenario, goal after goal, checked.

    `time_limit` is in seconds; when it runs out, or on Ctrl-C, the best plan so far comes back with status
    FEASIBLE and the bounds known by then: at most 2 s or 10 % late, where the moves and the check leave that much.
    `start` is a former plan, of which only the moves and, to begin with them, the prices of its certificate are read,
    or moves typed by hand (person_id, form and to_post_id). Moves of it that rules, limits or decisions now forbid are
    left out, each told in `Plan.warnings`; of what is kept, the plan is never worse: of goals in order, the first that
    differs by more than a goal above may give away by its tolerance is smaller. `listen` is told of every step.
    Raises UsageError for a limit that is no number, InputError where a pin is forbidden by a gate, InfeasibleError
    with the conflict (to find the smallest takes up to two minutes more; Ctrl-C leaves the smallest so far),
    NoPlanInTimeError, EngineError, and BrokenPlanError where the checker refuses the plan.
    """
    tell = listen or (lambda progress: None)
    require_seconds(time_limit)
    began = time.monotonic()
    a = build_arrays(scenario)
    admitted = admitted_moves(a)
    moves = admitted.take(left_by(admitted, scenario.decisions))
    tell(Progress("moves", moves=moves.n))
    refuse_forbidden_pins(a, moves)
    program = build_program(a, moves)
    by_hand = greedy(program, moves)
    tell(Progress("greedy", moves=len(by_hand)))
    incumbent, left_out = _begin(program, moves, by_hand, start)
    seconds = _seconds(time.monotonic() - began, time_limit)
    ready = time.monotonic()
    if scenario.former:
        incumbent = _near_the_former(program, incumbent, seconds)
    seconds = max(0.0, seconds - (time.monotonic() - ready))
    former = prices_of(start, admitted, program) if isinstance(start, Plan) else {}
    outcome = run(Request(program, incumbent, seconds, former=former), lambda incumbent: _tell(tell, incumbent))
    if outcome.infeasible is not None:
        is_of_caps = bool(outcome.infeasible.caps)
        raise InfeasibleError(
            conflict_of_caps(outcome.infeasible) if is_of_caps else conflict_of(admitted, outcome.incumbent.chosen)
        )
    goals = _goals(program, outcome)
    chosen = outcome.incumbent.chosen
    plan = build_plan(a, moves, program, chosen, goals, by_hand, complete=outcome.complete)
    tell(Progress("check"))
    verdict = check(scenario, plan)
    if not verdict.passed:
        raise BrokenPlanError(breach.text for breach in verdict.breaches)
    return replace(_certified(program, chosen, plan, outcome), warnings=left_out)


def _begin(
    program: Program, moves: Moves, by_hand: KeyArray, start: Plan | Sequence[MovedPerson] | None
) -> tuple[KeyArray, tuple[Problem, ...]]:
    """The best plan at hand before the engine, what is kept of `start` first among equals, and what is not kept."""
    if start is None:
        return by_hand, ()
    kept = start_from(moves, program, start)
    with_pins = giving_way(moves, program, kept.chosen)
    plans = (kept.chosen, with_pins, greedy(program, moves, with_pins), by_hand)
    return min(plans, key=program.rank), kept.warnings


def require_seconds(seconds: float | None) -> None:
    """Refuse a time limit that is no number from 0 up; None is none. Raises UsageError."""
    if seconds is not None and not seconds >= 0:
        raise UsageError(T("the time limit is not a number of seconds from 0 up"))


def _near_the_former(program: Program, incumbent: KeyArray, seconds: float) -> KeyArray:
    """The better plan of `incumbent` and, where few changes are a goal, that which meets the pins with the fewest.

    It is found quickly, and nearly as good as the former plan by all goals, while a plan found for pins alone is not.
    """
    goals = tuple(goal for goal in program.goals if goal.name in (PINS, Changes.name))
    if not goals or goals[-1].name != Changes.name or goals[-1].value(incumbent) == 0:
        return incumbent
    request = Request(replace(program, goals=goals), incumbent, seconds, tie_break=False)
    near = run(request, lambda incumbent: None).incumbent.chosen
    return min((incumbent, near), key=program.rank)


def _seconds(spent: float, time_limit: float | None) -> float:
    """What the engine may take of the limit, so that the plan is checked and handed out little after it.

    What comes after the engine goes over the same people, posts and moves as what came before it, which took `spent`
    seconds on this machine: so that says how long it will last.
    """
    if time_limit is None:
        return WITHOUT_LIMIT
    latest = time_limit + max(LATE_SECONDS, LATE_SHARE * time_limit) - GRACE_SECONDS
    return min(WITHOUT_LIMIT, max(0.0, min(time_limit - spent, latest - (1 + AFTER_SHARE) * spent)))


def _certified(program: Program, chosen: KeyArray, plan: Plan, outcome: Outcome) -> Plan:
    """The plan with its certificate and what its prices prove of every goal; BrokenPlanError where they do not hold."""
    priced = {known.name: known.prices for known in outcome.incumbent.solved if known.prices}
    plan = replace(plan, certificate=Certificate(priced))
    try:
        certified = {proof.name: proof.certified for proof in verify_goals(program, chosen, plan)}
    except FalseClaimError as error:
        raise BrokenPlanError([error.text]) from error
    return replace(plan, goals=tuple(replace(goal, certified=certified[goal.name]) for goal in plan.goals))


def _tell(tell: Listener, incumbent: Incumbent) -> None:
    last = incumbent.solved[-1]
    tell(Progress("goal", goal=last.name, value=last.value, bound=last.bound, seconds=last.seconds))


def _goals(program: Program, outcome: Outcome) -> list[GoalResult]:
    """Every goal's value in the plan at hand, with the bound that was proven for it.

    A bound holds while the goals before it stay within their tolerances; a goal that was not reached has none. A
    proven goal stays proven as long as the goals below it have spent no more than its tolerance.
    """
    chosen = outcome.incumbent.chosen
    if program.pins and program.goals[0].value(chosen) > 0:
        raise NoPlanInTimeError(T("no plan that meets the decisions was found within the time given"))
    if program.above_caps(chosen):
        raise NoPlanInTimeError(T("no plan that keeps the caps of goals was found within the time given"))
    solved = {result.name: result for result in outcome.incumbent.solved}
    settings = {goal.name: goal.settings for goal in program.goals}
    results = []
    for name, value in values(program, chosen).items():
        known = solved.get(name)
        if known is None:
            results.append(GoalResult(name, value, bound=None, proven=False, seconds=0.0))
        else:
            proven = known.proven and value <= settings[name].upper(known.value)
            results.append(GoalResult(name, value, known.bound, proven, round(known.seconds, 3)))
    return results


def refuse_forbidden_pins(a: Arrays, moves: Moves) -> None:
    """Raise InputError where a pin is neither met by staying nor by any admissible move, naming the gates with sources.

    The table holds no move of a pinned person that misses the pin. A pin without a person needs as many people as it
    asks for.
    """
    movable = set(moves.person.tolist())
    problems = []
    for pin in (pin for pin in a.scenario.decisions if pin.kind == "pin" and not stays_as_pinned(a, pin)):
        if pin.person_id is None:
            is_forbidden = len(np.unique(moves.person[asked_by(a, moves, pin)])) < (pin.seats or 1)
        else:
            is_forbidden = a.person_at[pin.person_id] not in movable
        problems += [_forbidden(a, pin)] if is_forbidden else []
    if problems:
        raise InputError(problems, a.scenario.config.language)


def _forbidden(a: Arrays, pin: Decision) -> Problem:
    gates = _blocking(a, pin)
    words = [rule_words(gate) for gate in gates] or _decisions_against(a, pin) or [T("another decision")]
    mend = T("Correct the data, change the setting, or drop the pin")
    if any(gate.waived_by for gate in gates):
        mend = T("Correct the data, waive the rule with a reason, or drop the pin")
    return Problem(
        file=a.scenario.files.get("decisions", "decisions.csv"),
        code="E430",
        message=T("{pin} does not meet: {rules}", pin=decision_words(pin), rules=listed_words(words)),
        mend=mend,
        column="person_id" if pin.person_id is not None else "post_id",
        value=pin.person_id or pin.post_id,
    )


def _blocking(a: Arrays, pin: Decision) -> Sequence[Gate]:
    """The gates that refuse the pin where it comes closest to being admitted."""
    if pin.person_id is None:
        return _blocking_everybody(a, pin)
    person = a.person_at[pin.person_id]
    posts = [
        j
        for j, post in enumerate(a.posts)
        if pin.post_id in (None, post.post_id) and pin.unit_id in (None, post.unit_id)
    ]
    forms = [form for form in FORMS if pin.form in (None, form)]
    refusals = [blocking_gates(a, person, post, form) for post in posts for form in forms]
    return min((gates for gates in refusals if gates), key=len, default=())


def _blocking_everybody(a: Arrays, pin: Decision) -> Sequence[Gate]:
    """The gates that refuse the person who comes closest to being admitted by a pin that names none.

    None where gates let somebody pass: then decisions are in the way. Who may not be moved at all comes last.
    """
    i, post = np.arange(a.n_people, dtype=np.intp), a.post_at[pin.post_id or ""]
    j = np.full(a.n_people, post, dtype=np.intp)
    nearest: list[tuple[int, int, Form]] = []
    for form in FORMS:
        refusals = np.zeros(a.n_people, dtype=np.int64)
        for gate in GATES:
            weight = len(GATES) if gate.name in ELIGIBILITY else 1
            refusals += weight * ~gate_lets_pass(a, gate, i, j, form)
        asked = np.flatnonzero(meets(a, pin, i, j, form))
        if len(asked):
            person = int(asked[np.argmin(refusals[asked])])
            nearest.append((int(refusals[person]), person, form))
    return blocking_gates(a, min(nearest)[1], post, min(nearest)[2]) if nearest else ()


def _decisions_against(a: Arrays, pin: Decision) -> list[Text]:
    """Of a pin without a person, the first decisions that keep everybody away whom gates let pass, and their number."""
    if pin.person_id is not None:
        return []
    i, j = np.arange(a.n_people, dtype=np.intp), np.full(a.n_people, a.post_at[pin.post_id or ""], dtype=np.intp)
    against: dict[Decision, None] = {}
    for form in FORMS:
        passes = meets(a, pin, i, j, form) & gates_let_pass(a, i, j, form)
        for row in (row for row in a.scenario.decisions if row.kind != "waive"):
            if excluded(a, row, i[passes], j[passes], form).any():
                against[row] = None
    words = [decision_words(row) for row in against]
    more = len(words) - MOST_NAMED
    return words if more <= 0 else [*words[:MOST_NAMED], T("{n} more decisions", n=more)]


def admissible_moves(scenario: Scenario) -> Moves:
    """The table of admissible moves of a scenario; raises InputError where a pin is forbidden by a gate."""
    a = build_arrays(scenario)
    moves = build_moves(a)
    refuse_forbidden_pins(a, moves)
    return moves
