"""What is known of the people besides their seat: degrees, present secondments, the bodies' lists, wishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil

from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.people import Draft
from optimizer.scenario.generating.profile import Profile
from optimizer.scenario.generating.province import Frame
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import Listing, Unit, Wish


def give_degrees(profile: Profile, drafts: Sequence[Draft], communes: frozenset[str]) -> None:
    """Degrees: of commune staff, the military left out, exactly the shares of the profile; bodies have more masters."""
    dice = Dice(profile.seed, "degrees")
    staff = [d for d in drafts if d["unit_id"] in communes and d["bloc"] != "military"]
    masters = (len(staff) * profile.staff.master_per_10000 + 5000) // 10_000
    graduates = (len(staff) * profile.staff.university_per_10000 + 5000) // 10_000
    order = {d["person_id"]: 6 - d["level"] for d in staff}
    chosen = set(dice.sample(order, masters))
    lower = len(staff) - masters - graduates
    rest = {d["person_id"]: 1 for d in staff if d["level"] == 5 and d["person_id"] not in chosen}
    below = set(dice.sample(rest, lower))
    for draft in drafts:
        if draft["person_id"] in chosen:
            draft["degree"] = "master"
        elif draft["person_id"] in below:
            draft["degree"] = dice.weighted({"college": 7, "secondary": 2, "unknown": 1})
        elif draft["unit_id"] in communes:
            draft["degree"] = "university"
        else:
            draft["degree"] = dice.weighted({"university": 62, "master": 36, "doctor": 2})


def second_some(profile: Profile, drafts: Sequence[Draft], frame: Frame) -> None:
    """People of bodies who sit in a mountain commune already; every third comes back before the horizon."""
    dice = Dice(profile.seed, "seconded")
    hard = [unit.unit_id for unit in frame.communes if unit.region_class == "III"]
    bodies = {body.unit_id for body in frame.bodies}
    may = {i: 1 for i, d in enumerate(drafts) if d["unit_id"] in bodies and d["level"] == 5 and not d["exempt"]}
    for n, i in enumerate(dice.sample(may, profile.staff.seconded if hard else 0)):
        drafts[i]["on_site_unit_id"] = dice.pick(hard)
        drafts[i]["seconded_until"] = add_months(profile.date, 2 if n % 3 == 2 else 4 + n % 9)


def list_people(profile: Profile, drafts: Sequence[Draft], frame: Frame) -> list[Listing]:
    """Each body's ranked list: the share that counts, and more behind it."""
    by_unit: dict[str, list[Draft]] = {body.unit_id: [] for body in frame.bodies}
    for draft in drafts:
        if draft["unit_id"] in by_unit:
            by_unit[draft["unit_id"]].append(draft)
    rows = []
    for body in frame.bodies:
        dice = Dice(profile.seed, "list", body.unit_id)
        staff = by_unit[body.unit_id]
        n = max(ceil(len(staff) * profile.lists.share) + 1, round(len(staff) * profile.lists.ranked))
        weights = {d["person_id"]: _ready_to_go(d) for d in staff}
        for rank, person_id in enumerate(dice.sample(weights, n), 1):
            rows.append(_listing(profile, dice, body.unit_id, person_id, rank))
    return rows


def _ready_to_go(draft: Draft) -> int:
    if draft.get("on_site_unit_id") or draft["level"] <= 2:
        return 0
    return {3: 1, 4: 2, 5: 8}[draft["level"]] * (1 if draft["exempt"] else 3)


def _listing(profile: Profile, dice: Dice, unit_id: str, person_id: str, rank: int) -> Listing:
    form = dice.weighted({"secondment": 82, "both": 10, "transfer": 8})
    long = form != "transfer" and dice.chance(180)
    later = dice.weighted({0: 88, 14: 5, 30: 5, 122: 2})
    return Listing(
        unit_id=unit_id,
        person_id=person_id,
        form=form,
        rank=rank,
        ready_from=profile.date + timedelta(days=later) if later else None,
        max_months=None if form == "transfer" else 36 if long else 6,
    )


def state_wishes(
    profile: Profile, drafts: Sequence[Draft], listed: frozenset[str], frame: Frame
) -> list[Wish]:
    """Wishes: volunteers and refusals among commune people, more of both where someone is listed."""
    units = {unit.unit_id: unit for unit in frame.communes}
    by_district: dict[str | None, list[str]] = {}
    for unit in frame.communes:
        by_district.setdefault(unit.former_district, []).append(unit.unit_id)
    rows: list[Wish] = []
    for draft in drafts:
        dice = Dice(profile.seed, "wish", draft["person_id"])
        is_listed = draft["person_id"] in listed
        over = frame.excess.get((draft["unit_id"], draft["bloc"]), 0) > 0
        yes = 450 if is_listed else profile.staff.volunteers * (5 if over else 1)
        if draft["unit_id"] not in units and not is_listed:
            continue
        if draft["bloc"] == "military" or draft["level"] <= 2:
            continue
        if dice.chance(yes):
            rows += _yes(dice, draft, units, by_district)
        elif dice.chance(100 if is_listed else profile.staff.refusals):
            rows.append(_wish(draft, None if dice.chance(250) else _elsewhere(dice, draft, list(units)), False))
    return rows


def _yes(
    dice: Dice, draft: Draft, units: Mapping[str, Unit], by_district: Mapping[str | None, list[str]]
) -> list[Wish]:
    """A yes to one or two units, home or near it first, or to any unit."""
    if dice.chance(200):
        return [_wish(draft, None, True)]
    home = draft["native_unit_id"] or draft["residence_unit_id"]
    first = home if home in units and home != draft["unit_id"] else _elsewhere(dice, draft, list(units))
    rows = [_wish(draft, first, True, 1)]
    near = [unit for unit in by_district[units[first].former_district] if unit not in (first, draft["unit_id"])]
    if near and dice.chance(600):
        rows.append(_wish(draft, dice.pick(near), True, 2))
    return rows


def _elsewhere(dice: Dice, draft: Draft, units: Sequence[str]) -> str | None:
    other = [unit for unit in units if unit != draft["unit_id"]]
    return dice.pick(other) if other else None


def _wish(draft: Draft, unit_id: str | None, consent: bool, rank: int | None = None) -> Wish:
    return Wish(person_id=draft["person_id"], unit_id=unit_id, rank=rank, consent=consent)
