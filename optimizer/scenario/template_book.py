"""An empty workbook for planners: headings with notes, drop-downs, an example, units of a province filled in.

The example row stands above the row of headings, where reading looks for no data. What stands down to the headings
is protected, everything below is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from optimizer.scenario.book_writing import heading_in, speaker
from optimizer.scenario.cells import FIRST_DAY, LARGEST, LAST_DAY, Lists
from optimizer.scenario.column_notes import kind_of, note_of, values_of
from optimizer.scenario.config import Registry
from optimizer.scenario.keys import REQUIRED, described_keys, toml_word
from optimizer.scenario.places import AS_OF, communes_of, provinces
from optimizer.scenario.schema import OPTIONAL_TABLES, TABLES, Bounds, OneOf, Row, Unit
from optimizer.scenario.sheets import GUIDE_SHEET, LISTS_SHEET, ORDINAL, REMARK, SHEETS, SettingRow
from optimizer.scenario.template_examples import EXAMPLES
from optimizer.scenario.vocabulary import OPEN_LISTS, Vocabulary
from optimizer.texts import T, Text, current_language, speaking

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet
    from pydantic.fields import FieldInfo

    from optimizer.spreadsheet import Value

HEADER_ROW: Final = 4
LAST_ROW: Final = 20_000  # the rows that drop-downs reach; no province has as many people
LAST_COLUMN: Final = 16_384
ALLOWED: Final = (  # in a protected sheet, on the cells that are free
    "formatCells", "formatColumns", "formatRows", "insertRows", "insertColumns", "deleteRows", "sort", "autoFilter",
)  # fmt: skip
NARROWEST, WIDEST, GUIDE_WIDTH = 11.0, 40.0, 110.0
TITLES: Final[Mapping[str, Text]] = {
    "settings": T("Settings of the scenario"),
    "units": T("Units: communes, wards, special zones and provincial bodies"),
    "quotas": T("Quotas of each unit and bloc"),
    "posts": T("Posts: kinds of payroll seats in each unit"),
    "people": T("People on the payroll of each unit"),
    "pools": T("Lists of the provincial bodies (5 %)"),
    "wishes": T("Wishes and refusals"),
    "distances": T("Road distances"),
    "relations": T("Relatives and couples"),
    "decisions": T("Decisions taken beforehand"),
    "former": T("The plan agreed so far"),
}


def template_book(registry: Registry, province: str | None, language: str) -> bytes:
    """The empty workbook as a file, in `language`; `province` is the code of one whose units are filled in.

    `registry` gives the keys of rules and goals: all keys stand in `ThamSo` with their meaning and default.
    """
    from optimizer.spreadsheet import new_book, to_bytes

    book = new_book()
    with speaking(language):
        _guide(book.create_sheet(GUIDE_SHEET), province)
        lists = _ListSheet(book, language, as_they_are(list(registry.rules)))
        settings = book.create_sheet(SettingRow.sheet)
        _fill(settings, SettingRow, list(_settings(registry, province, language)), lists)
        _offer_settings(settings, registry, lists)
        for model in TABLES:
            units = communes_of(province) if model is Unit and province is not None else ()
            _fill(book.create_sheet(model.sheet), model, [unit.model_dump() for unit in units], lists)
        book.move_sheet(LISTS_SHEET, len(book.sheetnames))
    return to_bytes(book, date(2026, 4, 30))


def _guide(sheet: Worksheet, province: str | None) -> None:
    """How to fill in the workbook, which sheets there are, and where the facts come from."""
    from optimizer.spreadsheet import put, put_across, set_page, set_widths

    widths = {1: 16.0, 2: GUIDE_WIDTH - 32.0, 3: 16.0}
    lines = [
        T("Type below the headings of each sheet; columns with * must be filled in, all others may be blank."),
        T("A blank cell means unknown; nothing is filled in by guess. Row 3 of each sheet is an example, not data."),
        T("Choose codes from the lists. Several in one cell are separated by ';', for example: đất đai;môi trường."),
        T("Dates are typed as day/month/year. Codes of units and people are text; keep their leading zeros."),
        T("Columns {ordinal} and {remark} may be added anywhere; they are for people and are not read.",
          ordinal=ORDINAL, remark=REMARK),
        T("The exempt cases 1-7 are sensitive: rules read them, and they stand in no list that leaves the planner."),
        T("When all is typed: staffing validate FILE; every problem is told at once, with its cell and what to do."),
    ]  # fmt: skip
    if province is not None:
        lines.append(
            T(
                "The units of {province} stand in DonVi as of {day}. Published: codes and names (Decision "
                "19/2025/QĐ-TTg), a point inside each unit and its area (vietnamadminunits 1.0.4), population where it "
                "is known. Provincial bodies are added by hand.",
                province=provinces()[province], day=AS_OF,
            )
        )  # fmt: skip
    put_across(sheet, 1, str(T("How to fill in this workbook")), "title", widths)
    for row, line in enumerate(lines, start=2):
        put_across(sheet, row, f"{row - 1}. {line}", "line", widths)
    top = len(lines) + 3
    headings = (T("Sheet"), T("What stands there"), T("Needed"))
    needed = {model.sheet: T("may be empty") if model.table in OPTIONAL_TABLES else T("yes") for model in SHEETS}
    table = [headings, *((model.sheet, TITLES[model.table], needed[model.sheet]) for model in SHEETS)]
    for row, cells in enumerate(table, start=top):
        for at, text in enumerate(cells, start=1):
            put(sheet.cell(row, at), str(text), "heading" if row == top else "text")
    set_widths(sheet, widths)
    set_page(sheet, str(T("How to fill in this workbook")))
    sheet.protection.sheet = True


def _settings(registry: Registry, province: str | None, language: str) -> Iterator[dict[str, Any]]:
    """A row per key: what is known already, what it means, and what holds where the value is left blank."""
    known = {"name": provinces().get(province or ""), "province": province, "language": language}
    for key, meaning, default in described_keys(registry.rules, registry.goals, registry.goal_order):
        title = registry.titles.get(key.rpartition(".")[0])
        says = meaning.text if title is None else T("{title}: {meaning}", title=title, meaning=meaning.text)
        words = T("{meaning}; must be given", meaning=says)
        if default is not REQUIRED:
            shown = T("(none)") if default in (None, "", (), {}) else toml_word(default)
            words = T("{meaning}; blank: {value}", meaning=says, value=shown)
        yield {"key_": key, "value": known.get(key), "meaning": str(words)}


def _offer_settings(sheet: Worksheet, registry: Registry, lists: _ListSheet) -> None:
    """A drop-down for every key that takes one of a few words."""
    from optimizer.spreadsheet import choice

    keys = described_keys(registry.rules, registry.goals, registry.goal_order)
    for line, (key, meaning, default) in enumerate(keys, start=HEADER_ROW + 1):
        if not isinstance(default, str) or not meaning.words:
            continue
        words = list(meaning.words)
        if key.endswith(".state"):
            words = list(get_args(registry.rules[key.split(".")[1]].model_fields["state"].annotation))
        rule = choice(lists.range_of(as_they_are(words)))
        rule.add(f"B{line}")
        sheet.add_data_validation(rule)


def as_they_are(words: Sequence[str]) -> Vocabulary:
    """A closed list of words that are typed as they are in every language."""
    return Vocabulary("/".join(words)[:30], {word: (word, word) for word in words})


class _ListSheet:
    """The hidden sheet of closed lists, one column per list, from which drop-downs choose; `rules` is one of them."""

    def __init__(self, book: Workbook, language: str, rules: Vocabulary) -> None:
        self.rules = rules
        self._sheet = book.create_sheet(LISTS_SHEET)
        self._sheet.sheet_state = "hidden"
        self._language = language
        self._ranges: dict[str, str] = {}

    def range_of(self, vocabulary: Vocabulary) -> str:
        """The cells of a list, which is written when it is first asked for."""
        from openpyxl.utils import get_column_letter

        from optimizer.spreadsheet import put

        if vocabulary.name not in self._ranges:
            at = len(self._ranges) + 1
            put(self._sheet.cell(1, at), vocabulary.name, "heading")
            for row, code in enumerate(vocabulary, start=2):
                put(self._sheet.cell(row, at), vocabulary.label(code, self._language))
            letter = get_column_letter(at)
            self._ranges[vocabulary.name] = f"{LISTS_SHEET}!${letter}$2:${letter}${1 + len(vocabulary)}"
        return self._ranges[vocabulary.name]


def _fill(sheet: Worksheet, model: type[Row], rows: Sequence[Mapping[str, Any]], lists: _ListSheet) -> None:
    """Title, example, headings with notes, and the rows that are known."""
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    from optimizer.spreadsheet import FORMATS, fit_row, put, put_across, set_page, set_widths

    columns = list(model.columns())
    headings = [_marked(model, name) for name in columns]
    speak = [speaker(model.columns()[name], Lists(), current_language()) for name in columns]
    example = [say(EXAMPLES[model.table].get(name)) for name, say in zip(columns, speak, strict=True)]
    known = [[say(row[name]) for name, say in zip(columns, speak, strict=True)] for row in rows]
    widths = {at: _width(texts) for at, texts in enumerate(zip(headings, example, *known, strict=True), start=1)}
    put_across(sheet, 1, str(TITLES[model.table]), "title", widths)
    words = T(
        "Row 3 is an example and is not read. Type from row {row} on; columns with * must be filled in. "
        "The note on each heading says what stands there.",
        row=HEADER_ROW + 1,
    )
    put_across(sheet, 2, str(words), "line", widths)
    for at, (name, heading, shown) in enumerate(zip(columns, headings, example, strict=True), start=1):
        info, letter = model.columns()[name], get_column_letter(at)
        put(sheet.cell(3, at), shown, "note")
        sheet.cell(3, at).number_format = FORMATS[_look(info)]
        put(sheet.cell(HEADER_ROW, at), heading, "heading")
        note = Comment(note_of(info, required=heading.endswith("*")), "staffing-optimizer")
        note.width, note.height = 320, 130
        sheet.cell(HEADER_ROW, at).comment = note
        rule = _validation(name, info, lists)
        if rule is not None:
            rule.add(f"{letter}{HEADER_ROW + 1}:{letter}{LAST_ROW}")
            sheet.add_data_validation(rule)
    for line, values in enumerate(known, start=HEADER_ROW + 1):
        for at, (name, value) in enumerate(zip(columns, values, strict=True), start=1):
            put(sheet.cell(line, at), value, _look(model.columns()[name]))
        fit_row(sheet, line, dict(enumerate(values, start=1)), widths)
    fit_row(sheet, HEADER_ROW, dict(enumerate(headings, start=1)), widths, bold=True)
    fit_row(sheet, 3, dict(enumerate(example, start=1)), widths)
    set_widths(sheet, widths)
    set_page(sheet, str(TITLES[model.table]))
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    _free_below(sheet, model, len(rows))


def _free_below(sheet: Worksheet, model: type[Row], n_rows: int) -> None:
    """Protect what stands down to the headings; below, cells may be typed in, sorted, added and deleted."""
    from openpyxl.styles import Font, Protection
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.dimensions import ColumnDimension

    from optimizer.spreadsheet import FONT, FORMATS, LETTER_SIZE

    free = Protection(locked=False)
    for at, info in enumerate(model.columns().values(), start=1):
        dimension = sheet.column_dimensions[get_column_letter(at)]
        dimension.protection, dimension.font = free, Font(name=FONT, size=LETTER_SIZE)
        dimension.number_format = FORMATS[_look(info)]
        for line in range(HEADER_ROW + 1, HEADER_ROW + 1 + n_rows):
            sheet.cell(line, at).protection = free
    first = len(model.columns()) + 1
    rest = ColumnDimension(sheet, index=get_column_letter(first), min=first, max=LAST_COLUMN, width=NARROWEST)
    rest.protection = free
    sheet.column_dimensions[get_column_letter(first)] = rest
    protection = sheet.protection
    protection.sheet = True
    for allowed in ALLOWED:
        setattr(protection, allowed, False)  # in the format, True means that it is not allowed


def _marked(model: type[Row], name: str) -> str:
    heading = heading_in(model, name, current_language())
    return f"{heading} *" if model.columns()[name].is_required() or name in model.required_columns() else heading


def _width(texts: Sequence[Value]) -> float:
    """Of a column with this heading and these values."""
    heading, *values = (len(str(text or "")) for text in texts)
    return min(WIDEST, max(NARROWEST, heading * 0.7, max(values) + 2.0))


def _look(info: FieldInfo) -> Any:
    kind = kind_of(info)
    is_words = kind is str or kind is bool or get_origin(info.annotation) is tuple
    return "text" if is_words else "date" if kind is date else "exact"


def _validation(name: str, info: FieldInfo, lists: _ListSheet) -> DataValidation | None:
    """What Excel lets be typed: codes of a closed list, whole numbers and numbers within bounds, dates.

    A list to which a scenario may add codes only warns of others.
    """
    from openpyxl.worksheet.datavalidation import DataValidation

    from optimizer.spreadsheet import choice

    marks = {type(mark): mark for mark in info.metadata}
    kind, many = kind_of(info), get_origin(info.annotation) is tuple
    known = lists.rules if name == "rule" else marks[OneOf].vocabulary if OneOf in marks else None
    if known is not None:
        rule = choice(lists.range_of(known))
        rule.showErrorMessage = not many  # several codes are typed with ';' between them
        rule.errorStyle = "warning" if known in (*OPEN_LISTS.values(), lists.rules) else "stop"
        return rule
    if many or kind not in (int, float, date):
        return None
    bounds = marks.get(Bounds, Bounds(-LARGEST))
    low, high = f"{bounds.low:g}", f"{min(bounds.high, LARGEST):g}"
    if kind is date:
        low, high = _serial(FIRST_DAY), _serial(LAST_DAY)
    rule = DataValidation(operator="between", formula1=low, formula2=high, allow_blank=True)
    rule.type = "whole" if kind is int else "decimal" if kind is float else "date"
    rule.showErrorMessage, rule.errorStyle = True, "warning"
    rule.error = values_of(info)
    return rule


def _serial(day: date) -> str:
    """The number that spreadsheets keep for a day."""
    return str((day - date(1899, 12, 30)).days)
