"""A former plan, or moves typed by hand, as the plan to start from: what of it can be kept, and why the rest cannot.

Data, settings and decisions change between rounds. A move that no rule or decision forbids is kept as long as the kept
ones together satisfy every limit; each of the others is told with what stands against it. Where moves break a limit
together, that one goes first whose leaving mends most rows, then most of what they are broken by, then the last by
its ids; in the end whatever fits again comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from optimizer.admitting import blocking_gates, excluded
from optimizer.arrays import KeyArray
from optimizer.checker import unknown_names
from optimizer.conflicts import decision_words, listed_words, rule_words
from optimizer.errors import Problem
from optimizer.greedy import NONE_MADE
from optimizer.holding import by_ids, part_that_holds
from optimizer.moves import Moves
from optimizer.plan import MovedPerson, Plan
from optimizer.program import Program
from optimizer.program_goals import activity
from optimizer.rulebook import LIMITS
from optimizer.rulebook.facts import Facts
from optimizer.scenario.vocabulary import Form
from optimizer.swaps import NO_MOVE, Options, SwapPrices, in_order, own_moves, rows_broken
from optimizer.texts import T, Text

PLACE: Final = "start"
SENSITIVE: Final = frozenset({"exempt", "time_left", "no_promotion"})  # their names tell what only the planner reads


@dataclass(frozen=True, eq=False)
class Start:
    """`chosen`: int32, sorted, moves that satisfy every row. `warnings`: why others are left out, and pins missed."""

    chosen: KeyArray
    warnings: tuple[Problem, ...]


def start_from(moves: Moves, program: Program, given: Plan | Sequence[MovedPerson]) -> Start:
    """What can be kept of the moves of a plan, or of moves typed by hand; nothing else of a plan is read."""
    facts = Facts(moves.arrays.scenario)
    wanted: list[int] = []
    warnings: list[Problem] = []
    for row in given.moves if isinstance(given, Plan) else given:
        unknown = [breach.text for breach in unknown_names(facts, row)]
        warnings += [_left_out("W514", text, row.person_id) for text in unknown]
        if unknown:
            continue
        move = moves.row_of(row.person_id, row.to_post_id, row.form)
        if move is None:
            warnings.append(_inadmissible(moves, row))
        else:
            wanted.append(move)
    every = np.unique(np.array(wanted, dtype=np.int32))
    chosen = part_that_holds(program, every)
    warnings += [_misfit(program, chosen, move) for move in by_ids(program, np.setdiff1d(every, chosen))]
    return Start(chosen, (*warnings, *_missed_pins(program, chosen)))


def giving_way(moves: Moves, program: Program, chosen: KeyArray) -> KeyArray:
    """The moves `chosen` with a move for each pin that they miss: the best one beside which all others stay.

    Where there is none it is the nearest one, and those that clash with it go.
    """
    chosen = _meeting_pins(moves, program, chosen)
    pinned = [_nearest(moves, program, pin, lacking) for pin, lacking in _missed(program, chosen)]
    firm = np.concatenate([NONE_MADE, *pinned])
    return part_that_holds(program, np.union1d(chosen, firm), firm)


def _meeting_pins(moves: Moves, program: Program, chosen: KeyArray) -> KeyArray:
    """The moves `chosen`, which satisfy every row, with moves for pins that they miss, as far as they fit as they are.

    Each takes the place of its person's own other move, and of no other's.
    """
    for pin, lacking in _missed(program, chosen):
        for _ in range(lacking):
            chosen = _with_best_fit(moves, program, chosen, pin)
    return chosen


def _with_best_fit(moves: Moves, program: Program, chosen: KeyArray, pin: int) -> KeyArray:
    """The moves `chosen` with the best move that meets a pin and breaks no row; unchanged where there is none."""
    own = own_moves(moves, chosen)
    added = np.setdiff1d(program.pinned[pin][program.possible[program.pinned[pin]]], chosen).astype(np.int32)
    options = Options(added, np.full(len(added), NO_MOVE, dtype=np.int32), own[moves.person[added]])
    costs = [SwapPrices(goal, chosen).differences(options) for goal in program.goals]
    breaks = costs[0] >= 0  # the goal that counts pins missed
    breaks[rows_broken(program, options, activity(program.terms, chosen, len(program.lower)))[0]] = True
    best = [option for option in in_order(moves, options, breaks, costs).tolist() if not breaks[option]][:1]
    kept = np.setdiff1d(chosen, options.dropped[best])
    return np.union1d(kept, options.added[best]).astype(np.int32)


def _nearest(moves: Moves, program: Program, pin: int, most: int) -> KeyArray:
    """The `most` nearest moves that meet a pin."""
    rows = program.pinned[pin][program.possible[program.pinned[pin]]]
    return rows[np.lexsort((moves.points[rows], moves.metres[rows]))[:most]]


def _left_out(code: str, message: Text, person_id: str) -> Problem:
    mend = T("The plan is sought without it; to keep it, correct the data or the move, or lift what stands against it")
    return Problem(PLACE, code, message, mend, column="person_id", value=person_id)


def _inadmissible(moves: Moves, row: MovedPerson) -> Problem:
    """A move that gates or decisions rule out, with all of them."""
    a, form = moves.arrays, cast(Form, row.form)
    person, post = a.person_at[row.person_id], a.post_at[row.to_post_id]
    i, j = np.array([person], dtype=np.intp), np.array([post], dtype=np.intp)
    gates = blocking_gates(a, person, post, form)
    against = [rule_words(gate) for gate in gates if gate.name not in SENSITIVE]
    if len(against) < len(gates):
        against.append(T("a rule on the person's own circumstances, which staffing check names"))
    decisions = [decision for decision in a.scenario.decisions if decision.kind != "waive"]
    against += [decision_words(decision) for decision in decisions if excluded(a, decision, i, j, form).any()]
    return _left_out("W515", _not_kept(row.person_id, row.to_post_id, row.form, against), row.person_id)


def _misfit(program: Program, chosen: KeyArray, move: int) -> Problem:
    """A move that would break limits beside the moves kept, with all of them."""
    reached = activity(program.terms, np.append(chosen, np.int32(move)), len(program.lower))
    broken = np.flatnonzero(program.excess(reached, np.arange(len(reached))))
    names = {program.rule[row] for row in broken.tolist()}
    person_id, post_id, form = program.identity(move)
    against = [rule_words(limit) for limit in LIMITS if limit.name in names]
    return _left_out("W516", _not_kept(person_id, post_id, form, against), person_id)


def _not_kept(person_id: str, post_id: str, form: str, against: Sequence[Text]) -> Text:
    return T(
        "{person}: the move into {post} by {form} is not kept; against it stands: {against}",
        person=person_id, post=post_id, form=form, against=listed_words(against),
    )  # fmt: skip


def _missed_pins(program: Program, chosen: KeyArray) -> Iterator[Problem]:
    for pin in (program.pins[number] for number, _ in _missed(program, chosen)):
        message = T("the start does not meet {pin}", pin=decision_words(pin))
        mend = T("The plan sought meets it, and may be worse than the start for that; or drop the pin")
        column = "person_id" if pin.person_id is not None else "post_id"
        yield Problem(PLACE, "W517", message, mend, column=column, value=getattr(pin, column))


def _missed(program: Program, chosen: KeyArray) -> list[tuple[int, int]]:
    """The numbers of the pins that the moves `chosen` miss, and how many moves each lacks."""
    if not program.pins:
        return []
    lacking = program.goals[0].missing(chosen)
    return [(pin, int(lacking[pin])) for pin in np.flatnonzero(lacking > 0).tolist()]
