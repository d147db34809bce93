"""Gate, off by default: the head of a commune's inspection commission is not a native of it."""

from __future__ import annotations

from optimizer.rulebook.base import Source
from optimizer.rulebook.non_native import RoleFromElsewhere
from optimizer.scenario.meaning import RuleSettings, State
from optimizer.texts import T


class NonNativeInspectionSettings(RuleSettings):
    """Off by default: whether it binds was not found."""

    state: State = "off"


class NonNativeInspection(RoleFromElsewhere):
    """The head of a commune's inspection commission comes from elsewhere.

    What: into posts of the role inspection_head, the person's native unit is not the post's unit; an unknown native
    unit passes with a warning.
    Why: whoever inspects should owe nothing to the place; single provinces keep to it throughout.
    Formula: role = inspection_head implies native_unit_id != unit of the post; blank is a warning.
    Data: posts.role, people.native_unit_id.
    Source: Conclusion 210-KL/TW; whether it binds a given province was not found, so that the rule is off.
    Relax: off; waive for a person or a post.
    """

    name = "non_native_inspection"
    title = T("Head of inspection not a native of the place")
    source = Source("Kết luận 210-KL/TW (chưa xác định tính bắt buộc đối với chủ nhiệm UBKT cấp xã)", "NV")
    settings = NonNativeInspectionSettings
    role = "inspection_head"
