"""Every move into the posts that stay open, admissible or not, put into the plan while all else stays: what it breaks
and what it costs, and by which single change it would become a move of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from optimizer.arrays import BoolArray, IntArray, KeyArray
from optimizer.explaining.case import Case
from optimizer.explaining.changes import Change, QuotaSeat, Training, Waiver, price_of
from optimizer.explaining.misses import Refusals
from optimizer.explaining.widening import ListPlaces, Triples, joined, rows_at, triples_of, widened
from optimizer.moves import Moves
from optimizer.program_goals import activity
from optimizer.routes import TRAINABLE, lacking
from optimizer.rulebook import GATES
from optimizer.rulebook.lists import Lists
from optimizer.rulebook.payroll_cap import PayrollCap
from optimizer.scenario.config import KINDS_OF_CHANGE
from optimizer.scenario.vocabulary import FORMS
from optimizer.starting import SENSITIVE
from optimizer.swaps import NO_MOVE, Options, SwapPrices, rows_broken

KINDS: Final = tuple(KINDS_OF_CHANGE)
WAIVABLE: Final = np.array([bool(gate.waived_by) and gate.name not in SENSITIVE for gate in GATES])
OF_LISTS: Final = next(place for place, gate in enumerate(GATES) if gate.name == Lists.name)
LEARNT: Final = np.array([gate.name in TRAINABLE for gate in GATES])
ITEMS: Final = ("field", "major", "theory")


@dataclass(frozen=True, eq=False)
class Fills:
    """Moves of people into open posts where they neither sit nor go, each in place of the person's own other move.

    move: int32 (n,), rows of the widened case; admissible: bool (n,), those of the scenario as it is.
    costs: int64 (n_goals, n), what each goal changes by while all else stays. breaks: bool (n,), some limit is broken;
    by_cap: bool (n,), the payroll cap of the post's group is among these; only_cap: bool (n,), it is the only one.
    """

    case: Case
    options: Options
    admissible: BoolArray
    costs: IntArray
    breaks: BoolArray
    by_cap: BoolArray
    only_cap: BoolArray

    @property
    def move(self) -> KeyArray:
        """The move into the post."""
        return self.options.added

    @cached_property
    def is_no_worse(self) -> BoolArray:
        """True where no goal gets worse before one gets better."""
        worse, settled = np.zeros(self.options.n, dtype=bool), np.zeros(self.options.n, dtype=bool)
        for cost in self.costs:
            worse |= ~settled & (cost > 0)
            settled |= cost != 0
        return ~worse


def fills_of(case: Case, posts: IntArray, admissible: KeyArray) -> Fills:
    """All moves of a widened case into `posts` that the plan does not make; `admissible`: its rows that are no more."""
    moves, program = case.moves, case.program
    own = np.full(case.arrays.n_people, NO_MOVE, dtype=np.int32)
    own[moves.person[case.chosen]] = case.chosen
    added = np.flatnonzero(np.isin(moves.post, posts) & ~moves.stays).astype(np.int32)
    dropped = own[moves.person[added]]
    goes_there = (dropped != NO_MOVE) & (moves.into_post[dropped] == moves.post[added])
    added, dropped = added[~goes_there], dropped[~goes_there]
    options = Options(added, np.full(len(added), NO_MOVE, dtype=np.int32), dropped)
    broken, row = rows_broken(program, options, activity(program.terms, case.chosen, len(program.lower)))
    is_cap = np.array([name == PayrollCap.name for name in program.rule], dtype=bool)
    own_cap = is_cap[row] & (program.unit[row] == moves.to_unit[added[broken]])
    breaks, by_cap, others = (np.zeros(options.n, dtype=bool) for _ in range(3))
    breaks[broken], by_cap[broken[own_cap]], others[broken[~own_cap]] = True, True, True
    costs = np.stack([SwapPrices(goal, case.chosen).differences(options) for goal in program.goals])
    return Fills(case, options, np.isin(added, admissible), costs, breaks, by_cap, by_cap & ~others)


@dataclass(frozen=True, eq=False)
class Candidates:
    """The single changes that would make moves into open posts, one row for each change and move, best first by post.

    fill: int64 (n,), place in `fills`; kind, detail: int8 and int64, place in KINDS, and the gate waived or the item
    learnt. price: int64, units of effort. fits: bool, the move alone fills the post, breaks nothing and makes no goal
    worse; of quotas and training, as far as the present scenario tells.
    """

    fills: Fills
    lists: ListPlaces
    fill: IntArray
    kind: IntArray
    detail: IntArray
    price: IntArray
    fits: BoolArray

    @cached_property
    def post(self) -> IntArray:
        """Post of each row."""
        return self.fills.case.moves.post[self.fills.move[self.fill]].astype(np.int64)

    def of_post(self, post: int) -> IntArray:
        """The rows of one post, by price, those that fit first, then goal by goal, points and ids."""
        return np.arange(*np.searchsorted(self.post, [post, post + 1]))

    def change(self, row: int) -> Change:
        """The change of a row."""
        moves = self.fills.case.moves
        move = int(self.fills.move[self.fill[row]])
        a, kind, detail = moves.arrays, KINDS[self.kind[row]], int(self.detail[row])
        person, post, form = a.people[moves.person[move]], a.posts[moves.post[move]], FORMS[moves.form[move]]
        if kind == "list_place":
            return self.lists.change(int(moves.person[move]), form)
        if kind == "waiver":
            return Waiver(person.person_id, post.post_id, form, GATES[detail].name)
        if kind == "quota_seat":
            return QuotaSeat(post.unit_id, post.bloc)
        named = {"field": post.fields, "major": post.majors, "theory": (str(post.min_theory),)}[ITEMS[detail]]
        return Training(person.person_id, ITEMS[detail], named[0])

    def changes(self, rows: Sequence[int] | IntArray) -> Iterator[tuple[int, Change]]:
        """Rows with their changes, each change once."""
        seen: set[Change] = set()
        for row in rows:
            change = self.change(int(row))
            if change not in seen:
                seen.add(change)
                yield int(row), change


def candidates(case: Case, refused: Refusals) -> Candidates:
    """Every single change that is considered, for the posts of `refused`."""
    a = case.arrays
    lists = ListPlaces(a)
    alone = refused.alone[WAIVABLE[refused.alone[:, 3]] | LEARNT[refused.alone[:, 3]]]
    refusing = Triples(*alone[:, :3].T)
    offered = lists.moves(np.flatnonzero(lists.beyond), refused.posts)
    wide = widened(case, joined([refusing, offered]))
    fills = fills_of(wide, refused.posts, rows_at(wide.moves, triples_of(case.moves)))
    parts = [
        *_refused_once(wide, refusing, alone[:, 3], offered),
        _part(rows_at(wide.moves, offered), "list_place"),
        _quota_seats(wide.moves, fills),
    ]
    move, kind, detail = (np.concatenate([part[k] for part in parts]) for k in range(3))
    prices = [price_of(name, case.scenario.config.changes) for name in KINDS]
    priced = np.array([price is not None for price in prices])[kind]
    place = np.searchsorted(fills.move, move)
    known = priced & (place < fills.options.n)
    known[known] &= fills.move[place[known]] == move[known]
    fill, kind, detail = place[known], kind[known], detail[known]
    price = np.array([price or 0 for price in prices], dtype=np.int64)[kind]
    unbroken = np.where(kind == KINDS.index("quota_seat"), fills.only_cap[fill], ~fills.breaks[fill])
    fits = unbroken & fills.is_no_worse[fill]
    return _in_order(Candidates(fills, lists, fill, kind, detail, price, fits))


Part = tuple[IntArray, IntArray, IntArray]


def _part(move: KeyArray, kind: str, detail: IntArray | None = None) -> Part:
    none = np.zeros(len(move), dtype=np.int64)
    return move.astype(np.int64), none + KINDS.index(kind), none if detail is None else detail


def _refused_once(wide: Case, refusing: Triples, gate: IntArray, offered: Triples) -> Iterator[Part]:
    """Moves that one rule refuses: it is waived, or what is missing is learnt. A place on a list is no waiver."""
    a = wide.arrays
    row = rows_at(wide.moves, refusing)
    by_list = (gate == OF_LISTS) & np.isin(row, rows_at(wide.moves, offered))
    waived = WAIVABLE[gate] & ~by_list
    yield _part(row[waived], "waiver", gate[waived])
    lacks = np.stack(lacking(a, refusing.person, refusing.post))
    has_degree = a.person_degree[refusing.person] >= a.post_min_degree[refusing.post]
    learnt = LEARNT[gate] & (lacks.sum(axis=0) == 1) & has_degree
    yield _part(row[learnt], "training", lacks[:, learnt].argmax(axis=0).astype(np.int64))


def _quota_seats(moves: Moves, fills: Fills) -> Part:
    """Admissible moves against which the payroll cap of a group stands that is not over its quota."""
    a = moves.arrays
    group = moves.to_unit[fills.move] * a.n_blocs + a.post_bloc[moves.post[fills.move]]
    has_room = a.payroll[group] <= a.quota[group]
    return _part(fills.move[fills.by_cap & has_room & fills.admissible], "quota_seat")


def _in_order(found: Candidates) -> Candidates:
    moves, fill = found.fills.case.moves, found.fill
    move = found.fills.move[fill]
    order = np.lexsort([
        found.detail, move, moves.points[move], *reversed(found.fills.costs[:, fill]), ~found.fits, found.price,
        moves.post[move],
    ])  # fmt: skip
    return Candidates(found.fills, found.lists, fill[order], found.kind[order], found.detail[order],
                      found.price[order], found.fits[order])  # fmt: skip
