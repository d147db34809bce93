"""What people wish: volunteers and refusals, and what the listed say about their destination."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.people import Draft, Ground
from optimizer.scenario.generating.province import Frame
from optimizer.scenario.schema import MILITARY, Wish

LISTED_YES = 450
LISTED_NO = 100
OVER_QUOTA_TIMES = 5


def state_wishes(ground: Ground, drafts: Sequence[Draft], listed: frozenset[str], frame: Frame) -> list[Wish]:
    """Wishes of commune people and of the listed. Over-quota units have more volunteers."""
    district = {unit.unit_id: unit.former_district for unit in frame.communes}
    staff = ground.profile.staff
    rows: list[Wish] = []
    for draft in drafts:
        is_listed = draft["person_id"] in listed
        asked = is_listed or draft["unit_id"] in district
        if not asked or draft["bloc"] == MILITARY or draft["level"] <= 2:
            continue
        dice = Dice(ground.profile.seed, "wish", draft["person_id"])
        over = frame.excess.get((draft["unit_id"], draft["bloc"]), 0) > 0
        yes = LISTED_YES if is_listed else staff.volunteers * (OVER_QUOTA_TIMES if over else 1)
        if dice.chance(yes):
            rows += _yes(ground, dice, draft, district)
        elif dice.chance(LISTED_NO if is_listed else staff.refusals):
            refused = None if dice.chance(250) else _elsewhere(ground, dice, draft)
            rows.append(Wish(person_id=draft["person_id"], unit_id=refused, consent=False))
    return rows


def _yes(ground: Ground, dice: Dice, draft: Draft, district: dict[str, str | None]) -> list[Wish]:
    """A yes to any unit, or to one or two: home or another first, then one near it."""
    person_id, unit_id = draft["person_id"], draft["unit_id"]
    home: str | None = draft["native_unit_id"] or draft["residence_unit_id"]
    first = home if home != unit_id else None
    first = first or _elsewhere(ground, dice, draft)
    if first is None or dice.chance(200):
        return [Wish(person_id=person_id, consent=True)]
    rows = [Wish(person_id=person_id, unit_id=first, rank=1, consent=True)]
    near = [unit for unit in ground.by_district[district[first]] if unit not in (first, unit_id)]
    if near and dice.chance(600):
        rows.append(Wish(person_id=person_id, unit_id=dice.pick(near), rank=2, consent=True))
    return rows


def _elsewhere(ground: Ground, dice: Dice, draft: Draft) -> str | None:
    """A commune that is not the person's own; None where there is no other."""
    other = dice.pick(ground.every)
    if other == draft["unit_id"]:
        other = ground.every[ground.every.index(other) - 1]
    return other if other != draft["unit_id"] else None
