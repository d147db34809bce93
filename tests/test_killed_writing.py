"""A run that is killed, a full disk, an open workbook: the plan that stood there stands there still."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

import optimizer as so
from optimizer.errors import UsageError
from optimizer.plan import Plan
from optimizer.reporting.workbook import write_workbook
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "scenarios" / "example"
# the child writes the plan once more, in English, and waits for its end at one call of one function
CHILD = """
import os, sys, time
from pathlib import Path
import optimizer as so
from optimizer.reporting.workbook import write_workbook

folder, place, name, number = sys.argv[1:]
scenario = so.read({example!r})
plan = so.solve(scenario)
owner = {{"os": os, "Path": Path}}[place]
real, calls = getattr(owner, name), []

def waits(*args, **kwargs):
    calls.append(args)
    if len(calls) == int(number):
        print("here", flush=True)
        time.sleep(60)
    return real(*args, **kwargs)

setattr(owner, name, waits)
so.write_plan(plan, folder, [lambda new: write_workbook(plan, scenario, new / "plan.xlsx", "en")])
print("written", flush=True)
"""
MOMENTS = {
    "before the workbook's bytes are on the disk": ("os", "fsync", 1),
    "with the workbook whole beside its name": ("Path", "replace", 1),
    "while the tables settle": ("os", "fsync", 4),
    "before the old plan is moved aside": ("Path", "rename", 1),
    "between the two renames": ("Path", "rename", 2),
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return so.read(EXAMPLE)


@pytest.fixture(scope="module")
def plan(scenario: Scenario) -> Plan:
    return so.solve(scenario)


def write(plan: Plan, scenario: Scenario, folder: Path, language: str = "vi") -> None:
    so.write_plan(plan, folder, [lambda new: write_workbook(plan, scenario, new / "plan.xlsx", language)])


QUICK_MOMENT = "between the two renames"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize(
    ("place", "name", "number"),
    [
        pytest.param(*moment, id=name, marks=[] if name == QUICK_MOMENT else [pytest.mark.slow])
        for name, moment in MOMENTS.items()
    ],
)
def test_a_killed_run_leaves_the_old_plan_whole(
    plan: Plan, scenario: Scenario, tmp_path: Path, place: str, name: str, number: int
) -> None:
    folder = tmp_path / "plan"
    write(plan, scenario, folder)
    before = contents(folder)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(example=str(EXAMPLE)), str(folder), place, name, str(number)],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == "here\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    if not folder.exists():  # killed between the renames: the next run puts the old plan back before it does anything
        with pytest.raises(UsageError):
            so.write_plan(plan, folder, [_full_disk])
    assert contents(folder) == before
    assert load_workbook(folder / "plan.xlsx").sheetnames[0] == "TongHop"
    write(plan, scenario, folder, "en")
    assert load_workbook(folder / "plan.xlsx")["PhuongAn"]["A4"].value == "No."


def _full_disk(folder: Path) -> None:
    raise OSError(errno.ENOSPC, "no space")


def test_a_full_disk_is_told_and_the_old_plan_stays(
    plan: Plan, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(plan, scenario, tmp_path / "plan")
    before = contents(tmp_path / "plan")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("optimizer.files.os.fsync", full)
    with speaking("en"), pytest.raises(UsageError, match="the disk is full"):
        write(plan, scenario, tmp_path / "plan", "en")
    assert contents(tmp_path / "plan") == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.parametrize("owner", ["~$plan.xlsx", ".~lock.plan.xlsx#"])
def test_a_workbook_that_is_open_is_left_alone(plan: Plan, scenario: Scenario, tmp_path: Path, owner: str) -> None:
    path = tmp_path / "plan.xlsx"
    write_workbook(plan, scenario, path, "vi")
    before = path.read_bytes()
    (tmp_path / owner).touch()
    with speaking("en"), pytest.raises(UsageError, match="is open in another program"):
        write_workbook(plan, scenario, path, "en")
    assert path.read_bytes() == before
