"""How names match: whatever the case, the Unicode form and the place of the tone mark (Hòa = Hoà)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from optimizer.errors import UsageError
from optimizer.texts import T

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_DASHES: Final = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_PARTS: Final = re.compile(r"[^\s-]+")


def normal(text: str) -> str:
    """`text` in Unicode NFC."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """The form in which names are compared: two names are the same where their folds are equal.

    The tone of a syllable goes to its end, so that old and new style of placing it agree; the marks that make
    other letters (ă, â, ê, ô, ơ, ư) stay where they are.
    """
    text = " ".join(_DASHES.sub("-", name.casefold()).split())
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _PARTS.sub(_tone_last, unicodedata.normalize("NFD", text)))


def _tone_last(syllable: re.Match[str]) -> str:
    letters = syllable.group()
    tones = [c for c in letters if c in _TONES]
    return "".join(c for c in letters if c not in _TONES) + "".join(tones)


def bare(name: str) -> str:
    """`name` without any mark, in lower case: what somebody types without a Vietnamese keyboard."""
    letters = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d")
    return "".join(c for c in letters if not unicodedata.combining(c))


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name that looks most like `name`; None where none looks like it."""
    by_form = {bare(candidate): candidate for candidate in known}
    found = get_close_matches(bare(name), by_form, n=1, cutoff=cutoff)
    return by_form[found[0]] if found else None


def required(what: str, value: str, known: Iterable[str]) -> str:
    """`value`, where it is one of the known ones. Raises UsageError with the nearest of them, else with all."""
    names = list(known)
    if value in names:
        return value
    guess = nearest(value, names)
    if guess is None:
        raise UsageError(
            T("{what}: '{value}' is not known; use {known}", what=what, value=value, known=", ".join(names))
        )
    raise UsageError(T("{what}: '{value}' is not known; did you mean '{guess}'?", what=what, value=value, guess=guess))


def shown(value: str, most: int = 60) -> str:
    """`value` as a message can show it: on one line, printable, not too long."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value[: most + 1])
    return text if len(value) <= most else text[: most - 1] + "…"
