"""The time of each stage of a solve, from reading to the written plan, beside one flow call and other solvers."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.checker import check
from optimizer.engine.canonical import CANONICAL
from optimizer.engine.network import flow_seconds
from optimizer.greedy import greedy
from optimizer.memory import Watch, peak_mib
from optimizer.peers import PeerResult, peer_scripts, run_peers
from optimizer.plan_files import write_plan
from optimizer.program import Program, build_program
from optimizer.solving import Progress, solve
from optimizer.verbs import read

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.plan import Plan
    from optimizer.scenario.scenario import Scenario

PEER_SECONDS: Final = 600.0
SOLVE: Final = "solve in all"
FLOW: Final = "one flow"
FIRST_QUESTION, NEXT_QUESTION = "first question", "next question"
REASONS: Final = "reasons of all gaps"
NO_ANSWER, ONE_ANSWER = "replan, no answer", "replan, one refusal"
ASKED: Final = {  # stages of a meeting, and the names of their figures
    FIRST_QUESTION: "first_question",
    NEXT_QUESTION: "next_question",
    REASONS: "reasons",
    NO_ANSWER: "replan_without_answers",
    ONE_ANSWER: "replan_with_one",
}
LEAST: Final = 1e-9  # seconds: what a clock can miss

Rows = list[tuple[str, float, str]]


def bench(
    path: str | Path,
    *,
    time_limit: float | None = None,
    overrides: dict[str, str] | None = None,
    peers: str | Path | None = None,
    peer_seconds: float = PEER_SECONDS,
    meeting: bool = False,
) -> pd.DataFrame:
    """Seconds of every stage of one run: columns stage, seconds, flows, detail.

    `flows` is seconds over those of one `SimpleMinCostFlow` call on the same moves with the network limits alone;
    times compare within one table only. Building arrays, moves, program and the hand method is part of `solve in
    all`, and is timed once more on its own before it.

    `meeting`: what a meeting asks of the plan is timed besides, see `_meeting`; the figures `asked.*_ratio` are its
    times over that of `solve in all`.

    `peers` is a folder of scripts, one per solver (`optimizer/peers.py`); each then solves the same goals over the
    same moves, `peer_seconds` at most. The frame's attributes: `language`, the scenario's; `figures`, a number by
    name; `peers`, a PeerResult each. Raises UsageError where the folder holds no script, and as `read` and `solve`.
    """
    import pandas as pd

    scripts = [] if peers is None else peer_scripts(peers)
    rows: Rows = []
    clock = _Clock(rows)
    scenario, program = _build(path, overrides, clock)
    with Watch() as memory:
        plan, figures = _solve(scenario, time_limit, clock)
    clock.restart()
    check(scenario, plan)
    clock.lap("check", f"{len(plan.moves)} moves")
    _write(plan, scenario, clock)
    figures |= _memory(memory)
    if meeting:
        _meeting(scenario, plan, clock)
    sizes = {"people": len(scenario.people), "posts": len(scenario.posts), "moves": program.n}
    figures = {**sizes, **figures, **_stages(rows)}
    results = run_peers(scripts, program, plan.goals, peer_seconds)
    figures |= _of_peers(results, figures["product.solve_seconds"], figures["flow.seconds"])
    frame = pd.DataFrame(rows, columns=["stage", "seconds", "detail"])
    frame.insert(2, "flows", np.round(frame.seconds / max(figures["flow.seconds"], LEAST), 2))
    frame.attrs = {"language": scenario.config.language, "figures": figures, "peers": results}
    return frame


def _build(path: str | Path, overrides: dict[str, str] | None, clock: _Clock) -> tuple[Scenario, Program]:
    """Scenario and program, every step of them on the clock, and one flow call."""
    scenario = read(path, overrides)
    clock.lap("read", f"{len(scenario.people)} people, {len(scenario.posts)} posts")
    a = build_arrays(scenario)
    moves = build_moves(a)
    clock.lap("moves", f"{moves.n} moves")
    program = build_program(a, moves)
    clock.lap("program", f"{len(program.lower)} rows")
    by_hand = greedy(program, moves)
    clock.lap("greedy", f"{len(by_hand)} moves")
    flow = flow_seconds(program)
    clock.rows.append((FLOW, flow, f"{int(program.possible.sum())} arcs from people to posts"))
    return scenario, program


def _solve(scenario: Scenario, time_limit: float | None, clock: _Clock) -> tuple[Plan, dict[str, float]]:
    """The plan, its rows on the clock, and the figures of the product's own solving.

    `product.solve_seconds` runs from the end of the hand method to the last word on the last goal: the start of the
    child process is in it, as building a model is in the time of a peer. The tie-break, which no peer makes, is not.
    """
    heard: list[tuple[float, Progress]] = []
    clock.restart()
    plan = solve(scenario, time_limit=time_limit, listen=lambda step: heard.append((time.perf_counter(), step)))
    clock.lap(SOLVE, f"{plan.status}, {len(plan.moves)} moves")
    clock.rows += [(goal.name, goal.seconds, f"{goal.value}, bound {goal.bound}") for goal in plan.goals]
    ties = [step.seconds for _, step in heard if step.goal == CANONICAL and step.seconds is not None]
    clock.rows += [(CANONICAL, seconds, "tie-break") for seconds in ties[-1:]]
    began = next(at for at, step in heard if step.stage == "greedy")
    ended = next(at for at, step in heard if step.stage == "check")
    told = [at for at, step in heard if step.stage == "goal" and step.goal != CANONICAL]
    all_proven = all(goal.proven for goal in plan.goals)
    figures = {
        "product.solve_seconds": (told[-1] if told and all_proven else ended) - began,
        "product.goals": float(len(plan.goals)),
        "product.proven_goals": float(sum(goal.proven for goal in plan.goals)),
        **{f"product.goal.{goal.name}.seconds": goal.seconds for goal in plan.goals},
    }
    return plan, figures | ({"product.canonical.seconds": ties[-1]} if ties else {})


def _stages(rows: Rows) -> dict[str, float]:
    """A figure for every stage, and for those that are judged together."""
    names = {"read": "read", "moves": "moves", "program": "program", "greedy": "greedy", FLOW: "flow",
             SOLVE: "solve_in_all", "check": "check", "write": "write"}  # fmt: skip
    seconds = {names[stage]: seconds for stage, seconds, _ in rows if stage in names}
    seconds["read_and_moves"] = seconds["read"] + seconds["moves"]
    seconds["check_and_write"] = seconds["check"] + seconds["write"]
    seconds["run"] = seconds["read"] + seconds["solve_in_all"] + seconds["write"]
    figures = {f"{stage}.seconds": value for stage, value in seconds.items()}
    asked = {ASKED[stage]: value for stage, value, _ in rows if stage in ASKED}
    figures |= {f"asked.{name}.seconds": value for name, value in asked.items()}
    whole = max(seconds["solve_in_all"], LEAST)
    return figures | {f"asked.{name}_ratio": value / whole for name, value in asked.items()}


def _memory(watch: Watch) -> dict[str, float]:
    """Peaks of this process and of the one that solves, and their sum, which both together stay below."""
    own = peak_mib(os.getpid())
    if own is None or watch.mib is None:
        return {}
    return {
        "memory.product_peak_mib": own,
        "memory.child_peak_mib": watch.mib,
        "memory.peak_mib": own + watch.mib,
    }


def _of_peers(results: Sequence[PeerResult], product: float, flow: float) -> dict[str, float]:
    """The figures of the peers: ratios are times over the product's; to the proof only where all goals are proven."""
    figures: dict[str, float] = {}
    for result in results:
        figures[f"peer.{result.name}.proven_goals"] = float(result.proven)
        if result.peak_mib is not None:
            figures[f"peer.{result.name}.peak_mib"] = result.peak_mib
        if result.seconds is not None:
            figures[f"peer.{result.name}.seconds"] = result.seconds
            figures[f"peer.{result.name}.build_seconds"] = result.build_seconds
            figures[f"peer.{result.name}.ratio"] = result.seconds / max(product, LEAST)
            figures[f"peer.{result.name}.flows"] = result.seconds / max(flow, LEAST)
    to_the_proof = [figures[f"peer.{result.name}.ratio"] for result in results if result.status == "OPTIMAL"]
    return figures | ({"peers.fastest_ratio": min(to_the_proof)} if to_the_proof else {})


