"""Assignment problems of the OR-Library: one worker per task, at the least cost.

Source: J. E. Beasley, OR-Library: distributing test problems by electronic mail, Journal of the Operational Research
Society 41 (11), 1990, 1069-1072; https://people.brunel.ac.uk/~mastjjb/jeb/orlib/assigninfo.html. The files assign100 to
assign800 hold n, then the n x n costs row by row, with white space and line breaks anywhere between the numbers. (The
files assignp... of the same page are lists of pairs, and are not read here.)
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

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
