"""Other solvers on the same moves, rows and goals: each a script in a process of its own, and what it claims, judged.

A script is called with a problem file (`problem_files.py`) and seconds, and prints one JSON object: `peer`, `version`,
`status`, `seconds`, perhaps `build_seconds`, `goals` (each with `name`, `value`, `bound`, `proven`, `seconds`) and the
indices of `moves`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from optimizer.errors import UsageError
from optimizer.memory import Watch
from optimizer.plan import GoalResult
from optimizer.problem_files import write_problem
from optimizer.program import Program
from optimizer.program_goals import PINS
from optimizer.texts import T, Text

SHARED: Final = "problem.py"  # what the scripts of a folder share; it is no peer
GRACE: Final = 1.1  # of the cap, for a solver that sees it late
GRACE_SECONDS: Final = 60.0  # for starting and reading
MISSING: Final = ("ModuleNotFoundError", "ImportError")


class Finding(BaseModel):
    """What a peer says of one goal; `value` and `bound` are None where it knows nothing."""

    model_config = ConfigDict(strict=True, frozen=True)

    name: str
    value: int | None
    bound: int | None
    proven: bool
    seconds: float


class Report(BaseModel):
    """What a peer prints."""

    model_config = ConfigDict(strict=True, frozen=True)

    peer: str
    version: str
    status: Literal["OPTIMAL", "FEASIBLE", "UNKNOWN"]
    seconds: float
    build_seconds: float = 0.0
    goals: list[Finding]
    moves: list[int]

    def answers(self, names: Sequence[str]) -> bool:
        """True where it speaks of these goals in order, and its status is what it says of them."""
        is_optimal = all(finding.proven for finding in self.goals)
        valued = all(finding.value is not None for finding in self.goals if finding.proven)
        return (
            [finding.name for finding in self.goals] == [*names] and valued and is_optimal == (self.status == "OPTIMAL")
        )


@dataclass(frozen=True)
class PeerResult:
    """What came of one peer.

    `status`: as the peer says it, `OPTIMAL`, `FEASIBLE` or `UNKNOWN`; else `MISSING` (its library is not installed),
    `CRASHED`, `KILLED` (by a signal, as for want of memory) or `WRONG`: what it claims cannot be true if what the
    product claims is, and `differences` says why. `seconds` is None where it gave no answer; `build_seconds` are those
    of them that went into building the model. `goals` counts them all, `proven` those that it has proven. `peak_mib`:
    the most memory that one of its processes held, where it is known.
    """

    name: str
    status: str
    goals: int
    version: str = ""
    seconds: float | None = None
    build_seconds: float = 0.0
    proven: int = 0
    peak_mib: float | None = None
    note: Text | str = ""
    differences: tuple[Text, ...] = ()


def peer_scripts(folder: str | Path) -> list[Path]:
    """The scripts of a folder by name. Raises UsageError where there are none."""
    scripts = sorted(path for path in Path(folder).glob("*.py") if path.name != SHARED)
    if not scripts:
        raise UsageError(T("{folder} holds no peers: no scripts that end with .py", folder=str(folder)))
    return scripts


def run_peers(
    scripts: Sequence[Path], program: Program, goals: Sequence[GoalResult], seconds: float
) -> list[PeerResult]:
    """Run each script on the program, `seconds` at most, one after another, and judge it by the product's `goals`."""
    with tempfile.TemporaryDirectory() as folder:
        problem = Path(folder, "problem.npz")
        write_problem(program, problem)
        return [_result(script, problem, program, goals, seconds) for script in scripts]


