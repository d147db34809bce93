"""`certificate.npz`: the prices of a plan's certificate as plain numpy arrays, the same bytes for the same prices."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from optimizer.arrays import IntArray
from optimizer.certificate import Certificate, GoalPrices
from optimizer.errors import Problem
from optimizer.texts import T

CERTIFICATE_FILE: Final = "certificate.npz"
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def write_certificate(certificate: Certificate, path: Path) -> None:
    """One array `GOAL/rows/K` for the limits (K = 0) and the rows of each goal up to this one, and `GOAL/values`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, prices in certificate.prices.items():
            for key, values in (
                *((f"rows/{k}", rows) for k, rows in enumerate(prices.rows)),
                ("values", prices.values),
            ):
                content = io.BytesIO()
                np.lib.format.write_array(content, values, allow_pickle=False)
                entry = zipfile.ZipInfo(f"{name}/{key}.npy", LONG_AGO)
                entry.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(entry, content.getvalue())


def read_certificate(path: Path) -> tuple[Certificate | None, list[Problem]]:
    """The certificate in a file, None where there is no file; what cannot be read is a problem."""
    if not path.exists():
        return None, []
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Certificate(_by_goal({key: arrays[key] for key in arrays.files})), []
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        message, mend = (
            T("the file holds no prices of goals"),
            T("Solve again, or take it out: the plan stands without"),
        )
        return None, [Problem(path.name, "E124", message, mend)]


def _by_goal(arrays: dict[str, IntArray]) -> dict[str, GoalPrices]:
    """Prices by goal; KeyError or ValueError where an array is missing or has no place."""
    names = list(dict.fromkeys(key.split("/")[0] for key in arrays))
    found = {}
    for name in names:
        n_rows = sum(key.startswith(f"{name}/rows/") for key in arrays)
        found[name] = GoalPrices(tuple(arrays[f"{name}/rows/{k}"] for k in range(n_rows)), arrays[f"{name}/values"])
    if sum(len(prices.rows) + 1 for prices in found.values()) != len(arrays):
        raise ValueError(names)
    return found
