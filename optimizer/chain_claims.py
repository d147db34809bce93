"""The chains that a plan claims, held against the scalar forms of limits and goals.

Each link is judged within the units that its chain touches. A limit on the province as a whole is kept by every part of
a plan that keeps it, as all of them say how much may be done at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from optimizer.goals.base import Goal
from optimizer.plan import ChainLink, MovedPerson
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.facts import Facts
from optimizer.texts import T
from optimizer.verdict import Breach
from optimizer.vicinity import Vicinity, touched

Steps = Sequence[tuple[MovedPerson, Placement]]
Names = tuple[str, ...]


def wrong_chains(rows: Sequence[ChainLink], steps: Steps, facts: Facts, goals: Sequence[Goal]) -> Iterator[Breach]:
    """Every row that is missing, or of which a column cannot be right.

    `steps` are all moves of the plan, with orders and chains that are right, and keep every limit. Which of several
    parts that cannot be enlarged by any one move remains after a refusal is taken on trust.
    """
    in_order = sorted(steps, key=lambda step: step[0].order or 0)
    chains: dict[int, list[MovedPerson]] = {}
    for move, _ in in_order:
        chains.setdefault(move.chain or 0, []).append(move)
    truth = [(n, row.order, row.person_id, row.to_post_id) for n, links in chains.items() if links[1:] for row in links]
    if [(row.chain, row.order, row.person_id, row.to_post_id) for row in rows] != sorted(truth):
        yield Breach("chains", T("the links of chains are not those of the moves, in the order of execution"))
        return
    moves = {row.person_id: placement for row, placement in in_order}
    units = {person_id: touched(facts, move) for person_id, move in moves.items()}
    for number in dict.fromkeys(row.chain for row in rows):
        links = [row for row in rows if row.chain == number]
        strangers = [row for row in links if not moves.keys() >= {*row.falls}]
        judge = _ChainJudge(facts, goals, moves, units, links)
        for row, wrong in judge.wrong() if not strangers else ((row, ["falls"]) for row in strangers):
            text = T("the chain of {person} has a wrong {columns}", person=row.person_id, columns=", ".join(wrong))
            yield Breach("chains", text, row.person_id, row.to_post_id)


@dataclass
class _ChainJudge:
    """Judges the rows of one chain.

    `moves` are all of the plan by person, in the order of execution; `units` those that each of them touches.
    """

    facts: Facts
    goals: Sequence[Goal]
    moves: Mapping[str, Placement]
    units: Mapping[str, set[str]]
    links: Sequence[ChainLink]
    _values: dict[frozenset[str], list[int]] = field(default_factory=dict)
    _holding: dict[frozenset[str], bool] = field(default_factory=dict)

    def wrong(self) -> Iterator[tuple[ChainLink, list[str]]]:
        """Rows with their columns that cannot be right."""
        people = [link.person_id for link in self.links]
        without = [frozenset(people[n:]) for n in range(len(people) + 1)]
        for n, link in enumerate(self.links):
            refused = frozenset({link.person_id, *link.falls})
            truth: dict[str, Names] = {
                "waits_for": self._before(link),
                "gains": self._differences(without[n + 1], without[n]),
                "remains": tuple(person for person in people if person not in refused),
                "loses": self._differences(refused, frozenset()),
            }
            wrong = [name for name, names in truth.items() if getattr(link, name) != names]
            yield from [(link, wrong)] if wrong else []
            if not self._is_largest(link, refused):
                yield link, ["falls"]

    def _before(self, link: ChainLink) -> Names:
        """Who leaves the post before, in the order of execution."""
        earlier = (row.person_id for row in self.links if row.order < link.order)
        return tuple(person for person in earlier if self.moves[person].person.post_id == link.to_post_id)

    def _is_largest(self, link: ChainLink, refused: frozenset[str]) -> bool:
        """Whether the rest keeps every limit, and no one of those who fall could move besides."""
        falls = [person for person in self.moves if person in link.falls]
        is_told_once = tuple(falls) == link.falls and link.person_id not in falls
        return is_told_once and self._holds(refused) and not any(self._holds(refused - {one}) for one in falls)

    def _differences(self, without: frozenset[str], less: frozenset[str]) -> Names:
        """Every goal's value without the moves of some people, less that without those of others."""
        pairs = zip(self.goals, self._measured(without), self._measured(less), strict=True)
        return tuple(f"{goal.name}={one - other}" for goal, one, other in pairs)

    def _measured(self, without: frozenset[str]) -> list[int]:
        if without not in self._values:
            self._values[without] = self._vicinity.values(self.goals, self._after(without))
        return self._values[without]

    def _holds(self, without: frozenset[str]) -> bool:
        """Whether every limit that is on is kept without the moves of some people."""
        if without not in self._holding:
            self._holding[without] = self._vicinity.holds(self._after(without))
        return self._holding[without]

    @cached_property
    def _vicinity(self) -> Vicinity:
        """Of those who move in the chain, or fall with one of its links."""
        concerned = {person: None for link in self.links for person in (link.person_id, *link.falls)}
        return Vicinity(self.facts, self.moves, self.units, [self.moves[person] for person in concerned])

    def _after(self, without: frozenset[str]) -> After:
        near = self._vicinity.near
        return self._vicinity.after(move for person, move in near.items() if person not in without)
