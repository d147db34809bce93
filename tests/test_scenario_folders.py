"""Stories of folders: files that are broken, missing or misnamed, scenarios that extend others, writing."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from reading_stories import story

from optimizer.errors import InputError, UsageError
from optimizer.registry import REGISTRY
from optimizer.scenario.reading import read_rows, read_scenario
from optimizer.scenario.schema import Person, Wish
from optimizer.scenario.writing import write_scenario


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The story as a folder, with a key of every kind."""
    config = {
        "horizon_months": 2,
        "vocabulary": {"fields": {"forestry": "lâm nghiệp"}},
        "hardship": {"III": 160},
    }
    rules = {"lists": {"share": 0.05}, "distance_cap": {"state": "on", "km": 100}}
    scenario = story(config=config, rules=rules, goals={"leadership": {"weights": {1: 9, 2: 7, 3: 5, 4: 3}}})
    write_scenario(scenario, tmp_path / "story")
    return tmp_path / "story"


def folder_problems(folder: Path, **overrides: str) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(InputError) as caught:
        read_scenario(folder, REGISTRY, {name.replace("__", "."): value for name, value in overrides.items()})
    return [(p.file, p.row, p.column, p.code) for p in caught.value.problems]


def test_writing_and_reading_give_the_same(folder: Path) -> None:
    scenario = read_scenario(folder, REGISTRY)
    write_scenario(scenario, folder)
    again = read_scenario(folder, REGISTRY)
    assert again == scenario
    assert again.config.hardship.III == 160
    assert again.inputs[0].name == "scenario.toml"
    people = (folder / "people.csv").read_bytes()
    assert b"\r" not in people and "Tin học".encode() in people


def test_the_order_of_rows_does_not_matter(folder: Path) -> None:
    scenario = read_scenario(folder, REGISTRY)
    for path in folder.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    assert replace(read_scenario(folder, REGISTRY), inputs=()) == replace(scenario, inputs=())


def test_writing_keeps_other_files_and_drops_stale_tables(folder: Path) -> None:
    (folder / "README.md").write_text("mine", encoding="utf-8")
    write_scenario(story(wishes=[]), folder)
    assert (folder / "README.md").read_text(encoding="utf-8") == "mine"
    assert not (folder / "wishes.csv").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["story"]


def test_a_folder_that_cannot_be_written_is_left_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    rename = Path.rename

    def fail_late(path: Path, target: Path) -> Path:
        if path.name == "wishes.csv" and path.parent.name == "new":
            raise PermissionError(13, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_late)
    with pytest.raises(UsageError):
        write_scenario(story(config={"name": "another"}), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["story"]
    with pytest.raises(UsageError):
        write_scenario(story(), folder / "scenario.toml" / "below")


def test_bom_crlf_and_blank_lines_are_accepted(folder: Path) -> None:
    scenario = read_scenario(folder, REGISTRY)
    for path in [*folder.glob("*.csv"), folder / "scenario.toml"]:
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n") + "\r\n\r\n"
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert replace(read_scenario(folder, REGISTRY), inputs=()) == replace(scenario, inputs=())


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("people.csv", b"person_id,", b"person,", ("people.csv", 1, "person", "E111")),
        ("people.csv", b"person_id,", "Mã cán bộ,".encode(), ("people.csv", 1, "Mã cán bộ", "E111")),
        ("people.csv", b",level", b"", ("people.csv", 1, None, "E113")),
        ("wishes.csv", b"unit_id", b"person_id", ("wishes.csv", 1, "person_id", "E112")),
        ("wishes.csv", b"bob,A,yes", b"bob,A,yes,", ("wishes.csv", 2, None, "E113")),
        ("wishes.csv", b"bob", b'"bob', ("wishes.csv", 2, None, "E114")),
        ("wishes.csv", b",", b";", ("wishes.csv", 1, None, "E114")),
        ("wishes.csv", b"bob", b"b\xf2b", ("wishes.csv", 2, None, "E102")),
        ("wishes.csv", b"bob", b"b\0b", ("wishes.csv", 2, None, "E102")),
        ("scenario.toml", b"[goals]", b"[goals", ("scenario.toml", 13, None, "E105")),
        ("scenario.toml", b"share", b"shore", ("scenario.toml", 13, "rules.lists.shore", "E106")),
        ("scenario.toml", b"III = 160", b"III = 0", ("scenario.toml", 7, "hardship.III", "E107")),
    ],
)
def test_a_broken_file(
    folder: Path, name: str, old: bytes, new: bytes, expected: tuple[str, int | None, str | None, str]
) -> None:
    path = folder / name
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))
    found = folder_problems(folder)
    if name == "scenario.toml":
        text = path.read_text().splitlines()
        row = next(n for n, line in enumerate(text, 1) if new.decode() in line)
        expected = (name, row, *expected[2:])
    assert found == [expected]


