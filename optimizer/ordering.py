"""Moves that depend on one another form a chain, and a chain has an order in which it can be carried out."""

from __future__ import annotations

from optimizer.moves import Moves


def executed(taken: Moves) -> list[tuple[int, int]]:
    """(chain number, row of `taken`) for every move, in the order of execution; chains number from 1.

    A move that leaves a post goes before the moves that enter it, so that the seat is free; where moves trade
    places in a circle, the circle is cut at its first row.
    """
    leaving: dict[int, list[int]] = {}
    for k, post in enumerate(taken.from_post.tolist()):
        if post >= 0:
            leaving.setdefault(post, []).append(k)
    before = [leaving.get(post, []) for post in taken.into_post.tolist()]
    chain = _chains(before)
    done: set[int] = set()
    ordered: list[tuple[int, int]] = []
    for k in sorted(range(taken.n), key=lambda k: (chain[k], k)):
        for step in _depth_first(k, before, done):
            ordered.append((chain[step], step))
    return ordered


def _chains(before: list[list[int]]) -> list[int]:
    """Number of the chain of each move: connected moves share it; chains are numbered by their first row."""
    root = list(range(len(before)))

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    for k, earlier in enumerate(before):
        for other in earlier:
            one, two = sorted((find(k), find(other)))
            root[two] = one
    number: dict[int, int] = {}
    return [number.setdefault(find(k), len(number) + 1) for k in range(len(before))]


def _depth_first(start: int, before: list[list[int]], done: set[int]) -> list[int]:
    """`start` and what must go before it and is not done yet, earliest first; marks them done."""
    steps: list[int] = []
    stack = [(start, False)]
    while stack:
        k, ready = stack.pop()
        if ready:
            steps.append(k)
        elif k not in done:
            done.add(k)
            stack.append((k, True))
            stack.extend((other, False) for other in reversed(before[k]))
    return steps
