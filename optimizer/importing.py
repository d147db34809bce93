"""Gathering unit files into a scenario that is written, with a workbook of everything that was found on the way."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from optimizer.errors import InputError, UsageError
from optimizer.files import replace_file, require_closed
from optimizer.registry import REGISTRY
from optimizer.reporting.quality import FINDINGS, quality_book, verdict_of
from optimizer.scenario.gathering import Gathered, find_workbooks, gather
from optimizer.scenario.writing import BOOK, require_place, write_scenario
from optimizer.texts import LANGUAGES, T, current_language

REPORT_ENDING: Final = "-chat-luong.xlsx"
_NO_DAY: Final = date(2000, 1, 1)  # of a report on files that give no date


class GatheringError(InputError):
    """Files that make no scenario yet. `gathered` has every finding, `report` is the workbook that lists them."""

    def __init__(self, gathered: Gathered, report: Path) -> None:
        super().__init__((finding.problem for finding in gathered.findings), gathered.language)
        self.gathered, self.report = gathered, report
        self.text = verdict_of(gathered)


def import_(
    files: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    report: str | Path | None = None,
    force: bool = False,
    language: str | None = None,
) -> Gathered:
    """Gather workbooks (files, folders of them, patterns) into a scenario at `out`, a folder or a workbook (.xlsx).

    A workbook at `report`, by default beside `out`, lists what was found, with the mend of each. Scenario and report
    speak `language`, by default that of the scenario. Raises GatheringError where a finding is an error: then the
    report alone is written. Raises UsageError before any work where there are no files, where `out` stands and `force`
    does not allow to replace it, or where one of the two cannot be written.
    """
    target = Path(out)
    place = Path(report) if report else report_beside(target)
    require_place(out, force=force)
    words = [files] if isinstance(files, (str, Path)) else [*files]
    paths, found = find_workbooks(words, apart=(target, place))
    _require_other_places(target, place, paths)
    gathered = gather(paths, REGISTRY, found)
    spoken = language or (gathered.language if gathered.language in LANGUAGES else current_language())
    if gathered.scenario is not None:
        write_scenario(gathered.scenario, target, language)
    replace_file(place, quality_book(gathered, str(spoken), gathered.day or _NO_DAY))
    if gathered.scenario is None:
        raise GatheringError(gathered, place)
    return gathered


def report_beside(target: Path) -> Path:
    """Where the report stands unless it is said otherwise."""
    name = target.stem if target.suffix.lower() == BOOK else target.name or target.resolve().name
    return target.parent / f"{name}{REPORT_ENDING}"


def _require_other_places(target: Path, report: Path, files: Sequence[Path]) -> None:
    """Raise UsageError where result or report would take the place of a file, or of one another, or is open."""
    if report.suffix.lower() != BOOK:
        raise UsageError(T("{file}: the report is written as .xlsx", file=report))
    taken = {path.resolve() for path in files}
    for place, others in ((target, taken), (report, {*taken, target.resolve()})):
        if place.resolve() in others:
            raise UsageError(T("{file} cannot be read and written in one call; name another file", file=place))
    if report.exists() and not _is_report(report):
        raise UsageError(T("{file} stands already and is no report; nothing was written", file=report))
    require_closed(report.resolve())


def _is_report(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return f'"{FINDINGS}"'.encode() in archive.read("xl/workbook.xml")
    except (OSError, zipfile.BadZipFile, KeyError):
        return False
