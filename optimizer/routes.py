"""Other routes for the posts that a plan leaves short: proposals by stated rules, never part of the plan itself.

For a short post of unit u and bloc b, after the plan (codes and sources stand in `wording.ROUTES`, in this order):

- `receive`: the post is no leader's; payroll(u, b) < quota(u, b); and some public employee of u has one of the post's
  fields, or the post names none, reaches the post's degree, has served for at least `routes.receive_months` full
  months since people.joined_on (blank: not counted), and is in neither of the exempt cases 1 and 2.
- `recruit`: the post is no leader's, and payroll(u, b) < quota(u, b).
- `contract`: the post is a specialist's, and payroll(u, b) >= quota(u, b).
- `train`: somebody of u reaches the post's degree and lacks exactly one of its requirements (a field, a major, the
  theory level), and is refused an internal move into it by exactly one gate, `fields` or `standards`, and by no
  decision.
- `share`: the post is a specialist's, and another commune at most `routes.share_km` away by road keeps at least
  two people who cover one of the post's fields: they have it and sit in a specialist post that names it.

People of u are those on its payroll and on site whom the plan does not move and who do not hold the post. Leaders are
appointed or elected, so for them somebody of the unit is trained; the other routes bring civil servants and contracts.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.admitting import excluded, gate_lets_pass
from optimizer.arrays import Arrays, BitWords, BoolArray, IntArray, share_a_bit
from optimizer.moves import Moves
from optimizer.rulebook import GATES
from optimizer.wording import ROUTES

TRAINABLE: Final = frozenset({"fields", "standards"})  # the gates that ask what can be learnt
SPARED: Final = 2  # people who cover a field, so that one of them may serve a neighbour too
Pairs = tuple[IntArray, IntArray]


def other_routes(a: Arrays, taken: Moves, payroll: IntArray, short: IntArray) -> dict[int, tuple[str, ...]]:
    """The codes of the routes for each post of `short`; `payroll`: of each group after the plan."""
    people, posts = _at_hand(a, taken, short)
    group = a.post_unit * a.n_blocs + a.post_bloc
    has_room = (payroll < a.quota)[group]
    is_full = ((a.quota >= 0) & (payroll >= a.quota))[group]
    proposed: dict[str, BoolArray] = {
        "receive": ~a.post_is_leadership & has_room & _receivable(a, people, posts),
        "recruit": ~a.post_is_leadership & has_room,
        "contract": a.post_is_specialist & is_full,
        "train": _trainable(a, people, posts),
        "share": a.post_is_specialist & _shareable(a, taken),
    }
    return {j: tuple(code for code in ROUTES if proposed[code][j]) for j in short.tolist()}


def _at_hand(a: Arrays, taken: Moves, short: IntArray) -> Pairs:
    """Every short post with each person of its unit who stays there and does not hold it: two arrays of indices."""
    stays = a.counts_at_home.copy()
    stays[taken.person] = False
    parts: list[Pairs] = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))]
    for unit in np.unique(a.post_unit[short]).tolist():
        people = np.flatnonzero(stays & (a.person_unit == unit))
        posts = short[a.post_unit[short] == unit]
        parts.append((np.repeat(people, len(posts)), np.tile(posts, len(people))))
    i, j = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    elsewhere = a.person_post[i] != j
    return i[elsewhere], j[elsewhere]


def _posts_of(a: Arrays, posts: IntArray) -> BoolArray:
    found = np.zeros(a.n_posts, dtype=bool)
    found[posts] = True
    return found


def _receivable(a: Arrays, i: IntArray, j: IntArray) -> BoolArray:
    """Posts for which the unit has a public employee who may become a civil servant: bool (n_posts,)."""
    knows = share_a_bit(a.person_fields[i], a.post_fields[j]) | ~a.post_names_fields[j]
    reaches = a.person_degree[i] >= a.post_min_degree[j]
    return _posts_of(a, j[a.person_receivable[i] & knows & reaches])


def _trainable(a: Arrays, i: IntArray, j: IntArray) -> BoolArray:
    """Posts for which somebody of the unit lacks one thing that can be learnt: bool (n_posts,)."""
    near = (np.sum(lacking(a, i, j), axis=0) == 1) & (a.person_degree[i] >= a.post_min_degree[j])
    i, j = i[near], j[near]
    refusals = np.zeros(len(i), dtype=np.int64)
    final = np.zeros(len(i), dtype=np.int64)  # refusals by gates that no training lifts
    for gate in GATES:
        refuses = ~gate_lets_pass(a, gate, i, j, "internal")
        refusals += refuses
        final += refuses & (gate.name not in TRAINABLE)
    for decision in a.scenario.decisions:
        if decision.kind != "waive":
            final += excluded(a, decision, i, j, "internal")
    return _posts_of(a, j[(refusals == 1) & (final == 0)])


def lacking(a: Arrays, i: IntArray, j: IntArray) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Of each person and post whether a field, a major or the theory level is missing, all of which can be learnt."""
    asks = ~a.post_is_general[j]
    field = asks & a.post_names_fields[j] & ~share_a_bit(a.person_fields[i], a.post_fields[j])
    major = asks & a.post_names_majors[j] & ~share_a_bit(a.person_majors[i], a.post_majors[j])
    return field, major, np.asarray(a.person_theory[i] < a.post_min_theory[j])


def _shareable(a: Arrays, taken: Moves) -> BoolArray:
    """Posts of whose fields a near commune covers one with people to spare: bool (n_posts,)."""
    spares = _covering(a, taken) >= SPARED
    near = (a.metres <= 1000 * a.scenario.config.routes.share_km) & ~np.eye(a.n_units, dtype=bool)
    reached = (near.astype(np.int64) @ spares.astype(np.int64) > 0)[a.post_unit]
    return np.asarray((reached & _names(a.post_fields, len(a.field_codes))).any(axis=1))


def _covering(a: Arrays, taken: Moves) -> IntArray:
    """People who cover each field in each commune after the plan: int64 (n_units, n_fields)."""
    seat = np.where(a.counts_at_home, a.person_post, -1)
    changes = taken.into_post >= 0
    seat[taken.person[changes]] = taken.into_post[changes]
    seated = np.flatnonzero(seat >= 0)
    post = seat[seated]
    covers = _names(a.person_fields[seated] & a.post_fields[post], len(a.field_codes))
    counts = (a.post_is_specialist & a.unit_is_commune[a.post_unit])[post]
    covering = np.zeros((a.n_units, len(a.field_codes)), dtype=np.int64)
    np.add.at(covering, a.post_unit[post], covers & counts[:, None])
    return covering


def _names(bits: BitWords, n: int) -> BoolArray:
    """Sets stored as words of bits, spelled out: bool (n_sets, n)."""
    word, bit = np.divmod(np.arange(n), 64)
    return np.asarray((bits[:, word] >> bit.astype(np.uint64)) & np.uint64(1), dtype=np.bool_)
