"""`staffing bench` with peers: what comes of each script, whose claims are believed, and the figures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import optimizer as so
from optimizer import peers
from optimizer.admitting import build_moves
from optimizer.arrays_building import build_arrays
from optimizer.cli import main
from optimizer.errors import UsageError
from optimizer.memory import PROCESSES, Watch
from optimizer.peers import Finding, PeerResult, Report, differences, peer_scripts, run_peers
from optimizer.plan import GoalResult, Plan
from optimizer.program import Program, build_program
from optimizer.scenario.scenario import Scenario

ROOT = Path(__file__).parents[1]
EXAMPLE = str(ROOT / "scenarios" / "example")
FOLDER = ROOT / "benchmarks" / "peers"
on_linux = pytest.mark.skipif(not (PROCESSES / "self" / "status").exists(), reason="the system does not tell of memory")


@dataclass(frozen=True)
class Case:
    """The example solved: its program, the product's goals, and the honest report of a peer."""

    program: Program
    goals: tuple[GoalResult, ...]
    honest: Report


@pytest.fixture(scope="module")
def case(scenario: Scenario, plan: Plan) -> Case:
    a = build_arrays(scenario)
    moves = build_moves(a)
    program = build_program(a, moves)
    made = {(row.person_id, row.to_post_id, row.form) for row in plan.moves}
    chosen = [move for move in range(program.n) if program.identity(move) in made]
    findings = [Finding(name=g.name, value=g.value, bound=g.value, proven=True, seconds=0.1) for g in plan.goals]
    report = Report(peer="p", version="1", status="OPTIMAL", seconds=0.5, goals=findings, moves=chosen)
    return Case(program, tuple(plan.goals), report)


def outcome(case: Case, folder: Path, code: str, seconds: float = 5.0) -> PeerResult:
    (folder / "script.py").write_text(code, encoding="utf-8")
    (result,) = run_peers(peer_scripts(folder), case.program, case.goals, seconds)
    return result


def test_an_honest_peer_is_believed(case: Case, tmp_path: Path) -> None:
    result = outcome(case, tmp_path, f"print({case.honest.model_dump_json()!r})")
    assert (result.name, result.status, result.version, result.differences) == ("script", "OPTIMAL", "1", ())
    assert (result.proven, result.goals, result.seconds) == (5, 5, 0.5)


@pytest.mark.parametrize(
    ("code", "status", "note"),
    [
        ("import no_such_library", "MISSING", "no_such_library"),
        ("raise ValueError('boom')", "CRASHED", "boom"),
        ("print('all is well')", "CRASHED", "JSON"),
        ('print(\'{"peer": "p"}\')', "CRASHED", "JSON"),
        ("import os; os.kill(os.getpid(), 9)", "KILLED", "signal 9"),
    ],
)
def test_a_peer_that_fails_has_its_row(case: Case, tmp_path: Path, code: str, status: str, note: str) -> None:
    result = outcome(case, tmp_path, code)
    assert (result.status, result.seconds, result.proven, result.goals) == (status, None, 0, 5)
    assert note in (result.note if isinstance(result.note, str) else result.note.render("en"))


@pytest.mark.slow
def test_a_peer_that_runs_on_is_stopped_with_all_that_it_started(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "GRACE_SECONDS", 0.6)
    trace = tmp_path / "trace"
    inner = f"import time; time.sleep(1.5); open({str(trace)!r}, 'w')"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {inner!r}]); time.sleep(60)"
    result = outcome(case, tmp_path, code, seconds=0.1)
    assert (result.status, result.proven) == ("UNKNOWN", 0)
    assert 0.5 < (result.seconds or 0) < 30
    subprocess.run([sys.executable, "-c", "import time; time.sleep(1.5)"], check=True, timeout=30)
    assert not trace.exists()


