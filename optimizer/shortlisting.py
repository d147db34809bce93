"""The shortlist: for posts whose body chooses, the best candidates, and what taking another than the plan's would cost.

An option is one move put in place of the plan's into the post, and of the person's own other move; all else stays. Its
costs are exact for this swap. Where the swap keeps every limit they are an upper bound of the true price, as a new plan
around it may do better; where it does not, further moves would be needed and the true price is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.admitting import flag_names
from optimizer.arrays import Arrays, IntArray, KeyArray
from optimizer.left_open import filled_after
from optimizer.moves import Moves
from optimizer.plan import Candidate
from optimizer.program import PINS, Program, ProgramGoal, activity
from optimizer.rulebook.rows import NO_ROW, Term
from optimizer.scenario.vocabulary import FORMS
from optimizer.wording import ELECTED

PLACES: Final = 3
CHOOSES: Final = "standing_committee"  # the body that chooses between candidates, whatever the role
NO_MOVE: Final = -1


@dataclass(frozen=True, eq=False)
class Options:
    """Options for one post. `added`, `replaced`, `dropped`: moves (n,), NO_MOVE where there is none."""

    added: KeyArray
    replaced: KeyArray
    dropped: KeyArray

    @property
    def n(self) -> int:
        """Number of options."""
        return len(self.added)

    def steps(self) -> tuple[IntArray, KeyArray, IntArray]:
        """Option, move and +1 or -1 of every move that an option makes or takes back."""
        option = np.tile(np.arange(self.n), 3)
        move = np.concatenate([self.added, self.replaced, self.dropped])
        sign = np.repeat(np.array([1, -1, -1], dtype=np.int64), self.n)
        real = move != NO_MOVE
        return option[real], move[real], sign[real]


@dataclass(frozen=True, eq=False)
class Changes:
    """By how much options change rows: `option`, `row`, `by` of every pair that changes."""

    option: IntArray
    row: IntArray
    by: IntArray


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
    prices = [_Prices(goal, chosen) for goal in program.goals]
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
    a: Arrays, moves: Moves, program: Program, taken: KeyArray, options: Options, prices: Sequence[_Prices],
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
    seen: set[int] = set()
    for q in _in_order(moves, options, broken, list(costs.values())):
        person = int(moves.person[options.added[q]])
        if place >= PLACES:
            return
        if person not in seen:
            seen.add(person)
            place += 1
            by_goal = {name: int(costs[name][q]) for name in names}
            replaced = int(options.replaced[q])
            yield _row(a, moves, int(options.added[q]), place, replaced, broken.get(q, ()), by_goal, chosen=False)


def _in_order(
    moves: Moves, options: Options, broken: dict[int, list[str]], costs: Sequence[IntArray]
) -> list[int]:  # fmt: skip
    """Options from the best: limits kept, then goal by goal, points, ids of the person and of whom they replace."""
    breaks = np.zeros(options.n, dtype=np.bool_)
    breaks[list(broken)] = True
    replaced = np.where(options.replaced == NO_MOVE, -1, moves.person[options.replaced])
    keys = [
        moves.form[options.added], replaced, moves.person[options.added], moves.points[options.added],
        *reversed(costs), breaks,
    ]  # fmt: skip
    return [int(q) for q in np.lexsort(keys)]


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


def _changes(terms: Sequence[Term], options: Options, n_rows: int) -> Changes:
    """What every option adds to the left-hand sides of the rows."""
    option, move, sign = options.steps()
    keys, values = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for term in terms:
        row = term.rows[move]
        stands = row != NO_ROW
        keys.append(option[stands] * n_rows + row[stands])
        values.append((term.of_all[move] * sign)[stands])
    key, at = np.unique(np.concatenate(keys), return_inverse=True)
    by = np.zeros(len(key), dtype=np.int64)
    np.add.at(by, at, np.concatenate(values))
    moved = by != 0
    return Changes(key[moved] // max(1, n_rows), key[moved] % max(1, n_rows), by[moved])


def _broken_rules(program: Program, options: Options, reached: IntArray) -> dict[int, list[str]]:
    """Names of the limits that each option breaks, in their order; options that keep all of them are left out.

    The plan keeps every row, so only rows that change can be broken.
    """
    changes = _changes(program.terms, options, len(program.lower))
    after = reached[changes.row] + changes.by
    outside = (after < program.lower[changes.row]) | (after > program.upper[changes.row])
    broken: dict[int, list[str]] = {}
    for q, row in zip(changes.option[outside].tolist(), changes.row[outside].tolist(), strict=True):
        names = broken.setdefault(q, [])
        if program.rule[row] not in names:
            names.append(program.rule[row])
    return broken


class _Prices:
    """What options cost by one goal: its weights, and what the missing people of each group cost."""

    def __init__(self, goal: ProgramGoal, chosen: KeyArray) -> None:
        self.goal = goal
        self.missing = goal.need - activity(goal.terms, chosen, len(goal.need))
        self.start = np.concatenate(([0], np.cumsum(goal.segment_size))).astype(np.int64)
        self.below = np.concatenate(([0], np.cumsum(goal.segment_size * goal.segment_cost))).astype(np.int64)
        rows = np.arange(len(goal.need) + 1)
        self.first = self.start[np.searchsorted(goal.segment_row, rows)]

    def differences(self, options: Options) -> IntArray:
        """The goal's value after each option, less the plan's: int64 (n,)."""
        found = np.zeros(options.n, dtype=np.int64)
        option, move, sign = options.steps()
        if self.goal.weights is not None:
            np.add.at(found, option, sign * self.goal.weights[move])
        changes = _changes(self.goal.terms, options, len(self.goal.need))
        missing = self.missing[changes.row]
        now, then = self._cost(changes.row, missing), self._cost(changes.row, missing - changes.by)
        np.add.at(found, changes.option, then - now)
        return found

    def _cost(self, row: IntArray, missing: IntArray) -> IntArray:
        """What so many missing people cost in their groups: each group pays its cheapest segments."""
        if not len(self.goal.segment_cost):
            return np.zeros(len(row), dtype=np.int64)
        first = self.first[row]
        upto = first + np.clip(missing, 0, self.first[row + 1] - first)
        segment = np.clip(np.searchsorted(self.start, upto, side="right") - 1, 0, len(self.goal.segment_cost) - 1)
        total = self.below[segment] + (upto - self.start[segment]) * self.goal.segment_cost[segment]
        return np.asarray(total - self.below[np.searchsorted(self.start, first, side="left")])
