"""Chuoi: moves that depend on one another, step by step, with what remains if somebody refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from optimizer.plan import ChainLink, MovedPerson, Plan
from optimizer.reporting.moved import named
from optimizer.reporting.naming import Names, goal, heading, label
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.scenario.schema import Person
from optimizer.scenario.vocabulary import FORM
from optimizer.texts import T, words

Moves = Mapping[str, MovedPerson]


def chained(plan: Plan, names: Names) -> Sheet:
    """Chains one after another, each step in a sentence."""
    title = T(
        "Chains of moves that depend on one another: {n} chains, {steps} steps",
        n=words(len({row.chain for row in plan.chains})), steps=words(len(plan.chains)),
    )  # fmt: skip
    effect = T(
        "Steps stand in the order of execution. Effect: what a step changes of the goals once the steps before it are "
        "done and all else of the plan is made; the steps of a chain add up to what the plan has of it. Less is better."
    )
    refusal = T(
        "If it is refused: what can no longer be carried out within the limits, and how the goals then differ from the "
        "plan, while all else of it stays. A plan made anew may find others for these posts."
    )
    return Sheet("Chuoi", str(title), (chains_table(plan, names),), (str(effect), str(refusal)), optional=True)


def chains_table(plan: Plan, names: Names) -> Table:
    """One row per step, chain after chain; chains of which the plan has not every move are left out."""
    columns = [
        Column(heading(ChainLink, "chain"), 7, "whole"),
        Column(str(T("Step")), 6, "whole"),
        Column(heading(Person, "name"), 16),
        Column(heading(ChainLink, "person_id"), 11),
        Column(str(T("What is done")), 49),
        Column(heading(ChainLink, "gains"), 33),
        Column(str(T("If it is refused")), 44),
        Column(heading(ChainLink, "loses"), 33),
        Column(str(T("Order of execution")), 10, "whole", printed=False),
    ]
    moves = {move.person_id: move for move in plan.moves}
    rows: list[tuple[Cell, ...]] = []
    for _, links in groupby(plan.chains, key=lambda row: row.chain):
        chain = list(links)
        if all(row.person_id in moves for row in chain):
            rows += [_row(row, chain, step, moves, names) for step, row in enumerate(chain, start=1)]
    return table("", columns, rows, brief=(0, 1, 2, 4, 5, 6))


def _row(row: ChainLink, chain: Sequence[ChainLink], step: int, moves: Moves, names: Names) -> tuple[Cell, ...]:
    return (
        row.chain,
        step,
        names.person(row.person_id),
        names.person_id(row.person_id),
        "; ".join(_done(row, chain, moves, names)),
        _differences(row.gains),
        "; ".join(_if_refused(row, chain, names)),
        _differences(row.loses),
        row.order,
    )


def _done(row: ChainLink, chain: Sequence[ChainLink], moves: Moves, names: Names) -> Iterable[str]:
    """What the step is, and after which others."""
    move = moves[row.person_id]
    unit = names.unit(move.from_unit_id)
    if move.from_post_id is None:
        yield str(T("has no seat in {unit}", unit=unit))
    else:
        yield str(T("leaves {post}, {unit}", post=names.post(move.from_post_id), unit=unit))
    post, unit = names.post(row.to_post_id), names.unit(move.to_unit_id)
    yield str(T("takes {post}, {unit} ({form})", post=post, unit=unit, form=label(FORM, move.form)))
    if row.waits_for:
        yield str(T("after {steps}", steps=_steps(row.waits_for, chain, names)))
    later = [link.person_id for link in chain if link.order > row.order]
    if circle := [person for person in later if moves[person].from_post_id == row.to_post_id]:
        steps = _steps(circle, chain, names)
        yield str(T("on the same day as {steps}, who leaves this seat: they change places in a circle", steps=steps))


def _if_refused(row: ChainLink, chain: Sequence[ChainLink], names: Names) -> Iterable[str]:
    """Which steps cannot be carried out any more, which can, and who is concerned besides."""
    people = {link.person_id for link in chain}
    inside = [person for person in row.falls if person in people]
    outside = [person for person in row.falls if person not in people]
    if inside:
        yield str(T("no longer possible: {steps}", steps=_steps(inside, chain, names)))
    if row.remains:
        yield str(T("still possible: {steps}", steps=_steps(row.remains, chain, names)))
    if outside:
        people_outside = "; ".join(named(person, names) for person in outside)
        yield str(T("outside the chain no longer possible either: {people}", people=people_outside))


def _steps(people: Iterable[str], chain: Sequence[ChainLink], names: Names) -> str:
    """Steps by number and name."""
    number = {link.person_id: step for step, link in enumerate(chain, start=1)}
    return ", ".join(str(T("step {n} ({person})", n=number[person], person=names.person(person))) for person in people)


def _differences(told: Iterable[str]) -> str:
    """Differences of goals in words; goals that do not change are left out."""
    pairs = [(name, int(value)) for name, _, value in (difference.rpartition("=") for difference in told)]
    changed = [
        str(T("{goal} down {n}", goal=goal(name), n=words(-value)) if value < 0
            else T("{goal} up {n}", goal=goal(name), n=words(value)))
        for name, value in pairs if value
    ]  # fmt: skip
    return "; ".join(changed) or str(T("no goal changes"))