@pytest.mark.parametrize("status", ["FEASIBLE", "UNKNOWN"])
def test_a_status_that_the_goals_do_not_bear_out_is_no_report(case: Case, status: str) -> None:
    names = [goal.name for goal in case.goals]
    assert case.honest.answers(names)
    assert not case.honest.model_copy(update={"status": status}).answers(names)
    assert not case.honest.answers(names[::-1])


def claims(
    case: Case, at: int = -1, *, moves: list[int] | None = None, status: str = "FEASIBLE", **changes: object
) -> int:
    """How many differences are found when a report is honest up to the goal `at`, which is changed, and all below."""
    goals = list(case.honest.goals)
    goals[at] = goals[at].model_copy(update=changes)
    changed = {"goals": goals, "status": status, "moves": case.honest.moves if moves is None else moves}
    return len(differences(case.honest.model_copy(update=changed), case.program, case.goals))


def test_claims_that_cannot_be_true_are_found(case: Case) -> None:
    value = case.goals[-1].value
    assert claims(case) == 0
    assert claims(case, value=value + 1, bound=value + 1) == 1  # proves more than there need be
    assert claims(case, value=value - 1, bound=value - 1) == 2  # and its moves do not give it
    assert claims(case, proven=False, bound=value + 1) == 1
    assert claims(case, proven=False, value=value - 1, bound=None) == 2
    assert claims(case, proven=False, value=value, bound=value - 100) == 0
    assert claims(case, proven=False, value=None, bound=None) == 0
    assert claims(case, 1, proven=False, value=case.goals[1].value + 1, bound=0) == 0


def test_moves_that_break_a_rule_are_found(case: Case) -> None:
    everybody = list(range(case.program.n))
    assert not case.program.holds(np.array(everybody, dtype=np.int32))
    for moves in (everybody, [case.program.n], [-1], case.honest.moves * 2):
        assert claims(case, moves=moves) == 1
    assert claims(case, moves=[]) > 0  # nobody moves: the values are not those of this plan


def test_a_peer_may_be_better_where_the_product_has_proven_less(case: Case) -> None:
    last = case.goals[-1]
    unproven = GoalResult(last.name, last.value + 50, last.value - 50, proven=False, seconds=1.0)
    looser = Case(case.program, (*case.goals[:-1], unproven), case.honest)
    assert claims(looser) == 0
    assert claims(looser, bound=last.value + 51, value=last.value + 51) == 1
    assert claims(looser, bound=last.value - 51, value=last.value - 51) == 2


def test_a_folder_without_scripts_is_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "problem.py").write_text("", encoding="utf-8")
    with pytest.raises(UsageError):
        peer_scripts(tmp_path)
    assert [path.stem for path in peer_scripts(FOLDER)] == ["cbc", "cp_sat", "highs", "scip", "scipy_milp"]


@on_linux
@pytest.mark.parametrize("mib", [1, 100])
def test_the_peak_of_a_child_is_its_own(mib: int) -> None:
    with Watch() as memory:
        held = f"import time; held = bytearray({mib} << 20); time.sleep(0.5)"
        subprocess.run([sys.executable, "-S", "-c", held], check=True, timeout=30)
    assert mib < (memory.mib or 0) < mib + 60


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def frame(*results: PeerResult) -> Callable[..., pd.DataFrame]:
    stages = pd.DataFrame({"stage": ["one flow"], "seconds": [0.2], "flows": [1.0], "detail": "x"})
    figures = {"product.solve_seconds": 2.0, "product.goals": 5, "product.proven_goals": 5, "flow.seconds": 0.2}
    stages.attrs = {"language": "en", "figures": figures | {"peer.slow.ratio": 30.0}, "peers": results}
    return lambda path, **settings: stages


