"""A plan after one refusal: repaired with the fewest changes, and what becomes of the seat and of its named reserve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from optimizer.answers import Answer
from optimizer.checker import check
from optimizer.errors import InputError, Problem
from optimizer.instead_claims import forms_alike
from optimizer.plan import MovedPerson, Plan
from optimizer.replanning import Replanned, replan
from optimizer.scenario.names import nearest
from optimizer.scenario.scenario import Scenario
from optimizer.solving import Listener
from optimizer.texts import T

Outcome = Literal["no_reserve", "taken", "barred", "equal", "other"]


@dataclass(frozen=True)
class Takeover:
    """What becomes of a seat that was refused.

    `row`: the refused row of the former plan, which names the reserve. `taken_by`: ids of those who come into the post
    in the new plan and did not in the former one, none where it stays open. `alone`: every goal's value if the reserve
    took the seat and all else stayed, None where there is no reserve or rules and decisions bar that by now; `values`:
    those of the new plan. Both have the goals in their order.
    """

    row: MovedPerson
    taken_by: tuple[str, ...]
    alone: Mapping[str, int] | None
    values: Mapping[str, int]

    @property
    def outcome(self) -> Outcome:
        """Of the reserve: none was named, takes the seat, cannot by now, could equally well, the new plan is other."""
        if self.row.reserve is None:
            return "no_reserve"
        if self.row.reserve in self.taken_by:
            return "taken"
        if self.alone is None:
            return "barred"
        return "equal" if self.alone == self.values else "other"

    def flat(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "person_id": self.row.person_id,
            "post_id": self.row.to_post_id,
            "taken_by": list(self.taken_by),
            "reserve": self.row.reserve,
            "outcome": self.outcome,
            "goals_with_reserve": None if self.alone is None else dict(self.alone),
            "goals": dict(self.values),
        }


@dataclass(frozen=True)
class Replaced(Replanned):
    """A plan made anew after one refusal, with what becomes of the seat."""

    takeover: Takeover


def replace(
    scenario: Scenario,
    plan: Plan,
    person_id: str,
    *,
    keep: bool = False,
    tolerance: str | None = None,
    time_limit: float | None = None,
    listen: Listener | None = None,
) -> Replaced:
    """The best plan in which a person does not make their move of `plan`, with the fewest other rows changed.

    The person may still serve elsewhere; `keep` leaves them where they are. All else is as in `replan`, with this one
    answer. Raises InputError where the plan does not move the person, and what `replan` raises.
    """
    answer = refusal(plan, person_id, keep=keep)
    found = replan(scenario, plan, [answer], tolerance=tolerance, time_limit=time_limit, listen=listen)
    return Replaced(**vars(found), takeover=takeover(found, person_id))


def refusal(plan: Plan, person_id: str, *, keep: bool = False) -> Answer:
    """The answer that refuses a person's move, or keeps them where they are. Raises InputError: no row moves them."""
    row = _row_of(plan, person_id)
    return Answer(person_id, row.to_post_id, row.form, "keep" if keep else "refuse")


def _row_of(plan: Plan, person_id: str) -> MovedPerson:
    moves = {row.person_id: row for row in plan.moves}
    if person_id not in moves:
        near = nearest(person_id, moves)
        mend = T("Did you mean '{name}'?", name=near) if near else T("Name somebody whom the plan moves")
        message = T("the plan does not move {person}", person=person_id)
        problem = Problem("moves.csv", "E703", message, mend, column="person_id", value=person_id)
        raise InputError([problem], plan.parameters.get("language"))
    return moves[person_id]


def takeover(found: Replanned, person_id: str) -> Takeover:
    """What becomes of the seat that the former plan gave to a person, whose row was refused."""
    row = _row_of(found.former, person_id)
    came = {move.person_id for move in found.former.moves if move.to_post_id == row.to_post_id}
    come = {move.person_id for move in found.plan.moves if move.to_post_id == row.to_post_id}
    values = {result.name: result.value for result in found.plan.goals}
    return Takeover(row, tuple(sorted(come - came)), _with_reserve(found, row), values)


def _with_reserve(found: Replanned, row: MovedPerson) -> dict[str, int] | None:
    """The goals of the former plan with the reserve in the row, by the form that is best; None where it cannot be."""
    if row.reserve is None:
        return None
    others = [_bare(move.person_id, move.form, move.to_post_id) for move in found.former.moves if move is not row]
    verdicts = [
        check(found.scenario, [*others, _bare(row.reserve, form, row.to_post_id)]) for form in forms_alike(row.form)
    ]
    order = found.scenario.goal_order
    values = [{name: verdict.goals[name] for name in order} for verdict in verdicts if verdict.passed]
    return min(values, key=lambda goals: [*goals.values()], default=None)


def _bare(person_id: str, form: str, post_id: str) -> MovedPerson:
    """A move without what follows from it."""
    return MovedPerson(person_id=person_id, form=form, to_post_id=post_id)
