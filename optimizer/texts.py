"""Every text that people see: English in the code, Vietnamese in the catalogue `locale/vi.po`.

A `Text` is a message with its values, not yet in any language; it becomes words when it is printed, in the
language that is current then. So a library call can raise an error in a notebook and the command line can
print the same error in Vietnamese.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from typing import Any, Final

LANGUAGES: Final = ("vi", "en")
SOURCE_LANGUAGE: Final = "en"

_language: ContextVar[str] = ContextVar("language", default="vi")


@dataclass(frozen=True)
class Text:
    """A message of the catalogue (`msgid`, English, with `{name}` fields) and the values of its fields."""

    msgid: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    def render(self, language: str | None = None) -> str:
        """The words in `language` (the current one by default); a value that is a Text is rendered too."""
        language = language or _language.get()
        words = catalogue(language).gettext(self.msgid) if self.msgid else ""
        if not self.values:
            return words
        values = {k: v.render(language) if isinstance(v, Text) else v for k, v in self.values.items()}
        return words.format(**values)

    def __str__(self) -> str:
        return self.render()


def T(msgid: str, **values: Any) -> Text:  # noqa: N802 - short on purpose: it stands around every message
    """Mark `msgid` as a message of the catalogue and bind its values."""
    return Text(msgid, values)


@cache
def catalogue(language: str) -> NullTranslations:
    """The catalogue of one language; English is the language of the source and needs none."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with resources.files("optimizer").joinpath(f"locale/{language}.po").open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


def current_language() -> str:
    """The language in which texts are rendered now."""
    return _language.get()


def words(value: str | float | date | None, kind: str = "text") -> str:
    """A value as people of the current language write it; `kind` is that of its column (percent, km, number)."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat() if current_language() == SOURCE_LANGUAGE else value.strftime("%d/%m/%Y")
    if isinstance(value, str):
        return value
    shape = {"percent": ",.1%", "km": ",.1f", "number": ",.3f"}.get(kind, ",")
    text = format(value, shape)
    return text if current_language() == SOURCE_LANGUAGE else text.translate(str.maketrans(",.", ".,"))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Render texts in `language` inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)
