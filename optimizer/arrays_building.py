"""How the arrays of a scenario are filled, table by table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, cast

import numpy as np

from optimizer.arrays import (
    ALWAYS_EXEMPT,
    DEFAULT_SECONDMENT_MONTHS,
    EXEMPT_BY_HEAD,
    EXEMPT_UNLESS_WISH,
    FULL_TERM_MONTHS,
    NOT_RECEIVED,
    Arrays,
    BitWords,
    BoolArray,
    IntArray,
    is_military,
    level_of,
    order_of,
    plus_months,
)
from optimizer.days import days_of, retirement_days
from optimizer.scenario import vocabulary as words
from optimizer.scenario.names import fold
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import LEADERSHIP_LEVELS, Person, Post, Unit

EARTH_RADIUS_KM = 6371.0
Built = dict[str, Any]


def build_arrays(scenario: Scenario) -> Arrays:
    """The arrays of a scenario."""
    units = sorted(scenario.units, key=lambda unit: unit.unit_id)
    posts = tuple(sorted(scenario.posts, key=lambda post: post.post_id))
    people = tuple(sorted(scenario.people, key=lambda person: person.person_id))
    unit_at = {unit.unit_id: u for u, unit in enumerate(units)}
    post_at = {post.post_id: j for j, post in enumerate(posts)}
    blocs = tuple(words.BLOC.extended(scenario.config.vocabulary.blocs))
    built: Built = {"scenario": scenario, "people": people, "posts": posts, "bloc_codes": blocs}
    built |= _units(scenario, units, unit_at)
    built |= _posts(scenario, posts, unit_at, blocs)
    built |= _people(scenario, people, unit_at, post_at, blocs)
    built |= _sets(scenario, people, posts)
    built |= _coefficients(scenario, people)
    built |= _wishes(scenario, people, unit_at)
    built |= _held(scenario, people, built, len(posts))
    built |= _groups(scenario, people, unit_at, built)
    built |= _lists(scenario, people, unit_at)
    built |= _forms(scenario, people, built)
    built["scarce"] = _scarce(people, built)
    return Arrays(**built)


def _units(scenario: Scenario, units: Sequence[Unit], unit_at: Mapping[str, int]) -> Built:
    districts = {name: d for d, name in enumerate(sorted({fold(u.former_district or "") for u in units} - {""}))}
    region = scenario.config.hardship
    return {
        "unit_ids": tuple(unit.unit_id for unit in units),
        "unit_kinds": tuple(unit.kind for unit in units),
        "unit_is_commune": np.array([unit.is_commune for unit in units], dtype=bool),
        "unit_is_hard": np.array([unit.mountain is True or unit.region_class == "III" for unit in units], dtype=bool),
        "unit_is_region_three": np.array([unit.region_class == "III" for unit in units], dtype=bool),
        "unit_district": np.array([districts.get(fold(unit.former_district or ""), -1) for unit in units]),
        "hardship": np.array([u.hardship or region.of_region(u.region_class) for u in units], dtype=np.int64),
        "metres": _metres(scenario, units, unit_at),
    }


def _metres(scenario: Scenario, units: Sequence[Unit], unit_at: Mapping[str, int]) -> IntArray:
    lat = np.radians([np.nan if unit.lat is None else unit.lat for unit in units])
    lon = np.radians([np.nan if unit.lon is None else unit.lon for unit in units])
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    mountain = np.array([unit.mountain is True for unit in units], dtype=np.int64)
    factor = np.array([1.2, 1.4, 2.0])[mountain[:, None] + mountain]
    km = np.rint(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)) * factor)
    metres = np.where(np.isnan(km), 0, km).astype(np.int64) * 1000
    for row in scenario.distances:
        u, v = unit_at[row.from_unit_id], unit_at[row.to_unit_id]
        metres[u, v] = metres[v, u] = round(row.km * 1000)
    np.fill_diagonal(metres, 0)
    return metres


def _posts(scenario: Scenario, posts: Sequence[Post], unit_at: Mapping[str, int], blocs: Sequence[str]) -> Built:
    roles = list(words.ROLE.extended(scenario.config.vocabulary.roles))
    may_send = np.ones((len(posts), len(unit_at)), dtype=bool)
    for j, post in enumerate(posts):
        if post.senders:
            may_send[j] = False
            may_send[j, [unit_at[unit] for unit in post.senders]] = True
    return {
        "role_codes": tuple(roles),
        "post_unit": _ints(unit_at[post.unit_id] for post in posts),
        "post_bloc": _ints(blocs.index(post.bloc) for post in posts),
        "post_level": _ints(level_of(post.level) for post in posts),
        "post_role": _ints(roles.index(post.role) for post in posts),
        "post_seats": _ints(post.seats for post in posts),
        "post_min_degree": _ints(order_of(words.DEGREE, post.min_degree) for post in posts),
        "post_min_theory": _ints(order_of(words.THEORY, post.min_theory) for post in posts),
        "post_min_rank": _ints(order_of(words.RANK, post.min_rank) for post in posts),
        "post_needs_member": np.array([post.party_member is True for post in posts], dtype=bool),
        "post_is_leadership": np.array([post.category == "leadership" for post in posts], dtype=bool),
        "post_is_specialist": np.array([post.category == "specialist" for post in posts], dtype=bool),
        "post_is_general": np.array([post.category == "general" for post in posts], dtype=bool),
        "post_is_military": np.array([is_military(post.bloc) for post in posts], dtype=bool),
        "post_concurrent": np.array([post.concurrent_ok is True for post in posts], dtype=bool),
        "post_non_native": np.array([post.non_native is True for post in posts], dtype=bool),
        "may_send": may_send,
    }


def _people(
    scenario: Scenario,
    people: Sequence[Person],
    unit_at: Mapping[str, int],
    post_at: Mapping[str, int],
    blocs: Sequence[str],
) -> Built:
    today = scenario.config.date
    roles = list(words.ROLE.extended(scenario.config.vocabulary.roles))
    bodies = {unit.unit_id for unit in scenario.units if not unit.is_commune}
    planned = np.zeros((len(people), len(roles)), dtype=bool)
    for i, person in enumerate(people):
        planned[i, [roles.index(role) for role in person.planned_for]] = True
    return {
        "person_unit": _ints(unit_at[person.unit_id] for person in people),
        "person_post": _ints(post_at[person.post_id] if person.post_id else -1 for person in people),
        "person_bloc": _ints(blocs.index(person.bloc) for person in people),
        "person_level": _ints(_communal_level(scenario, person, person.unit_id in bodies) for person in people),
        "person_degree": _ints(_reached(words.DEGREE, person.degree) for person in people),
        "person_theory": _ints(_reached(words.THEORY, person.theory) for person in people),
        "person_rank": _ints(order_of(words.RANK, person.rank) for person in people),
        "person_staff_kind": _ints(
            -1 if person.staff_kind is None else list(words.STAFF_KIND).index(person.staff_kind) for person in people
        ),
        "person_member_since": days_of(person.party_joined_on for person in people),
        "person_retires": retirement_days(people),
        "person_barred_until": days_of(person.no_promotion_until for person in people),
        "exempt_in_open_case": np.array([1 in person.exempt or 2 in person.exempt for person in people], dtype=bool),
        "person_leaves": days_of(person.leaves_on for person in people),
        "person_native": _ints(unit_at[p.native_unit_id] if p.native_unit_id else -1 for p in people),
        "person_home": _ints(unit_at[person.residence_unit_id or person.unit_id] for person in people),
        "person_planned": planned,
        "person_receivable": np.array([_may_be_received(scenario, person) for person in people], dtype=bool),
        "also_person": _ints(i for i, person in enumerate(people) for _ in person.also_holds),
        "also_post": _ints(post_at[post] for person in people for post in person.also_holds),
        "exempt_always": np.array([bool(ALWAYS_EXEMPT & set(person.exempt)) for person in people], dtype=bool),
        "exempt_unless_wish": np.array([bool(EXEMPT_UNLESS_WISH & set(p.exempt)) for p in people], dtype=bool),
        "exempt_by_head": np.array([bool(EXEMPT_BY_HEAD & set(person.exempt)) for person in people], dtype=bool),
        "person_leads": np.array([level_of(person.level) in LEADERSHIP_LEVELS for person in people], dtype=bool),
        "months_in_post": _ints(_full_months(person.post_since, today) for person in people),
        "recently_moved": np.array([_moved_lately(scenario, person, today) for person in people], dtype=bool),
        "young_child": np.array([_has_young_child(person, today) for person in people], dtype=bool),
    }


def _coefficients(scenario: Scenario, people: Sequence[Person]) -> Built:
    """Salary coefficients as they are written, each once, and the place of each person's."""
    unknown = scenario.config.money.default_coefficient
    given = [unknown if person.salary_coefficient is None else person.salary_coefficient for person in people]
    place = {number: k for k, number in enumerate(sorted(set(given)))}
    return {
        "coefficients": tuple(Fraction(str(number)) for number in place),
        "person_coefficient": _ints(place[number] for number in given),
    }


