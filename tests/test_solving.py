"""A run from its call to its end: proven, out of time, interrupted, without a plan, and with a broken engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from builders import tiny
from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper, SolveStatus
from ortools.math_opt.python import mathopt
from provinces import random_province
from scipy.sparse import csr_array, eye_array, kron, vstack
from stories import province

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.engine import branching, master, process
from optimizer.engine.assembly import Part
from optimizer.engine.face import Face
from optimizer.engine.master import OutOfTimeError, solve_relaxed
from optimizer.engine.messages import Incumbent, Request, Solved
from optimizer.engine.process import Outcome
from optimizer.errors import BrokenPlanError, EngineError, InfeasibleError, InputError, NoPlanInTimeError
from optimizer.greedy import greedy
from optimizer.plan import Plan, Status
from optimizer.program import Program, build_program
from optimizer.rulebook import RULES
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import Decision
from optimizer.solving import WITHOUT_LIMIT, _seconds

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "scenarios" / "example"
NGHE_AN = ROOT / "scenarios" / "nghe-an"
TRIES = 4


def program_of(scenario: Scenario) -> tuple[Program, np.ndarray[Any, Any]]:
    moves = build_moves(build_arrays(scenario))
    program = build_program(moves.arrays, moves)
    return program, greedy(program, moves)


def is_honest(plan: Plan) -> bool:
    """Bounds never above values, unknown rather than invented; the status says no more than the goals."""
    bounds = all(goal.bound is None or goal.bound <= goal.value for goal in plan.goals)
    proofs = all(goal.proven == (goal.bound == goal.value) for goal in plan.goals)
    return bounds and proofs and (plan.status == Status.OPTIMAL) == all(goal.proven for goal in plan.goals)


def title_of(name: str) -> str:
    return next(rule.title.render("en") for rule in RULES if rule.name == name)


def test_the_example_is_solved_as_its_readme_works_it_out() -> None:
    plan = so.solve(so.read(EXAMPLE))
    assert plan.status == Status.OPTIMAL
    assert {goal.name: goal.value for goal in plan.goals} == {
        "leadership": 0,
        "coverage": 1,
        "specialists": 480,
        "headcount": 2_500,
        "disruption": 635,
    }
    assert all(goal.proven for goal in plan.goals)
    moves = {(move.person_id, move.to_unit_id, move.form, move.points) for move in plan.moves}
    assert moves == {
        ("an-5", "binh-son", "transfer", 210),
        ("an-6", "cam-khe", "transfer", 195),
        ("so-4", "binh-son", "secondment", 170),
        ("binh-2", "binh-son", "internal", 20),
        ("binh-3", "binh-son", "internal", 20),
        ("dong-4", "dong-tien", "internal", 20),
    }
    assert plan.before == {
        "leadership": 1_590,
        "coverage": 3,
        "specialists": 1_380,
        "headcount": 18_000,
        "disruption": 0,
    }
    assert [(post.unit_id, post.gap, post.reason) for post in plan.gaps if post.fields == ("it",)] == [
        ("cam-khe", 1, "candidates_used")  # So-4 alone knows IT: a longer list would offer nobody else
    ]


def test_no_time_at_all_gives_the_hand_made_plan_with_nothing_proven() -> None:
    scenario = so.read(EXAMPLE)
    plan = so.solve(scenario, time_limit=0.0)
    assert plan.status == Status.FEASIBLE
    assert {goal.name: goal.value for goal in plan.goals} == plan.baseline.goals
    assert [goal.bound for goal in plan.goals] == [None] * 5
    assert "not_proven" in plan.assumptions
    assert so.check(scenario, plan).passed


@pytest.mark.parametrize("time_limit", [0.0, 0.004, 0.01, 0.02, 0.05, 0.1])
def test_any_time_limit_gives_an_honest_plan(time_limit: float) -> None:
    for scenario in (so.read(EXAMPLE), *(replace(random_province(seed), decisions=()) for seed in range(8))):
        plan = so.solve(scenario, time_limit=time_limit)
        assert is_honest(plan)
        assert so.check(scenario, plan).passed


def traded_seats() -> Scenario:
    """p1 is pinned to the seat of p2, who can go to the free one; by hand the pin is tried first and fails."""
    return tiny(
        units=["A"],
        posts=[{"post_id": f"it-{n}", "unit_id": "A", "fields": "it"} for n in (1, 2, 3)],
        people=[{"person_id": f"p{n}", "post_id": f"it-{n}", "fields": "it"} for n in (1, 2)],
        decisions=[{"kind": "pin", "person_id": "p1", "post_id": "it-2"}],
    )


def test_pins_that_were_not_met_in_time_leave_no_plan() -> None:
    with pytest.raises(NoPlanInTimeError):
        so.solve(traded_seats(), time_limit=0.0)
    assert {(move.person_id, move.to_post_id) for move in so.solve(traded_seats()).moves} >= {("p1", "it-2")}


def test_a_pin_met_by_staying_asks_for_nothing() -> None:
    scenario = replace(traded_seats(), decisions=(Decision(kind="pin", person_id="p1", post_id="it-1"),))
    assert so.solve(scenario).status == Status.OPTIMAL


def test_pins_that_clash_are_named_with_the_rule_between_them() -> None:
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=[{"person_id": person, "unit_id": "B", "fields": "it"} for person in ("p1", "p2")],
        quotas=[{"unit_id": "A", "quota": 5}, {"unit_id": "B", "quota": 0}],
        decisions=[{"kind": "pin", "person_id": person, "post_id": "A-it"} for person in ("p1", "p2")],
    )
    with pytest.raises(InfeasibleError) as found:
        so.solve(scenario)
    *pins, rule = (member.words.render("en") for member in found.value.conflict.members)
    assert pins == ["the pin of p1 to A-it", "the pin of p2 to A-it"]
    assert title_of("no_overfilling") in rule


def test_a_forbidden_pin_names_the_pin_and_the_gate() -> None:
    # p1 knows land, the post needs IT
    scenario = province(person={"fields": "land"}, decisions=[{"kind": "pin", "person_id": "p1", "post_id": "A-it"}])
    with pytest.raises(InputError) as found:
        so.solve(scenario)
    problem = found.value.problems[0]
    words = problem.message.render("en")
    assert problem.code == "E430"
    assert words.startswith("the pin of p1 to A-it")
    assert title_of("fields") in words
    assert not any(title_of(rule.name) in words for rule in RULES if rule.name != "fields")


def test_a_plan_that_the_checker_refuses_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = tiny(
        units=["A", "B"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=[{"person_id": person, "unit_id": "B", "fields": "it"} for person in ("p1", "p2")],
        quotas=[{"unit_id": "A", "quota": 5}, {"unit_id": "B", "quota": 0}],
    )

    def run(request: Request, listen: process.Listener) -> Outcome:
        everything = np.arange(request.program.n, dtype=np.int32)
        solved = [Solved(goal.name, goal.value(everything), None, 0.0) for goal in request.program.goals]
        return Outcome(Incumbent(everything, tuple(solved)))

    monkeypatch.setattr("optimizer.solving.run", run)
    with pytest.raises(BrokenPlanError) as found:
        so.solve(scenario)
    assert [breach.render("en") for breach in found.value.breaches] == ["A-it has 2 people on 1 seats"]


# --- the child process ---


def stub(script: str) -> subprocess.Popen[bytes]:
    """A child that reads its request and then does what the script says."""
    code = f"import os, pickle, signal, sys, time\nfrom optimizer.engine.messages import Failed\n{script}"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", code], env=env, **streams)


ENDED = "the solving process ended with code {} and no answer"
READ = "pickle.load(sys.stdin.buffer)\n"
MEMORY = "pickle.dump(Failed('MemoryError: 9 GB'), sys.stdout.buffer)"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (READ + "os._exit(3)", ENDED.format(3)),
        ("os._exit(4)", ENDED.format(4)),
        (READ + "sys.stdout.buffer.write(b'not an answer')\nsys.stdout.flush()\nsys.exit(5)", ENDED.format(5)),
        (READ + MEMORY, "the solving process failed: MemoryError: 9 GB"),
        pytest.param(
            READ + "os.kill(os.getpid(), signal.SIGKILL)",
            ENDED.format(-9),
            marks=pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there"),
        ),
    ],
)
@pytest.mark.usefixtures("child_process")
def test_a_child_that_breaks_is_our_fault_and_says_so(
    script: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_start", lambda: stub(script))
    with pytest.raises(EngineError) as found:
        so.solve(so.read(EXAMPLE), time_limit=60.0)
    assert found.value.text.render("en") == message


@pytest.mark.usefixtures("child_process")
def test_a_child_that_is_killed_on_its_way_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    start = process._start

    def start_and_kill() -> subprocess.Popen[bytes]:
        child = start()
        child.kill()
        return child

    monkeypatch.setattr(process, "_start", start_and_kill)
    with pytest.raises(EngineError) as found:
        so.solve(so.read(EXAMPLE), time_limit=60.0)
    assert found.value.text.msgid == ENDED.format("{code}")


@pytest.mark.usefixtures("child_process")
def test_a_child_that_never_answers_is_ended_at_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    children = []

    def start() -> subprocess.Popen[bytes]:
        children.append(stub("time.sleep(600)"))
        return children[-1]

    monkeypatch.setattr(process, "_start", start)
    plan = so.solve(so.read(EXAMPLE), time_limit=0.2)
    assert plan.status == Status.FEASIBLE
    assert children[0].poll() is not None


def test_what_breaks_inside_the_child_is_reported() -> None:
    with pytest.raises(EngineError, match="AttributeError"):
        process.run(Request(None, np.empty(0, dtype=np.int32), 5.0), lambda incumbent: None)  # type: ignore[arg-type]


SCRIPT = """
import optimizer as so
plan = so.solve(so.read({folder!r}), listen=lambda step: print(step.stage, flush=True))
print(plan.status, flush=True)
"""


def run_script(folder: Path, tmp_path: Path) -> subprocess.Popen[str]:
    """A user's own script, without a guard for its main part, in a folder of its own."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(folder)), encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, str(script)], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True)


