"""Workbooks as the units of a province send them: one per unit, each kept in the way of whoever typed it.

    files = write_unit_files(scenario, folder, seed=1)    # seed None: all alike, with every column and clear names
    files.units["00003"].edit("people", change)           # a fault at a known place

The way of each unit is drawn by the seed: titles above the headings, headings in capitals, without accents or with
line breaks, columns for people, the unit by code, by name in any of its forms, in a line above or in the file's name
alone, dates and numbers as text, hidden columns, rows without anything, codes in Vietnamese or English words.
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from builders import tiny
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.scenario.book_writing import heading_in, speaker
from optimizer.scenario.cells import Lists, cell_text
from optimizer.scenario.gathering.resolving import unit_columns
from optimizer.scenario.keys import flat, keys_of, toml_word
from optimizer.scenario.names import bare
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.schema import TABLES, Row, Unit
from optimizer.scenario.sheets import SettingRow

MODELS = {model.table: model for model in TABLES}
KIND_WORDS = {"commune": "xã", "ward": "phường", "special_zone": "đặc khu", "department": ""}
OLD_TONES = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "úy": "uý", "ủy": "uỷ", "ụy": "uỵ"}
NAMES = (
    "Mường Xén", "Hòa Quân", "Quỳ Châu", "Bình Chuẩn", "Châu Khê", "Con Cuông", "Đô Lương", "Đông Hiếu", "Giai Lạc",
    "Hải Châu", "Hạnh Lâm", "Hùng Chân", "Hữu Kiệm", "Keng Đu", "Kim Bảng", "Lượng Minh", "Mỹ Lý", "Môn Sơn", "Na Loi",
    "Nậm Cắn", "Nghi Lộc", "Nhôn Mai", "Phúc Lộc", "Quan Thành", "Quảng Châu", "Quế Phong", "Quỳnh Anh", "Sơn Lâm",
    "Tam Thái", "Tân Kỳ", "Thành Vinh", "Thần Lĩnh", "Thông Thụ", "Thuần Trung", "Tiên Đồng", "Tri Lễ", "Tương Dương",
    "Vạn An", "Vân Tụ", "Xuân Lâm", "Yên Hòa", "Yên Na", "Yên Thành", "Yên Xuân", "Tường Phú", "Vĩnh Tường",
)  # fmt: skip
TWINS = "Bình Minh"  # a commune and a ward bear this name


def province(n: int, names: Sequence[str] = ()) -> Scenario:
    """A tiny province: `n` communes with three people each, two of them of one name, and a provincial body."""
    ids = [f"{3 * at:05d}" for at in range(1, n + 1)]
    names = names or [*NAMES[: n - 2], TWINS, TWINS]
    units: list[Any] = [
        {"unit_id": unit, "name": name, "kind": "ward" if unit == ids[-1] else "commune", "region_class": "II"}
        for unit, name in zip(ids, names, strict=True)
    ]
    units.append({"unit_id": "SNV", "name": "Sở Nội vụ", "kind": "department"})
    posts: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for at, unit in enumerate([*ids, "SNV"]):
        posts += [
            {"post_id": f"{unit}-CT", "unit_id": unit, "level": 1, "title": "Chủ tịch UBND xã"},
            {"post_id": f"{unit}-KT", "unit_id": unit, "fields": "finance", "seats": 2, "title": "Kế toán"},
        ]
        for k, post in enumerate((f"{unit}-CT", f"{unit}-KT", None), start=1):
            born = date(1970 + at % 25, 1 + at % 12, 9 + k)
            people.append({
                "person_id": f"{unit}-{k:03d}", "post_id": post, "unit_id": unit, "name": f"Lê {NAMES[at % 46]} {k}",
                "no_promotion_until": date(2026, 1, 1) if k == 2 else None, "exempt": "5" if k == 1 else None,
                "birth_date": born, "native_unit_id": ids[at % n], "residence_unit_id": ids[(at + k) % n],
                "majors": "Kế toán", "fields": "finance", "salary_coefficient": 2.34 + k, "joined_on": date(2015, 3, k),
            })  # fmt: skip
    quotas = [
        {"unit_id": unit, "quota": 5, "basis": "Quyết định 12", "present": 3, "effective_from": date(2025, 7, 1)}
        for unit in [*ids, "SNV"]
    ]
    return tiny(
        units=units, posts=posts, people=people, quotas=quotas,
        pools=[{"person_id": "SNV-003", "rank": 1}],
        wishes=[{"person_id": f"{unit}-001", "unit_id": ids[0], "consent": "no"} for unit in ids],
        relations=[{"person_id": f"{ids[0]}-001", "other_id": f"{ids[1]}-001", "kind": "sibling"}],
        decisions=[{"kind": "keep", "person_id": f"{ids[1]}-001"}],
    )  # fmt: skip


def with_present(scenario: Scenario) -> Scenario:
    """The scenario with the number of people present in every row of the quotas."""
    listed = Counter((person.unit_id, person.bloc) for person in scenario.people)
    return replace(
        scenario,
        quotas=tuple(row.model_copy(update={"present": listed[row.unit_id, row.bloc]}) for row in scenario.quotas),
    )


@dataclass(frozen=True)
class Way:
    """How somebody keeps a workbook."""

    titles: int = 0
    headings: str = "vi"  # vi, upper, bare, broken, en
    columns_for_people: bool = False
    unit: str = "code"  # code, name, nfd, tones, kind, line, file
    dates_as_text: bool = False
    numbers_as_text: bool = False
    words: str = "vi"
    units_sheet: str = "own"  # own, all, none
    hidden: bool = False
    empty_ends: bool = False
    file: str = "kind"  # kind, code, both, lines, list, copy


def draw(rng: random.Random, *, sure: bool) -> Way:
    """Any way; `sure`: the unit's name alone would not tell which one it is."""
    unit = rng.choice(("code", "kind") if sure else ("code", "name", "nfd", "tones", "kind", "line", "file"))
    return Way(
        titles=max(rng.randrange(4), 2 if unit == "line" else 0),
        headings=rng.choice(("vi", "upper", "bare", "broken", "en")),
        columns_for_people=rng.random() < 0.5,
        unit=unit,
        dates_as_text=rng.random() < 0.5,
        numbers_as_text=rng.random() < 0.5,
        words=rng.choice(("vi", "en")),
        units_sheet=rng.choice(("own", "all", "none")),
        hidden=rng.random() < 0.3,
        empty_ends=rng.random() < 0.3,
        file="kind" if sure else rng.choice(("kind", "code", "both", "lines", "list", "copy")),
    )


