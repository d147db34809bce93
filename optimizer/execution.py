"""The order of execution and the chains that a plan claims, held against who leaves and who enters which post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from optimizer.plan import MovedPerson
from optimizer.rulebook.after import Placement
from optimizer.texts import T
from optimizer.verdict import Breach

Steps = Sequence[tuple[MovedPerson, Placement]]


def wrong_execution(rows: Sequence[MovedPerson], steps: Steps, complete: bool) -> Iterator[Breach]:
    """Orders and chains that cannot be right; blank ones only where the plan should be complete.

    `steps` pairs the rows whose person and post are known with their placements.
    """
    freeing = _freeing(steps)
    yield from _wrong_numbers(rows, complete)
    yield from _taken_too_early(steps, freeing)
    yield from _wrong_chains(steps, freeing, complete)


def _freeing(steps: Steps) -> list[list[int]]:
    """For each step, which other steps leave the post that it enters."""
    leaving: dict[str, list[int]] = {}
    for k, (_, placement) in enumerate(steps):
        if placement.person.post_id is not None and not placement.covers:
            leaving.setdefault(placement.person.post_id, []).append(k)
    return [
        [] if placement.covers else [other for other in leaving.get(placement.post.post_id, []) if other != k]
        for k, (_, placement) in enumerate(steps)
    ]


def _wrong_numbers(rows: Sequence[MovedPerson], complete: bool) -> Iterator[Breach]:
    """1, 2, 3, ... in a complete plan; never the same number twice."""
    filled = [row.order for row in rows if row.order is not None]
    doubled = sorted(number for number, times in Counter(filled).items() if times > 1)
    if doubled:
        yield Breach("moves.order", T("the order {number} is given twice", number=doubled[0]))
    elif complete and sorted(filled) != list(range(1, len(rows) + 1)):
        yield Breach("moves.order", T("the moves are not numbered from 1 to {n}", n=len(rows)))


def _taken_too_early(steps: Steps, freeing: list[list[int]]) -> Iterator[Breach]:
    """A seat is left before it is entered, except where moves trade places in a circle."""
    for k, (row, placement) in enumerate(steps):
        for other in freeing[k]:
            left = steps[other][0]
            if row.order is None or left.order is None or left.order <= row.order:
                continue
            if k not in _before(freeing, other):
                post = placement.post
                text = T(
                    "{person} takes {post} before {other} leaves it",
                    person=row.person_id, post=post.post_id, other=left.person_id,
                )  # fmt: skip
                yield Breach("moves.order", text, row.person_id, post.post_id, post.unit_id)


def _before(freeing: list[list[int]], start: int) -> set[int]:
    """Every step that `start` waits for, directly or through others."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for other in freeing[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _wrong_chains(steps: Steps, freeing: list[list[int]], complete: bool) -> Iterator[Breach]:
    """Moves that hand a post on stand in one chain, and no others do."""
    number: dict[int, int] = {}
    owner: dict[int, int] = {}
    blank = [row for row, _ in steps if row.chain is None]
    for row in blank if complete else ():
        yield Breach("moves.chain", T("{person}: the chain is not given", person=row.person_id), row.person_id)
    for (row, _), group in zip(steps, _groups(freeing), strict=True):
        if row.chain is None:
            continue
        if number.setdefault(group, row.chain) != row.chain:
            text = T(
                "{person} is in chain {claimed}, but hands a post on within chain {truth}",
                person=row.person_id, claimed=row.chain, truth=number[group],
            )  # fmt: skip
        elif owner.setdefault(row.chain, group) != group:
            text = T(
                "{person} is in chain {claimed}, but depends on no other move of it",
                person=row.person_id, claimed=row.chain,
            )  # fmt: skip
        else:
            continue
        yield Breach("moves.chain", text, row.person_id)
    if complete and not blank and sorted(set(number.values())) != list(range(1, len(number) + 1)):
        yield Breach("moves.chain", T("the chains are not numbered from 1 to {n}", n=len(number)))


def _groups(freeing: list[list[int]]) -> list[int]:
    """For each step the first step of those with which it is linked, either way, through any number of posts."""
    linked: list[set[int]] = [set(others) for others in freeing]
    for k, others in enumerate(freeing):
        for other in others:
            linked[other].add(k)
    group = [-1] * len(linked)
    for first in range(len(linked)):
        waiting = [first] if group[first] < 0 else []
        while waiting:
            k = waiting.pop()
            if group[k] < 0:
                group[k] = first
                waiting += linked[k]
    return group
