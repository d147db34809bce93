"""Which decisions and rules clash, when not all can hold: a minimal set of both, each needed, and what mends it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimizer.engine.loosening import loosened
from optimizer.engine.messages import Clash, Dispute
from optimizer.engine.neighbours import ROUNDS, rounds
from optimizer.engine.shrinking import shrunk
from optimizer.engine.trials import NOBODY, Member, Trials

NEAREST: Final = (16, 64)  # members among which a clash is sought first


def clash_of(dispute: Dispute, send: Callable[[Clash], None]) -> None:
    """Send smaller and smaller clashes, the last minimal: at first with all members, at the end with what mends it.

    Of the pins that the incumbent misses all but one are left out at first: where the others still clash, the clashes
    of these pins are no matter.
    """
    trials = Trials(dispute)
    members = trials.members
    send(Clash(members, frozenset(members), ()))
    by_nearness = _by_nearness(trials, _with_one_missed(dispute, members))
    parts = [by_nearness[-most:] for most in NEAREST if most < len(by_nearness)]
    known = next(filter(None, map(trials.clash, [*parts, by_nearness, members])), None)
    if known is None:
        return

    def clash(rest: Sequence[Member]) -> Sequence[Member] | None:
        enough = trials.clash(rest)
        if enough is not None:
            send(Clash(tuple(enough), frozenset(enough), ()))
        return enough

    kept = _in_order(members, shrunk(known, clash))
    unsure = frozenset(member for member in kept if not trials.is_met(set(kept) - {member}))
    send(Clash(kept, unsure, ()))
    found = tuple(loosened(trials, kept, rule) for rule in dispute.measured if rule in kept)
    send(Clash(kept, unsure, tuple(one for one in found if one is not None)))


def _by_nearness(trials: Trials, members: Sequence[Member]) -> list[Member]:
    """Rules come last, and before them the decisions that are nearest to the first pin that is missed.

    What is far is left out first: mostly a clash is about what is near. A pin is near also where it asks for what is
    short there.
    """
    dispute = trials.dispute
    whole, goal = trials.program([k for k in members if isinstance(k, str)]), dispute.program.goals[0]
    asked = np.zeros(len(goal.need), dtype=bool)
    asked[[dispute.pins[k] for k in members if isinstance(k, int) and dispute.pins[k] >= 0]] = True
    missed = np.flatnonzero((goal.missing(dispute.incumbent) > 0) & asked)
    need = np.where(np.isin(np.arange(len(goal.need)), missed[:1]), goal.need, 0)
    of_moves, of_rows = rounds(whole, NOBODY, replace(goal, need=need))
    of_rows = np.append(of_rows, ROUNDS + 1)

    def nearness(member: Member) -> int:
        if isinstance(member, str):
            return -1
        near = of_moves[dispute.ruled_out[member]].min(initial=ROUNDS + 1)
        if dispute.pins[member] < 0:
            return int(near)
        asked_for = whole.pinned[dispute.pins[member]]
        of_pins = [of_rows[term.rows[asked_for]].min(initial=ROUNDS + 1) for term in whole.terms]
        return int(min(near, of_moves[asked_for].min(initial=ROUNDS + 1), *of_pins))

    return sorted(members, key=nearness, reverse=True)


def _in_order(members: Sequence[Member], kept: Collection[Member]) -> tuple[Member, ...]:
    return tuple(member for member in members if member in kept)


def _with_one_missed(dispute: Dispute, members: Sequence[Member]) -> list[Member]:
    missed = np.flatnonzero(dispute.program.goals[0].missing(dispute.incumbent) > 0)
    return [k for k in members if isinstance(k, str) or dispute.pins[k] not in missed[1:]]