@dataclass
class Layout:
    """Where a table stands in a workbook."""

    sheet: str
    header_row: int
    columns: dict[str, int]
    rows: int


@dataclass
class UnitFile:
    """One workbook and where its tables stand in it."""

    path: Path
    tables: dict[str, Layout] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.name

    def row(self, table: str, k: int) -> int:
        """The row of the sheet in which the k-th row of a table stands, from 0."""
        return self.tables[table].header_row + 1 + k

    def edit(self, table: str, change: Callable[[Worksheet], object]) -> None:
        """Change one sheet."""
        book = load_workbook(self.path)
        change(book[self.tables[table].sheet])
        book.save(self.path)

    def set(self, table: str, k: int, column: str, value: object) -> int:
        """Put a value in a cell; returns its row."""
        at, row = self.tables[table].columns[column], self.row(table, k)
        self.edit(table, lambda sheet: setattr(sheet.cell(row, at), "value", value))
        return row

    def append(self, table: str, source: UnitFile, k: int, **changes: object) -> int:
        """Put a row of another file below the last one; returns its row."""
        there, here = source.tables[table], self.tables[table]
        sheet = load_workbook(source.path)[there.sheet]
        cells = {name: sheet.cell(source.row(table, k), at).value for name, at in there.columns.items()} | changes
        row = self.row(table, here.rows)

        def change(sheet: Worksheet) -> None:
            for name, at in here.columns.items():
                sheet.cell(row, at).value = cells.get(name)

        self.edit(table, change)
        here.rows += 1
        return row


