"""What a command prints: tables for people, one JSON document for programs; progress and warnings on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TextIO

from optimizer.errors import Problem
from optimizer.texts import T, Text, words

if TYPE_CHECKING:
    from rich.console import Console

    from optimizer.reporting.tables import Table
    from optimizer.scenario.scenario import Scenario
    from optimizer.solving import Listener, Progress

PIPED_WIDTH = 120
MOST_WARNINGS = 3


def console(stream: TextIO | None = None) -> Console:
    """A console on `stream` (stdout); the words are data and never markup."""
    from rich.console import Console

    stream = stream or sys.stdout
    width = None if stream.isatty() else PIPED_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def say(*lines: object) -> None:
    """Print lines of words on stdout."""
    out = console()
    for line in lines:
        out.print(str(line), soft_wrap=True)


def warn(*lines: object) -> None:
    """Print lines of words on stderr."""
    out = console(sys.stderr)
    for line in lines:
        out.print(str(line), soft_wrap=True)


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def print_table(table: Table, *, most: int | None = None) -> None:
    """A table for people: of its columns those that are enough on a screen.

    Where it is wider than the screen, headings of numbers fold before words do; codes never fold. `most`: letters of
    a line however wide the screen is; then no column is wider than it says itself.
    """
    from rich import box
    from rich.table import Table as Drawn

    out = console()
    drawn = Drawn(box=box.SIMPLE_HEAD, pad_edge=False)
    places = table.brief or range(len(table.columns))
    shown = {at: [words(row[at], table.columns[at].kind) for row in table.rows] for at in places}
    room = {at: max(map(len, (table.columns[at].heading, *shown[at]))) + len("  ") for at in places}
    width = min(out.width, most or out.width)
    is_wide = sum(room.values()) > width
    for at in places:
        column = table.columns[at]
        is_text = column.kind == "text"
        side: Literal["left", "right"] = "left" if is_text or column.kind == "date" else "right"
        is_code = is_text and not any(" " in cell for cell in shown[at])
        least = max(map(len, (*column.heading.split(), *shown[at])))
        widest = max(column.width, least) if is_wide and not (is_text and most is None) else None
        drawn.add_column(column.heading, justify=side, overflow="fold", no_wrap=is_code, max_width=widest)
    for row in zip(*shown.values(), strict=True):
        drawn.add_row(*row)
    if table.title:
        out.print(f"\n{table.title}")
    if table.rows:
        out.print(drawn, width=width)
    if table.note:
        out.print(table.note, width=width)


def beginning(table: Table, most: int, more: Text) -> Table:
    """The first `most` rows of a long table; `more` stands in its note where that is not all."""
    if len(table.rows) <= most:
        return table
    return replace(table, rows=table.rows[:most], note=f"{more} {table.note}".rstrip())


def as_rows(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as they stand in a JSON document."""
    return [
        {
            "file": problem.file,
            "row": problem.row,
            "column": problem.column,
            "value": problem.value,
            "code": problem.code,
            "severity": problem.severity,
            "message": str(problem.message),
            "mend": str(problem.mend),
        }
        for problem in problems
    ]


def tell_warnings(scenario: Scenario) -> None:
    """The first warnings on stderr; those that only the planner reads are counted, as many people read logs."""
    told = scenario.open_warnings[:MOST_WARNINGS]
    warn(*told)
    if len(scenario.warnings) > len(told):
        warn(T("{n} more warnings; staffing validate shows them all", n=len(scenario.warnings) - len(told)))


def warnings_in_json(scenario: Scenario, others: Sequence[Problem] = ()) -> dict[str, Any]:
    """The same in a JSON document: all but those that only the planner reads, and the number of these, and `others`."""
    told = scenario.open_warnings
    return {"warnings": as_rows([*told, *others]), "warnings_withheld": len(scenario.warnings) - len(told)}


@contextmanager
def waiting(text: Text) -> Iterator[None]:
    """Words that stand on the screen while something is done, where somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    with console(sys.stderr).status(str(text)):
        yield


@contextmanager
def steps() -> Iterator[Callable[[Text], None]]:
    """A listener that shows each step in words while it is done, and is silent where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    with console(sys.stderr).status("") as status:
        yield lambda text: status.update(str(text))


@contextmanager
def progress() -> Iterator[Listener]:
    """A listener that shows where a run stands, and is silent where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    with console(sys.stderr).status(str(T("Reading the rules into moves"))) as status:
        yield lambda step: status.update(_stage(step))


def _stage(step: Progress) -> str:
    from optimizer.reporting.naming import goal

    if step.stage == "goal" and step.goal is not None:
        return str(
            T("{goal}: {value}, bound {bound}", goal=goal(step.goal), value=words(step.value), bound=words(step.bound))
        )
    if step.stage == "moves":
        return str(T("{n} admissible moves; the greedy hand method", n=words(step.moves)))
    if step.stage == "greedy":
        return str(T("The greedy method makes {n} moves; now the best plan", n=words(step.moves)))
    return str(T("Checking the plan, rule by rule"))
