"""What gathering found: `TongHop` counts it by unit, `TheoLoai` by kind, `LoiDuLieu` has a row per finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from optimizer.errors import Severity
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.tables import Cell, Column, Sheet, Table, table
from optimizer.reporting.workbook import draw_sheet
from optimizer.scenario.codes import CODES
from optimizer.scenario.gathering import Finding, Gathered
from optimizer.scenario.vocabulary import BLOC
from optimizer.spreadsheet import new_book, to_bytes
from optimizer.texts import T, Text, current_language, speaking

OVERVIEW: Final = "TongHop"
KINDS: Final = "TheoLoai"
FINDINGS: Final = "LoiDuLieu"


def quality_book(gathered: Gathered, language: str, day: date) -> bytes:
    """The report as a workbook; the same findings and day give the same bytes."""
    book = new_book()
    with speaking(language):
        footer = str(T("Quality of the data gathered from {n} files", n=len(gathered.files)))
        for sheet in quality_sheets(gathered):
            draw_sheet(book.create_sheet(sheet.name), sheet, footer)
    return to_bytes(book, day)


def quality_sheets(gathered: Gathered) -> tuple[Sheet, ...]:
    """The sheets of the report; each is one table, so that its heading stays in sight and filters."""
    title = str(T("Quality of the data gathered from {n} files", n=len(gathered.files)))
    return (
        Sheet(OVERVIEW, title, (units_table(gathered),), (str(verdict_of(gathered)),)),
        Sheet(KINDS, str(T("By kind of finding")), (kinds_table(gathered),)),
        Sheet(FINDINGS, str(T("What is to be mended, file by file")), (findings_table(gathered.findings),)),
    )


def verdict_of(gathered: Gathered) -> Text:
    """In one sentence, whether there is a scenario."""
    warnings = len(gathered.findings) - gathered.errors
    if gathered.errors:
        return T("{n} errors, {m} warnings: no scenario was written; mend the errors and gather again",
                 n=gathered.errors, m=warnings)  # fmt: skip
    if warnings:
        return T("No errors, {n} warnings: the scenario was written", n=warnings)
    return T("Nothing was found: the scenario was written")


def kinds_table(gathered: Gathered) -> Table:
    """How often each kind was found, errors first, the most frequent first."""
    counts = Counter(finding.problem.code for finding in gathered.findings)
    files: dict[str, set[str]] = {}
    for finding in gathered.findings:
        files.setdefault(finding.problem.code, set()).add(finding.file)
    columns = [
        Column(str(T("Code of the finding")), 12),
        Column(str(T("Kind of finding")), 70),
        Column(str(T("Severity")), 12),
        Column(str(T("Findings")), 10, "whole"),
        Column(str(T("Files")), 10, "whole"),
    ]
    rows = [
        (code, str(CODES[code]), _severity("error" if code.startswith("E") else "warning"), n, len(files[code]))
        for code, n in sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0]))
    ]
    note = "" if rows else str(T("Nothing was found"))
    return table("", columns, rows, note)


def units_table(gathered: Gathered) -> Table:
    """What came of each unit, in the order of their names; what is 0 is left blank where it stands out by that."""
    counts = Counter((finding.unit_id, finding.problem.severity) for finding in gathered.findings)
    columns = [
        Column(str(T("Unit")), 12),
        Column(str(T("Name")), 30),
        Column(str(T("File")), 34),
        Column(str(T("Rows of people")), 10, "whole"),
        *(Column(sentence(BLOC.label(bloc, current_language())), 11, "whole") for bloc in BLOC),
        Column(str(T("Reported as present")), 10, "whole"),
        Column(str(T("Quota, without the military")), 10, "whole"),
        Column(str(T("Errors")), 8, "whole"),
        Column(str(T("Warnings")), 9, "whole"),
    ]
    rows: list[tuple[Cell, ...]] = []
    for unit in sorted(gathered.units, key=lambda unit: (vietnamese_key(unit.name), unit.unit_id)):
        found = (counts[unit.unit_id, "error"] or None, counts[unit.unit_id, "warning"] or None)
        listed = (unit.listed.get(bloc) or None for bloc in BLOC)
        files = "; ".join(unit.files)
        rows.append((unit.unit_id, unit.name, files, unit.rows, *listed, unit.present, unit.quota, *found))
    others = (counts[None, "error"] or None, counts[None, "warning"] or None)
    if any(others):
        blank = (None,) * (3 + len(BLOC))
        rows.append((None, str(T("files of no single unit")), None, *blank, *others))
    note = str(T("The blocs count the rows that could be read; those of a quota leave the military out."))
    return table("", columns, rows, note)


def findings_table(findings: Sequence[Finding]) -> Table:
    """One row per finding, by file in Vietnamese order, then sheet and row; what no file has comes first."""
    columns = [
        Column(str(T("Severity")), 11),
        Column(str(T("File")), 28),
        Column(str(T("Sheet")), 13),
        Column(str(T("Cell")), 8),
        Column(str(T("Heading of the column")), 16),
        Column(str(T("Value")), 18),
        Column(str(T("What is wrong")), 38),
        Column(str(T("How to mend it")), 38),
        Column(str(T("Code of the finding")), 8),
    ]
    rows = [
        (
            _severity(finding.problem.severity), finding.file or None, finding.sheet, _cell(finding),
            finding.problem.column, finding.problem.value, sentence(str(finding.problem.message)),
            sentence(str(finding.problem.mend)), finding.problem.code,
        )
        for finding in sorted(findings, key=_place)
    ]  # fmt: skip
    note = "" if rows else str(T("Nothing was found"))
    return table("", columns, rows, note, brief=(0, 1, 2, 3, 6, 7))


def sentence(words: str) -> str:
    """The words with a capital in front."""
    return words[:1].upper() + words[1:]


def _severity(severity: Severity) -> str:
    return str(T("error")) if severity == "error" else str(T("warning"))


def _cell(finding: Finding) -> str | int | None:
    return finding.problem.cell or (None if finding.problem.row is None else str(finding.problem.row))


def _place(finding: Finding) -> tuple[object, ...]:
    problem = finding.problem
    sheet = finding.sheet or ""
    return vietnamese_key(finding.file), finding.file, sheet, problem.row or 0, problem.cell or "", problem.code
