"""`questions.npz`: what the first question about a plan had to find out, for those who ask next.

No answer rests on it: it says where to begin. So it may be deleted, and what does not fit is not used.
"""

from __future__ import annotations

import io
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.messages import Kept
from optimizer.errors import UsageError
from optimizer.explaining.case import Case
from optimizer.files import replace_file

KEPT_FILE: Final = "questions.npz"


def read_kept(path: Path, case: Case) -> Kept | None:
    """What was kept for the case; None where there is nothing, or of another case."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            n = int(arrays["goals"])
            statuses = [tuple(arrays[f"{side}/{k}"] for k in range(n)) for side in ("columns", "rows")]
            kept = Kept(arrays["moves"], *statuses)
            return kept if str(arrays["of"]) == _name_of(case, kept) else None
    except Exception:  # whatever is wrong with the file, it is as if there were none
        return None


def write_kept(kept: Kept, path: Path, case: Case) -> None:
    """Keep it for the case; where the folder cannot be written to, nothing is kept."""
    content = io.BytesIO()
    sides = {"columns": kept.columns, "rows": kept.rows}
    parts: dict[str, Any] = {f"{side}/{k}": part for side, statuses in sides.items() for k, part in enumerate(statuses)}
    np.savez_compressed(content, of=_name_of(case, kept), goals=len(kept.rows), moves=kept.moves, **parts)
    with suppress(UsageError):
        replace_file(path, content.getvalue())


def _name_of(case: Case, kept: Kept) -> str:
    """A name that another table of moves, other rows or another plan would not have, nor what was kept if altered."""
    program = case.program
    digest = blake2b(digest_size=16)
    of_case = (case.chosen, program.move_person, program.move_post, program.move_form, program.lower, program.upper)
    parts: tuple[NDArray[Any], ...] = (*of_case, kept.moves, *kept.columns, *kept.rows)
    for part in parts:
        digest.update(f"{part.dtype} {part.shape}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    for goal in program.goals:
        digest.update(goal.name.encode())
    return digest.hexdigest()
