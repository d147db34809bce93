"""Gate: the Party secretary of a commune is not a native of it."""

from __future__ import annotations

from optimizer.rulebook.base import Source
from optimizer.rulebook.non_native import RoleFromElsewhere
from optimizer.texts import T


class NonNativeSecretary(RoleFromElsewhere):
    """The Party secretary of a commune comes from elsewhere.

    What: into posts of the role party_secretary, the person's native unit is not the post's unit; an unknown native
    unit passes with a warning.
    Why: commune Party secretaries are basically not local people.
    Formula: role = party_secretary implies native_unit_id != unit of the post; blank is a warning.
    Data: posts.role, people.native_unit_id.
    Source: Conclusion 210-KL/TW, and the province's own instruction.
    Relax: waive for a person or a post, since the text says "basically"; off.
    """

    name = "non_native_secretary"
    title = T("Party secretary not a native of the place")
    source = Source("Kết luận 210-KL/TW; hướng dẫn của tỉnh", "B")
    role = "party_secretary"
