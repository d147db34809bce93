"""Vietnamese alphabetical order: letters first, tones after, so that lists read as a dictionary does."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import lru_cache
from typing import Final

LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES: Final = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; no mark comes before them all
Key = tuple[tuple[int, ...], tuple[int, ...]]


def place_in(order: Collection[str], code: str | None) -> int:
    """The place of a code in a list, counted from 0; beyond its end where the list does not know it."""
    return next((place for place, known in enumerate(order) if known == code), len(order))


@lru_cache(maxsize=1 << 14)
def vietnamese_key(text: str) -> Key:
    """A sort key: the letters of `text` in the order of the alphabet, and then its tones, syllable by syllable."""
    letters: list[int] = []
    tones: list[int] = []
    for syllable in text.casefold().split():
        tone = 0
        for character in unicodedata.normalize("NFC", _without_tone(syllable)):
            place = LETTERS.find(character)
            letters.append(ord(character) if place < 0 else 1000 + place)
        for mark in unicodedata.normalize("NFD", syllable):
            tone = TONES.find(mark) + 1 or tone
        letters.append(0)
        tones.append(tone)
    return tuple(letters), tuple(tones)


def _without_tone(syllable: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", syllable) if c not in TONES)
