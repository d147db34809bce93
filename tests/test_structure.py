"""One way through the house: what each room may import, who knows a solver, and how long things may grow."""

from __future__ import annotations

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import optimizer
from optimizer.goals import GOALS
from optimizer.rulebook import RULES
from optimizer.scenario.places import provinces

PACKAGE = Path(optimizer.__file__).parent
ROOMS = (
    "texts", "clashes", "errors", "files", "spreadsheet", "verdict", "scenario", "wording", "days", "arrays",
    "arrays_building", "costing", "rulebook", "moves", "goals", "registry", "admitting", "program_goals", "program",
    "rule_counts", "routes", "greedy", "holding", "ordering", "certificate", "engine", "certificate_files", "plan",
    "plan_files", "answers", "verifying", "provenance", "carrying", "offering", "left_open", "swaps", "shortlisting",
    "reserves", "chains", "outcome", "execution", "agreement", "choosing", "route_claims", "list_claims", "vicinity",
    "instead_claims", "chain_claims", "claims", "checker", "conflicts", "starting", "comparison", "comparing",
    "solving", "replanning", "refusing", "round_files", "verbs", "explaining", "assignment", "reporting",
    "problem_files", "memory", "peers", "benching", "importing", "", "cli",
)  # fmt: skip
SCALAR = (
    "agreement",
    "chain_claims",
    "checker",
    "choosing",
    "claims",
    "execution",
    "instead_claims",
    "list_claims",
    "verdict",
    "vicinity",
    "wording",
    "plan",
    "provenance",
    "route_claims",
    "rulebook.after",
    "rulebook.costs",
    "rulebook.facts",
    "rulebook.fields_covered",
    "rulebook.points",
    "rulebook.roads",
)
ARRAYS = (
    "numpy",
    "pandas",
    "ortools",
    "optimizer.days",
    "optimizer.arrays",
    "optimizer.moves",
    "optimizer.program",
    "optimizer.engine",
)
MOST_LINES_OF_FILE = 400
MOST_LINES_OF_FUNCTION = 60


@cache
def sources() -> dict[str, ast.Module]:
    """Every module by its name within the package; the package itself is the empty name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


class _Imports(ast.NodeVisitor):
    """Names imported at run time; what stands under TYPE_CHECKING is left out, and functions if so asked."""

    def __init__(self, *, within_functions: bool) -> None:
        self.names: set[str] = set()
        self._within_functions = within_functions

    def visit_If(self, node: ast.If) -> None:
        for child in node.orelse if ast.unparse(node.test) == "TYPE_CHECKING" else [*node.body, *node.orelse]:
            self.visit(child)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if self._within_functions:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.names.update(alias.name for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.module is not None, "imports are written with their full names"
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            self.names.add(inner if inner.removeprefix("optimizer.") in sources() else node.module)


def imports(module: str, *, within_functions: bool = True) -> set[str]:
    visitor = _Imports(within_functions=within_functions)
    visitor.visit(sources()[module])
    return visitor.names


def own(module: str, *, within_functions: bool = True) -> set[str]:
    """Modules of the package that a module imports, by their names within the package."""
    names = {name for name in imports(module, within_functions=within_functions) if name.split(".")[0] == "optimizer"}
    return {name.removeprefix("optimizer").removeprefix(".") for name in names}


def room(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def begins_with(name: str, parts: tuple[str, ...]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def test_every_module_stands_in_a_room() -> None:
    assert {room(module) for module in sources()} == set(ROOMS)


def test_a_module_imports_only_what_stands_before_it() -> None:
    backwards = [
        f"{module} imports {name}"
        for module in sources()
        for name in own(module)
        if ROOMS.index(room(name)) > ROOMS.index(room(module))
    ]
    assert backwards == []


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {module: own(module, within_functions=False) - {module} for module in sources()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def test_only_the_engine_knows_a_solver() -> None:
    knows = {module for module in sources() for name in imports(module) if name.split(".")[0] == "ortools"}
    assert knows
    assert {room(module) for module in knows} == {"engine"}


@pytest.mark.parametrize("module", SCALAR)
def test_the_checker_stands_on_scalar_code(module: str) -> None:
    assert [name for name in sorted(imports(module, within_functions=False)) if begins_with(name, ARRAYS)] == []


def test_data_and_plans_need_no_arrays_to_be_read() -> None:
    reading = [module for module in sources() if room(module) in ("scenario", "plan", "plan_files", "texts", "errors")]
    heavy = {m: [n for n in imports(m, within_functions=False) if begins_with(n, ARRAYS)] for m in reading}
    assert {module: names for module, names in heavy.items() if names} == {}


def test_no_module_bears_the_name_of_a_public_verb() -> None:
    modules = {module.rpartition(".")[2] for module in sources()}
    assert {"solve", "check", "read"} <= set(optimizer.__all__)
    assert modules & set(optimizer.__all__) == set()


def test_files_stay_short() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_FILE} == {}


def test_functions_stay_short() -> None:
    long = [
        f"{module}.{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for module, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MOST_LINES_OF_FUNCTION
    ]
    assert long == []


def test_no_text_cites_the_paper_of_one_province() -> None:
    """Papers of a province's committee end with /TU; a province by its name is a fact of a scenario."""
    files = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".po", ".toml"}]
    papers = [
        (path.name, found[0]) for path in files for found in re.finditer(r"\d+-\w+/TU\b", path.read_text("utf-8"))
    ]
    assert papers == []
    cited = [f"{rule.source.citation} {rule.page()}" for rule in RULES] + [goal.page() for goal in GOALS]
    cited.append((PACKAGE / "scenario" / "config.py").read_text("utf-8"))
    assert [(name, text) for name in provinces().values() for text in cited if name in text] == []
    assert re.search(r"\d+-\w+/TU\b", "Kết luận 586-KL/TU (8/2025)")
