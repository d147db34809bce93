"""The scenario as arrays, sorted by ids, for the vector forms: the order of rows in the files never matters.

People are indexed by i, posts by j, units by u, and pairs of unit and bloc by group g = u * n_blocs + bloc. -1 means
none. Everything is as of the horizon: whoever leaves before it counts nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.days import DayArray
from optimizer.scenario import vocabulary as words
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import LOWEST_LEVEL, MILITARY, Person, Post

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
KeyArray = NDArray[np.int32]
BitWords = NDArray[Any]

DEFAULT_SECONDMENT_MONTHS = 6
FULL_TERM_MONTHS = 36
ALWAYS_EXEMPT = frozenset({1, 2, 3, 4})
NOT_RECEIVED = frozenset({1, 2})
EXEMPT_UNLESS_WISH = frozenset({5, 6})
EXEMPT_BY_HEAD = frozenset({7})


def share_a_bit(left: BitWords, right: BitWords) -> BoolArray:
    """True where two sets, stored as words of 64 bits in the last axis, have a member in common."""
    hit = (left[..., 0] & right[..., 0]) != 0
    for word in range(1, left.shape[-1]):
        hit = hit | ((left[..., word] & right[..., word]) != 0)
    return np.asarray(hit)


def plus_months(day: date, months: int) -> date:
    """The same day of the month `months` later, clipped to the end of that month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = [31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30,
            31, 31, 30, 31, 30, 31][month0]  # fmt: skip
    return date(year, month0 + 1, min(day.day, last))


