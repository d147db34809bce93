"""Staffing plans for provinces with two levels of government: exact and checked.

    import optimizer as so

    plan = so.solve(so.read("scenarios/nghe-an"))

Every command of `staffing` has a function of the same name here (`import_` for `import`). Names are
loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.answers import Answer, Answers, read_answers
    from optimizer.assignment.matching import Assignment, solve_assignment
    from optimizer.benching import bench
    from optimizer.checker import check
    from optimizer.comparing import compare
    from optimizer.comparison import Comparison
    from optimizer.explaining.answers import ExplainedMove, ExplainedPair, ExplainedPost, ExplainedStay
    from optimizer.explaining.leverage import Levers, levers
    from optimizer.explaining.questions import explain
    from optimizer.explaining.unfilled import Gaps, gaps
    from optimizer.importing import GatheringError, import_
    from optimizer.plan_files import read_moves, read_plan, write_plan
    from optimizer.refusing import Replaced, replace
    from optimizer.replanning import Replanned, replan
    from optimizer.reporting.comparison_files import write_comparison
    from optimizer.reporting.explained import write_answer
    from optimizer.reporting.exporting import export
    from optimizer.reporting.gap_sheets import write_findings
    from optimizer.reporting.plotting import figure, plot
    from optimizer.reporting.rule_table import rules
    from optimizer.solving import Progress, admissible_moves, solve
    from optimizer.verbs import convert, generate, read, rule_page, scenario_of, show, template, validate
    from optimizer.verifying import verify

_HOME = {
    "admissible_moves": "solving",
    "Answer": "answers",
    "Answers": "answers",
    "Assignment": "assignment.matching",
    "bench": "benching",
    "check": "checker",
    "compare": "comparing",
    "Comparison": "comparison",
    "convert": "verbs",
    "explain": "explaining.questions",
    "ExplainedMove": "explaining.answers",
    "ExplainedPair": "explaining.answers",
    "ExplainedPost": "explaining.answers",
    "ExplainedStay": "explaining.answers",
    "export": "reporting.exporting",
    "figure": "reporting.plotting",
    "gaps": "explaining.unfilled",
    "Gaps": "explaining.unfilled",
    "generate": "verbs",
    "GatheringError": "importing",
    "import_": "importing",
    "levers": "explaining.leverage",
    "Levers": "explaining.leverage",
    "plot": "reporting.plotting",
    "Progress": "solving",
    "read": "verbs",
    "read_answers": "answers",
    "read_moves": "plan_files",
    "read_plan": "plan_files",
    "replace": "refusing",
    "Replaced": "refusing",
    "replan": "replanning",
    "Replanned": "replanning",
    "rule_page": "verbs",
    "rules": "reporting.rule_table",
    "scenario_of": "verbs",
    "show": "verbs",
    "solve": "solving",
    "solve_assignment": "assignment.matching",
    "template": "verbs",
    "validate": "verbs",
    "verify": "verifying",
    "write_answer": "reporting.explained",
    "write_comparison": "reporting.comparison_files",
    "write_findings": "reporting.gap_sheets",
    "write_plan": "plan_files",
}

__all__ = [  # noqa: RUF022 - in the order of use
    "read", "validate", "template", "convert", "import_", "generate", "solve", "replan", "replace", "check", "show",
    "explain", "compare", "gaps", "levers", "plot", "export", "rules", "bench", "rule_page", "read_plan", "write_plan",
    "read_moves", "read_answers", "scenario_of", "admissible_moves", "figure", "write_answer", "write_comparison",
    "write_findings", "verify", "solve_assignment", "Answer", "Answers", "Assignment", "Comparison", "ExplainedMove",
    "ExplainedPair", "ExplainedPost", "ExplainedStay", "Gaps", "Levers", "Progress", "Replaced", "Replanned",
    "GatheringError",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
    return getattr(import_module(f"optimizer.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
