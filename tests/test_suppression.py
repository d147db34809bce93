"""Small counts: what the public does not see, and cannot compute."""

from __future__ import annotations

from itertools import product

import pytest

from optimizer.reporting.suppression import suppress
from optimizer.reporting.tables import Column, table

COLUMNS = [Column("kind", 10), Column("count", 10, "whole")]


def shown(*counts: int, total: bool = True, known: bool = False) -> list[object]:
    rows = [(f"row {at}", count) for at, count in enumerate(counts)]
    sums = {}
    if total:
        rows.append(("all", sum(counts)))
        sums = {len(counts): range(len(counts))}
    return [row[1] for row in suppress(table("", COLUMNS, rows), sums, known=known).rows]


def test_cells_below_three_look_alike_and_the_total_gives_none_away():
    assert shown(1, 2, 7) == ["<3", "<3", 7, "≥ 7"]


def test_where_nothing_is_hidden_everything_stands():
    assert shown(3, 7) == [3, 7, 10]


def test_without_a_total_only_the_small_cells_are_hidden():
    assert shown(0, 1, 2, 3, total=False) == ["<3", "<3", "<3", 3]


def test_a_total_of_hidden_cells_alone_is_withheld_unless_it_is_small_itself():
    assert shown(1, 2, 2) == ["<3", "<3", "<3", "–"]
    assert shown(1, 1) == ["<3", "<3", "<3"]


def test_a_total_that_stands_elsewhere_too_stays_and_one_more_part_is_withheld():
    # 303 - 280 = 23 is missing: 1 and 22, or 0 and 23, or 2 and 21
    assert shown(1, 280, 22, known=True) == ["<3", 280, "–", 303]


def test_a_part_of_three_hides_nothing_so_another_is_withheld_too():
    # 0 and 3: were only these hidden, their sum 3 would tell the 0, as a withheld part is 3 or more
    assert shown(0, 50, 9, 3, known=True) == ["<3", 50, "–", "–", 62]


def test_which_part_is_withheld_does_not_depend_on_its_size():
    # by size, 2, 3, 3 would withhold the first 3, 1, 4, 3 the last: the choice would tell the 2
    assert shown(2, 3, 3, known=True) == shown(1, 3, 4, known=True) == ["<3", 3, "–", 8]


def test_a_total_whose_parts_are_all_small_is_withheld_even_if_it_stands_elsewhere():
    assert shown(2, 2, known=True) == ["<3", "<3", "–"]


def test_words_and_other_numbers_are_left_alone():
    columns = [Column("kind", 10), Column("km", 10, "km"), Column("rate", 10, "percent"), Column("n", 10, "whole")]
    hidden = suppress(table("", columns, [("2", 1.5, 0.01, 2), ("x", None, None, None)]))
    assert hidden.rows == (("2", 1.5, 0.01, "<3"), ("x", None, None, None))


@pytest.mark.parametrize("known", [False, True])
def test_no_hidden_cell_follows_from_what_is_shown(known):
    """Every table of three parts below 15: even who knows how parts are chosen cannot tell one that is hidden."""
    seen: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for parts in product(range(15), repeat=3):
        cells = tuple(shown(*parts, known=known))
        seen.setdefault(cells, []).append(parts)
    told = [
        (cells, at)
        for cells, possible in seen.items()
        for at, cell in enumerate(cells[:3])
        if not isinstance(cell, int) and len({parts[at] for parts in possible}) == 1
    ]
    assert [cells for cells, _ in told if not isinstance(cells[3], int) or cells[3] < 15] == []
