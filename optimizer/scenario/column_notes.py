"""What stands in a column, in words for the planner: meaning, values, whether it must be filled in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, get_origin

from optimizer.scenario.cells import LARGEST, shape_of
from optimizer.scenario.schema import Bounds, OneOf, Refers, Words
from optimizer.scenario.sheets import SHEETS
from optimizer.scenario.vocabulary import Vocabulary
from optimizer.texts import T, Text, current_language

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def kind_of(info: FieldInfo) -> type:
    """The type of one item of a column."""
    return shape_of(info.annotation)[0]


def note_of(info: FieldInfo, required: bool) -> str:
    """What a column holds, in words: its meaning, its values, whether it must be filled in."""
    lines = [str(Text(info.description or "")), values_of(info)]
    if required:
        lines.append(
            str(T("Must be filled in.") if info.is_required() else T("The column must be there; cells may be blank."))
        )
    return "\n".join(line[:1].upper() + line[1:] for line in lines if line)


def values_of(info: FieldInfo) -> str:
    """What a cell of the column may hold, in words; nothing for free text."""
    marks = {type(mark): mark for mark in info.metadata}
    several = str(T("; several are separated by ';'")) if get_origin(info.annotation) is tuple else ""
    kind = kind_of(info)
    if OneOf in marks:
        vocabulary: Vocabulary = marks[OneOf].vocabulary
        codes = ", ".join(vocabulary.label(code, current_language()) for code in vocabulary)
        return str(T("One of: {codes}", codes=codes)) + several
    if Refers in marks:
        sheet = next(model.sheet for model in SHEETS if model.table == marks[Refers].table)
        return str(T("An id of the sheet {sheet}", sheet=sheet)) + several
    if Words in marks:
        return str(T("Words")) + several
    if kind is date:
        return str(T("A date, such as 02/09/1985"))
    if kind in (int, float):
        return str(_number_words(kind, marks.get(Bounds, Bounds(-LARGEST)))) + several
    return ""


def _number_words(kind: type, bounds: Bounds) -> Text:
    span = T("from {low} up", low=f"{bounds.low:g}")
    if bounds.high <= LARGEST:
        span = T("from {low} to {high}", low=f"{bounds.low:g}", high=f"{bounds.high:g}")
    return T("A whole number {span}", span=span) if kind is int else T("A number {span}", span=span)
