"""Who sits where today: which seats are empty, who has none, who is about to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from optimizer.scenario.config import Config
from optimizer.scenario.generating.balancing import BLOCS
from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.knowing import Known, fit_fields, known_of
from optimizer.scenario.generating.people import Draft, Ground, draft_person
from optimizer.scenario.generating.profile import Profile
from optimizer.scenario.generating.province import Frame
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import MILITARY, Post, Unit

LEAVES_WITHIN_MONTHS: int = Config.model_fields["horizon_months"].default
_ALWAYS_FILLED = frozenset({"party_secretary", "party_deputy_secretary", "chair", "council_vice_chair", "front_chair"})


def seat_people(ground: Ground, frame: Frame) -> list[Draft]:
    """Drafts of all people, in the order of units, blocs and posts."""
    posts: dict[tuple[str, str], list[Post]] = {}
    for post in frame.posts:
        posts.setdefault((post.unit_id, post.bloc), []).append(post)
    without = _short_of_vice_chair(ground.profile, frame)
    drafts: list[Draft] = []
    for unit in frame.units:
        blocs = (*BLOCS, MILITARY) if unit.is_commune else [b for u, b in posts if u == unit.unit_id]
        for bloc in blocs:
            here = posts.get((unit.unit_id, bloc), [])
            excess = frame.excess.get((unit.unit_id, bloc), 0)
            known = known_of(ground.profile, frame, unit, here)
            drafts += _seat_bloc(ground, unit, here, excess, known, unit.unit_id in without)
    _number(drafts)
    fit_fields(ground.profile, frame, drafts)
    return drafts


def _short_of_vice_chair(profile: Profile, frame: Frame) -> set[str]:
    """The communes that miss a vice-chair: chosen among those that miss people."""
    dice = Dice(profile.seed, "vice chairs")
    missing = {u.unit_id: 1 for u in frame.communes if frame.excess[u.unit_id, "government"] <= -2}
    return set(dice.sample(missing, profile.balance.vacant_vice_chairs))


def _seat_bloc(
    ground: Ground, unit: Unit, posts: Sequence[Post], excess: int, known: Known, no_vice_chair: bool
) -> list[Draft]:
    """The people of a unit and bloc: those who keep their seat, those without one, those about to leave."""
    if not posts:
        return []
    bloc = posts[0].bloc
    dice = Dice(ground.profile.seed, "people", unit.unit_id, bloc)
    spare = max(0, excess) + (_extra(dice, excess, bloc) if unit.is_commune else 0)
    empty = _empty_seats(ground.profile, dice, posts, spare - excess, known, no_vice_chair)
    drafts = []
    for post in posts:
        taken = post.seats - empty.get(post.post_id, 0)
        drafts += [draft_person(ground, dice, unit, bloc, post) for _ in range(taken)]
    crowded = [post for post in posts if post.level == 5 and post.post_id not in empty]
    for _ in range(spare):
        post_or_none = dice.pick(crowded) if crowded and dice.chance(100) else None
        drafts.append(draft_person(ground, dice, unit, bloc, post_or_none))
    drafts += _leavers(ground, dice, unit, posts, empty)
    _cover(ground.profile, dice, posts, empty, drafts)
    return drafts


def _extra(dice: Dice, excess: int, bloc: str) -> int:
    """People without a proper seat besides the surplus, against whom as many seats stand empty."""
    if bloc != "government":
        return int(bloc != MILITARY and dice.chance(120))
    return dice.weighted({0: 2, 1: 4, 2: 3, 3: 1}) if excess > 0 else dice.weighted({0: 7, 1: 2, 2: 1})


def _empty_seats(
    profile: Profile, dice: Dice, posts: Sequence[Post], n: int, known: Known, no_vice_chair: bool
) -> Mapping[str, int]:
    """n empty seats by post, drawn by how scarce their kind of people is, after those that are known to be empty."""
    empty: dict[str, int] = {}
    if no_vice_chair:
        empty.update({post.post_id: 1 for post in posts if post.role == "vice_chair"})
    for post in known.first:
        empty[post.post_id] = min(post.seats, n - sum(empty.values()))
    weights = {}
    for post in posts:
        if post.role in _ALWAYS_FILLED or post.role == "vice_chair" or post in known.first:
            continue
        for k in range(post.post_id in known.kept, post.seats):
            weights[post.post_id, k] = _scarcity(profile, post)
    for post_id, _ in dice.sample(weights, n - sum(empty.values())):
        empty[post_id] = empty.get(post_id, 0) + 1
    return empty


def _scarcity(profile: Profile, post: Post) -> int:
    vacancy = profile.balance.vacancy
    if post.category == "leadership":
        return vacancy.named.get(post.role, vacancy.leadership)
    return min((vacancy.named.get(field, vacancy.other) for field in post.fields), default=vacancy.other)


def _leavers(ground: Ground, dice: Dice, unit: Unit, posts: Sequence[Post], empty: Mapping[str, int]) -> list[Draft]:
    """People who still sit in a seat counted as empty and leave before the horizon."""
    today, staff = ground.profile.date, ground.profile.staff
    drafts = []
    for post in posts:
        for _ in range(empty.get(post.post_id, 0)):
            if unit.is_commune and post.role != "vice_chair" and dice.chance(staff.leaving):
                draft = draft_person(ground, dice, unit, post.bloc, post)
                last = add_months(today, LEAVES_WITHIN_MONTHS) - timedelta(days=1)
                draft["leaves_on"] = dice.day(today + timedelta(days=14), last)
                drafts.append(draft)
    return drafts


def _cover(
    profile: Profile, dice: Dice, posts: Sequence[Post], empty: Mapping[str, int], drafts: Sequence[Draft]
) -> None:
    """Specialist posts in which nobody sits are in part covered by someone besides their own post."""
    may = [d for d in drafts if d["level"] == 5 and d["post_id"] and not d.get("leaves_on")]
    for post in posts:
        open_wholly = post.category == "specialist" and empty.get(post.post_id) == post.seats
        if may and open_wholly and dice.chance(profile.staff.concurrent):
            dice.pick(may)["also_holds"] = (post.post_id,)


def _number(drafts: Sequence[Draft]) -> None:
    """Ids: the unit's, and a number within it."""
    counts: dict[str, int] = {}
    for draft in drafts:
        unit = draft["unit_id"]
        counts[unit] = counts.get(unit, 0) + 1
        draft["person_id"] = f"{unit}-{counts[unit]:03d}"
