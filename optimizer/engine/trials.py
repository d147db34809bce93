"""Trials: can these decisions hold under these rules? Plans and proofs of former trials answer many without solving."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from optimizer.arrays import KeyArray
from optimizer.certificate import GoalPrices
from optimizer.engine.face import Face
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Dispute, Member, Solved
from optimizer.engine.nearby import settle_nearby
from optimizer.engine.pricing import former_prices, price
from optimizer.errors import EngineError
from optimizer.program import Program
from optimizer.program_goals import activity
from optimizer.texts import T

SECONDS_PER_TRIAL: Final = 30.0
PRICES_TRIED: Final = 3  # of former proofs, the last first
NOBODY: Final = np.empty(0, dtype=np.int32)


class _ProvenError(Exception):
    """A bound says that not all pins can be met: nothing more need be known."""

    def __init__(self, prices: GoalPrices | None) -> None:
        super().__init__()
        self.prices = prices


@dataclass(frozen=True, eq=False)
class Proof:
    """That not all pins of a program can be met; the prices that say so, or the last of those that help."""

    prices: GoalPrices | None


class Trials:
    """Decisions and rules tried together. What was not shown within the time counts as no clash, and as not met."""

    def __init__(self, dispute: Dispute) -> None:
        self.dispute = dispute
        self.deadline = time.monotonic() + dispute.seconds
        self._plans: list[tuple[KeyArray, frozenset[Member]]] = []
        self._clashes: list[frozenset[Member]] = []
        self._prices: list[GoalPrices] = []
        self._rule = np.array(dispute.program.rule, dtype=object)
        for chosen in (NOBODY, dispute.incumbent):
            self.keep(chosen)

    def is_met(self, members: Collection[Member]) -> bool:
        """True where a plan is known under which all members hold."""
        return self.plan_of(members) is not None

    def plan_of(self, members: Collection[Member]) -> KeyArray | None:
        """A plan that is known, under which all members hold."""
        return next((chosen for chosen, broken in self._plans if broken.isdisjoint(members)), None)

    def clash(self, members: Sequence[Member]) -> list[Member] | None:
        """Those of the members that are enough for a clash; None where they can all hold, or no clash was shown."""
        for known in self._clashes:
            if known <= set(members):
                return [member for member in members if member in known]
        if self.is_met(members):
            return None
        program = self.program(members)
        for prices in self._prices[:PRICES_TRIED]:
            if (enough := self._enough(members, program, prices)) is not None:
                return self._noted(enough)
        found = self.search(program)
        if isinstance(found, Proof):
            return self._noted(self._proven(members, program, found))
        if found is not None:
            self.keep(found)
        return None

    def _proven(self, members: Sequence[Member], program: Program, proof: Proof) -> Sequence[Member]:
        """What is enough for a clash that was proven: as far as its prices say so, else all members."""
        if proof.prices is None:
            return members
        self._prices.insert(0, proof.prices)
        enough = self._enough(members, program, proof.prices)
        return members if enough is None else enough

    def _noted(self, members: Sequence[Member]) -> list[Member]:
        """Remember a clash."""
        self._clashes.append(frozenset(members))
        return [*members]

    def program(self, members: Collection[Member]) -> Program:
        """The program with these decisions and rules alone, and those that always hold."""
        whole, goal = self.dispute.program, self.dispute.program.goals[0]
        decisions = [member for member in members if isinstance(member, int)]
        need = np.zeros_like(goal.need)
        asked = [self.dispute.pins[decision] for decision in decisions if self.dispute.pins[decision] >= 0]
        need[asked] = goal.need[asked]
        possible = np.ones(whole.n, dtype=bool)
        for decision in decisions:
            possible[self.dispute.ruled_out[decision]] = False
        under = whole.under([*self.dispute.always, *(member for member in members if isinstance(member, str))])
        return replace(under, possible=possible, goals=(replace(goal, need=need),))

    def nearest(self, program: Program) -> KeyArray:
        """Of the plans known, as far as the program leaves their moves, that which misses fewest pins."""
        left = (chosen[program.possible[chosen]] for chosen, _ in self._plans)
        return min((chosen for chosen in left if program.holds(chosen)), key=program.goals[0].value, default=NOBODY)

    def until(self) -> float:
        """When a search that begins now has to end."""
        return min(self.deadline, time.monotonic() + SECONDS_PER_TRIAL)

    def knows_clash_without(self, member: Member) -> bool:
        """True where a clash is known that does not contain a member."""
        return any(member not in known for known in self._clashes)

    def keep(self, chosen: KeyArray) -> None:
        """Remember a plan, with the members that it breaks."""
        self._plans.append((chosen, frozenset(self._broken(chosen))))

    def _broken(self, chosen: KeyArray) -> Iterator[Member]:
        whole = self.dispute.program
        missing = whole.goals[0].missing(chosen) > 0
        for k, (out, pin) in enumerate(zip(self.dispute.ruled_out, self.dispute.pins, strict=True)):
            if (pin >= 0 and missing[pin]) or np.isin(out, chosen).any():
                yield k
        reached = activity(whole.terms, chosen, len(whole.lower))
        yield from set(self._rule[whole.excess(reached, np.arange(len(reached))) > 0].tolist())

    def search(self, program: Program) -> KeyArray | Proof | None:
        """A plan that misses no pin of the program, or the proof that there is none; None where time ran out."""
        goal, start, until = program.goals[0], self.nearest(program), self.until()
        try:
            found = settle_nearby(begun(program), goal, start, until)
            if found is None:
                run = Run(program, start, _stop_at_a_clash, until)
                run.minimise(goal)
                return run.incumbent
        except _ProvenError as proven:
            return Proof(proven.prices)
        except OutOfTimeError:
            return None
        return Proof(found) if isinstance(found, GoalPrices) else found

    def _enough(self, members: Sequence[Member], program: Program, known: GoalPrices) -> list[Member] | None:
        """The members without which these prices would not prove a clash; None where they prove none.

        A pin or a rule is needed where a row of it has a price, and a decision where it rules out a move that these
        prices would take.
        """
        goal, face = program.goals[0], begun(program)
        limits, pins = known.rows
        prices = former_prices(face, GoalPrices((limits, np.where(goal.need > 0, pins, 0)), known.values))
        if prices is None:
            raise EngineError(T("the prices of a trial are not those of its rows"))
        priced = price(face, goal, prices)
        if priced.floor < 1:
            return None
        of_limits, of_pins = priced.prices.blocks
        rules, taken = set(self._rule[of_limits != 0].tolist()), priced.move_costs < 0

        def is_needed(member: Member) -> bool:
            if isinstance(member, str):
                return member in rules
            pin = self.dispute.pins[member]
            return (pin >= 0 and of_pins[pin] != 0) or bool(taken[self.dispute.ruled_out[member]].any())

        return [member for member in members if is_needed(member)]


def begun(program: Program) -> Face:
    """The face on which the pins of a program are sought to be met."""
    face = Face(program)
    face.begin(program.goals[0])
    return face


def _stop_at_a_clash(chosen: KeyArray, solved: list[Solved]) -> None:
    if solved[-1].bound is not None and solved[-1].bound > 0:
        raise _ProvenError(solved[-1].prices[-1] if solved[-1].prices else None)
