"""Generated provinces: the same from the same seed, of any size, valid, and as their profile says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from optimizer.errors import InputError, UsageError
from optimizer.registry import REGISTRY
from optimizer.scenario.generating import Profile, build_scenario, generate
from optimizer.scenario.generating.dice import Dice
from optimizer.scenario.months import add_months
from optimizer.scenario.reading import read_scenario
from optimizer.scenario.schema import TABLES
from optimizer.scenario.writing import write_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".csv", ".toml"}}


@pytest.mark.parametrize("name", ["nghe-an", "ha-tinh"])
def test_a_committed_province_is_what_its_profile_generates(tmp_path: Path, name: str) -> None:
    generate(tmp_path, REGISTRY, SCENARIOS / name / "sources" / "profile.toml")
    assert contents(tmp_path) == contents(SCENARIOS / name)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        generate(tmp_path / name, REGISTRY, units=6, seed=seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a")["people.csv"] != contents(tmp_path / "c")["people.csv"]


def test_draws_are_pinned_so_that_no_python_may_change_them() -> None:
    dice = Dice(1, "a topic")
    drawn = [dice.below(1000) for _ in range(5)]
    assert drawn == [23, 634, 837, 265, 642]
    assert Dice(1, "another topic").below(1000) != drawn[0]


@pytest.mark.parametrize("units", [1, 4, 40, pytest.param(400, marks=pytest.mark.slow)])
def test_any_size_is_valid_and_reads_back_as_built(tmp_path: Path, units: int) -> None:
    built = build_scenario(Profile(units=units), REGISTRY)
    write_scenario(built, tmp_path)
    read = read_scenario(tmp_path, REGISTRY)
    assert sum(unit.is_commune for unit in read.units) == units
    assert {problem.code for problem in read.warnings} <= {"W505"}
    for model in TABLES:
        assert set(read.rows(model.table)) == set(built.rows(model.table))


def test_a_body_more_does_not_change_the_communes_people() -> None:
    few = build_scenario(Profile(units=5, departments=1), REGISTRY)
    more = build_scenario(Profile(units=5, departments=3), REGISTRY)
    communes = {unit.unit_id for unit in few.units if unit.is_commune}
    assert [p for p in few.people if p.unit_id in communes] == [p for p in more.people if p.unit_id in communes]


def test_exactly_the_units_asked_for_are_over_quota() -> None:
    profile = Profile.model_validate({"units": 30, "balance": {"over_units": 11}})
    scenario = build_scenario(profile, REGISTRY)
    horizon = add_months(profile.date, scenario.config.horizon_months)
    payroll = Counter(
        person.unit_id
        for person in scenario.people
        if person.bloc == "government" and (person.leaves_on is None or person.leaves_on >= horizon)
    )
    quota = {row.unit_id: row.quota for row in scenario.quotas if row.bloc == "government"}
    assert sum(payroll[unit] > quota[unit] for unit in quota) == 11


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"units": 0}, "units"),
        ({"lists.share": 2.0}, "lists.share"),
        ({"sead": 3}, "sead"),
        ({"seed.x": 3}, "seed"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, changes: dict[str, int | float | str], key: str) -> None:
    with pytest.raises(UsageError) as caught:
        generate(tmp_path / "out", REGISTRY, **changes)
    assert caught.value.text.values["key"] == key
    assert not (tmp_path / "out").exists()


def test_a_profile_that_is_not_there_or_not_toml_is_an_error_of_the_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        generate(tmp_path / "out", REGISTRY, tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("units = = 3", encoding="utf-8")
    with pytest.raises(UsageError):
        generate(tmp_path / "out", REGISTRY, broken)


def test_problems_in_a_facts_file_are_located(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text("unit_id,name,kind\n1,An Phú,village\n", encoding="utf-8")
    (tmp_path / "profile.toml").write_text('facts = "facts.csv"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        generate(tmp_path / "out", REGISTRY, tmp_path / "profile.toml")
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [(2, "kind")]


def test_a_profile_takes_no_unknown_key() -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate({"unit": 3})
