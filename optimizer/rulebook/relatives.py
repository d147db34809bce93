"""Limit: no relative of the head in personnel, accounting, cash or stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from optimizer.rulebook.base import Limit, Source
from optimizer.rulebook.facts import Facts, known, level_of
from optimizer.rulebook.rows import Rows, rows_over, terms_of
from optimizer.scenario.meaning import CHOICE, Meaning, RuleSettings, State
from optimizer.scenario.schema import COMMUNE_KINDS, OneOf
from optimizer.scenario.vocabulary import FIELD, ROLE
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from optimizer.arrays import Arrays, BoolArray, IntArray
    from optimizer.moves import Moves
    from optimizer.rulebook.after import After, Placement
    from optimizer.scenario.schema import Person, Post


Presence = NDArray[np.int8]


class RelativesSettings(RuleSettings):
    """`head_levels`: levels of a unit's heads; `fields`, `roles`: what their relatives do not do below them."""

    needs_one_of = ("fields", "roles")

    state: State = "flag"
    head_levels: Annotated[
        tuple[Annotated[int, Field(ge=1, le=4)], ...],
        Field(min_length=1),
        Meaning(T("levels of the posts whose holders head a unit"), CHOICE),
    ] = (1,)
    fields: Annotated[
        tuple[str, ...],
        OneOf(FIELD, many=True),
        Meaning(T("fields that no relative of the head works in: personnel and accounting")),
    ] = ("home_affairs", "finance")
    roles: Annotated[
        tuple[str, ...],
        OneOf(ROLE, many=True),
        Meaning(T("roles that no relative of the head has: who keeps cash and stores")),
    ] = ("clerk",)


class Relatives(Limit):
    """A spouse, parent, child or sibling of the head is not in personnel, accounting, cash or stores under them.

    What: of two relatives, one does not head a commune while the other is in a restricted post of it. A head is in a
    post of one of `head_levels`; a restricted post is below all of these, and one of its fields is among `fields` or
    its role is among `roles`. Covering a post besides the own one counts as being in it. A clash that stands today is
    tolerated as long as it stands: nobody has to leave because of it, and it may not be made anew once it is gone.
    Whoever leaves before the horizon or is seconded beyond it is in no post.
    Why: who heads a unit does not oversee the relative who keeps its people, books, cash or stores.
    Formula: for each two relatives in both directions and each commune, [the one heads it] + [the other is restricted
    there] after the plan <= max(1, the same today).
    Data: relations, posts.level, posts.fields, posts.role, people.post_id, people.also_holds, rules.relatives.
    Source: Law on Anti-corruption 2018, the article to be checked; Regulation 114-QĐ/TW, its details not verified.
    Relax: a flag by default; off; other `head_levels`, `fields` or `roles`; waive for one of the two people.
    """

    name = "relatives"
    title = T("No relative of the head in personnel, accounting, cash or stores")
    source = Source(
        "Luật Phòng, chống tham nhũng 2018 (điều khoản cần kiểm tra); Quy định 114-QĐ/TW", "C", date(2019, 7, 1)
    )
    settings = RelativesSettings
    waived_by = frozenset({"person_id"})
    kinds = COMMUNE_KINDS

    def rows(self, a: Arrays, moves: Moves) -> Rows:
        """Vector form: a row for each two relatives, in both directions, and each unit."""
        pairs = self._pairs(a)
        heads, restricted = self._posts(a)
        related = np.flatnonzero(np.isin(moves.person, pairs))
        today = np.zeros((len(pairs), a.n_units), dtype=np.int64)
        entries = [np.empty((3, 0), dtype=np.int64)]
        for side, posts in enumerate((heads, restricted)):
            is_there = _there_today(a, posts)
            today += is_there[pairs[:, side]]
            change = _there_after(a, moves, related, posts) - is_there[moves.person[related]]
            at, unit = np.nonzero(change)
            for k, i in enumerate(pairs[:, side].tolist()):
                of_person = moves.person[related[at]] == i
                move, where = at[of_person], unit[of_person]
                entries.append(np.stack((related[move], k * a.n_units + where, change[move, where])))
        return rows_over(
            terms_of(moves.n, *np.concatenate(entries, axis=1)),
            n=today.size,
            upper=np.maximum(1 - today, 0).ravel(),
            unit=np.tile(np.arange(a.n_units), len(pairs)),
            people=np.repeat(pairs, a.n_units, axis=0),
        )

    def _pairs(self, a: Arrays) -> IntArray:
        """Each two relatives in both directions: int64 (n_pairs, 2)."""
        known_pairs = [(a.person_at[row.person_id], a.person_at[row.other_id]) for row in a.scenario.relations]
        pairs = np.array(known_pairs, dtype=np.int64).reshape(-1, 2)
        return np.unique(np.concatenate((pairs, pairs[:, ::-1])), axis=0)

    def _posts(self, a: Arrays) -> tuple[BoolArray, BoolArray]:
        """Posts of heads and restricted posts, of communes: bool (n_posts,) each."""
        settings = cast(RelativesSettings, a.scenario.rules[self.name])
        named = [bool({*post.fields} & {*settings.fields}) or post.role in settings.roles for post in a.posts]
        of_commune = a.unit_is_commune[a.post_unit]
        is_below = a.post_level > max(settings.head_levels)
        heads = of_commune & np.isin(a.post_level, settings.head_levels)
        return heads, np.asarray(of_commune & is_below & np.array(named, dtype=bool))

    def breaches(self, facts: Facts, after: After) -> Iterator[Text]:
        """Scalar form."""
        relations = facts.scenario.relations
        pairs = {(row.person_id, row.other_id) for row in relations} | {(r.other_id, r.person_id) for r in relations}
        for person_id, other_id in sorted(pairs):
            if any(facts.is_waived(self.name, person_id=one) for one in (person_id, other_id)):
                continue
            heads = _Whereabouts(facts, after, facts.people[person_id], self._heads(facts))
            relative = _Whereabouts(facts, after, facts.people[other_id], self._is_restricted(facts))
            for unit_id in sorted(heads.after.keys() | relative.after.keys()):
                both = heads.after[unit_id] + relative.after[unit_id]
                if both > max(1, heads.today[unit_id] + relative.today[unit_id]):
                    yield T(
                        "{person} heads {unit}, and {other}, a relative, is in personnel, accounting, cash or stores",
                        person=person_id,
                        unit=unit_id,
                        other=other_id,
                    )

    def _heads(self, facts: Facts) -> Callable[[Post], bool]:
        levels = facts.rule(self.name, RelativesSettings).head_levels
        return lambda post: facts.in_commune(post) and level_of(post) in levels

    def _is_restricted(self, facts: Facts) -> Callable[[Post], bool]:
        settings = facts.rule(self.name, RelativesSettings)

        def is_restricted(post: Post) -> bool:
            is_below = all(level_of(post) > level for level in settings.head_levels)
            is_named = post.role in settings.roles or not known(post.fields).isdisjoint(settings.fields)
            return facts.in_commune(post) and is_below and is_named

        return is_restricted


