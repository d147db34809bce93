"""The child process: reads a pickled request, solves, and sends pickled messages; it dies with its parent."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
import traceback
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np

from optimizer.engine.canonical import settle
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Ended, Failed, Incumbent, Infeasible, Request, Solved
from optimizer.engine.shrinking import shrunk
from optimizer.errors import StaffingError
from optimizer.program import PINS
from optimizer.rulebook.one_move import OneMove
from optimizer.rulebook.rows import FREE


def answer(request: Request, send: Any) -> None:
    """Solve a request and send what is found as it is found."""
    run = Run(
        request.program,
        request.incumbent,
        lambda chosen, solved: send(Incumbent(chosen, tuple(solved))),
        time.monotonic() + request.seconds,
        former=request.former,
    )
    try:
        for goal in request.program.goals:
            solved = run.minimise(goal)
            if goal.name == PINS and solved.value > 0:
                send(_conflict(request, solved))
                return
        if request.tie_break:
            settled = settle(run)
            send(Incumbent(run.incumbent, (*run.solved[:-1], settled)))
    except OutOfTimeError:
        send(Ended(complete=False))
        return
    send(Ended(complete=True))


def _conflict(request: Request, solved: Solved) -> Infeasible:
    """A minimal set of pins and rules that clash: each is needed, tried by leaving it out and solving again."""
    program = request.program
    rules = list(dict.fromkeys(program.rule))
    pins = _priced_pins(request, solved, rules)
    pins = shrunk(pins, lambda rest: not _meets(request, rest, rules))
    always = [rule for rule in rules if rule == OneMove.name]
    others = [rule for rule in rules if rule != OneMove.name]
    others = shrunk(others, lambda rest: not _meets(request, pins, [*always, *rest]))
    return Infeasible(tuple(pins), tuple(rule for rule in rules if rule in (*always, *others)))


def _priced_pins(request: Request, solved: Solved, rules: list[str]) -> list[int]:
    """The pins on which the prices lean that prove the clash, where these clash by themselves; else all pins."""
    of_pins = [layer.rows[-1] != 0 for layer in solved.prices]
    priced = np.flatnonzero(np.logical_or.reduce(of_pins)).tolist() if of_pins else []
    return priced if priced and not _meets(request, priced, rules) else list(range(len(request.program.pins)))


def _meets(request: Request, pins: list[int], rules: list[str]) -> bool:
    """True where the pins can all be met under the rules; not shown within the time counts as true."""
    program = request.program
    goal = program.goals[0]
    wanted = np.isin(np.arange(len(goal.need)), pins)
    keep = np.isin(np.array(program.rule, dtype=object), np.array(rules, dtype=object))
    relaxed = replace(
        program,
        goals=(replace(goal, need=np.where(wanted, goal.need, 0)),),
        lower=np.where(keep, program.lower, -FREE),
        upper=np.where(keep, program.upper, FREE),
        possible=np.ones_like(program.possible),
    )
    run = Run(relaxed, request.incumbent, lambda *_: None, time.monotonic() + request.seconds)
    try:
        return run.minimise(relaxed.goals[0]).value == 0
    except OutOfTimeError:
        return True


def main() -> None:
    """Speak with the parent over the standard streams; a solver's own prints go to the error stream."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request: Request = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_die_with, args=(sys.stdin.buffer,), daemon=True).start()

    def send(message: object) -> None:
        pickle.dump(message, out)
        out.flush()

    try:
        answer(request, send)
    except StaffingError as error:
        send(Failed(error.text.render("en")))
    except Exception:
        send(Failed(traceback.format_exc()))


def _die_with(parent: BinaryIO) -> None:
    """The parent holds our input open as long as it lives."""
    parent.read()
    os._exit(1)


if __name__ == "__main__":
    main()
