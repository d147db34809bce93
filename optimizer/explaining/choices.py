"""A choice forced upon a plan, as an answer tells it: prices with what is known of them, and the rows that change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from optimizer.arrays import KeyArray
from optimizer.explaining.answers import Certain, Choice, GoalPrice
from optimizer.explaining.case import Case
from optimizer.explaining.forcing import NO_MOVES, Forced, Forcing, Price, prices_at
from optimizer.outcome import moved_people
from optimizer.plan import ChangedRow
from optimizer.program import Asked, possible_under
from optimizer.replanning import changed_rows
from optimizer.rulebook import LIMITS
from optimizer.rulebook.one_move import OneMove


def forced_choice(
    forcing: Forcing, asked: Asked, *, banned: KeyArray = NO_MOVES, known: KeyArray | None = None, seconds: float
) -> Choice:
    """The best plan that makes enough of the moves asked for and none of `banned`, held against that of the case.

    `known`: the moves of a plan that makes the choice, where one is at hand: as it changes little it counts, unless a
    better one is found.
    """
    forced = forcing.ask([asked], banned=banned, seconds=seconds)
    if known is not None:
        forced = _better(forcing.case, forced, known)
    if not forced.is_found:
        against = forced.against or tuple(_alone_against(forcing.case, asked))
        return Choice(forced.status, against=tuple(name for name in against if name != OneMove.name))
    return Choice(forced.status, tuple(graded(forced)), _changed(forcing.case, forced.chosen))


def _better(case: Case, forced: Forced, known: KeyArray) -> Forced:
    """What was found, or the plan known where it is as good; bounds of goals stay."""
    also = _at(case, forced, known)
    found, after = ([price.after for price in side.prices] for side in (forced, also))
    if found != after and (forced.status == "optimal" or (forced.is_found and found < after)):
        return forced
    return also


def _at(case: Case, forced: Forced, chosen: KeyArray) -> Forced:
    """What was found, with a plan in its place that has the moves `chosen`."""
    prices = prices_at(case, chosen, {price.goal: price.bound for price in forced.prices})
    return Forced("optimal" if forced.status == "optimal" else "feasible", prices, chosen)


def _alone_against(case: Case, asked: Asked) -> Iterator[str]:
    """The limits that each keep a move asked for out of every plan, where none of these moves is in any."""
    if case.program.possible[asked.moves].any():
        return
    for limit in LIMITS:
        if limit.name in case.program.rule and not possible_under(case.arrays, case.moves, limit)[asked.moves].all():
            yield limit.name


def graded(forced: Forced) -> Iterator[GoalPrice]:
    """The prices of a choice, each with what is known of it."""
    is_settled = True  # every goal so far is at its best value, or within its tolerance of it
    for price in forced.prices:
        yield GoalPrice(price.goal, price.before, price.after, price.bound, _certain(price, is_settled=is_settled))
        is_settled &= price.proven or forced.status == "optimal"


def _certain(price: Price, *, is_settled: bool) -> Certain:
    if not is_settled:
        return "found"
    return "proven" if price.proven else "at_most"


def _changed(case: Case, chosen: KeyArray) -> tuple[ChangedRow, ...]:
    """Everybody whose row is another one in the plan of the moves `chosen`, by id."""
    new = replace(case.plan, moves=moved_people(case.arrays, case.moves.take(chosen)))
    return changed_rows(case.scenario, case.plan, new, ())
