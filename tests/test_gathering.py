"""Stories of unit files that become one scenario: what is right is taken as it is, what is wrong is told, all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from unit_faults import FAULTS, Found
from unit_files import Files, province, with_present, write_unit_files

import optimizer as so
from optimizer.scenario.codes import CODES
from optimizer.scenario.gathering import Gathered
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking

ROOT = Path(__file__).parents[1]
UNIT, OTHER = "00006", "00009"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


def data(scenario: Scenario | None) -> Scenario:
    assert scenario is not None
    return replace(scenario, inputs=(), warnings=(), origin=None)


def gathered(files: Files, out: Path) -> Gathered:
    """What is found, whether it stops the scenario or not."""
    try:
        return so.import_(files.folder, out, force=True)
    except so.GatheringError as error:
        return error.gathered


def places(found: Gathered) -> Found:
    return {(one.problem.code, one.file, one.sheet, one.problem.row) for one in found.findings}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Six communes and a provincial body, all files alike; 00006 is Hòa Quân, 00009 Quỳ Châu."""
    return write_unit_files(province(6), tmp_path / "files")


@pytest.mark.parametrize("seed", range(8))
def test_however_the_units_keep_their_files_the_scenario_is_the_same(tmp_path: Path, seed: int) -> None:
    files = write_unit_files(province(9), tmp_path / "files", seed)
    found = so.import_(files.folder, tmp_path / "out")
    assert places(found) == set()
    assert data(found.scenario) == data(so.read(tmp_path / "out")) == data(files.scenario)


def test_a_generated_province_comes_back_from_its_unit_files(tmp_path: Path) -> None:
    so.generate(tmp_path / "generated", units=6, seed=3)
    scenario = with_present(so.read(tmp_path / "generated"))
    files = write_unit_files(scenario, tmp_path / "files", seed=3)
    found = so.import_(files.folder, tmp_path / "out.xlsx")
    assert data(so.read(tmp_path / "out.xlsx")) == data(scenario)
    assert {one.problem.code for one in found.findings} == {problem.code for problem in scenario.warnings}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_where_it_is_and_nothing_else(tmp_path: Path, files: Files, name: str) -> None:
    expected = FAULTS[name](files, UNIT, OTHER)
    found = gathered(files, tmp_path / "out")
    assert places(found) == expected
    assert (found.scenario is None) == any(code.startswith("E") for code, *_ in expected)
    assert (tmp_path / "out").exists() == (found.scenario is not None)
    for one in found.findings:
        assert one.problem.code in CODES
        assert str(one.problem.mend)


# their places are lost, or judged by what the whole province knows
ALONE = {"rows_of_nobody_knows_which_unit"}


def test_all_faults_at_once_are_all_found_and_none_is_invented(tmp_path: Path) -> None:
    """Every fault in files of its own, 2 units for each, among communes without any."""
    names = [name for name in FAULTS if name not in ALONE]
    assert len(names) >= 20
    files = write_unit_files(many(len(names)), tmp_path / "files")
    units = [unit.unit_id for unit in files.scenario.units if unit.is_commune]
    expected: Found = set()
    for name, unit, other in zip(names, units[0::2], units[1::2], strict=False):
        expected |= FAULTS[name](files, unit, other)
    found = gathered(files, tmp_path / "out")
    assert places(found) == expected
    assert {one.problem.code for one in found.findings} == {code for code, *_ in expected}


def many(n: int) -> Scenario:
    from unit_files import NAMES, TWINS

    return province(2 * n + 6, names=[*[f"{one} {k}" for k in "ABC" for one in NAMES][: 2 * n + 4], TWINS, TWINS])
