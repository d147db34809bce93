"""Mutation testing of the rules and the checker: `python tests/mutation.py [--all]`.

mutmut makes many small faults in the bodies of functions, one at a time, on a copy of the checkout; the tests that
`[tool.mutmut]` names must notice. By default a sample is tried, the same for the same code: the mutants whose names
hash to the smallest numbers. A mutant that runs out of time counts as noticed, one that no test reaches does not.
Out of the count: words for people (`do_not_mutate_patterns`), and what `EQUIVALENT` finds to change nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
COPIED: Final = ("optimizer", "tests", "scenarios", "pyproject.toml", "README.md")
SAMPLE: Final = 300
LEAST_KILLED: Final = 0.9
SURVIVED, NO_TESTS = 0, 33  # mutmut's exit codes
EQUIVALENT: Final = re.compile(
    r"\bcast\(None, "  # `cast` does nothing when the program runs
    # whole numbers are the same as the platform's integers or as floats; of what kind a rule hands them on, tests say
    r"|^-(?P<call>.*), dtype=np\.int64(?P<rest>\).*)\n\+(?P=call), (dtype=None)?(?P=rest)$",
    re.MULTILINE,
)


def mutants() -> list[str]:
    """The names of all mutants of the checkout in the present folder."""
    from mutmut.configuration import config
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    found = []
    for path in sorted(Path("optimizer").rglob("*.py")):
        if config().should_mutate(path):
            mutated = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
            found += [get_mutant_name(path, name) for name in mutated.mutant_names]
    return found


def drawn(names: list[str], size: int) -> list[str]:
    """The sample: it keeps its members as code is added."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:size]


def results(names: set[str]) -> Iterator[tuple[str, Path, int | None]]:
    """Name, file and exit code of each mutant that was tried."""
    for meta in sorted(Path("mutants").rglob("*.meta")):
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        source = meta.relative_to("mutants").with_suffix("")
        yield from ((name, source, code) for name, code in codes.items() if name in names)


def change(name: str, source: Path) -> str:
    """The lines that a mutant takes out and puts in."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    lines = get_diff_for_mutant(name, path=source).splitlines()
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def judge(names: list[str], total: int) -> bool:
    """Tell what was noticed and what was not; whether enough was."""
    tried = list(results(set(names)))
    untried = len(names) - sum(code is not None for _, _, code in tried)
    quiet = [(name, change(name, source)) for name, source, code in tried if code in (SURVIVED, NO_TESTS)]
    survivors = [(name, lines) for name, lines in quiet if not EQUIVALENT.search(lines)]
    counted = len(tried) - (len(quiet) - len(survivors))
    share = 1 - len(survivors) / counted
    for name, lines in survivors:
        print(name, lines, sep="\n")
    print(f"{total} mutants, {len(names)} tried, {len(quiet) - len(survivors)} of them equivalent, {untried} untried")
    margin = 0 if len(names) == total else 1.96 * sqrt(share * (1 - share) / counted * (1 - len(names) / total))
    print(f"{counted - len(survivors)} of {counted} killed: {share:.1%}, +- {margin:.1%} at 95 %")
    return untried == 0 and share >= LEAST_KILLED


def main() -> int:
    """Copy, run, judge."""
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, Path(folder) / name)
        os.chdir(folder)
        every = mutants()
        names = every if "--all" in sys.argv else drawn(every, SAMPLE)
        tool = Path(sys.executable).with_name("mutmut")
        with Path("mutmut.log").open("w", encoding="utf-8") as log:
            done = subprocess.run([tool, "run", *names], stdout=log, stderr=log, check=False)
        if done.returncode:
            print(Path("mutmut.log").read_text(encoding="utf-8")[-3000:])
            return done.returncode
        return 0 if judge(names, len(every)) else 1


if __name__ == "__main__":
    sys.exit(main())
