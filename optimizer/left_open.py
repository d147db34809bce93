"""The posts of communes that a plan leaves short, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from optimizer.admitting import gates_let_pass, where_state
from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray
from optimizer.moves import Moves
from optimizer.offering import Offering
from optimizer.plan import OpenPost
from optimizer.program import Program
from optimizer.program_goals import activity
from optimizer.routes import other_routes
from optimizer.rulebook import LIMITS
from optimizer.rulebook.rows import NO_ROW
from optimizer.rulebook.scope import Scope, ScopeSettings
from optimizer.scenario.vocabulary import FORMS
from optimizer.wording import LIMIT_REASONS, deciding_between_units


@dataclass(frozen=True, eq=False)
class LeftOver:
    """Of each move whether the plan leaves its person where they are, and what stands against making it besides.

    idle, fits: bool (n_moves,), moves of such people, and those of them that keep every row. in_the_way: int64
    (n_moves,), the limits that an idle move would break, as bits by their place in LIMITS.
    """

    idle: BoolArray
    fits: BoolArray
    in_the_way: IntArray


def left_over(moves: Moves, program: Program, chosen: KeyArray) -> LeftOver:
    """What the plan of the moves `chosen` leaves over."""
    moved = np.zeros(moves.arrays.n_people, dtype=bool)
    moved[moves.person[chosen]] = True
    idle = ~moved[moves.person]
    in_the_way = np.zeros(moves.n, dtype=np.int64)
    in_the_way[idle] = _limits_in_the_way(program, chosen, np.flatnonzero(idle).astype(np.int32))
    return LeftOver(idle, program.possible & idle & (in_the_way == 0), in_the_way)


def open_posts(
    a: Arrays, moves: Moves, chosen: KeyArray, left: LeftOver, payroll: IntArray, *, proven: bool
) -> tuple[OpenPost, ...]:
    """One row per post of a commune that is short after the plan, military posts left out.

    `left`: what the plan leaves over. `payroll`: int64 (n_groups,), people on the payroll of every group after it.
    """
    taken = moves.take(chosen)
    filled = filled_after(a, taken)
    short = short_posts(a, filled)
    reasons = _gap_reasons(a, moves, left, short, proven=proven)
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
                reason=reasons[j] if reachable[j] else "out_of_scope",
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


def short_posts(a: Arrays, filled: IntArray) -> IntArray:
    """The posts of communes with fewer people than seats, military posts left out; `filled`: int64 (n_posts,)."""
    return np.flatnonzero(a.unit_is_commune[a.post_unit] & ~a.post_is_military & (filled < a.post_seats))


def filled_after(a: Arrays, taken: Moves) -> IntArray:
    """People in every post once the moves `taken` are made."""
    arriving = np.bincount(taken.into_post[taken.into_post >= 0], minlength=a.n_posts)
    leaving = np.bincount(taken.from_post[taken.from_post >= 0], minlength=a.n_posts)
    return np.asarray(a.post_held + arriving - leaving)


def _gap_reasons(a: Arrays, moves: Moves, left: LeftOver, short: IntArray, *, proven: bool) -> dict[int, str]:
    """Why each of the posts `short` is not filled further, judged on the plan as it stands.

    Where limits stand in the way, those that hold back most of the moves left give the reason.
    """
    fills = ~moves.stays
    has_candidates = np.unique(moves.post[fills])
    without = np.setdiff1d(short, has_candidates)
    reasons = dict.fromkeys(without.tolist(), "no_candidate") | dict.fromkeys(_held_by_decisions(a, without), "decided")
    if not proven:
        return reasons | dict.fromkeys(has_candidates.tolist(), "time")
    reasons |= dict.fromkeys(has_candidates.tolist(), "candidates_used")
    reasons |= dict.fromkeys(_lists_used_up(a, moves, np.intersect1d(short, has_candidates)), "list_used")
    reasons |= _of_limits(moves, left.in_the_way, left.idle & fills)
    return reasons | dict.fromkeys(np.unique(moves.post[left.fits & fills]).tolist(), "no_gain")


def _lists_used_up(a: Arrays, moves: Moves, posts: IntArray) -> list[int]:
    """Those of the posts of which every candidate is on a list, and for which a longer list would offer somebody."""
    listed = a.list_place[moves.person] >= 0
    posts = np.setdiff1d(posts, moves.post[~moves.stays & ~listed])
    if not len(posts):
        return []
    offering = Offering(a)
    offered: list[int] = np.unique(offering.moves(np.flatnonzero(offering.beyond), posts).post).tolist()
    return offered


def _of_limits(moves: Moves, limits: IntArray, held_back: BoolArray) -> dict[int, str]:
    """The reason of each post into which moves are held back; `limits`: bits of LIMITS in the way of each move.

    A move speaks for a reason where every limit in its way is of this reason.
    """
    post, in_the_way = moves.post[held_back], limits[held_back]
    reasons = dict.fromkeys(np.unique(post).tolist(), "limits")
    most = np.zeros(moves.arrays.n_posts, dtype=np.int64)
    of_reason: dict[str, int] = {}
    for bit, limit in enumerate(LIMITS):
        reason = LIMIT_REASONS.get(limit.name, "limits")
        of_reason[reason] = of_reason.get(reason, 0) | 1 << bit
    for reason, bits in of_reason.items():
        alone = np.bincount(post[(in_the_way & ~bits == 0) & (in_the_way != 0)], minlength=moves.arrays.n_posts)
        reasons |= dict.fromkeys(np.flatnonzero(alone > most).tolist(), reason)
        most = np.maximum(most, alone)
    return reasons


def _limits_in_the_way(program: Program, chosen: KeyArray, others: KeyArray) -> IntArray:
    """The limits that each of the moves `others` would break if it were made besides: bits by their place in LIMITS."""
    numbers = {limit.name: bit for bit, limit in enumerate(LIMITS)}
    bit_of_row = np.array([1 << numbers[name] for name in program.rule], dtype=np.int64)
    reached = activity(program.terms, chosen, len(program.lower))
    found = np.zeros(len(others), dtype=np.int64)
    for term in program.terms:
        at = np.flatnonzero(term.rows[others] != NO_ROW)
        row = term.rows[others[at]]
        after = reached[row] + term.of(others[at])
        outside = (after < program.lower[row]) | (after > program.upper[row])
        found[at[outside]] |= bit_of_row[row[outside]]
    return found


def _held_by_decisions(a: Arrays, posts: IntArray) -> list[int]:
    """Those of the posts into which somebody could come by every gate, were it not for bans, keeps and pins."""
    if all(decision.kind == "waive" for decision in a.scenario.decisions):
        return []
    everybody = np.arange(a.n_people)[:, None]
    held = []
    for post in posts.tolist():
        at = np.array([[post]])
        if any(gates_let_pass(a, everybody, at, form).any() for form in FORMS if form != "concurrent"):
            held.append(post)
    return held
