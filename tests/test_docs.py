"""The documents against the product: what they show is what it does."""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import tomllib
from itertools import chain
from pathlib import Path

import click
import pytest
from builders import tiny

import optimizer as so
from optimizer.cli import main
from optimizer.errors import UsageError
from optimizer.registry import REGISTRY
from optimizer.reporting import SHEETS, contract
from optimizer.reporting.naming import Names
from optimizer.reporting.rule_pages import rule_book
from optimizer.scenario.writing import write_scenario
from optimizer.texts import speaking

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "scenarios/README.md", "optimizer/rulebook/README.md", *(
    path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("scenarios/*/README.md"))
))  # fmt: skip
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def test_the_readme_has_two_commands_and_ci_runs_each_as_it_stands() -> None:
    commands = [block.removesuffix("\n") for block in fenced(page("README.md"), "bash")]
    assert [line for line in page(".ci/run").splitlines() if line.startswith("as_written ")] == [
        f"as_written '{command}'" for command in commands
    ]
    assert len(commands) == 2
    assert not any("\n" in command or "'" in command for command in commands)


def test_the_windows_lines_say_the_same() -> None:
    windows = next(block for block in fenced(page("README.md"), "text") if block.startswith("py "))
    as_windows = [
        re.sub(r"(\S*)/(\S*)", lambda path: path[0].replace("/", "\\"), command.replace("python3 ", "py "))
        for command in (block.replace(".venv/bin/", ".venv/Scripts/") for block in fenced(page("README.md"), "bash"))
    ]
    assert windows == "".join(as_windows)


def shown_calls(name: str) -> list[str]:
    """Calls of `staffing` with real arguments in a page: its blocks of text, and code between words."""
    blocks = [
        line for block in re.findall(r"^```\w*\n(.*?)^```$", page(name), re.M | re.S) for line in block.split("\n")
    ]
    spoken = re.findall(r"`(staffing [^`]+)`", page(name))
    lines = [line for line in chain(blocks, spoken) if line.startswith("staffing ")]
    names = {f"staffing {name}" for name in main.commands} - {"staffing rules"}
    return [line for line in lines if line not in names and not re.search(r"\b[A-Z]{3,}\b", line)]


def parses(line: str) -> bool:
    """True where the command line takes the words; nothing is run."""
    name, *words = shlex.split(line)[1:]
    try:
        main.commands[name].make_context(name, words)
    except (click.ClickException, UsageError):
        return False
    return True


EXAMPLES = [line for command in main.commands.values() for line in command.examples]


@pytest.mark.parametrize("line", sorted({*EXAMPLES, *main.examples, *chain(*(shown_calls(name) for name in PAGES))}))
def test_calls_that_are_shown_are_taken_by_the_command_line(line: str) -> None:
    assert parses(line)


def test_a_call_with_a_wrong_option_is_not_taken() -> None:
    assert not parses("staffing solve scenarios/example --ouT plans/example")


def test_every_command_has_a_line_in_the_readme() -> None:
    assert re.findall(r"^\| `staffing (\w+)", page("README.md"), re.M) == list(main.commands)


def test_every_exit_code_has_a_line_in_the_readme() -> None:
    from optimizer.cli.benching import DISAGREES
    from optimizer.cli.entry import INTERRUPTED, STATUSES

    table = page("README.md").split("| exit code |")[1].split("\n\n")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) ", table, re.M)} == {0, DISAGREES, INTERRUPTED, *STATUSES}


def test_the_readme_names_the_sheets_of_the_workbook() -> None:
    scenario = so.read(ROOT / "scenarios/example")
    plan, names = so.solve(scenario), Names(scenario)
    with speaking("en"):
        sheets = [sheet(plan, names).name for sheet in SHEETS]
    row = next(line for line in page("README.md").splitlines() if line.startswith("| `plan.xlsx`"))
    assert re.findall(r"`(\w+)` \(", row) == sheets


