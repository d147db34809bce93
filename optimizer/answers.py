"""What a meeting decided on the rows of a plan, read from the workbook in which it was written.

The workbook may have been sorted, filtered, coloured and extended, its rows copied and deleted, its columns moved: a
row is known by its ids. What cannot be read or matched is told with its cell; nothing is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, cast

from optimizer.errors import InputError, Problem
from optimizer.plan import AnsweredMove, MovedPerson, Plan
from optimizer.scenario.cells import Lists
from optimizer.scenario.gathering.lines import without_lines
from optimizer.scenario.grids import Grid, Merge, read_grids
from optimizer.scenario.names import nearest
from optimizer.scenario.sheets import header_place, headings_of, plain, raw_from_grid
from optimizer.scenario.sources import Files
from optimizer.scenario.tables import ALIKE, RawTable, Table, parse_table
from optimizer.scenario.toml_files import Place
from optimizer.scenario.vocabulary import ANSWER, FORM, Label, Vocabulary
from optimizer.texts import T, Text
from optimizer.wording import MASKED

Decision = Literal["accept", "refuse", "keep", "replace"]
IDS: Final = frozenset({"person_id", "to_post_id"})
NOTE: Final = "note"
SUGGESTIONS: Final = 20  # a suggestion compares with every id of the plan


@dataclass(frozen=True)
class Answer:
    """What was decided on one move. `note` is free text for the planner alone: it stands in no message or list.

    `decision`: `accept` (as proposed), `refuse` (not this move), `keep` (the person stays where they are) or `replace`
    (another person for the post). `place`: the cell of the decision, None where it stands in no workbook; `column`: the
    heading above it.
    """

    person_id: str
    to_post_id: str
    form: str
    decision: Decision
    note: str = field(default="", repr=False)
    place: Place | None = None
    column: str = "decision"

    def problem(self, code: str, message: Text, mend: Text) -> Problem:
        """A problem of this answer, at its cell."""
        place = self.place or Place(AnsweredMove.table)
        return Problem(place.file, code, message, mend, place.row, self.column, self.decision, place.cell)


@dataclass(frozen=True)
class Answers:
    """The answers in the order of the plan's moves, those without one left out; `warnings` say what else was seen."""

    rows: tuple[Answer, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True)
class _Line:
    """A row of a sheet: its values, its note, its table with the number of the row."""

    row: AnsweredMove
    note: str
    table: Table[AnsweredMove]
    number: int

    def problem(self, column: str, code: str, message: Text, mend: Text) -> Problem:
        """A problem in one of its cells."""
        return self.table.problem(self.number, column, code, message, mend, getattr(self.row, column))

    @property
    def place(self) -> Place:
        """The cell of its decision."""
        raw = self.table.raw
        assert raw is not None
        return Place(self.table.file, self.number, raw.cell(self.number, raw.header.index("decision")))

    @property
    def heading(self) -> str:
        """What stands above its decision."""
        return self.table.heading(self.number, "decision")