def _there_today(a: Arrays, posts: BoolArray) -> Presence:
    """1 where a person is in, or covers, one of `posts` in a unit: int8 (n_people, n_units)."""
    there = _covering(a, posts)
    seated = np.flatnonzero(a.counts_at_home & (a.person_post >= 0))
    seated = seated[posts[a.person_post[seated]]]
    there[seated, a.post_unit[a.person_post[seated]]] = 1
    return there


def _covering(a: Arrays, posts: BoolArray) -> Presence:
    """The same of posts that are covered besides the own one alone."""
    there = np.zeros((a.n_people, a.n_units), dtype=np.int8)
    counts = posts[a.also_post] & a.counts_at_home[a.also_person]
    there[a.also_person[counts], a.post_unit[a.also_post[counts]]] = 1
    return there


def _there_after(a: Arrays, moves: Moves, chosen: IntArray, posts: BoolArray) -> Presence:
    """1 where a move alone leaves its person in one of `posts` in a unit: int8 (len(chosen), n_units)."""
    person, post, stays = moves.person[chosen], moves.post[chosen], moves.stays[chosen]
    in_unit = a.person_unit[person] == a.post_unit[post]
    there = np.where(in_unit[:, None], _covering(a, posts)[person], 0)
    there = np.where(stays[:, None], _there_today(a, posts)[person], there)
    taken = np.flatnonzero(posts[post])
    there[taken, a.post_unit[post[taken]]] = 1
    return there


class _Whereabouts:
    """In which units a person is in a post of a kind, today and after the plan; each move counts its change."""

    def __init__(self, facts: Facts, after: After, person: Person, counts: Callable[[Post], bool]) -> None:
        is_there = not facts.is_gone(person) and not facts.is_away(person)
        besides = [facts.posts[post_id] for post_id in person.also_holds if is_there]
        own = [facts.posts[person.post_id]] if is_there and person.post_id is not None else []
        self.today = Counter({post.unit_id for post in [*own, *besides] if counts(post)})
        self.after = self.today.copy()
        for move in after.by_person.get(person.person_id, []):
            self.after.subtract(self.today.keys())
            self.after.update({post.unit_id for post in self._held(move, own, besides) if counts(post)})

    @staticmethod
    def _held(move: Placement, own: list[Post], besides: list[Post]) -> list[Post]:
        if move.leaves_unit:
            return [move.post]
        return [move.post, *besides, *own] if move.covers else [move.post, *besides]
