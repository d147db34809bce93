"""Whom a provincial body could offer besides those on its list, and by which moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from optimizer.admitting import gates_let_pass, leave_out
from optimizer.arrays import Arrays, BoolArray, IntArray
from optimizer.arrays_building import build_arrays
from optimizer.moves import Moves
from optimizer.rulebook.lists import Lists, list_sizes
from optimizer.scenario.schema import Listing
from optimizer.scenario.vocabulary import FORMS, Form

OFFERED: Final[dict[str, tuple[Form, ...]]] = {  # the forms by which a list offers people, by what its row says
    "secondment": ("secondment",),
    "transfer": ("transfer", "rotation"),
    "both": ("transfer", "secondment", "rotation"),
}


@dataclass(frozen=True, eq=False)
class Triples:
    """Moves by person, post and form, int64 (n,) each: places in `Arrays` and in FORMS."""

    person: IntArray
    post: IntArray
    form: IntArray

    def keys(self, a: Arrays) -> IntArray:
        """One number for each, in the order of tables of moves."""
        return (self.person * a.n_posts + self.post) * len(FORMS) + self.form

    def take(self, rows: IntArray) -> Triples:
        """Some of them, in that order."""
        return Triples(self.person[rows], self.post[rows], self.form[rows])

    def table(self, a: Arrays) -> Moves:
        """The same as a table of moves without flags, in their order."""
        none = np.zeros(len(self.person), dtype=np.uint64)
        person, post = self.person.astype(np.int32), self.post.astype(np.int32)
        return Moves(a, person, post, self.form.astype(np.int8), none)


def joined(parts: Sequence[Triples]) -> Triples:
    """All of them, one after another."""
    nothing = np.empty(0, dtype=np.int64)
    return Triples(*(np.concatenate([nothing, *(getattr(part, name) for part in parts)])
                     for name in ("person", "post", "form")))  # fmt: skip


class Offering:
    """Who of provincial bodies would be offered with one more place on their list, and by which moves.

    beyond: bool (n_people,), people of provincial bodies who are on no list, or on one that the share cuts off before.
    rows: the rows of lists by person.
    """

    def __init__(self, a: Arrays) -> None:
        self.a = a
        place, size = a.list_place, list_sizes(a)[a.person_unit]
        self.beyond: BoolArray = ~a.unit_is_commune[a.person_unit] & ((place < 0) | (place >= size))
        self.rows: dict[str, Listing] = {row.person_id: row for row in a.scenario.pools}

    @cached_property
    def _listed(self) -> Arrays:
        """The arrays of the province with everybody of its bodies on a list that is not cut off."""
        a, scenario = self.a, self.a.scenario
        more = [
            Listing(unit_id=a.people[i].unit_id, person_id=a.people[i].person_id, form="both")
            for i in np.flatnonzero(self.beyond).tolist()
            if a.people[i].person_id not in self.rows
        ]
        uncut = scenario.rules[Lists.name].model_copy(update={"share": None})
        return build_arrays(
            replace(scenario, pools=(*scenario.pools, *more), rules={**scenario.rules, Lists.name: uncut})
        )

    def moves(self, people: IntArray, posts: IntArray, forms: Sequence[Form] = OFFERED["both"]) -> Triples:
        """The moves that a place on the list would offer to `people`, into `posts`."""
        parts = []
        i, j = people[:, None], posts[None, :]
        for form in forms if len(people) else ():
            passes = gates_let_pass(self._listed, i, j, form)
            leave_out(self._listed, self._listed.scenario.decisions, i, j, form, passes)
            rows, columns = np.nonzero(passes)
            parts.append(Triples(people[rows], posts[columns], np.full(len(rows), FORMS.index(form))))
        return joined(parts)
