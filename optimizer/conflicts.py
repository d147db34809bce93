"""Which decisions and rules clash when no plan meets all of them, and which numbers of limits would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, cast

import numpy as np

from optimizer.admitting import left_by, ruled_out
from optimizer.arrays import KeyArray
from optimizer.clashes import Conflict, Member, MemberKind, Relaxation, Step
from optimizer.engine.messages import Clash, Dispute, Loosened
from optimizer.engine.process import run
from optimizer.moves import Moves
from optimizer.program import Program, binding_rows, build_program
from optimizer.rulebook import LIMITS
from optimizer.rulebook.base import Limit, Rule
from optimizer.rulebook.one_move import OneMove
from optimizer.rulebook.rows import FREE
from optimizer.scenario.schema import Decision
from optimizer.texts import T, Text
from optimizer.wording import CERTAINTIES

SECONDS: Final = 120.0  # to find the clash and what mends it
UNSURE: Final = frozenset({"C", "NV"})  # certainties of sources that were not read


def conflict_of(admitted: Moves, best: KeyArray) -> Conflict:
    """The smallest clash that is found in a scenario whose pins cannot all be met, and what would mend it.

    admitted: all moves that gates let pass, whatever decisions say. best: int32, of the moves that decisions leave
    of these, a plan that satisfies every row.
    """
    a, decisions = admitted.arrays, admitted.arrays.scenario.decisions
    bare = replace(a, scenario=replace(a.scenario, goal_order=()))
    program = build_program(bare, replace(admitted, arrays=bare))
    place = {pin: row for row, pin in enumerate(program.pins)}
    none_out = np.empty(0, dtype=np.int64)
    dispute = Dispute(
        program=program,
        ruled_out=tuple(none_out if d.kind == "waive" else ruled_out(admitted, d) for d in decisions),
        pins=tuple(place.get(decision, -1) for decision in decisions),
        always=frozenset({OneMove.name}),
        measured=tuple(limit.name for limit in LIMITS if limit.measure is not None),
        incumbent=np.flatnonzero(left_by(admitted, decisions))[best].astype(np.int32),
        seconds=SECONDS,
    )
    nothing_known = Clash(dispute.members, frozenset(dispute.members), ())
    clash = run(dispute, lambda incumbent: None).clash or nothing_known
    limits = {limit.name: limit for limit in LIMITS}
    rules = [limits[member] for member in clash.members if isinstance(member, str)]
    members = [_member(decisions, limits, member, member not in clash.unsure) for member in clash.members]
    return Conflict(
        members=tuple(sorted(members, key=lambda member: (member.kind == "rule", member.kind != "pin"))),
        relaxations=tuple(_relaxation(admitted, program, limits[one.rule], one) for one in clash.loosened),
        waivable=any(rule.waived_by for rule in rules),
        is_settled=sum(rule.measure is not None for rule in rules) == len(clash.loosened),
    )


def _member(decisions: Sequence[Decision], limits: dict[str, Limit], member: int | str, is_needed: bool) -> Member:
    if isinstance(member, str):
        return Member("rule", rule_words(limits[member]), rule=member, is_needed=is_needed)
    row = decisions[member]
    return Member(
        kind=cast(MemberKind, row.kind),
        words=decision_words(row),
        person_id=row.person_id,
        post_id=row.post_id,
        unit_id=row.unit_id,
        form=row.form,
        seats=row.seats,
        is_needed=is_needed,
    )


def _relaxation(moves: Moves, program: Program, limit: Limit, found: Loosened) -> Relaxation:
    return Relaxation(tuple(_steps(moves, program, limit, found)), found.is_smallest, found.mends_all)


def _steps(moves: Moves, program: Program, limit: Limit, found: Loosened) -> Iterator[Step]:
    a, rows, first = moves.arrays, binding_rows(moves.arrays, moves, limit), program.rule.index(limit.name)
    for number, by in found.excess:
        row = number - first
        has_upper = rows.upper[row] < FREE
        bound = int(rows.today[row] + (rows.upper[row] if has_upper else rows.lower[row]))
        yield Step(
            rule=limit.name,
            unit_id=None if rows.unit[row] < 0 else a.unit_ids[rows.unit[row]],
            bloc=None if rows.bloc[row] < 0 else a.bloc_codes[rows.bloc[row]],
            post_id=None if rows.post[row] < 0 else a.posts[rows.post[row]].post_id,
            measure=str(limit.measure),
            limit=bound,
            relaxed=bound + by if has_upper else bound - by,
            title=limit.title,
        )


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
