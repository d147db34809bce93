"""The parent's side of the child process: it waits, obeys the time limit and Ctrl-C, and keeps the best plan."""

from __future__ import annotations

import math
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

from optimizer.engine.messages import (
    Clash,
    Dispute,
    Ended,
    Failed,
    Incumbent,
    Infeasible,
    Opening,
    Question,
    Ready,
    Request,
)
from optimizer.errors import EngineError
from optimizer.texts import T

GRACE_SECONDS = 1.0
PATIENCE_SECONDS = 0.1
NEW_GROUP_ON_WINDOWS = 0x200 if sys.platform == "win32" else 0  # Ctrl-C is for the parent alone

Listener = Callable[[Incumbent], None]
Message = Ready | Incumbent | Infeasible | Clash | Ended | Failed | None


class Outcome:
    """What came of a run: the last incumbent, or why there is no plan, what clashes, whether it ended."""

    def __init__(self, start: Incumbent) -> None:
        self.incumbent = start
        self.infeasible: Infeasible | None = None
        self.clash: Clash | None = None
        self.complete = False

    def hear(self, message: object, listen: Listener) -> bool:
        """Take in what the engine says; whether it has ended."""
        if isinstance(message, Infeasible):
            self.infeasible = message
        elif isinstance(message, Ended):
            self.complete = message.complete
        elif isinstance(message, Clash):
            self.clash = message
        elif isinstance(message, Incumbent):
            self.incumbent = message
            listen(message)
        return isinstance(message, Infeasible | Ended)


def run(request: Request | Dispute, listen: Listener) -> Outcome:
    """Solve in a child process; a time limit or Ctrl-C ends it and leaves the best plan, or smallest clash, so far.

    Without any time no child is started: the plan that the request came with is the answer. Raises EngineError
    where the child fails, crashes or is killed.
    """
    outcome = Outcome(Incumbent(request.incumbent, ()))
    if request.seconds <= 0:
        return outcome
    deadline = time.monotonic() + request.seconds + GRACE_SECONDS
    child = Child()
    try:
        child.say(request)
        child.follow(outcome, listen, deadline)
    except KeyboardInterrupt:
        pass  # the best plan so far is the answer
    finally:
        child.end()
    return outcome


class Child:
    """A child process, what it says, and what it is told."""

    def __init__(self) -> None:
        self._process = _start()
        self._messages: queue.Queue[Message] = queue.Queue()
        self._reader = threading.Thread(target=_read, args=(self._process.stdout, self._messages), daemon=True)
        self._reader.start()

    def say(self, message: Request | Dispute | Opening | Question) -> None:
        """Send a message; one that does not get through shows in what follows."""
        stream = cast(IO[bytes], self._process.stdin)
        try:
            pickle.dump(message, stream, protocol=pickle.HIGHEST_PROTOCOL)
            stream.flush()
        except OSError:
            self._messages.put(None)

    def wait_until_ready(self) -> Ready:
        """Wait for the child to be ready for questions; raises EngineError as `follow`."""
        while not isinstance(ready := self._next(math.inf), Ready):
            pass
        return ready

    def follow(self, outcome: Outcome, listen: Listener, deadline: float) -> bool:
        """Hear what the child finds until it ends or the deadline has passed; whether it ended.

        Raises EngineError where the child fails, crashes or is killed.
        """
        while (message := self._next(deadline)) is not None:
            if outcome.hear(message, listen):
                return True
        return False

    def end(self) -> None:
        """Kill the child and close its streams."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # a request that was not read to its end cannot be flushed
                cast(IO[bytes], stream).close()

    def _next(self, deadline: float) -> Message:
        """The next message, None where the deadline has passed."""
        while time.monotonic() < deadline:
            try:
                message = self._messages.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                continue
            if message is None:
                code = self._process.wait()
                raise EngineError(T("the solving process ended with code {code} and no answer", code=code))
            if isinstance(message, Failed):
                raise EngineError(T("the solving process failed: {report}", report=message.report))
            return message
        return None


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
