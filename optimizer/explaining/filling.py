"""The single changes that could fill the posts that stay open, and the ways to put each into the plan at hand.

Considered is, of every kind, what brings somebody into the open post or into a post one step back from it (see
`behind`): what makes a move admissible that is not, or lifts a limit that stands against a move while all else stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray
from optimizer.explaining.behind import (
    Entries,
    StepsBack,
    entries_by,
    joined_entries,
    likeliest,
    relays,
    steps_back,
)
from optimizer.explaining.case import Case
from optimizer.explaining.changes import Change, LimitWaiver, QuotaSeat, Training, Waiver, price_of
from optimizer.explaining.misses import Refusals, refusals
from optimizer.explaining.widening import ListPlaces, rows_at, triples_of, widened
from optimizer.offering import Triples, joined
from optimizer.program_goals import activity
from optimizer.routes import TRAINABLE, lacking
from optimizer.rulebook import GATES, LIMITS
from optimizer.rulebook.payroll_cap import PayrollCap
from optimizer.rulebook.standards import Standards
from optimizer.scenario.config import KINDS_OF_CHANGE
from optimizer.scenario.schema import Post
from optimizer.scenario.vocabulary import FORMS, UNKNOWN
from optimizer.starting import SENSITIVE
from optimizer.swaps import NO_MOVE, SwapPrices, matches, rows_broken

KINDS: Final = tuple(KINDS_OF_CHANGE)
WAIVABLE: Final = np.array([bool(gate.waived_by) and gate.name not in SENSITIVE for gate in GATES])
LEARNT: Final = np.array([gate.name in TRAINABLE for gate in GATES])
GATE_NAMES: Final = np.array([gate.name for gate in GATES])
ITEMS: Final = ("field", "major", "theory")
BITS: Final = {limit.name: 1 << place for place, limit in enumerate(LIMITS)}
OF_PEOPLE: Final = tuple(place for place, limit in enumerate(LIMITS) if "person_id" in limit.waived_by)


@dataclass(frozen=True, eq=False)
class Fills:
    """Moves of people into open posts where they neither sit nor go, each in place of the person's own other move.

    The first `n_direct` of `entries` are these; behind them stand moves into posts one step back, each with the step of
    the holder. admissible: bool (n_direct,), moves of the scenario as it is. costs: int64 (n_goals, n), what each goal
    changes by while all else stays. broken: int64 (n,), the limits that are broken, as bits by their place in LIMITS.
    """

    case: Case
    entries: Entries
    n_direct: int
    admissible: BoolArray
    costs: IntArray
    broken: IntArray

    @property
    def move(self) -> KeyArray:
        """The moves into open posts, without a step of anybody else."""
        return self.entries.added[: self.n_direct]

    @cached_property
    def target(self) -> KeyArray:
        """The open post that each entry fills."""
        entries = self.entries
        last = np.where(entries.onward == NO_MOVE, entries.added, entries.onward)
        return self.case.moves.post[last].astype(np.int32)

    @cached_property
    def is_no_worse(self) -> BoolArray:
        """True where no goal gets worse before one gets better."""
        worse, settled = np.zeros(self.entries.n, dtype=bool), np.zeros(self.entries.n, dtype=bool)
        for cost in self.costs:
            worse |= ~settled & (cost > 0)
            settled |= cost != 0
        return ~worse


def _fills(case: Case, back: StepsBack, moves: Triples, kind: IntArray) -> Fills:
    """The ways to put `moves`, each let in by a kind of change, and all admissible ones into the plan at hand."""
    direct = moves.take(np.flatnonzero(np.isin(moves.post, back.posts)))
    to_relay = likeliest(case, back, moves, kind)
    wide = widened(case, joined([direct, to_relay]))
    into = _into(wide, back.posts)
    entries = joined_entries([into, relays(back.within(wide), rows_at(wide.moves, to_relay))])
    costs = np.stack([SwapPrices(goal, wide.chosen).differences(entries) for goal in wide.program.goals])
    admissible = np.isin(into.added, rows_at(wide.moves, triples_of(case.moves)))
    return Fills(wide, entries, into.n, admissible, costs, _limits_broken(wide, entries))


def _into(case: Case, posts: IntArray) -> Entries:
    """All moves into `posts` of people who neither sit nor go there."""
    moves = case.moves
    entries = entries_by(case, np.flatnonzero(np.isin(moves.post, posts) & ~moves.stays).astype(np.int32))
    goes_there = (entries.dropped != NO_MOVE) & (moves.into_post[entries.dropped] == moves.post[entries.added])
    return entries.take(np.flatnonzero(~goes_there))


def _limits_broken(case: Case, entries: Entries) -> IntArray:
    """The limits that each entry breaks, as bits by their place in LIMITS: int64 (n,)."""
    program = case.program
    entry, row = rows_broken(program, entries, activity(program.terms, case.chosen, len(program.lower)))
    bit_of_row = np.array([BITS[name] for name in program.rule], dtype=np.int64)
    broken = np.zeros(entries.n, dtype=np.int64)
    np.bitwise_or.at(broken, entry, bit_of_row[row])
    return broken


@dataclass(frozen=True, eq=False)
class Candidates:
    """The single changes that are considered, one row for each change and move that it lets into the plan.

    moves: the moves (n,), into open posts and posts one step back; rows are sorted by the post.
    kind: int64, place in KINDS. detail: int64, the rule waived, by its place in GATES and, after these, LIMITS; or the
    item learnt, and which of those that the post names. price: int64, units of effort.
    plan_row, plan_entry: int64 (m,), ways to put a row into the plan at hand, as entries of `fills`; the ways to fill
    one post are together, best first. fits: bool (m,), the entry fills the post, breaks nothing and makes no goal
    worse; of quotas, waived limits and training, as far as the present scenario tells.
    """

    fills: Fills
    back: StepsBack
    lists: ListPlaces
    refused: Refusals
    moves: Triples
    kind: IntArray
    detail: IntArray
    price: IntArray
    plan_row: IntArray
    plan_entry: IntArray
    fits: BoolArray

    @property
    def arrays(self) -> Arrays:
        """The scenario as arrays."""
        return self.fills.case.arrays

    @cached_property
    def target(self) -> IntArray:
        """The open post that each way fills."""
        return self.fills.target[self.plan_entry].astype(np.int64)

    def ways_of(self, post: int) -> IntArray:
        """The ways to fill one post, by price, those that fit first, then goal by goal, points and ids."""
        return np.arange(*np.searchsorted(self.target, [post, post + 1]))

    def rows_of(self, post: int) -> IntArray:
        """The rows considered for one post, by price; of one price those first that are in a way that fits."""
        rows = self._around(post)
        ways = self.ways_of(post)
        ways = ways[self.fits[ways]]
        place = np.full(len(self.price), len(self.plan_row), dtype=np.int64)
        np.minimum.at(place, self.plan_row[ways], ways)
        return rows[np.lexsort([rows, place[rows], self.price[rows]])]

    def least_price(self, post: int) -> int | None:
        """The price of the cheapest change considered for a post, None where there is none."""
        rows = self._around(post)
        return int(self.price[rows].min()) if len(rows) else None

    def _around(self, post: int) -> IntArray:
        """The rows of the post and of those one step back from it."""
        return matches(self.back.around(post), self.moves.post)[1]

    def change(self, row: int) -> Change:
        """The change of a row."""
        a, moves, kind, detail = self.arrays, self.moves, KINDS[self.kind[row]], int(self.detail[row])
        person, post, form = a.people[moves.person[row]], a.posts[moves.post[row]], FORMS[moves.form[row]]
        if kind == "list_place":
            return self.lists.change(int(moves.person[row]), form)
        if kind == "quota_seat":
            return QuotaSeat(post.unit_id, post.bloc)
        if kind == "training":
            which, item = divmod(detail, len(ITEMS))
            return Training(person.person_id, ITEMS[item], _named(post, item)[which])
        if detail >= len(GATES):
            return LimitWaiver(person.person_id, LIMITS[detail - len(GATES)].name)
        return Waiver(person.person_id, post.post_id, form, GATES[detail].name)

    def changes(self, rows: Sequence[int] | IntArray) -> Iterator[tuple[int, Change]]:
        """Rows with their changes, each change once."""
        seen: set[Change] = set()
        for row in rows:
            change = self.change(int(row))
            if change not in seen:
                seen.add(change)
                yield int(row), change


def candidates(case: Case, posts: IntArray) -> Candidates:
    """Every single change that is considered for the open posts `posts`."""
    a, back = case.arrays, steps_back(case, posts)
    refused, lists = refusals(a, back.every), ListPlaces(a)
    alone = refused.alone[WAIVABLE[refused.alone[:, 3]] | LEARNT[refused.alone[:, 3]]]
    offered = lists.moves(np.flatnonzero(lists.beyond), refused.posts)
    parts = [
        *_refused_once(a, Triples(*alone[:, :3].T), alone[:, 3]),
        _part(offered, "list_place"),
        *_held_by_limits(case, _into(case, back.every)),
    ]
    moves, kind, detail = joined([part[0] for part in parts]), *(np.concatenate([p[k] for p in parts]) for k in (1, 2))
    prices = [price_of(name, case.scenario.config.changes) for name in KINDS]
    priced = np.flatnonzero(np.array([price is not None for price in prices])[kind])
    order = priced[np.lexsort([detail[priced], kind[priced], moves.keys(a)[priced], moves.post[priced]])]
    moves, kind, detail = moves.take(order), kind[order], detail[order]
    price = np.array([price or 0 for price in prices], dtype=np.int64)[kind]
    none = np.empty(0, dtype=np.int64)
    fills = _fills(case, back, moves, kind)
    return _with_ways(
        Candidates(fills, back, lists, refused, moves, kind, detail, price, none, none, none.astype(bool))
    )


Part = tuple[Triples, IntArray, IntArray]


def _part(moves: Triples, kind: str, detail: IntArray | None = None) -> Part:
    none = np.zeros(len(moves.person), dtype=np.int64)
    return moves, none + KINDS.index(kind), none if detail is None else detail


def _refused_once(a: Arrays, refusing: Triples, gate: IntArray) -> Iterator[Part]:
    """Moves that one rule refuses: it is waived, or what is missing is learnt."""
    waived = np.flatnonzero(WAIVABLE[gate])
    yield _part(refusing.take(waived), "waiver", gate[waived])
    of_standards = GATE_NAMES[gate] == Standards.name
    lacks = np.stack(lacking(a, refusing.person, refusing.post)) & np.stack(
        [~of_standards, ~of_standards, of_standards]
    )
    has_degree = a.person_degree[refusing.person] >= a.post_min_degree[refusing.post]
    learnt = np.flatnonzero(LEARNT[gate] & (lacks.sum(axis=0) == 1) & (has_degree | ~of_standards))
    item = lacks[:, learnt].argmax(axis=0).astype(np.int64)
    numbers = np.array([[len(_named(post, place)) for post in a.posts] for place in range(len(ITEMS))], dtype=np.int64)
    number = numbers[item, refusing.post[learnt]]
    which = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    yield _part(refusing.take(np.repeat(learnt, number)), "training", which * len(ITEMS) + np.repeat(item, number))


def _named(post: Post, item: int) -> tuple[str, ...]:
    """What a course may give that a post asks for, by the place of the item in ITEMS; any one of them does."""
    asked = (post.fields, post.majors, (str(post.min_theory),))[item]
    return tuple(name for name in asked if name != UNKNOWN)


def _held_by_limits(case: Case, barred: Entries) -> Iterator[Part]:
    """Admissible moves against which stands the payroll cap of a group that is not over its quota, or a limit that can
    be waived for a person.
    """
    moves, a = case.moves, case.arrays
    broken = _limits_broken(case, barred)
    group = moves.to_unit[barred.added] * a.n_blocs + a.post_bloc[moves.post[barred.added]]
    by_cap = (broken & BITS[PayrollCap.name] != 0) & (a.payroll[group] <= a.quota[group])
    yield _part(triples_of(moves.take(barred.added[by_cap])), "quota_seat")
    for place in OF_PEOPLE:
        move = barred.added[broken & (1 << place) != 0]
        yield _part(triples_of(moves.take(move)), "waiver", np.full(len(move), len(GATES) + place))


def _with_ways(rows: Candidates) -> Candidates:
    """The candidates with the ways to put them into the plan at hand."""
    fills, moves = rows.fills, rows.fills.case.moves
    added, keys = fills.entries.added, rows.moves.keys(rows.arrays)
    by_move = np.argsort(keys, kind="stable")
    of_entry = triples_of(moves.take(added)).keys(rows.arrays)
    entry, at = matches(of_entry, keys[by_move])
    row = by_move[at]
    lifted = np.zeros(len(rows.price), dtype=np.int64)
    lifted[rows.kind == KINDS.index("quota_seat")] = BITS[PayrollCap.name]
    of_limits = (rows.kind == KINDS.index("waiver")) & (rows.detail >= len(GATES))
    lifted[of_limits] = 1 << (rows.detail[of_limits] - len(GATES))
    fits = (fills.broken[entry] & ~lifted[row] == 0) & fills.is_no_worse[entry]
    order = np.lexsort([
        rows.detail[row], fills.entries.onward[entry], added[entry], moves.points[added[entry]],
        *reversed(fills.costs[:, entry]), ~fits, rows.price[row], fills.target[entry],
    ])  # fmt: skip
    return replace(rows, plan_row=row[order], plan_entry=entry[order], fits=fits[order])
