"""Moves, limits and goals as one program in arrays: columns, rows, bounds, weights. It knows no solver.

A column is a move (0 or 1), or a segment of a priced shortage (0 to its size). A row is a limit, or the row that ties
the segments of one group to the moves. Everything is an integer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress

import numpy as np

from optimizer.admitting import meets, stays_as_pinned, where_state
from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray
from optimizer.goals import GOALS
from optimizer.moves import Moves
from optimizer.program_goals import PINS, ProgramGoal, activity, asked_goal, program_goal
from optimizer.rulebook import LIMITS
from optimizer.rulebook.base import Limit
from optimizer.rulebook.one_move import OneMove
from optimizer.rulebook.rows import (
    FREE,
    NO_ROW,
    Rows,
    Term,
    entries_of,
    kept,
    may_break,
    reach,
    rows_over,
    stacked,
    terms_of,
)
from optimizer.scenario.meaning import State
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS


@dataclass(frozen=True, eq=False)
class Network:
    """Where people sit, as a tree: a post stands in its group (unit and bloc), a group in the province.

    parent: int64 (n_nodes,), the node above each: posts first, then groups; n_nodes is the province itself.
    home: int64 (n_people,), where each person sits today: a post, or the group where they have no seat.
    into: int32 (n_moves,), the post of which a move fills a seat, -1 where the person keeps the own one.
    """

    parent: IntArray
    home: IntArray
    into: KeyArray


@dataclass(frozen=True, eq=False)
class Asked:
    """A choice that a plan is asked to make: at least `number` of the moves `moves`, int32."""

    moves: KeyArray
    number: int = 1


@dataclass(frozen=True, eq=False)
class Program:
    """The model as arrays.

    n: moves. lower, upper: int64 (n_rows,), limits only; `rule` names the limit of each row, `unit` and `post`
    its place (-1: none). possible: False where a move can be in no plan. choice: int32 (n,), the row that admits one
    move of each person, or NO_ROW. move_* and the ids identify moves.
    """

    n: int
    lower: IntArray
    upper: IntArray
    terms: tuple[Term, ...]
    rule: tuple[str, ...]
    unit: IntArray
    post: IntArray
    goals: tuple[ProgramGoal, ...]
    pins: tuple[Decision, ...]
    possible: BoolArray
    choice: KeyArray
    network: Network
    move_person: KeyArray
    move_post: KeyArray
    move_form: KeyArray
    person_ids: tuple[str, ...]
    post_ids: tuple[str, ...]

    def holds(self, chosen: KeyArray) -> bool:
        """True where the moves `chosen` satisfy every row, in integers."""
        reached = activity(self.terms, chosen, len(self.lower))
        return bool(((self.lower <= reached) & (reached <= self.upper)).all())

    def among(self, wanted: KeyArray) -> Program:
        """Over the moves `wanted` alone, told by their places there, the rows that they could break; without goals."""
        theirs = [Term(term.rows[wanted], term.of(wanted)) for term in self.terms]
        terms, n = terms_of(len(wanted), *entries_of(theirs)), len(self.lower)
        every = rows_over(terms, n=n, lower=self.lower, upper=self.upper, unit=self.unit, post=self.post)
        keep = may_break(every)
        rows, rule = stacked([kept(every, keep)]), tuple(compress(self.rule, keep))
        return replace(
            self,
            n=len(wanted),
            lower=rows.lower,
            upper=rows.upper,
            terms=rows.terms,
            rule=rule,
            unit=rows.unit,
            post=rows.post,
            goals=(),
            pins=(),
            possible=self.possible[wanted],
            choice=_choice(rows, rule, len(wanted)),
            network=replace(self.network, into=self.network.into[wanted]),
            move_person=self.move_person[wanted],
            move_post=self.move_post[wanted],
            move_form=self.move_form[wanted],
        )

    def excess(self, reached: IntArray, rows: IntArray | KeyArray) -> IntArray:
        """By how much each of `rows` is broken where its left-hand side is `reached`; 0 where it is satisfied."""
        excess: IntArray = np.maximum(0, np.maximum(self.lower[rows] - reached, reached - self.upper[rows]))
        return excess

    def under(self, rules: Sequence[str]) -> Program:
        """The program with the limits of these rules alone; moves that others made impossible are possible again."""
        keep = np.isin(np.array(self.rule, dtype=object), np.array(rules, dtype=object))
        return replace(
            self,
            lower=np.where(keep, self.lower, -FREE),
            upper=np.where(keep, self.upper, FREE),
            possible=np.ones_like(self.possible),
        )

    def asking(self, asked: Sequence[Asked], banned: KeyArray, allowed: KeyArray | None = None) -> Program:
        """The program of plans that make what is asked, besides what the pins ask, and none of the moves `banned`.

        `allowed`: moves that become possible.
        """
        possible = self.possible.copy()
        if allowed is not None:
            possible[allowed] = True
        possible[banned] = False
        pins, rest = (self.goals[0], self.goals[1:]) if self.goals[0].name == PINS else (None, self.goals)
        terms = [*pins.terms] if pins else []
        need = [*pins.need.tolist()] if pins else []
        for choice in asked:
            rows = np.full(self.n, NO_ROW, dtype=np.int32)
            rows[choice.moves] = len(need)
            terms.append(Term(rows, 1))
            need.append(choice.number)
        return replace(self, possible=possible, goals=(asked_goal(need, terms), *rest))

    @cached_property
    def pinned(self) -> tuple[KeyArray, ...]:
        """For each pin the moves that meet it, sorted: int32."""
        terms = self.goals[0].terms if self.pins else ()
        found = [np.flatnonzero(term.rows != NO_ROW).astype(np.int32) for term in terms]
        move = np.concatenate([np.empty(0, dtype=np.int32), *found])
        pin = np.concatenate(
            [np.empty(0, dtype=np.int32), *(term.rows[at] for term, at in zip(terms, found, strict=True))]
        )
        order = np.lexsort((move, pin))
        return tuple(np.split(move[order], np.searchsorted(pin[order], np.arange(1, len(self.pins)))))

    def identity(self, move: int) -> tuple[str, str, str]:
        """Person id, post id and form of a move."""
        return (
            self.person_ids[self.move_person[move]],
            self.post_ids[self.move_post[move]],
            FORMS[self.move_form[move]],
        )


def build_program(a: Arrays, moves: Moves) -> Program:
    """The program of a scenario over its table of moves."""
    parts: list[Rows] = []
    rule: list[str] = []
    for limit in LIMITS:
        rows = binding_rows(a, moves, limit)
        parts.append(rows)
        rule += [limit.name] * rows.n
    rows = stacked(parts)
    pins = tuple(d for d in a.scenario.decisions if d.kind == "pin" and not stays_as_pinned(a, d))
    goals = [_pins(a, moves, pins)] if pins else []
    by_name = {goal.name: goal for goal in GOALS}
    for name in a.scenario.goal_order:
        goals.append(program_goal(name, by_name[name].priced(a, moves), a.scenario.goals[name]))
    return Program(
        n=moves.n,
        lower=rows.lower,
        upper=rows.upper,
        terms=rows.terms,
        rule=tuple(rule),
        unit=rows.unit,
        post=rows.post,
        goals=tuple(goals),
        pins=pins,
        possible=_possible(rows, moves.n),
        choice=_choice(rows, rule, moves.n),
        network=_network(a, moves),
        move_person=moves.person,
        move_post=moves.post,
        move_form=moves.form.astype(np.int32),
        person_ids=tuple(a.person_at),
        post_ids=tuple(a.post_at),
    )


def _choice(rows: Rows, rule: Sequence[str], n: int) -> KeyArray:
    """The row of `one_move` in which each move stands, or NO_ROW."""
    is_choice = np.append(np.array([name == OneMove.name for name in rule], dtype=bool), False)
    choice = np.full(n, NO_ROW, dtype=np.int32)
    for term in rows.terms:
        np.copyto(choice, term.rows, where=is_choice[term.rows])
    return choice


def _network(a: Arrays, moves: Moves) -> Network:
    """People in posts, posts in groups."""
    groups = a.n_posts + np.arange(a.n_units * a.n_blocs)
    parent = np.concatenate(
        [groups[a.post_unit * a.n_blocs + a.post_bloc], np.full(len(groups), a.n_posts + len(groups))]
    )
    unseated = groups[a.person_unit * a.n_blocs + a.person_bloc]
    return Network(parent, np.where(a.person_post >= 0, a.person_post, unseated), moves.into_post)


def limit_rows(a: Arrays, moves: Moves, limit: Limit, state: State) -> Rows:
    """The rows of a limit over `moves` in the units where it has that state, those that are waived left out."""
    here = np.append(where_state(a, limit, state), limit.state_in(a.scenario) == state)  # the last: rows of no unit
    if not here.any():
        return rows_over((), n=0)
    rows = limit.rows(a, moves)
    return _without_waived(a, limit.name, kept(rows, here[rows.unit]))


def _without_waived(a: Arrays, rule: str, rows: Rows) -> Rows:
    """The rows that no `waive` decision lifts."""
    keep = np.ones(rows.n, dtype=bool)
    for decision in a.scenario.decisions:
        if decision.kind == "waive" and decision.rule == rule:
            hit = np.ones(rows.n, dtype=bool)
            if decision.unit_id is not None:
                hit &= rows.unit == a.unit_at[decision.unit_id]
            if decision.post_id is not None:
                hit &= rows.post == a.post_at[decision.post_id]
            if decision.person_id is not None:
                hit &= (rows.people == a.person_at[decision.person_id]).any(axis=1)
            keep &= ~hit
    return kept(rows, keep)


def binding_rows(a: Arrays, moves: Moves, limit: Limit) -> Rows:
    """The rows of a limit that is on which some choice of moves could break, as they stand in the program."""
    rows = limit_rows(a, moves, limit, "on")
    return kept(rows, may_break(rows))


def _possible(rows: Rows, n: int) -> BoolArray:
    """False for moves that break a row whatever else is chosen."""
    possible = np.ones(n, dtype=bool)
    least, most = (np.append(side, 0) for side in reach(rows))
    lower, upper = np.append(rows.lower, -FREE), np.append(rows.upper, FREE)
    for term in rows.terms:
        step = term.of_all
        within = np.where(
            step > 0, least[term.rows] + step <= upper[term.rows], most[term.rows] + step >= lower[term.rows]
        )
        possible &= within
    return possible


def possible_under(a: Arrays, moves: Moves, limit: Limit) -> BoolArray:
    """False for moves that the rows of this limit alone keep out of every plan: bool (n_moves,)."""
    return _possible(limit_rows(a, moves, limit, "on"), moves.n)


def _pins(a: Arrays, moves: Moves, pins: Sequence[Decision]) -> ProgramGoal:
    """Pins that staying does not meet: one move each, or more seats. A pin that no move meets keeps its row."""
    packed: list[KeyArray] = []  # a move stands in one row of a term: pins that share one need a term each
    for p, pin in enumerate(pins):
        met = asked_by(a, moves, pin)
        term = next((rows for rows in packed if (rows[met] == NO_ROW).all()), None)
        if term is None:
            term = np.full(moves.n, NO_ROW, dtype=np.int32)
            packed.append(term)
        term[met] = p
    return asked_goal([pin.seats or 1 for pin in pins], [Term(rows, 1) for rows in packed])


def asked_by(a: Arrays, moves: Moves, pin: Decision) -> IntArray:
    """The moves that meet a pin, sorted: int64."""
    if pin.person_id is None:
        rows = np.flatnonzero(moves.post == a.post_at[pin.post_id or ""])
    else:
        rows = np.arange(*np.searchsorted(moves.person, a.person_at[pin.person_id] + np.arange(2)))
    met = np.zeros(len(rows), dtype=bool)
    for code, form in enumerate(FORMS):
        at = np.flatnonzero(moves.form[rows] == code)
        i, j = (keys[rows[at]].astype(np.intp) for keys in (moves.person, moves.post))
        met[at] = meets(a, pin, i, j, form)
    return rows[met]
