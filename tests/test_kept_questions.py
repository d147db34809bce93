"""What the first question about a plan had to find out, kept beside the plan: later answers are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.engine.reopening import Reopened
from optimizer.explaining.case import Case, case_of
from optimizer.explaining.forcing import Forcing
from optimizer.explaining.kept_files import KEPT_FILE, read_kept
from optimizer.plan import Plan
from optimizer.program import Asked
from optimizer.scenario.scenario import Scenario

Answers = list[tuple[str, tuple[int, ...]]]


@pytest.fixture(scope="module")
def case(scenario: Scenario, plan: Plan) -> Case:
    return case_of(scenario, plan)


def answers(case: Case, folder: Path | None) -> Answers:
    """Every fifth move of the example, forced."""
    with Forcing(case, beside=folder) as forcing:
        found = [forcing.ask([Asked(np.array([k], dtype=np.int32))], seconds=60.0) for k in range(0, case.moves.n, 5)]
    return [(forced.status, tuple(price.after for price in forced.prices)) for forced in found]


def test_the_second_run_begins_where_the_first_had_to_search(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answers(case, tmp_path)
    assert first == answers(case, None)
    kept = read_kept(tmp_path / KEPT_FILE, case)
    assert kept is not None
    assert len(kept.rows) == len(case.program.goals) + 1  # one basis for what is asked, and one for each goal

    def search(*args: object) -> None:
        raise AssertionError("bases are kept")

    monkeypatch.setattr(Reopened, "_opened", search)
    assert answers(case, tmp_path) == first


@pytest.mark.parametrize("data", [b"", b"no archive", None])
def test_what_cannot_be_read_is_as_if_it_were_not_there(case: Case, tmp_path: Path, data: bytes | None) -> None:
    first = answers(case, tmp_path)
    file = tmp_path / KEPT_FILE
    file.write_bytes(file.read_bytes()[:-40] if data is None else data)
    assert answers(case, tmp_path) == first
    assert read_kept(file, case) is not None, "it is kept anew"


@pytest.mark.parametrize(("part", "value"), [("moves", 10**6), ("columns/0", 0), ("rows/2", 99)])
def test_what_was_altered_is_not_used(case: Case, tmp_path: Path, part: str, value: int) -> None:
    """A move that is none of the table, and statuses that no basis has: the linear solver would end with an error."""
    first, file = answers(case, tmp_path), tmp_path / KEPT_FILE
    with np.load(file) as arrays:
        altered = {name: arrays[name] for name in arrays.files}
    altered[part] = np.full_like(altered[part], value)
    np.savez_compressed(file, **altered)
    assert read_kept(file, case) is None
    assert answers(case, tmp_path) == first


def test_what_was_kept_of_another_plan_is_not_used(case: Case, tmp_path: Path) -> None:
    answers(case, tmp_path)
    assert read_kept(tmp_path / KEPT_FILE, replace(case, chosen=case.chosen[1:])) is None
