"""The province after a plan, counted move by move from the facts.

A person with two moves counts for each of them, as in the rows of the model; that this may not be is a rule
of its own (`one_move`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from optimizer.rulebook.facts import Facts, Place, leaves_unit
from optimizer.scenario.schema import Decision, Person, Post

CHANGES_PAYROLL: Final = frozenset({"transfer", "rotation", "internal"})


@dataclass(frozen=True)
class Placement:
    """One move: the person takes a seat in the post by the form (a code of the vocabulary)."""

    person: Person
    post: Post
    form: str

    @property
    def covers(self) -> bool:
        """Whether the person keeps the own seat and covers the post besides."""
        return self.form == "concurrent"

    @property
    def leaves_unit(self) -> bool:
        """Whether the person works in another unit afterwards."""
        return leaves_unit(self.person, self.post)


def matches(decision: Decision, move: Placement) -> bool:
    """Whether a move has every value that the decision names; a unit means the destination."""
    found = {
        "person_id": move.person.person_id,
        "post_id": move.post.post_id,
        "unit_id": move.post.unit_id,
        "form": move.form,
    }
    return all(getattr(decision, column) in {None, value} for column, value in found.items())


class After:
    """Who is where once the plan is carried out. Counts are people; places are pairs of unit and bloc."""

    def __init__(self, facts: Facts, placements: Iterable[Placement]) -> None:
        self.facts = facts
        self.placements = tuple(placements)
        self.arrivals: dict[str, list[Placement]] = {}
        self.departures: dict[str, list[Placement]] = {}
        self.covers: dict[str, list[Placement]] = {}
        self.by_person: dict[str, list[Placement]] = {}
        self.payroll: Counter[Place] = facts.payroll.copy()
        self.strength: Counter[Place] = facts.strength.copy()
        for placement in self.placements:
            self._carry_out(placement)

    def _carry_out(self, placement: Placement) -> None:
        person, post = placement.person, placement.post
        self.by_person.setdefault(person.person_id, []).append(placement)
        if placement.covers:
            self.covers.setdefault(post.post_id, []).append(placement)
            return
        self.arrivals.setdefault(post.post_id, []).append(placement)
        if person.post_id is not None:
            self.departures.setdefault(person.post_id, []).append(placement)
        self.strength[self.facts.site(person)] -= 1
        self.strength[post.unit_id, post.bloc] += 1
        if placement.form in CHANGES_PAYROLL:
            self.payroll[person.unit_id, person.bloc] -= 1
            self.payroll[post.unit_id, post.bloc] += 1

    def into(self, post: Post) -> list[Placement]:
        """The moves into a post."""
        return self.arrivals.get(post.post_id, [])

    def covering(self, post: Post) -> list[Placement]:
        """The moves that cover a seat of a post and fill none."""
        return self.covers.get(post.post_id, [])

    def covers_besides(self, post: Post) -> int:
        """How many people cover a seat of the post on top of their own: by a move, or as before and still there."""
        before = [
            person
            for person in self.facts.also_holding.get(post.post_id, [])
            if not any(move.leaves_unit for move in self.by_person.get(person.person_id, []))
        ]
        return len(before) + len(self.covering(post))

    def out_of(self, post: Post) -> list[Placement]:
        """The moves of people who hold the post today."""
        return self.departures.get(post.post_id, [])

    def filled(self, post: Post) -> int:
        """How many people are in the post afterwards."""
        return self.facts.held[post.post_id] - len(self.out_of(post)) + len(self.into(post))

    def gap(self, post: Post) -> int:
        """How many of its seats stay open."""
        return max(0, post.seats - self.filled(post))
