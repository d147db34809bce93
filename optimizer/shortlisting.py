"""The shortlist: for posts whose body chooses, the best candidates, and what taking another than the plan's would cost.

An option is one move put in place of the plan's into the post, and of the person's own other move; all else stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from optimizer.admitting import flag_names
from optimizer.arrays import Arrays, IntArray, KeyArray
from optimizer.left_open import filled_after
from optimizer.moves import Moves
from optimizer.plan import Candidate
from optimizer.program import Program
from optimizer.program_goals import PINS, activity
from optimizer.scenario.vocabulary import FORMS
from optimizer.swaps import NO_MOVE, Options, SwapPrices, in_order, rows_broken
from optimizer.wording import ELECTED

PLACES: Final = 3
CAP: Final = "at_most"  # what stands for the caps of goals among the rules that a candidate would break
CHOOSES: Final = "standing_committee"  # the body that chooses between candidates, whatever the role


def shortlist(a: Arrays, moves: Moves, program: Program, chosen: KeyArray) -> tuple[Candidate, ...]:
    """The best `PLACES` candidates of each post that is elected or the Standing Committee's, the plan's own first.

    Posts that the plan neither fills nor leaves open with candidates have no list.
    """
    own = np.full(a.n_people, NO_MOVE, dtype=np.int32)
    own[moves.person[chosen]] = chosen
    into = moves.into_post[chosen]
    arriving = np.bincount(into[into >= 0], minlength=a.n_posts)
    filled = filled_after(a, moves.take(chosen))
    rows: list[Candidate] = []
    reached = activity(program.terms, chosen, len(program.lower))
    prices = [SwapPrices(goal, chosen) for goal in program.goals]
    for j in np.flatnonzero(_is_chosen_for(a) & ((arriving > 0) | (filled < a.post_seats))).tolist():
        taken = chosen[into == j]
        options = _options(moves, j, taken, own, is_open=bool(filled[j] < a.post_seats[j]) or not len(taken))
        rows += _listed(a, moves, program, taken, options, prices, reached)
    return tuple(rows)


def _is_chosen_for(a: Arrays) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chosen_for = np.array([post.role in ELECTED or post.decided_by == CHOOSES for post in a.posts], dtype=np.bool_)
    return chosen_for & a.unit_is_commune[a.post_unit]


def _options(moves: Moves, j: int, taken: KeyArray, own: KeyArray, *, is_open: bool) -> Options:
    """Every move of others into post `j` that fills a seat: into an open one, or in place of each move of the plan."""
    into = np.flatnonzero(moves.into_post == j).astype(np.int32)
    into = into[~np.isin(moves.person[into], moves.person[taken])]
    places = np.array([*([NO_MOVE] if is_open else []), *taken.tolist()], dtype=np.int32)
    added = np.repeat(into, len(places))
    return Options(added, np.tile(places, len(into)), own[moves.person[added]])


def _listed(
    a: Arrays, moves: Moves, program: Program, taken: KeyArray, options: Options, prices: Sequence[SwapPrices],
    reached: IntArray,
) -> Iterator[Candidate]:  # fmt: skip
    """The rows of one post: the plan's own moves in the order of ids, then the best option of each other person."""
    names = [goal.name for goal in program.goals if goal.name != PINS]
    place = 0
    for k in sorted(taken.tolist(), key=lambda k: int(moves.person[k])):
        place += 1
        yield _row(a, moves, k, place, NO_MOVE, (), dict.fromkeys(names, 0), chosen=True)
    broken = _broken_rules(program, options, reached)
    costs = {goal.name: price.differences(options) for goal, price in zip(program.goals, prices, strict=True)}
    for q in np.flatnonzero(costs.pop(PINS, np.zeros(options.n)) > 0).tolist():
        broken.setdefault(q, []).append("pin")
    for price in prices:
        for q in np.flatnonzero(price.above_cap(price.differences(options))).tolist():
            if CAP not in broken.setdefault(q, []):
                broken[q].append(CAP)
    seen: set[int] = set()
    breaks = np.zeros(options.n, dtype=np.bool_)
    breaks[list(broken)] = True
    for q in in_order(moves, options, breaks, list(costs.values())).tolist():
        person = int(moves.person[options.added[q]])
        if place >= PLACES:
            return
        if person not in seen:
            seen.add(person)
            place += 1
            by_goal = {name: int(costs[name][q]) for name in names}
            replaced = int(options.replaced[q])
            yield _row(a, moves, int(options.added[q]), place, replaced, broken.get(q, ()), by_goal, chosen=False)


def _row(
    a: Arrays, moves: Moves, k: int, place: int, replaced: int, breaks: Sequence[str], costs: dict[str, int], *,
    chosen: bool,
) -> Candidate:  # fmt: skip
    return Candidate(
        post_id=a.posts[moves.post[k]].post_id,
        place=place,
        person_id=a.people[moves.person[k]].person_id,
        form=FORMS[moves.form[k]],
        chosen=chosen,
        instead_of=None if replaced == NO_MOVE else a.people[moves.person[replaced]].person_id,
        keeps_limits=not breaks,
        breaks=tuple(breaks),
        costs=tuple(f"{name}={value}" for name, value in costs.items()),
        points=int(moves.points[k]),
        cost=int(moves.cost[k]),
        flags=flag_names(int(moves.flags[k])),
    )


def _broken_rules(program: Program, options: Options, reached: IntArray) -> dict[int, list[str]]:
    """Names of the limits that each option breaks, in their order; options that keep all of them are left out."""
    broken: dict[int, list[str]] = {}
    for q, row in zip(*(part.tolist() for part in rows_broken(program, options, reached)), strict=True):
        names = broken.setdefault(q, [])
        if program.rule[row] not in names:
            names.append(program.rule[row])
    return broken
