"""Gate or flag: the lowest civil-service rank of the post."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.meaning import RuleSettings, State
from optimizer.scenario.vocabulary import RANK, Form
from optimizer.texts import T

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class RankSettings(RuleSettings):
    """It only warns by default: ranks by job position are to be settled by 1 July 2027."""

    state: State = "flag"


class Rank(Gate):
    """The person reaches the post's lowest rank.

    What: rank >= min_rank; a blank rank reaches no minimum; a blank minimum asks nothing.
    Why: heads are to be principal specialists. Ranking by job position is to be completed by 1 July 2027, so that
    until then it only warns.
    Formula: staff < junior < specialist < principal < senior.
    Data: posts.min_rank, people.rank.
    Source: Decree 361/2025/NĐ-CP, in force since 31 December 2025.
    Relax: lower the post's minimum; waive for a person or a post. From 1 July 2027 on, set state = "on".
    """

    name = "rank"
    title = T("Civil-service rank reached")
    source = Source("Nghị định 361/2025/NĐ-CP về vị trí việc làm công chức", "A", date(2025, 12, 31))
    settings = RankSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        return np.asarray(a.person_rank[i] >= a.post_min_rank[j])

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        if post.min_rank is None:
            return True
        ladder = list(RANK)
        return person.rank is not None and ladder.index(person.rank) >= ladder.index(post.min_rank)
