"""Gate, off by default: the chair of a commune's People's Committee is not a native of it."""

from __future__ import annotations

from optimizer.rulebook.base import Source
from optimizer.rulebook.non_native import RoleFromElsewhere
from optimizer.scenario.meaning import RuleSettings, State
from optimizer.texts import T


class NonNativeChairSettings(RuleSettings):
    """Off by default: whether it binds was not found."""

    state: State = "off"


class NonNativeChair(RoleFromElsewhere):
    """The chair of a commune's People's Committee comes from elsewhere.

    What: into posts of the role chair, the person's native unit is not the post's unit; an unknown native unit passes
    with a warning.
    Why: many provinces extend the rule for secretaries to chairs.
    Formula: role = chair implies native_unit_id != unit of the post; blank is a warning.
    Data: posts.role, people.native_unit_id.
    Source: Conclusion 210-KL/TW; whether it binds a given province was not found, so that the rule is off.
    Relax: off; waive for a person or a post.
    """

    name = "non_native_chair"
    title = T("Chair of the People's Committee not a native of the place")
    source = Source("Kết luận 210-KL/TW (chưa xác định tính bắt buộc đối với chủ tịch UBND cấp xã)", "NV")
    settings = NonNativeChairSettings
    role = "chair"
