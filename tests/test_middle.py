"""The engine against a direct integer program on middle provinces, goal by goal; what the prices prove of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from middle import KINDS, middle_province, optimum_by_milp, optimum_by_the_engine, program_of

import optimizer as so
from optimizer.engine.lexicographic import Run
from optimizer.plan import Status

MIDDLE = [(4 + seed % 4, seed, list(KINDS)[seed % len(KINDS)]) for seed in range(100, 154)]
each_middle = pytest.mark.parametrize(("units", "seed", "kind"), MIDDLE)


def judge(folder: Path, units: int, seed: int, kind: str) -> None:
    scenario = middle_province(folder / "province", units, seed, KINDS[kind])
    best = optimum_by_milp(program_of(scenario), folder)
    plan = so.solve(scenario)
    assert plan.status == Status.OPTIMAL
    assert optimum_by_the_engine(scenario, plan) == best
    for proof in so.verify(scenario, plan):
        assert proof.certified is None or proof.certified <= best[proof.name], proof.name


@pytest.mark.parametrize(("seed", "kind"), [(1, "as generated"), (2, "all may move")])
def test_the_engine_is_as_good_as_a_direct_integer_program(seed: int, kind: str, tmp_path: Path) -> None:
    judge(tmp_path, 4, seed, kind)


@pytest.mark.slow
@each_middle
def test_the_engine_is_as_good_on_many_more(units: int, seed: int, kind: str, tmp_path: Path) -> None:
    judge(tmp_path, units, seed, kind)


@pytest.mark.slow
@pytest.mark.parametrize(("units", "seed", "kind"), MIDDLE[: len(KINDS)])
def test_branching_on_all_moves_is_as_good(
    units: int, seed: int, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.engine.worker.Run", partial(Run, branch_up_to=10_000_000))
    judge(tmp_path, units, seed, kind)
