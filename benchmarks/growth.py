"""How the time grows with the number of moves: provinces of growing size, everybody a candidate.

    python benchmarks/growth.py --moves 100000 1000000 10000000

Each province is generated into a temporary folder and measured by `so.bench`; printed are its moves, the seconds of
solving and of the whole run (reading to the written workbook), and the exponents b of `seconds = c * moves ** b`, by
least squares over the logarithms. A goal that is not proven within the time limit is told, and its province is left
out of the fit.

Nothing here is published: all provinces, their people and posts are invented. That a province of about 130 communes
has the size of a real one, that its moves grow with the square of its communes, and that everybody of a commune may be
transferred (`forms.candidates = "all"`, a setting for studies) is assumed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

import optimizer as so

EVERYBODY: Final = {"forms.candidates": "all"}
DEFAULT_MOVES: Final = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
PROBE_UNITS: Final = 8
CLOSE_ENOUGH: Final = 0.05  # of the wanted number of moves
MOST_TRIALS: Final = 4


@dataclass(frozen=True)
class Size:
    """One province measured: `solving` is the product's solving alone, `run` from reading to the written plan."""

    units: int
    moves: int
    proven: bool
    solving: float
    run: float


def generate_with_moves(folder: Path, wanted: int, seed: int = 1) -> tuple[int, int]:
    """Write the province whose number of moves is nearest to `wanted`; returns its communes and its moves.

    The number of communes is scaled by the square root of what is missing, a few times at most.
    """
    units, tried = PROBE_UNITS, dict[int, int]()
    for _ in range(MOST_TRIALS):
        tried[units] = _generate(folder, units, seed)
        if abs(tried[units] - wanted) <= CLOSE_ENOUGH * wanted:
            break
        units = max(1, round(units * (wanted / max(1, tried[units])) ** 0.5))
        if units in tried:
            break
    best = min(tried, key=lambda number: abs(tried[number] - wanted))
    return best, _generate(folder, best, seed)


def _generate(folder: Path, units: int, seed: int) -> int:
    so.generate(folder, force=True, units=units, seed=seed)
    return int(so.admissible_moves(so.read(folder, EVERYBODY)).n)


def measure(wanted: int, time_limit: float | None = None) -> Size:
    """Generate a province of about so many moves and bench it."""
    with tempfile.TemporaryDirectory() as folder:
        units, _ = generate_with_moves(Path(folder), wanted)
        figures = so.bench(folder, time_limit=time_limit, overrides=EVERYBODY).attrs["figures"]
    return Size(
        units=units,
        moves=int(figures["moves"]),
        proven=figures["product.proven_goals"] == figures["product.goals"],
        solving=figures["product.solve_seconds"],
        run=figures["run.seconds"],
    )


def exponent(moves: Sequence[float], seconds: Sequence[float]) -> float:
    """The b of `seconds = c * moves ** b`, by least squares over the logarithms."""
    slope, _ = np.polyfit(np.log(moves), np.log(seconds), 1)
    return float(slope)


def main(words: Sequence[str]) -> None:
    """Measure, print a line per province, then the exponents."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--moves", type=int, nargs="+", default=list(DEFAULT_MOVES), help="wanted numbers of moves")
    parser.add_argument("--time-limit", type=float, help="seconds for each province")
    asked = parser.parse_args(words)
    sizes = []
    print(f"{'communes':>8} {'moves':>12} {'solving':>10} {'run':>10}")
    for wanted in asked.moves:
        size = measure(wanted, asked.time_limit)
        note = "" if size.proven else "  not proven in time"
        print(f"{size.units:>8} {size.moves:>12,} {size.solving:>8.2f} s {size.run:>8.2f} s{note}", flush=True)
        sizes.append(size)
    proven = [size for size in sizes if size.proven]
    if len({size.moves for size in proven}) < 2:
        print("no exponent: it needs two provinces of different size that are proven")
        return
    moves = [size.moves for size in proven]
    print(f"exponent of solving: {exponent(moves, [size.solving for size in proven]):.2f}")
    print(f"exponent of the run: {exponent(moves, [size.run for size in proven]):.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
