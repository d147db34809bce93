"""Which pairs of person, post and form enter the table of moves: gates, waivers and decisions as masks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray
from optimizer.moves import Moves
from optimizer.rulebook import GATES
from optimizer.rulebook.base import Gate, Index, Mask, Rule
from optimizer.scenario.meaning import State
from optimizer.scenario.schema import Decision
from optimizer.scenario.vocabulary import FORMS, Form

PAIRS_AT_ONCE = 1 << 20
ELIGIBILITY = frozenset({"candidate", "exempt"})  # the gates that say who may be moved at all
Pairs = tuple[Index, Index]


def build_moves(a: Arrays) -> Moves:
    """All moves that pass every gate that is on and are not excluded by a decision."""
    admitted = admitted_moves(a)
    return admitted.take(left_by(admitted, a.scenario.decisions))


def admitted_moves(a: Arrays) -> Moves:
    """All moves that pass every gate that is on, whatever bans, keeps and pins say of them."""
    nobody = np.empty(0, dtype=np.int32)
    parts: list[tuple[KeyArray, KeyArray, NDArray[np.int8]]] = [(nobody, nobody, np.empty(0, dtype=np.int8))]
    for code, form in enumerate(FORMS):
        for i, j in blocks(a, form):
            rows, columns = np.nonzero(gates_let_pass(a, i, j, form))
            people = i[rows, 0].astype(np.int32)
            parts.append((people, j[0, columns].astype(np.int32), np.full(len(people), code, dtype=np.int8)))
    person, post, form_code = (np.concatenate([part[k] for part in parts]) for k in range(3))
    order = np.lexsort((form_code, post, person))
    person, post, form_code = person[order], post[order], form_code[order]
    return Moves(a, person, post, form_code, _flags(a, person, post, form_code))


def blocks(a: Arrays, form: Form) -> Iterator[Pairs]:
    """Pairs to look at, as column and row indices that broadcast; people who cannot move by `form` are left out."""
    offered = {
        "transfer": a.may_transfer | a.may_volunteer,
        "secondment": a.may_second,
        "internal": a.may_internal,
        "rotation": a.may_rotate,
        "concurrent": a.may_cover & (a.person_post >= 0),
    }[form]
    posts = np.flatnonzero(a.unit_is_commune[a.post_unit] & (a.post_concurrent | (form != "concurrent")))
    if form in ("internal", "concurrent"):
        for unit in np.flatnonzero(a.unit_is_commune):
            of_unit = np.flatnonzero(offered & (a.person_unit == unit))
            yield of_unit[:, None], posts[a.post_unit[posts] == unit][None, :]
        return
    people = np.flatnonzero(offered)
    step = max(1, PAIRS_AT_ONCE // max(1, len(posts)))
    for first in range(0, len(people), step):
        yield people[first : first + step, None], posts[None, :]


def leave_out(a: Arrays, decisions: Iterable[Decision], i: Index, j: Index, form: Form, admitted: BoolArray) -> None:
    """Make `admitted` False in place where a decision rules a pair of a block out; `i` is its column of people."""
    for decision in (decision for decision in decisions if decision.kind != "waive"):
        rows = np.arange(len(i))
        if decision.person_id is not None:  # there may be hundreds of these, and each is about one row
            rows = np.flatnonzero(i[:, 0] == a.person_at[decision.person_id])
        if len(rows) and (decision.person_id is not None or decision.kind == "ban"):
            admitted[rows] &= ~excluded(a, decision, i[rows], j, form)


def gates_let_pass(a: Arrays, i: Index, j: Index, form: Form) -> Mask:
    """True where no gate blocks, whatever decisions say."""
    passes = np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
    for gate in GATES:
        passes &= gate_lets_pass(a, gate, i, j, form)
    return passes


def gate_lets_pass(a: Arrays, gate: Gate, i: Index, j: Index, form: Form) -> Mask:
    """True where a gate does not block: the pair meets it, a decision waives it, or it is not on for the unit."""
    is_on = where_state(a, gate, "on")
    if not is_on.any():
        return np.ones(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
    passes = gate.mask(a, i, j, form) | waived(a, gate, i, j, form)
    return passes if is_on.all() else np.asarray(passes | ~is_on[a.post_unit[j]])


def where_state(a: Arrays, rule: Rule, state: State) -> BoolArray:
    """True for the units in which the rule has that state: bool (n_units,)."""
    by_kind = {kind: rule.state_in(a.scenario, kind) == state for kind in set(a.unit_kinds)}
    return np.array([by_kind[kind] for kind in a.unit_kinds], dtype=np.bool_)


def _flags(a: Arrays, person: KeyArray, post: KeyArray, form_code: NDArray[np.int8]) -> NDArray[np.uint64]:
    flags = np.zeros(len(person), dtype=np.uint64)
    for code, form in enumerate(FORMS):
        rows = np.flatnonzero(form_code == code)
        i, j = person[rows].astype(np.intp), post[rows].astype(np.intp)
        for bit, gate in enumerate(GATES):
            warns = _warns(a, gate, i, j, form)
            if warns is not None:
                flags[rows] |= warns.astype(np.uint64) << np.uint64(bit)
    return flags


def _warns(a: Arrays, gate: Gate, i: Index, j: Index, form: Form) -> Mask | None:
    is_off, is_flag = where_state(a, gate, "off"), where_state(a, gate, "flag")
    if is_off.all():
        return None
    warns = gate.doubts(a, i, j, form)
    if is_flag.any():
        fails = ~gate.mask(a, i, j, form) & is_flag[a.post_unit[j]]
        warns = fails if warns is None else warns | fails
    return None if warns is None else np.asarray(warns & ~is_off[a.post_unit[j]] & ~waived(a, gate, i, j, form))


def waived(a: Arrays, gate: Gate, i: Index, j: Index, form: Form) -> Mask:
    """True where a `waive` decision lifts the gate; shapes broadcast."""
    lifted: Mask = np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
    for decision in a.scenario.decisions:
        if decision.kind == "waive" and decision.rule == gate.name:
            lifted |= matches(a, decision, i, j, form)
    return lifted


def waived_names(a: Arrays, taken: Moves) -> list[tuple[str, ...]]:
    """For each move the names of the gates that are on where it leads, that it fails, and that a decision waives."""
    names: list[tuple[str, ...]] = [()] * taken.n
    named = {decision.rule for decision in a.scenario.decisions if decision.kind == "waive"}
    for gate in (gate for gate in GATES if gate.name in named):
        is_on = where_state(a, gate, "on")
        for form in FORMS:
            rows = np.flatnonzero(taken.is_form(form) & is_on[taken.to_unit])
            i, j = taken.person[rows].astype(np.intp), taken.post[rows].astype(np.intp)
            for k in rows[~gate.mask(a, i, j, form) & waived(a, gate, i, j, form)].tolist():
                names[k] = (*names[k], gate.name)
    return names


def matches(a: Arrays, decision: Decision, i: Index, j: Index, form: Form) -> Mask:
    """True where person, post, destination and form are those that the decision names; a blank cell is any."""
    hit: Mask = np.full(np.broadcast_shapes(i.shape, j.shape), decision.form in (None, form))
    if decision.person_id is not None:
        hit &= i == a.person_at[decision.person_id]
    if decision.post_id is not None:
        hit &= j == a.post_at[decision.post_id]
    if decision.unit_id is not None:
        hit &= a.post_unit[j] == a.unit_at[decision.unit_id]
    return hit


def meets(a: Arrays, pin: Decision, i: Index, j: Index, form: Form) -> Mask:
    """True where a move is what a pin asks for; where it names no person nor form, a move that fills a seat."""
    if pin.person_id is None and pin.form is None and form == "concurrent":
        return np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
    return matches(a, pin, i, j, form)


def stays_as_pinned(a: Arrays, decision: Decision) -> bool:
    """True where a pin is met by staying: it names a person, no form, and the post or the unit of today."""
    if decision.form is not None or decision.person_id is None:
        return False
    person = a.people[a.person_at[decision.person_id]]
    if decision.post_id is not None:
        return person.post_id == decision.post_id
    return person.unit_id == decision.unit_id


def excluded(a: Arrays, decision: Decision, i: Index, j: Index, form: Form) -> Mask:
    """True where a ban, a keep or a pin of the same person rules the pair out."""
    if decision.kind == "ban":
        return matches(a, decision, i, j, form)
    if decision.person_id is None:
        return np.zeros(np.broadcast_shapes(i.shape, j.shape), dtype=np.bool_)
    person = np.asarray(i == a.person_at[decision.person_id])
    if decision.kind == "pin":
        return np.asarray(person & ~matches(a, decision, i, j, form))
    stays_in_unit = form == "internal" and decision.post_id is None and decision.unit_id is not None
    stays_in_post = form == "concurrent" and (decision.post_id is not None or decision.unit_id is not None)
    return np.asarray(person & np.full(j.shape, not (stays_in_unit or stays_in_post)))


def left_by(moves: Moves, decisions: Iterable[Decision]) -> BoolArray:
    """True for the moves that no ban, keep or pin among these decisions rules out: bool (n_moves,)."""
    left = np.ones(moves.n, dtype=np.bool_)
    for decision in (decision for decision in decisions if decision.kind != "waive"):
        left[ruled_out(moves, decision)] = False
    return left


def ruled_out(moves: Moves, decision: Decision) -> IntArray:
    """The moves that a ban, a keep or a pin of a person rules out: int64."""
    rows = np.arange(moves.n)
    if decision.person_id is not None:
        rows = np.arange(*np.searchsorted(moves.person, moves.arrays.person_at[decision.person_id] + np.arange(2)))
    out = np.zeros(len(rows), dtype=np.bool_)
    for code, form in enumerate(FORMS):
        at = np.flatnonzero(moves.form[rows] == code)
        i, j = (keys[rows[at]].astype(np.intp) for keys in (moves.person, moves.post))
        out[at] = excluded(moves.arrays, decision, i, j, form)
    return rows[out]


def may_leave(a: Arrays, people: IntArray) -> BoolArray:
    """Of each person, bool (n,): whether candidature, exempt cases and keeps leave them some post of another unit.

    Other rules may still forbid all of these posts. `people`: indices.
    """
    gates = [gate for gate in GATES if gate.name in ELIGIBILITY]
    keeps = [decision for decision in a.scenario.decisions if decision.kind == "keep"]
    posts = np.flatnonzero(a.unit_is_commune[a.post_unit])
    found = np.zeros(len(people), dtype=np.bool_)
    step = max(1, PAIRS_AT_ONCE // max(1, len(posts)))
    for first in range(0, len(people), step):
        i, j = people[first : first + step, None], posts[None, :]
        for form in FORMS:
            leaves = np.asarray(a.person_unit[i] != a.post_unit[j])
            for gate in gates:
                leaves &= gate_lets_pass(a, gate, i, j, form)
            leave_out(a, keeps, i, j, form, leaves)
            found[first : first + step] |= leaves.any(axis=1)
    return found


def blocking_gates(a: Arrays, person: int, post: int, form: Form) -> tuple[Gate, ...]:
    """The gates that refuse one pair: why a refused pair is refused, on demand."""
    i, j = np.array([person], dtype=np.intp), np.array([post], dtype=np.intp)
    return tuple(gate for gate in GATES if not gate_lets_pass(a, gate, i, j, form).all())


def flag_names(flags: int) -> tuple[str, ...]:
    """Names of the gates that warn, from the bits of `Moves.flags`."""
    return tuple(gate.name for bit, gate in enumerate(GATES) if flags >> bit & 1)