def _communal_level(scenario: Scenario, person: Person, of_body: bool) -> int:
    level = level_of(person.level)
    equal: int = scenario.config.department_levels.get(str(level), level) if of_body else level
    return equal


def _reached(vocabulary: words.Vocabulary, code: str) -> int:
    """`unknown` reaches no minimum, but passes where there is none."""
    return 0 if code == words.UNKNOWN else order_of(vocabulary, code)


def _moved_lately(scenario: Scenario, person: Person, today: date) -> bool:
    months = scenario.config.disruption.recent_move_months
    return person.last_move_on is not None and plus_months(person.last_move_on, months) > today


def _full_months(since: date | None, today: date) -> int:
    """Full months from `since` to `today`, -1 where they are not known."""
    if since is None:
        return -1
    months = 12 * (today.year - since.year) + today.month - since.month
    return months - (plus_months(since, months) > today)


def _may_be_received(scenario: Scenario, person: Person) -> bool:
    """A public employee of enough months of service whom neither discipline nor a charge stands against."""
    served = _full_months(person.joined_on, scenario.config.date)
    is_free = NOT_RECEIVED.isdisjoint(person.exempt)
    return person.staff_kind == "public_employee" and is_free and 0 <= scenario.config.routes.receive_months <= served


def _has_young_child(person: Person, today: date) -> bool:
    birth = person.youngest_child_birth
    return birth is not None and plus_months(birth, 36) <= today < plus_months(birth, 72)


