"""Which decisions and rules clash, when not all can hold: a minimal set of both, each needed, and what mends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from optimizer.engine.loosening import loosened
from optimizer.engine.messages import Clash, Dispute
from optimizer.engine.shrinking import shrunk
from optimizer.engine.trials import Member, Trials


def clash_of(dispute: Dispute, send: Callable[[Clash], None]) -> None:
    """Send smaller and smaller clashes, the last minimal: at first with all members, at the end with what mends it.

    Of the pins that the incumbent misses all but one are left out at first: where the others still clash, the clashes
    of these pins are no matter.
    """
    trials = Trials(dispute)
    members = trials.members
    send(Clash(members, frozenset(members), ()))
    known = trials.clash(_with_one_missed(dispute, members)) or trials.clash(members)
    if known is None:
        return

    def clash(rest: Sequence[Member]) -> Sequence[Member] | None:
        enough = trials.clash(rest)
        if enough is not None:
            send(Clash(tuple(enough), frozenset(enough), ()))
        return enough

    kept = tuple(shrunk(known, clash))
    unsure = frozenset(member for member in kept if not trials.is_met(set(kept) - {member}))
    send(Clash(kept, unsure, ()))
    found = tuple(loosened(trials, kept, rule) for rule in dispute.measured if rule in kept)
    send(Clash(kept, unsure, tuple(one for one in found if one is not None)))


def _with_one_missed(dispute: Dispute, members: Sequence[Member]) -> list[Member]:
    missed = np.flatnonzero(dispute.program.goals[0].missing(dispute.incumbent) > 0)
    return [k for k in members if isinstance(k, str) or dispute.pins[k] not in missed[1:]]
