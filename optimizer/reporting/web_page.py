"""HTML: one page that holds everything, with tables that sort and filter, and asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.content import WORDS_OF_TIERS, Content
from optimizer.reporting.figures import pictures
from optimizer.reporting.tables import Cell, Column, Sheet, Table
from optimizer.texts import T, words

FEW_ROWS: Final = 8  # up to so many are read as they stand, totals among them, and need no sorting
WIDEST: Final = 36  # letters of a column before its text goes on in the next line
STEPS: Final = 20  # lengths of bars
RIGHT: Final = frozenset({"whole", "number", "km", "percent"})


def web_page(content: Content) -> bytes:
    """UTF-8 bytes of the page; the same plan gives the same bytes.

    The policy in its head lets a browser run the page's own script and nothing else, and load nothing at all.
    Cells carry the numbers by which they sort: Vietnamese order is that of every other list of the product.
    """
    first = content.sheets[0]
    sections = [_section(sheet, sheet is first) for sheet in content.sheets]
    sections.insert(1, _pictures(content))
    style, script = _asset("page.css") + _sizes(), _asset("page.js")
    page = _environment().get_template("page.html.jinja")
    text = page.render(
        language=content.language,
        title=first.title,
        lines=first.lines,
        aside=f"{WORDS_OF_TIERS[content.tier]}.",
        sections=sections,
        words=_labels(),
        foot=str(T("Made from the data and settings named above; the same plan gives the same page.")),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return text.encode("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("optimizer.reporting", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _labels() -> dict[str, str]:
    return {
        "sections": str(T("Sections")),
        "filter": str(T("Filter")),
        "example": str(T("words in any column")),
        "count": str(T("{shown} of {all} rows", shown="{shown}", all="{all}")),
        "nothing": str(T("Nothing to show.")),
    }


def _section(sheet: Sheet, is_first: bool) -> dict[str, Any]:
    """One sheet; the title and lines of the first stand at the top of the page."""
    title = str(T("Summary")) if is_first else sheet.title
    return {
        "id": sheet.name,
        "title": title,
        "short": title.split(":", maxsplit=1)[0],
        "lines": () if is_first else sheet.lines,
        "pictures": (),
        "tables": [_table(table, f"{sheet.name}-{at}") for at, table in enumerate(sheet.tables, start=1)],
    }


def _pictures(content: Content) -> dict[str, Any]:
    """All pictures, each as an image of its own: neither names nor styles of one reach another or the page."""
    title = str(T("Pictures"))
    drawn = [
        {"name": picture.name, "title": picture.title, "source": _as_address(picture.data)}
        for picture in pictures(content.plan, content.names, "svg")
    ]
    return {"id": "pictures", "title": title, "short": title, "lines": (), "pictures": drawn, "tables": ()}


def _as_address(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def _table(table: Table, name: str) -> dict[str, Any]:
    looks = [_look(column) for column in table.columns]
    keys = [_keys([row[at] for row in table.rows]) for at in range(len(table.columns))]
    scales = _scales(table)
    return {
        "id": name,
        "title": table.title,
        "note": table.note,
        "long": len(table.rows) > FEW_ROWS,
        "head": [
            {"heading": column.heading, "look": f"{look} w{_width(table, at)}".strip()}
            for at, (column, look) in enumerate(zip(table.columns, looks, strict=True))
        ],
        "rows": [
            [
                {"text": words(value, column.kind), "look": look + _bar(value, scales.get(column.bar)), "key": key}
                for value, column, look, key in zip(row, table.columns, looks, keys_of_row, strict=True)
            ]
            for row, keys_of_row in zip(table.rows, zip(*keys, strict=True), strict=True)
        ],
    }


def _scales(table: Table) -> dict[str, tuple[int, float]]:
    """For every scale of bars its number, 1 first, and the largest value on it."""
    values: dict[str, list[float]] = {column.bar: [0] for column in table.columns if column.bar}
    for row in table.rows:
        for column, value in zip(table.columns, row, strict=True):
            if column.bar and isinstance(value, (int, float)):
                values[column.bar].append(value)
    return {name: (at, max(found)) for at, (name, found) in enumerate(values.items(), start=1)}


def _bar(value: Cell, scale: tuple[int, float] | None) -> str:
    """The classes that draw a value as a bar."""
    if scale is None or not isinstance(value, (int, float)) or value <= 0:
        return ""
    number, largest = scale
    return f" bar{number} b{max(1, round(STEPS * value / largest))}"


def _keys(values: Sequence[Cell]) -> list[str]:
    """By what number each cell of a column sorts; blank for one that comes last."""
    texts = {value for value in values if isinstance(value, str) and value}
    places = {text: at for at, text in enumerate(sorted(texts, key=lambda text: (vietnamese_key(text), text)))}
    return [_key(value, places) for value in values]


def _key(value: Cell, places: dict[str, int]) -> str:
    if isinstance(value, str):
        return str(places.get(value, ""))
    if isinstance(value, date):
        return str(value.toordinal())
    return "" if value is None else str(value)


def _look(column: Column) -> str:
    """The classes of a column's cells: n for numbers, d for dates, s for what the screen alone shows."""
    kind = "n" if column.kind in RIGHT else "d" if column.kind == "date" else ""
    return kind if column.printed else f"{kind} s".strip()


def _width(table: Table, at: int) -> int:
    """Letters that a column takes at least: its longest text, or its width where that is less."""
    longest = max((len(words(row[at], table.columns[at].kind)) for row in table.rows), default=0)
    return round(min(table.columns[at].width, longest, WIDEST))


def _sizes() -> str:
    """Widths of columns and bars as rules: the policy allows no style in a cell. Small screens give half of theirs."""
    widths = [f".w{n} {{ min-width: min({n}ch, 50vw); }}\n" for n in range(WIDEST + 1)]
    bars = [f".b{n} {{ background-size: {100 * n // STEPS}% 70% !important; }}\n" for n in range(1, STEPS + 1)]
    return "".join([*widths, *bars])


def _asset(name: str) -> str:
    return resources.files("optimizer.reporting").joinpath("web", name).read_text("utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