def _sets(scenario: Scenario, people: Sequence[Person], posts: Sequence[Post]) -> Built:
    fields = tuple(words.FIELD.extended(scenario.config.vocabulary.fields))
    majors = sorted({fold(major) for post in posts for major in post.majors})
    field_at = {code: f for f, code in enumerate(fields)}
    major_at = {major: m for m, major in enumerate(majors) if major not in UNKNOWN_WORDS}
    return {
        "field_codes": fields,
        "person_fields": _bits([person.fields for person in people], field_at),
        "post_fields": _bits([post.fields for post in posts], field_at),
        "person_majors": _bits([[fold(major) for major in person.majors] for person in people], major_at),
        "post_majors": _bits([[fold(major) for major in post.majors] for post in posts], major_at),
        "post_names_fields": np.array([bool(post.fields) for post in posts], dtype=bool),
        "post_names_majors": np.array([bool(post.majors) for post in posts], dtype=bool),
    }


UNKNOWN_WORDS = frozenset({words.UNKNOWN, fold(words.DEGREE[words.UNKNOWN][0])})


def _bits(members: Sequence[Iterable[str]], place: Mapping[str, int]) -> BitWords:
    n_words = max(1, -(-(max(place.values(), default=0) + 1) // 64))
    bits = np.zeros((len(members), n_words), dtype=np.uint64)
    for row, codes in enumerate(members):
        for code in codes:
            if code in place:
                word, bit = divmod(place[code], 64)
                bits[row, word] |= np.uint64(1) << np.uint64(bit)
    return bits


def _wishes(scenario: Scenario, people: Sequence[Person], unit_at: Mapping[str, int]) -> Built:
    person_at = {person.person_id: i for i, person in enumerate(people)}
    consent = np.zeros((len(people), len(unit_at)), dtype=np.int8)
    has_wish = np.zeros(len(people), dtype=bool)
    for wish in sorted(scenario.wishes, key=lambda wish: wish.unit_id is not None):
        i = person_at[wish.person_id]
        where = slice(None) if wish.unit_id is None else unit_at[wish.unit_id]
        consent[i, where] = 1 if wish.consent else -1
        has_wish[i] |= wish.consent
    return {"consent": consent, "has_wish": has_wish}


def _held(scenario: Scenario, people: Sequence[Person], built: Built, n_posts: int) -> Built:
    today = scenario.config.date
    horizon = plus_months(today, scenario.config.horizon_months)
    gone = np.array([p.leaves_on is not None and p.leaves_on < horizon for p in people], dtype=bool)
    away = ~gone & np.array([_seconded_after(person, horizon) for person in people], dtype=bool)
    returns = away & np.array([_comes_back(person, today) for person in people], dtype=bool)
    post = built["person_post"]
    return {
        "counts_at_home": ~gone & ~away,
        "post_held": _count(post[~gone & ~away], n_posts),
        "post_away": _count(post[returns], n_posts),
        "gone": gone,
        "away": away,
    }


def _seconded_after(person: Person, day: date) -> bool:
    return person.on_site_unit_id is not None and person.seconded_until is not None and person.seconded_until > day


def _comes_back(person: Person, today: date) -> bool:
    """To a seat at home: within 36 months, and not leaving the service before."""
    until = person.seconded_until
    is_short = until is not None and until < plus_months(today, FULL_TERM_MONTHS)
    return is_short and (person.leaves_on is None or person.leaves_on > cast(date, until))


def _groups(scenario: Scenario, people: Sequence[Person], unit_at: Mapping[str, int], built: Built) -> Built:
    n_blocs = len(built["bloc_codes"])
    n = len(unit_at) * n_blocs
    quota = np.full(n, -1, dtype=np.int64)
    for row in sorted(scenario.quotas, key=lambda row: row.effective_from):
        if row.effective_from <= scenario.config.date and not is_military(row.bloc):
            quota[unit_at[row.unit_id] * n_blocs + built["bloc_codes"].index(row.bloc)] = row.quota
    gone, away = built.pop("gone"), built.pop("away")
    bloc = built["person_bloc"]
    on_site = built["person_unit"].copy()
    for i in np.flatnonzero(away).tolist():
        on_site[i] = unit_at[cast(str, people[i].on_site_unit_id)]
    built["gone_or_away"] = gone | away
    built["gone"] = gone
    return {
        "quota": quota,
        "payroll": _count((built["person_unit"] * n_blocs + bloc)[~gone], n),
        "strength": _count((on_site * n_blocs + bloc)[~gone], n),
    }


def _lists(scenario: Scenario, people: Sequence[Person], unit_at: Mapping[str, int]) -> Built:
    today = scenario.config.date
    horizon = plus_months(today, scenario.config.horizon_months)
    person_at = {person.person_id: i for i, person in enumerate(people)}
    place = np.full(len(people), -1, dtype=np.int64)
    form: list[str] = [""] * len(people)
    months = np.full(len(people), DEFAULT_SECONDMENT_MONTHS, dtype=np.int64)
    start = [today] * len(people)
    length = np.zeros(len(unit_at), dtype=np.int64)
    for row in sorted(scenario.pools, key=lambda row: (row.rank is None, row.rank or 0, row.person_id)):
        i, u = person_at[row.person_id], unit_at[row.unit_id]
        place[i] = length[u]
        length[u] += 1
        start[i] = max(today, row.ready_from or today)
        form[i] = row.form
        months[i] = row.max_months or DEFAULT_SECONDMENT_MONTHS
    return {
        "list_ready": np.array([day <= horizon for day in start], dtype=bool),
        "list_place": place,
        "list_length": length,
        "secondment_months": months,
        "start": tuple(start),
        "free_to_second": np.array([not _seconded_after(p, s) for p, s in zip(people, start, strict=True)], dtype=bool),
        "free_today": np.array([not _seconded_after(person, today) for person in people], dtype=bool),
        "list_form": np.array(form),
    }


def _forms(scenario: Scenario, people: Sequence[Person], built: Built) -> Built:
    forms = scenario.config.forms
    of_commune = built["unit_is_commune"][built["person_unit"]]
    stays_out = built.pop("gone_or_away")
    list_form = built.pop("list_form")
    group = built["person_unit"] * len(built["bloc_codes"]) + built["person_bloc"]
    over = (built["quota"][group] >= 0) & (built["payroll"][group] > built["quota"][group]) & of_commune
    transfers = _listed(list_form, "transfer") & ("listed" in forms.transfer)
    if forms.candidates == "all":
        transfers = transfers | of_commune
    elif "over_quota" in forms.transfer:
        transfers = transfers | over
    offered = {
        "may_transfer": transfers,
        "may_volunteer": of_commune & ("volunteers" in forms.transfer),
        "may_second": _listed(list_form, "secondment") & ("listed" in forms.secondment),
        "may_internal": of_commune & ("own_unit" in forms.internal),
        "may_rotate": (of_commune | _listed(list_form, "transfer")) & ("succession" in forms.rotation),
        "may_cover": of_commune & ("own_unit" in forms.concurrent),
    }
    narrowed: dict[str, set[str | None]] = {
        "may_transfer": {"transfer", "both", None},
        "may_volunteer": {"transfer", "both", None},
        "may_second": {"secondment", "both", None},
        "may_internal": {"transfer", "secondment", "both", "internal", None},
        "may_rotate": {None},
        "may_cover": {"transfer", "secondment", "both", "internal", None},
    }
    for name, allowed in narrowed.items():
        accepts = np.array([person.candidate in allowed for person in people], dtype=bool)
        offered[name] = offered[name] & accepts & ~stays_out
    pairs = np.eye(len(built["bloc_codes"]), dtype=bool)
    for before, after in forms.bloc_pairs:
        pairs[built["bloc_codes"].index(before), built["bloc_codes"].index(after)] = True
    return {**offered, "bloc_allowed": pairs}


def _listed(list_form: BitWords, form: str) -> BoolArray:
    return np.asarray((list_form == form) | (list_form == "both"))


def _scarce(people: Sequence[Person], built: Built) -> BoolArray:
    gone = built.pop("gone")
    having: Counter[tuple[int, str]] = Counter()
    for person, unit, left in zip(people, built["person_unit"].tolist(), gone.tolist(), strict=True):
        if not left:
            having.update((unit, code) for code in person.fields)
    return np.array(
        [
            any(having[unit, code] <= 2 for code in person.fields if code != words.UNKNOWN)
            for person, unit in zip(people, built["person_unit"].tolist(), strict=True)
        ],
        dtype=bool,
    )


def _ints(values: Iterable[int]) -> IntArray:
    return np.fromiter(values, dtype=np.int64)


def _count(keys: IntArray, n: int) -> IntArray:
    return np.bincount(keys[keys >= 0], minlength=n).astype(np.int64)
