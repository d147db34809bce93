"""The judge of the engine: every plan of a tiny province, enumerated and judged with the scalar forms alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import cast

from optimizer.checker import judge_move, matches
from optimizer.goals import GOALS
from optimizer.rulebook import LIMITS
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.base import Limit
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS
from optimizer.texts import Text

MOST_PLANS = 30_000


def admissible(facts: Facts) -> list[Placement]:
    """Every pair of person, post and form that the scalar gates and decisions let pass."""
    placements = [
        Placement(person, post, form)
        for person in facts.scenario.people
        for post in facts.scenario.posts
        for form in FORMS
    ]
    return [move for move in placements if not judge_move(facts, move)[1] and not _decided_out(facts, move)]


def _decided_out(facts: Facts, move: Placement) -> bool:
    for decision in facts.scenario.decisions:
        if decision.kind == "ban" and matches(decision, move):
            return True
        if decision.kind == "keep" and decision.person_id == move.person.person_id:
            stays_in_unit = decision.unit_id is not None and decision.post_id is None and not move.leaves_unit
            stays_in_post = decision.post_id is not None and move.covers
            if not (stays_in_unit or stays_in_post):
                return True
    return False


def pins_are_met(facts: Facts, after: After) -> bool:
    """Every pin is met by a move that matches it, or by staying where it points."""
    for pin in (decision for decision in facts.scenario.decisions if decision.kind == "pin"):
        if pin.person_id is None:
            if sum(_takes(pin, move) for move in after.placements) < (pin.seats or 1):
                return False
            continue
        moves = after.by_person.get(cast(str, pin.person_id), [])
        if moves:
            if not all(matches(pin, move) for move in moves):
                return False
        else:
            person = facts.people[cast(str, pin.person_id)]
            where, wanted = (person.post_id, pin.post_id) if pin.post_id else (person.unit_id, pin.unit_id)
            if where != wanted or pin.form is not None:
                return False
    return True


def _takes(pin: Decision, move: Placement) -> bool:
    """Whether a move meets a pin of a post: by the form that it names, else by any that fills a seat."""
    forms = (pin.form,) if pin.form is not None else ("transfer", "secondment", "internal", "rotation")
    return move.post.post_id == pin.post_id and move.form in forms


def plans(facts: Facts) -> Iterator[tuple[Placement, ...]]:
    """Every choice of at most one admissible move per person; raises OverflowError where they are too many."""
    of_person: dict[str, list[Placement]] = {}
    for move in admissible(facts):
        of_person.setdefault(move.person.person_id, []).append(move)
    count = 1
    for moves in of_person.values():
        count *= len(moves) + 1
    if count > MOST_PLANS:
        raise OverflowError(count)
    for choice in product(*([None, *moves] for moves in of_person.values())):
        yield tuple(move for move in choice if move is not None)


def feasible(facts: Facts, plan: tuple[Placement, ...]) -> After | None:
    """The province after the plan where it breaks no limit and meets every pin, else None."""
    after = After(facts, plan)
    for limit in LIMITS:
        if any(is_on(facts, limit, text) for text in limit.breaches(facts, after)):
            return None
    return after if pins_are_met(facts, after) else None


def is_on(facts: Facts, limit: Limit, text: Text) -> bool:
    """Whether the limit stands where the breach is: a flag warns alone."""
    post_id = text.values.get("post")
    unit_id = facts.posts[post_id].unit_id if post_id is not None else text.values.get("unit")
    return facts.state(limit, unit_id) == "on"


def within_caps(scenario: Scenario, values: Sequence[int]) -> bool:
    """Whether no value, by the goals in their order, is above the most that its goal may be."""
    caps = (scenario.goals[name].at_most for name in scenario.goal_order)
    return all(cap is None or value <= cap for cap, value in zip(caps, values, strict=True))


def best_values(scenario: Scenario) -> dict[str, int] | None:
    """The lexicographic optimum by enumeration: every goal's value, or None where no plan is feasible."""
    facts = Facts(scenario)
    by_name = {goal.name: goal for goal in GOALS}
    goals = [by_name[name] for name in scenario.goal_order]
    best: tuple[int, ...] | None = None
    for plan in plans(facts):
        after = feasible(facts, plan)
        if after is not None:
            values = tuple(goal.measure(facts, after) for goal in goals)
            if within_caps(scenario, values):
                best = values if best is None else min(best, values)
    return None if best is None else dict(zip(scenario.goal_order, best, strict=True))
