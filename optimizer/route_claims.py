"""The other routes of a post that stays short, found person by person: what the checker holds a plan's proposals to.

The rules and their formula stand in `optimizer.routes`; nothing is taken from its code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from optimizer.rulebook import GATES
from optimizer.rulebook.after import After, Placement, matches
from optimizer.rulebook.facts import Facts, known
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import Decision, Person, Post
from optimizer.scenario.vocabulary import DEGREE, THEORY, UNKNOWN, Vocabulary

BARRING: Final = (1, 2)  # exempt cases in which nobody is received
LEARNT: Final = frozenset({"fields", "standards"})
TWO: Final = 2


class RouteFinder:
    """Everybody's seat and every commune's fields after a plan, counted once."""

    def __init__(self, facts: Facts, after: After) -> None:
        self._facts = facts
        self._after = after
        self._staying: dict[str, list[Person]] = {}
        self._covering: Counter[tuple[str, str]] = Counter()
        for person in facts.people.values():
            if facts.is_gone(person) or facts.is_away(person):
                continue
            moves = after.by_person.get(person.person_id, [])
            if not moves:
                self._staying.setdefault(person.unit_id, []).append(person)
            taken = next((move.post.post_id for move in moves if not move.covers), person.post_id)
            if taken is not None:
                self._covering.update(_covered(facts, person, facts.posts[taken]))

    def routes(self, post: Post) -> tuple[str, ...]:
        """The codes of the routes for a post that is short, in their order."""
        return tuple(self._proposed(post))

    def _proposed(self, post: Post) -> Iterator[str]:
        place = (post.unit_id, post.bloc)
        people = [person for person in self._staying.get(post.unit_id, []) if person.post_id != post.post_id]
        has_quota = place in self._facts.quota
        has_room = has_quota and self._after.payroll[place] < self._facts.quota[place]
        if has_room and post.category != "leadership":
            if any(self._may_be_received(person, post) for person in people):
                yield "receive"
            yield "recruit"
        if has_quota and not has_room and post.category == "specialist":
            yield "contract"
        if any(self._may_be_trained(person, post) for person in people):
            yield "train"
        if post.category == "specialist" and self._has_neighbour(post):
            yield "share"

    def _may_be_received(self, person: Person, post: Post) -> bool:
        if person.staff_kind != "public_employee" or person.joined_on is None:
            return False
        least = self._facts.scenario.config.routes.receive_months
        has_served = add_months(person.joined_on, least) <= self._facts.today
        knows = not post.fields or bool(known(post.fields) & known(person.fields))
        is_barred = any(case in BARRING for case in person.exempt)
        return has_served and knows and not is_barred and _reaches(DEGREE, person.degree, post.min_degree)

    def _may_be_trained(self, person: Person, post: Post) -> bool:
        if not _reaches(DEGREE, person.degree, post.min_degree) or _lacking(person, post) != 1:
            return False
        refusing = [gate.name for gate in GATES if self._facts.refuses(gate, person, post, "internal")]
        if len(refusing) != 1 or refusing[0] not in LEARNT:
            return False
        move = Placement(person, post, "internal")
        return not any(_forbids(decision, move) for decision in self._facts.scenario.decisions)

    def _has_neighbour(self, post: Post) -> bool:
        most = self._facts.scenario.config.routes.share_km * 1000
        return any(
            unit_id != post.unit_id
            and field in post.fields
            and people >= TWO
            and self._facts.roads.metres(unit_id, post.unit_id) <= most
            for (unit_id, field), people in self._covering.items()
        )


def _covered(facts: Facts, person: Person, post: Post) -> list[tuple[str, str]]:
    """Commune and field, for each field that the person covers in that post."""
    if post.category != "specialist" or not facts.in_commune(post):
        return []
    return [(post.unit_id, field) for field in known(person.fields) & known(post.fields)]


def _lacking(person: Person, post: Post) -> int:
    """How many of field, major and theory level the person lacks for the post."""
    is_asked = post.category != "general"
    return (
        (is_asked and bool(post.fields) and not known(post.fields) & known(person.fields))
        + (is_asked and bool(post.majors) and not known(post.majors) & known(person.majors))
        + (not _reaches(THEORY, person.theory, post.min_theory))
    )


def _reaches(ladder: Vocabulary, has: str, lowest: str | None) -> bool:
    steps = list(ladder)
    return lowest is None or (has != UNKNOWN and steps.index(has) >= steps.index(lowest))


def _forbids(decision: Decision, move: Placement) -> bool:
    """Whether a decision rules out a move within the unit."""
    if decision.kind == "ban":
        return matches(decision, move)
    if decision.person_id != move.person.person_id:  # a pin without a person rules nothing out
        return False
    if decision.kind == "pin":
        return not matches(decision, move)
    return decision.kind == "keep" and (decision.unit_id is None or decision.post_id is not None)
