"""Cells: text into values and values into text, after what the row classes say about their columns."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import isinf
from typing import Any, Final, Union, get_args, get_origin

from optimizer.scenario.config import Added
from optimizer.scenario.names import fold, nearest, normal, shown
from optimizer.scenario.schema import Bounds, Differences, NamesRule, OneOf, Refers, Row, Sensitive, Words
from optimizer.scenario.vocabulary import NEGATED, OPEN_LISTS, SYNONYMS, UNKNOWN, Labels, Vocabulary
from optimizer.texts import T, Text

LARGEST: Final = 10**9
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
BLANK: Final = object()

INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060"
    "\u2066-\u2069\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufffe\uffff\U000e0000-\U000e0fff]"
)
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,16}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,30})?")
_DIFFERENCE: Final = re.compile(r"\w+=-?[0-9]{1,19}")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR: Final = re.compile(r"(19|20)[0-9]{2}")
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}")
_UNKNOWN_WORDS: Final = frozenset({fold(UNKNOWN), fold("chưa rõ")})


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell, its place aside."""

    code: str
    message: Text
    mend: Text


class _FaultError(Exception):
    def __init__(self, code: str, message: Text, mend: Text) -> None:
        super().__init__(code)
        self.fault = Fault(code, message, mend)


@dataclass(frozen=True)
class Lists:
    """The closed lists of one scenario: those of the contract with the codes that the scenario adds.

    `added` is None where the settings could not be read: then the open lists take any code, so that a broken
    scenario.toml does not fill the report with codes that it may well have added. `rules`: names of rules by their
    folded titles.
    """

    added: Added | None = field(default_factory=Added)
    rules: Mapping[str, str] = field(default_factory=dict)

    def rule_named(self, text: str) -> str:
        """The name of the rule with that title; any other text as it is."""
        return self.rules.get(fold(text), text.strip())

    def of(self, vocabulary: Vocabulary) -> Vocabulary | None:
        """The list as this scenario knows it; None: any code passes."""
        for name, open_list in OPEN_LISTS.items():
            if open_list.name == vocabulary.name:
                return None if self.added is None else vocabulary.extended(getattr(self.added, name))
        return vocabulary


@dataclass
class Column:
    """How the cells of one column are read. `read` gives a value, BLANK or a Fault, and remembers it."""

    name: str
    kind: type
    many: bool
    blank: bool
    item: Callable[[str], object]
    refers: Refers | None
    is_sensitive: bool = False
    seen: dict[str, object] = field(default_factory=dict)

    def read(self, cell: str) -> object:
        """The value of a cell; the same cell text is read once."""
        value = self.seen.get(cell)
        if value is None:
            value = self.seen[cell] = self._read(cell)
        return value

    def _read(self, cell: str) -> object:
        text = cell.strip()
        if not text:
            return BLANK if self.blank else _blank()
        try:
            _visible(text)
            if not self.many:
                return self.item(cell)
            return _items(text, self.item)
        except _FaultError as error:
            return _hidden(error.fault, self.kind) if self.is_sensitive else error.fault


def columns_of(model: type[Row], lists: Lists) -> dict[str, Column]:
    """A reader for every column of a table."""
    columns = {}
    for name, info in model.columns().items():
        kind, many, blank = shape_of(info.annotation)
        marks = {type(mark): mark for mark in info.metadata}
        columns[name] = Column(
            name=name,
            kind=kind,
            many=many,
            blank=blank or many,
            item=_item_reader(kind, marks, lists, is_id=model.key == (name,)),
            refers=marks.get(Refers),
            is_sensitive=Sensitive in marks,
        )
    return columns


def shape_of(annotation: Any) -> tuple[type, bool, bool]:
    """(type of one item, holds a list, may be blank) of a column's annotation."""
    if get_origin(annotation) in (Union, types.UnionType):
        inner = next(arg for arg in get_args(annotation) if arg is not type(None))
        kind, many, _ = shape_of(inner)
        return kind, many, True
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0], True, True
    return annotation, False, False


