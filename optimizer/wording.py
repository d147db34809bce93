"""The closed lists of what a plan says in codes: reasons, assumptions and legal bases. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from optimizer.scenario.schema import Post
from optimizer.texts import T, Text

LEGAL_BASIS: Final[Mapping[str, str]] = {
    "transfer": "Nghị định 170/2025/NĐ-CP, Điều 25",
    "secondment": "Nghị định 170/2025/NĐ-CP, Điều 26",
    "rotation": "Nghị định 170/2025/NĐ-CP, Điều 48",
    "concurrent": "Công văn 7415/BNV-CCVC",
}
CHAIR_APPOINTS: Final = frozenset(
    {"division_head", "division_deputy", "office_head", "office_deputy", "centre_director", "centre_deputy"}
)
CHAIR_APPOINTS_BY: Final = "Nghị định 150/2025/NĐ-CP"
ELECTED: Final = frozenset(  # roles that the People's Council elects: a plan recommends, nobody orders
    {
        "council_chair",
        "council_vice_chair",
        "council_committee_head",
        "council_committee_deputy",
        "chair",
        "vice_chair",
    }
)
MOVE_REASONS: Final[Mapping[str, Text]] = {
    "decided": T("decided by the planner"),
    "leadership_gap": T("fills an open leadership seat"),
    "specialist_gap": T("fills an open specialist seat"),
    "headcount": T("relieves a shortage of people"),
    "replaces": T("takes a seat that another move leaves"),
    "covers": T("covers an open seat on top of the own one"),
}
GAP_REASONS: Final[Mapping[str, Text]] = {
    "no_candidate": T("no admissible candidate"),
    "candidates_used": T("every admissible candidate is used elsewhere in the plan"),
    "limits": T("every candidate who is left would break a limit"),
    "no_gain": T("filling it would serve no goal that counts before the moves it takes"),
    "time": T("not settled within the time given"),
}
SURPLUS_REASONS: Final[Mapping[str, Text]] = {
    "placed": T("placed by this plan"),
    "not_eligible": T("not eligible"),
    "no_post": T("no post that they may take"),
    "taken": T("every post that they may take is full in this plan"),
    "limits": T("a seat that they may take is open, but taking it would break a limit"),
    "no_gain": T("a seat that they may take is open, but taking it would serve no goal that counts before the move"),
    "time": T("not settled within the time given"),
}
ASSUMPTIONS: Final[Mapping[str, Text]] = {
    "disruption": T("disruption points are assumptions to be agreed with planners"),
    "hardship": T("hardship by region class is assumed where the unit gives none"),
    "weights": T("weights of posts by level and field are assumed where the post gives none"),
    "distances": T("where no road distance is given, the great circle times 1.2, 1.4 or 2.0 stands for it"),
    "not_canonical": T("the time ran out before the tie-break: another run may name equal plans"),
    "not_proven": T("the time ran out: goals that are not proven may have better values"),
}
ALWAYS_ASSUMED: Final = ("disruption", "hardship", "weights", "distances")


def legal_basis(form: str, post: Post) -> str | None:
    """The text on which a move into `post` by `form` rests; None where no text is known to name it.

    Within a unit that is so for heads and deputies of the commune's administration, whom its chair appoints.
    """
    if form == "internal":
        return CHAIR_APPOINTS_BY if post.bloc == "government" and post.role in CHAIR_APPOINTS else None
    return LEGAL_BASIS[form]
