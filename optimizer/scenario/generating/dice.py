"""Chance that is the same everywhere: all draws come from `Random.random`, which Python keeps stable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

X = TypeVar("X")


class Dice:
    """One stream of chance, named by a seed and a topic: one part of a province does not shift another."""

    def __init__(self, seed: int, *topic: str) -> None:
        self._random = Random("/".join([str(seed), *topic])).random

    def chance(self, per_mille: int) -> bool:
        """True in `per_mille` of 1,000 draws."""
        return self.below(1000) < per_mille

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self._random() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[X]) -> X:
        """One of the items."""
        return items[self.below(len(items))]

    def weighted(self, weights: Mapping[X, int]) -> X:
        """One of the keys, by whole weights of which one is positive."""
        place = self.below(sum(weights.values()))
        for item, weight in weights.items():
            place -= weight
            if place < 0:
                return item
        raise AssertionError("the weights are empty")

    def sample(self, weights: Mapping[X, int], n: int) -> list[X]:
        """Up to n different keys, by small whole weights, in the order drawn; weight 0 is never drawn.

        The largest of w draws stands for weight w (Efraimidis and Spirakis), so that no logarithm is needed.
        """
        marks = [(max(self._random() for _ in range(w)), x) for x, w in weights.items() if w > 0]
        marks.sort(key=lambda mark: -mark[0])
        return [x for _, x in marks[: max(0, n)]]

    def day(self, first: date, last: date) -> date:
        """A day from first to last, both included."""
        return first + timedelta(days=self.between(0, (last - first).days))
