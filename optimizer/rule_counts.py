"""What each rule keeps out of a scenario: moves, and posts that it leaves without anybody who may come.

All counts of a rule say what would be added if this rule alone were off and everything else stayed as it is. For a
gate these are the triples of person, post and form that pass every other gate and every decision; for a limit, the
admissible moves that its rows keep out of every plan, whatever else is chosen, and that no other limit keeps out. A
post is left without candidates where it is a commune's, outside the military, short today, nobody may fill a seat of
it with the rule, and somebody may without it; concurrent duty fills no seat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.admitting import blocks, build_moves, gate_lets_pass, leave_out, where_state
from optimizer.arrays import Arrays, BoolArray, IntArray
from optimizer.moves import Moves
from optimizer.program import possible_under
from optimizer.rulebook import GATES, LIMITS
from optimizer.rulebook.base import Gate, Index, Limit, Rule
from optimizer.rulebook.candidate import Candidate
from optimizer.scenario.meaning import State
from optimizer.scenario.vocabulary import FORMS, Form

OFFERS: Final = next(gate for gate in GATES if isinstance(gate, Candidate))  # without it there are no moves to count


@dataclass(frozen=True)
class RuleCount:
    """`blocks`: moves; `posts`: posts left without candidates; `warns`: moves that bear its warning.

    None where there is no number: `blocks` and `posts` of `candidate`, which is what moves are made of, and of rules
    that are on nowhere; `warns` of rules that never warn, and of limits, which warn on plans and not on moves.
    """

    blocks: int | None = None
    posts: int | None = None
    warns: int | None = None


def count_rules(a: Arrays) -> dict[str, RuleCount]:
    """The counts of every rule, by its name."""
    moves = build_moves(a)
    short = a.unit_is_commune[a.post_unit] & ~a.post_is_military & (a.post_seats > a.post_held)
    return {**_of_gates(a, moves, short), **_of_limits(a, moves, short)}


def _of_gates(a: Arrays, moves: Moves, short: BoolArray) -> dict[str, RuleCount]:
    counted = [gate for gate in GATES if gate is not OFFERS and _has_state(a, gate, "on")]
    refused = np.zeros(len(counted), dtype=np.int64)
    reaches = np.zeros((len(counted), a.n_posts), dtype=bool)  # somebody would come if this gate alone were off
    for form in FORMS:
        for people, posts in blocks(a, form):
            i, j = _offered(a, people, posts, form)
            alone = _only_gate(a, counted, i, j, form)
            refused += np.bincount(alone[alone >= 0], minlength=len(counted))
            if form != "concurrent":
                reaches[alone[alone >= 0], j[alone >= 0]] = True
    lost = (reaches & short & ~_filled_by(moves)).sum(axis=1)
    numbers = {gate.name: at for at, gate in enumerate(counted)}
    found = {}
    for bit, gate in enumerate(GATES):
        at = numbers.get(gate.name)
        found[gate.name] = RuleCount(
            blocks=None if at is None else int(refused[at]),
            posts=None if at is None else int(lost[at]),
            warns=int((moves.flags >> np.uint32(bit) & np.uint32(1)).sum()) if _may_warn(a, gate) else None,
        )
    return found


def _offered(a: Arrays, people: Index, posts: Index, form: Form) -> tuple[Index, Index]:
    """The pairs of candidates that no decision rules out, one index of each per pair."""
    offered = np.ones(np.broadcast_shapes(people.shape, posts.shape), dtype=bool)
    offered &= gate_lets_pass(a, OFFERS, people, posts, form)
    leave_out(a, a.scenario.decisions, people, posts, form, offered)
    rows, columns = np.nonzero(offered)
    return people[rows, 0], posts[0, columns]


def _only_gate(a: Arrays, gates: list[Gate], i: Index, j: Index, form: Form) -> IntArray:
    """Of each pair the number of the one gate that refuses it; -1 where none does or several do."""
    refusing = np.zeros(len(i), dtype=np.int64)
    last = np.full(len(i), -1, dtype=np.int64)
    for number, gate in enumerate(gates):
        refuses = ~gate_lets_pass(a, gate, i, j, form)
        refusing += refuses
        last[refuses] = number
    return np.where(refusing == 1, last, -1)


def _may_warn(a: Arrays, gate: Gate) -> bool:
    """Whether a gate is a flag somewhere, or warns besides, where it is not off."""
    doubts = type(gate).doubts is not Gate.doubts and _has_state(a, gate, "on")
    return doubts or _has_state(a, gate, "flag")


def _has_state(a: Arrays, rule: Rule, state: State) -> bool:
    """Whether a rule has that state in some commune."""
    return bool((where_state(a, rule, state) & a.unit_is_commune).any())


def _of_limits(a: Arrays, moves: Moves, short: BoolArray) -> dict[str, RuleCount]:
    on = [limit for limit in LIMITS if _is_on(a, limit)]
    allowed = [possible_under(a, moves, limit) for limit in on]
    refusing = np.sum([~possible for possible in allowed], axis=0, dtype=np.int64) if on else np.zeros(moves.n)
    reached = _filled_by(moves.take(refusing == 0))
    found = {limit.name: RuleCount() for limit in LIMITS}
    for limit, possible in zip(on, allowed, strict=True):
        alone = ~possible & (refusing == 1)
        lost = _filled_by(moves.take(alone)) & short & ~reached
        found[limit.name] = RuleCount(blocks=int(alone.sum()), posts=int(lost.sum()))
    return found


def _is_on(a: Arrays, limit: Limit) -> bool:
    return limit.state_in(a.scenario) == "on" or _has_state(a, limit, "on")


def _filled_by(moves: Moves) -> BoolArray:
    """The posts of which some of the moves fills a seat: bool (n_posts,)."""
    filled = np.zeros(moves.arrays.n_posts, dtype=bool)
    filled[moves.post[~moves.stays]] = True
    return filled
