"""What the public may read of counts: none below 3, and none that can be worked out from a total.

The first page of a plan tells totals of the province. So where a single hidden count, or one that can only be 2,
would follow from its total, the whole group is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from optimizer.reporting.naming import Tier
from optimizer.texts import T, Text, words

LEAST_SHOWN: Final = 3
NOT_SHOWN: Final = "–"


def few() -> str:
    """The words for 0, 1 or 2."""
    return str(T("<{n}", n=LEAST_SHOWN))


def count_words(count: int, tier: Tier) -> str:
    """A count as readers of a tier may see it."""
    return few() if tier == "public" and count < LEAST_SHOWN else words(count)


def group_words(counts: Sequence[int]) -> list[str]:
    """The counts of a group whose total is known, for the public: as they are, `<3`, or none at all."""
    hidden = [count for count in counts if count < LEAST_SHOWN]
    told_by_total = len(hidden) == 1 or (hidden and sum(hidden) == len(hidden) * (LEAST_SHOWN - 1))
    if told_by_total:
        return [NOT_SHOWN] * len(counts)
    return [count_words(count, "public") for count in counts]


def hidden_notes(texts: Iterable[str]) -> list[Text]:
    """What the marks of hidden counts mean, as far as `texts` bear them."""
    notes = [T("{few}: 0, 1 or 2. Sums are left out, so that nothing can be worked out from them.", few=few())]
    if NOT_SHOWN in texts:
        notes.append(T("{mark}: left out, because a published total would tell single numbers.", mark=NOT_SHOWN))
    return notes