@dataclass
class _Found:
    """What the sheets of a workbook say; `ids` are all people that they name, in rows that cannot be read too."""

    lines: list[_Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


def read_answers(path: str | Path, plan: Plan) -> Answers:
    """The answers in the workbook at `path` (.xlsx, .xlsm or .ods), which was written for `plan` and filled in.

    Raises InputError with every problem: answers that are not in the list, rows that are not of this plan, rows of one
    move that contradict each other, ids that are missing, changed or masked.
    """
    file = Path(path)
    files = Files()
    data = files.load(file, file.name)
    grids, problems = ([], files.problems) if data is None else read_grids(file.name, data)
    found = _Found(problems=problems)
    sheets = _lists_of_moves(grids, plan)
    for grid in sheets:
        _read_sheet(grid, f"{file.name} [{grid.name}]", found)
    if plan.moves and not sheets and not problems:
        message = T("no sheet has the columns {columns}", columns=", ".join(_titles()))
        mend = T("Fill in the sheet {name} of the plan's own workbook", name=AnsweredMove.sheet)
        problems.append(Problem(file.name, "E701", message, mend))
    answers = list(_matched(found, plan))
    problems.sort(key=lambda problem: (problem.file, problem.row or 0))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError(errors)
    return Answers(tuple(answers), (*problems, *_rows_gone(found, plan, file.name)))


def _titles() -> list[str]:
    """The headings of the columns that are needed."""
    columns = AnsweredMove.columns()
    return [str(info.title) for name, info in columns.items() if name in AnsweredMove.required_columns()]


def _lists_of_moves(grids: Sequence[Grid], plan: Plan) -> list[Grid]:
    """The sheets with decisions beside ids; where there is none, those that should have them, if anybody moves."""
    columns = [(grid, set(_places(grid))) for grid in grids]
    own = plain(AnsweredMove.sheet)
    answered = [grid for grid, names in columns if "decision" in names and not names.isdisjoint(IDS)]
    alike = [grid for grid, names in columns if plain(grid.name) == own or names >= IDS]
    return answered or [grid for grid in alike if grid.rows and plan.moves]


def _places(grid: Grid) -> dict[str, int]:
    """The place of each column that is read, by its name; empty for a sheet without a heading of them."""
    top = header_place(grid, AnsweredMove)
    known = headings_of(AnsweredMove)
    cells = [] if top is None else grid.rows[top][1]
    return {known[plain(text)]: at for at, text in enumerate(cells) if plain(text) in known}


def _read_sheet(grid: Grid, label: str, found: _Found) -> None:
    """The rows of one sheet, and what is wrong with them."""
    within = replace(grid, merges=_across(grid.merges, _places(grid).values()), strays=[])
    kept, passed_over = without_lines(within, AnsweredMove, label, meant="decision")
    whole, problems = raw_from_grid(AnsweredMove, kept, label, may_be_bare=True)
    found.problems += [*passed_over, *problems]
    if whole is None:
        return
    raw = _needed(whole, found)
    masked = _masked(raw)
    if masked is not None:
        found.problems.append(masked)
        return
    table, problems = parse_table(AnsweredMove, raw, Lists())
    notes = _notes(whole, found)
    found.problems += problems
    found.ids |= table.ids
    found.lines += [_Line(row, notes.get(number, ""), table, number) for number, row in table.numbered()]


def _across(merges: Iterable[Merge], places: Iterable[int]) -> list[Merge]:
    """Merged cells that cover one of the columns at `places`; others disturb nothing."""
    from openpyxl.utils import range_boundaries

    wanted = {at + 1 for at in places}
    found = []
    for merge in merges:
        first, _, last, _ = range_boundaries(merge.cells)
        if not wanted.isdisjoint(range(cast(int, first), cast(int, last) + 1)):
            found.append(merge)
    return found


def _needed(raw: RawTable, found: _Found) -> RawTable:
    """The table without other people's columns, notes and headings that repeat; what may be a needed one stays.

    Rows in which nothing needed stands are told.
    """
    required = AnsweredMove.required_columns()
    titles = headings_of(AnsweredMove)
    missing = [heading for heading, name in titles.items() if name in required and name not in raw.header]
    kept = [at for at, name in enumerate(raw.header) if name in required or nearest(plain(name), missing, ALIKE)]
    rows = []
    for number, texts in raw.rows:
        cells = [texts[at] for at in kept]
        if any(titles.get(plain(text)) == raw.header[at] for at, text in zip(kept, cells, strict=True)):
            continue  # a heading once more, as where two lists were put one below the other
        if any(text.strip() for text in cells) or any((number, at) in raw.faults for at in kept):
            rows.append((number, cells))
        else:
            message = T("the row names no move and has no decision; it was not read")
            mend = T("Nothing to mend if it was added for people; else fill in its ids")
            found.problems.append(Problem(raw.file, "W702", message, mend, number))
    faults = {(number, kept.index(at)): fault for (number, at), fault in raw.faults.items() if at in kept}
    return replace(
        raw,
        header=[raw.header[at] for at in kept],
        letters=tuple(raw.letters[at] for at in kept),
        headings=tuple(raw.headings[at] for at in kept),
        rows=rows,
        faults=faults,
    )


def _masked(raw: RawTable) -> Problem | None:
    """The problem of a sheet that shows the last letters of ids alone."""
    if "person_id" not in raw.header:
        return None
    at = raw.header.index("person_id")
    for number, cells in raw.rows:
        if cells[at].strip().startswith(MASKED):
            message = T("the ids of people are masked: nobody can tell whom the answers are about")
            mend = T("Fill in a workbook that was written without masking ids")
            name = raw.headings[at]
            return Problem(raw.file, "E702", message, mend, number, name, cells[at], raw.cell(number, at))
    return None


def _notes(raw: RawTable, found: _Found) -> dict[int, str]:
    """The notes by row. A note that shows no text is told without what it holds."""
    notes: dict[int, str] = {}
    for at in (at for at, name in enumerate(raw.header) if name == NOTE):
        for number, cells in raw.rows:
            fault = raw.faults.get((number, at))
            if fault is not None:
                message = T("the note cannot be read as it is seen")
                cell = raw.cell(number, at)
                found.problems.append(
                    Problem(raw.file, fault.code, message, fault.mend, number, raw.headings[at], cell=cell)
                )
            notes[number] = _joined([notes.get(number, ""), cells[at].strip()])
    return notes


def _joined(notes: Iterable[str]) -> str:
    """Several notes as one, each once."""
    return "; ".join(dict.fromkeys(filter(None, notes)))


def _matched(found: _Found, plan: Plan) -> Iterator[Answer]:
    """The answers by the plan's moves; what does not match goes to the problems."""
    moves = {move.person_id: move for move in plan.moves}
    strangers = list(dict.fromkeys(line.row.person_id for line in found.lines if line.row.person_id not in moves))
    meant = {person_id: nearest(person_id, moves) for person_id in strangers[:SUGGESTIONS]}
    by_person: dict[str, list[_Line]] = {}
    for line in found.lines:
        problems = list(_mismatch(line, moves, meant))
        found.problems += problems
        if not problems:
            by_person.setdefault(line.row.person_id, []).append(line)
    for person_id in moves.keys() & by_person.keys():
        found.problems += _contradictions(by_person[person_id])
    for move in plan.moves:
        lines = by_person.get(move.person_id, [])
        answered = [line for line in lines if line.row.decision is not None]
        note = _joined(line.note for line in lines)
        if answered:
            decision = cast(Decision, answered[0].row.decision)
            ids = (move.person_id, move.to_post_id, move.form)
            yield Answer(*ids, decision, note, answered[0].place, answered[0].heading)
        elif note:
            message = T("the row has a note and no decision: nothing is decided on it")
            line = next(line for line in lines if line.note)
            found.problems.append(line.problem("decision", "W703", message, T("Choose a decision, if there is one")))


def _mismatch(line: _Line, moves: Mapping[str, MovedPerson], meant: Mapping[str, str | None]) -> Iterator[Problem]:
    """Why a row is none of the plan's moves; `meant`: who may be meant by an id that is none of theirs."""
    row = line.row
    move = moves.get(row.person_id)
    if move is None:
        near = meant.get(row.person_id)
        mend = T("Did you mean '{name}'?", name=near) if near else T("Use the workbook of this plan")
        message = T("the plan does not move {person}", person=row.person_id)
        yield line.problem("person_id", "W702" if row.decision is None else "E703", message, mend)
        return
    mend = T(
        "Type it as in the plan; for another post or form choose '{replace}' or '{refuse}'. If many rows differ, the "
        "workbook is that of another plan",
        replace=_label(ANSWER, "replace"),
        refuse=_label(ANSWER, "refuse"),
    )
    if row.to_post_id != move.to_post_id:
        message = T("the plan moves {person} into {post}", person=row.person_id, post=move.to_post_id)
        yield line.problem("to_post_id", "E704", message, mend)
    if row.form != move.form:
        message = T("the plan moves {person} by {form}", person=row.person_id, form=_label(FORM, move.form))
        yield line.problem("form", "E704", message, mend)


def _label(words: Vocabulary, code: str) -> Text:
    return Label("", {"of": words, "code": code})


def _contradictions(lines: Sequence[_Line]) -> Iterator[Problem]:
    """Rows of one move with different decisions: each that differs from the first, with both cells."""
    first, *others = [line for line in lines if line.row.decision is not None] or lines
    for line in others:
        if line.row.decision not in (None, first.row.decision):
            message = T(
                "{person}: '{one}' here and '{other}' in cell {cell} of {file}",
                person=line.row.person_id,
                one=_label(ANSWER, str(line.row.decision)),
                other=_label(ANSWER, str(first.row.decision)),
                cell=first.place.cell,
                file=first.place.file,
            )
            yield line.problem("decision", "E705", message, T("Leave one decision for each move"))


def _rows_gone(found: _Found, plan: Plan, file: str) -> Iterator[Problem]:
    """How many moves of the plan have no row."""
    every = [move.person_id for move in plan.moves]
    gone = len(set(every) - found.ids)
    if gone:
        message = T("{n} of {all} moves of the plan have no row: nothing is decided on them", n=gone, all=len(every))
        yield Problem(file, "W701", message, T("Nothing to mend if the rows were deleted on purpose"))
