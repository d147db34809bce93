"""The data contract as a page: every table, column, key and code, made from the classes that read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args, get_origin

from pydantic.fields import FieldInfo

from optimizer.goals import GOALS
from optimizer.plan import AnsweredMove
from optimizer.plan_files import TABLE_FILES
from optimizer.registry import REGISTRY
from optimizer.rulebook import RULES
from optimizer.scenario import vocabulary
from optimizer.scenario.codes import CODES
from optimizer.scenario.config import Config
from optimizer.scenario.meaning import Settings
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Bounds, OneOf, Refers, Row, Words
from optimizer.scenario.vocabulary import OPEN_LISTS, Vocabulary
from optimizer.texts import SOURCE_LANGUAGE

_INTRODUCTION: Final = """\
# The data contract

A scenario is a folder with `scenario.toml` and one CSV file per table, or one workbook (`.xlsx`, `.ods`) with a sheet
per table and the keys on the sheet `ThamSo`. This page is made from the classes that read them; a test keeps it so.
File, sheet, column and code names are stable, and a change is announced in the changelog.

- CSV in UTF-8 (a BOM is accepted), separated by commas, the column names in the first line, in any order.
- Columns in **bold** must stand in the header. A blank cell means what the column says; nothing is filled in.
- Dates are `2025-09-01`. Lists in a cell are separated by `;`. Yes and no are `yes`, `no` or `có`,
  `không`.
- A code may be written as its Vietnamese or English words: `university` and `đại học` are the same.
- Text is normalised to Unicode NFC; names match whatever the case and the position of the tone mark (Hòa = Hoà).
- Ids are text without `;` and without spaces at the ends.
- Unknown columns, sheets, tables and keys are errors, with the nearest known name. Every problem is reported at once.
- In a workbook headings stand in Vietnamese or as column names, whatever their case, accents and line breaks; what
  stands above the row of headings (titles, an example) is not data, and the columns `STT` and `Ghi chú` are for people.
  Dates are dates or text such as `2/9/1985`; numbers may stand as text; an id is read as it is seen, with its leading
  zeros. Hidden rows, columns and sheets are data. The sheets `HuongDan` and `DanhMuc` guide and are not read. `ThamSo`
  has a key of `scenario.toml` per row, with dots, and its value: a bare word is text, anything else as in TOML.
"""
_DISTANCES: Final = """
A pair of units without a row in `distances.csv` lies as far apart as the great circle on a sphere of 6,371 km, times
1.2, or 1.4 where one end is a mountain commune, or 2.0 where both are, rounded to whole kilometres.

A cell of `decisions.csv` that is blank means any. `pin` names a person and a post or a unit, and may name the form;
without a person it names a post: somebody, or as many people as `seats` says, takes a seat there by the plan, by the
form where it names one; whoever covers the post besides the own one takes no seat. `ban` forbids every move that
matches all its cells; `keep` names a person and at most one of post and unit (with neither the person does not move);
`waive` names a rule, the person, post or unit for which it is waived, a reason and who decided.

`former.csv` holds the plan agreed so far. The goal `changes` counts the people of whom a plan says something else:
`staffing replan` writes the table and puts the goal after all others.
"""
_SETTINGS: Final = """
## scenario.toml
`name`, `date` and `province` are required; every other key has the default shown here. `extends = "../nghe-an"` takes
all tables and keys of another scenario's folder, and only the differences stand in this one. Every rule has a table
of its name with the `state` `on` or `off`; a gate may also be put to `flag`: then it warns and does not block.
`staffing rules` lists the rules, `staffing rules NAME` explains one and names its source.
"""
_GATHERING: Final = """
## Gathering unit files
`staffing import` makes one scenario of many workbooks: one per unit, and the province's own with units, quotas,
distances and settings. Every known sheet of every file is taken. Nothing is guessed unseen:

- A unit is named by its code or its name, whatever the case, the Unicode form, the tone marks' place and the dashes,
  with or without its kind (xã, phường, đặc khu, commune, ward, special zone) and its office (UBND, Đảng ủy) before it.
  A code with more or fewer leading zeros and a name without accents are understood where they fit one unit alone, and
  told.
- Rows of quotas, posts, people and lists whose column of units is absent or blank throughout belong to the file's unit:
  that of the only row of its sheet `DonVi`; or of a line above the headings, such as `Đơn vị: xã A` or the commune's
  kind and name alone; or of the file's name, where `(1)` and `- Copy` at its end do not count. Where two of these
  differ, the rows are not taken. A longer file name names the only unit whose code, or kind and name, stands within it.
- The file of a unit is what says so in this way, or what holds four fifths of its people in that unit; rows of other
  units in it are errors. A file whose rows are spread over three units or more is no unit's own.
- Rows of one key in several files are one row where they agree; what one leaves blank another fills in. People are
  never put together so, except those of two files that hold the same people of a unit.
- Totals, headings of groups and signatures among the rows are passed over, and told. A sheet with headings alone counts
  as absent.