def test_a_script_without_a_guard_solves(tmp_path: Path) -> None:
    out, _ = run_script(EXAMPLE, tmp_path).communicate(timeout=120)
    assert out.split()[-1] == "OPTIMAL"
    assert out.split().count("check") == 1


def times_of_ctrl_c(stage: str, tmp_path: Path) -> tuple[float, float]:
    """Solve nghe-an, interrupt it a second after it has told of `stage`: seconds until then, and until its plan."""
    started = time.monotonic()
    with run_script(NGHE_AN, tmp_path) as running:
        assert running.stdout is not None
        while running.stdout.readline().strip() != stage:
            assert running.poll() is None
        time.sleep(1.0)
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
        ended = time.monotonic()
    assert running.returncode == 0
    assert out.split()[-1] == "FEASIBLE"
    return began - started, ended - began


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a console there, not a process")
@pytest.mark.slow
@pytest.mark.parametrize("stage", ["greedy", "goal"])
def test_ctrl_c_gives_the_best_plan_so_far_at_once(stage: str, tmp_path: Path) -> None:
    # what is left is to check the plan, which takes less than reading and ordering had taken on the same machine;
    # solving would take far longer. On a busy machine one try may wait for its turn on the processor.
    times = (times_of_ctrl_c(stage, tmp_path) for _ in range(TRIES))
    assert any(after < before for before, after in times)


