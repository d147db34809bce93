"""Who takes a post and who could, or why it stays open and what filling it now would cost."""

from __future__ import annotations

import numpy as np

from optimizer.explaining.answers import ExplainedPost
from optimizer.explaining.choices import forced_choice
from optimizer.explaining.forcing import Forcing
from optimizer.explaining.ranking import Ranked, Ranking
from optimizer.left_open import filled_after
from optimizer.program import Asked


def explained_post(forcing: Forcing, post_id: str, seconds: float) -> ExplainedPost:
    """The answer on a post; a candidate is whoever may fill a seat of it, not who may cover one."""
    case = forcing.case
    post = case.arrays.post_at[post_id]
    into = np.flatnonzero(case.moves.into_post == post).astype(np.int32)
    taken = np.intersect1d(into, case.chosen).astype(np.int32)
    gap = next((row for row in case.plan.gaps if row.post_id == post_id), None)
    nobody = Ranked((), None)
    ranked = Ranking(case).of_post(into, taken, is_open=gap is not None) if len(taken) or gap is not None else nobody
    choice = None
    if gap is not None and len(ranked.rows) > len(taken):
        choice = forced_choice(forcing, Asked(into, len(taken) + 1), known=ranked.known, seconds=seconds)
    return ExplainedPost(
        plan_status=case.plan.status,
        post_id=post_id,
        seats=int(case.arrays.post_seats[post]),
        held=int(case.arrays.post_held[post]),
        filled=int(filled_after(case.arrays, case.moves.take(case.chosen))[post]),
        reason=None if gap is None else gap.reason,
        coming=tuple(row for row in case.plan.moves if row.to_post_id == post_id),
        leaving=tuple(row for row in case.plan.moves if row.from_post_id == post_id and row.form != "concurrent"),
        candidates=ranked.rows,
        choice=choice,
    )