def _write(plan: Plan, scenario: Scenario, clock: _Clock) -> None:
    """The plan folder with its workbook, in a place that goes away."""
    from optimizer.reporting.workbook import beside_the_tables

    book = beside_the_tables(plan, scenario, scenario.config.language)
    with tempfile.TemporaryDirectory() as folder:
        clock.restart()
        target = Path(folder, "plan")
        write_plan(plan, target, [book])
        clock.lap("write", ", ".join(sorted(file.name for file in target.iterdir())))


def _meeting(scenario: Scenario, plan: Plan, clock: _Clock) -> None:
    """What a meeting asks of a plan: two questions with prices by solving again, all reasons, the plan made anew.

    Reading the plan with its moves is timed apart; the first question gets ready what the next ones go on from. The
    plan is made anew with no answer, and with its first row refused.
    """
    from optimizer.explaining.case import case_of
    from optimizer.explaining.forcing import Forcing
    from optimizer.explaining.questions import answer
    from optimizer.explaining.unfilled import gaps
    from optimizer.refusing import refusal
    from optimizer.replanning import replan

    clock.restart()
    case = case_of(scenario, plan)
    clock.lap("read for questions", f"{case.moves.n} moves")
    with Forcing(case) as forcing:
        for stage, row in zip((FIRST_QUESTION, NEXT_QUESTION), plan.moves, strict=False):
            answer(forcing, person=row.person_id)
            clock.lap(stage, row.person_id)
    found = gaps(plan, scenario, verified=0)
    clock.lap(REASONS, f"{len(found.rows)} posts")
    replan(scenario, plan, ())
    clock.lap(NO_ANSWER, "")
    for row in plan.moves[:1]:
        new = replan(scenario, plan, [refusal(plan, row.person_id)])
        clock.lap(ONE_ANSWER, f"{len(new.changed)} rows change")


class _Clock:
    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._began = time.perf_counter()

    def restart(self) -> None:
        self._began = time.perf_counter()

    def lap(self, stage: str, detail: str) -> None:
        self.rows.append((stage, time.perf_counter() - self._began, detail))
        self._began = time.perf_counter()