def test_missing_empty_and_misnamed_files(folder: Path) -> None:
    (folder / "people.csv").rename(folder / "People.csv")
    (folder / "posts.csv").write_bytes(b"")
    (folder / "wishes.csv").rename(folder / "wish.csv")
    (folder / "quotas.csv").write_text("unit_id,bloc,quota,effective_from\n", encoding="utf-8")
    assert sorted(folder_problems(folder)) == [
        ("People.csv", None, None, "E104"),
        ("people.csv", None, None, "E101"),
        ("posts.csv", None, None, "E103"),
        ("quotas.csv", None, None, "E103"),
        ("wish.csv", None, None, "E104"),
    ]
    assert folder_problems(folder / "nowhere") == [(str(folder / "nowhere"), None, None, "E101")]


def test_a_file_of_another_kind_is_a_warning(folder: Path) -> None:
    (folder / "sources.csv").write_text("a,b\n", encoding="utf-8")
    assert [(w.file, w.code) for w in read_scenario(folder, REGISTRY).warnings] == [("sources.csv", "W508")]


def test_a_scenario_extends_another(folder: Path) -> None:
    child = folder.parent / "child"
    child.mkdir()
    (child / "scenario.toml").write_text('extends = "../story"\n[rules.distance_cap]\nkm = 50\n', encoding="utf-8")
    (child / "wishes.csv").write_text("person_id,unit_id,consent\nbob,A,no\n", encoding="utf-8")
    scenario = read_scenario(child, REGISTRY)
    assert scenario.rules["distance_cap"].model_dump(exclude_defaults=True) == {"state": "on", "km": 50}
    assert scenario.wishes == (Wish(person_id="bob", unit_id="A", consent=False),)
    assert {"scenario.toml", "../story/scenario.toml", "../story/people.csv", "wishes.csv"} <= {
        file.name for file in scenario.inputs
    }
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    (folder / "scenario.toml").write_text('extends = "../child"\n' + text, encoding="utf-8")
    assert folder_problems(child) == [("../story/scenario.toml", 1, "extends", "E109")]
    shutil.rmtree(folder)
    assert folder_problems(child) == [("../story/scenario.toml", None, None, "E101")]


def test_overrides(folder: Path) -> None:
    keys = {
        "rules.lists.share": "0.07",
        "language": "en",
        "goals.order": '["headcount"]',
        "rules.exempt.state": "off",
    }
    scenario = read_scenario(folder, REGISTRY, keys)
    assert scenario.rules["lists"].model_dump()["share"] == 0.07
    assert (scenario.config.language, scenario.goal_order) == ("en", ("headcount",))
    assert scenario.rules["exempt"].state == "off"
    assert folder_problems(folder, rules__list__share="0.07") == [("--set", None, "rules.list", "E106")]
    assert folder_problems(folder, rules__lists__share="much") == [("--set", None, "rules.lists.share", "E107")]
    assert folder_problems(folder, name__x="1") == [("--set", None, "name.x", "E106")]
    assert folder_problems(folder, extends="x") == [("--set", None, "extends", "E106")]


def test_read_rows(tmp_path: Path) -> None:
    path = tmp_path / "wishes.csv"
    path.write_text("person_id,unit_id,consent\nbob,A,có\nann,C,yes\nbob,A,no\neve,A,maybe\n", encoding="utf-8")
    rows, found = read_rows(Wish, path, known={"units": frozenset({"A"})})
    assert [row.person_id for row in rows] == ["bob", "ann", "bob"]
    assert [(p.row, p.column, p.code) for p in found] == [
        (3, "unit_id", "E301"),
        (4, "person_id", "E302"),
        (5, "consent", "E202"),
    ]
    assert [p.code for p in read_rows(Person, tmp_path / "people.csv")[1]] == ["E101"]


@pytest.mark.parametrize("at", [1, 3, 7, 10])
@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_exchange_brings_the_old_files_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: int, ending: type[BaseException]
) -> None:
    """Ctrl-C at any of the renames: the old scenario stands as it was, and nothing beside it."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    rename, made = Path.rename, []

    def stop_at(path: Path, target: Path) -> Path:
        made.append(path)
        if len(made) == at:
            raise ending
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stop_at)
    with pytest.raises(ending):
        write_scenario(story(config={"name": "another"}, wishes=[]), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["story"]


KILLED = """
import os, signal, sys
from pathlib import Path
import optimizer as so
rename, made = Path.rename, []
def kill_at(path, target):
    made.append(path)
    if len(made) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(path, target)
Path.rename = kill_at
so.convert(sys.argv[1], sys.argv[2], force=True)
"""


@pytest.mark.parametrize("at", [1, 4, 9, 14])
def test_a_killed_exchange_is_undone_by_the_next_reading(folder: Path, tmp_path: Path, at: int) -> None:
    scenario = read_scenario(folder, REGISTRY)
    write_scenario(story(config={"name": "another"}, wishes=[]), tmp_path / "another")
    words = [sys.executable, "-c", KILLED, str(tmp_path / "another"), str(folder), str(at)]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    assert replace(read_scenario(folder, REGISTRY), origin=None) == replace(scenario, origin=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another", "story"]
