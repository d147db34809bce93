"""How much memory a process and those that it started have held at most, as Linux tells it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

PROCESSES: Final = Path("/proc")
PEAK: Final = "VmHWM:"  # of a process since it took up its program; the figures of `wait` count its parent's in
EVERY_SECONDS: Final = 0.1


def peak_mib(process: int) -> float | None:
    """The most that a living process has held, in MiB; None where it has ended or the system does not tell."""
    with suppress(OSError):
        for line in (PROCESSES / str(process) / "status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(PEAK):
                return int(line.split()[1]) / 1024
    return None


def started_by(process: int) -> list[int]:
    """The processes that a process has started, and those that these have started."""
    found: list[int] = []
    with suppress(OSError):
        for children in (PROCESSES / str(process) / "task").glob("*/children"):
            with suppress(OSError):
                found += [int(word) for word in children.read_text(encoding="ascii").split()]
    return [*found, *(further for child in found for further in started_by(child))]


class Watch:
    """While the block runs, the peaks of the processes that this one starts; `mib`: the largest of them."""

    def __init__(self) -> None:
        self.mib: float | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        """A process counts from the second look on: one that has just been started still holds what its parent does."""
        before: set[int] = set()
        while not self._stop.wait(EVERY_SECONDS):
            now = set(started_by(os.getpid()))
            peaks = [peak for process in now & before if (peak := peak_mib(process)) is not None]
            self.mib = max([*peaks, self.mib or 0.0]) if peaks else self.mib
            before = now
