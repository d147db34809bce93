"""Why somebody moves as the plan says, and what taking the next best candidate instead would cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from optimizer.admitting import flag_names, waived_names, where_state
from optimizer.explaining.answers import OWN_CASE, Cause, ExplainedMove, GatePassed, Outcome
from optimizer.explaining.case import Case
from optimizer.explaining.choices import forced_choice
from optimizer.explaining.forcing import Forcing
from optimizer.explaining.ranking import Ranking, alike, taken_alike
from optimizer.plan import MovedPerson
from optimizer.program import Asked
from optimizer.rulebook import GATES
from optimizer.rulebook.after import Placement
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.points import points_of

OWN_CAUSES: Final = frozenset(  # told as one, so that nobody can work out who has a young child
    {"wished", "no_wish", "other_wish", "refused", "recent_move", "young_child"}
)


def explained_move(forcing: Forcing, move: MovedPerson, seconds: float) -> ExplainedMove:
    """The answer on a row of the plan."""
    case = forcing.case
    row = _row(case, move)
    into = alike(case, row)
    ranked, rank = Ranking(case).of_move(into, taken_alike(case, row), row)
    runner_up = next((other.person_id for other in ranked.rows if not other.chosen), None)
    choice = None
    if runner_up is not None:
        others = into[case.moves.person[into] == case.arrays.person_at[runner_up]]
        own = into[case.moves.person[into] == case.moves.person[row]]
        choice = forced_choice(forcing, Asked(others), banned=own, known=ranked.known, seconds=seconds)
    post = case.moves.post[row]
    return ExplainedMove(
        plan_status=case.plan.status,
        move=move,
        seats=int(case.arrays.post_seats[post]),
        held=int(case.arrays.post_held[post]),
        gates=tuple(_gates(case, row)),
        disruption=_causes(case, row),
        candidates=ranked.rows,
        rank=rank,
        runner_up=runner_up,
        choice=choice,
        chain=chain_of(case, move),
    )


def _row(case: Case, move: MovedPerson) -> int:
    """Where a row of the plan stands in the table of moves."""
    person = case.arrays.person_at[move.person_id]
    return int(case.chosen[np.flatnonzero(case.moves.person[case.chosen] == person)[0]])


def _gates(case: Case, row: int) -> Iterator[GatePassed]:
    """What every gate says of a move, in their order."""
    taken = case.moves.take(np.array([row]))
    unit = int(taken.to_unit[0])
    warns, waived = flag_names(int(taken.flags[0])), waived_names(case.arrays, taken)[0]
    for gate in GATES:
        outcome: Outcome = "passes"
        if where_state(case.arrays, gate, "off")[unit]:
            outcome = "off"
        elif gate.name in waived:
            outcome = "waived"
        elif gate.name in warns:
            outcome = "warns"
        yield GatePassed(gate.name, outcome, gate.source.citation, gate.source.certainty)


def _causes(case: Case, row: int) -> tuple[Cause, ...]:
    """The points of a move by cause; those that tell of the person's own circumstances are one."""
    person_id, post_id, form = case.program.identity(row)
    facts = Facts(case.scenario)
    causes: dict[str, int] = {}
    for cause, points in points_of(facts, Placement(facts.people[person_id], facts.posts[post_id], form)).items():
        told = OWN_CASE if cause in OWN_CAUSES else cause
        causes[told] = causes.get(told, 0) + points
    return tuple(Cause(cause, points) for cause, points in causes.items() if points)


def chain_of(case: Case, move: MovedPerson) -> tuple[MovedPerson, ...]:
    """The moves of the plan that depend on one another with this one, in the order in which they are carried out."""
    linked = [row for row in case.plan.moves if row.chain is not None and row.chain == move.chain]
    return tuple(sorted(linked or [move], key=lambda row: (row.order or 0, row.person_id)))
