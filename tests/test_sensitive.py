"""What is for the planner alone: one list of columns, whose values nobody repeats and whose warnings no log holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import optimizer as so
from optimizer.cli import main
from optimizer.scenario.schema import TABLES
from optimizer.scenario.writing import write_scenario

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"


@pytest.fixture(scope="module", params=["folder", "workbook"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, where somebody has a young child and no exempt case, and somebody else a level that is odd."""
    found = so.read(EXAMPLE)
    first, second, *others = found.people
    told = (
        first.model_copy(update={"youngest_child_birth": date(2025, 3, 4)}),
        second.model_copy(update={"level": 5 if second.level != 5 else 4}),
        *others,
    )
    folder = tmp_path_factory.mktemp("family") / "scenario"
    write_scenario(replace(found, people=told), folder)
    if request.param == "folder":
        return folder
    so.convert(folder, folder.with_suffix(".xlsx"))
    return folder.with_suffix(".xlsx")


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--lang", "en"])


def test_one_list_says_what_is_sensitive() -> None:
    marked = {(model.table, name) for model in TABLES for name in model.sensitive_columns()}
    assert marked == {
        ("people", "exempt"), ("people", "no_promotion_until"), ("people", "youngest_child_birth"),
        ("people", "leaves_on"), ("decisions", "reason"),
    }  # fmt: skip


def test_the_planners_own_check_tells_the_warning_without_the_case_or_the_day(place: Path) -> None:
    shown = call("validate", place)
    assert "W501 the family data of this row do not fit its exempt cases" in shown.output
    assert "2025-03-04" not in shown.output


@pytest.mark.parametrize("command", ["solve", "check", "convert"])
def test_logs_only_count_it(place: Path, tmp_path: Path, command: str) -> None:
    """In a workbook the column bears its heading, and is sensitive all the same."""
    plan = tmp_path / "plan"
    words = {"solve": [place, "--out", plan], "check": [place, plan], "convert": [place, tmp_path / "copy"]}
    if command == "check":
        call("solve", place, "--out", plan)
    shown = call(command, *words[command])
    assert "W506" in shown.stderr
    assert "1 more warnings; staffing validate shows them all" in shown.stderr
    assert "W501" not in shown.output
    assert "family" not in shown.output


def test_answers_for_programs_only_count_it(place: Path, tmp_path: Path) -> None:
    document = json.loads(call("solve", place, "--out", tmp_path / "plan", "--json").stdout)
    assert [warning["code"] for warning in document["warnings"]] == ["W506"]
    assert document["warnings_withheld"] == 1
