"""Limit: the last specialist of a field does not go unreplaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.covering import counted, duty_terms
from optimizer.rulebook.facts import Facts, known
from optimizer.rulebook.rows import NO_ROW, Rows, rows_over
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After
    from optimizer.scenario.schema import Person, Post


class KeepLastSpecialist(Limit):
    """A field that a commune covers today is covered afterwards, arrivals included.

    What: a field is covered by someone who has it and sits in a specialist post that names it.
    Why: one land officer must stay where there is one.
    Formula: covering today - leaving + arriving >= 1 for each commune and field with covering today >= 1.
    Data: people.fields, people.post_id, posts.fields, posts.category.
    Source: no legal basis; the planner's choice.
    Relax: off; waive for a unit.
    """

    name = "keep_last_specialist"
    title = T("The last specialist of a field stays or is replaced")
    source = Source("Lựa chọn của cơ quan lập phương án", "planner")
    waived_by = frozenset({"unit_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: one row per commune and field covered today."""
        seated = np.flatnonzero(a.counts_at_home & (a.person_post >= 0))
        today = counted(a, seated, a.person_post[seated])
        units, fields = np.nonzero(today)
        row = np.full(today.shape, NO_ROW, dtype=np.int32)
        row[units, fields] = np.arange(len(units))
        arriving = duty_terms(a, moves, moves.into_post, row, 1)
        leaving = duty_terms(a, moves, moves.from_post, row, -1)
        lower = 1 - today[units, fields]
        return rows_over(arriving + leaving, n=len(units), lower=lower, unit=units)

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        covering = self._covering_today(facts)
        left = covering.copy()
        for move in after.placements:
            if move.covers:
                continue
            if move.person.post_id is not None:
                left.subtract(_covers(facts, move.person, facts.posts[move.person.post_id]))
            left.update(_covers(facts, move.person, move.post))
        for unit_id, field in sorted(covering):
            if left[unit_id, field] < 1 and not facts.is_waived(self.name, unit_id=unit_id):
                yield T("{unit} loses its last specialist of the field {field}", unit=unit_id, field=field)

    def _covering_today(self, facts: Facts) -> Counter[tuple[str, str]]:
        covering: Counter[tuple[str, str]] = Counter()
        for post_id, holders in facts.holders.items():
            if facts.posts[post_id].category == "specialist":
                for person in holders:
                    if not facts.is_away(person):
                        covering.update(_covers(facts, person, facts.posts[post_id]))
        return covering


def _covers(facts: Facts, person: Person, post: Post) -> list[tuple[str, str]]:
    if post.category != "specialist" or not facts.in_commune(post):
        return []
    return [(post.unit_id, field) for field in known(person.fields) & known(post.fields)]
