"""Single changes tried out: the present plan with one move more, judged in the changed scenario, and solved again.

A plan that is found in the changed scenario proves that the change fills the post. That a change does not is proven
where every plan with the seat filled, as solved again, is worse: the first goal that differs has a bound above the
present value. What neither shows stays open, and is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.admitting import gates_let_pass, left_by
from optimizer.arrays import IntArray, KeyArray
from optimizer.arrays_building import build_arrays
from optimizer.carrying import prices_asking
from optimizer.engine.likely import likely_moves
from optimizer.errors import FalseClaimError
from optimizer.explaining.case import Case, case_of
from optimizer.explaining.changes import Change
from optimizer.explaining.forcing import Forced, Forcing
from optimizer.explaining.widening import (
    ListPlaces,
    is_exact,
    moves_of,
    rows_at,
    still_there,
    triples_of,
    widened,
)
from optimizer.left_open import filled_after
from optimizer.moves import Moves
from optimizer.offering import Triples, joined
from optimizer.program import Asked, build_program
from optimizer.scenario.vocabulary import FORMS

Values = tuple[int, ...]
MOST_ALONE: Final = (4, 60)  # changes of one price that are solved again one by one: at least, at most
MOVES_ALONE: Final = 1_000_000  # moves in all the tables that are built for these, between these two


def values_of(case: Case, chosen: KeyArray) -> Values:
    """Every goal's value when the moves `chosen` are made."""
    return tuple(goal.value(chosen) for goal in case.program.goals)


def values_with(case: Case, change: Change, made: KeyArray, taken_back: KeyArray) -> Values | None:
    """Every goal's value where the change is made and the plan makes the moves `made` besides, without `taken_back`.

    `made`, `taken_back`: rows of the case. None where a rule or decision of the changed scenario forbids that plan.
    """
    chosen = np.append(np.setdiff1d(case.chosen, taken_back), made).astype(np.int32)
    taken = case.moves.take(np.sort(chosen))
    a = build_arrays(change.applied(case.scenario))
    moves = Moves(a, taken.person, taken.post, taken.form, np.zeros(taken.n, dtype=np.uint64))
    for code, form in enumerate(FORMS):
        at = np.flatnonzero(moves.form == code)
        i, j = moves.person[at].astype(np.intp), moves.post[at].astype(np.intp)
        if not gates_let_pass(a, i, j, form).all():
            return None
    program = build_program(a, moves)
    every = np.arange(moves.n, dtype=np.int32)
    is_kept = left_by(moves, a.scenario.decisions).all() and program.holds(every)
    return tuple(goal.value(every) for goal in program.goals) if is_kept else None


@dataclass(frozen=True, eq=False)
class Tried:
    """What solving again told of a change, or of several at once. `fills`: a plan proves that it fills the post.

    `refuted`: proven that it does not. Neither: it stays open. `values`: of the plan found, goal by goal, as proven as
    `forced` says; `used`: the moves of that plan which only the changes allow, rows of the case asked.
    """

    fills: bool
    refuted: bool
    forced: Forced
    values: Values = ()
    used: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Answer:
    """The change that fills a post as solved again, None where none was found; `refuted`: how many groups of one
    price, from the cheapest on, are proven to hold none.
    """

    change: Change | None
    tried: Tried | None
    refuted: int = 0


