"""The same bytes of `moves.csv`, whatever way of the engine, threads, order of rows or seed of Python's hashes."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from middle import KINDS, middle_province

HERE = Path(__file__).parent
SOLVE = """
import sys
from functools import partial
from engines import run_here
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2
import optimizer as so
from optimizer import solving
from optimizer.engine import worker
from optimizer.engine.lexicographic import Run

folder, out, branch_up_to, threads, *settings = sys.argv[1:]
options = highs_pb2.HighsOptionsProto()
options.int_options["threads"] = int(threads)
solving.run = run_here
worker.Run = partial(Run, branch_up_to=int(branch_up_to))
mathopt.SolveParameters = partial(mathopt.SolveParameters, highs=options)
so.write_plan(so.solve(so.read(folder, dict(word.split("=", 1) for word in settings))), out)
"""
BY_COLUMNS, ON_ALL_MOVES = 0, 10_000_000
MIDDLE = [(4, seed, kind) for seed, kind in enumerate(KINDS, start=30)]


def moves_of(folder: Path, out: Path, kind: str, branch_up_to: int, threads: int, hash_seed: int) -> bytes:
    """`moves.csv` of a plan that was made in a process of its own."""
    settings = [f"{key}={value}" for key, value in KINDS[kind].items()]
    path = os.pathsep.join((str(HERE), str(HERE.parent)))
    subprocess.run(
        [sys.executable, "-c", SOLVE, str(folder), str(out), str(branch_up_to), str(threads), *settings],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": path},
        check=True,
    )
    return (out / "moves.csv").read_bytes()


def shuffle_rows(folder: Path, seed: int) -> int:
    """Every table of the scenario in another order of its rows; how many tables have changed."""
    rng, changed = random.Random(seed), 0
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        before = list(rows)
        rng.shuffle(rows)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([head, *rows])
        changed += rows != before
    return changed


def assert_same_bytes(tmp_path: Path, units: int, seed: int, kind: str) -> None:
    folder = tmp_path / "province"
    middle_province(folder, units, seed, KINDS[kind])
    found = {
        "columns": moves_of(folder, tmp_path / "columns", kind, BY_COLUMNS, 1, 1),
        "branching, 1 thread": moves_of(folder, tmp_path / "one", kind, ON_ALL_MOVES, 1, 2),
        "branching, 2 threads": moves_of(folder, tmp_path / "two", kind, ON_ALL_MOVES, 2, 3),
    }
    assert shuffle_rows(folder, seed) >= 5
    found["shuffled rows"] = moves_of(folder, tmp_path / "shuffled", kind, BY_COLUMNS, 2, 4)
    assert found["columns"].count(b"\n") > 3
    assert {way for way, moves in found.items() if moves != found["columns"]} == set()


@pytest.mark.slow
@pytest.mark.parametrize(("units", "seed", "kind"), MIDDLE)
def test_the_same_bytes_of_middle_provinces(units: int, seed: int, kind: str, tmp_path: Path) -> None:
    assert_same_bytes(tmp_path, units, seed, kind)
