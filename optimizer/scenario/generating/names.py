"""Names made word by word from the lists of `names.toml`. Nobody real is meant."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Final

from optimizer.scenario.generating.dice import Dice

_LISTS: Final[dict[str, dict[str, str]]] = tomllib.loads(
    resources.files("optimizer.scenario.generating").joinpath("names.toml").read_text(encoding="utf-8")
)
_WORDS: Final = {(table, name): words.split() for table, lists in _LISTS.items() for name, words in lists.items()}


def person_name(dice: Dice, sex: str, ethnicity: str) -> str:
    """A plausible name for a person of that sex and ethnicity."""
    surnames = _WORDS.get(("surnames", ethnicity), _WORDS["surnames", "Kinh"])
    surname, middle = dice.pick(surnames), dice.pick(_WORDS["middle", sex])
    return f"{surname} {middle} {dice.pick([word for word in _WORDS['given', sex] if word != middle])}"


def place_names(dice: Dice, n: int) -> list[str]:
    """n different plausible names of communes; a number follows where the words run out."""
    firsts, seconds = _WORDS["places", "first"], _WORDS["places", "second"]
    pairs = [f"{first} {second}" for first in firsts for second in seconds if first != second]
    names = dice.sample(dict.fromkeys(pairs, 1), n)
    return [names[i % len(names)] + (f" {i // len(names) + 1}" if i >= len(names) else "") for i in range(n)]
