"""Some of many moves: the cheapest ones, the first of each post or person."""

from __future__ import annotations

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray


def cheapest(moves: IntArray, costs: IntArray, most: int) -> IntArray:
    """The `most` of the moves that cost least; `costs`: int64 (n_moves,)."""
    return moves if len(moves) <= most else moves[np.argpartition(costs[moves], most)[:most]]


def first_of_each(keys: IntArray | KeyArray, most: int) -> BoolArray:
    """True for the first `most` places at which each key stands."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.searchsorted(ordered, ordered, side="left")
    keep = np.zeros(len(keys), dtype=bool)
    keep[order] = np.arange(len(keys)) - first < most
    return keep
