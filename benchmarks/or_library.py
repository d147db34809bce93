"""Assignment problems of the OR-Library: one worker per task, at the least cost.

    python benchmarks/or_library.py assign100.txt assign800.txt

Printed are, of each file, the value and the bound that the product finds, whether prices alone prove the bound, and the
seconds of `so.solve_assignment`, its child process included. Beside a value stands the published optimum of that size.

Source: J. E. Beasley, OR-Library: distributing test problems by electronic mail, Journal of the Operational Research
Society 41 (11), 1990, 1069-1072; https://people.brunel.ac.uk/~mastjjb/jeb/orlib/assigninfo.html. The files assign100 to
assign800 hold n, then the n x n costs row by row, with white space and line breaks anywhere between the numbers. (The
files assignp... of the same page are lists of pairs, and are not read here.)
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

import optimizer as so

OPTIMA: Final = {100: 305, 200: 475, 400: 804, 800: 1552}  # published there, by n


def read_assignment(path: str | Path) -> npt.NDArray[np.int64]:
    """The cost matrix of a file: int64 (n, n), `cost[i, j]` of worker i at task j.

    Raises ValueError where the file holds something that is no whole number, or too few or too many of them.
    """
    words = Path(path).read_text(encoding="ascii").split()
    if not words:
        raise ValueError(f"{path} is empty")
    numbers = np.array([int(word) for word in words], dtype=np.int64)
    n, costs = int(numbers[0]), numbers[1:]
    if n < 1 or len(costs) != n * n:
        raise ValueError(f"{path}: {n} x {n} costs were announced, {len(costs)} stand there")
    return costs.reshape(n, n)


def main(words: Sequence[str]) -> None:
    """Solve each file and print a line of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a file of the OR-Library")
    parser.add_argument("--time-limit", type=float, help="seconds for each file")
    asked = parser.parse_args(words)
    print(f"{'file':<20} {'n':>5} {'status':<16} {'value':>8} {'bound':>8} {'published':>9} {'certified':<9} seconds")
    for path in asked.files:
        cost = read_assignment(path)
        began = time.perf_counter()
        found = so.solve_assignment(cost, time_limit=asked.time_limit)
        seconds = time.perf_counter() - began
        figures = [found.value, found.bound, OPTIMA.get(len(cost))]
        value, bound, published = ("-" if figure is None else str(figure) for figure in figures)
        certified = "yes" if found.certified else "no"
        print(
            f"{path.name:<20} {len(cost):>5} {found.status:<16} {value:>8} {bound:>8} {published:>9} {certified:<9} "
            f"{seconds:>7.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
