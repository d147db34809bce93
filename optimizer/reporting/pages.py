"""The page of a rule or goal as planners read it: the words above the code, section by section, in their language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from optimizer.texts import T, Text

HEADINGS: Final[Mapping[str, Text]] = {
    "What": T("What"),
    "Why": T("Why"),
    "Formula": T("Formula"),
    "Data": T("Data"),
    "Source": T("Source"),
    "Relax": T("How to relax it"),
}
_SECTION = re.compile(rf"^({'|'.join(HEADINGS)}): ", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """`summary`: one sentence; `sections`: pairs of heading and body. All are messages of the catalogue."""

    summary: Text
    sections: tuple[tuple[Text, Text], ...]


def page_of(docstring: str) -> Page:
    """The page in a rule's docstring; a section is a line that begins with its name, and those that follow."""
    summary, *parts = _SECTION.split(docstring)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return Page(_folded(summary), tuple((HEADINGS[name], _folded(body)) for name, body in pairs))


def _folded(body: str) -> Text:
    return Text(" ".join(body.split()))
