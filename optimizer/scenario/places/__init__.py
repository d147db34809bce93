"""The communes, wards and special zones of the country, for templates. Where the facts come from: README.md here."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from optimizer.errors import UsageError
from optimizer.scenario.names import fold, nearest
from optimizer.scenario.schema import Unit
from optimizer.texts import T

AS_OF = "30/04/2026"
_KINDS = ("", "tỉnh ", "thành phố ", "TP ", "TP. ")  # what may stand before a province's name


@cache
def _rows() -> tuple[dict[str, str], ...]:
    source = resources.files("optimizer.scenario.places").joinpath("communes.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(source.splitlines()))


@cache
def provinces() -> dict[str, str]:
    """Name by code of the 34 provinces, by code."""
    return {row["province"]: row["province_name"] for row in _rows()}


def province_code(wanted: str) -> str:
    """The code of a province given by code or name. Raises UsageError with the nearest name."""
    names = {fold(f"{kind}{name}"): code for code, name in provinces().items() for kind in _KINDS}
    code = wanted if wanted in provinces() else names.get(fold(wanted))
    if code is None:
        near = nearest(wanted, provinces().values())
        if near is None:
            known = ", ".join(f"{code} {name}" for code, name in provinces().items())
            raise UsageError(T("there is no province '{name}'; use one of: {codes}", name=wanted, codes=known))
        raise UsageError(T("there is no province '{name}'; did you mean '{guess}'?", name=wanted, guess=near))
    return code


def communes_of(province: str) -> tuple[Unit, ...]:
    """The units of a province by its code, in the order of their codes; a blank fact was not found, never none."""
    return tuple(
        Unit(
            unit_id=row["unit_id"],
            name=row["name"],
            kind=row["kind"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            area_km2=float(row["area_km2"]),
            population=int(row["population"]) if row["population"] else None,
        )
        for row in _rows()
        if row["province"] == province
    )
