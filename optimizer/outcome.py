"""The chosen moves put into the rows of a plan: who moves, what stays open, and every unit before and after."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, cast

import numpy as np

from optimizer.admitting import flag_names, may_leave, waived_names
from optimizer.arrays import Arrays, BoolArray, IntArray, KeyArray, is_military, plus_months
from optimizer.chains import chain_links
from optimizer.left_open import LeftOver, filled_after, left_over, open_posts
from optimizer.moves import Moves
from optimizer.ordering import executed
from optimizer.plan import (
    Baseline,
    FieldCover,
    GoalResult,
    MovedPerson,
    Plan,
    Status,
    SurplusPerson,
    TemporarySeat,
    UnitBalance,
)
from optimizer.program import Program, asked_by, limit_rows
from optimizer.program_goals import PINS, activity
from optimizer.provenance import settings_used
from optimizer.reserves import reserves
from optimizer.rulebook import LIMITS
from optimizer.rulebook.covering import counted, duties, required
from optimizer.rulebook.rows import Rows
from optimizer.rulebook.secondment_term import SecondmentTerm, SecondmentTermSettings
from optimizer.scenario.vocabulary import FORMS
from optimizer.shortlisting import shortlist
from optimizer.wording import ALWAYS_ASSUMED, agreeing, deciding_body, legal_basis, notes_on

RATE_DIGITS: Final = 4
NO_MOVES: Final = np.empty(0, dtype=np.int32)


def build_plan(
    a: Arrays,
    moves: Moves,
    program: Program,
    chosen: KeyArray,
    goals: Sequence[GoalResult],
    by_hand: KeyArray,
    *,
    complete: bool,
) -> Plan:
    """The plan of the moves `chosen`; `goals` as proven by the engine, `complete` with the tie-break done."""
    scenario = a.scenario
    proven = all(goal.proven for goal in goals)
    taken = moves.take(chosen)
    counts = Counter(FORMS[code] for code in taken.form.tolist())
    rows = with_reserves(moved_people(a, taken), moves, program, chosen)
    left = left_over(moves, program, chosen)
    assumptions = [*ALWAYS_ASSUMED]
    if not complete:
        assumptions.append("not_canonical" if proven else "not_proven")
    return Plan(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        scenario=scenario.config.name,
        date=scenario.config.date,
        goals=tuple(goals),
        moves=rows,
        gaps=open_posts(a, moves, chosen, left, _payroll(a, taken), proven=proven),
        units=balances(a, taken),
        before=values(program, NO_MOVES),
        baseline=_baseline(moves, program, by_hand),
        totals={"moves": len(chosen), **{form: counts[form] for form in FORMS}, "cost": int(taken.cost.sum())},
        inputs=scenario.inputs,
        versions=_versions(),
        parameters=settings_used(scenario),
        assumptions=tuple(assumptions),
        surplus=surplus_people(a, moves, chosen, left, proven=proven),
        coverage=fields_covered(a, taken),
        temporary=temporary_seats(a, rows),
        shortlist=shortlist(a, moves, program, chosen),
        chains=chain_links(moves, program, chosen),
        origin=scenario.origin,
    )


def _baseline(moves: Moves, program: Program, by_hand: KeyArray) -> Baseline:
    missed = program.goals[0].value(by_hand) if program.pins else 0
    return Baseline(values(program, by_hand), len(by_hand), kilometres(moves, by_hand), missed)


def values(program: Program, chosen: KeyArray) -> dict[str, int]:
    """Every goal's value when the moves `chosen` are made."""
    return {goal.name: goal.value(chosen) for goal in program.goals if goal.name != PINS}


def kilometres(moves: Moves, chosen: KeyArray) -> float:
    """Road kilometres between the units, summed over the moves `chosen`."""
    return int(moves.metres[chosen].sum()) / 1000


