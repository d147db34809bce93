"""Which unit a text means: by its code or its name, whatever the case, the tone marks' place and the dashes.

The kind may stand before the name (xã, phường, đặc khu, commune, ward). A code without its leading zeros and a name
without its accents are understood where they fit one unit alone, and told; nothing else is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from optimizer.scenario.cells import Fault
from optimizer.scenario.names import bare, fold, nearest, normal, shown
from optimizer.scenario.schema import COMMUNE_KINDS, Unit
from optimizer.scenario.vocabulary import KIND
from optimizer.texts import T, Text

How = Literal["code", "name", "zeros", "accents", "several", "unknown"]
_SEPARATORS: Final = re.compile(r"[\s_.,/()\-‐-―−]+")
_OFFICES: Final = ("ủy ban nhân dân", "ubnd", "hội đồng nhân dân", "hđnd", "đảng ủy", "ủy ban mttq", "mttq")
_SHORTEST_CODE: Final = 3  # within a longer text; a shorter word is too likely to be no code


@dataclass(frozen=True)
class Known:
    """A unit as a row of the units' sheet gives it; `kind` is None where its cell could not be read."""

    unit_id: str
    name: str
    kind: str | None


@dataclass(frozen=True)
class Match:
    """The unit that a text means, and how that was seen; `candidates` where there are several, or the nearest."""

    unit_id: str | None
    how: How
    candidates: tuple[str, ...] = ()


def loose(text: str) -> str:
    """The form in which names are compared here: as `fold`, and every separator is a space."""
    return fold(_SEPARATORS.sub(" ", normal(text)).strip())


_KINDS: Final = {loose(label): code for code in COMMUNE_KINDS for label in KIND[code]}
_PREFIXES: Final = tuple(loose(office) for office in _OFFICES)


def kind_before(text: str) -> tuple[str | None, str]:
    """(kind, name) of a name in its loose form; the kind is None where none stands before it."""
    for words, kind in _KINDS.items():
        if text.startswith(f"{words} "):
            return kind, text.removeprefix(f"{words} ")
    return None, text


def without_office(text: str) -> str:
    """A name in its loose form without the office before it (UBND xã A: xã A)."""
    for office in _PREFIXES:
        if text.startswith(f"{office} "):
            return text.removeprefix(f"{office} ")
    return text


