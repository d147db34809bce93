"""The time of each stage of a solve, from reading to the written plan, and of one flow call on the same moves."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.checker import check
from optimizer.engine.canonical import CANONICAL
from optimizer.engine.flow import flow_seconds
from optimizer.greedy import greedy
from optimizer.plan_files import write_plan
from optimizer.program import build_program
from optimizer.solving import Progress, solve
from optimizer.verbs import read

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.plan import Plan
    from optimizer.scenario.scenario import Scenario

Rows = list[tuple[str, float, str]]


def bench(
    path: str | Path, *, time_limit: float | None = None, overrides: dict[str, str] | None = None
) -> pd.DataFrame:
    """Seconds of every stage of one run: columns stage, seconds, flows, detail.

    `flows` is seconds over those of one `SimpleMinCostFlow` call on the same moves with the network limits alone;
    times compare within one table only. Building arrays, moves, program and the hand method is part of `solve in
    all`, and is timed once more on its own before it. The frame's attribute `language` is the scenario's.
    """
    import pandas as pd

    rows: Rows = []
    clock = _Clock(rows)
    scenario = read(path, overrides)
    clock.lap("read", f"{len(scenario.people)} people, {len(scenario.posts)} posts")
    a = build_arrays(scenario)
    moves = build_moves(a)
    clock.lap("moves", f"{moves.n} moves")
    program = build_program(a, moves)
    clock.lap("program", f"{len(program.lower)} rows")
    by_hand = greedy(program, moves)
    clock.lap("greedy", f"{len(by_hand)} moves")
    flow = flow_seconds(program, moves)
    rows.append(("one flow", flow, f"{int(program.possible.sum())} arcs from people to posts"))
    clock.restart()
    heard: list[Progress] = []
    plan = solve(scenario, time_limit=time_limit, listen=heard.append)
    clock.lap("solve in all", f"{plan.status}, {len(plan.moves)} moves")
    rows += [(goal.name, goal.seconds, f"{goal.value}, bound {goal.bound}") for goal in plan.goals]
    ties = [p.seconds for p in heard if p.goal == CANONICAL and p.seconds is not None]
    rows += [(CANONICAL, seconds, "tie-break") for seconds in ties[-1:]]
    clock.restart()
    check(scenario, plan)
    clock.lap("check", f"{len(plan.moves)} moves")
    _write(plan, scenario, clock)
    frame = pd.DataFrame(rows, columns=["stage", "seconds", "detail"])
    frame.insert(2, "flows", np.round(frame.seconds / max(flow, 1e-9), 2))
    frame.attrs["language"] = scenario.config.language
    return frame


def _write(plan: Plan, scenario: Scenario, clock: _Clock) -> None:
    """The plan folder with its workbook, in a place that goes away."""
    from optimizer.reporting.workbook import write_workbook

    language = scenario.config.language
    with tempfile.TemporaryDirectory() as folder:
        clock.restart()
        target = Path(folder, "plan")
        write_plan(plan, target, [lambda new: write_workbook(plan, scenario, new / "plan.xlsx", language)])
        clock.lap("write", ", ".join(sorted(file.name for file in target.iterdir())))


class _Clock:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._began = time.perf_counter()

    def restart(self) -> None:
        self._began = time.perf_counter()

    def lap(self, stage: str, detail: str) -> None:
        self._rows.append((stage, time.perf_counter() - self._began, detail))
        self._began = time.perf_counter()
