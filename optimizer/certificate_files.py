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
    """Of each goal and layer one array `GOAL/LAYER/rows/K` for the limits (K = 0) and the rows of each goal up to this
    one, and `GOAL/LAYER/values`.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, layers in certificate.prices.items():
            for layer, prices in enumerate(layers):
                of_rows = {f"rows/{k}": rows for k, rows in enumerate(prices.rows)}
                for key, values in {**of_rows, "values": prices.values}.items():
                    content = io.BytesIO()
                    np.lib.format.write_array(content, values, allow_pickle=False)
                    entry = zipfile.ZipInfo(f"{name}/{layer}/{key}.npy", LONG_AGO)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    file.writestr(entry, content.getvalue())


def read_certificate(path: Path) -> tuple[Certificate | None, list[Problem]]:
    """The certificate in a file, None where there is no file; what cannot be read is a problem."""
    if not path.exists():
        return None, []
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:  # numpy leaves a bad file open
            return Certificate(_by_goal({key: arrays[key] for key in arrays.files})), []
    except Exception:  # whatever a damaged archive raises, the answer is that there are no prices
        message, mend = (
            T("the file holds no prices of goals"),
            T("Solve again, or take it out: the plan stands without"),
        )
        return None, [Problem(path.name, "E124", message, mend)]


def _by_goal(arrays: dict[str, IntArray]) -> dict[str, tuple[GoalPrices, ...]]:
    """Layers of prices by goal; KeyError or ValueError where an array is missing or has no place."""
    found: dict[str, tuple[GoalPrices, ...]] = {}
    n_used = 0
    for name, layer in dict.fromkeys(tuple(key.split("/")[:2]) for key in arrays):
        n_rows = sum(key.startswith(f"{name}/{layer}/rows/") for key in arrays)
        of_rows = tuple(arrays[f"{name}/{layer}/rows/{k}"] for k in range(n_rows))
        if int(layer) != len(found.get(name, ())):
            raise ValueError(layer)
        found[name] = (*found.get(name, ()), GoalPrices(of_rows, arrays[f"{name}/{layer}/values"]))
        n_used += n_rows + 1
    if n_used != len(arrays) or not all(isinstance(values, np.ndarray) for values in arrays.values()):
        raise ValueError(n_used)
    return found
