"""The checker: judges every plan, the product's own and one typed by hand, without any solver.

It reads the data person by person, tests every move by every gate, the province afterwards by every limit and
decision, recomputes every goal, and holds what the plan claims against what it found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from optimizer.chain_claims import wrong_chains
from optimizer.choosing import Chooser
from optimizer.claims import wrong_cells, wrong_summary
from optimizer.execution import wrong_execution
from optimizer.goals import GOALS
from optimizer.goals.base import Goal
from optimizer.instead_claims import wrong_equals, wrong_reserves
from optimizer.plan import MovedPerson, Plan
from optimizer.rulebook import GATES, LIMITS
from optimizer.rulebook.after import After, Placement, matches
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS, Form
from optimizer.texts import T, Text
from optimizer.verdict import Breach, Verdict


def check(scenario: Scenario, plan: Plan | Sequence[MovedPerson]) -> Verdict:
    """Judge a plan against a scenario.

    A sequence of rows is a plan typed by hand: of each row person_id, form and to_post_id are needed, and
    every further cell that is filled is verified. A `Plan` must be complete, and everything it says is verified
    but this, which is taken on trust as far as its form is right: the bounds, what the method by hand reaches, why a
    seat stays open or a candidate without one, that nobody left out of a shortlist would come before those on it, that
    a reserve keeps the limits and comes first, that nobody who is equal is left out, that no other part of the plan
    would be larger where a link of a chain refuses, whether the tie-break was reached, versions and seconds. Chains are
    judged where the moves themselves are in order and keep every limit, equals where they keep the decisions too. What
    is wrong is returned, never raised.
    """
    facts = Facts(scenario)
    is_whole = isinstance(plan, Plan)
    rows = plan.moves if isinstance(plan, Plan) else tuple(plan)
    goals = _goals_in_order(scenario)
    breaches: list[Breach] = []
    steps: list[tuple[MovedPerson, Placement]] = []
    for row in rows:
        missing = list(unknown_names(facts, row))
        breaches += missing
        if missing:
            continue
        steps.append((row, Placement(facts.people[row.person_id], facts.posts[row.to_post_id], row.form)))
    after = After(facts, [placement for _, placement in steps])
    broken, warning = _broken_limits(facts, after)
    flags: dict[str, tuple[str, ...]] = {}
    for row, placement in steps:
        raised, blocked = judge_move(facts, placement)
        raised += tuple(dict.fromkeys(limit for limit, text in warning if _touches(text, placement)))
        if raised:
            flags[row.person_id] = raised
        breaches += blocked
        breaches += wrong_cells(facts, row, placement, raised, waived_gates(facts, placement), is_whole)
    disorder = list(wrong_execution(rows, steps, is_whole))
    breaches += [*disorder, *broken]
    unkept = list(broken_decisions(facts, after))
    breaches += unkept
    values = {goal.name: goal.measure(facts, after) for goal in goals}
    breaches += _broken_caps(facts, values)
    if isinstance(plan, Plan):
        breaches += wrong_summary(plan, facts, after, goals, values)
        breaches += wrong_reserves(steps, facts, after, flags_and_block)
        breaches += Chooser(facts, after, goals, values, flags_and_block, _broken_names).wrong(plan.shortlist)
        if len(steps) == len(rows) and not disorder and not broken:
            breaches += wrong_chains(plan.chains, steps, facts, goals)
            if not unkept:
                breaches += wrong_equals(steps, facts, goals, flags_and_block, broken_decisions)
    return Verdict(tuple(breaches), values, flags)


def judge_move(facts: Facts, placement: Placement) -> tuple[tuple[str, ...], list[Breach]]:
    """One move by every gate that is on: the names of those that warn, and a breach for each that blocks."""
    flags: list[str] = []
    breaches: list[Breach] = []
    person, post = placement.person, placement.post
    for gate in GATES:
        state = facts.state(gate, post.unit_id)
        if state == "off" or facts.waives(gate, placement.person, placement.post, placement.form):
            continue
        form = cast(Form, placement.form)
        passes = gate.passes(facts, person, post, form)
        if not passes and state == "on":
            text = T(
                "{person} may not take {post}: {rule}",
                person=person.person_id,
                post=post.post_id,
                rule=gate.title,
            )
            breaches.append(Breach(gate.name, text, person.person_id, post.post_id, post.unit_id))
        elif not passes or gate.warns(facts, person, post, form):
            flags.append(gate.name)
    return tuple(flags), breaches


def waived_gates(facts: Facts, placement: Placement) -> tuple[str, ...]:
    """Names of the gates that are on, that the move fails, and that a decision waives for it."""
    person, post, form = placement.person, placement.post, cast(Form, placement.form)
    return tuple(
        gate.name
        for gate in GATES
        if facts.state(gate, post.unit_id) == "on"
        and facts.waives(gate, placement.person, placement.post, placement.form)
        if not gate.passes(facts, person, post, form)
    )


def flags_and_block(facts: Facts, placement: Placement) -> tuple[tuple[str, ...], bool]:
    """Names of the gates that warn of one move, and whether any blocks it."""
    flags, breaches = judge_move(facts, placement)
    return flags, bool(breaches)


def _broken_names(facts: Facts, after: After, values: Mapping[str, int]) -> set[str]:
    """Limits that are on and broken, kinds of decisions that are not kept, and whether a goal is above its cap."""
    broken = (*_broken_limits(facts, after)[0], *broken_decisions(facts, after), *_broken_caps(facts, values))
    return {breach.rule for breach in broken}


def _goals_in_order(scenario: Scenario) -> list[Goal]:
    by_name = {goal.name: goal for goal in GOALS}
    return [by_name[name] for name in scenario.goal_order]


def unknown_names(facts: Facts, row: MovedPerson) -> Iterator[Breach]:
    """A breach for each of person, post and form that the data do not know."""
    if row.person_id not in facts.people:
        yield Breach("moves.person_id", T("{person} is not in the data", person=row.person_id), row.person_id)
    if row.to_post_id not in facts.posts:
        text = T("{person}: the post {post} is not in the data", person=row.person_id, post=row.to_post_id)
        yield Breach("moves.to_post_id", text, row.person_id, row.to_post_id)
    if row.form not in FORMS:
        text = T("{person}: {form} is not a form of moving", person=row.person_id, form=row.form)
        yield Breach("moves.form", text, row.person_id)


def _broken_limits(facts: Facts, after: After) -> tuple[list[Breach], list[tuple[str, Text]]]:
    """A breach for each place where a limit that is on is broken, and name and place of those that only warn."""
    breaches: list[Breach] = []
    warning: list[tuple[str, Text]] = []
    for limit in LIMITS:
        for text in limit.breaches(facts, after):
            post_id = text.values.get("post")
            unit_id = facts.posts[post_id].unit_id if post_id is not None else text.values.get("unit")
            state = facts.state(limit, unit_id)
            if state == "on":
                breaches.append(Breach(limit.name, text, text.values.get("person"), post_id, unit_id))
            elif state == "flag":
                warning.append((limit.name, text))
    return breaches, warning


def _touches(text: Text, move: Placement) -> bool:
    """Whether a move is of the people whom a warning names, else into or out of its post, else of its unit."""
    people = {text.values.get("person"), text.values.get("other")} - {None}
    if people:
        return move.person.person_id in people
    if (post_id := text.values.get("post")) is not None:
        return post_id in {move.post.post_id, move.person.post_id}
    return text.values.get("unit") in {move.post.unit_id, move.person.unit_id}


def broken_decisions(facts: Facts, after: After) -> Iterator[Breach]:
    """A breach for each decision, or case of a ban, that the province after a plan does not keep."""
    for decision in facts.scenario.decisions:
        person_id, post_id, unit_id = decision.person_id, decision.post_id, decision.unit_id
        if decision.kind == "pin" and person_id is None:
            lacking = (decision.seats or 1) - _who_take_seats(after, decision)
            if lacking <= 0:
                continue
            text = T("{post}: {n} more people are to take seats here, as decided", post=post_id, n=lacking)
            unit_id = facts.posts[post_id or ""].unit_id
        elif decision.kind == "pin" and not _is_pin_met(facts, after, decision):
            text = T("{person} does not get what is decided for them", person=person_id)
        elif decision.kind == "keep" and _leaves_kept_place(after, decision):
            text = T("{person} moves, though it is decided that they stay", person=person_id)
        elif decision.kind == "ban" and any(matches(decision, move) for move in after.placements):
            moved = next(move for move in after.placements if matches(decision, move))
            person_id, post_id, unit_id = moved.person.person_id, moved.post.post_id, moved.post.unit_id
            text = T("{person} takes {post}, which a decision forbids", person=person_id, post=post_id)
        else:
            continue
        yield Breach(decision.kind, text, person_id, post_id, unit_id)


def _broken_caps(facts: Facts, values: Mapping[str, int]) -> Iterator[Breach]:
    """A breach for each goal that is above the most that the scenario lets it be."""
    for name, value in values.items():
        most = facts.scenario.goals[name].at_most
        if most is not None and value > most:
            yield Breach("at_most", T("{goal} is {value}, above its cap {most}", goal=name, value=value, most=most))


def _who_take_seats(after: After, pin: Decision) -> int:
    """How many people do by the plan what a pin without a person asks for: take a seat of the post, or by its form."""
    everybody = [*after.arrivals.get(pin.post_id or "", ()), *after.covers.get(pin.post_id or "", ())]
    return sum(not move.covers if pin.form is None else move.form == pin.form for move in everybody)


def _is_pin_met(facts: Facts, after: After, decision: Decision) -> bool:
    person = facts.people[decision.person_id or ""]
    moves = after.by_person.get(person.person_id, [])
    if any(matches(decision, move) for move in moves):
        return True
    if decision.form is not None:
        return False
    sits_there = decision.post_id is None or (person.post_id == decision.post_id and not moves)
    is_of_unit = decision.unit_id is None or person.unit_id == decision.unit_id
    return sits_there and is_of_unit and not any(move.leaves_unit for move in moves)


def _leaves_kept_place(after: After, decision: Decision) -> bool:
    moves = after.by_person.get(decision.person_id or "", [])
    if decision.unit_id is not None and decision.post_id is None:
        return any(move.leaves_unit for move in moves)
    return any(decision.post_id is None or not move.covers for move in moves)
