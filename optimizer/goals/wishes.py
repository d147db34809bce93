"""Optional goal: wishes that the plan does not meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.goals.base import Goal, Priced, Shortages
from optimizer.rulebook.rows import NO_ROW, Term
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person


class Wishes(Goal):
    """People who agreed to go to another commune and whom no move takes to one that they agreed to.

    What: wishes of people of communes and of provincial bodies alike, for a commune that is named or for any; whoever
    leaves before the horizon, or is seconded beyond it, has none. One wish that is met is enough.
    Formula: one per person with a wish and without a move to a commune wished for.
    Data: wishes.unit_id, wishes.consent, people.unit_id.
    """

    name = "wishes"
    title = T("Wishes that are not met")
    unit = T("people")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form: one row per person with a wish."""
        elsewhere = a.unit_is_commune & (a.person_unit[:, None] != np.arange(a.n_units))
        people = np.flatnonzero(a.counts_at_home & ((a.consent > 0) & elsewhere).any(axis=1))
        row = np.full(a.n_people, NO_ROW, dtype=np.int32)
        row[people] = np.arange(len(people), dtype=np.int32)
        meets = (moves.from_unit != moves.to_unit) & (a.consent[moves.person, moves.to_unit] > 0)
        ones = np.ones(len(people), dtype=np.int64)
        met = Term(np.where(meets, row[moves.person], NO_ROW).astype(np.int32), 1)
        return Priced(shortages=Shortages(ones, (met,), np.arange(len(people)), ones, ones))

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        return sum(_has_wish(facts, person) and not _is_met(facts, after, person) for person in facts.people.values())


def _has_wish(facts: Facts, person: Person) -> bool:
    if not facts.has_wish(person) or facts.is_gone(person) or facts.is_away(person):
        return False
    others = [unit for unit in facts.units.values() if unit.is_commune and unit.unit_id != person.unit_id]
    return any(facts.consent(person, unit.unit_id) for unit in others)


def _is_met(facts: Facts, after: After, person: Person) -> bool:
    moves = after.by_person.get(person.person_id, [])
    return any(move.leaves_unit and facts.consent(person, move.post.unit_id) for move in moves)