def test_the_library_examples_of_the_readme_give_what_they_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples = "\n".join(fenced(page("README.md"), "python"))
    story = doctest.DocTestParser().get_doctest(examples, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner().run(story)
    assert (results.failed, results.attempted) == (0, 9)


@pytest.mark.slow
def test_the_figures_of_the_readme_are_those_of_nghe_an() -> None:
    plan = so.solve(so.read(ROOT / "scenarios/nghe-an"))
    shown = next(block for block in fenced(page("README.md"), "text") if block.startswith("Staffing plan"))
    rows = {line.split("  ")[0].strip(): [int(n.replace(",", "")) for n in re.findall(r"(?<=  )[\d,]+", line)]
            for line in shown.splitlines()}  # fmt: skip
    titles = {"leadership": "Leadership gaps", "coverage": "Fields without anybody", "specialists": "Specialist gaps",
              "headcount": "Shortage of headcount", "disruption": "Disruption"}  # fmt: skip
    by_hand = plan.baseline
    for goal in plan.goals:
        expected = [plan.before[goal.name], goal.value, goal.bound, by_hand.goals[goal.name]]
        assert rows[titles[goal.name]][:4] == expected
    assert rows["All moves"] == [plan.totals["moves"], by_hand.moves]
    assert [rows[form][0] for form in ("transfer", "secondment", "internal assignment")] == [
        plan.totals[form] for form in ("transfer", "secondment", "internal")
    ]
    assert rows["Kilometres between units, all moves"] == [
        round(sum(row.km or 0 for row in plan.moves)),
        round(by_hand.km),
    ]
    still_open = {
        kind: sum(row.gap for row in plan.gaps if row.category == kind) for kind in ("leadership", "specialist")
    }
    assert {kind: rows[kind][1] for kind in still_open} == still_open


def test_the_data_contract_is_made_from_the_code_as_it_stands() -> None:
    assert page("scenarios/README.md") == contract.data_contract()


def test_the_rule_book_is_made_from_the_pages_as_they_stand() -> None:
    assert page("optimizer/rulebook/README.md") == rule_book()


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_rule_book_is_linked(name: str) -> None:
    assert "](optimizer/rulebook/README.md)" in page(name)


def test_the_settings_of_the_data_contract_read_as_the_defaults(tmp_path: Path) -> None:
    write_scenario(
        tiny(units=["A"], posts=[{"post_id": "j", "unit_id": "A"}], people=[{"person_id": "p", "post_id": "j"}]),
        tmp_path,
    )
    (settings,) = fenced(page("scenarios/README.md"), "toml")
    (tmp_path / "scenario.toml").write_text(settings, encoding="utf-8")
    read = so.read(tmp_path)
    assert read.rules == {name: model() for name, model in REGISTRY.rules.items()}
    assert read.goals == {name: model() for name, model in REGISTRY.goals.items()}
    assert read.goal_order == REGISTRY.goal_order
    given = tomllib.loads(settings)
    assert set(given) - {"rules", "goals"} == set(type(read.config).model_fields)


@pytest.mark.parametrize("name", PAGES)
def test_links_between_files_lead_somewhere(name: str) -> None:
    here = (ROOT / name).parent
    links = re.findall(r"\]\(([^)\s]+)\)", page(name))
    files = [link.split("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    headings = {re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
                for line in page(name).splitlines() if line.startswith("#")}  # fmt: skip
    assert [file for file in files if not (here / file).exists()] == []
    assert {link[1:] for link in links if link.startswith("#")} <= headings


def test_every_room_of_the_house_has_its_line() -> None:
    package = Path(so.__file__).parent
    rooms = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    rooms |= {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    table = page("CONTRIBUTING.md").split("| room |")[1].split("\n\n")[0]
    named = {name for line in table.splitlines() for name in re.findall(r"`([^`]+)`", line.split(" | ")[0])}
    assert rooms == named


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    bounds = dict(re.match(r"([\w-]+)>=([\d.]+)", line).groups() for line in project["dependencies"])  # type: ignore[union-attr]
    table = dict(re.findall(r"^\| ([\w-]+) \| ([\d.]+)[^|]* \| \S", page("CONTRIBUTING.md"), re.M))
    assert table == bounds
    extras = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page("CONTRIBUTING.md"), re.M))
    named = {extra: sorted(packages.strip().split(", ")) for extra, packages in extras.items()}
    assert named == {
        extra: sorted(line.split(">=")[0] for line in lines)
        for extra, lines in project["optional-dependencies"].items()
    }


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # warnings of the notebook machinery are not ours
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs the extra 'notebooks'")
    client = pytest.importorskip("nbclient", reason="needs the extra 'notebooks'")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
    notebook = nbformat.read(path, as_version=4)
    client.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
