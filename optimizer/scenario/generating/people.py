"""The people of a province, one draft at a time: what they are like. All of them are invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.names import person_name
from optimizer.scenario.generating.profile import Profile
from optimizer.scenario.generating.structure import MAJORS, NEAR, TECHNICAL
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import LOWEST_LEVEL, Post, Unit

Draft = dict[str, Any]

_AGES: Final = {1: (42, 55), 2: (38, 55), 3: (36, 55), 4: (32, 54), 5: (24, 55)}
_THEORY: Final = {
    1: {"advanced": 85, "intermediate": 15},
    2: {"advanced": 55, "intermediate": 45},
    3: {"advanced": 15, "intermediate": 82, "primary": 3},
    4: {"advanced": 3, "intermediate": 87, "primary": 10},
    5: {"intermediate": 46, "primary": 26, "none": 26, "unknown": 2},
}
_RANK: Final = {
    1: {"principal": 7, "specialist": 3},
    2: {"principal": 5, "specialist": 5},
    3: {"principal": 3, "specialist": 7},
    4: {"principal": 1, "specialist": 9},
    5: {"principal": 1, "specialist": 80, "junior": 14, "staff": 5},
}
_PLANNED: Final = {
    2: ("chair", "party_secretary"),
    3: ("vice_chair", "party_deputy_secretary", "council_vice_chair"),
    4: ("division_head", "centre_director", "office_head"),
    5: ("division_deputy", "centre_deputy", "office_deputy"),
}
_GENERAL_FIELDS: Final = {
    "government": {
        "office": 5, "home_affairs": 4, "justice": 4, "culture": 3, "agriculture": 4, "labour_social": 3,
        "education": 3, "one_stop": 2, "finance": 3, "industry_trade": 2, "land": 2, "construction": 1,
        "it": 2, "environment": 2,
    },
    "party": {"party_building": 8, "office": 2, "inspection": 3, "mass_mobilisation": 2, "finance": 1},
    "front": {"mass_mobilisation": 8, "culture": 2, "party_building": 2, "agriculture": 1, "finance": 1},
    "military": {"office": 1},
}  # fmt: skip
_RATINGS: Final = ("excellent", "good", "good", "good", "good", "completed")
_LAST_CHILD_MONTHS: Final = 180


@dataclass(frozen=True)
class Ground:
    """What people grow on: the profile, the communes of each former district, all communes."""

    profile: Profile
    by_district: Mapping[str | None, Sequence[str]]
    every: Sequence[str]


def ground_of(profile: Profile, communes: Sequence[Unit]) -> Ground:
    """The profile with the communes by former district."""
    by_district: dict[str | None, list[str]] = {}
    for unit in communes:
        by_district.setdefault(unit.former_district, []).append(unit.unit_id)
    return Ground(profile, by_district, [unit.unit_id for unit in communes])


def draft_person(ground: Ground, dice: Dice, unit: Unit, bloc: str, post: Post | None) -> Draft:
    """A person of that unit and bloc in that post, or without a seat; ids and degrees are filled in later."""
    profile = ground.profile
    level = (post.level or LOWEST_LEVEL) if post else LOWEST_LEVEL
    mixed = profile.staff.ethnicity_mountain if unit.mountain else profile.staff.ethnicity
    ethnicity = dice.weighted(mixed)
    women = profile.staff.women if level > 2 else profile.staff.women // 2
    sex = "female" if dice.chance(women) else "male"
    born = _birth(dice, profile.date, level)
    joined = add_months(born, 12 * dice.between(23, 29))
    member = level < 5 or dice.chance(780)
    fields = _fields(dice, bloc, post, hard=unit.region_class == "III")
    draft: Draft = {
        "name": person_name(dice, sex, ethnicity),
        "sex": sex,
        "birth_date": born,
        "unit_id": unit.unit_id,
        "post_id": post.post_id if post else None,
        "bloc": bloc,
        "staff_kind": "cadre" if level <= 2 or (post and post.role == "front_chair") else "civil_servant",
        "level": level,
        "rank": dice.weighted(_RANK[level]),
        "fields": fields,
        "majors": _majors(dice, post, fields),
        "theory": dice.weighted(_THEORY[level]),
        "joined_on": joined,
        "party_joined_on": joined + timedelta(days=dice.between(300, 2500)) if member else None,
        "ethnicity": ethnicity,
        "languages": (f"Tiếng {ethnicity}",) if ethnicity != "Kinh" else (),
        "rating": dice.pick(_RATINGS),
    }
    draft["salary_coefficient"] = round(2.34 + 0.33 * max(0, (profile.date - joined).days // 1096), 2)
    _add_home(dice, draft, unit, post, ground)
    _add_circumstances(profile, dice, draft, level, unit.is_commune)
    return draft


def _birth(dice: Dice, today: date, level: int) -> date:
    low, high = _AGES[level]
    age = dice.between(low, high)
    return date(today.year - age - 1, 1, 1) + timedelta(days=dice.below(365))


def _fields(dice: Dice, bloc: str, post: Post | None, hard: bool) -> tuple[str, ...]:
    """Fields of a person: of the post in most cases, near it in some (out-of-field duty), else general."""
    if post is None or not post.fields:
        first = dice.weighted(_GENERAL_FIELDS[bloc])
    else:
        first = dice.pick(post.fields)
        if dice.chance(130 if hard else 50) and post.category == "specialist":
            first = dice.pick(NEAR[first])
    second = dice.pick(NEAR[first]) if dice.chance(260) else first
    return (first,) if second == first else (first, second)


def _majors(dice: Dice, post: Post | None, fields: Sequence[str]) -> tuple[str, ...]:
    """A major of the first field in most cases; a second field of a technical kind needs its own."""
    if dice.chance(12):
        return ("unknown",)
    source = fields[0] if dice.chance(930 if post and post.category == "specialist" else 850) else None
    majors = [dice.pick(MAJORS[source or dice.pick(NEAR[fields[0]])])]
    majors += [dice.pick(MAJORS[field]) for field in fields[1:] if field in TECHNICAL and dice.chance(350)]
    return tuple(dict.fromkeys(majors))


def _add_home(dice: Dice, draft: Draft, unit: Unit, post: Post | None, ground: Ground) -> None:
    """Native place and residence: mostly in the former district; secretaries are basically not local."""
    near = ground.by_district.get(unit.former_district, ground.every) if unit.is_commune else ground.every
    home = unit.unit_id if unit.is_commune else dice.pick(ground.every)
    native = home if dice.chance(450) else dice.pick(near if dice.chance(850) else ground.every)
    if post and post.non_native and native == home and dice.chance(900):
        native = dice.pick(ground.every)
    lives = home if dice.chance(600) else dice.pick(near)
    draft["native_unit_id"] = None if dice.chance(30) else native
    if not unit.is_commune:
        lives = ground.every[0] if dice.chance(750) else dice.pick(ground.every)
    draft["residence_unit_id"] = None if dice.chance(20) else lives


def _add_circumstances(profile: Profile, dice: Dice, draft: Draft, level: int, commune: bool) -> None:
    """Children, exempt cases, last moves, succession."""
    today, staff = profile.date, profile.staff
    age = (today - draft["birth_date"]).days // 365
    months = dice.below(_LAST_CHILD_MONTHS)
    exempt = set()
    if age >= 25 and dice.chance(650):
        months += max(0, 12 * (age - 42))
        if draft["sex"] == "female" or months >= 37:
            draft["youngest_child_birth"] = add_months(today, -months) - timedelta(days=dice.below(27))
            if months < 36:
                exempt.add(5)
    if dice.chance(staff.exempt):
        exempt.add(dice.weighted({1: 2, 2: 2, 3: 5, 4: 2, 6: 8, 7: 2}))
    draft["exempt"] = tuple(sorted(exempt))
    if dice.chance(staff.recent_moves):
        draft["last_move_on"] = dice.day(add_months(today, -22), add_months(today, -4))
    elif dice.chance(2 * staff.recent_moves):
        draft["last_move_on"] = dice.day(add_months(today, -96), add_months(today, -26))
    draft["post_since"] = profile.reorganised_on if commune else draft.get("last_move_on")
    if level == LOWEST_LEVEL and dice.chance(3):
        draft["leaves_on"] = add_months(today, dice.between(4, 12))
    if level in _PLANNED and dice.chance(staff.planned if level < 5 else staff.planned // 4):
        draft["planned_for"] = (dice.pick(_PLANNED[level]),)