# --- every end of a solver call has its answer ---

REASONS = mathopt.TerminationReason
STATUSES = SolveStatus
OF_LINEAR = {
    STATUSES.OPTIMAL: None,
    STATUSES.FEASIBLE: OutOfTimeError,
    STATUSES.NOT_SOLVED: OutOfTimeError,
    STATUSES.CANCELLED_BY_USER: OutOfTimeError,
    STATUSES.INFEASIBLE: EngineError,
    STATUSES.UNBOUNDED: EngineError,
    STATUSES.ABNORMAL: EngineError,
    STATUSES.UNKNOWN_STATUS: EngineError,
    STATUSES.MODEL_IS_VALID: EngineError,
    STATUSES.MODEL_INVALID: EngineError,
    STATUSES.INVALID_SOLVER_PARAMETERS: EngineError,
    STATUSES.SOLVER_TYPE_UNAVAILABLE: EngineError,
    STATUSES.INCOMPATIBLE_OPTIONS: EngineError,
}
ANSWERED, EMPTY, UNKNOWN = "a plan", "no plan exists", "nothing is known"
OF_INTEGER = {
    REASONS.OPTIMAL: ANSWERED,
    REASONS.INFEASIBLE: EMPTY,
    REASONS.UNBOUNDED: EngineError,
    REASONS.INFEASIBLE_OR_UNBOUNDED: EMPTY,  # every goal is bounded below by 0
    REASONS.IMPRECISE: EngineError,
    REASONS.FEASIBLE: ANSWERED,
    REASONS.NO_SOLUTION_FOUND: UNKNOWN,
    REASONS.NUMERICAL_ERROR: EngineError,
    REASONS.OTHER_ERROR: EngineError,
}


