"""A plan in other forms: every format is made from the same sheets. A format is added by its file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from optimizer.errors import UsageError
from optimizer.files import place_of, replace_file, replace_folder
from optimizer.plan import Plan
from optimizer.plan_files import require_outside
from optimizer.reporting.annex import annex
from optimizer.reporting.content import Content, gather
from optimizer.reporting.csv_files import INDEX, csv_files
from optimizer.reporting.json_document import json_document
from optimizer.reporting.naming import TIERS, Tier
from optimizer.reporting.web_page import web_page
from optimizer.reporting.workbook import workbook_bytes
from optimizer.scenario.names import required
from optimizer.scenario.scenario import Scenario
from optimizer.texts import LANGUAGES, T, speaking

Writer = Callable[[Content], bytes | dict[str, bytes]]
OTHER_ENDINGS: Final = ("toml", "py", "md", "txt", "pdf", "ods", "xlsm", "doc", "xls")
DEFAULT_TIER: Final[Tier] = "leader"


@dataclass(frozen=True)
class Exported:
    """What was written: the file or folder, its format and tier, and the sheets of its tier (docx draws on them)."""

    path: Path
    form: str
    tier: Tier
    sheets: tuple[str, ...]


FORMATS: Final[Mapping[str, Writer]] = {
    "csv": csv_files,
    "json": json_document,
    "xlsx": workbook_bytes,
    "html": web_page,
    "docx": annex,
}


def export(
    plan: Plan,
    scenario: Scenario,
    path: str | Path,
    *,
    form: str,
    tier: str = DEFAULT_TIER,
    mask_ids: bool = False,
    language: str | None = None,
) -> Exported:
    """Write the plan to `path` in a format (csv: a folder of files), whole or not at all.

    `tier` says for whom: planner, leader (no reasons for exemption) or public (counts alone); `mask_ids` leaves the
    last letters of people's ids. `language` is that of the scenario by default. The same plan gives the same bytes.
    Raises UsageError for a word that is not known, and where the file cannot be written.
    """
    language = language or scenario.config.language
    for option, word, known in (("format", form, FORMATS), ("tier", tier, TIERS), ("language", language, LANGUAGES)):
        required(option, word, known)
    _require_place(place_of(path), form, scenario.origin)
    with speaking(language):
        content = gather(plan, scenario, cast(Tier, tier), mask_ids=mask_ids)
        data = FORMATS[form](content)
    if isinstance(data, bytes):
        replace_file(path, data)
    else:
        replace_folder(path, data, INDEX)
    return Exported(Path(path), form, content.tier, tuple(sheet.name for sheet in content.sheets))


def _require_place(place: Path, form: str, scenario: str | None) -> None:
    """Refuse a place inside the folder of a plan or of the scenario, and an ending of another kind of file."""
    require_outside(place, scenario)
    if place.suffix.lower().lstrip(".") in {*FORMATS, *OTHER_ENDINGS} - {form}:
        raise UsageError(T("{file} has not the ending of the format {form}", file=place, form=form))


def place_beside(folder: str | Path, form: str, tier: str) -> Path:
    """Where an exported plan stands unless told otherwise: beside its folder, the tier in its name; csv is a folder."""
    place = Path(folder)
    if place.name in ("", ".."):  # such as "." and "..", which have no name of their own
        place = place.resolve()
    name = place.name if tier == DEFAULT_TIER else f"{place.name}-{tier}"
    return place.with_name(f"{name}-{form}" if form == "csv" else f"{name}.{form}")