def _item_reader(kind: type, marks: Mapping[type, Any], lists: Lists, is_id: bool) -> Callable[[str], object]:
    bounds = marks.get(Bounds, Bounds(-LARGEST))
    if OneOf in marks:
        read_code = _code_reader(lists.of(marks[OneOf].vocabulary), marks[OneOf].many)
        return (lambda text: read_code(text) == "yes") if kind is bool else read_code
    if kind is int:
        return lambda text: _whole(text.strip(), bounds)
    if kind is float:
        return lambda text: _number(text.strip(), bounds)
    if kind is date:
        return lambda text: _date(text.strip())
    by_mark = {NamesRule: lists.rule_named, Words: _word, Differences: _difference}
    for mark in by_mark.keys() & marks.keys():
        return by_mark[mark]
    return _id if is_id or Refers in marks else str.strip


def _code_reader(vocabulary: Vocabulary | None, many: bool) -> Callable[[str], str]:
    if vocabulary is None:
        return str.strip
    codes: dict[str, str] = {}
    for code, labels in vocabulary.items():
        for name in labels:
            codes.setdefault(fold(name), code)
    for name, code in SYNONYMS.get(vocabulary.name, {}).items():
        codes.setdefault(fold(name), code)
    codes.update({fold(code): code for code in vocabulary})

    def read(text: str) -> str:
        code = codes.get(fold(text))
        if code is None:
            message = T("'{value}' is not in the list of this column", value=shown(text))
            raise _FaultError("E202", message, _mend_of_code(text, vocabulary, codes, many))
        return code

    return read


def _mend_of_code(text: str, vocabulary: Vocabulary, codes: Mapping[str, str], many: bool) -> Text:
    """Codes separated by something else; the code that looks like this one; else all there are.

    Where a word that is left out may be a 'not', what has fewer words than the text is no code like it.
    """
    parts = [part.strip() for part in re.split("[,/+]", text)]
    if many and len(parts) > 1 and all(fold(part) in codes for part in parts):
        return T("Separate them with semicolons: {value}", value=shown("; ".join(parts)))
    near = nearest(text, codes)
    if near is None or (vocabulary.name in NEGATED and len(near.split()) < len(text.split())):
        return T("Use one of: {codes}", codes=Labels("", {"of": vocabulary}))
    return T("Did you mean '{code}' ({label})?", code=codes[near], label=vocabulary.label(codes[near], "vi"))


def _items(text: str, item: Callable[[str], object]) -> tuple[object, ...]:
    parts = [part.strip() for part in text.split(";")]
    if not all(parts):
        raise _FaultError(
            "E208",
            T("'{value}' has an empty item", value=shown(text)),
            T("Put one semicolon between two items, none at the ends"),
        )
    items = tuple(item(part) for part in parts)
    if len({fold(i) if isinstance(i, str) else i for i in items}) < len(items):
        raise _FaultError("E209", T("'{value}' names something twice", value=shown(text)), T("Name each item once"))
    return items


def _visible(text: str) -> None:
    if INVISIBLE.search(text):
        raise _FaultError(
            "E210",
            T("'{value}' contains a line break or an invisible character", value=shown(text)),
            T("Type the cell again; look for a quote that is not closed"),
        )


def _blank() -> Fault:
    return Fault("E201", T("the cell is blank"), T("Fill it in"))


def _hidden(fault: Fault, kind: type) -> Fault:
    """The fault of a sensitive cell, its value left out."""
    if fault.code == "E210":
        return Fault(fault.code, T("the cell contains a line break or an invisible character"), fault.mend)
    if kind is date:
        mend = T("Write the date as year-month-day, such as 2025-09-01")
        return Fault(fault.code, T("the cell does not hold a possible date"), mend)
    if fault.code == "E209":
        return Fault(fault.code, T("a case stands twice"), fault.mend)
    return Fault(fault.code, T("the cell is not a list of case numbers"), T("Use the numbers 1 to 7, separated by ';'"))


