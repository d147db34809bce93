"""Small counts: what the public does not see, and cannot compute."""

from __future__ import annotations

from itertools import product

import pytest

from optimizer.reporting.suppression import Count, shown_cells, shown_counts, suppress
from optimizer.reporting.tables import Column, table

COLUMNS = [Column("kind", 10), Column("count", 10, "whole")]


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([3, 7], [3, 7]),
        ([0, 0, 0], ["<3", "<3", "<3"]),  # and so is their sum
        ([5, 1], ["–", "<3"]),  # the total 6 less 5 would tell the 1
        ([5, 0, 1], ["–", "<3", "<3"]),  # the total 6 less 5 would leave 1 for two
        ([7, 2, 2], ["–", "<3", "<3"]),  # the total 11 less 7 would leave 4 for two: 2 and 2
        ([1, 280, 22], ["<3", 280, "–"]),  # 303 - 280 = 23 is missing: 1 and 22, or 0 and 23, or 2 and 21
        # 0 and 3: were only these hidden, their sum 3 would tell the 0, as a withheld part is 3 or more
        ([0, 50, 9, 3], ["<3", 50, "–", "–"]),
        ([2, 2], ["–", "–"]),  # two small ones whose sum is 4 are 2 and 2
        ([0, 3], ["–", "–"]),
    ],
)
def test_no_hidden_count_follows_from_the_total(parts: list[int], shown: list[Count]) -> None:
    assert shown_counts(parts) == shown


def test_which_part_is_withheld_does_not_depend_on_its_size() -> None:
    """By size, 2, 3, 3 would withhold the first 3, 1, 4, 3 the last: the choice would tell the 2."""
    assert shown_counts([2, 3, 3]) == shown_counts([1, 3, 4]) == ["<3", 3, "–"]


def test_a_sum_that_is_told_nowhere_does_not_follow_from_its_parts() -> None:
    assert shown_counts([40, 7, 9], total_told=False) == [40, 7, "–"]


def test_words_and_other_numbers_are_left_alone() -> None:
    columns = [Column("kind", 10), Column("km", 10, "km"), Column("rate", 10, "percent"), Column("n", 10, "whole")]
    hidden = suppress(table("", columns, [("2", 1.5, 0.01, 2), ("x", None, None, None)]))
    assert hidden.rows == (("2", 1.5, 0.01, "<3"), ("x", None, None, None))


def test_sums_stay_and_their_parts_are_hidden() -> None:
    rows = [("a", 1), ("b", 280), ("c", 22), ("all", 303), ("elsewhere", 2)]
    assert [row[1] for row in suppress(table("", COLUMNS, rows), {3: range(3)}).rows] == ["<3", 280, "–", 303, "<3"]


def test_no_hidden_cell_follows_from_what_is_shown() -> None:
    """Every group of three below 15: even who knows how parts are chosen cannot tell one that is hidden."""
    seen: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for parts in product(range(15), repeat=3):
        cells = (*shown_counts(parts), sum(parts) if sum(parts) > 2 else "<3")
        seen.setdefault(cells, []).append(parts)
    told = [
        cells
        for cells, possible in seen.items()
        for at, cell in enumerate(cells[:3])
        if not isinstance(cell, int) and len({parts[at] for parts in possible}) == 1
    ]
    assert [cells for cells in told if not isinstance(cells[3], int) or cells[3] < 15] == []


ROWS, COLUMNS_OF_TWO, ALL = ([0, 1], [2, 3]), ([0, 2], [1, 3]), [0, 1, 2, 3]


def test_sums_of_a_matrix_follow_from_none_of_its_lines() -> None:
    """Each row and column keeps something back, even where none of its cells is small."""
    shown = shown_cells([8, 7, 9, 6], [*ROWS, *COLUMNS_OF_TWO])
    assert all(any(shown[place] == "–" for place in line) for line in (*ROWS, *COLUMNS_OF_TWO))


def test_a_line_of_small_cells_whose_sum_is_known_is_withheld() -> None:
    """2 and 2 are the only small ones that make 4."""
    assert shown_cells([2, 9, 2, 9], COLUMNS_OF_TWO) == ["–", 9, "–", "–"]


def test_what_follows_from_rows_and_columns_together_is_withheld() -> None:
    """27 in a row of its own, 31 in its column: of the 31 at most 27 are in the first row, so 2 and 2 in the others.

    Each line by itself leaves the small ones open.
    """
    counts = [27, 0, 2, 27, 2, 9]
    rows, columns = ([0, 1], [2, 3], [4, 5]), ([0, 2, 4], [1, 3, 5])
    assert shown_cells(counts, columns)[2] == shown_cells(counts, columns)[4] == "<3"
    together = shown_cells(counts, [*columns, *rows])
    assert together[2] == together[4] == "–"
