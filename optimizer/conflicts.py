"""Which decisions and rules clash, in words, when no plan meets all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.admitting import build_moves, left_by
from optimizer.arrays_building import build_arrays
from optimizer.engine.messages import Infeasible, Request
from optimizer.engine.process import run
from optimizer.engine.shrinking import shrunk
from optimizer.moves import Moves
from optimizer.program import Program, asked_by, build_program
from optimizer.rulebook import RULES
from optimizer.rulebook.base import Rule
from optimizer.rulebook.one_move import OneMove
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.texts import T, Text
from optimizer.wording import CERTAINTIES

SECONDS_PER_TRIAL = 60.0
UNSURE = frozenset({"C", "NV"})  # certainties of sources that were not read


def conflict_words(scenario: Scenario, program: Program, conflict: Infeasible) -> list[Text]:
    """The members of the clash: decisions first, then rules.

    The engine has found pins and rules that clash while every other decision holds, other pins too: whom they name
    makes no other move. Of these others only those stay that are needed: they are left out, and the rest is solved
    again, at first without all that are not near.
    """
    pins = [program.pins[pin] for pin in conflict.pins]
    needed = [d for d in scenario.decisions if d.kind in ("keep", "ban", "pin") and d not in pins]
    moves = _without(scenario, pins) if needed else None
    if moves is not None:
        near = _near(moves, pins, needed)
        if len(near) < len(needed) and not _can_be_met(moves, [*pins, *near], conflict.rules):
            needed = near
        needed = shrunk(needed, lambda rest: not _can_be_met(moves, [*pins, *rest], conflict.rules))
    named = {rule.name: rule for rule in RULES if rule.name != OneMove.name}
    rules = [named[name] for name in conflict.rules if name in named]
    return [*(decision_words(decision) for decision in (*pins, *needed)), *(rule_words(rule) for rule in rules)]


def is_waivable(conflict: Infeasible) -> bool:
    """True where one of the rules that clash can be waived by a decision."""
    return any(rule.waived_by for rule in RULES if rule.name in conflict.rules)


def rule_words(rule: Rule) -> Text:
    """A rule with its source, and how sure the source is where it was not verified."""
    source: str | Text = rule.source.citation
    if rule.source.certainty in UNSURE:
        source = T("{source}; {certainty}", source=source, certainty=CERTAINTIES[rule.source.certainty])
    return T("{title} (rule {name}, by: {source})", title=rule.title, name=rule.name, source=source)


def listed_words(members: Sequence[Text]) -> Text:
    """At least one member of a list, in one line."""
    words, *others = members
    for other in others:
        words = T("{one}; {other}", one=words, other=other)
    return words


def _near(moves: Moves, pins: Sequence[Decision], others: Sequence[Decision]) -> list[Decision]:
    """Those of the other decisions that are on posts to which pins lead, on who sits there, or on who could go."""
    a = moves.arrays
    asked = np.concatenate([asked_by(a, moves, pin) for pin in pins])
    posts = {a.posts[post].post_id for post in set(moves.post[asked].tolist())}
    people = {a.people[person].person_id for person in set(moves.person[asked].tolist())}
    people |= {person.person_id for person in a.people if person.post_id in posts}
    return [row for row in others if row.post_id in posts or row.person_id in people]


def _without(scenario: Scenario, decisions: Sequence[Decision]) -> Moves:
    """The moves of the scenario as they would be under these decisions and its waivers alone."""
    waivers = [d for d in scenario.decisions if d.kind == "waive"]
    return build_moves(build_arrays(replace(scenario, decisions=(*decisions, *waivers))))


def _can_be_met(moves: Moves, decisions: Sequence[Decision], rules: Sequence[str]) -> bool:
    """True where the decisions can all hold under these rules alone; not shown in time counts as true.

    `moves`: those that fewer decisions leave, of which these take more away.
    """
    scenario = moves.arrays.scenario
    waivers = [d for d in scenario.decisions if d.kind == "waive"]
    a = replace(moves.arrays, scenario=replace(scenario, decisions=(*decisions, *waivers)))
    program = build_program(a, replace(moves.take(left_by(moves, decisions)), arrays=a))
    relaxed = replace(program.under(rules), goals=program.goals[:1])
    nobody = np.empty(0, dtype=np.int32)
    request = Request(relaxed, nobody, SECONDS_PER_TRIAL, tie_break=False, explain=False)
    return run(request, lambda incumbent: None).conflict is None


def decision_words(decision: Decision) -> Text:
    """A pin, keep or ban in words, with the ids that it names."""
    named = [decision.person_id, decision.post_id, decision.unit_id, decision.form]
    what = ", ".join(word for word in named if word is not None)
    if decision.kind == "pin" and decision.person_id is None:
        return _seats_words(decision)
    if decision.kind == "pin":
        where = decision.post_id or decision.unit_id
        if decision.form is None:
            return T("the pin of {person} to {where}", person=decision.person_id, where=where)
        return T("the pin of {person} to {where} by {form}", person=decision.person_id, where=where, form=decision.form)
    return T("the keep of {what}", what=what) if decision.kind == "keep" else T("the ban on {what}", what=what)


def _seats_words(pin: Decision) -> Text:
    """A pin without a person in words."""
    people = pin.seats or 1
    if pin.form is None:
        return T("the pin on {where} (seats to be taken: {n})", where=pin.post_id, n=people)
    return T("the pin on {where} by {form} (seats to be taken: {n})", where=pin.post_id, form=pin.form, n=people)
