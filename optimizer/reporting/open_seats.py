"""Open seats and missing people before and after a plan: the ground of every report on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.plan import Plan, UnitBalance
from optimizer.rulebook.after import After
from optimizer.rulebook.facts import Facts
from optimizer.scenario.schema import Post


@dataclass(frozen=True)
class OpenSeats:
    """How many seats of a post are open before and after the plan."""

    post: Post
    before: int
    after: int


def open_seats(plan: Plan, facts: Facts) -> list[OpenSeats]:
    """Every post of a commune, military left out, by id."""
    today = After(facts, ())
    after = {row.post_id: row.gap for row in plan.gaps}
    return [OpenSeats(post, today.gap(post), after.get(post.post_id, 0)) for post in facts.counted_posts()]


@dataclass(frozen=True)
class SeatSums:
    """Open seats of communes before and after, by category, by field of specialists, and by unit.

    A seat of several fields counts for each of them. Values are pairs of before and after.
    """

    by_category: dict[str, tuple[int, int]]
    by_field: dict[str, tuple[int, int]]
    by_unit: dict[str, tuple[int, int]]


def seat_sums(plan: Plan, facts: Facts) -> SeatSums:
    """Open seats added up, before and after."""
    by: dict[tuple[str, str], tuple[int, int]] = {}
    for seats in open_seats(plan, facts):
        post = seats.post
        keys = [("category", post.category), ("unit", post.unit_id)]
        keys += [("field", field) for field in post.fields if post.category == "specialist"]
        for key in keys:
            before, after = by.get(key, (0, 0))
            by[key] = before + seats.before, after + seats.after

    def of(kind: str) -> dict[str, tuple[int, int]]:
        return {code: pair for (found, code), pair in by.items() if found == kind}

    return SeatSums(of("category"), of("field"), of("unit"))


def shortages(units: Sequence[UnitBalance]) -> tuple[int, int, int, int]:
    """People missing before and after, and people over the quota before and after, unit by unit."""
    return (
        sum(max(0, u.quota - u.strength_before) for u in units),
        sum(max(0, u.quota - u.strength_after) for u in units),
        sum(max(0, u.payroll_before - u.quota) for u in units),
        sum(max(0, u.payroll_after - u.quota) for u in units),
    )