def moved_people(a: Arrays, taken: Moves) -> tuple[MovedPerson, ...]:
    """One row per move, in the order in which the moves can be carried out."""
    rows = []
    flags, waived, decided = flags_of(a, taken), waived_names(a, taken), _decided(a, taken)
    who_moves = a.scenario.config.authority.moves
    for order, (chain, k) in enumerate(executed(taken), start=1):
        person, post = a.people[taken.person[k]], a.posts[taken.post[k]]
        form, start, months = FORMS[taken.form[k]], _start(a, taken, k), int(taken.months[k])
        end = plus_months(start, months) if months else None
        body, given = deciding_body(person, post, who_moves), taken.benefits[k]
        rows.append(
            MovedPerson(
                order=order,
                chain=chain,
                person_id=person.person_id,
                form=form,
                from_unit_id=person.unit_id,
                from_post_id=person.post_id,
                to_unit_id=post.unit_id,
                to_post_id=post.post_id,
                start=start,
                end=end,
                km=int(taken.metres[k]) / 1000,
                commute_km=int(taken.commute_km[k]),
                points=int(taken.points[k]),
                cost=int(taken.cost[k]),
                reason="decided" if decided[k] else _reason(a, taken, k),
                flags=flags[k],
                legal_basis=legal_basis(form, post),
                decided_by=body,
                agreed_by=agreeing(person, post, form, body, who_moves),
                waived=waived[k],
                notes=notes_on(
                    post,
                    form,
                    months,
                    given.paid,
                    three_years=given.three_years,
                    promotes=bool(a.promotes(taken.person[k : k + 1], taken.post[k : k + 1])[0]),
                ),
                notice_on=_notice(a, taken, k, start, end),
            )
        )
    return tuple(rows)


def with_reserves(
    rows: Sequence[MovedPerson], moves: Moves, program: Program, chosen: KeyArray
) -> tuple[MovedPerson, ...]:
    """The rows of the moves `chosen` with who could make each of them instead."""
    found = zip(chosen.tolist(), reserves(moves, program, chosen), strict=True)
    instead = {program.identity(move): others for move, others in found}
    people = program.person_ids

    def named(row: MovedPerson) -> MovedPerson:
        others = instead[row.person_id, row.to_post_id, row.form]
        best = None if others.best is None else people[others.best]
        return row.model_copy(update={"reserve": best, "equals": tuple(sorted(people[k] for k in others.equals))})

    return tuple(named(row) for row in rows)


def _notice(a: Arrays, taken: Moves, k: int, start: date, end: date | None) -> date | None:
    """The day by which the sender of a secondment decides what follows; None where the rule on its term is off."""
    rule = SecondmentTerm()
    kind = a.unit_kinds[taken.to_unit[k]]
    if FORMS[taken.form[k]] != "secondment" or end is None or rule.state_in(a.scenario, kind) == "off":
        return None
    settings = cast(SecondmentTermSettings, a.scenario.rules[rule.name])
    return max(start, end - timedelta(days=settings.notice_days))


def temporary_seats(a: Arrays, rows: Sequence[MovedPerson]) -> tuple[TemporarySeat, ...]:
    """The leadership and specialist seats of communes that are filled by secondment, the first to reopen first."""
    found = []
    for row in rows:
        j = a.post_at[row.to_post_id]
        counts = (a.post_is_leadership[j] or a.post_is_specialist[j]) and not a.post_is_military[j]
        if row.form == "secondment" and row.end is not None and counts:
            found.append((row.end, row.to_post_id, row.person_id, str(row.to_unit_id)))
    return tuple(
        TemporarySeat(post_id=post, unit_id=unit, person_id=person, reopens_on=end)
        for end, post, person, unit in sorted(found)
    )


def flags_of(a: Arrays, taken: Moves) -> list[tuple[str, ...]]:
    """Names of the rules that warn on each move: the gates, then the limits that are flags and broken where it acts."""
    flags = [flag_names(int(bits)) for bits in taken.flags]
    everyone = np.arange(taken.n, dtype=np.int32)
    for limit in LIMITS:
        rows = limit_rows(a, taken, limit, "flag")
        reached = activity(rows.terms, everyone, rows.n)
        for k in np.flatnonzero(_touched(taken, rows, (reached < rows.lower) | (reached > rows.upper))).tolist():
            flags[k] = (*flags[k], limit.name)
    return flags


def _touched(taken: Moves, rows: Rows, broken: BoolArray) -> BoolArray:
    """The moves of the people that a broken row is about, else into or out of its post, else of its unit."""
    touched = np.zeros(taken.n, dtype=bool)
    for r in np.flatnonzero(broken).tolist():
        if (rows.people[r] >= 0).any():
            touched |= np.isin(taken.person, rows.people[r])
        elif rows.post[r] >= 0:
            touched |= (taken.post == rows.post[r]) | (taken.arrays.person_post[taken.person] == rows.post[r])
        else:
            touched |= (taken.to_unit == rows.unit[r]) | (taken.from_unit == rows.unit[r])
    return touched


def _start(a: Arrays, taken: Moves, k: int) -> date:
    """Listed people go when they are ready; everybody else on the scenario's date."""
    is_listed = a.list_place[taken.person[k]] >= 0 and FORMS[taken.form[k]] in ("transfer", "secondment", "rotation")
    return a.start[taken.person[k]] if is_listed else a.scenario.config.date


