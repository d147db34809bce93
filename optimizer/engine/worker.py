"""The child process: reads a pickled request, solves, and sends pickled messages; it dies with its parent."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from typing import Any, BinaryIO

from optimizer.engine.answering import Answering
from optimizer.engine.canonical import settle
from optimizer.engine.clashing import clash_of
from optimizer.engine.lexicographic import Run
from optimizer.engine.master import OutOfTimeError
from optimizer.engine.messages import Dispute, Ended, Failed, Incumbent, Request
from optimizer.engine.proving import prove
from optimizer.errors import StaffingError


def answer(request: Request | Dispute, send: Any) -> None:
    """Solve a request, or find the clash of a dispute, and send what is found as it is found."""
    if isinstance(request, Dispute):
        clash_of(request, send)
        send(Ended(complete=True))
    else:
        _solve(request, send)


def _solve(request: Request, send: Any) -> None:
    run = Run(
        request.program,
        request.incumbent,
        lambda chosen, solved: send(Incumbent(chosen, tuple(solved))),
        time.monotonic() + request.seconds,
        former=request.former,
    )
    try:
        if (infeasible := prove(run)) is not None:
            send(infeasible)
            return
        if request.tie_break:
            settled = settle(run)
            send(Incumbent(run.incumbent, (*run.solved[:-1], settled)))
    except OutOfTimeError:
        send(Ended(complete=False))
        return
    send(Ended(complete=True))


def main() -> None:
    """Speak with the parent over the standard streams; a solver's own prints go to the error stream."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    heard: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_hear, args=(sys.stdin.buffer, heard), daemon=True).start()

    def send(message: object) -> None:
        pickle.dump(message, out)
        out.flush()

    try:
        first = heard.get()
        if isinstance(first, Request | Dispute):
            answer(first, send)
            return
        replies = Answering(first, send)
        while True:
            replies.answer(heard.get())
    except StaffingError as error:
        send(Failed(error.text.render("en")))
    except Exception:
        send(Failed(traceback.format_exc()))


def _hear(parent: BinaryIO, heard: queue.Queue[Any]) -> None:
    """The parent holds our input open as long as it lives."""
    try:
        while True:
            heard.put(pickle.load(parent))
    except EOFError:
        os._exit(1)


if __name__ == "__main__":
    main()