def ended(reason: mathopt.TerminationReason) -> SimpleNamespace:
    """A solver's result of an empty model that ended for this reason."""
    bounds = SimpleNamespace(dual_bound=7.0)
    return SimpleNamespace(
        termination=SimpleNamespace(reason=reason, objective_bounds=bounds),
        variable_values=dict,
    )


class EndsWith:
    """A linear solver that ends at once, each with the next of the given statuses."""

    def __init__(self, *statuses: SolveStatus) -> None:
        self.statuses = list(statuses)
        self.asked: list[str] = []

    def __call__(self, name: str) -> EndsWith:
        self.asked.append(name)
        return self

    def set_time_limit_in_seconds(self, seconds: float) -> None:
        pass

    def solve(self, model: ModelBuilderHelper) -> None:
        self.columns, self.rows = model.num_variables(), model.num_constraints()

    def status(self) -> SolveStatus:
        return self.statuses[min(len(self.asked), len(self.statuses)) - 1]

    def variable_values(self) -> np.ndarray:
        return np.zeros(self.columns)

    def dual_values(self) -> np.ndarray:
        return np.zeros(self.rows)


def relaxed_by(solver: EndsWith, monkeypatch: pytest.MonkeyPatch) -> float:
    """The value of the linear program of the first goal of a province, without moves, by such a solver."""
    program, _ = program_of(random_province(2))
    monkeypatch.setattr("optimizer.engine.master.ModelSolverHelper", solver)
    face = Face(program)
    face.begin(program.goals[0])
    return solve_relaxed(face, program.goals[0], np.arange(program.n, dtype=np.int32), 1.0).value


def test_every_end_of_the_solvers_is_listed() -> None:
    assert set(OF_LINEAR) == set(STATUSES.__members__.values())
    assert set(OF_INTEGER) == set(REASONS)