def _reason(a: Arrays, taken: Moves, k: int) -> str:
    post = taken.post[k]
    if taken.stays[k]:
        return "covers"
    if a.post_held[post] >= a.post_seats[post]:
        return "replaces"
    if a.post_is_leadership[post]:
        return "leadership_gap"
    return "specialist_gap" if a.post_is_specialist[post] else "headcount"


def _decided(a: Arrays, taken: Moves) -> BoolArray:
    """True for moves of people whom a pin names, and for those that a pin without a person asks for."""
    pins = [decision for decision in a.scenario.decisions if decision.kind == "pin"]
    named = [a.person_at[pin.person_id] for pin in pins if pin.person_id is not None]
    decided = np.isin(taken.person, np.array(named, dtype=np.int64))
    for pin in (pin for pin in pins if pin.person_id is None):
        decided[asked_by(a, taken, pin)] = True
    return decided


def surplus_people(
    a: Arrays, moves: Moves, chosen: KeyArray, left: LeftOver, *, proven: bool
) -> tuple[SurplusPerson, ...]:
    """One row per person of a commune without a seat, military left out, who is there to be placed."""
    outside = np.array([is_military(bloc) for bloc in a.bloc_codes])[a.person_bloc]
    is_there = a.unit_is_commune[a.person_unit] & ~outside & a.counts_at_home
    people = np.flatnonzero(is_there & (a.person_post < 0))
    placed = {int(moves.person[k]): int(k) for k in chosen}
    reasons = _surplus_reasons(a, moves, chosen, left, people, proven=proven)
    rows = []
    for i in people.tolist():
        person, k = a.people[i], placed.get(i)
        rows.append(
            SurplusPerson(
                person_id=person.person_id,
                unit_id=person.unit_id,
                bloc=person.bloc,
                form=None if k is None else FORMS[moves.form[k]],
                to_post_id=None if k is None else a.posts[moves.post[k]].post_id,
                reason=reasons[i] if k is None else "placed",
            )
        )
    return tuple(rows)


def _surplus_reasons(
    a: Arrays, moves: Moves, chosen: KeyArray, left: LeftOver, people: IntArray, *, proven: bool
) -> dict[int, str]:
    """Why each of `people` would stay without a seat, judged on the plan as it stands; the last that holds counts."""
    idle, fits = left.idle, left.fits
    is_open = idle & (filled_after(a, moves.take(chosen)) < a.post_seats)[moves.post]
    reasons = dict(
        zip(people.tolist(), np.where(may_leave(a, people), "no_post", "not_eligible").tolist(), strict=True)
    )
    tests = [(idle, "taken"), (is_open, "limits"), (is_open & fits, "no_gain")] if proven else [(idle, "time")]
    for rows, reason in tests:
        reasons |= dict.fromkeys(np.unique(moves.person[rows]).tolist(), reason)
    return reasons


def balances(a: Arrays, taken: Moves) -> tuple[UnitBalance, ...]:
    """One row per unit and bloc with a quota."""
    payroll = _payroll(a, taken)
    strength = a.strength + _net(taken.site_groups(), len(a.strength))
    rows = []
    for g in a.quota_groups.tolist():
        quota, present = int(a.quota[g]), int(strength[g])
        rows.append(
            UnitBalance(
                unit_id=a.unit_ids[g // a.n_blocs],
                bloc=a.bloc_codes[g % a.n_blocs],
                quota=quota,
                payroll_before=int(a.payroll[g]),
                payroll_after=int(payroll[g]),
                strength_before=int(a.strength[g]),
                strength_after=present,
                shortage_rate=round(max(0, quota - present) / quota, RATE_DIGITS) if quota else 0.0,
            )
        )
    return tuple(rows)


def fields_covered(a: Arrays, taken: Moves) -> tuple[FieldCover, ...]:
    """One row per commune and field that it needs, by their ids."""
    before, after = (counted(a, *duties(a, made), each_once=True) for made in (None, taken))
    needed = [(a.unit_ids[u], a.field_codes[f], u, f) for u, f in zip(*np.nonzero(required(a)), strict=True)]
    return tuple(
        FieldCover(unit_id=unit_id, field=field, covered_before=int(before[u, f]), covered_after=int(after[u, f]))
        for unit_id, field, u, f in sorted(needed)
    )


def _payroll(a: Arrays, taken: Moves) -> IntArray:
    """People on the payroll of every group once the moves `taken` are made."""
    return np.asarray(a.payroll + _net(taken.payroll_groups(), len(a.payroll)))


def _net(groups: tuple[KeyArray, KeyArray], n: int) -> Any:
    arriving, leaving = (np.bincount(side[side >= 0], minlength=n) for side in groups)
    return arriving - leaving


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("staffing-optimizer", "ortools", "numpy", "pandas"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
