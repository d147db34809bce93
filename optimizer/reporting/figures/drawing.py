"""What a picture is before and after it is drawn, and how a figure becomes the bytes of a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from optimizer.plan import Plan
from optimizer.reporting.naming import Names
from optimizer.texts import T, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Form = Literal["png", "svg"]
PICTURE_FORMS: Final[tuple[Form, ...]] = ("png", "svg")
DOTS_PER_INCH: Final = 200
PROGRAM: Final = "staffing-optimizer"
NEEDS_SCENARIO: Final = T("This picture needs the scenario that the plan was made from.")
METADATA: Final[Mapping[Form, Mapping[str, Any]]] = {  # neither a date nor a version: the same plan, the same bytes
    "png": {"Software": PROGRAM},
    "svg": {"Creator": PROGRAM, "Date": None},
}


@dataclass(frozen=True)
class Drawing:
    """A picture to be drawn: its name (the stem of its file), its title, and what draws it.

    `draw` takes a plan and the names of its scenario and speaks the current language. It always gives a figure:
    where there is nothing to draw, the figure says why.
    """

    name: str
    title: Text
    draw: Callable[[Plan, Names], Figure]


@dataclass(frozen=True)
class Picture:
    """A picture as a file: `data` are the bytes of a png or svg."""

    name: str
    title: str
    data: bytes


def rendered(figure: Figure, title: str, form: Form) -> bytes:
    """The bytes of a figure; the same figure gives the same bytes."""
    out = io.BytesIO()
    figure.savefig(out, format=form, dpi=DOTS_PER_INCH, metadata={"Title": title, **METADATA[form]})
    return out.getvalue()
