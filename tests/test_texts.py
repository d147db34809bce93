"""Every text that people see stands in the Vietnamese catalogue, with all its fields, and nothing else does."""

from __future__ import annotations

import ast
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import optimizer
from optimizer.goals import GOALS
from optimizer.reporting.pages import HEADINGS, page_of
from optimizer.rulebook import RULES
from optimizer.scenario.sheets import SHEETS
from optimizer.texts import T, Text, speaking

ROOT = Path(optimizer.__file__).parent
DESCRIBED = [*RULES, *GOALS]


def _calls() -> Iterator[tuple[str, ast.expr]]:
    """Place and first argument of every call of T in the package."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "T":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0]


def _messages() -> set[str]:
    literals = {first.value for _, first in _calls() if isinstance(first, ast.Constant)}
    pages = [page_of(described.page()) for described in DESCRIBED]
    bodies = {text.msgid for page in pages for text in (page.summary, *(body for _, body in page.sections))}
    columns = {info.description for model in SHEETS for info in model.columns().values() if info.description}
    return literals | bodies | columns


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    with (ROOT / "locale" / "vi.po").open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale="vi") if message.id}


def _fields(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_messages_are_literal():
    assert [place for place, first in _calls() if not isinstance(first, ast.Constant)] == []


def test_every_message_is_translated_and_none_is_left_over(catalogue):
    assert sorted(_messages() - {msgid for msgid, words in catalogue.items() if words.strip()}) == []
    assert sorted(catalogue.keys() - _messages()) == []


def test_no_message_stands_in_the_catalogue_twice():
    lines = (ROOT / "locale" / "vi.po").read_text(encoding="utf-8").splitlines()
    assert [
        line for line, times in Counter(line for line in lines if line.startswith("msgid ")).items() if times > 1
    ] == []


def test_translations_keep_every_field(catalogue):
    called = {first.value for _, first in _calls() if isinstance(first, ast.Constant)}
    assert [msgid for msgid in called if _fields(msgid) != _fields(catalogue[msgid])] == []


@pytest.mark.parametrize("word", ["có phải ý bạn", "bảng tính", "gom ", "trả lương", "chưa giải gì", "trang donvi"])
def test_words_that_no_office_would_use_stand_nowhere(word, catalogue):
    assert [msgid for msgid, words in catalogue.items() if word in words.casefold()] == []


def test_a_text_speaks_the_language_of_the_moment():
    text = T("row {row}", row=7)
    with speaking("vi"):
        assert str(text) == "dòng 7"
        with speaking("en"):
            assert str(text) == "row 7"
        assert str(T("{one}; {other}", one=text, other=Text(""))) == "dòng 7; "


@pytest.mark.parametrize("described", DESCRIBED, ids=lambda described: described.name)
def test_pages_have_the_sections_that_planners_look_for(described):
    page = page_of(described.page())
    headings = [heading.msgid for heading, _ in page.sections]
    wanted = [HEADINGS[name].msgid for name in HEADINGS]
    assert headings == (wanted if described in RULES else ["What", "Formula", "Data"])
    assert page.summary.msgid.endswith(".")
    assert all(body.msgid for _, body in page.sections)
