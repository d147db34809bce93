"""A plan with another choice freed of what it does otherwise for nothing: what hangs together goes back as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.moves import Moves
from optimizer.program import Program


def without_detours(moves: Moves, program: Program, former: KeyArray, found: KeyArray) -> KeyArray:
    """The moves `found`, with as many people as is seen to be possible treated as in the moves `former`: sorted.

    People whose moves differ go back together: those whose posts hang together, those whose units do, those of one
    post, until nobody can. They stay where a move is not possible, a row would be broken or a goal would get worse.
    What is left need not be the fewest changes there are.
    """
    best, values, n = found, _values(program, found), -1
    while len(differing := _differing(moves, former, best)) != n:
        n = len(differing)
        for groups in (_linked(differing, _posts(moves)), _linked(differing, _units(moves)), _of_one(differing, moves)):
            for people in groups:
                back = _with_former(moves, former, best, people)
                allowed = program.possible[back].all() and program.holds(back)
                if allowed and (reached := _values(program, back)) <= values:
                    best, values = back, reached
    return best


def _values(program: Program, chosen: KeyArray) -> list[int]:
    return [goal.value(chosen) for goal in program.goals]


def _differing(moves: Moves, former: KeyArray, found: KeyArray) -> dict[int, list[int]]:
    """By person the moves that only one of the two plans makes."""
    rows: dict[int, list[int]] = {}
    for row in np.setxor1d(former, found).tolist():
        rows.setdefault(int(moves.person[row]), []).append(row)
    return rows


def _with_former(moves: Moves, former: KeyArray, found: KeyArray, people: Sequence[int]) -> KeyArray:
    kept = found[~np.isin(moves.person[found], people)]
    return np.union1d(kept, former[np.isin(moves.person[former], people)]).astype(np.int32)


def _posts(moves: Moves) -> KeyArray:
    """Of each move the posts that it is about: taken and left."""
    return np.stack([moves.post, moves.from_post], axis=1)


def _units(moves: Moves) -> KeyArray:
    return np.stack([moves.to_unit, moves.from_unit], axis=1).astype(np.int32)


def _linked(rows_of: Mapping[int, Sequence[int]], keys: KeyArray) -> Iterator[list[int]]:
    """The people of `rows_of` by groups that share keys, directly or over others; -1 is no key."""
    keys_of = {person: set(keys[rows].ravel().tolist()) - {-1} for person, rows in rows_of.items()}
    left = dict(keys_of)
    while left:
        person, reached = left.popitem()
        group = [person]
        while linked := [other for other, own in left.items() if own & reached]:
            group += linked
            reached = reached.union(*(left.pop(other) for other in linked))
        yield sorted(group)


def _of_one(rows_of: Mapping[int, Sequence[int]], moves: Moves) -> Iterator[list[int]]:
    """The people of `rows_of` by the post into which they go in one of the plans."""
    people: dict[int, set[int]] = {}
    for person, rows in rows_of.items():
        for post in moves.post[rows].tolist():
            people.setdefault(post, set()).add(person)
    yield from (sorted(group) for _, group in sorted(people.items()))