class UnitNames:
    """The units of a province by every form in which files name them."""

    def __init__(self, units: Iterable[Known]) -> None:
        self.units = {unit.unit_id: unit for unit in units}
        self._codes: dict[str, set[str]] = {}
        self._digits: dict[str, set[str]] = {}
        self._names: dict[tuple[str | None, str], set[str]] = {}
        self._bare: dict[tuple[str | None, str], set[str]] = {}
        self._seen: dict[str, Match] = {}
        for unit in self.units.values():
            self._codes.setdefault(fold(unit.unit_id), set()).add(unit.unit_id)
            if unit.unit_id.isdigit():
                self._digits.setdefault(unit.unit_id.lstrip("0"), set()).add(unit.unit_id)
            for kind, name in self._forms(unit):
                self._names.setdefault((kind, name), set()).add(unit.unit_id)
                self._bare.setdefault((kind, bare(name)), set()).add(unit.unit_id)

    @staticmethod
    def _forms(unit: Known) -> set[tuple[str | None, str]]:
        """(kind or None, name): the name as it stands, without its kind, and with it."""
        full = loose(unit.name)
        stated, core = kind_before(full)
        if unit.kind is None or stated != unit.kind:
            return {(None, full), (unit.kind, full)}
        return {(None, full), (None, core), (unit.kind, core)}

    def match(self, text: str) -> Match:
        """The unit that the whole text means."""
        text = normal(text).strip()
        found = self._seen.get(text)
        if found is None:
            found = self._seen[text] = self._match(text)
        return found

    def _match(self, text: str) -> Match:
        if text in self.units:
            return Match(text, "code")
        full = loose(text)
        name = without_office(full)
        tries: tuple[tuple[set[str], How], ...] = (
            (self._codes.get(fold(text), set()), "code"),
            (self._names.get((None, full), set()), "name"),
            (self._names.get((None, name), set()), "name"),
            (self._names.get(kind_before(name), set()), "name"),
            (self._digits.get(text.lstrip("0"), set()) if text.isdigit() else set(), "zeros"),
            (self._bare.get((None, bare(full)), set()), "accents"),
            (self._bare.get((None, bare(name)), set()), "accents"),
            (self._bare_kind(bare(name)), "accents"),
        )
        for units, how in tries:
            if len(units) == 1:
                return Match(next(iter(units)), how)
            if units:
                return Match(None, "several", tuple(sorted(units)))
        return Match(None, "unknown", self._near(text))

    def _bare_kind(self, text: str) -> set[str]:
        """Units whose kind, too, stands without accents (Xa Muong Xen)."""
        for words, kind in _KINDS.items():
            if text.startswith(f"{bare(words)} "):
                return self._bare.get((kind, text.removeprefix(f"{bare(words)} ")), set())
        return set()

    def _near(self, text: str) -> tuple[str, ...]:
        by_name = {name: unit.unit_id for unit in self.units.values() for name in (unit.name, unit.unit_id)}
        near = nearest(kind_before(without_office(loose(text)))[1], by_name)
        return (by_name[near],) if near else ()

    def within(self, text: str) -> Match:
        """The only unit that a longer text names: by its kind and name in full, or by a code that is a word of it."""
        words = f" {loose(text)} "
        codes = {
            unit_id for word in words.split() if len(word) >= _SHORTEST_CODE for unit_id in self._codes.get(word, set())
        }
        tries: tuple[tuple[set[str], How], ...] = (
            (codes | self._inside(words, marked=True), "name"),
            (self._inside(bare(words), marked=False), "accents"),
        )
        for units, how in tries:
            if len(units) == 1:
                return Match(next(iter(units)), how)
            if units:
                return Match(None, "several", tuple(sorted(units)))
        return Match(None, "unknown")

    def _inside(self, words: str, *, marked: bool) -> set[str]:
        """Units whose full name stands within the words and not within that of another."""
        found: dict[str, str] = {}
        for unit in self.units.values():
            _, core = kind_before(loose(unit.name))
            kinds = [label for label, kind in _KINDS.items() if kind == unit.kind]
            for full in [f"{label} {core}" for label in kinds] or [core]:
                form = full if marked else bare(full)
                if f" {form} " in words:
                    found[form] = unit.unit_id
        return {unit for form, unit in found.items() if not any(form != other and form in other for other in found)}

    def label(self, unit_id: str) -> str:
        """Kind, name and code, as a message shows them; the code alone where the unit is not known."""
        unit = self.units.get(unit_id)
        if unit is None:
            return shown(unit_id)
        words = KIND.label(unit.kind, "vi") if unit.kind in COMMUNE_KINDS else ""
        stated = kind_before(loose(unit.name))[0] is not None
        return f"{'' if stated or not words else words + ' '}{shown(unit.name)} ({unit_id})"

    def fault(self, text: str, match: Match, *, may_be_blank: bool) -> Fault:
        """What is wrong with a text that means no unit, or several."""
        if match.how == "several":
            units = ", ".join(self.label(unit) for unit in match.candidates)
            message = T("'{value}' can be {units}", value=shown(text), units=units)
            return Fault("E602", message, T("Write the code of the one that is meant"))
        message = T("'{value}' is no unit of the sheet {sheet}", value=shown(text), sheet=Unit.sheet)
        return Fault("E601", message, self._mend(match, may_be_blank=may_be_blank))

    def _mend(self, match: Match, *, may_be_blank: bool) -> Text:
        if match.candidates:
            return T("Did you mean {unit}? Write the code", unit=self.label(match.candidates[0]))
        if may_be_blank:
            return T("Write the unit's code; leave the cell blank for a place outside the province")
        return T("Write the unit's code as it stands in the sheet {sheet}, or add its row there", sheet=Unit.sheet)
