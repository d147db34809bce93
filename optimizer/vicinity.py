"""The part of a province that some changes of a plan touch, for judging them by the scalar forms of limits and goals.

What a goal or a limit says of other units, or of people who are not concerned, is the same with and without the
changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from optimizer.goals.base import Goal
from optimizer.rulebook import LIMITS
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.base import Limit
from optimizer.rulebook.facts import Facts
from optimizer.texts import Text


def touched(facts: Facts, move: Placement) -> set[str]:
    """Units that the person belongs to, works in, covers a post in, or goes to."""
    person = move.person
    covered = (facts.posts[post_id].unit_id for post_id in person.also_holds)
    return {person.unit_id, facts.site(person)[0], move.post.unit_id, *covered}


class Vicinity:
    """The units that are touched where the moves of some people change, and the moves of a plan that matter there.

    `moves`: all of the plan by person; `units`: those that each of them touches; `changing`: every move of those
    concerned that is made before or after a change.
    """

    def __init__(
        self,
        facts: Facts,
        moves: Mapping[str, Placement],
        units: Mapping[str, set[str]],
        changing: Iterable[Placement],
    ) -> None:
        self.facts = facts
        changing = tuple(changing)
        self._people = {move.person.person_id for move in changing}
        self._units = {unit_id for move in changing for unit_id in touched(facts, move)}
        self._part = facts.within(self._units)
        pairs = [{row.person_id, row.other_id} for row in facts.scenario.relations]
        related = {person for pair in pairs if pair & self._people for person in pair}
        self.near = {
            person: move
            for person, move in moves.items()
            if person in related or not self._units.isdisjoint(units[person])
        }

    def after(self, placements: Iterable[Placement]) -> After:
        """The part of the province after moves; `near` are those of the plan."""
        return After(self._part, placements)

    def values(self, goals: Sequence[Goal], after: After) -> list[int]:
        """Every goal's value in this part, whose differences are those of the province."""
        return [goal.measure(self._part, after) for goal in goals]

    def holds(self, after: After) -> bool:
        """Whether every limit that is on is kept here; those on the province as a whole are not asked."""
        return not any(
            self._concerns(limit, text) for limit in self._binding for text in limit.breaches(self._part, after)
        )

    def _concerns(self, limit: Limit, text: Text) -> bool:
        """Whether a breach is about the people, else the units, that are touched; and the limit is on there."""
        post_id, unit_id = text.values.get("post"), text.values.get("unit")
        unit_id = unit_id if post_id is None else self.facts.posts[post_id].unit_id
        people = {text.values.get("person"), text.values.get("other")} - {None}
        is_near = bool(people & self._people) if people else unit_id in self._units
        return is_near and self.facts.state(limit, unit_id) == "on"

    @cached_property
    def _binding(self) -> list[Limit]:
        kinds = {None, *(self.facts.units[unit_id].kind for unit_id in self._units)}
        return [limit for limit in LIMITS if any(limit.state_in(self.facts.scenario, kind) == "on" for kind in kinds)]