def test_a_difference_is_told_loudly_and_gives_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    from optimizer.texts import T

    slow = PeerResult("slow", "FEASIBLE", 5, proven=3, seconds=60.0)
    wrong = PeerResult("liar", "WRONG", 5, differences=(T("its moves break a rule"),))
    monkeypatch.setattr(so, "bench", frame(slow), raising=False)
    shown = call("bench", EXAMPLE, "--peers", "x", "--lang", "en")
    assert (shown.exit_code, "WRONG" in shown.stdout) == (0, False)
    row = next(line for line in shown.stdout.splitlines() if " slow " in line)
    assert row.split()[:4] == ["slow", "FEASIBLE", "3/5", "30.000"]
    monkeypatch.setattr(so, "bench", frame(slow, wrong), raising=False)
    shown = call("bench", EXAMPLE, "--peers", "x", "--lang", "en")
    assert (shown.exit_code, "WRONG: liar: its moves break a rule" in shown.stdout) == (1, True)
    shown = call("bench", EXAMPLE, "--peers", "x", "--json", "--lang", "en")
    document = json.loads(shown.stdout)
    assert (shown.exit_code, document["peers"][1]["differences"]) == (1, ["its moves break a rule"])
    assert document["figures"]["peer.slow.ratio"] == 30.0


def test_seconds_for_peers_without_peers_are_a_wrong_call() -> None:
    assert call("bench", EXAMPLE, "--peer-seconds", "5").exit_code == 2
    assert call("bench", EXAMPLE, "--peers", "no-such-folder").exit_code == 2


@pytest.mark.usefixtures("child_process")
def test_every_figure_comes_from_one_run(tmp_path: Path) -> None:
    honest = f"import runpy, sys; sys.path.insert(0, {str(FOLDER)!r})\n"
    run = f"runpy.run_path({str(FOLDER / 'highs.py')!r}, run_name='__main__')"
    (tmp_path / "highs.py").write_text(honest + run, encoding="utf-8")
    figures = so.bench(EXAMPLE, peers=tmp_path, peer_seconds=30).attrs["figures"]
    assert figures["moves"] == 20
    assert figures["peer.highs.proven_goals"] == figures["product.proven_goals"] == figures["product.goals"] == 5
    assert 0 < figures["peer.highs.build_seconds"] < figures["peer.highs.seconds"]
    ratio = figures["peer.highs.seconds"] / figures["product.solve_seconds"]
    assert figures["peers.fastest_ratio"] == figures["peer.highs.ratio"] == pytest.approx(ratio)
    assert figures["check_and_write.seconds"] == figures["check.seconds"] + figures["write.seconds"]
    assert sum(figures[f"product.goal.{name}.seconds"] for name in ("leadership", "disruption")) > 0
    assert 0 < figures["product.solve_seconds"] <= figures["solve_in_all.seconds"]
    if (PROCESSES / "self" / "status").exists():
        assert figures["memory.peak_mib"] == figures["memory.product_peak_mib"] + figures["memory.child_peak_mib"]


def test_what_a_meeting_asks_is_timed_against_the_solve() -> None:
    """Of the example's six moves two are asked about, one post is open, and one row is refused."""
    frame = so.bench(EXAMPLE, meeting=True)
    figures, details = frame.attrs["figures"], dict(zip(frame["stage"], frame["detail"], strict=True))
    assert [details[stage] for stage in ("first question", "next question", "reasons of all gaps")] == [
        "binh-2", "binh-3", "1 posts",
    ]  # fmt: skip
    assert details["replan, one refusal"] == "3 rows change"
    for name in ("first_question", "next_question", "reasons", "replan_without_answers", "replan_with_one"):
        ratio = figures[f"asked.{name}.seconds"] / figures["solve_in_all.seconds"]
        assert figures[f"asked.{name}_ratio"] == pytest.approx(ratio)
    assert not [name for name in so.bench(EXAMPLE).attrs["figures"] if name.startswith("asked")]


@pytest.mark.slow
def test_all_peers_agree_on_the_example() -> None:
    shown = call("bench", EXAMPLE, "--peers", str(FOLDER), "--peer-seconds", "60", "--json")
    assert shown.exit_code == 0
    assert {row["name"]: row["status"] for row in json.loads(shown.stdout)["peers"]} == dict.fromkeys(
        ("cbc", "cp_sat", "highs", "scip", "scipy_milp"), "OPTIMAL"
    )
