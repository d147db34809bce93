"""A plan as a folder: `plan.json`, its tables (`TABLE_FILES`), and more from reports; all or nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from optimizer.certificate_files import CERTIFICATE_FILE, read_certificate, write_certificate
from optimizer.errors import InputError, Problem, UsageError
from optimizer.files import new_folder, place_of, require_closed, way_from, why
from optimizer.plan import (
    PLAN_FORMAT,
    Baseline,
    Candidate,
    ChainLink,
    FieldCover,
    GoalResult,
    MovedPerson,
    OpenPost,
    Plan,
    Status,
    SurplusPerson,
    TemporarySeat,
    UnitBalance,
)
from optimizer.scenario.cells import Lists, cell_text
from optimizer.scenario.names import normal, shown
from optimizer.scenario.reading import read_rows
from optimizer.scenario.scenario import InputFile
from optimizer.scenario.schema import Row
from optimizer.texts import T, Text

PLAN_FILE: Final = "plan.json"
TABLE_FILES: Final[Mapping[str, type[Row]]] = {
    "moves.csv": MovedPerson,
    "gaps.csv": OpenPost,
    "units.csv": UnitBalance,
    "surplus.csv": SurplusPerson,
    "coverage.csv": FieldCover,
    "temporary.csv": TemporarySeat,
    "shortlist.csv": Candidate,
    "chains.csv": ChainLink,
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Goal(_Part):
    name: str
    value: int
    bound: int | None
    proven: bool
    seconds: float
    certified: int | None


class _Baseline(_Part):
    goals: dict[str, int]
    moves: int
    km: float
    pins_missed: int


class _Input(_Part):
    name: str
    sha256: str


class _Head(_Part):
    """`plan.json`, its keys in the order in which they are written.

    `scenario` is the way from this folder to the scenario, None for one in memory; `files` are all files of the plan.
    """

    format: int
    status: Status
    name: str
    date: date
    goals: list[_Goal]
    totals: dict[str, int]
    before: dict[str, int]
    baseline: _Baseline
    inputs: list[_Input]
    versions: dict[str, str]
    parameters: dict[str, Any]
    assumptions: list[str]
    scenario: str | None
    files: list[str]


def read_plan(folder: str | Path) -> Plan:
    """The plan in `folder`. Raises InputError with every problem found in its files, UsageError where it is a file."""
    folder = Path(folder)
    if folder.is_file():
        raise UsageError(_no_folder(folder))
    if not any((folder / name).exists() for name in (PLAN_FILE, "moves.csv")):
        message = T("there is no plan in this folder") if folder.is_dir() else T("there is no such folder of a plan")
        mend = T("Name the folder of a plan; staffing solve SCENARIO writes one")
        raise InputError([Problem(str(folder), "E101", message, mend)])
    head, problems = _read_head(folder / PLAN_FILE)
    any_code = Lists(None)
    moves, of_moves = read_rows(MovedPerson, folder / "moves.csv", lists=any_code)
    gaps, of_gaps = read_rows(OpenPost, folder / "gaps.csv", lists=any_code)
    units, of_units = read_rows(UnitBalance, folder / "units.csv", lists=any_code)
    surplus, of_surplus = read_rows(SurplusPerson, folder / "surplus.csv", lists=any_code)
    coverage, of_coverage = read_rows(FieldCover, folder / "coverage.csv", lists=any_code)
    temporary, of_temporary = read_rows(TemporarySeat, folder / "temporary.csv", lists=any_code)
    shortlist, of_shortlist = read_rows(Candidate, folder / "shortlist.csv", lists=any_code)
    chains, of_chains = read_rows(ChainLink, folder / "chains.csv", lists=any_code)
    problems += [*of_moves, *of_gaps, *of_units, *of_surplus, *of_coverage, *of_temporary, *of_shortlist, *of_chains]
    certificate, of_certificate = read_certificate(folder / CERTIFICATE_FILE)
    problems += of_certificate
    if head is None or problems:
        raise InputError(problems)
    return Plan(
        status=head.status,
        scenario=head.name,
        date=head.date,
        goals=tuple(GoalResult(**goal.model_dump()) for goal in head.goals),
        moves=moves,
        gaps=gaps,
        units=units,
        before=head.before,
        baseline=Baseline(**head.baseline.model_dump()),
        totals=head.totals,
        inputs=tuple(InputFile(file.name, file.sha256) for file in head.inputs),
        versions=head.versions,
        parameters=head.parameters,
        assumptions=tuple(head.assumptions),
        surplus=surplus,
        coverage=coverage,
        temporary=temporary,
        shortlist=shortlist,
        chains=chains,
        origin=None if head.scenario is None else os.path.normpath(folder.resolve() / head.scenario),
        certificate=certificate,
    )


def _no_folder(file: Path) -> Text:
    """That a file is no plan, with the plan in whose folder, or beside whose folder, it stands."""
    for folder in (file.parent, file.with_suffix("")):
        if (folder / PLAN_FILE).is_file():
            return T("PLAN is the folder of a plan, not the file {file}; did you mean {folder}?", file=file,
                     folder=folder.resolve() if folder == Path() else folder)  # fmt: skip
    return T("PLAN is the folder of a plan, not the file {file}", file=file)


def read_moves(path: str | Path) -> tuple[MovedPerson, ...]:
    """A list of moves typed by hand: a CSV file of which person_id, form and to_post_id are needed.

    Raises InputError with every problem found.
    """
    rows, problems = read_rows(MovedPerson, path)
    if problems:
        raise InputError(problems)
    return rows


def read_given(path: str | Path) -> Plan | tuple[MovedPerson, ...]:
    """A plan by its folder, or a list of moves typed by hand by its CSV file; raises as `read_plan`, `read_moves`."""
    is_list = Path(path).suffix.lower() == ".csv" and not Path(path).is_dir()
    return read_moves(path) if is_list else read_plan(path)


def write_plan(plan: Plan, folder: str | Path, extras: Sequence[Callable[[Path], None]] = ()) -> None:
    """Write the plan into `folder`, whole or not at all; an earlier plan there gives way to the whole one.

    Each of `extras` gets the folder under construction and writes further files into it. Files that an
    earlier plan did not write stay. Raises UsageError where the folder is not a plan's or cannot be written.
    """
    target = place_of(folder)
    try:
        with new_folder(target) as new:
            strangers = _strangers(target)
            for write in extras:
                write(new)
            for name, model in TABLE_FILES.items():
                _write(new / name, _csv(model, getattr(plan, name.removesuffix(".csv"))))
            if plan.certificate is not None:
                write_certificate(plan.certificate, new / CERTIFICATE_FILE)
            files = sorted([*(path.name for path in new.iterdir()), PLAN_FILE])
            _write(new / PLAN_FILE, _head(plan, files, target))
            for name in strangers - set(files):
                _copy(target / name, new / name)
    except OSError as error:
        raise UsageError(_unwritable(target, error)) from error


def require_plan_folder(folder: str | Path) -> None:
    """Refuse, before any long work, a folder that `write_plan` would refuse. Raises UsageError."""
    target = place_of(folder)
    try:
        _strangers(target)
    except OSError as error:
        raise UsageError(_unwritable(target, error)) from error


def require_outside(place: Path, scenario: str | None) -> None:
    """Refuse a place, links followed, inside the folder of a plan or of the scenario. Raises UsageError."""
    in_plan = all((place.parent / name).exists() for name in (PLAN_FILE, *TABLE_FILES))
    if in_plan or (scenario is not None and Path(scenario) in (place, *place.parents)):
        raise UsageError(T("{file} lies in the folder of a plan or scenario; name another place", file=place))


def _unwritable(target: Path, error: OSError) -> Text:
    return T("the folder {folder} cannot be written: {reason}", folder=target, reason=why(error))


def _read_head(path: Path) -> tuple[_Head | None, list[Problem]]:
    mend = T("Write the plan again; plan.json is not meant to be edited")
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return _checked(text, mend)
    except OSError:
        message = T("the file is missing or cannot be opened")
        return None, [Problem(path.name, "E101", message, T("Put it there and make it readable"))]
    except UnicodeDecodeError as error:
        message = T("byte {byte} of the file is not UTF-8 text", byte=error.start + 1)
        return None, [Problem(path.name, "E102", message, mend)]
    except (json.JSONDecodeError, RecursionError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        return None, [Problem(path.name, "E116", T("the file is not valid JSON"), mend, row)]


def _checked(text: str, mend: Text) -> tuple[_Head | None, list[Problem]]:
    keys = json.loads(text)
    number = keys.get("format") if isinstance(keys, dict) else None
    if isinstance(number, int) and number != PLAN_FORMAT:
        message = T("the format {number} of the plan is not known", number=number)
        return None, [Problem(PLAN_FILE, "E117", message, mend, column="format", value=str(number))]
    try:
        return _Head.model_validate_json(text), []
    except ValidationError as error:
        return None, [_wrong_entry(found["loc"], found["type"], found["input"], mend) for found in error.errors()]


def _wrong_entry(place: tuple[int | str, ...], kind: str, value: object, mend: Text) -> Problem:
    column = ".".join(str(part) for part in place) or None
    if kind == "missing":
        return Problem(PLAN_FILE, "E117", T("the entry is missing"), mend, column=column)
    message = T("the entry is unknown") if kind == "extra_forbidden" else T("the value has the wrong form")
    return Problem(PLAN_FILE, "E117", message, mend, column=column, value=shown(str(value)))


def _strangers(target: Path) -> set[str]:
    """Names of what stands in the folder beside its plan. Raises UsageError where it is no plan's folder."""
    if not os.path.lexists(target):
        return set()
    names = {path.name for path in target.iterdir()} if target.is_dir() else {target.name}
    if target.is_dir() and not names:
        return set()
    for name in names:
        require_closed(target / name)
    head = _read_head(target / PLAN_FILE)[0] if target.is_dir() else None
    if head is None:
        message = T("{folder} exists and is not the folder of a plan; nothing was written", folder=target)
        raise UsageError(message)
    return names - set(head.files)


def _head(plan: Plan, files: Iterable[str], target: Path) -> str:
    keys = {
        "format": PLAN_FORMAT,
        "status": plan.status.value,
        "name": plan.scenario,
        "date": plan.date,
        "goals": [asdict(goal) for goal in plan.goals],
        "totals": plan.totals,
        "before": plan.before,
        "baseline": vars(plan.baseline),
        "inputs": [asdict(file) for file in plan.inputs],
        "versions": plan.versions,
        "parameters": plan.parameters,
        "assumptions": plan.assumptions,
        "scenario": None if plan.origin is None else way_from(target, plan.origin),
        "files": list(files),
    }
    return json.dumps(keys, ensure_ascii=False, indent=2, allow_nan=False, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in {PLAN_FILE}")


def _csv(model: type[Row], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(model.columns())
    writer.writerows([cell_text(getattr(row, name)) for name in model.columns()] for row in rows)
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    path.write_text(normal(text), encoding="utf-8", newline="")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
