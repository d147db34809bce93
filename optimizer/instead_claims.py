"""Who a plan says could make each move instead, held against the scalar forms of the gates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from optimizer.plan import MovedPerson
from optimizer.rulebook.after import After, Placement
from optimizer.rulebook.facts import Facts
from optimizer.scenario.vocabulary import FORMS
from optimizer.texts import T
from optimizer.verdict import Breach

Judge = Callable[[Facts, Placement], tuple[tuple[str, ...], bool]]
CONCURRENT = "concurrent"


def wrong_instead(
    steps: Sequence[tuple[MovedPerson, Placement]], facts: Facts, after: After, judge: Judge
) -> Iterator[Breach]:
    """People who move themselves, or whom the gates keep from the post; that limits hold is taken on trust.

    `judge` says of a move its flags and whether a gate blocks it.
    """
    for row, placement in steps:
        named = [("reserve", row.reserve)] if row.reserve is not None else []
        for column, person_id in [*named, *(("equals", person_id) for person_id in row.equals)]:
            if not _could(person_id, placement, facts, after, judge):
                post = placement.post
                text = T("{person} cannot take {post} instead", person=person_id, post=post.post_id)
                yield Breach(f"moves.{column}", text, person_id, post.post_id, post.unit_id)


def _could(person_id: str, placement: Placement, facts: Facts, after: After, judge: Judge) -> bool:
    """Whether somebody who does not move passes every gate by some form that fills, or covers, a seat as well."""
    person = facts.people.get(person_id)
    if person is None or after.by_person.get(person_id):
        return False
    return any(not judge(facts, Placement(person, placement.post, form))[1] for form in forms_alike(placement.form))


def forms_alike(form: str) -> Sequence[str]:
    """The forms that fill a seat as `form` does, or cover one as it does."""
    return [CONCURRENT] if form == CONCURRENT else [known for known in FORMS if known != CONCURRENT]
