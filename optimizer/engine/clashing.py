"""Which decisions and rules clash, when not all can hold: a minimal set of both, each needed, and what mends it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np

from optimizer.arrays import IntArray
from optimizer.engine.loosening import loosened
from optimizer.engine.messages import Clash, Dispute, Member
from optimizer.engine.neighbours import ROUNDS, rounds
from optimizer.engine.shrinking import shrunk
from optimizer.engine.trials import NOBODY, Trials

NEAREST: Final = (16, 64)  # members among which a clash is sought first
MOST_PINS: Final = 6  # of those missed, around which it is sought


def clash_of(dispute: Dispute, send: Callable[[Clash], None]) -> None:
    """Send smaller and smaller clashes, the last minimal: at first with all members, at the end with what mends it."""
    trials = Trials(dispute)
    members = dispute.members
    send(Clash(members, frozenset(members), ()))
    known = _first_clash(trials)
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


def _first_clash(trials: Trials) -> list[Member] | None:
    """Any clash, small where one is found among what is near a pin that the incumbent misses.

    Of the pins missed one is asked for at a time: where the others clash besides, these clashes are no matter.
    """
    dispute = trials.dispute
    missed = np.flatnonzero(dispute.program.goals[0].missing(dispute.incumbent) > 0)
    pins = missed[:MOST_PINS].tolist()
    around = cache(lambda pin: _by_nearness(trials, pin, missed))
    for most in NEAREST:
        for pin in pins:
            known = trials.clash(around(pin)[-most:])
            if known is not None:
                return known
    return trials.clash(around(pins[0])) or trials.clash(dispute.members)


def _by_nearness(trials: Trials, pin: int, missed: IntArray) -> list[Member]:
    """Rules come last, and before them the decisions that are nearest to a pin, the other pins missed left out.

    What is far is left out first: mostly a clash is about what is near. A pin is near also where it asks for what is
    short there.
    """
    dispute = trials.dispute
    members = [k for k in dispute.members if isinstance(k, str) or dispute.pins[k] not in missed[missed != pin]]
    whole, goal = trials.program([k for k in members if isinstance(k, str)]), dispute.program.goals[0]
    need = np.where(np.arange(len(goal.need)) == pin, goal.need, 0)
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
