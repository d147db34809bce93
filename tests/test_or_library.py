"""The reader of the OR-Library's assignment files, on files written here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from or_library import main, read_assignment


def written(folder: Path, text: str) -> Path:
    path = folder / "assign3.txt"
    path.write_text(text, encoding="ascii")
    return path


def test_costs_stand_row_by_row_whatever_the_lines(tmp_path: Path) -> None:
    path = written(tmp_path, " 3\n 7 1\n  5 2 \n\n4 4\t6 3 9 \n")
    assert read_assignment(path).tolist() == [[7, 1, 5], [2, 4, 4], [6, 3, 9]]


def test_the_best_assignment_of_a_file_is_known(tmp_path: Path) -> None:
    """Rows to columns 1, 0, 2 cost 1 + 2 + 9 = 12, to 1, 2, 0 cost 1 + 4 + 6 = 11, to 2, 0, 1 cost 5 + 2 + 3 = 10."""
    optimize = pytest.importorskip("scipy.optimize")
    cost = read_assignment(written(tmp_path, "3 7 1 5 2 4 4 6 3 9"))
    rows, columns = optimize.linear_sum_assignment(cost)
    assert (columns.tolist(), int(cost[rows, columns].sum()), cost.dtype) == ([2, 0, 1], 10, np.int64)


@pytest.mark.parametrize("text", ["", "2 1 2 3", "2 1 2 3 4 5", "0", "2 1 2 x 4", "2 1 2 3.5 4"])
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError):
        read_assignment(written(tmp_path, text))


def test_the_optimum_of_a_file_is_proven_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three rows cost 10 at the least, as above; 100 rows of 3 and one of 8 cost 99 x 3 + 8 = 305."""
    costs = np.full((100, 100), 3)
    costs[7] = 8
    hundred = tmp_path / "assign100.txt"
    hundred.write_text(f"100\n{' '.join(map(str, costs.ravel()))}", encoding="ascii")
    main([str(written(tmp_path, "3 7 1 5 2 4 4 6 3 9")), str(hundred)])
    header, *lines = (line.split() for line in capsys.readouterr().out.splitlines())
    assert header == ["file", "n", "status", "value", "bound", "published", "certified", "seconds"]
    assert [line[:-1] for line in lines] == [
        ["assign3.txt", "3", "OPTIMAL", "10", "10", "-", "yes"],
        ["assign100.txt", "100", "OPTIMAL", "305", "305", "305", "yes"],
    ]