def _id(text: str) -> str:
    if ";" in text or text != text.strip():
        raise _FaultError(
            "E207",
            T("the id '{value}' contains a semicolon or begins or ends with a space", value=shown(text)),
            T("Write it as '{value}'", value=shown(text.replace(";", "-").strip())),
        )
    if text.startswith(("=", "+", "-", "@")):
        raise _FaultError(
            "E207",
            T("the id '{value}' begins with a sign that spreadsheets take for a formula", value=shown(text)),
            T("Begin it with a letter or a digit"),
        )
    return text


def _word(text: str) -> str:
    return UNKNOWN if fold(text) in _UNKNOWN_WORDS else " ".join(text.split())


def _difference(text: str) -> str:
    if not _DIFFERENCE.fullmatch(text):
        message = T("'{value}' is not a goal with its difference", value=shown(text))
        mend = T("Write it as {example}, or write the plan again", example="leadership=100")
        raise _FaultError("E217", message, mend)
    return text


def _whole(text: str, bounds: Bounds) -> int:
    if not _WHOLE.fullmatch(text):
        mend = T("Write a whole number in digits, from {low} to {high}", low=f"{bounds.low:.12g}",
                 high=f"{_highest(bounds):.16g}")  # fmt: skip
        if re.fullmatch(r"[+-]?[0-9]{1,15}[.,]0{1,2}", text):
            mend = T("Write it as '{value}'", value=re.split("[.,]", text)[0])
        elif re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]{3})+", text):
            mend = T("Write it as '{value}'", value=re.sub("[.,]", "", text))
        raise _FaultError("E203", T("'{value}' is not a whole number", value=shown(text)), mend)
    return int(_within(int(text), text, bounds))


def _number(text: str, bounds: Bounds) -> float:
    if not _NUMBER.fullmatch(text):
        mend = T("Write a number in digits with a decimal point, such as 12.5")
        if _NUMBER.fullmatch(text.replace(",", ".")):
            mend = T("Write it as '{value}' in a CSV file; in a workbook, type it again as a number",
                     value=text.replace(",", "."))  # fmt: skip
        raise _FaultError("E204", T("'{value}' is not a number", value=shown(text)), mend)
    return float(_within(float(text), text, bounds))


def _within(value: float, text: str, bounds: Bounds) -> float:
    low, high = max(bounds.low, -LARGEST), _highest(bounds)
    if not low <= value <= high:
        raise _FaultError(
            "E205",
            T("'{value}' is out of bounds", value=shown(text)),
            T("Use a value from {low} to {high}", low=f"{low:.16g}", high=f"{high:.16g}"),
        )
    return value


def _highest(bounds: Bounds) -> float:
    """The largest value of a column: what it says itself, else what every number has."""
    return LARGEST if isinf(bounds.high) else bounds.high


def _date(text: str) -> date:
    day = _iso(text) if _ISO.fullmatch(text) else None
    if day is None:
        mend = T("Write the date as 01/09/2025 in a workbook, as 2025-09-01 in a CSV file")
        meant = iso_day(text)
        if meant != text:
            mend = T("Write it as '{value}'", value=meant)
        elif _YEAR.fullmatch(text):
            mend = T("Write day, month and year; leave the cell blank where the day is not known")
        elif _SHORT_YEAR.fullmatch(text):
            mend = T("Write the year with four digits")
        raise _FaultError("E206", T("'{value}' is not a date", value=shown(text)), mend)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _FaultError(
            "E205",
            T("'{value}' is out of bounds", value=shown(text)),
            T("Use a value from {low} to {high}", low=FIRST_DAY.isoformat(), high=LAST_DAY.isoformat()),
        )
    return day


def iso_day(text: str) -> str:
    """A day written day first, such as 1/9/2025, in ISO form; any other text as it is."""
    other = _DAY_FIRST.fullmatch(text.strip())
    day = _iso(f"{other[3]}-{int(other[2]):02d}-{int(other[1]):02d}") if other else None
    return text if day is None else day.isoformat()


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def cell_text(value: object) -> str:
    """The text of a cell: blank for None, yes/no, ISO dates, lists with ';', numbers without an exponent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, (tuple, list)):
        return ";".join(cell_text(item) for item in value)
    return normal(str(value))


def _plain(value: float) -> str:
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
