"""Which fields the communes need, and who covers them after a plan, person by person."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.rulebook.after import After
from optimizer.rulebook.facts import Facts, known
from optimizer.scenario.schema import Person, Post

Need = tuple[str, str]  # a commune and a field


def required_fields(facts: Facts) -> list[Need]:
    """Every commune and field that a specialist post with seats names there, military left out; sorted."""
    posts = [post for post in facts.counted_posts("specialist") if post.seats > 0]
    return sorted({(post.unit_id, field) for post in posts for field in known(post.fields)})


def covered_by(facts: Facts, after: After) -> dict[Need, set[str]]:
    """Ids of the people who cover a field in a commune afterwards; nothing where there is nobody."""
    found: dict[Need, set[str]] = {}
    staying = [duty for duty in facts.specialist_duties if duty[0].person_id not in after.by_person]
    moving = [
        (moves[0].person, post)
        for moves in after.by_person.values()
        if not facts.is_gone(moves[0].person) and not facts.is_away(moves[0].person)
        for post in _duties(facts, after, moves[0].person)
        if facts.is_specialist_duty(post)
    ]
    for person, post in (*staying, *moving):
        for field in known(person.fields) & known(post.fields):
            found.setdefault((post.unit_id, field), set()).add(person.person_id)
    return found


def _duties(facts: Facts, after: After, person: Person) -> Iterator[Post]:
    """The posts that the person is in or covers afterwards."""
    moves = after.by_person.get(person.person_id, [])
    yield from (move.post for move in moves)
    if person.post_id is not None and all(move.covers for move in moves):
        yield facts.posts[person.post_id]
    if not any(move.leaves_unit for move in moves):
        yield from (facts.posts[post_id] for post_id in person.also_holds)
