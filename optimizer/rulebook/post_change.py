"""Gate: whoever is due for the periodic change of post does not stay in the same field of the same unit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final, cast

import numpy as np
from pydantic import Field

from optimizer.arrays import BoolArray, IntArray, KeyArray, share_a_bit
from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.rulebook.facts import known, leaves_unit, level_of
from optimizer.scenario import vocabulary as words
from optimizer.scenario.meaning import ASSUMED, Meaning, RuleSettings
from optimizer.scenario.months import add_months
from optimizer.scenario.schema import LOWEST_LEVEL, OneOf
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post

WITHIN_UNIT: Final = frozenset({"internal", "concurrent"})


class PostChangeSettings(RuleSettings):
    """`fields`: those whose holders change post from time to time; `months`: after how many full months."""

    fields: Annotated[
        Annotated[tuple[str, ...], Field(min_length=1)],
        OneOf(words.FIELD, many=True),
        Meaning(T("fields whose holders change post from time to time"), ASSUMED),
    ] = ("home_affairs", "finance", "land", "construction", "one_stop")
    months: Annotated[
        Annotated[int, Field(ge=1, le=600)],
        Meaning(T("full months in a post after which the change is due"), ASSUMED, T("months")),
    ] = 60


class PostChange(Gate):
    """Whoever is due for the periodic change of post does not stay in the same field of the same unit.

    What: a person who is no leader and has held a post of one of the listed fields for `months` full months or more
    is due. Of the fields that their post and the list share, they take no other post in the unit and cover none;
    another field, or the same field in another unit, is a change. Where the rule is on or warns, a move that is such
    a change costs fewer points of disruption, since it had to come: `disruption.due_change`. A blank post_since is
    never due. Leaders change by rotation.
    Why: the law asks for it, in the very fields in which people are short: a plan must not undo it, and may serve it.
    Formula: due = level 5 and months since post_since >= months and fields(post held) contain a listed one; blocked =
    due and same unit and fields(post held), fields(post) and the list have one in common.
    Data: people.post_since, people.post_id, people.level, posts.fields, rules.post_change.
    Source: Anti-corruption Law 2018, Articles 24 and 25; Decree 59/2019/NĐ-CP, Article 36, in force since 15 August
    2019: 2 to 5 years, in 18 fields. The years of each field were not found: 60 months, the longest, are assumed. So
    are the fields, the product's nearest to those named: personnel (home affairs); public finance, assets, budget,
    accounting, procurement and investment (finance); land and construction with their investment; direct handling of
    files (one-stop).
    Relax: more months, or fewer fields; waive for a person or a post.
    """

    name = "post_change"
    title = T("Periodic change of post: not the same field of the unit again")
    source = Source(
        "Luật Phòng, chống tham nhũng 2018, Điều 24 và Điều 25; Nghị định 59/2019/NĐ-CP, Điều 36",
        "A",
        date(2019, 8, 15),
    )
    settings = PostChangeSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        if form not in WITHIN_UNIT:
            return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
        return np.asarray(~_is_due(a)[i] | _is_change(a, i, j))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return form not in WITHIN_UNIT or not due_fields(facts, person) or is_change(facts, person, post)


def _settings(a: Arrays) -> PostChangeSettings:
    return cast(PostChangeSettings, a.scenario.rules[PostChange.name])


def _is_due(a: Arrays) -> BoolArray:
    """True for people who are due: bool (n_people,)."""
    in_field = share_a_bit(a.held_fields, a.field_bits(_settings(a).fields))
    return np.asarray(in_field & ~a.person_leads & (a.months_in_post >= _settings(a).months))


def _is_change(a: Arrays, i: Index | KeyArray, j: Index | KeyArray) -> Mask:
    """True where post j is in another unit than person i, or in none of the listed fields of their post."""
    listed = a.held_fields[i] & a.field_bits(_settings(a).fields)
    return np.asarray((a.person_unit[i] != a.post_unit[j]) | ~share_a_bit(listed, a.post_fields[j]))


def due_points(a: Arrays, person: KeyArray, post: KeyArray) -> IntArray:
    """Points that a move into another field or unit costs less because it was due: int64, as `person` and `post`."""
    rule = PostChange()
    holds = {kind: rule.state_in(a.scenario, kind) != "off" for kind in set(a.unit_kinds)}
    counts = np.array([holds[kind] for kind in a.unit_kinds], dtype=np.bool_)[a.person_unit[person]]
    return np.where(
        counts & _is_due(a)[person] & _is_change(a, person, post), a.scenario.config.disruption.due_change, 0
    )


def due_fields(facts: Facts, person: Person) -> frozenset[str]:
    """The listed fields of the post that a person should leave by now; empty: not due."""
    settings = facts.rule(PostChange.name, PostChangeSettings)
    if person.post_id is None or person.post_since is None or level_of(person) != LOWEST_LEVEL:
        return frozenset()
    if add_months(person.post_since, settings.months) > facts.today:
        return frozenset()
    return known(facts.posts[person.post_id].fields) & known(settings.fields)


def is_change(facts: Facts, person: Person, post: Post) -> bool:
    """Whether the post lies in another unit, or in none of the fields in which the person is due."""
    return leaves_unit(person, post) or not due_fields(facts, person) & known(post.fields)
