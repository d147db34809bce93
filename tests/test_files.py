"""Files whole or not at all, and where a plan finds its scenario."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import optimizer as so
from optimizer.errors import UsageError
from optimizer.files import replace_file
from optimizer.texts import speaking

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    replace_file(tmp_path / "deep" / "book.xlsx", b"old")
    replace_file(tmp_path / "deep" / "book.xlsx", b"new")
    assert (tmp_path / "deep" / "book.xlsx").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(13, "it is open in another program"), (28, "the disk is full"), (5, "Input/output error")],
)
def test_what_stops_the_writing_is_told_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    path = tmp_path / "book.xlsx"
    replace_file(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(number, "Input/output error")

    monkeypatch.setattr("optimizer.files.os.fsync", fail)
    with speaking("en"), pytest.raises(UsageError, match=words):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["book.xlsx"]


@pytest.mark.parametrize(
    ("name", "owner"), [("plan.xlsx", "~$plan.xlsx"), ("annex.docx", "~$nex.docx"), ("plan.xlsx", ".~lock.plan.xlsx#")]
)
def test_a_file_that_an_office_program_edits_is_left_alone(tmp_path: Path, name: str, owner: str) -> None:
    (tmp_path / name).write_bytes(b"old")
    (tmp_path / owner).touch()
    with speaking("en"), pytest.raises(UsageError, match="close it and try again"):
        replace_file(tmp_path / name, b"new")
    assert (tmp_path / name).read_bytes() == b"old"


def test_a_plan_whose_workbook_is_open_is_left_alone(tmp_path: Path) -> None:
    plan = so.solve(so.read(EXAMPLE))
    so.write_plan(plan, tmp_path / "plan", [lambda new: (new / "plan.xlsx").write_bytes(b"old") and None])
    (tmp_path / "plan" / "~$plan.xlsx").touch()
    with speaking("en"), pytest.raises(UsageError, match="is open in another program"):
        so.write_plan(plan, tmp_path / "plan")
    assert (tmp_path / "plan" / "plan.xlsx").read_bytes() == b"old"


def test_a_plan_finds_its_scenario_and_the_settings_it_was_made_with(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "scenario")
    made_with = so.read(tmp_path / "scenario", {"disruption.per_km": "2"})
    so.write_plan(so.solve(made_with), tmp_path / "plan")
    (tmp_path / "elsewhere").mkdir()
    for name in ("scenario", "plan"):
        (tmp_path / name).rename(tmp_path / "elsewhere" / name)
    plan = so.read_plan(tmp_path / "elsewhere" / "plan")
    assert plan.origin == str(tmp_path / "elsewhere" / "scenario")
    assert so.scenario_of(plan) == made_with


def test_a_scenario_that_has_changed_is_not_taken_for_the_plans_own(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "scenario")
    so.write_plan(so.solve(so.read(tmp_path / "scenario")), tmp_path / "plan")
    plan = so.read_plan(tmp_path / "plan")
    with (tmp_path / "scenario" / "wishes.csv").open("a", encoding="utf-8") as wishes:
        wishes.write("dong-4,an-phu,1,yes\n")
    with speaking("en"), pytest.raises(UsageError, match=r"wishes\.csv is not the file"):
        so.scenario_of(plan)
    shutil.rmtree(tmp_path / "scenario")
    with speaking("en"), pytest.raises(UsageError, match="is not at"):
        so.scenario_of(plan)
    assert so.scenario_of(plan, EXAMPLE).config.name == plan.scenario


def test_the_scenario_of_a_plan_made_in_memory_is_asked_for() -> None:
    plan = so.solve(so.read(EXAMPLE))
    with speaking("en"), pytest.raises(UsageError, match="name it with --scenario"):
        so.scenario_of(replace(plan, origin=None))


WRITES = """
import sys
from pathlib import Path
from optimizer.files import replace_file
at, size = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while True:
    replace_file(at, b"new" * size)
"""


@pytest.mark.parametrize("delay", [0.0, 0.001, 0.01, 0.05])
def test_a_kill_while_writing_leaves_a_whole_file(tmp_path: Path, delay: float) -> None:
    """Old or new, and nothing in between, whenever the process is killed."""
    path, size = tmp_path / "book.xlsx", 3_000_000
    replace_file(path, b"old")
    writer = subprocess.Popen([sys.executable, "-c", WRITES, str(path), str(size)], stdout=subprocess.PIPE)
    assert writer.stdout is not None and writer.stdout.readline() == b"ready\n"
    time.sleep(delay)
    writer.kill()
    writer.wait()
    writer.stdout.close()
    found = path.read_bytes()
    assert found == b"old" or found == b"new" * size
