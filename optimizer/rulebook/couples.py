"""Limit: who asks to move together is not parted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.rows import FREE, Rows, rows_over, terms_of
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, IntArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person


class Couples(Limit):
    """Two people who ask to move together are in the same unit afterwards, or neither has left their unit.

    What: relatives or a couple of whom a row says that they move together. Who works apart today may be brought
    together, by a move of one to the other or of both to a third unit. Whoever leaves before the horizon or is
    seconded beyond it does not move and binds nobody.
    Why: a family that is parted by a plan comes back as a refusal.
    Formula: for each unit that is home of neither, arrivals of the one = arrivals of the other; where their homes
    differ, arrivals of the one in the home of the other + departures of the other <= 1, both ways.
    Data: relations.together, people.unit_id.
    Source: no legal basis; the planner's choice.
    Relax: a blank `together`; off; waive for one of the two people.
    """

    name = "couples"
    title = T("Who asks to move together is not parted")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    waived_by = frozenset({"person_id"})

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: a row for each couple and each unit."""
        pairs = self._pairs(a)
        lower = np.zeros((len(pairs), a.n_units), dtype=np.int64)
        upper = np.zeros((len(pairs), a.n_units), dtype=np.int64)
        entries = [np.empty((3, 0), dtype=np.int64)]
        leaving = np.flatnonzero((moves.from_unit != moves.to_unit) & np.isin(moves.person, pairs))
        for k, (one, other) in enumerate(pairs.tolist()):
            homes = a.person_unit[[one, other]]
            if homes[0] != homes[1]:
                lower[k, homes], upper[k, homes] = -FREE, 1
            for i, apart, sign in ((one, homes[1], 1), (other, homes[0], -1)):
                move = leaving[moves.person[leaving] == i]
                to = moves.to_unit[move]
                entries.append(np.stack((move, k * a.n_units + to, np.where(to == apart, 1, sign))))
                if homes[0] != homes[1]:
                    home = np.full(len(move), k * a.n_units + a.person_unit[i])
                    entries.append(np.stack((move, home, np.ones(len(move), dtype=np.int64))))
        return rows_over(
            terms_of(moves.n, *np.concatenate(entries, axis=1)),
            n=lower.size,
            lower=lower.ravel(),
            upper=upper.ravel(),
            people=np.repeat(pairs, a.n_units, axis=0),
        )

    def _pairs(self, a: Arrays) -> IntArray:
        """Couples who both can move, each once: int64 (n_pairs, 2)."""
        together = [(a.person_at[r.person_id], a.person_at[r.other_id]) for r in a.scenario.relations if r.together]
        pairs = np.unique(np.sort(np.array(together, dtype=np.int64).reshape(-1, 2), axis=1), axis=0)
        return pairs[a.counts_at_home[pairs].all(axis=1)]

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        couples = {tuple(sorted((r.person_id, r.other_id))) for r in facts.scenario.relations if r.together}
        for person_id, other_id in sorted(couples):
            people = facts.people[person_id], facts.people[other_id]
            if any(facts.is_gone(person) or facts.is_away(person) for person in people):
                continue
            if any(facts.is_waived(self.name, person_id=person.person_id) for person in people):
                continue
            if self._are_parted(after, *people):
                yield T("{person} and {other} ask to move together and are parted", person=person_id, other=other_id)

    def _are_parted(self, after: After, one: Person, other: Person) -> bool:
        """A person with two moves counts for each of them, as in the rows of the model.

        Where both go to the same third units, as many come after the one who leaves as the other way round.
        """
        units, other_units = _destinations(after, one), _destinations(after, other)
        homes = {one.unit_id, other.unit_id}
        if [unit for unit in units if unit not in homes] != [unit for unit in other_units if unit not in homes]:
            return True
        return len(homes) == 2 and units.count(other.unit_id) + len(other_units) > 1


def _destinations(after: After, person: Person) -> list[str]:
    return sorted(move.post.unit_id for move in after.by_person.get(person.person_id, []) if move.leaves_unit)
