"""Which workbooks are meant: files, folders and patterns, in an order that never depends on how they were named."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from optimizer.errors import Problem, UsageError
from optimizer.scenario.grids import WORKBOOKS
from optimizer.scenario.names import normal
from optimizer.scenario.sources import OWNERS
from optimizer.texts import T

OLD_WORKBOOKS: Final = (".xls", ".xlsb")  # taken up so that it is told that they cannot be read
NOT_READ: Final = (".csv", ".tsv", ".doc", ".docx", ".pdf", ".zip", ".rar")


def find_workbooks(words: Sequence[str | Path], apart: Collection[Path] = ()) -> tuple[list[Path], list[Problem]]:
    """The workbooks that the words name, sorted, each once; a warning for each other file in a folder.

    A folder means the workbooks in it. Those `apart` (the result and the report of an earlier call) are left out
    where they are only found. Raises UsageError where a name or pattern meets nothing.
    """
    places = {path.resolve() for path in apart}
    found: dict[Path, Path] = {}
    strangers: list[Path] = []
    for word in words:
        path = Path(word)
        if path.is_file():
            found.setdefault(path.resolve(), path)
            continue
        inside = sorted(path.iterdir()) if path.is_dir() else [Path(name) for name in glob.glob(str(word))]  # noqa: PTH207 - the pattern may be absolute
        seen = [file for file in inside if file.is_file() and not file.name.startswith((*OWNERS, "."))]
        books = [file for file in seen if file.suffix.lower() in (*WORKBOOKS, *OLD_WORKBOOKS)]
        strangers += [file for file in seen if path.is_dir() and file.suffix.lower() in NOT_READ]
        if not books:
            raise UsageError(T("{word}: there is no such workbook, and no workbook in such a folder", word=word))
        found |= {file.resolve(): file for file in books if file.resolve() not in places}
    paths = sorted(found.values(), key=lambda path: (normal(path.name).casefold(), normal(str(path))))
    return paths, [_not_read(path) for path in sorted(strangers)]


def names_of(paths: Iterable[Path]) -> dict[Path, str]:
    """What each file is called in messages: its name, with its folders where two bear the same."""
    paths = list(paths)
    names = [path.name for path in paths]
    alone = {path: names.count(path.name) == 1 for path in paths}
    resolved = [str(path.resolve()) for path in paths if not alone[path]]
    common = os.path.commonpath(resolved) if resolved else ""
    return {path: normal(path.name if alone[path] else path.resolve().relative_to(common).as_posix()) for path in paths}


def _not_read(path: Path) -> Problem:
    message = T("the file is no workbook and was not read")
    mend = T("If it holds a unit's data, ask for it as a workbook; otherwise move it out of the folder")
    return Problem(normal(path.name), "W508", message, mend)
