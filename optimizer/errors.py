"""The tree of errors: each class owns its exit code; a problem in the input carries its place and its mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from optimizer.clashes import Conflict
from optimizer.texts import T, Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One problem in the input, with its place, the offending value, a stable code and what to do about it.

    `row` is the line of the file as an editor or a spreadsheet numbers it (the header is row 1);
    None where the problem is not about one row. `cell` is the cell of a workbook, such as `E14`. `code` is
    `E...` for errors and `W...` for warnings. `is_sensitive`: it is about a column that the planner alone reads.
    """

    file: str
    code: str
    message: Text
    mend: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None
    cell: str | None = None
    is_sensitive: bool = False

    @property
    def severity(self) -> Severity:
        """An error stops the run; a warning is printed and kept with the plan."""
        return "error" if self.code.startswith("E") else "warning"

    @property
    def place(self) -> str:
        """The place in words: file, then cell or row, and column, as far as they are known."""
        parts = [self.file]
        if self.cell is not None:
            parts.append(str(T("cell {cell}", cell=self.cell)))
        elif self.row is not None:
            parts.append(str(T("row {row}", row=self.row)))
        if self.column is not None:
            parts.append(self.column)
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.code} {self.message}. {self.mend}"


class StaffingError(Exception):
    """Root of all errors that the product raises on purpose; `text` is shown to the user as it stands."""

    exit_code: ClassVar[int] = 70

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


class UsageError(StaffingError):
    """The call itself is wrong: an unknown option, a value out of range, a file that cannot be written."""

    exit_code = 2


class InputError(StaffingError):
    """The data is wrong: every problem found, at once. Nothing was solved and nothing was written.

    `language` is what the data itself says in which language it is to be told, None where it does not say.
    """

    exit_code = 3

    def __init__(self, problems: Iterable[Problem], language: object = None) -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__(T("{n} problems in the input; nothing was solved", n=len(self.problems)))

    def __str__(self) -> str:
        found = [str(problem) for problem in self.problems]
        return "\n".join(found if len(found) == 1 else [*found, str(self.text)])


class InfeasibleError(StaffingError):
    """Decisions and rules cannot all hold; `conflict` holds those that clash, and what would mend it."""

    exit_code = 4

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        super().__init__(T("no plan satisfies all decisions and rules"))

    def __str__(self) -> str:
        mend = T("Correct the data, change a setting of these rules, or drop one of these decisions")
        if self.conflict.waivable:
            mend = T("Drop one of these decisions, or waive one of these rules with a reason")
        return "\n".join(str(line) for line in (self.text, *self.conflict.lines(), mend))


class NoPlanInTimeError(StaffingError):
    """The time ran out before any plan was found; this says nothing about whether one exists."""

    exit_code = 5


class EngineError(StaffingError):
    """A solver failed, crashed or answered with a status that is not an answer. Our fault; no plan was written."""


class BrokenPlanError(StaffingError):
    """A plan that the engine found did not pass the checker. Our fault; no plan was written."""

    def __init__(self, breaches: Iterable[Text]) -> None:
        self.breaches = tuple(breaches)
        super().__init__(T("the plan breaks {n} rules and was not written", n=len(self.breaches)))

    def __str__(self) -> str:
        return "\n".join([str(self.text), *(f"- {breach}" for breach in self.breaches)])


class FalseClaimError(StaffingError):
    """A certificate, or the plan with it, claims what is not so; the text says what."""

    exit_code = 3
