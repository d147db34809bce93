"""The time of each stage of a solve, and of one flow call on the same moves in the same run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.checker import check
from optimizer.engine.flow import flow_seconds
from optimizer.greedy import greedy
from optimizer.program import build_program
from optimizer.scenario.scenario import Scenario
from optimizer.solving import solve

if TYPE_CHECKING:
    import pandas as pd


def bench(scenario: Scenario, *, time_limit: float | None = None) -> pd.DataFrame:
    """Seconds of every stage of one run: columns stage, seconds, detail, and `flows`: seconds over one flow call.

    The flow call is one `SimpleMinCostFlow` over the same moves with the network limits alone, with the seats'
    weights as gains; times compare within one table only.
    """
    import pandas as pd

    rows: list[tuple[str, float, str]] = []
    clock = _Clock(rows)
    a = build_arrays(scenario)
    clock.lap("arrays", f"{a.n_people} people, {a.n_posts} posts")
    moves = build_moves(a)
    clock.lap("moves", f"{moves.n} moves")
    program = build_program(a, moves)
    clock.lap("program", f"{len(program.lower)} rows")
    by_hand = greedy(program, moves)
    clock.lap("greedy", f"{len(by_hand)} moves")
    rows.append(("one flow", flow_seconds(program), f"{moves.n} arcs from people to posts"))
    clock.restart()
    plan = solve(scenario, time_limit=time_limit)
    clock.lap("solve in all", f"{plan.status}, {len(plan.moves)} moves")
    rows += [(goal.name, goal.seconds, f"{goal.value}, bound {goal.bound}") for goal in plan.goals]
    clock.restart()
    check(scenario, plan)
    clock.lap("check", f"{len(plan.moves)} moves")
    frame = pd.DataFrame(rows, columns=["stage", "seconds", "detail"])
    flow = float(frame.loc[frame.stage == "one flow", "seconds"].iloc[0])
    frame.insert(2, "flows", np.round(frame.seconds / max(flow, 1e-9), 2))
    return frame


class _Clock:
    def __init__(self, rows: list[tuple[str, float, str]]) -> None:
        self._rows = rows
        self._began = time.perf_counter()

    def restart(self) -> None:
        self._began = time.perf_counter()

    def lap(self, stage: str, detail: str) -> None:
        self._rows.append((stage, time.perf_counter() - self._began, detail))
        self._began = time.perf_counter()