"""

_ANSWERS: Final = """
## Answers of a meeting
On the sheet `PhuongAn` of `plan.xlsx` two columns are for the meeting to fill in. The workbook comes back as `.xlsx` or
`.ods`: sorted, filtered, coloured, under another name, with rows copied or deleted, with other columns added, moved or
deleted. A row is known by its ids; those of another plan, two answers on one move and words that are not in the list
are errors, and lines that are no rows of the list are told. Hidden rows and sheets count. The note stays with the
planner.
"""


def data_contract() -> str:
    """The page in Markdown, as it stands in `scenarios/README.md`."""
    parts = [_INTRODUCTION, "\n## Tables of a scenario\n"]
    parts += [_table(f"{model.table}.csv", model) for model in TABLES]
    parts += [_DISTANCES, _SETTINGS, "```toml\n", *_defaults(), "```\n"]
    parts += ["\n## Closed lists\n", *_lists()]
    parts += [_GATHERING]
    parts += ["\n## Problems\nA code keeps its meaning. `E` stops the run, `W` is a warning kept with the scenario.\n"]
    parts += ["\n| code | meaning |\n| --- | --- |\n"]
    parts += [f"| {code} | {meaning.render(SOURCE_LANGUAGE)} |\n" for code, meaning in CODES.items()]
    parts += [
        "\n## Tables of a plan\nBeside them stand `plan.json` (status, goals, totals, hashes, settings), "
        "`certificate.npz` (prices of the rows by goal and layer) and `plan.xlsx`.\n"
    ]
    parts += [_table(name, model) for name, model in TABLE_FILES.items()]
    parts += [_ANSWERS, _table("plan.xlsx, filled in", AnsweredMove)]
    return "".join(parts)


def write_contract(path: str | Path) -> None:
    """Write the page anew."""
    Path(path).write_text(data_contract(), encoding="utf-8", newline="\n")


def _table(file: str, model: type[Row]) -> str:
    required = model.required_columns()
    optional = " The file may be absent." if file.removesuffix(".csv") in OPTIONAL_TABLES else ""
    key = ", ".join(f"`{name}`" for name in model.key)
    sheet = f" Sheet `{model.sheet}`."
    lines = [f"\n### {file}\n{_first_line(model)}{optional}{sheet} One row per {key}.\n"]
    lines.append("\n| column | heading | meaning | values |\n| --- | --- | --- | --- |\n")
    for name, info in model.columns().items():
        shown = f"**{name}**" if name in required else name
        lines.append(f"| {shown} | {info.title} | {info.description} | {_values(info)} |\n")
    return "".join(lines)


def _first_line(model: type[Row]) -> str:
    return (model.__doc__ or "").split("\n", maxsplit=1)[0]


def _values(info: FieldInfo) -> str:
    """What a cell of the column may hold, in a few words."""
    kind = _kind(info.annotation)
    for mark in info.metadata:
        match mark:
            case OneOf(vocabulary=words, many=many):
                return f"{'list of' if many else ''} [{words.name}](#{words.name})".strip()
            case Refers(table=table, many=many):
                return f"{'ids' if many else 'id'} in `{table}.csv`"
            case Bounds(low=low, high=high):
                return f"{kind}, {_span(low, high)}"
            case Words():
                return "list of words"
    return kind


def _kind(annotation: Any) -> str:
    item = next((arg for arg in get_args(annotation) if arg is not type(None)), annotation)
    kind = {date: "date", int: "whole number", float: "number", bool: "yes or no", str: "text"}[item]
    return f"list of {kind}s" if get_origin(annotation) is tuple else kind


def _span(low: float, high: float) -> str:
    return f"at least {low:g}" if high == float("inf") else f"{low:g} to {high:.16g}"


def _defaults() -> Iterator[str]:
    """All keys with their defaults, in TOML; a key without a default stands in a comment."""
    examples = {"name": "Tỉnh A", "date": date(2025, 9, 1), "province": "00"}
    plain = {name: info for name, info in Config.model_fields.items() if not isinstance(info.default, Settings)}
    for name, info in plain.items():
        yield _line(name, _toml(examples.get(name, info.default)), Config)
    for name, info in Config.model_fields.items():
        if isinstance(info.default, Settings):
            yield f"\n[{name}]  # {_first_sentence(type(info.default))}\n{_keys(info.default)}"
    for rule in RULES:
        yield f"\n[rules.{rule.name}]  # {rule.title.render(SOURCE_LANGUAGE)}\n{_keys(rule.settings())}"
    yield f"\n[goals]\norder = {_toml(REGISTRY.goal_order)}\n"
    for goal in GOALS:
        yield f"\n[goals.{goal.name}]  # {goal.title.render(SOURCE_LANGUAGE)}\n{_keys(goal.settings())}"


def _first_sentence(model: type[Settings]) -> str:
    return (model.__doc__ or "").split("\n", maxsplit=1)[0].split(" (", maxsplit=1)[0].rstrip(".")


def _keys(settings: Settings) -> str:
    return "".join(_line(name, None if value is None else _toml(value), type(settings)) for name, value in settings)


def _line(name: str, value: str | None, model: type[Settings]) -> str:
    """A key with its meaning, that of states stands above; one without a default stands in a comment."""
    if name == "state":
        return f"{name} = {value}\n"
    meaning = model.meaning(name)
    unit = "" if meaning.unit is None else f" ({meaning.unit.render(SOURCE_LANGUAGE)})"
    text = f"{name} =" if value is None else f"{name} = {value}"
    return f"{'# ' if value is None else ''}{text}  # {meaning.text.render(SOURCE_LANGUAGE)}{unit}\n"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def _lists() -> Iterator[str]:
    """Every closed list with the words of its codes, those of ranked lists from low to high."""
    named = [value for value in vars(vocabulary).values() if isinstance(value, Vocabulary)]
    grows = {open_list.name: key for key, open_list in OPEN_LISTS.items()}
    for words in named:
        more = f"A scenario may add codes in `[vocabulary.{grows[words.name]}]`.\n" if words.name in grows else ""
        yield f"\n### {words.name}\n{more}\n| code | tiếng Việt | English |\n| --- | --- | --- |\n"
        for code, (vietnamese, english) in words.items():
            yield f"| `{code}` | {vietnamese} | {english} |\n"
