"""What the scenario says, looked up by id: the ground on which the scalar forms of rules and goals stand.

Everything is read person by person from the rows; nothing here knows the arrays of the model. A place is a
pair of unit and bloc; the military bloc has no quota. People who leave before the horizon are `gone`, people
seconded beyond it are `away`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Final, TypeVar

from optimizer.rulebook.roads import Roads
from optimizer.scenario.meaning import GoalSettings, RuleSettings, State
from optimizer.scenario.months import add_months
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import LEADERSHIP_LEVELS, LOWEST_LEVEL, MILITARY, Decision, Listing, Person, Post, Unit
from optimizer.scenario.vocabulary import UNKNOWN
from optimizer.wording import COMMUNE_BODIES

if TYPE_CHECKING:
    from optimizer.rulebook.base import Gate, Rule
    from optimizer.scenario.vocabulary import Form

Place = tuple[str, str]
RuleModel = TypeVar("RuleModel", bound=RuleSettings)
GoalModel = TypeVar("GoalModel", bound=GoalSettings)
SECONDMENT_MONTHS: Final = 6
FULL_TERM: Final = 36  # months of a full secondment, and of a rotation
SCARCE: Final = 2
PLACE_COLUMNS: Final = ("person_id", "post_id", "unit_id", "form")


class Facts:
    """Lookups over one scenario, built once. Distances are whole metres, terms calendar months."""

    def __init__(self, scenario: Scenario) -> None:
        config = scenario.config
        self.scenario = scenario
        self.today = config.date
        self.horizon = add_months(config.date, config.horizon_months)
        self.units: dict[str, Unit] = {unit.unit_id: unit for unit in scenario.units}
        self.posts: dict[str, Post] = {post.post_id: post for post in scenario.posts}
        self.people: dict[str, Person] = {person.person_id: person for person in scenario.people}
        self.quota = self._quotas()
        self.roads = Roads(self.units, scenario.distances)
        self.held: Counter[str] = Counter()
        self.payroll: Counter[Place] = Counter()
        self.strength: Counter[Place] = Counter()
        self.staff: Counter[str] = Counter()
        self.holders: dict[str, list[Person]] = {}
        self._skilled: Counter[tuple[str, str]] = Counter()
        self._count_people()
        self._wishes = {(wish.person_id, wish.unit_id): wish.consent for wish in scenario.wishes}
        self._wishful = {wish.person_id for wish in scenario.wishes if wish.consent}
        self._listings = {row.person_id: row for row in scenario.pools}
        self._lists = self._ordered_lists()
        self._waivers: dict[str, list[Decision]] = {}
        for decision in scenario.decisions:
            if decision.kind == "waive" and decision.rule is not None:
                self._waivers.setdefault(decision.rule, []).append(decision)
        self._states: dict[tuple[str, str | None], State] = {}  # by rule and kind of unit, as they are asked for

    def within(self, units: Collection[str]) -> Facts:
        """The same facts, with the places, counted posts, holders and duties of some units alone."""
        part = copy(self)
        part.quota = {place: quota for place, quota in self.quota.items() if place[0] in units}
        posts = [post for unit_id in units for post in self._of_units[0].get(unit_id, [])]
        part.holders = {post.post_id: self.holders[post.post_id] for post in posts if post.post_id in self.holders}
        part._counted = sorted(filter(self._is_counted, posts), key=lambda post: post.post_id)
        part.specialist_duties = tuple(duty for unit_id in units for duty in self._of_units[1].get(unit_id, []))
        return part

    @cached_property
    def _of_units(self) -> tuple[dict[str, list[Post]], dict[str, list[tuple[Person, Post]]]]:
        """The posts of each unit, and its duties."""
        posts: dict[str, list[Post]] = {}
        duties: dict[str, list[tuple[Person, Post]]] = {}
        for post in self.posts.values():
            posts.setdefault(post.unit_id, []).append(post)
        for person, post in self.specialist_duties:
            duties.setdefault(post.unit_id, []).append((person, post))
        return posts, duties

    def _quotas(self) -> dict[Place, int]:
        latest: dict[Place, tuple[date, int]] = {}
        for row in self.scenario.quotas:
            place = (row.unit_id, row.bloc)
            if row.bloc == MILITARY or row.effective_from > self.today:
                continue
            if place not in latest or row.effective_from > latest[place][0]:
                latest[place] = (row.effective_from, row.quota)
        return {place: latest[place][1] for place in sorted(latest)}

    def _count_people(self) -> None:
        for person in self.people.values():
            if self.is_gone(person):
                continue
            self.payroll[person.unit_id, person.bloc] += 1
            self.strength[self.site(person)] += 1
            self.staff[person.unit_id] += 1
            self._skilled.update((person.unit_id, field) for field in known(person.fields))
            if person.post_id is not None:
                self.holders.setdefault(person.post_id, []).append(person)
                self.held[person.post_id] += not self.is_away(person)

    def _ordered_lists(self) -> dict[str, list[Listing]]:
        lists: dict[str, list[Listing]] = {}
        for row in sorted(self.scenario.pools, key=lambda r: (r.rank is None, r.rank or 0, r.person_id)):
            lists.setdefault(row.unit_id, []).append(row)
        return lists

    def is_gone(self, person: Person) -> bool:
        """Leaves before the horizon: counts nowhere and does not move."""
        return person.leaves_on is not None and person.leaves_on < self.horizon

    def is_away(self, person: Person) -> bool:
        """Seconded beyond the horizon: on the payroll at home, on site elsewhere, does not move."""
        return self._is_seconded_after(person, self.horizon)

    def is_surplus(self, person: Person) -> bool:
        """On a commune's payroll without a seat (dôi dư), outside the military, and there to be placed."""
        is_there = not self.is_gone(person) and not self.is_away(person)
        return person.post_id is None and person.bloc != MILITARY and self.is_of_commune(person) and is_there

    def is_seconded_at(self, person: Person, day: date) -> bool:
        """Whether a present secondment still runs on that day (its end is exclusive)."""
        return self._is_seconded_after(person, day)

    @staticmethod
    def _is_seconded_after(person: Person, day: date) -> bool:
        until = person.seconded_until
        return person.on_site_unit_id is not None and until is not None and until > day

    def site(self, person: Person) -> Place:
        """Where the person works today: unit and bloc."""
        if self.is_away(person) and person.on_site_unit_id is not None:
            return person.on_site_unit_id, person.bloc
        return person.unit_id, person.bloc

    def is_of_commune(self, person: Person) -> bool:
        """On the payroll of a commune, ward or special zone."""
        return self.units[person.unit_id].is_commune

    def in_commune(self, post: Post) -> bool:
        """A post of a commune, ward or special zone."""
        return self.units[post.unit_id].is_commune

    def counted_posts(self, category: str | None = None) -> list[Post]:
        """Posts of communes outside the military, of one category or of any, by id."""
        return self._counted if category is None else [post for post in self._counted if post.category == category]

    @cached_property
    def _counted(self) -> list[Post]:
        return [post for _, post in sorted(self.posts.items()) if self._is_counted(post)]

    def _is_counted(self, post: Post) -> bool:
        return self.in_commune(post) and post.bloc != MILITARY

    def base(self, place: Place) -> int:
        """The smaller of quota and payroll today, of a place with a quota."""
        return min(self.quota[place], self.payroll[place])

    def is_over_quota(self, place: Place) -> bool:
        """More people on the payroll than the quota allows; False without a quota."""
        return place in self.quota and self.payroll[place] > self.quota[place]

    def consent(self, person: Person, unit_id: str) -> bool | None:
        """What the person said about a unit; a row that names it outranks a blank one; None: not asked."""
        named = self._wishes.get((person.person_id, unit_id))
        return self._wishes.get((person.person_id, None)) if named is None else named

    def has_wish(self, person: Person) -> bool:
        """Whether the person consents to any destination at all."""
        return person.person_id in self._wishful

    def listing(self, person: Person) -> Listing | None:
        """The person's row on a provincial body's list."""
        return self._listings.get(person.person_id)

    def cut_list(self, unit_id: str, share: float | None) -> list[Listing]:
        """The first `ceil(share x payroll)` rows of a body's list by rank; all where no share is given."""
        rows = self._lists.get(unit_id, [])
        return rows if share is None else rows[: ceil(exact(share) * self.staff[unit_id])]

    def months(self, person: Person) -> int:
        """The months of a secondment of this person."""
        listing = self.listing(person)
        return (listing.max_months if listing else None) or SECONDMENT_MONTHS

    def start(self, person: Person, form: str) -> date:
        """First day of a move: the scenario's date, or later where a list says when the person is ready."""
        listing = self.listing(person)
        if form in {"transfer", "secondment", "rotation"} and listing is not None and listing.ready_from is not None:
            return max(self.today, listing.ready_from)
        return self.today

    def end(self, person: Person, form: str) -> date | None:
        """End of a move, exclusive; None: without term."""
        if form == "secondment":
            return add_months(self.start(person, form), self.months(person))
        months = self.scenario.config.forms.rotation_months
        return add_months(self.start(person, form), months) if form == "rotation" else None

    def hardship(self, unit_id: str) -> int:
        """Hardship of a unit, per cent."""
        unit = self.units[unit_id]
        return unit.hardship or self.scenario.config.hardship.of_region(unit.region_class)

    def level(self, person: Person) -> int:
        """The person's level as it counts in communes; blank is 5."""
        if self.is_of_commune(person):
            return level_of(person)
        return self.scenario.config.department_levels.get(str(level_of(person)), level_of(person))

    def is_promotion(self, person: Person, post: Post) -> bool:
        """Whether the post is a first or higher leadership post for the person; that covering is none is for rules."""
        return level_of(post) in LEADERSHIP_LEVELS and self.level(person) > level_of(post)

    def who_decides(self, person: Person, post: Post) -> str | None:
        """The post's own body, unless the person comes from elsewhere and that body is the commune's or not named."""
        return self.who_decides_on_arrivals(post) if leaves_unit(person, post) else post.decided_by

    def who_decides_on_arrivals(self, post: Post) -> str | None:
        """Who decides on people from other units: the province where the post names a body of the commune or none."""
        own = post.decided_by
        if own is None or own in COMMUNE_BODIES:
            return self.scenario.config.authority.moves.get(post.bloc) or own
        return own

    def is_specialist_duty(self, post: Post) -> bool:
        """A specialist post of a commune outside the military."""
        return post.category == "specialist" and post.bloc != MILITARY and self.in_commune(post)

    @cached_property
    def specialist_duties(self) -> tuple[tuple[Person, Post], ...]:
        """Who is there today and in which specialist post of a commune, their own or one that they cover besides."""
        return tuple(
            (person, self.posts[post_id])
            for person in self.people.values()
            if not self.is_gone(person) and not self.is_away(person)
            for post_id in (*([] if person.post_id is None else [person.post_id]), *person.also_holds)
            if self.is_specialist_duty(self.posts[post_id])
        )

    @cached_property
    def also_holding(self) -> dict[str, list[Person]]:
        """By post, who is there today and covers it besides the own one."""
        found: dict[str, list[Person]] = {}
        for person in self.people.values():
            if not self.is_gone(person) and not self.is_away(person):
                for post_id in person.also_holds:
                    found.setdefault(post_id, []).append(person)
        return found

    def is_scarce(self, person: Person) -> bool:
        """For some field of the person at most two people of the unit have it, the person included."""
        return any(self._skilled[person.unit_id, field] <= SCARCE for field in known(person.fields))

    def rule(self, name: str, model: type[RuleModel]) -> RuleModel:
        """The settings of a rule, of the class that it declares; KeyError where it is not registered."""
        settings = self.scenario.rules[name]
        if not isinstance(settings, model):
            raise TypeError(f"the settings of rule {name} are {type(settings).__name__}, not {model.__name__}")
        return settings

    def goal(self, name: str, model: type[GoalModel]) -> GoalModel:
        """The settings of a goal, of the class that it declares; KeyError where it is not registered."""
        settings = self.scenario.goals[name]
        if not isinstance(settings, model):
            raise TypeError(f"the settings of goal {name} are {type(settings).__name__}, not {model.__name__}")
        return settings

    def state(self, rule: Rule, unit_id: str | None = None) -> State:
        """The state of a rule for a unit, None: for none."""
        asked = rule.name, None if unit_id is None else self.units[unit_id].kind
        if asked not in self._states:
            self._states[asked] = rule.state_in(self.scenario, asked[1])
        return self._states[asked]

    def refuses(self, gate: Gate, person: Person, post: Post, form: Form) -> bool:
        """Whether a gate that is on for the post's unit refuses the move, and no decision waives it."""
        is_met = self.state(gate, post.unit_id) != "on" or gate.passes(self, person, post, form)
        return not is_met and not self.waives(gate, person, post, form)

    def waives(self, gate: Gate, person: Person, post: Post, form: str) -> bool:
        """Whether a decision waives a gate for the move."""
        if not gate.waived_by or gate.name not in self._waivers:
            return False
        place = {"person_id": person.person_id, "post_id": post.post_id, "unit_id": post.unit_id, "form": form}
        return self.is_waived(gate.name, **place)

    def has_waiver(self, rule: str, post: Post) -> bool:
        """Whether a decision waives the rule for somebody who would enter the post, or for the post itself."""
        waivers = self._waivers.get(rule, [])
        return any(w.post_id in {None, post.post_id} and w.unit_id in {None, post.unit_id} for w in waivers)

    def is_waived(self, rule: str, **place: str | None) -> bool:
        """Whether a decision waives the rule here: each cell that it fills has that value in `place`."""
        return any(_matches(waiver, place) for waiver in self._waivers.get(rule, []))


def _matches(decision: Decision, place: Mapping[str, str | None]) -> bool:
    named = {column: getattr(decision, column) for column in PLACE_COLUMNS}
    return all(value is None or value == place.get(column) for column, value in named.items())


def level_of(row: Person | Post) -> int:
    """The level of a person or a post, 1 the highest; blank is 5."""
    return row.level or LOWEST_LEVEL


def leaves_unit(person: Person, post: Post) -> bool:
    """Whether taking the post means working in another unit."""
    return person.unit_id != post.unit_id


def known(words: Iterable[str]) -> frozenset[str]:
    """The fields or majors that count: `unknown` is none."""
    return frozenset(words) - {UNKNOWN}


def exact(number: float) -> Fraction:
    """A number as it was written, without the error of its binary form."""
    return Fraction(str(number))
