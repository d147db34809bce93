"""The smallest part of a clash: what is not needed for it is left out, many members at once where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Member = TypeVar("Member")


def shrunk(members: Sequence[Member], clash: Callable[[list[Member]], Sequence[Member] | None]) -> list[Member]:
    """A part of `members` that still clashes, and does not without any one of its members; in their order.

    All of `members` clash, and more never clash less. `clash` names those of its members that are enough for a clash,
    or gives None where they do not clash. It is asked for one member after another at the end only: first halves are
    left out, then quarters, so that few of hundreds are found in a few dozen questions.
    """
    kept = [*members]
    size = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept):
            enough = clash(kept[:at] + kept[at + size :])
            if enough is None:
                at += size
            else:
                at = sum(member in enough for member in kept[:at])
                kept = [member for member in kept if member in enough]
        if size == 1:
            return kept
        size = min(size // 2, max(1, len(kept) // 2))
