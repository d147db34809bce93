"""HTML: one page that holds everything, tables that sort and filter, pictures; it never asks the network for anything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.content import WORDS_OF_TIERS, Content
from optimizer.reporting.tables import Cell, Column, Sheet, Table, words
from optimizer.texts import T

FEW_ROWS: Final = 8  # up to so many are read as they stand, totals among them, and need no sorting
NARROWEST, WIDEST = 6, 40  # of a column, in letters
RIGHT: Final = frozenset({"whole", "number", "km", "percent"})


def web_page(content: Content) -> bytes:
    """UTF-8 bytes of the page; the same plan gives the same bytes.

    The policy in its head lets a browser run the page's own script and nothing else, and load nothing at all.
    Cells carry the numbers by which they sort: Vietnamese order is that of every other list of the product.
    """
    first = content.sheets[0]
    sections = [_section(sheet, sheet is first) for sheet in content.sheets]
    style, script = _asset("page.css") + _widths(content), _asset("page.js")
    page = _environment().get_template("page.html.jinja")
    text = page.render(
        language=content.language,
        title=first.title,
        lines=first.lines,
        aside=f"{WORDS_OF_TIERS[content.tier]}.",
        sections=sections,
        words=_labels(),
        foot=str(T("Made from the data and settings named above; the same plan gives the same page.")),
        style=Markup(style),
        script=Markup(script),
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


def _table(table: Table, name: str) -> dict[str, Any]:
    looks = [_look(column) for column in table.columns]
    keys = [_keys([row[at] for row in table.rows]) for at in range(len(table.columns))]
    return {
        "id": name,
        "title": table.title,
        "note": table.note,
        "long": len(table.rows) > FEW_ROWS,
        "head": [
            {"heading": column.heading, "look": f"{look} w{_width(column)}".strip()}
            for column, look in zip(table.columns, looks, strict=True)
        ],
        "rows": [
            [
                {"text": words(value, column.kind), "look": look, "key": keys[at][line]}
                for at, (value, column, look) in enumerate(zip(row, table.columns, looks, strict=True))
            ]
            for line, row in enumerate(table.rows)
        ],
    }


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
    return "n" if column.kind in RIGHT else "d" if column.kind == "date" else ""


def _width(column: Column) -> int:
    return round(min(max(column.width / column.span, NARROWEST), WIDEST))


def _widths(content: Content) -> str:
    """How wide columns are at least, as rules of their own: the policy allows no style in a cell."""
    used = {_width(column) for _, _, table in content.tables() for column in table.columns}
    return "".join(f".w{width} {{ min-width: {width}ch; }}\n" for width in sorted(used))


def _asset(name: str) -> str:
    return resources.files("optimizer.reporting").joinpath("web", name).read_text("utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
