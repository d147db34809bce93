"""The posts of communes that a plan leaves short, and why."""

from __future__ import annotations

from typing import cast

import numpy as np

from optimizer.admitting import where_state
from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray
from optimizer.moves import Moves
from optimizer.plan import OpenPost
from optimizer.program import Program, activity
from optimizer.routes import other_routes
from optimizer.rulebook.rows import NO_ROW
from optimizer.rulebook.scope import Scope, ScopeSettings
from optimizer.wording import deciding_between_units


def open_posts(
    a: Arrays, moves: Moves, program: Program, chosen: KeyArray, payroll: IntArray, *, proven: bool
) -> tuple[OpenPost, ...]:
    """One row per post of a commune that is short after the plan, military posts left out.

    `payroll`: int64 (n_groups,), people on the payroll of every group after the plan.
    """
    taken = moves.take(chosen)
    filled = filled_after(a, taken)
    counted = a.unit_is_commune[a.post_unit] & ~a.post_is_military
    short = np.flatnonzero(counted & (filled < a.post_seats))
    reasons = _gap_reasons(moves, program, chosen, proven=proven)
    reachable, covering = _within_scope(a), _covering(a, taken)
    routes = other_routes(a, taken, payroll, short)
    rows = []
    for j in short.tolist():
        post = a.posts[j]
        rows.append(
            OpenPost(
                post_id=post.post_id,
                unit_id=post.unit_id,
                bloc=post.bloc,
                category=post.category,
                fields=post.fields,
                seats=post.seats,
                filled=int(filled[j]),
                gap=post.seats - int(filled[j]),
                covered=int(covering[j]),
                reason=reasons.get(j, "no_candidate") if reachable[j] else "out_of_scope",
                other_route=routes[j],
            )
        )
    return tuple(rows)


def _within_scope(a: Arrays) -> BoolArray:
    """True for the posts that somebody may enter in this round, from their unit or another: bool (n_posts,)."""
    scope = Scope()
    settings = cast(ScopeSettings, a.scenario.rules[scope.name])
    who_moves = a.scenario.config.authority.moves
    is_on = where_state(a, scope, "on")[a.post_unit]
    by_body = np.array(
        [
            not settings.bodies or bool({post.decided_by, deciding_between_units(post, who_moves)} & {*settings.bodies})
            for post in a.posts
        ],
        dtype=bool,
    )
    by_bloc = np.array([not settings.blocs or post.bloc in settings.blocs for post in a.posts], dtype=bool)
    waived = np.zeros(a.n_posts, dtype=bool)
    for row in a.scenario.decisions:
        if row.kind == "waive" and row.rule == scope.name:
            here = (
                np.ones(a.n_posts, dtype=bool)
                if row.post_id is None
                else np.arange(a.n_posts) == a.post_at[row.post_id]
            )
            waived |= here if row.unit_id is None else here & (a.post_unit == a.unit_at[row.unit_id])
    return np.asarray(~is_on | waived | (by_body & by_bloc))


def _covering(a: Arrays, taken: Moves) -> IntArray:
    """People who cover a seat of every post on top of their own once the moves `taken` are made."""
    left = taken.person[taken.from_unit != taken.to_unit]
    stays = a.counts_at_home[a.also_person] & ~np.isin(a.also_person, left)
    covered = np.concatenate([a.also_post[stays], taken.post[taken.stays]])
    return np.bincount(covered, minlength=a.n_posts).astype(np.int64)


def filled_after(a: Arrays, taken: Moves) -> IntArray:
    """People in every post once the moves `taken` are made."""
    arriving = np.bincount(taken.into_post[taken.into_post >= 0], minlength=a.n_posts)
    leaving = np.bincount(taken.from_post[taken.from_post >= 0], minlength=a.n_posts)
    return np.asarray(a.post_held + arriving - leaving)


def _gap_reasons(moves: Moves, program: Program, chosen: KeyArray, *, proven: bool) -> dict[int, str]:
    """Why each post with candidates is not filled further, judged on the plan as it stands."""
    idle, fits = left_over(moves, program, chosen)
    idle, fits = idle & ~moves.stays, fits & ~moves.stays
    reasons = dict.fromkeys(np.unique(moves.post[~moves.stays]).tolist(), "candidates_used")
    reasons |= dict.fromkeys(np.unique(moves.post[idle]).tolist(), "limits")
    reasons |= dict.fromkeys(np.unique(moves.post[fits]).tolist(), "no_gain")
    return reasons if proven else dict.fromkeys(reasons, "time")


def left_over(moves: Moves, program: Program, chosen: KeyArray) -> tuple[BoolArray, BoolArray]:
    """Moves of people whom the plan leaves where they are, and those of them that keep every row if made as well."""
    moved = np.zeros(moves.arrays.n_people, dtype=bool)
    moved[moves.person[chosen]] = True
    idle = ~moved[moves.person]
    reached = activity(program.terms, chosen, len(program.lower))
    fits = program.possible & idle
    for term in program.terms:
        after = reached[term.rows] + term.of_all
        within = (program.lower[term.rows] <= after) & (after <= program.upper[term.rows])
        fits &= within | (term.rows == NO_ROW)
    return idle, fits
