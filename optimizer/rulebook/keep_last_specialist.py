"""Limit: the last specialist of a field does not go unreplaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.facts import Facts, known
from optimizer.rulebook.rows import Rows, Term, rows_over
from optimizer.scenario.schema import COMMUNE_KINDS
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, BitWords, IntArray
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
        n_fields = len(a.field_codes)
        seated = np.flatnonzero(a.counts_at_home & (a.person_post >= 0))
        covering = np.zeros((a.n_units, n_fields), dtype=np.int64)
        for f in range(n_fields):
            sits = seated[self._covers(a, seated, a.person_post[seated], f)]
            np.add.at(covering[:, f], a.post_unit[a.person_post[sits]], 1)
        covering[~a.unit_is_commune] = 0
        units, fields = np.nonzero(covering)
        row = np.full((a.n_units, n_fields), -1, dtype=np.int32)
        row[units, fields] = np.arange(len(units), dtype=np.int32)
        arriving = self._terms(a, moves, moves.into_post, row, 1)
        leaving = self._terms(a, moves, moves.from_post, row, -1)
        lower: IntArray = 1 - covering[units, fields]
        return rows_over(arriving + leaving, n=len(units), lower=lower, unit=units.astype(np.int64))

    def _covers(self, a: Arrays, people: BitWords, posts: BitWords, field: int) -> BitWords:
        word, bit = divmod(field, 64)
        both = a.person_fields[people, word] & a.post_fields[posts, word]
        names_it = (both >> np.uint64(bit)) & np.uint64(1)
        return np.asarray((names_it == 1) & a.post_is_specialist[posts] & (posts >= 0))

    def _terms(self, a: Arrays, moves: Moves, posts: BitWords, row: BitWords, coefficient: int) -> tuple[Term, ...]:
        """One term for the first field that a move covers, one for the second, and so on."""
        layers: list[BitWords] = []
        used = np.zeros(moves.n, dtype=np.int8)
        for f in range(row.shape[1]):
            key = np.where(self._covers(a, moves.person, posts, f), row[a.post_unit[posts], f], -1)
            hit = key >= 0
            for layer in range(int(used[hit].max(initial=-1)) + 1):
                if layer == len(layers):
                    layers.append(np.full(moves.n, -1, dtype=np.int32))
                here = hit & (used == layer)
                layers[layer][here] = key[here]
            used[hit] += 1
        return tuple(Term(layer, coefficient) for layer in layers)

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
            for person in holders:
                if not facts.is_away(person):
                    covering.update(_covers(facts, person, facts.posts[post_id]))
        return covering


def _covers(facts: Facts, person: Person, post: Post) -> list[tuple[str, str]]:
    if post.category != "specialist" or not facts.in_commune(post):
        return []
    return [(post.unit_id, field) for field in known(person.fields) & known(post.fields)]
