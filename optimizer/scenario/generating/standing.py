"""What is known of the people besides their seat: degrees, present secondments, the bodies' lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.people import Draft
from optimizer.scenario.generating.profile import Profile
from optimizer.scenario.generating.province import Frame
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import MILITARY, Listing


def give_degrees(profile: Profile, drafts: Sequence[Draft], communes: frozenset[str]) -> None:
    """Degrees: of commune staff, military aside, exactly the profile's shares; more masters in bodies."""
    dice = Dice(profile.seed, "degrees")
    staff = [d for d in drafts if d["unit_id"] in communes and d["bloc"] != MILITARY]
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
    return {3: 7, 4: 9, 5: 8}[draft["level"]] * (1 if draft["exempt"] else 3)


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
