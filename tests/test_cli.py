"""The command line: what it prints, in which language, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from keyword import iskeyword
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import optimizer
from optimizer.clashes import Conflict, Member
from optimizer.cli import main
from optimizer.errors import BrokenPlanError, EngineError, InfeasibleError, NoPlanInTimeError
from optimizer.texts import T

ROOT = Path(__file__).parents[1]
EXAMPLE = str(ROOT / "scenarios" / "example")
COMMANDS = (
    "validate",
    "template",
    "convert",
    "import",
    "solve",
    "replan",
    "replace",
    "check",
    "show",
    "explain",
    "compare",
    "gaps",
    "levers",
    "plot",
    "export",
    "generate",
    "rules",
    "bench",
)
SHELL = [sys.executable, "-c", "from optimizer.cli import main; main()"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STAFFING_LANG", raising=False)


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The plan of the example, written once."""
    folder = tmp_path_factory.mktemp("plans") / "example"
    assert call("solve", EXAMPLE, "--out", str(folder)).exit_code == 0
    return str(folder)


def call(*words):
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def run(*words, **environment):
    """The command in a process of its own."""
    return subprocess.run(
        [*SHELL, *words], capture_output=True, check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


@pytest.fixture
def broken(tmp_path):
    """The example with a degree that there is not."""
    folder = tmp_path / "broken"
    shutil.copytree(EXAMPLE, folder)
    people = folder / "people.csv"
    people.write_text(people.read_text("utf-8").replace(",university,", ",đai hoc,", 1), "utf-8")
    return str(folder)


def test_every_command_has_a_function_of_its_name_and_help_with_examples():
    assert tuple(main.commands) == COMMANDS
    for name in COMMANDS:
        assert callable(getattr(optimizer, f"{name}_" if iskeyword(name) else name))
        shown = call(name, "--help", "--lang", "en")
        assert shown.exit_code == 0
        assert f"staffing {name}" in shown.output.split("Examples:")[1]
        assert all(option in shown.output for option in ("--lang", "--json", "--help"))


def test_help_speaks_vietnamese_unless_asked_otherwise():
    assert "Cách dùng: staffing" in call("--help").output
    assert "Cách dùng: staffing" in call().output
    assert "Usage: staffing" in call("--lang", "en", "--help").output
    assert "Usage: staffing solve" in call("solve", "--help", "--lang=en").output


def test_version():
    assert call("--version").output.startswith("staffing-optimizer")


def test_language_is_the_option_then_the_environment_then_the_scenario(monkeypatch, tmp_path):
    english = tmp_path / "english"
    shutil.copytree(EXAMPLE, english)
    settings = english / "scenario.toml"
    settings.write_text('language = "en"\n' + settings.read_text("utf-8"), "utf-8")
    assert "không có lỗi" in call("validate", EXAMPLE).output
    assert "no errors" in call("validate", str(english)).output
    monkeypatch.setenv("STAFFING_LANG", "vi")
    assert "không có lỗi" in call("validate", str(english)).output
    assert "no errors" in call("validate", str(english), "--lang", "en").output
    assert "no errors" in call("--lang", "en", "validate", str(english)).output


def test_problems_are_told_in_the_language_of_the_scenario(broken):
    settings = Path(broken, "scenario.toml")
    settings.write_text('language = "en"\n' + settings.read_text("utf-8"), "utf-8")
    assert "Did you mean 'university'" in call("validate", broken).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["slove"], "did you mean 'solve'?"),
        (["zzz"], "there is no command 'zzz'"),
        (["solve", EXAMPLE, "--time-limt", "3"], "did you mean --time-limit?"),
        (["solve", EXAMPLE, "--qqqqq"], "there is no option --qqqqq"),
        (["solve"], "SCENARIO is missing"),
        (["import", EXAMPLE], "--out is missing"),
        (["import", "--out", "x"], "FILE... is missing"),
        (["solve", EXAMPLE, "--time-limit", "soon"], "'soon' is not a number from 0.0 up"),
        (["solve", EXAMPLE, "--time-limit", "-1"], "'-1' is not a number"),
        (["solve", EXAMPLE, "--time-limit", "nan"], "'nan' is not a number"),
        (["solve", EXAMPLE, "--time-limit"], "--time-limit needs another value"),
        (["solve", EXAMPLE, "--set", "share"], "not of the form KEY=VALUE"),
        (["validate", EXAMPLE, "twice"], "the call is wrong"),
        (["rules", "exemt"], "did you mean 'exempt'?"),
        (["rules", "zzz"], "'zzz' is no rule, no goal and no scenario; staffing rules lists the names"),
        (["rules", EXAMPLE, "--scenario", EXAMPLE], "two scenarios are named"),
        (["rules", "lists", "--set", "rules.lists.share=0.5"], "--set changes keys of a scenario; name one"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_to_do(words, said):
    shown = (
        call(*words, "--lang", "en") if words != ["solve", EXAMPLE, "--time-limit"] else call("--lang", "en", *words)
    )
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert said in shown.stderr


def test_an_unknown_language_is_a_wrong_call(monkeypatch):
    assert call("rules", "--lang", "fr").exit_code == 2
    monkeypatch.setenv("STAFFING_LANG", "fr")
    shown = call("rules")
    assert shown.exit_code == 2
    assert "STAFFING_LANG" in shown.stderr


def test_bad_input_ends_with_3_and_every_problem(broken):
    shown = call("validate", broken, "--lang", "en")
    assert (shown.exit_code, shown.stdout) == (3, "")
    assert "people.csv, row 2" in shown.stderr
    document = json.loads(call("solve", broken, "--json", "--lang", "en").stdout)
    assert document["status"] == "BAD_INPUT"
    assert [(problem["file"], problem["row"]) for problem in document["problems"]] == [("people.csv", 2)]


def test_settings_of_the_call_reach_the_scenario():
    shown = call("validate", EXAMPLE, "--set", "rules.lists.shar=0.1", "--lang", "en")
    assert shown.exit_code == 3
    assert "Did you mean" in shown.stderr
    plan = json.loads(call("solve", EXAMPLE, "--json", "--set", 'goals.order=["moves"]').stdout)
    assert [(goal["name"], goal["value"]) for goal in plan["goals"]] == [("moves", 0)]


def test_solve_writes_the_plan_and_says_the_status_first(tmp_path):
    shown = call("solve", EXAMPLE, "--lang", "en")
    assert shown.exit_code == 0
    assert shown.stdout.index("OPTIMAL") < shown.stdout.index("Leadership gaps")
    written = {path.name for path in (tmp_path / "plans" / "example").iterdir()}
    assert written >= {"plan.json", "moves.csv", "gaps.csv", "units.csv", "plan.xlsx"}
    assert shown.stderr == ""


def test_solve_refuses_a_folder_that_is_no_plan(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    shown = call("solve", EXAMPLE, "--out", "thesis")
    assert shown.exit_code == 2
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


def test_solve_in_json_is_one_document(solved):
    document = json.loads(call("solve", EXAMPLE, "--json").stdout)
    assert document["status"] == "OPTIMAL"
    assert {goal["name"]: goal["value"] for goal in document["goals"]}["leadership"] == 0
    assert document["totals"]["moves"] == 6


def test_decisions_that_cannot_hold_together_end_with_4(tmp_path):
    """Two people pinned to one seat: an-6 and binh-2 can each be head of division in Bình Sơn, not both."""
    folder = tmp_path / "clash"
    shutil.copytree(EXAMPLE, folder)
    pins = "kind,person_id,post_id\npin,binh-2,binh-son.head\npin,an-6,binh-son.head\n"
    (folder / "decisions.csv").write_text(pins, "utf-8")
    shown = call("solve", str(folder), "--json", "--lang", "en")
    assert shown.exit_code == 4
    document = json.loads(shown.stdout)
    assert document["status"] == "INFEASIBLE"
    assert {name for name in ("an-6", "binh-2") if name in str(document["conflict"])} == {"an-6", "binh-2"}
    assert "goals" not in document


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (InfeasibleError(Conflict((Member("rule", T("row {row}", row=1)),))), 4, "INFEASIBLE"),
        (NoPlanInTimeError(T("row {row}", row=1)), 5, "NO_PLAN_IN_TIME"),
        (EngineError(T("row {row}", row=1)), 70, "INTERNAL_ERROR"),
        (BrokenPlanError([T("row {row}", row=1)]), 70, "INTERNAL_ERROR"),
        (ZeroDivisionError("secret"), 70, "INTERNAL_ERROR"),
    ],
)
def test_every_failure_has_its_code_and_no_plan_is_written(monkeypatch, tmp_path, error, code, status):
    def fail(*args, **settings):
        raise error

    monkeypatch.setattr(optimizer, "solve", fail, raising=False)
    shown = call("solve", EXAMPLE)
    assert (shown.exit_code, shown.stdout) == (code, "")
    assert "Traceback" not in shown.stderr
    assert json.loads(call("solve", EXAMPLE, "--json").stdout)["status"] == status
    assert not (tmp_path / "plans").exists()


