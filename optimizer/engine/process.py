"""The parent's side of the child process: it waits, obeys the time limit and Ctrl-C, and keeps the best plan."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from optimizer.engine.messages import Clash, Dispute, Ended, Failed, Incumbent, Infeasible, Request
from optimizer.errors import EngineError
from optimizer.texts import T

GRACE_SECONDS = 1.0
PATIENCE_SECONDS = 0.1
NEW_GROUP_ON_WINDOWS = 0x200 if sys.platform == "win32" else 0  # Ctrl-C is for the parent alone

Listener = Callable[[Incumbent], None]
Message = Incumbent | Infeasible | Clash | Ended | Failed | None


class Outcome:
    """What came of a run: the last incumbent, whether its pins cannot all be met, what clashes, whether it ended."""

    def __init__(self, start: Incumbent) -> None:
        self.incumbent = start
        self.is_infeasible = False
        self.clash: Clash | None = None
        self.complete = False


def run(request: Request | Dispute, listen: Listener) -> Outcome:
    """Solve in a child process; a time limit or Ctrl-C ends it and leaves the best plan, or smallest clash, so far.

    Without any time no child is started: the plan that the request came with is the answer. Raises EngineError
    where the child fails, crashes or is killed.
    """
    outcome = Outcome(Incumbent(request.incumbent, ()))
    if request.seconds <= 0:
        return outcome
    deadline = time.monotonic() + request.seconds + GRACE_SECONDS
    child = _start()
    messages: queue.Queue[Message] = queue.Queue()
    reader = threading.Thread(target=_read, args=(child.stdout, messages), daemon=True)
    reader.start()
    try:
        _ask(child, request, messages)
        _follow(messages, outcome, listen, deadline, child)
    except KeyboardInterrupt:
        pass  # the best plan so far is the answer
    finally:
        child.kill()
        child.wait()
        reader.join()
        for stream in (child.stdin, child.stdout):
            with suppress(OSError):  # a request that was not read to its end cannot be flushed
                cast(IO[bytes], stream).close()
    return outcome


def _start() -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH")) if part)
    return subprocess.Popen(
        [sys.executable, "-m", "optimizer.engine.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},  # never a package of the working folder
        creationflags=NEW_GROUP_ON_WINDOWS,
        start_new_session=sys.platform != "win32",
    )


def _read(stream: IO[bytes], messages: queue.Queue[Message]) -> None:
    try:
        while True:
            messages.put(pickle.load(stream))
    except Exception:  # whatever breaks the stream, the answer is that there is none
        messages.put(None)


def _ask(child: subprocess.Popen[bytes], request: Request | Dispute, messages: queue.Queue[Message]) -> None:
    stream = cast(IO[bytes], child.stdin)
    try:
        pickle.dump(request, stream, protocol=pickle.HIGHEST_PROTOCOL)
        stream.flush()
    except OSError:
        messages.put(None)


def _follow(
    messages: queue.Queue[Message],
    outcome: Outcome,
    listen: Listener,
    deadline: float,
    child: subprocess.Popen[bytes],
) -> None:
    while time.monotonic() < deadline:
        try:
            message = messages.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            continue
        if message is None:
            raise EngineError(T("the solving process ended with code {code} and no answer", code=child.wait()))
        if isinstance(message, Failed):
            raise EngineError(T("the solving process failed: {report}", report=message.report))
        if isinstance(message, Infeasible):
            outcome.is_infeasible = True
            return
        if isinstance(message, Ended):
            outcome.complete = message.complete
            return
        if isinstance(message, Clash):
            outcome.clash = message
            continue
        outcome.incumbent = message
        listen(message)
