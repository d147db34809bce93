"""Who a plan says could make each move instead, held against the scalar forms of gates, limits, decisions and goals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from optimizer.goals.base import Goal
from optimizer.plan import MovedPerson
from optimizer.rulebook import LIMITS
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.base import Limit
from optimizer.rulebook.facts import Facts
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import FORMS
from optimizer.texts import T
from optimizer.verdict import Breach
from optimizer.vicinity import Vicinity, touched

Judge = Callable[[Facts, Placement], tuple[tuple[str, ...], bool]]
Unkept = Callable[[Facts, After], Iterable[Breach]]
Steps = Sequence[tuple[MovedPerson, Placement]]
CONCURRENT = "concurrent"
WHOLE = frozenset({"moves", "thousand_dong"})  # what limits on the province as a whole measure


def wrong_reserves(steps: Steps, facts: Facts, after: After, judge: Judge) -> Iterator[Breach]:
    """Reserves who move themselves, or whom the gates keep from the post; that limits hold is taken on trust.

    `judge` says of a move its flags and whether a gate blocks it.
    """
    for row, placement in steps:
        if row.reserve is not None:
            person = facts.people.get(row.reserve)
            if person is None or after.by_person.get(row.reserve) or not _ways(person, placement, facts, judge):
                post = placement.post
                text = T("{person} cannot take {post} instead", person=row.reserve, post=post.post_id)
                yield Breach("moves.reserve", text, row.reserve, post.post_id, post.unit_id)


def wrong_equals(steps: Steps, facts: Facts, goals: Sequence[Goal], judge: Judge, unkept: Unkept) -> Iterator[Breach]:
    """Equals whose move instead, or whose exchange of posts, breaks something or changes a goal.

    `steps` are all moves of a plan that keeps every limit and decision; `unkept` tells the decisions that a plan does
    not keep. That nobody who is equal is left out is taken on trust.
    """
    moves = {row.person_id: placement for row, placement in steps}
    judging = _EqualJudge(facts, goals, moves, judge, unkept)
    for row, placement in steps:
        for person_id in row.equals:
            if not judging.is_equal(row.person_id, person_id):
                post = placement.post
                text = T(
                    "{person} cannot take {post} instead, alone or in exchange, with equal values of every goal",
                    person=person_id, post=post.post_id,
                )  # fmt: skip
                yield Breach("moves.equals", text, person_id, post.post_id, post.unit_id)


def _ways(person: Person, instead_of: Placement, facts: Facts, judge: Judge) -> list[Placement]:
    """The moves of a person that pass every gate and fill, or cover, a seat of the same post."""
    ways = [Placement(person, instead_of.post, form) for form in forms_alike(instead_of.form)]
    return [way for way in ways if not judge(facts, way)[1]]


def forms_alike(form: str) -> Sequence[str]:
    """The forms that fill a seat as `form` does, or cover one as it does."""
    return [CONCURRENT] if form == CONCURRENT else [known for known in FORMS if known != CONCURRENT]


@dataclass
class _EqualJudge:
    """Judges who is equal in one plan; `moves` are all of it by person."""

    facts: Facts
    goals: Sequence[Goal]
    moves: Mapping[str, Placement]
    judge: Judge
    unkept: Unkept
    _exchanged: dict[frozenset[str], bool] = field(default_factory=dict)

    def is_equal(self, mover: str, person_id: str) -> bool:
        """Whether somebody could move instead, staying otherwise or exchanging posts, with every goal as it is."""
        if person_id not in self.facts.people:
            return False
        if person_id not in self.moves:
            return self._could_replace(mover, self.facts.people[person_id])
        pair = frozenset({mover, person_id})
        if pair not in self._exchanged:
            self._exchanged[pair] = self._could_exchange(mover, person_id)
        return self._exchanged[pair]

    def _could_replace(self, mover: str, person: Person) -> bool:
        ways = _ways(person, self.moves[mover], self.facts, self.judge)
        return any(self._keeps_all({mover}, [way]) for way in ways)

    def _could_exchange(self, one: str, other: str) -> bool:
        """Of two different posts, or of a seat that is filled and one that is only covered."""
        mine, theirs = self.moves[one], self.moves[other]
        if (mine.post.post_id, mine.covers) == (theirs.post.post_id, theirs.covers):
            return False
        ways = product(
            _ways(mine.person, theirs, self.facts, self.judge), _ways(theirs.person, mine, self.facts, self.judge)
        )
        return any(self._keeps_all({one, other}, way) for way in ways)

    def _keeps_all(self, gives_up: Collection[str], made: Sequence[Placement]) -> bool:
        """Whether every limit, decision and goal is kept where moves are made in place of those that people give up."""
        changing = [*(self.moves[person] for person in gives_up), *made]
        vicinity = Vicinity(self.facts, self.moves, self._units, changing)
        now = vicinity.after(vicinity.near.values())
        then = vicinity.after(_changed(vicinity.near, gives_up, made))
        if vicinity.values(self.goals, then) != vicinity.values(self.goals, now):
            return False
        return vicinity.holds(then) and self._holds_as_a_whole(After(self.facts, _changed(self.moves, gives_up, made)))

    def _holds_as_a_whole(self, after: After) -> bool:
        """Whether the decisions, and the limits on all moves together, are kept."""
        texts = (text for limit in self._of_the_whole for text in limit.breaches(self.facts, after))
        is_over = any("unit" not in text.values for text in texts)  # those of a unit are judged in its vicinity
        return not is_over and not any(True for _ in self.unkept(self.facts, after))

    @cached_property
    def _of_the_whole(self) -> list[Limit]:
        return [limit for limit in LIMITS if limit.measure in WHOLE and self.facts.state(limit) == "on"]

    @cached_property
    def _units(self) -> dict[str, set[str]]:
        return {person_id: touched(self.facts, move) for person_id, move in self.moves.items()}


def _changed(moves: Mapping[str, Placement], gives_up: Collection[str], made: Sequence[Placement]) -> list[Placement]:
    """Moves with some in place of those that people give up."""
    return [*(move for person, move in moves.items() if person not in gives_up), *made]
