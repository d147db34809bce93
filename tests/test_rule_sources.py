"""Every rule stands on a source, does no more by default than it bears, and has a file and stories of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from builders import tiny

import optimizer as so
from optimizer import rulebook
from optimizer.reporting.pages import HEADINGS, page_of
from optimizer.rulebook import RULES
from optimizer.rulebook.base import Rule

TESTS: Final = Path(__file__).parent
RULEBOOK: Final = Path(rulebook.__file__).parent
UNSURE: Final = {"C", "NV"}
LEGAL: Final = {"A", "B", "C"}
YEAR: Final = re.compile(r"\b(19|20)\d\d\b")
UNDATED: Final = {
    "standards": "the letter gives the year alone; the standards were asked for before it as well",
    "fields": "the letter gives the year alone; fitting fields were asked for before it as well",
    "non_native": "the conclusion says what guides of each province carry out, each with its own day",
    "non_native_secretary": "the same conclusion, carried out by the same guides",
    "time_left": "its decree is replaced, and whether the one in force keeps the rule was not read",
}
BY_THE_REGISTRY: Final = {
    "test_battery.py",
    "test_oracle.py",
    "test_pairs.py",
    "test_off.py",
    "test_limit_flags.py",
    "test_sampled_pairs.py",
    "test_rule_sources.py",
    "test_keys.py",
}
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@each_rule
def test_a_rule_of_unsure_source_is_off_or_warns_unless_a_scenario_switches_it_on(rule: Rule) -> None:
    assert rule.source.certainty not in UNSURE or rule.default_state() in {"off", "flag"}


@each_rule
def test_a_rule_says_how_sure_its_source_is_and_names_it(rule: Rule) -> None:
    assert rule.source.certainty in LEGAL | {"NV", "logic", "planner"}
    assert rule.source.citation.strip()


def needs_a_day(rule: Rule) -> bool:
    """Whether the rule rests on a text of the law: such a text holds from a day on."""
    return rule.source.certainty in LEGAL and rule.source.since is None


def test_every_rule_on_a_legal_text_has_its_day_or_a_reason_for_none() -> None:
    undated = {rule.name for rule in RULES if needs_a_day(rule)}
    assert undated - UNDATED.keys() == set(), "give Source(since=...), or a reason in UNDATED"
    assert UNDATED.keys() - undated == set(), "these have a day: take them out of UNDATED"


@each_rule
def test_a_rule_does_not_hold_before_the_text_that_it_cites(rule: Rule) -> None:
    years = [int(found[0]) for found in YEAR.finditer(rule.source.citation)]
    assert rule.source.since is None or not years or rule.source.since.year >= max(years)


@each_rule
def test_the_page_of_a_rule_has_every_section(rule: Rule) -> None:
    sections = dict(page_of(rule.page()).sections)
    assert [heading.msgid for heading in sections] == [heading.msgid for heading in HEADINGS.values()]
    assert all(body.msgid.strip() for body in sections.values())


@cache
def classes_of_rules() -> dict[str, list[str]]:
    """By file of the rulebook the names of the rules that it defines: those of its classes that give a `name`."""
    found: dict[str, list[str]] = {}
    for path in sorted(RULEBOOK.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for line in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "name":
                    found.setdefault(path.stem, []).append(ast.literal_eval(line.value))
    return found


def test_every_rule_has_its_file_and_every_file_its_rule() -> None:
    assert classes_of_rules() == {rule.name: [rule.name] for rule in RULES}
    assert {type(rule).__module__.rpartition(".")[2] for rule in RULES} == classes_of_rules().keys()


def test_the_table_of_rules_has_a_row_for_each_file() -> None:
    for table in (so.rules(), so.rules(tiny(units=["A"]))):
        assert sorted(table["name"]) == sorted(classes_of_rules())


def _expected_names(node: ast.AST) -> Iterator[str]:
    """Strings that a test expects: those compared with, and those of its rows; none that it gives to a scenario."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, (ast.Set, ast.Tuple, ast.List)):
        for item in node.elts:
            yield from _expected_names(item)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"pytest.param", "pytest.mark.parametrize"}:
        for item in node.args:
            yield from _expected_names(item)


def _told_by(test: ast.FunctionDef, tables: dict[str, ast.expr]) -> set[str]:
    """The names that a test expects: in its comparisons, in the rows it is given, and in the tables it is given."""
    told: set[str] = set()
    for node in (found for part in (*test.decorator_list, *test.body) for found in ast.walk(part)):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                told.update(name for inner in ast.walk(side) for name in _of_display(inner))
        elif isinstance(node, ast.Call):
            told.update(_expected_names(node))
            for given in (arg.id for arg in node.args if isinstance(arg, ast.Name) and arg.id in tables):
                told.update(_expected_names(tables[given]))
    return told


def _of_display(node: ast.AST) -> Iterator[str]:
    return _expected_names(node) if isinstance(node, (ast.Set, ast.Tuple, ast.List)) else iter(())


def _is_in_twins(test: ast.FunctionDef) -> bool:
    """Whether it judges at least twice: what passes, and its twin."""
    return sum(isinstance(node, ast.Assert) for node in ast.walk(test)) >= 2


def _tells_stories(module: ast.Module) -> bool:
    """Whether it makes tiny provinces to tell them in."""
    return any(isinstance(node, ast.ImportFrom) and node.module in {"builders", "stories"} for node in module.body)


@cache
def stories() -> dict[str, set[str]]:
    """By name the tests in twins that expect it."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.glob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        if path.name in BY_THE_REGISTRY or not _tells_stories(module):
            continue
        assigned = [node for node in module.body if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value]
        tables = {
            ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target): node.value
            for node in assigned
            if node.value is not None
        }
        tests = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
        for test in tests:
            for name in _told_by(test, tables) if _is_in_twins(test) else ():
                found.setdefault(name, set()).add(f"{path.name}::{test.name}")
    return found


@each_rule
def test_a_rule_has_stories_in_twins(rule: Rule) -> None:
    told = stories().get(rule.name)
    assert told, f"no test with two asserts expects {rule.name}: tell what passes, and the twin that breaks it"


def test_a_name_that_no_test_expects_has_no_story() -> None:
    assert "state" not in stories()
    assert "test_checker_limits.py::test_one_move" in stories()["one_move"]
