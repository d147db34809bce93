"""The apparatus of a commune as a table of kinds of posts: merged units have divisions, the others have not.

After Decree 150/2025 (government), Instruction 31-HD/BTCTW (Party) and Regulation 301-QĐ/TW (Front); how many seats a
kind has is an assumption of the generator, bounded by the quotas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GENERAL_DEGREE: Final = {"clerk": "college"}

MAJORS: Final[Mapping[str, tuple[str, ...]]] = {
    "land": ("Quản lý đất đai", "Kỹ thuật trắc địa - bản đồ"),
    "finance": ("Kế toán", "Tài chính - Ngân hàng"),
    "construction": ("Kỹ thuật xây dựng", "Kiến trúc", "Kỹ thuật xây dựng công trình giao thông"),
    "environment": ("Khoa học môi trường", "Quản lý tài nguyên và môi trường"),
    "it": ("Công nghệ thông tin", "Khoa học máy tính", "Hệ thống thông tin"),
    "justice": ("Luật",),
    "agriculture": ("Nông học", "Chăn nuôi - Thú y", "Lâm nghiệp", "Nuôi trồng thủy sản"),
    "industry_trade": ("Quản trị kinh doanh", "Kinh tế", "Kỹ thuật điện"),
    "culture": ("Quản lý văn hóa", "Việt Nam học", "Báo chí"),
    "education": ("Quản lý giáo dục", "Sư phạm Ngữ văn", "Sư phạm Toán học", "Giáo dục tiểu học"),
    "health": ("Y tế công cộng", "Điều dưỡng", "Y khoa"),
    "labour_social": ("Công tác xã hội", "Quản trị nhân lực"),
    "home_affairs": ("Quản lý nhà nước", "Hành chính học", "Quản trị nhân lực"),
    "office": ("Quản trị văn phòng", "Lưu trữ học", "Ngữ văn"),
    "one_stop": ("Hành chính học", "Quản lý nhà nước", "Luật"),
    "religion_ethnic": ("Dân tộc học", "Quản lý nhà nước"),
    "party_building": ("Xây dựng Đảng và chính quyền nhà nước", "Chính trị học", "Lịch sử Đảng"),
    "inspection": ("Luật", "Xây dựng Đảng và chính quyền nhà nước", "Kinh tế"),
    "mass_mobilisation": ("Công tác xã hội", "Chính trị học", "Quản lý nhà nước"),
}
"""Majors by field. Posts in the fields of NAMES_MAJORS accept only these."""

NAMES_MAJORS: Final = frozenset({"land", "finance", "construction", "environment", "it", "justice"})

NEAR: Final[Mapping[str, tuple[str, ...]]] = {
    "land": ("environment", "construction"),
    "finance": ("industry_trade", "office"),
    "construction": ("land", "industry_trade"),
    "environment": ("agriculture", "land"),
    "it": ("office", "one_stop"),
    "justice": ("inspection", "one_stop"),
    "agriculture": ("environment", "industry_trade"),
    "industry_trade": ("agriculture", "finance"),
    "culture": ("education", "mass_mobilisation"),
    "education": ("culture", "labour_social"),
    "health": ("labour_social", "education"),
    "labour_social": ("health", "home_affairs"),
    "home_affairs": ("office", "party_building", "one_stop"),
    "office": ("home_affairs", "one_stop", "culture"),
    "one_stop": ("office", "justice"),
    "religion_ethnic": ("culture", "mass_mobilisation"),
    "party_building": ("mass_mobilisation", "home_affairs", "inspection"),
    "inspection": ("party_building", "justice"),
    "mass_mobilisation": ("party_building", "culture"),
}
"""Fields that a person of a field also knows, the nearest first."""

_ECONOMY: Final = ("finance", "land", "construction", "agriculture", "industry_trade", "environment")
_SOCIETY: Final = ("culture", "education", "health", "labour_social", "home_affairs")


@dataclass(frozen=True)
class Kind:
    """A kind of post: the id's last part, its words, and its seats in merged and in not merged units.

    `title` and `division` of wards may differ; `grows` orders the posts that get the seats above the least quota.
    """

    code: str
    bloc: str
    title: str
    role: str
    level: int
    seats: int
    plain_seats: int
    fields: tuple[str, ...] = ()
    division: str | None = None
    decided_by: str = "home_affairs"
    grows: int = 0

    @property
    def category(self) -> str:
        """The category that the level and the role imply."""
        if self.level <= 4:
            return "leadership"
        return "specialist" if self.role == "specialist" and self.fields else "general"

    @property
    def majors(self) -> tuple[str, ...]:
        """The majors that a specialist post names: those of its fields, if each of them is a technical one."""
        if self.category != "specialist" or not NAMES_MAJORS.issuperset(self.fields):
            return ()
        return tuple(major for field in self.fields for major in MAJORS[field])


_OFFICE: Final = "Văn phòng HĐND và UBND"
_ECONOMIC: Final = "Phòng Kinh tế"
_SOCIAL: Final = "Phòng Văn hóa - Xã hội"
_CENTRE: Final = "Trung tâm Phục vụ hành chính công"
WARD_DIVISIONS: Final = {_ECONOMIC: "Phòng Kinh tế, Hạ tầng và Đô thị"}
_ORG: Final = "organisation_board"
_TOP: Final = "standing_committee"
_LOCAL: Final = "commune_chair"
_PARTY: Final = "commune_standing_committee"


def _specialist(
    code: str, words: str, fields: tuple[str, ...], seats: tuple[int, int], division: str, grows: int = 0
) -> Kind:
    title = f"Chuyên viên {words}"
    return Kind(code, "government", title, "specialist", 5, *seats, fields, division, "home_affairs", grows)


KINDS: Final[tuple[Kind, ...]] = (
    Kind("hdnd-pct", "government", "Phó Chủ tịch HĐND", "council_vice_chair", 2, 1, 1, (), "HĐND", _TOP),
    Kind("ct", "government", "Phó Bí thư Đảng ủy, Chủ tịch UBND", "chair", 1, 1, 1, (), "UBND", _TOP),
    Kind("pct", "government", "Phó Chủ tịch UBND", "vice_chair", 2, 2, 2, (), "UBND", _TOP),
    Kind("vp-cvp", "government", "Chánh Văn phòng", "office_head", 3, 1, 0, (), _OFFICE, _LOCAL),
    Kind("vp-pcvp", "government", "Phó Chánh Văn phòng", "office_deputy", 4, 1, 0, (), _OFFICE, _LOCAL),
    Kind("kt-tp", "government", "Trưởng phòng", "division_head", 3, 1, 0, _ECONOMY, _ECONOMIC, _LOCAL),
    Kind("kt-ptp", "government", "Phó Trưởng phòng", "division_deputy", 4, 1, 0, _ECONOMY, _ECONOMIC, _LOCAL),
    Kind("vx-tp", "government", "Trưởng phòng", "division_head", 3, 1, 0, _SOCIETY, _SOCIAL, _LOCAL),
    Kind("vx-ptp", "government", "Phó Trưởng phòng", "division_deputy", 4, 1, 0, _SOCIETY, _SOCIAL, _LOCAL),
    Kind("hcc-gd", "government", "Giám đốc Trung tâm", "centre_director", 3, 1, 0, (), _CENTRE, _LOCAL),
    Kind("hcc-pgd", "government", "Phó Giám đốc Trung tâm", "centre_deputy", 4, 1, 0, (), _CENTRE, _LOCAL),
    _specialist("van-phong", "văn phòng", ("office",), (1, 2), _OFFICE),
    _specialist("tu-phap", "tư pháp - hộ tịch", ("justice",), (2, 2), _OFFICE),
    _specialist("tai-chinh", "tài chính - kế toán", ("finance",), (2, 2), _ECONOMIC, 3),
    _specialist("dat-dai", "địa chính, đất đai", ("land",), (2, 2), _ECONOMIC, 2),
    _specialist("xay-dung", "xây dựng, giao thông", ("construction",), (1, 1), _ECONOMIC, 4),
    _specialist("moi-truong", "môi trường", ("environment",), (1, 1), _ECONOMIC),
    _specialist(
        "nong-nghiep", "nông nghiệp, công thương", ("agriculture", "industry_trade"), (2, 2), _ECONOMIC
    ),
    _specialist("van-hoa", "văn hóa, giáo dục", ("culture", "education"), (2, 1), _SOCIAL),
    _specialist("xa-hoi", "y tế, lao động - xã hội", ("health", "labour_social"), (2, 2), _SOCIAL),
    _specialist("noi-vu", "nội vụ", ("home_affairs",), (1, 1), _SOCIAL),
    _specialist("cntt", "công nghệ thông tin, chuyển đổi số", ("it",), (1, 1), _SOCIAL),
    _specialist("mot-cua", "một cửa", ("one_stop",), (2, 1), _CENTRE, 1),
    Kind("van-thu", "government", "Văn thư, thủ quỹ", "clerk", 5, 1, 0, (), _OFFICE, _LOCAL),
    Kind("bt", "party", "Bí thư Đảng ủy, Chủ tịch HĐND", "party_secretary", 1, 1, 1, (), "Đảng ủy", _TOP),
    Kind("pbt", "party", "Phó Bí thư Thường trực", "party_deputy_secretary", 2, 1, 1, (), "Đảng ủy", _TOP),
    Kind(
        "bxd-tb", "party", "Trưởng ban", "party_board_head", 3, 1, 1,
        ("party_building", "mass_mobilisation"), "Ban Xây dựng Đảng", _PARTY,
    ),
    Kind(
        "bxd-ptb", "party", "Phó Trưởng ban", "party_board_deputy", 4, 1, 0,
        ("party_building", "mass_mobilisation"), "Ban Xây dựng Đảng", _PARTY,
    ),
    Kind("ubkt-cn", "party", "Chủ nhiệm", "inspection_head", 3, 1, 1, ("inspection",), "UBKT Đảng ủy", _PARTY),
    Kind(
        "ubkt-pcn", "party", "Phó Chủ nhiệm", "inspection_deputy", 4, 1, 0, ("inspection",), "UBKT Đảng ủy", _PARTY
    ),
    Kind("vpdu-cvp", "party", "Chánh Văn phòng", "office_head", 3, 1, 1, (), "Văn phòng Đảng ủy", _PARTY),
    Kind(
        "xd-dang", "party", "Chuyên viên xây dựng Đảng, dân vận", "specialist", 5, 4, 3,
        ("party_building", "mass_mobilisation"), "Ban Xây dựng Đảng", _ORG, 1,
    ),
    Kind("kiem-tra", "party", "Chuyên viên kiểm tra", "specialist", 5, 2, 1, ("inspection",), "UBKT Đảng ủy", _ORG, 2),
    Kind(
        "vpdu", "party", "Chuyên viên văn phòng, kế toán Đảng", "specialist", 5, 2, 2,
        ("office", "finance"), "Văn phòng Đảng ủy", _ORG,
    ),
    Kind("mt-ct", "front", "Chủ tịch UBMTTQ", "front_chair", 3, 1, 1, (), "UBMTTQ", _PARTY),
    Kind(
        "mt-pct", "front", "Phó Chủ tịch UBMTTQ, trưởng đoàn thể", "front_vice_chair", 4, 4, 4, (), "UBMTTQ", _PARTY
    ),
    Kind(
        "mat-tran", "front", "Chuyên viên Mặt trận, đoàn thể", "specialist", 5, 3, 2,
        ("mass_mobilisation",), "UBMTTQ", _ORG, 1,
    ),
    Kind("qs", "military", "Chỉ huy trưởng quân sự", "clerk", 5, 1, 1, (), "Ban Chỉ huy quân sự", _PARTY),
)  # fmt: skip


def seats_by_kind(bloc: str, quota: int, merged: bool, third_vice_chair: bool) -> dict[str, int]:
    """Seats by code of kind, summing to the quota (military: one seat each); a seat more or less goes by `grows`."""
    kinds = [kind for kind in KINDS if kind.bloc == bloc]
    seats = {kind.code: kind.seats if merged else kind.plain_seats for kind in kinds}
    if third_vice_chair and bloc == "government":
        seats["pct"] += 1
    growing = [kind.code for kind in sorted(kinds, key=lambda kind: kind.grows) if kind.grows]
    turn = 0
    while growing and sum(seats.values()) != quota:
        step = 1 if sum(seats.values()) < quota else -1
        code = growing[turn % len(growing)]
        if seats[code] + step > 0:
            seats[code] += step
        turn += 1
    return {code: n for code, n in seats.items() if n}
