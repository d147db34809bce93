"""Optional goal: what a new plan changes of the one agreed so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.goals.base import Goal, Priced
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts


class Changes(Goal):
    """People for whom the plan says something else than the plan agreed so far.

    What: a row of the former plan that is not made as it stands there, with its post and form, counts one, whether the
    person moves otherwise or stays; so does a move of a person without a row there. A row that rules or decisions
    forbid by now counts one in every plan. Without the table of the former plan every move counts one.
    Formula: former rows - moves that are such a row + moves of people without a former row.
    Data: former.person_id, former.form, former.to_post_id.
    """

    name = "changes"
    title = T("Changes to the plan agreed so far")
    unit = T("people")

    def priced(self, a: Arrays, moves: Moves) -> Priced:
        """Vector form: weights of -1, 0 and 1 on top of the number of former rows."""
        former = a.scenario.former
        people = np.array([a.person_at[row.person_id] for row in former], dtype=np.int64)
        weights = np.where(np.isin(moves.person, people), 0, 1).astype(np.int64)
        found = [moves.row_of(row.person_id, row.to_post_id, row.form) for row in former]
        weights[[move for move in found if move is not None]] = -1
        return Priced(constant=len(former), weights=weights)

    def measure(self, facts: Facts, after: After) -> int:
        """Scalar form."""
        agreed = {row.person_id: (row.to_post_id, row.form) for row in facts.scenario.former}
        made = {person: {(m.post.post_id, m.form) for m in moves} for person, moves in after.by_person.items()}
        undone = sum(row not in made.get(person, ()) for person, row in agreed.items())
        return undone + len(made.keys() - agreed.keys())
