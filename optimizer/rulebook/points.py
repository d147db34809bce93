"""The disruption points of one move, cause by cause (an assumption to be agreed with planners, and data)."""

from __future__ import annotations

from datetime import date

from optimizer.rulebook.after import Placement
from optimizer.rulebook.facts import Facts, known
from optimizer.rulebook.post_change import PostChange, due_fields, is_change
from optimizer.scenario.months import add_months
from optimizer.scenario.names import fold
from optimizer.scenario.schema import Person

YOUNG_CHILD_MONTHS = range(36, 72)


def commute_km(facts: Facts, placement: Placement) -> int:
    """The whole kilometres that cost points: how much longer the road from home gets."""
    person, destination = placement.person, facts.units[placement.post.unit_id]
    if not placement.leaves_unit:
        return 0
    home = person.residence_unit_id or person.unit_id
    longer = facts.roads.metres(home, destination.unit_id) - facts.roads.metres(home, person.unit_id)
    settings = facts.scenario.config.disruption
    is_hard = destination.mountain is True or destination.region_class == "III"
    return max(0, longer // 1000 - (settings.free_km_hard if is_hard else settings.free_km))


def points_of(facts: Facts, placement: Placement) -> dict[str, int]:
    """Points of a move by cause (the key of `[disruption]` that sets them); their sum counts."""
    settings = facts.scenario.config.disruption
    person, post, form = placement.person, placement.post, placement.form
    points: dict[str, int] = {form: int(getattr(settings, form))}
    if placement.covers:
        return points
    held = facts.posts[person.post_id] if person.post_id is not None else None
    if held is not None and held.fields and post.fields and not known(held.fields) & known(post.fields):
        points["other_field"] = settings.other_field
    if post.bloc != person.bloc:
        points["other_bloc"] = settings.other_bloc
    if facts.is_promotion(person, post) and post.role not in person.planned_for:
        points["not_planned"] = settings.not_planned
    if placement.leaves_unit:
        points |= _points_of_leaving(facts, placement)
    if _was_due(facts, placement):
        points["due_change"] = -min(settings.due_change, sum(points.values()))
    return points


def _was_due(facts: Facts, placement: Placement) -> bool:
    """Whether the move is a change of post that had to come, by a rule that is not off where the person works."""
    if facts.state(PostChange(), placement.person.unit_id) == "off":
        return False
    return bool(due_fields(facts, placement.person)) and is_change(facts, placement.person, placement.post)


def _points_of_leaving(facts: Facts, placement: Placement) -> dict[str, int]:
    settings = facts.scenario.config.disruption
    person, unit_id = placement.person, placement.post.unit_id
    wish = _wish(facts, person, unit_id)
    points = {"per_km": settings.per_km * commute_km(facts, placement), wish: int(getattr(settings, wish))}
    district, other = facts.units[person.unit_id].former_district, facts.units[unit_id].former_district
    if district is not None and other is not None and fold(district) != fold(other):
        points["leaves_district"] = settings.leaves_district
    moved = person.last_move_on
    if moved is not None and add_months(moved, settings.recent_move_months) > facts.today:
        points["recent_move"] = settings.recent_move
    born = person.youngest_child_birth
    if born is not None and _full_months(born, facts.today) in YOUNG_CHILD_MONTHS:
        points["young_child"] = settings.young_child
    if facts.is_scarce(person):
        points["scarce_field"] = settings.scarce_field
    return points


def _wish(facts: Facts, person: Person, unit_id: str) -> str:
    consent = facts.consent(person, unit_id)
    if consent is not None:
        return "wished" if consent else "refused"
    return "other_wish" if facts.has_wish(person) else "no_wish"


def _full_months(since: date, until: date) -> int:
    months = (until.year - since.year) * 12 + until.month - since.month
    return months if add_months(since, months) <= until else months - 1