@dataclass(frozen=True, eq=False)
class Arrays:
    """Arrays of one scenario; `build_arrays` builds them. Shapes by the first letter of the name's index.

    person_*: (n_people,); post_*: (n_posts,); unit_*: (n_units,); group arrays (n_groups,): quota (-1: none),
    payroll, strength, base in people. also_*: (n_covered,), who covers which post besides the own one today.
    months_in_post: full months, -1 where it is not known. free_to_second, free_today: no present secondment on the
    start of a listed person's move, and on the scenario's date.
    consent: int8 (n_people, n_units), 1 yes, -1 no, 0 not asked. metres: int64 (n_units, n_units), road metres.
    *_fields, *_majors: uint64 words of bits. person_coefficient: place in `coefficients`, the salary coefficients.
    *_since, *_retires, *_until: datetime64[D], NaT where blank.
    """

    scenario: Scenario
    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    unit_ids: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    field_codes: tuple[str, ...]
    role_codes: tuple[str, ...]
    unit_is_commune: BoolArray
    unit_is_hard: BoolArray
    unit_is_region_three: BoolArray
    unit_district: IntArray
    hardship: IntArray
    metres: IntArray
    bloc_codes: tuple[str, ...]
    bloc_allowed: BoolArray
    post_unit: IntArray
    post_bloc: IntArray
    post_level: IntArray
    post_role: IntArray
    post_seats: IntArray
    post_held: IntArray
    post_away: IntArray
    post_min_degree: IntArray
    post_min_theory: IntArray
    post_min_rank: IntArray
    post_needs_member: BoolArray
    post_is_leadership: BoolArray
    post_is_specialist: BoolArray
    post_is_general: BoolArray
    post_is_military: BoolArray
    post_non_native: BoolArray
    post_concurrent: BoolArray
    post_fields: BitWords
    post_majors: BitWords
    post_names_fields: BoolArray
    post_names_majors: BoolArray
    may_send: BoolArray
    person_unit: IntArray
    person_post: IntArray
    person_bloc: IntArray
    person_level: IntArray
    person_degree: IntArray
    person_theory: IntArray
    person_rank: IntArray
    person_member_since: DayArray
    person_staff_kind: IntArray
    person_retires: DayArray
    person_barred_until: DayArray
    exempt_in_open_case: BoolArray
    person_leaves: DayArray
    person_native: IntArray
    person_home: IntArray
    person_fields: BitWords
    person_majors: BitWords
    person_planned: BoolArray
    person_coefficient: IntArray
    person_receivable: BoolArray
    exempt_always: BoolArray
    exempt_unless_wish: BoolArray
    exempt_by_head: BoolArray
    person_leads: BoolArray
    months_in_post: IntArray
    consent: NDArray[np.int8]
    has_wish: BoolArray
    recently_moved: BoolArray
    young_child: BoolArray
    scarce: BoolArray
    counts_at_home: BoolArray
    may_transfer: BoolArray
    may_volunteer: BoolArray
    may_second: BoolArray
    may_internal: BoolArray
    may_rotate: BoolArray
    may_cover: BoolArray
    list_ready: BoolArray
    list_place: IntArray
    list_length: IntArray
    secondment_months: IntArray
    start: tuple[date, ...]
    free_to_second: BoolArray
    free_today: BoolArray
    quota: IntArray
    payroll: IntArray
    strength: IntArray
    also_person: IntArray
    also_post: IntArray
    coefficients: tuple[Fraction, ...]

    def covers_today(self, i: NDArray[np.intp], j: NDArray[np.intp]) -> BoolArray:
        """True where person i covers post j besides the own one today; shapes broadcast."""
        return np.isin(i * self.n_posts + j, self.also_person * self.n_posts + self.also_post)

    def field_bits(self, codes: Iterable[str]) -> BitWords:
        """A set of fields as words of bits, like one row of `post_fields`."""
        bits = np.zeros(self.post_fields.shape[-1], dtype=np.uint64)
        for code in codes:
            word, bit = divmod(self.field_codes.index(code), 64)
            bits[word] |= np.uint64(1) << np.uint64(bit)
        return bits

    @cached_property
    def held_fields(self) -> BitWords:
        """Fields of the post that each person holds, none where they hold none: uint64 (n_people, words)."""
        none = np.zeros((1, self.post_fields.shape[-1]), dtype=np.uint64)
        return np.concatenate([self.post_fields, none])[self.person_post]

    @cached_property
    def held_role(self) -> IntArray:
        """Role of the post that each person holds, -1 where they hold none: int64 (n_people,)."""
        return np.append(self.post_role, -1)[self.person_post]

    def promotes(self, i: NDArray[np.integer[Any]], j: NDArray[np.integer[Any]]) -> BoolArray:
        """True where post j is a leadership post above the level of person i; shapes broadcast."""
        return np.asarray(self.person_level[i] > self.post_level[j])

    def has_role(self, j: NDArray[np.intp], roles: Collection[str]) -> BoolArray:
        """True where the role of post j is one of `roles`."""
        return np.isin(self.post_role[j], [r for r, code in enumerate(self.role_codes) if code in roles])

    def first_day(self, i: NDArray[np.intp], form: words.Form) -> DayArray:
        """First day of a move of person i by `form`: listed people go when they are ready, all others today."""
        if form in ("transfer", "secondment", "rotation"):
            return self._start_days[i]
        return np.full(i.shape, self.scenario.config.date, dtype="datetime64[D]")

    @cached_property
    def _start_days(self) -> DayArray:
        return np.array(self.start, dtype="datetime64[D]")

    @cached_property
    def person_at(self) -> dict[str, int]:
        """Index of each person by id."""
        return {person.person_id: i for i, person in enumerate(self.people)}

    @cached_property
    def post_at(self) -> dict[str, int]:
        """Index of each post by id."""
        return {post.post_id: j for j, post in enumerate(self.posts)}

    @cached_property
    def unit_at(self) -> dict[str, int]:
        """Index of each unit by id."""
        return {unit_id: u for u, unit_id in enumerate(self.unit_ids)}

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.unit_ids)

    @property
    def n_posts(self) -> int:
        """Number of posts."""
        return len(self.posts)

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(self.people)

    @property
    def n_blocs(self) -> int:
        """Number of blocs."""
        return len(self.bloc_codes)

    @property
    def body_payroll(self) -> IntArray:
        """People on the payroll of each unit, all blocs."""
        return np.asarray(self.payroll.reshape(self.n_units, self.n_blocs).sum(axis=1))

    @property
    def base(self) -> IntArray:
        """What a unit and bloc must keep: min(quota, payroll today); 0 where there is no quota."""
        return np.maximum(np.minimum(self.quota, self.payroll), 0)

    @property
    def group_unit(self) -> IntArray:
        """Unit of each group."""
        return np.arange(self.n_units * self.n_blocs) // self.n_blocs

    @property
    def quota_groups(self) -> IntArray:
        """Groups with a quota."""
        return np.flatnonzero(self.quota >= 0)

    @property
    def commune_groups(self) -> IntArray:
        """Groups of communes with a quota."""
        groups = self.quota_groups
        return groups[self.unit_is_commune[self.group_unit[groups]]]

    def group_row(self, groups: IntArray, of_moves: KeyArray) -> KeyArray:
        """Row number of each move when `groups` are rows 0, 1, ...; -1 where the move's group is none of them."""
        row = np.full(self.n_units * self.n_blocs + 1, -1, dtype=np.int32)
        row[groups] = np.arange(len(groups), dtype=np.int32)
        rows: KeyArray = row[of_moves]
        return rows

    def post_weight_or(self, default: list[int]) -> IntArray:
        """The weight that each post gives itself, else the default."""
        own = [d if post.weight is None else post.weight for post, d in zip(self.posts, default, strict=True)]
        return np.array(own, dtype=np.int64)


def order_of(vocabulary: words.Vocabulary, code: str | None) -> int:
    """Place in the rank order: blank 0 (no minimum), unknown 1, then upwards from 2; see `minimum_of`."""
    return 0 if code is None else list(vocabulary).index(code) + 1


def level_of(level: int | None) -> int:
    """Level 1-5; blank is the lowest."""
    return LOWEST_LEVEL if level is None else level


def is_military(bloc: str) -> bool:
    """The bloc that is outside quotas and goals."""
    return bloc == MILITARY
