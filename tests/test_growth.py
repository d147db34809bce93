"""The benchmarks of growth and of the whole country, on tiny sizes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import country
import growth
import pytest

import optimizer as so
from optimizer.scenario.places import communes_of


def test_the_exponent_is_that_of_the_law_behind_the_figures() -> None:
    moves = [1e5, 1e6, 1e7]
    assert growth.exponent(moves, [3e-6 * n**1.2 for n in moves]) == pytest.approx(1.2)
    assert growth.exponent([100, 10_000], [2.0, 2.0]) == pytest.approx(0.0)


@pytest.mark.parametrize("wanted", [1_000, pytest.param(15_000, marks=pytest.mark.slow)])
def test_a_province_has_about_the_moves_that_were_wanted(tmp_path: Path, wanted: int) -> None:
    units, moves = growth.generate_with_moves(tmp_path, wanted)
    scenario = so.read(tmp_path, growth.EVERYBODY)
    assert sum(unit.is_commune for unit in scenario.units) == units
    assert so.admissible_moves(scenario).n == moves
    assert 0.75 * wanted < moves < 1.25 * wanted  # whole communes: a tiny province cannot be met exactly


def test_growth_prints_sizes_and_exponents(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {500: growth.Size(2, 500, True, 1.0, 2.0), 5_000: growth.Size(6, 5_000, True, 10.0, 20.0)}
    monkeypatch.setattr(growth, "measure", lambda wanted, time_limit: sizes[wanted])
    growth.main(["--moves", "500", "5000"])
    assert re.findall(r"exponent of .*: (.*)", capsys.readouterr().out) == ["1.00", "1.00"]
    sizes[5_000] = replace(sizes[5_000], proven=False)
    growth.main(["--moves", "500", "5000"])
    shown = capsys.readouterr().out
    assert "not proven in time" in shown
    assert "no exponent" in shown


@pytest.mark.slow
def test_a_size_is_measured_on_a_province_of_its_own() -> None:
    size = growth.measure(500)
    assert size.proven
    assert 200 < size.moves < 1_500
    assert 0 < size.solving < size.run


def test_a_province_has_its_published_communes(tmp_path: Path) -> None:
    country.generate_province(tmp_path, "12")
    scenario = so.read(tmp_path)
    written = [unit for unit in scenario.units if unit.is_commune]
    assert [(u.unit_id, u.name, u.kind, u.lat) for u in written] == [
        (u.unit_id, u.name, u.kind, u.lat) for u in communes_of("12")
    ]
    assert (scenario.config.name, scenario.config.province, len(written)) == ("Lai Châu", "12", 38)


@pytest.mark.slow
def test_a_province_of_the_country_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    country.main(["--provinces", "Lai Châu", "--candidates", "named"])
    shown = capsys.readouterr().out
    assert re.search(r"^Lai Châu +38 ", shown, re.M)
    assert "average of 1: " in shown
    assert "1 proven" in shown
