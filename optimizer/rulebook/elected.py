"""Gate or flag: posts that the People's Council elects."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from optimizer.rulebook.base import Gate, Index, Mask, Source
from optimizer.scenario.meaning import RuleSettings, State
from optimizer.scenario.vocabulary import Form
from optimizer.texts import T
from optimizer.wording import ELECTED

if TYPE_CHECKING:
    from optimizer.arrays import Arrays
    from optimizer.rulebook.facts import Facts
    from optimizer.scenario.schema import Person, Post


class ElectedSettings(RuleSettings):
    """`flag` marks the proposals, `on` makes none, `off` says nothing."""

    state: State = "flag"


class Elected(Gate):
    """A proposal for a post that the People's Council elects is a recommendation, never an order.

    What: every move into the seat of a chair or vice-chair of the People's Council or Committee, or of a head or deputy
    of a council committee, carries a warning; with state = "on" the plan leaves these seats to the council alone.
    Concurrent duty passes: it fills no seat, which stays open for the election.
    Why: the council elects; the plan can only name somebody to recommend.
    Formula: role of the post not in council_chair, council_vice_chair, council_committee_head,
    council_committee_deputy, chair, vice_chair; or concurrent duty.
    Data: posts.role.
    Source: these posts are elected by the People's Council, in communes of the two-tier model since 1 July 2025.
    Relax: off; waive for a post where the election has taken place.
    """

    name = "elected"
    title = T("Not a post that the People's Council elects")
    source = Source("Luật Tổ chức chính quyền địa phương 2025: chức danh do HĐND bầu", "A", date(2025, 7, 1))
    settings = ElectedSettings

    def mask(self, a: Arrays, i: Index, j: Index, form: Form) -> Mask:
        """Vector form."""
        allowed = ~a.has_role(j, ELECTED) | np.bool_(form == "concurrent")
        return np.asarray(np.broadcast_to(allowed, np.broadcast_shapes(i.shape, j.shape)))

    def passes(self, facts: Facts, person: Person, post: Post, form: Form) -> bool:
        """Scalar form."""
        return form == "concurrent" or post.role not in ELECTED
