"""The shortlist: for posts whose body chooses, the best candidates, and what taking another than the plan's would cost.

An option is one move put in place of the plan's into the post, and of the person's own other move; all else stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
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
from optimizer.swaps import NO_MOVE, Options, SwapPrices, in_order, own_moves, rows_broken
from optimizer.wording import ELECTED

PLACES: Final = 3
CAP: Final = "at_most"  # what stands for the caps of goals among the rules that a candidate would break
CHOOSES: Final = "standing_committee"  # the body that chooses between candidates, whatever the role


def shortlist(a: Arrays, moves: Moves, program: Program, chosen: KeyArray) -> tuple[Candidate, ...]:
    """The best `PLACES` candidates of each post that is elected or the Standing Committee's, the plan's own first.

    Posts that the plan neither fills nor leaves open with candidates have no list.
    """
    own = own_moves(moves, chosen)
    into = moves.into_post[chosen]
    arriving = np.bincount(into[into >= 0], minlength=a.n_posts)
    filled = filled_after(a, moves.take(chosen))
    rows: list[Candidate] = []
    reached = activity(program.terms, chosen, len(program.lower))
    prices = [SwapPrices(goal, chosen) for goal in program.goals]
    for j in np.flatnonzero(_is_chosen_for(a) & ((arriving > 0) | (filled < a.post_seats))).tolist():
        taken = chosen[into == j]
        options = _options(moves, j, taken, own, is_open=bool(filled[j] < a.post_seats[j]) or not len(taken))
        rows += _listed(moves, program, taken, options, prices, reached)
    return tuple(rows)


def _is_chosen_for(a: Arrays) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chosen_for = np.array([post.role in ELECTED or post.decided_by == CHOOSES for post in a.posts], dtype=np.bool_)
    return chosen_for & a.unit_is_commune[a.post_unit]


def _options(moves: Moves, j: int, taken: KeyArray, own: KeyArray, *, is_open: bool) -> Options:
    """Every move of others into post `j` that fills a seat: into an open one, or in place of each move of the plan."""
    into = np.flatnonzero(moves.into_post == j).astype(np.int32)
    into = into[~np.isin(moves.person[into], moves.person[taken])]
    places = np.array([*([NO_MOVE] if is_open else []), *taken.tolist()], dtype=np.int32)
    return in_each_place(moves, into, places, own)


def in_each_place(moves: Moves, into: KeyArray, places: KeyArray, own: KeyArray) -> Options:
    """Each of the moves `into` in each of the places: that of a move of the plan, or NO_MOVE, besides them.

    `own`: the move that the plan makes of each person, NO_MOVE where it makes none: int32 (n_people,).
    """
    added = np.repeat(into, len(places))
    return Options(added, np.tile(places, len(into)), own[moves.person[added]])


@dataclass(frozen=True, eq=False)
class Priced:
    """Options with what they do: `order` from the best; `broken`: by option what it breaks by name, pins and caps last.

    `costs`: by goal the difference to the plan's value, int64 (n,).
    """

    options: Options
    order: IntArray
    broken: Mapping[int, Sequence[str]]
    costs: Mapping[str, IntArray]

    def row(self, moves: Moves, option: int, place: int) -> Candidate:
        """An option as the candidate in that place."""
        by_goal = {name: int(cost[option]) for name, cost in self.costs.items()}
        added, replaced = int(self.options.added[option]), int(self.options.replaced[option])
        return _row(moves, added, place, replaced, self.broken.get(option, ()), by_goal, chosen=False)


def priced(moves: Moves, program: Program, options: Options, prices: Sequence[SwapPrices], reached: IntArray) -> Priced:
    """What options do; `prices` are those of every goal, `reached` what the rows of the plan come to."""
    broken = _broken_rules(program, options, reached)
    costs = {goal.name: price.differences(options) for goal, price in zip(program.goals, prices, strict=True)}
    for q in np.flatnonzero(costs.pop(PINS, np.zeros(options.n)) > 0).tolist():
        broken.setdefault(q, []).append("pin")
    above = [price.above_cap(costs[price.goal.name]) for price in prices if price.goal.name in costs]
    for q in np.flatnonzero(np.any(above, axis=0)).tolist() if above else ():
        broken.setdefault(q, []).append(CAP)
    breaks = np.zeros(options.n, dtype=np.bool_)
    breaks[list(broken)] = True
    return Priced(options, in_order(moves, options, breaks, list(costs.values())), broken, costs)


def _listed(
    moves: Moves, program: Program, taken: KeyArray, options: Options, prices: Sequence[SwapPrices],
    reached: IntArray,
) -> Iterator[Candidate]:  # fmt: skip
    """The rows of one post: the plan's own moves in the order of ids, then the best option of each other person."""
    place = 0
    for place, k in enumerate(sorted(taken.tolist(), key=lambda k: int(moves.person[k])), start=1):
        yield own_row(moves, program, k, place)
    found = priced(moves, program, options, prices, reached)
    for option in islice(best_of_each(moves, found), max(0, PLACES - place)):
        place += 1
        yield found.row(moves, option, place)


def best_of_each(moves: Moves, found: Priced) -> Iterator[int]:
    """The best option of each person, from the best."""
    seen: set[int] = set()
    for option in found.order.tolist():
        person = int(moves.person[found.options.added[option]])
        if person not in seen:
            seen.add(person)
            yield option


def own_row(moves: Moves, program: Program, move: int, place: int) -> Candidate:
    """A move of the plan as the candidate in that place."""
    differences = {goal.name: 0 for goal in program.goals if goal.name != PINS}
    return _row(moves, move, place, NO_MOVE, (), differences, chosen=True)


def _row(
    moves: Moves, k: int, place: int, replaced: int, breaks: Sequence[str], costs: dict[str, int], *,
    chosen: bool,
) -> Candidate:  # fmt: skip
    a = moves.arrays
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
