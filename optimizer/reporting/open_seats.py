"""Open seats of communes before and after a plan, post by post: the ground of every report on them."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.plan import Plan
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
