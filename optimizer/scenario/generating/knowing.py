"""Fields that are known to be missing: which seats stand empty for it, and who must not or must have the field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.generating.people import Draft
from optimizer.scenario.generating.profile import Profile
from optimizer.scenario.generating.province import Frame
from optimizer.scenario.generating.structure import MAJORS, NEAR, TECHNICAL
from optimizer.scenario.schema import LOWEST_LEVEL, Post, Unit


@dataclass(frozen=True)
class Known:
    """Of a unit's posts: those that stand empty before all others, and the ids of those that keep one person."""

    first: tuple[Post, ...] = ()
    kept: frozenset[str] = frozenset()


def known_of(profile: Profile, frame: Frame, unit: Unit, posts: Sequence[Post]) -> Known:
    """What the profile's `uncovered` means for the posts of a unit and bloc."""
    if not unit.is_commune:
        return Known()
    lacking = frame.lacking.get(unit.unit_id, frozenset())
    first: list[Post] = []
    kept = set()
    for group in profile.staff.uncovered:
        naming = [post for post in posts if post.category == "specialist" and set(group.fields) & set(post.fields)]
        if lacking.issuperset(group.fields):
            first += [post for post in naming if post not in first and lacking.issuperset(post.fields)]
        else:
            kept |= {post.post_id for post in naming[:1]}
    return Known(tuple(first), frozenset(kept))


def fit_fields(profile: Profile, frame: Frame, drafts: Sequence[Draft]) -> None:
    """Take the fields that a commune lacks from its people; give a field to one where nobody has any of a group."""
    by_unit: dict[str, list[Draft]] = {unit.unit_id: [] for unit in frame.communes}
    for draft in drafts:
        if draft["unit_id"] in by_unit:
            by_unit[draft["unit_id"]].append(draft)
    posts = {post.post_id: post for post in frame.posts}
    for unit_id, staff in by_unit.items():
        lacking = frame.lacking.get(unit_id, frozenset())
        for draft in staff:
            if lacking.intersection(draft["fields"]):
                _take(profile, draft, lacking)
        for group in profile.staff.uncovered:
            if not lacking.issuperset(group.fields):
                _give(profile, [draft for draft in staff if not draft.get("leaves_on")], group.fields, posts)


def _take(profile: Profile, draft: Draft, lacking: Collection[str]) -> None:
    """The fields that are left, or the nearest one; the majors that lead to what is lacking go with it."""
    left = [field for field in draft["fields"] if field not in lacking]
    draft["fields"] = tuple(left or [next(f for f in _nearest(draft["fields"][0]) if f not in lacking)])
    out = {major for field in lacking for major in MAJORS[field]}
    majors = [major for major in draft["majors"] if major not in out]
    dice = Dice(profile.seed, "majors", draft["person_id"])
    draft["majors"] = tuple(majors or [dice.pick([m for m in MAJORS[draft["fields"][0]] if m not in out])])


def _nearest(field: str) -> Iterator[str]:
    """All fields, those near a field first, then those near these."""
    seen = [field]
    for near in seen:
        yield near
        seen += [other for other in NEAR[near] if other not in seen]
    yield from (other for other in MAJORS if other not in seen)


def _give(profile: Profile, staff: Sequence[Draft], fields: Sequence[str], posts: Mapping[str, Post]) -> None:
    """Where nobody has any of the fields: to who sits in a post that names one, else to somebody without rank."""
    if any(set(fields).intersection(draft["fields"]) for draft in staff):
        return
    draft, field = next(_may_have(staff, fields, posts), (None, ""))
    if draft is None:
        return
    draft["fields"] = (field, *draft["fields"][:1])
    if field in TECHNICAL:
        draft["majors"] = (Dice(profile.seed, "majors", draft["person_id"]).pick(MAJORS[field]),)


def _may_have(staff: Iterable[Draft], fields: Sequence[str], posts: Mapping[str, Post]) -> Iterator[tuple[Draft, str]]:
    lowest = [draft for draft in staff if draft["level"] == LOWEST_LEVEL]
    for draft in lowest:
        if draft["post_id"]:
            yield from ((draft, field) for field in posts[draft["post_id"]].fields if field in fields)
    yield from ((draft, fields[0]) for draft in lowest)