def _result(script: Path, problem: Path, program: Program, goals: Sequence[GoalResult], seconds: float) -> PeerResult:
    words = [sys.executable, str(script), str(problem), str(seconds)]
    began = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told, Watch() as memory:
        code = _run(words, out, told, seconds * GRACE + GRACE_SECONDS)
        answer, complaint = _text(out), _text(told).strip()
    last_words = complaint.splitlines()[-1] if complaint else ""
    known = PeerResult(script.stem, "CRASHED", len(program.goals), peak_mib=memory.mib, note=last_words)
    if code is None:
        late = T("it did not stop at its cap and was stopped")
        return replace(known, status="UNKNOWN", seconds=time.monotonic() - began, note=late)
    if code < 0:
        return replace(known, status="KILLED", note=T("ended by signal {number}, as for want of memory", number=-code))
    if code > 0:
        return replace(known, status="MISSING" if last_words.startswith(MISSING) else "CRASHED")
    try:
        report = Report.model_validate_json(answer)
    except ValidationError:
        report = None
    if report is None or not report.answers([goal.name for goal in program.goals]):
        return replace(known, note=T("what it printed is not the JSON object of a peer"))
    wrong = tuple(differences(report, program, goals))
    return replace(
        known,
        status="WRONG" if wrong else report.status,
        version=report.version,
        seconds=report.seconds,
        build_seconds=report.build_seconds,
        proven=sum(finding.proven for finding in report.goals),
        note="",
        differences=wrong,
    )


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", errors="replace")


def _run(words: list[str], out: IO[bytes], told: IO[bytes], seconds: float) -> int | None:
    """The exit code of a process in a group of its own, None where it ran on and was stopped; nothing outlives it."""
    child = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=told,
        env={
            name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"
        },  # it has a module beside it
        start_new_session=sys.platform != "win32",
    )
    with suppress(OSError):  # where memory runs out, let Linux end the peer and nothing else
        Path(f"/proc/{child.pid}/oom_score_adj").write_text("1000", encoding="ascii")
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if sys.platform == "win32":
            child.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def differences(report: Report, program: Program, goals: Sequence[GoalResult]) -> list[Text]:
    """What in a report cannot be true if the product's `goals` are.

    Goals are compared as long as both have proven all goals before: then both ask the same question. A proven goal's
    optimum is its bound: the value of the plan may lie above it by what later goals have spent.
    """
    ours = {PINS: GoalResult(PINS, 0, 0, proven=True, seconds=0.0)} | {goal.name: goal for goal in goals}
    found = _unlike_its_moves(report, program)
    for finding in report.goals:
        known = ours[finding.name]
        best = known.bound if known.proven and known.bound is not None else known.value
        if finding.proven and known.proven and finding.value != best:
            text = T("{goal}: it proves {value}, the product {best}", goal=finding.name, value=finding.value, best=best)
            found.append(text)
        elif finding.value is not None and known.bound is not None and finding.value < known.bound:
            text = T(
                "{goal}: it has a plan of {value}, below the bound {bound} of the product",
                goal=finding.name, value=finding.value, bound=known.bound,
            )  # fmt: skip
            found.append(text)
        elif finding.bound is not None and finding.bound > best:
            text = T(
                "{goal}: its bound is {bound}, above the plan of {best} of the product",
                goal=finding.name, bound=finding.bound, best=best,
            )  # fmt: skip
            found.append(text)
        if not (finding.proven and known.proven):
            break
    return found


def _unlike_its_moves(report: Report, program: Program) -> list[Text]:
    """Where the moves of a report break a row, or miss the values that it gives, in whole numbers."""
    if report.status == "UNKNOWN":
        return []
    chosen = np.unique(np.array(report.moves, dtype=np.int64))
    within = len(chosen) == len(report.moves) and bool(((chosen >= 0) & (chosen < program.n)).all())
    if not within or not program.holds(chosen.astype(np.int32)) or program.above_caps(chosen.astype(np.int32)):
        return [T("its moves break a rule")]
    found = []
    for goal, finding in zip(program.goals, report.goals, strict=True):
        reached = goal.value(chosen.astype(np.int32))
        if finding.value is not None and reached > goal.settings.upper(finding.value):
            text = T("{goal}: it says {value}, its moves give {reached}", goal=goal.name, value=finding.value,
                     reached=reached)  # fmt: skip
            found.append(text)
    return found
