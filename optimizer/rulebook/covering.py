"""Who covers a field in a commune, as arrays: people who have it, in specialist posts that name it.

A duty is a pair of person and post: the own seat, or a post covered besides. Arrays of duties hold indices of people
and posts; post -1 is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray
from optimizer.rulebook.rows import NO_ROW, Term, terms_of

if TYPE_CHECKING:
    from optimizer.moves import Moves

Indices = IntArray | KeyArray


def required(a: Arrays) -> BoolArray:
    """Fields that a specialist post with seats, military left out, names in each commune: bool (n_units, n_fields)."""
    counted = a.unit_is_commune[a.post_unit] & a.post_is_specialist & ~a.post_is_military & (a.post_seats > 0)
    posts = np.flatnonzero(counted)
    found = np.zeros((a.n_units, len(a.field_codes)), dtype=bool)
    for field in range(found.shape[1]):
        word, bit = divmod(field, 64)
        names_it = (a.post_fields[posts, word] >> np.uint64(bit)) & np.uint64(1)
        found[a.post_unit[posts[names_it == 1]], field] = True
    return found


def duties(a: Arrays, taken: Moves | None = None) -> tuple[IntArray, IntArray]:
    """People and their posts, military ones left out, today or once the moves `taken` are made.

    A seat is left by whoever moves into another; what somebody covers besides, by leaving the unit. People who are gone
    or seconded away do nothing.
    """
    person, post = np.flatnonzero(a.counts_at_home & (a.person_post >= 0)), a.also_post
    seat, also = a.person_post[person], a.also_person
    here = a.counts_at_home[also]
    also, post = also[here], post[here]
    if taken is not None:
        stays = ~np.isin(person, taken.person[~taken.stays])
        remains = ~np.isin(also, taken.person[taken.from_unit != taken.to_unit])
        person, seat = np.append(person[stays], taken.person), np.append(seat[stays], taken.post)
        also, post = also[remains], post[remains]
    people, posts = np.append(person, also), np.append(seat, post)
    outside = a.post_is_military[posts]
    return people[~outside], posts[~outside]


def civil(a: Arrays, posts: Indices) -> Indices:
    """The posts, -1 in place of military ones."""
    return np.where(a.post_is_military[posts], -1, posts)


def covers(a: Arrays, people: Indices, posts: Indices, field: int) -> BoolArray:
    """True where the duty covers the field: the person has it, and the post is a specialist's and names it."""
    word, bit = divmod(field, 64)
    both = a.person_fields[people, word] & a.post_fields[posts, word]
    names_it = (both >> np.uint64(bit)) & np.uint64(1)
    return np.asarray((names_it == 1) & a.post_is_specialist[posts] & (posts >= 0))


def counted(a: Arrays, people: Indices, posts: Indices, *, each_once: bool = False) -> IntArray:
    """Duties that cover each field in each commune: int64 (n_units, n_fields); `each_once`: people, not duties."""
    found = np.zeros((a.n_units, len(a.field_codes)), dtype=np.int64)
    for field in range(found.shape[1]):
        hit = covers(a, people, posts, field)
        units, who = a.post_unit[posts[hit]], people[hit].astype(np.int64)
        if each_once:
            units = np.unique(units * a.n_people + who) // a.n_people
        np.add.at(found[:, field], units, 1)
    found[~a.unit_is_commune] = 0
    return found


def duty_terms(a: Arrays, moves: Moves, posts: Indices, row: KeyArray, coefficient: int) -> tuple[Term, ...]:
    """Moves as duties in `posts`, each in the rows of the fields that it covers; `row`: int32 (n_units, n_fields)."""
    entries = [np.empty((3, 0), dtype=np.int64)]
    for field in range(row.shape[1]):
        key = np.where(covers(a, moves.person, posts, field), row[a.post_unit[posts], field], NO_ROW)
        move = np.flatnonzero(key >= 0)
        entries.append(np.stack((move, key[move], np.full(len(move), coefficient))))
    # the coefficient of every entry is the same: as one number it is cheaper to price than as an array
    return tuple(Term(term.rows, coefficient) for term in terms_of(moves.n, *np.concatenate(entries, axis=1)))
