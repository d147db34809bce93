"""Whether longer lists of provincial bodies would offer somebody for a post: what 'the lists are used up' claims."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Final

from optimizer.rulebook import GATES
from optimizer.rulebook.after import Placement, matches
from optimizer.rulebook.facts import Facts
from optimizer.rulebook.lists import Lists, ListSettings
from optimizer.scenario.schema import Decision, Listing, Person, Post
from optimizer.scenario.vocabulary import Form

BY_LIST: Final[tuple[Form, ...]] = ("transfer", "secondment", "rotation")  # the forms by which a list offers people


class ListFinder:
    """Looks for people of provincial bodies whom nothing keeps from a post but that their list does not offer them."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._settings = facts.rule(Lists.name, ListSettings)

    def may_be_used_up(self, post: Post) -> bool:
        """Whether the claim can be right: a longer list would offer somebody more, or only a part of each may go."""
        return self._settings.release_cap is not None or any(self._comes(person, post) for person in self._left_out)

    @cached_property
    def _all_listed(self) -> Facts:
        """The province with everybody of its bodies on a list that is not cut off."""
        scenario = self._facts.scenario
        more = [
            Listing(unit_id=person.unit_id, person_id=person.person_id, form="both")
            for person in scenario.people
            if not self._facts.is_of_commune(person) and self._facts.listing(person) is None
        ]
        uncut = self._settings.model_copy(update={"share": None})
        return Facts(replace(scenario, pools=(*scenario.pools, *more), rules={**scenario.rules, Lists.name: uncut}))

    @cached_property
    def _left_out(self) -> list[Person]:
        """People of provincial bodies who are on no list, or whom the share cuts off."""
        bodies = [person for person in self._facts.scenario.people if not self._facts.is_of_commune(person)]
        units = {person.unit_id for person in bodies}
        within = {(unit, row.person_id) for unit in units for row in self._facts.cut_list(unit, self._settings.share)}
        return [person for person in bodies if (person.unit_id, person.person_id) not in within]

    @cached_property
    def _decisions(self) -> list[Decision]:
        """The decisions that may rule moves out."""
        return [row for row in self._facts.scenario.decisions if row.kind != "waive"]

    def _comes(self, person: Person, post: Post) -> bool:
        moves = [Placement(person, post, form) for form in BY_LIST]
        return any(
            not any(self._all_listed.refuses(gate, person, post, form) for gate in GATES)
            and not any(_rules_out(decision, move) for decision in self._decisions)
            for form, move in zip(BY_LIST, moves, strict=True)
        )


def _rules_out(decision: Decision, move: Placement) -> bool:
    """Whether a decision rules out a move to another unit."""
    if decision.kind == "ban":
        return matches(decision, move)
    if decision.person_id != move.person.person_id:
        return False
    return decision.kind == "keep" or not matches(decision, move)
