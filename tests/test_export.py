"""Exporting a plan: every format whole or not at all, the same bytes every time, text that never computes."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from exported import FORMS, TIERS, all_bytes, written
from sampling import but, first

import optimizer as so
from optimizer.cli import main
from optimizer.errors import UsageError
from optimizer.reporting import reports_for
from optimizer.reporting.csv_files import INDEX
from optimizer.reporting.exporting import FORMATS, place_beside
from optimizer.texts import speaking


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    """The plan of the example, written once."""
    path = tmp_path_factory.mktemp("plans") / "example"
    so.write_plan(plan, path)
    return path


def call(*words):
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


FEW = but(FORMS, {"html"})


def test_the_stories_know_every_format():
    assert tuple(FORMATS) == FORMS


@pytest.mark.parametrize("form", FEW)
@pytest.mark.parametrize("tier", first(1, TIERS))
def test_the_same_plan_is_the_same_file(plan, scenario, tmp_path, form, tier):
    one, two = (written(plan, scenario, tmp_path, form, tier=tier) for _ in "ab")
    assert all_bytes(one) == all_bytes(two) != b""


@pytest.mark.parametrize("form", FEW)
def test_an_export_says_what_it_wrote(plan, scenario, tmp_path, form):
    path = tmp_path / "deep" / f"plan.{form}"
    done = so.export(plan, scenario, path, form=form)
    assert (done.path, done.form, done.tier) == (path, form, "leader")
    assert done.sheets[:2] == ("TongHop", "PhuongAn")
    assert path.is_dir() == (form == "csv")


@pytest.mark.parametrize("form", FEW)
def test_english_is_spoken_on_demand(plan, scenario, tmp_path, form):
    english = all_bytes(written(plan, scenario, tmp_path, form, language="en"))
    assert english != all_bytes(written(plan, scenario, tmp_path, form))
    if form not in {"xlsx", "docx"}:  # these are packed
        assert b"OPTIMAL" in english
        assert "TỐI ƯU".encode() not in english


@pytest.mark.parametrize("form", FEW)
@pytest.mark.parametrize(("number", "words"), [(13, "open in another program"), (28, "the disk is full")])
def test_what_stops_the_writing_is_told_and_the_old_one_stays(
    plan, scenario, tmp_path, monkeypatch, form, number, words
):
    path = tmp_path / f"plan.{form}"
    so.export(plan, scenario, path, form=form)
    old = all_bytes(path)

    def fail(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr("optimizer.files.os.fsync", fail)
    with speaking("en"), pytest.raises(UsageError, match=words):
        so.export(plan, scenario, path, form=form, language="en")
    assert all_bytes(path) == old
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("form", FEW)
def test_a_file_that_is_open_is_left_alone(plan, scenario, tmp_path, form):
    path = tmp_path / f"plan.{form}"
    so.export(plan, scenario, path, form=form)
    opened = path / INDEX if form == "csv" else path
    opened.with_name(f".~lock.{opened.name}#").touch()
    before = opened.read_bytes()
    with speaking("en"), pytest.raises(UsageError, match="close it and try again"):
        so.export(plan, scenario, path, form=form, language="en")
    assert opened.read_bytes() == before


def test_a_folder_that_holds_anything_else_is_left_alone(plan, scenario, tmp_path):
    so.export(plan, scenario, tmp_path / "lists", form="csv")
    (tmp_path / "lists" / "mine.csv").write_text("years of work")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text("years of work")
    (tmp_path / "data" / INDEX).write_bytes(b"\xff\xfe of another program")
    for place, own in (("lists", "mine.csv"), ("data", "people.csv")):
        with speaking("en"), pytest.raises(UsageError, match="holds other files"):
            so.export(plan, scenario, tmp_path / place, form="csv")
        assert (tmp_path / place / own).read_text() == "years of work"


def test_a_folder_of_an_earlier_export_gives_way_whole(plan, scenario, tmp_path):
    so.export(plan, scenario, tmp_path / "lists", form="csv")
    assert (tmp_path / "lists" / "PhuongAn.csv").exists()
    so.export(plan, scenario, tmp_path / "lists", form="csv", tier="public")
    assert not (tmp_path / "lists" / "PhuongAn.csv").exists()


def test_csv_has_one_file_per_table_and_an_index_with_the_status(plan, scenario, tmp_path):
    path = written(plan, scenario, tmp_path, "csv")
    head, *index = rows_of(path / INDEX)
    assert head == ["Tệp", "Bảng", "Chú thích"]
    assert {row[0] for row in index} == {file.name for file in path.iterdir()} - {INDEX}
    assert "TỐI ƯU" in index[0][2]
    assert len(rows_of(path / "PhuongAn.csv")) == 1 + len(plan.moves)
    assert (path / "PhuongAn.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_csv_has_iso_dates_and_plain_numbers(plan, scenario, tmp_path):
    heading, *rows = rows_of(written(plan, scenario, tmp_path, "csv") / "PhuongAn.csv")
    starts = {row[heading.index("Từ ngày")] for row in rows}
    assert starts == {move.start.isoformat() for move in plan.moves if move.start}
    far = {move.km for move in plan.moves if move.from_unit_id != move.to_unit_id}
    assert {float(row[heading.index("Km")]) for row in rows if row[heading.index("Km")]} == far
    assert {row[heading.index("Đến hết ngày")] for row in rows} == {"", "2026-02-28"}
    assert [row[heading.index("STT")] for row in rows] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("name", ["=1+1", "+84 91", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0"])
def test_text_in_csv_is_never_a_formula(plan, scenario, tmp_path, name):
    people = tuple(person.model_copy(update={"name": name}) for person in scenario.people)
    path = written(plan, replace(scenario, people=people), tmp_path, "csv")
    cells = [cell for file in path.iterdir() for row in rows_of(file) for cell in row]
    assert f"'{name}" in cells
    assert [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n"))] == []


def test_json_says_the_status_first_and_keeps_codes_for_goals(plan, scenario, tmp_path):
    document = json.loads(written(plan, scenario, tmp_path, "json").read_text("utf-8"))
    assert next(iter(document.items())) == ("status", "OPTIMAL")
    assert {goal["name"]: (goal["value"], goal["bound"]) for goal in document["goals"]} == {
        goal.name: (goal.value, goal.bound) for goal in plan.goals
    }
    assert document["totals"] == dict(plan.totals)
    assert {file["name"] for file in document["inputs"]} == {file.name for file in plan.inputs}
    (moves,) = next(sheet for sheet in document["sheets"] if sheet["name"] == "PhuongAn")["tables"]
    assert len(moves["rows"]) == len(plan.moves)
    assert all(len(row) == len(moves["columns"]) for row in moves["rows"])
    starts = [column["kind"] for column in moves["columns"]].index("date")
    assert {date.fromisoformat(row[starts]) for row in moves["rows"]} == {move.start for move in plan.moves}


@pytest.mark.parametrize("tier", first(1, TIERS))
def test_every_format_has_the_sheets_of_its_tier(plan, scenario, tmp_path, tier):
    done = {form: so.export(plan, scenario, tmp_path / form, form=form, tier=tier).sheets for form in FORMS}
    assert len(set(done.values())) == 1
    assert len(done["json"]) == len(reports_for(tier))


@pytest.mark.parametrize("form", FEW)
def test_every_report_is_made_once(plan, scenario, tmp_path, monkeypatch, form):
    made = []

    def counted(report):
        return lambda plan, names: made.append(report) or report(plan, names)

    monkeypatch.setattr("optimizer.reporting.content.reports_for", lambda tier: [*map(counted, reports_for(tier))])
    written(plan, scenario, tmp_path, form)
    assert made == list(reports_for("leader"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"form": "docs"}, "format: 'docs' is not known; did you mean 'docx'?"),
        ({"form": "pdf-a-1b"}, "use csv, json, xlsx, html, docx"),
        ({"form": "csv", "tier": "leaders"}, "tier: 'leaders' is not known; did you mean 'leader'?"),
        ({"form": "csv", "language": "fr"}, "language: 'fr' is not known; use vi, en"),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_the_nearest(plan, scenario, tmp_path, settings, said):
    with speaking("en"), pytest.raises(UsageError) as refused:
        so.export(plan, scenario, tmp_path / "plan", **settings)
    with speaking("en"):
        assert said in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("folder", "form", "tier", "place"),
    [
        ("plans/a", "docx", "leader", "plans/a.docx"),
        ("plans/a/", "csv", "public", "plans/a-public-csv"),
        ("plans/a", "csv", "leader", "plans/a-csv"),
        ("plans/nghe-an.2", "json", "planner", "plans/nghe-an.2-planner.json"),
    ],
)
def test_a_file_goes_beside_its_plan(folder, form, tier, place):
    assert place_beside(folder, form, tier) == Path(place)


def test_the_folder_in_which_one_stands_has_a_name_too(tmp_path, monkeypatch):
    (tmp_path / "round-1").mkdir()
    monkeypatch.chdir(tmp_path / "round-1")
    assert place_beside(".", "html", "leader") == tmp_path / "round-1.html"


def test_the_command_writes_beside_the_plan_and_says_where(folder):
    shown = call("export", str(folder), "--format", "json", "--lang", "en")
    assert (shown.exit_code, shown.stderr) == (0, "")
    path = folder.with_name("example.json")
    assert str(path) in shown.stdout
    assert json.loads(path.read_text("utf-8"))["language"] == "en"


@pytest.mark.parametrize(
    "command", [["show"], ["export", "--format", "html"], ["plot"], ["check", "scenarios/example"]]
)
def test_a_file_of_a_plan_is_no_plan_and_its_folder_is_named_once(folder, tmp_path, command):
    folder = shutil.copytree(folder, tmp_path / "example")
    (folder / "plan.xlsx").write_bytes(b"")
    for file in (folder / "plan.xlsx", folder / "plan.json"):
        shown = call(*command, str(file), "--lang", "en")
        assert (shown.exit_code, shown.stdout) == (2, "")
        assert shown.stderr.count("PLAN is the folder of a plan") == 1
        assert f"not the file {file}; did you mean {folder}?" in shown.stderr
        assert "E101" not in shown.stderr


def test_a_file_beside_a_plan_is_led_to_it_and_a_file_alone_is_not(folder, tmp_path):
    beside, alone = folder.with_name(f"{folder.name}.docx"), tmp_path / "x.xlsx"
    for file in (beside, alone):
        file.write_bytes(b"")
    assert f"did you mean {folder}?" in call("show", str(beside), "--lang", "en").stderr
    assert "did you mean" not in call("show", str(alone), "--lang", "en").stderr


def test_the_command_answers_in_json(folder, tmp_path):
    words = ["--format", "csv", "--out", str(tmp_path / "lists"), "--tier", "planner", "--json"]
    document = json.loads(call("export", str(folder), *words).stdout)
    assert document["path"] == str(tmp_path / "lists")
    said = (document["status"], document["format"], document["tier"], document["sheets"][0])
    assert said == ("OPTIMAL", "csv", "planner", "TongHop")


def test_the_command_masks_ids(folder, tmp_path, plan):
    for name, words in (("open", []), ("masked", ["--mask-ids"])):
        call("export", str(folder), "--format", "json", "--out", str(tmp_path / name), *words)
    move = plan.moves[0].person_id
    assert f'"{move}"' in (tmp_path / "open").read_text("utf-8")
    assert move not in (tmp_path / "masked").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name the format with --format: csv, json, xlsx, html, docx"),
        (["--format", "docs"], "did you mean 'docx'?"),
        (["--format", "csv", "--tier", "leaders"], "did you mean 'leader'?"),
        (["--format", "csv", "--tier", "zzz"], "use planner, leader, public"),
        (["--format", "csv", "--scenario", "nowhere"], "there is no scenario at nowhere"),
    ],
)
def test_a_wrong_call_ends_with_2(folder, words, said):
    shown = call("export", str(folder), *words, "--lang", "en")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert said in shown.stderr


@pytest.mark.parametrize(
    ("form", "name", "words"),
    [
        ("json", "plan/plan.json", "lies in the folder of a plan"),
        ("docx", "annex.xlsx", "has not the ending of the format docx"),
    ],
)
def test_places_that_an_export_would_spoil_are_refused(plan, scenario, tmp_path, form, name, words):
    so.write_plan(plan, tmp_path / "plan")
    before = (tmp_path / "plan" / "plan.json").read_bytes()
    with speaking("en"), pytest.raises(UsageError, match=words):
        so.export(plan, scenario, tmp_path / name, form=form)
    assert (tmp_path / "plan" / "plan.json").read_bytes() == before
    assert not (tmp_path / "annex.xlsx").exists()


def test_a_plan_is_not_exported_over_its_scenario(plan, scenario):
    with speaking("en"), pytest.raises(UsageError, match="of a plan or scenario"):
        so.export(plan, scenario, Path(scenario.origin) / "people.xlsx", form="xlsx")
    assert not (Path(scenario.origin) / "people.xlsx").exists()


def test_a_name_longer_than_a_property_holds(plan, scenario, tmp_path):
    named = replace(plan, scenario="a" * 300)
    assert so.export(named, scenario, tmp_path / "annex.docx", form="docx").path.stat().st_size > 10_000