@dataclass
class Files:
    """The files of a province."""

    folder: Path
    scenario: Scenario
    province: UnitFile
    units: dict[str, UnitFile]

    @property
    def paths(self) -> list[Path]:
        return [self.province.path, *(file.path for file in self.units.values())]


def write_unit_files(scenario: Scenario, folder: Path, seed: int | None = None, plain: Collection[str] = ()) -> Files:
    """The province's own workbook (units, quotas, distances, decisions, settings), and one per unit.

    Those of the units in `plain`, and all without a seed, are kept in the plain way.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    names = Counter(unit.name for unit in scenario.units)
    home = {person.person_id: person.unit_id for person in scenario.people}
    of_person: dict[str, dict[str, list[Row]]] = {}
    for table in ("pools", "wishes", "relations"):
        for row in scenario.rows(table):
            of_person.setdefault(home[row.person_id], {}).setdefault(table, []).append(row)  # type: ignore[attr-defined]
    blank = [row.model_copy(update={"present": None}) for row in scenario.quotas]
    others = {table: scenario.rows(table) for table in ("units", "distances", "decisions")}
    own = UnitFile(folder / "Toàn tỉnh - số liệu gốc.xlsx")
    _write(own, scenario, Way(), {**others, "quotas": blank}, None)
    files = Files(folder, scenario, own, {})
    by_unit = {table: _by_unit(scenario.rows(table)) for table in ("quotas", "posts", "people")}
    for unit in scenario.units:
        drawn = draw(rng, sure=names[unit.name] > 1)
        way = Way() if seed is None or unit.unit_id in plain else drawn
        tables = {table: rows.get(unit.unit_id, []) for table, rows in by_unit.items()} | of_person.get(
            unit.unit_id, {}
        )
        sheet = {"own": [unit], "all": scenario.units, "none": []}[way.units_sheet]
        files.units[unit.unit_id] = UnitFile(folder / f"{_file_name(unit, way)}.xlsx")
        _write(files.units[unit.unit_id], scenario, way, {"units": sheet, **tables}, unit)
    return files


def _by_unit(rows: Iterable[Any]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _file_name(unit: Unit, way: Way) -> str:
    full = f"{KIND_WORDS[unit.kind]} {unit.name}".strip()
    return {
        "kind": full[0].upper() + full[1:],
        "code": unit.unit_id,
        "both": f"{unit.unit_id} - {unit.name}",
        "lines": full.replace(" ", "_"),
        "list": f"Danh sách CBCC {full} năm 2025",
        "copy": f"{full} (bản cuối)",
    }[way.file]


def spelled(unit: Unit, way: str) -> str:
    """A unit as somebody writes it."""
    name = unit.name
    if way == "kind" or (name == TWINS and way != "code"):
        name = f"{KIND_WORDS[unit.kind]} {name}".strip()
    if way == "tones":
        for new, old in OLD_TONES.items():
            name = name.replace(new, old)
    return {"code": unit.unit_id, "nfd": unicodedata.normalize("NFD", name).upper()}.get(way, name)


def _write(
    file: UnitFile, scenario: Scenario, way: Way, tables: Mapping[str, Sequence[Row]], unit: Unit | None
) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    if unit is None:
        sheet = book.create_sheet(SettingRow.sheet)
        sheet.append(["Khóa", "Giá trị"])
        for key, value in flat(keys_of(scenario)):
            sheet.append([key, value if isinstance(value, (int, float, date)) else toml_word(value)])
        file.tables["settings"] = Layout(SettingRow.sheet, 1, {"key_": 1, "value": 2}, sheet.max_row - 1)
    units = {row.unit_id: row for row in scenario.units}
    for table, rows in tables.items():
        if rows:
            layout = _sheet(book, MODELS[table], rows, way, units, unit, Lists(scenario.config.vocabulary))
            file.tables[table] = layout
    book.save(file.path)


def _sheet(
    book: Workbook, model: type[Row], rows: Sequence[Row], way: Way, units: Mapping[str, Unit], unit: Unit | None,
    lists: Lists,
) -> Layout:  # fmt: skip
    sheet = book.create_sheet(model.sheet)
    names = model.columns_in_use(rows)
    owner = model.table in ("quotas", "posts", "people", "pools") and way.unit in ("line", "file")
    if owner:
        names.remove("unit_id")
    for row in range(1, way.titles + 1):
        sheet.cell(row, 1).value = "UBND TỈNH MẪU\nDANH SÁCH" if row == 1 else "(kèm theo công văn)"
    if way.titles and way.unit == "line" and unit is not None:
        sheet.cell(2, 1).value = f"Đơn vị: {spelled(unit, 'kind')}"
    first = 1 + way.columns_for_people
    columns = {name: first + at for at, name in enumerate(names)}
    header = way.titles + 1
    for name, at in columns.items():
        sheet.cell(header, at).value = _heading(model, name, way)
    if way.columns_for_people:
        sheet.cell(header, 1).value, sheet.cell(header, first + len(names)).value = "STT", "Ghi chú"
    refers = unit_columns(model)
    say = {name: speaker(model.columns()[name], lists, way.words) for name in names}
    for line, row in enumerate(rows, start=header + 1):
        if way.columns_for_people:
            sheet.cell(line, 1).value = line - header
        for name, at in columns.items():
            value = getattr(row, name)
            if name in refers and value:
                kind = "kind" if way.unit in ("line", "file") else way.unit
                items = value if isinstance(value, tuple) else (value,)
                value = ";".join(spelled(units[item], kind) for item in items)
            _put(sheet, line, at, say[name](value), way)
    if way.hidden:
        sheet.column_dimensions["B"].hidden = True
    if way.empty_ends:
        sheet.cell(header + len(rows) + 40, 3).value = "  "
        sheet.cell(header + len(rows) + 90, 2).number_format = "0.00"
    return Layout(model.sheet, header, columns, len(rows))


def _heading(model: type[Row], name: str, way: Way) -> str:
    words = heading_in(model, name, "en" if way.headings == "en" else "vi")
    return {
        "upper": words.upper(), "bare": bare(words), "broken": words.replace(" ", "\n", 1) + " (*)",
    }.get(way.headings, words)  # fmt: skip


def _put(sheet: Worksheet, line: int, at: int, value: Any, way: Way) -> None:
    cell = sheet.cell(line, at)
    if isinstance(value, date) and way.dates_as_text:
        value = value.strftime("%d/%m/%Y")
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and way.numbers_as_text:
        value = cell_text(value)
    cell.value = value
    if isinstance(value, str):
        cell.number_format = "@"


def as_ods(path: Path) -> Path:
    """A copy of a workbook in the format of LibreOffice; the workbook itself goes."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    for sheet in load_workbook(path).worksheets:
        table = Table(name=sheet.title)
        for cells in sheet.iter_rows(values_only=True):
            row = TableRow()
            for value in cells:
                text = value.date().isoformat() if hasattr(value, "date") else "" if value is None else str(value)
                kind = {"valuetype": "string"}
                if isinstance(value, (int, float)):
                    kind = {"valuetype": "float", "value": text}
                elif hasattr(value, "date"):
                    kind = {"valuetype": "date", "datevalue": text}
                cell = TableCell(**kind) if text else TableCell()
                if text:
                    cell.addElement(P(text=text))
                row.addElement(cell)
            table.addElement(row)
        document.spreadsheet.addElement(table)
    target = path.with_suffix(".ods")
    document.save(str(target))
    path.unlink()
    return target
