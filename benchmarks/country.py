"""The 34 provinces of the country, one after another, each with its own communes.

    python benchmarks/country.py
    python benchmarks/country.py --provinces 40 42 --candidates all

Published are the communes, wards and special zones of each province, their kinds, places and areas, and for some the
population (`optimizer/scenario/places/README.md`). Everything else is assumed: quotas by the norms that the press
reported, invented people, posts and provincial bodies (one for 9 communes, at most 14), distances from the places of
the communes; where a place lies in the mountains or in which region is left unknown. Whoever may move is asked as by
default, or everybody with `--candidates all`. Nothing here says how a real province is staffed.

Each province is generated into a temporary folder and measured by `so.bench`; printed are its communes, people, moves,
the seconds of solving and of the whole run (reading to the written workbook), and at last the average.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import optimizer as so
from optimizer.scenario.places import communes_of, province_code, provinces

COLUMNS: Final = ("unit_id", "name", "kind", "lat", "lon", "area_km2", "population")
FACTS: Final = "communes.csv"


@dataclass(frozen=True)
class Measured:
    """One province: `solving` is the product's solving alone, `run` from reading to the written plan."""

    name: str
    communes: int
    people: int
    moves: int
    proven: bool
    solving: float
    run: float


def generate_province(folder: Path, code: str) -> None:
    """Write the scenario of a province, with its published communes, to `folder`."""
    with tempfile.TemporaryDirectory() as beside:
        with Path(beside, FACTS).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows([getattr(unit, name) for name in COLUMNS] for unit in communes_of(code))
        profile = Path(beside, "profile.toml")
        profile.write_text(f'facts = "{FACTS}"\nprovince = "{code}"\n', encoding="utf-8")
        so.generate(folder, profile, force=True, name=provinces()[code])


def measure(code: str, candidates: str = "named", time_limit: float | None = None) -> Measured:
    """Generate a province and bench it."""
    with tempfile.TemporaryDirectory() as folder:
        generate_province(Path(folder), code)
        figures = so.bench(folder, time_limit=time_limit, overrides={"forms.candidates": candidates}).attrs["figures"]
    return Measured(
        name=provinces()[code],
        communes=len(communes_of(code)),
        people=int(figures["people"]),
        moves=int(figures["moves"]),
        proven=figures["product.proven_goals"] == figures["product.goals"],
        solving=figures["product.solve_seconds"],
        run=figures["run.seconds"],
    )


def main(words: Sequence[str]) -> None:
    """Measure, print a line per province, then the average."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--provinces", nargs="+", default=list(provinces()), help="codes or names; all by default")
    parser.add_argument("--candidates", choices=("named", "all"), default="named", help="who of a commune may move")
    parser.add_argument("--time-limit", type=float, help="seconds for each province")
    asked = parser.parse_args(words)
    found = []
    print(f"{'province':<14} {'communes':>8} {'people':>8} {'moves':>12} {'solving':>10} {'run':>10}")
    for wanted in asked.provinces:
        one = measure(province_code(wanted), asked.candidates, asked.time_limit)
        counts = f"{one.name:<14} {one.communes:>8} {one.people:>8,} {one.moves:>12,}"
        note = "" if one.proven else "  not proven in time"
        print(f"{counts} {one.solving:>8.2f} s {one.run:>8.2f} s{note}", flush=True)
        found.append(one)
    solving, run = sum(one.solving for one in found), sum(one.run for one in found)
    proven = sum(one.proven for one in found)
    print(
        f"average of {len(found)}: solving {solving / len(found):.2f} s, run {run / len(found):.2f} s; {proven} proven"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