def test_an_internal_error_is_one_line_and_its_traceback_only_on_demand(monkeypatch):
    def fail(*args, **settings):
        raise ZeroDivisionError

    monkeypatch.setattr(optimizer, "rules", fail, raising=False)
    assert call("rules", "--lang", "en").stderr == "internal error, please report it: ZeroDivisionError\n"
    assert "Traceback" in call("rules", "--debug").stderr


def test_an_interruption_ends_with_130(monkeypatch):
    def interrupt(*args, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(optimizer, "read", interrupt, raising=False)
    shown = call("solve", EXAMPLE, "--lang", "en")
    assert shown.exit_code == 130
    assert "nothing was written" in shown.stderr


def test_check_passes_the_plan_and_refuses_a_changed_one(solved, tmp_path):
    assert call("check", EXAMPLE, solved).exit_code == 0
    changed = tmp_path / "changed"
    shutil.copytree(solved, changed)
    moves = (changed / "moves.csv").read_text("utf-8").splitlines()
    (changed / "moves.csv").write_text("\n".join(moves[:-1]) + "\n", "utf-8")
    shown = call("check", EXAMPLE, str(changed), "--json")
    assert shown.exit_code == 3
    document = json.loads(shown.stdout)
    assert not document["passed"]
    assert document["breaches"]


def test_check_judges_a_list_typed_by_hand(solved, tmp_path):
    rows = [row.split(",") for row in Path(solved, "moves.csv").read_text("utf-8").splitlines()]
    places = [rows[0].index(name) for name in ("person_id", "form", "to_post_id")]
    typed = "\n".join(",".join(row[place] for place in places) for row in rows)
    (tmp_path / "typed.csv").write_text(typed + "\n", "utf-8")
    shown = call("check", EXAMPLE, "typed.csv", "--lang", "en")
    assert shown.exit_code == 0
    assert "keeps every rule" in shown.stdout
    nobody_else = typed.replace("dong-4", "dong-1")  # the chair into a specialist's seat
    (tmp_path / "typed.csv").write_text(nobody_else + "\n", "utf-8")
    assert call("check", EXAMPLE, "typed.csv").exit_code == 3
    assert call("check", EXAMPLE, "nothing.csv").exit_code == 3


def test_show_gives_ids_and_with_the_scenario_names(solved):
    bare, named = call("show", solved), call("show", solved, "--scenario", EXAMPLE)
    assert bare.exit_code == named.exit_code == 0
    name = optimizer.read(EXAMPLE).people[0].unit_id
    unit = next(unit.name for unit in optimizer.read(EXAMPLE).units if unit.unit_id == name)
    assert unit in named.stdout
    document = json.loads(call("show", solved, "--json").stdout)
    assert (len(document["moves"]), document["status"]) == (6, "OPTIMAL")
    assert call("show", "nowhere").exit_code == 3


def test_generate_writes_a_province_that_reads(tmp_path):
    document = json.loads(call("generate", "small", "--units", "4", "--seed", "3", "--json").stdout)
    assert document["units"] >= 4
    assert call("validate", "small").exit_code == 0
    assert call("generate", "small", "--units", "no").exit_code == 2
    assert call("generate", "other", "--profile", "nothing.toml").exit_code == 2


def test_rules_explains_one_with_its_source():
    page = call("rules", "exempt").stdout
    assert "Nội dung:" in page
    assert "Căn cứ: Nghị định 170/2025" in page
    assert "Có hiệu lực từ: 01/07/2025" in page
    assert "Được miễn trừ cho: cán bộ, vị trí, đơn vị, hình thức" in page
    told = call("rules", "exempt", "--lang", "en").stdout
    assert "In force since: 2025-07-01" in told
    assert "How sure the source is: text read in a named source" in told
    assert "Formula: gap = max" in call("rules", "leadership", "--lang", "en").stdout
    shown = json.loads(call("rules", "lists", "--json", "--scenario", EXAMPLE, "--set", "rules.lists.share=0.5").stdout)
    assert shown["sections"]["rules.lists.share"].startswith("50 % (đã đổi; mặc định: cả danh sách)")


def test_rules_alone_lists_the_defaults():
    document = json.loads(call("rules", "--json").stdout)
    assert {rule["name"] for rule in document["rules"]} >= {"exempt", "payroll_cap"}
    assert {goal["name"] for goal in document["goals"]} >= {"leadership", "disruption"}
    assert not {"blocks", "posts_without", "warns"} & set(document["rules"][0])
    assert {key["name"]: key for key in document["keys"]}["disruption.free_km"]["value"] == "30 km"
    shown = call("rules").stdout
    assert "disruption.free_km" not in shown
    assert "exempt" in shown
    assert "Số lượt bị chặn" not in shown


def test_rules_of_a_scenario_are_those_of_the_library():
    document = json.loads(call("rules", EXAMPLE, "--json", "--set", "rules.standards.state=flag").stdout)
    frame = optimizer.rules(optimizer.read(EXAMPLE, {"rules.standards.state": "flag"}))
    assert [*document["rules"][0]] == [*frame.columns]
    for row, (_, expected) in zip(document["rules"], frame.iterrows(), strict=True):
        for name in ("name", "kind", "state", "state_words", "certainty", "blocks", "posts_without", "warns"):
            assert row[name] == (None if pd.isna(expected[name]) else expected[name])
    found = {row["name"]: row for row in document["rules"]}
    assert found["exempt"]["blocks"] > 0
    assert found["candidate"]["blocks"] is None
    assert (found["standards"]["state_words"], found["standards"]["blocks"]) == ("chỉ lưu ý (mặc định: bật)", None)
    assert found["exempt"]["since"] == "2025-07-01"


def test_rules_of_a_scenario_as_a_table():
    shown = call("rules", EXAMPLE, "--lang", "en").stdout
    assert "candidate cannot be off: without it there are no moves" in " ".join(shown.split())
    assert "A limit that only warns is judged on the plan as a whole" in " ".join(shown.split())
    assert "blocked" in shown
    exempt = next(line for line in shown.splitlines() if line.strip().startswith("exempt "))
    assert exempt.split() == ["exempt", "Not", "in", "an", "exempt", "case", "on", "1", "0", "read"]
    assert max(map(len, shown.splitlines())) <= 120


@pytest.mark.parametrize(
    ("words", "missing", "code"),
    [
        (["check", EXAMPLE, "nowhere"], "nowhere: E101 there is no such folder of a plan", 3),
        (["check", "nowhere", "nowhere"], "nowhere: E101 there is no such folder or workbook", 3),
        (["check", EXAMPLE, "nowhere.csv"], "nowhere.csv: E101 ", 3),
        (["export", "nowhere", "--format", "html"], "nowhere: E101 there is no such folder of a plan", 3),
        (["export", EXAMPLE, "--format", "html"], f"{EXAMPLE}: E101 there is no plan in this folder", 3),
        (["plot", "nowhere"], "nowhere: E101 there is no such folder of a plan", 3),
        (["show", "nowhere"], "nowhere: E101 there is no such folder of a plan", 3),
        (["solve", "nowhere"], "nowhere: E101 there is no such folder or workbook", 3),
        (["validate", "nowhere"], "nowhere: E101 there is no such folder or workbook", 3),
        (["bench", "nowhere"], "nowhere: E101 there is no such folder or workbook", 3),
        (["convert", "nowhere", "book.xlsx"], "nowhere: E101 there is no such folder or workbook", 3),
        (["rules", "exempt", "--scenario", "nowhere"], "nowhere: E101 there is no such folder or workbook", 3),
        (["rules", "nowhere"], "'nowhere' is no rule, no goal and no scenario", 2),
    ],
)
def test_what_is_missing_is_told_in_one_line(words, missing, code):
    shown = call(*words, "--lang", "en")
    assert (shown.exit_code, shown.stdout, shown.stderr.count("\n")) == (code, "", 1)
    assert shown.stderr.startswith(missing)


def test_a_name_outranks_a_folder_of_that_name(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "exempt")
    assert "Nội dung:" in call("rules", "exempt").stdout
    assert "Nội dung:" not in call("rules", "./exempt").stdout


def test_bench_shows_every_stage_in_seconds_and_in_flow_calls(monkeypatch):
    frame = pd.DataFrame({"stage": ["moves", "one flow"], "seconds": [0.4, 0.2], "flows": [2.0, 1.0], "detail": "x"})
    monkeypatch.setattr(optimizer, "bench", lambda path, **options: frame, raising=False)
    stages = json.loads(call("bench", EXAMPLE, "--json").stdout)["stages"]
    assert [(row["stage"], row["flows"]) for row in stages] == [("moves", 2.0), ("one flow", 1.0)]
    assert "one flow" in call("bench", EXAMPLE).stdout


def test_the_command_starts_without_the_heavy_libraries():
    heavy = "{'numpy', 'pandas', 'ortools', 'openpyxl', 'matplotlib', 'pydantic', 'docx', 'jinja2'}"
    found = run_python(f"import sys, optimizer.cli; print({heavy} & set(sys.modules))")
    assert found == "set()"


def run_python(code):
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, timeout=60)
    return shown.stdout.decode().strip()


def test_vietnamese_reaches_a_console_that_knows_only_ascii():
    shown = run("rules", "exempt", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert shown.returncode == 0
    assert "Nội dung" in shown.stdout.decode("utf-8")


def test_a_reader_that_goes_away_is_no_error():
    with subprocess.Popen(
        [*SHELL, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