class Trials:
    """Single changes to be solved again, kept ready for one question after another; use it with `with`.

    `changes`: those that may be asked about; `seconds`: for each question.
    """

    def __init__(self, case: Case, lists: ListPlaces, changes: Iterable[Change], seconds: float) -> None:
        self._seconds = seconds
        self._present = values_of(case, case.chosen)
        self._triples: dict[Change, Triples] = {
            change: moves_of(change, case.arrays, lists)
            for change in dict.fromkeys(changes)
            if is_exact(change, case.arrays)
        }
        self._plain, self._case = case, widened(case, joined(list(self._triples.values())))
        former = prices_asking(case.plan.certificate, case.program, case.program)
        self._likely = triples_of(case.moves.take(likely_moves(case.program, case.chosen, former)))
        self._forcing = Forcing(self._case, likely=still_there(self._case.moves, self._likely))
        self._most_alone = int(np.clip(MOVES_ALONE // max(1, case.moves.n), *MOST_ALONE))

    def __enter__(self) -> Trials:
        self._forcing.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._forcing.__exit__(None, None, None)

    def first_that_fills(self, post: int, groups: Sequence[Sequence[Change]]) -> Answer:
        """The first change that fills the post, group by group.

        `groups`: changes of one price each, the cheapest first, the likeliest of each first.
        """
        refuted = 0
        for number, group in enumerate(groups):
            answer = self._of_group(post, group)
            if answer.change is not None:
                return Answer(answer.change, answer.tried, refuted)
            refuted += answer.refuted == 1 and refuted == number
        return Answer(None, None, refuted)

    def _of_group(self, post: int, group: Sequence[Change]) -> Answer:
        """The first change of a group that fills the post; `refuted` is 1 where it is proven that none does."""
        together = [change for change in group if change in self._triples]
        alone = [change for change in group if change not in self._triples]
        open_still: Sequence[Change] = ()
        if together:
            first = self.together(post, together[:1])
            if first.fills:
                return Answer(together[0], first)
            every = self.together(post, together) if len(together) > 1 else first
            open_still = () if every.refuted else self._used_of(together, every)
            refuted = every.refuted
        else:
            refuted = True
        for change in (*open_still[: self._most_alone], *alone[: self._most_alone]):
            one = self.of(post, change)
            if one.fills:
                return Answer(change, one)
            refuted &= one.refuted or change in self._triples
        return Answer(None, None, int(refuted and len(alone) <= self._most_alone))

    def _used_of(self, changes: Sequence[Change], tried: Tried) -> list[Change]:
        """Those of the changes of which the plan found makes a move."""
        used = set(triples_of(self._case.moves.take(np.array(tried.used, dtype=np.int32))).keys(self._case.arrays))
        return [change for change in changes if used.intersection(self._triples[change].keys(self._case.arrays))]

    def of(self, post: int, change: Change) -> Tried:
        """One change."""
        return self.together(post, [change]) if change in self._triples else self.alone(post, change)

    def together(self, post: int, changes: Sequence[Change]) -> Tried:
        """All of these changes at once, each of which adds moves and nothing else; with none, the scenario as it is."""
        allowed = rows_at(self._case.moves, joined([self._triples[change] for change in changes]))
        return self._ask(self._case, self._forcing, post, np.unique(allowed))

    def alone(self, post: int, change: Change) -> Tried:
        """One change, in the changed scenario as a whole."""
        try:
            case = case_of(change.applied(self._plain.scenario), self._plain.plan)
        except FalseClaimError:
            return Tried(False, False, Forced("unknown"))
        with Forcing(case, likely=still_there(case.moves, self._likely)) as forcing:
            return self._ask(case, forcing, post, np.empty(0, dtype=np.int32))

    def _ask(self, case: Case, forcing: Forcing, post: int, allowed: KeyArray) -> Tried:
        """Whether a plan with one seat more of the post filled is no worse than the present one."""
        moves, filled = case.moves, filled_after(case.arrays, case.moves.take(case.chosen))[post]
        into = np.flatnonzero(moves.into_post == post).astype(np.int32)
        leaving = int((moves.from_post[case.chosen] == post).sum())
        number = int((moves.into_post[case.chosen] == post).sum()) - leaving + 1
        forced = forcing.ask([Asked(into, max(1, number))], allowed=allowed, seconds=self._seconds)
        if not forced.is_found:
            return Tried(False, forced.status == "impossible" and number > 0, forced)
        values = values_of(case, forced.chosen)
        fills = filled_after(case.arrays, moves.take(forced.chosen))[post] > filled and values <= self._present
        used = tuple(np.intersect1d(forced.chosen, allowed).tolist())
        return Tried(bool(fills), number > 0 and self._is_worse(forced), forced, values, used)

    def _is_worse(self, forced: Forced) -> bool:
        """Proven: of the first goal that differs every plan with the choice has more than the present plan."""
        present = self._present[len(self._present) - len(forced.prices) :]
        for price, before in zip(forced.prices, present, strict=True):
            if price.bound is not None and price.bound > before:
                return True
            if price.after != before or price.bound != before:
                return False
        return False


def priced_groups(rows: Iterable[tuple[int, Change]], price: IntArray) -> Iterator[list[Change]]:
    """Changes by their price, the cheapest group first; `rows` are in the order of prices."""
    group: list[Change] = []
    last: int | None = None
    for row, change in rows:
        if group and int(price[row]) != last:
            yield group
            group = []
        last = int(price[row])
        group.append(change)
    if group:
        yield group