@pytest.mark.parametrize("status", OF_LINEAR, ids=lambda status: status.name)
def test_every_end_of_a_linear_program(status: SolveStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = OF_LINEAR[status]
    if wanted is None:
        program, _ = program_of(random_province(2))
        assert relaxed_by(EndsWith(status), monkeypatch) == program.goals[0].constant
    else:
        with pytest.raises(wanted):
            relaxed_by(EndsWith(status), monkeypatch)


@pytest.mark.parametrize("first", [STATUSES.ABNORMAL, STATUSES.UNKNOWN_STATUS], ids=lambda status: status.name)
def test_an_unstable_linear_program_is_solved_anew(first: SolveStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    solver = EndsWith(first, STATUSES.OPTIMAL)
    relaxed_by(solver, monkeypatch)
    assert solver.asked == ["GLOP", "HIGHS"]


def transport(n: int = 100) -> Part:
    """A linear program that takes a solver some tenths of a second: n people, n seats and 20 budgets over all pairs."""
    rng = np.random.default_rng(1)
    one, budgets = np.ones((1, n)), csr_array(rng.integers(1, 10, (20, n * n)).astype(float))
    pairs = vstack([kron(eye_array(n), one), kron(one, eye_array(n)), budgets], format="csr")
    upper = np.concatenate([np.ones(2 * n), np.full(20, 4.0 * n)])
    return Part(
        moves=np.arange(n * n, dtype=np.int32),
        matrix=pairs,
        row_lower=np.concatenate([np.ones(2 * n), np.full(20, -np.inf)]),
        row_upper=upper,
        kept=np.ones(len(upper), dtype=bool),
        column_lower=np.zeros(n * n),
        column_upper=np.ones(n * n),
        cost=rng.integers(1, 1000, n * n).astype(float),
    )


@pytest.mark.parametrize("solvers", [("GLOP", "HIGHS"), ("GLOP",), ("HIGHS",)])
def test_the_linear_solvers_themselves_at_the_time_limit(
    solvers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the solvers say at the limit is no failure: GLOP says NOT_SOLVED, HiGHS says UNKNOWN_STATUS."""
    monkeypatch.setattr(master, "SOLVERS", solvers)
    monkeypatch.setattr(master, "assemble", lambda *_: transport())
    program, _ = program_of(random_province(2))
    face, nothing = Face(program), np.empty(0, dtype=np.int32)
    with pytest.raises(OutOfTimeError):
        solve_relaxed(face, program.goals[0], nothing, 0.01)


def test_the_integer_solver_itself_at_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branching, "assemble", lambda *_: transport())
    program, _ = program_of(random_province(2))
    face, pairs = Face(program), np.arange(100 * 100, dtype=np.int32)
    found = branching.branch(face, program.goals[0], pairs, at_least=None, seconds=0.01)
    assert (found.chosen, found.complete) == (None, False)


def test_seconds_for_the_engine_leave_room_for_the_check() -> None:
    assert _seconds(3.0, None) == WITHOUT_LIMIT
    assert _seconds(0.0, 0.0) == 0.0
    assert _seconds(2.0, 60.0) == 58.0  # 2 + 58 + 1 of grace + 2.8 for the check: not later than 66
    assert _seconds(2.5, 6.0) == 1.0  # 2.5 + 1 + 1 + 3.5 = 8 = 6 + 2
    assert _seconds(2.5, 4.0) == 0.0  # 2.5 + 3.5 are 6 already


@pytest.mark.parametrize("reason", OF_INTEGER, ids=lambda reason: reason.name)
def test_every_end_of_an_integer_program(reason: mathopt.TerminationReason) -> None:
    program, _ = program_of(random_province(0))
    nothing = np.empty(0, dtype=np.int32)
    wanted = OF_INTEGER[reason]
    if wanted is EngineError:
        with pytest.raises(EngineError):
            branching._read(ended(reason), nothing, program.goals[0])  # type: ignore[arg-type]
        return
    found = branching._read(ended(reason), nothing, program.goals[0])  # type: ignore[arg-type]
    has_plan, is_complete, bound = {
        ANSWERED: (True, reason == REASONS.OPTIMAL, 7.0),
        EMPTY: (False, True, float("inf")),
        UNKNOWN: (False, False, float("-inf")),
    }[str(wanted)]
    assert (found.chosen is not None, found.complete, found.bound) == (has_plan, is_complete, bound)


def test_a_province_without_communes_has_a_plan_without_moves() -> None:
    scenario = tiny(units=[{"unit_id": "S", "kind": "department"}], people=[{"person_id": "p", "unit_id": "S"}])
    plan = so.solve(scenario)
    assert (plan.status, plan.moves) == ("OPTIMAL", ())
