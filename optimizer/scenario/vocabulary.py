"""The closed lists of the data contract: code -> (Vietnamese, English) label. The order of a list is its rank order.

A scenario may add fields, roles and blocs in its `[vocabulary]` table; every other list is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from optimizer.texts import Text, current_language


@dataclass(frozen=True)
class Vocabulary(Mapping[str, tuple[str, str]]):
    """One closed list. Iterates over its codes in order; `label` gives the words that a planner sees."""

    name: str
    terms: Mapping[str, tuple[str, str]]

    def __getitem__(self, code: str) -> tuple[str, str]:
        return self.terms[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def label(self, code: str, language: str) -> str:
        """The words for `code` in `language` (`vi` or `en`)."""
        return self.terms[code][0 if language == "vi" else 1]

    def extended(self, more: Mapping[str, str]) -> Vocabulary:
        """This list with the codes that a scenario adds (code -> Vietnamese label)."""
        return Vocabulary(self.name, {**self.terms, **{code: (label, code) for code, label in more.items()}})


@dataclass(frozen=True)
class Labels(Text):
    """The labels of a closed list (the value `of`), in the language in which they are asked for."""

    def render(self, language: str | None = None) -> str:
        """All labels, separated by commas."""
        vocabulary: Vocabulary = self.values["of"]
        return ", ".join(vocabulary.label(code, language or current_language()) for code in vocabulary)


@dataclass(frozen=True)
class Label(Text):
    """The label of one code (`code`) of a closed list (`of`), in the language in which it is asked for."""

    def render(self, language: str | None = None) -> str:
        """The words."""
        vocabulary: Vocabulary = self.values["of"]
        return vocabulary.label(self.values["code"], language or current_language())


YES_NO = Vocabulary("yes_no", {"yes": ("có", "yes"), "no": ("không", "no")})
KIND = Vocabulary(
    "kind",
    {
        "commune": ("xã", "commune"),
        "ward": ("phường", "ward"),
        "special_zone": ("đặc khu", "special zone"),
        "department": ("cơ quan cấp tỉnh", "provincial body"),
    },
)
REGION_CLASS = Vocabulary("region_class", {"I": ("I", "I"), "II": ("II", "II"), "III": ("III", "III")})
BLOC = Vocabulary(
    "bloc",
    {
        "government": ("chính quyền", "government"),
        "party": ("Đảng", "Party"),
        "front": ("MTTQ và đoàn thể", "Front and mass organisations"),
        "military": ("quân sự", "military command"),
    },
)
CATEGORY = Vocabulary(
    "category",
    {
        "leadership": ("lãnh đạo, quản lý", "leadership"),
        "specialist": ("chuyên môn", "specialist"),
        "general": ("khác", "general"),
    },
)
ROLE = Vocabulary(
    "role",
    {
        "party_secretary": ("bí thư đảng ủy", "Party secretary"),
        "party_deputy_secretary": ("phó bí thư đảng ủy", "deputy Party secretary"),
        "council_chair": ("chủ tịch HĐND", "chair of the People's Council"),
        "council_vice_chair": ("phó chủ tịch HĐND", "vice-chair of the People's Council"),
        "council_committee_head": ("trưởng ban HĐND", "head of a council committee"),
        "council_committee_deputy": ("phó trưởng ban HĐND", "deputy head of a council committee"),
        "chair": ("chủ tịch UBND", "chair of the People's Committee"),
        "vice_chair": ("phó chủ tịch UBND", "vice-chair of the People's Committee"),
        "office_head": ("chánh văn phòng", "head of office"),
        "office_deputy": ("phó chánh văn phòng", "deputy head of office"),
        "division_head": ("trưởng phòng", "head of division"),
        "division_deputy": ("phó trưởng phòng", "deputy head of division"),
        "centre_director": ("giám đốc trung tâm", "centre director"),
        "centre_deputy": ("phó giám đốc trung tâm", "deputy centre director"),
        "party_board_head": ("trưởng ban Đảng", "head of a Party board"),
        "party_board_deputy": ("phó trưởng ban Đảng", "deputy head of a Party board"),
        "inspection_head": ("chủ nhiệm UBKT", "head of the inspection committee"),
        "inspection_deputy": ("phó chủ nhiệm UBKT", "deputy head of the inspection committee"),
        "front_chair": ("chủ tịch MTTQ", "chair of the Front"),
        "front_vice_chair": ("phó chủ tịch MTTQ", "vice-chair of the Front"),
        "specialist": ("chuyên môn", "specialist"),
        "clerk": ("nhân viên", "clerk"),
    },
)
DECIDED_BY = Vocabulary(
    "decided_by",
    {
        "standing_committee": ("Ban Thường vụ Tỉnh ủy", "Provincial Standing Committee"),
        "organisation_board": ("Ban Tổ chức Tỉnh ủy", "Provincial Party Organisation Board"),
        "provincial_chair": ("Chủ tịch UBND tỉnh", "Chair of the Provincial People's Committee"),
        "home_affairs": ("Sở Nội vụ", "Department of Home Affairs"),
        "commune_standing_committee": ("Ban Thường vụ Đảng ủy xã", "Commune Standing Committee"),
        "commune_chair": ("Chủ tịch UBND xã", "Chair of the Commune People's Committee"),
    },
)
Body = Literal[
    "standing_committee", "organisation_board", "provincial_chair", "home_affairs", "commune_standing_committee",
    "commune_chair",
]  # fmt: skip
AGREEING = Vocabulary(
    "agreeing",
    {
        "sender": ("cơ quan, đơn vị cử đi", "the sender"),
        "receiver": ("cơ quan, đơn vị tiếp nhận", "the receiver"),
        **DECIDED_BY,
        "peoples_council": ("HĐND (bầu)", "the People's Council (elects)"),
    },
)
DEGREE = Vocabulary(
    "degree",
    {
        "unknown": ("chưa rõ", "unknown"),
        "secondary": ("trung cấp", "secondary"),
        "college": ("cao đẳng", "college"),
        "university": ("đại học", "university"),
        "master": ("thạc sĩ", "master"),
        "doctor": ("tiến sĩ", "doctor"),
    },
)
THEORY = Vocabulary(
    "theory",
    {
        "unknown": ("chưa rõ", "unknown"),
        "none": ("chưa qua", "none"),
        "primary": ("sơ cấp", "primary"),
        "intermediate": ("trung cấp", "intermediate"),
        "advanced": ("cao cấp", "advanced"),
    },
)
RANK = Vocabulary(
    "rank",
    {
        "staff": ("nhân viên", "staff"),
        "junior": ("cán sự", "junior"),
        "specialist": ("chuyên viên", "specialist"),
        "principal": ("chuyên viên chính", "principal specialist"),
        "senior": ("chuyên viên cao cấp", "senior specialist"),
    },
)
STAFF_KIND = Vocabulary(
    "staff_kind",
    {
        "cadre": ("cán bộ", "elected cadre"),
        "civil_servant": ("công chức", "civil servant"),
        "public_employee": ("viên chức", "public employee"),
        "contract": ("hợp đồng", "contract"),
    },
)
SEX = Vocabulary("sex", {"male": ("nam", "male"), "female": ("nữ", "female")})
RATING = Vocabulary(
    "rating",
    {
        "not_completed": ("không hoàn thành nhiệm vụ", "not completed"),
        "completed": ("hoàn thành nhiệm vụ", "completed"),
        "good": ("hoàn thành tốt nhiệm vụ", "good"),
        "excellent": ("hoàn thành xuất sắc nhiệm vụ", "excellent"),
    },
)
FORM = Vocabulary(
    "form",
    {
        "transfer": ("điều động", "transfer"),
        "secondment": ("biệt phái", "secondment"),
        "internal": ("bố trí nội bộ", "internal assignment"),
        "rotation": ("luân chuyển", "rotation"),
        "concurrent": ("kiêm nhiệm", "concurrent duty"),
    },
)
Form = Literal["transfer", "secondment", "internal", "rotation", "concurrent"]
FORMS: Final[tuple[Form, ...]] = ("transfer", "secondment", "internal", "rotation", "concurrent")
LIST_FORM = Vocabulary(
    "list_form", {**{code: FORM[code] for code in ("transfer", "secondment")}, "both": ("cả hai", "both")}
)
CANDIDATE = Vocabulary(
    "candidate",
    {**LIST_FORM, "internal": FORM["internal"], "none": ("không điều động", "none")},
)
RELATION = Vocabulary(
    "relation",
    {
        "spouse": ("vợ chồng", "spouse"),
        "parent_child": ("cha mẹ - con", "parent and child"),
        "sibling": ("anh chị em", "sibling"),
    },
)
DECISION = Vocabulary(
    "decision",
    {
        "pin": ("chốt", "pin"),
        "ban": ("cấm", "ban"),
        "keep": ("giữ lại", "keep"),
        "waive": ("miễn trừ", "waive"),
    },
)
ANSWER = Vocabulary(
    "answer",
    {
        "accept": ("đồng ý", "agreed"),
        "refuse": ("không đồng ý", "not agreed"),
        "keep": ("giữ lại", "stays"),
        "replace": ("đổi người", "someone else"),
    },
)
FIELD = Vocabulary(
    "field",
    {
        "land": ("đất đai", "land"),
        "finance": ("tài chính - kế toán", "finance"),
        "construction": ("xây dựng", "construction"),
        "environment": ("môi trường", "environment"),
        "it": ("công nghệ thông tin", "information technology"),
        "justice": ("tư pháp - hộ tịch", "justice"),
        "agriculture": ("nông nghiệp", "agriculture"),
        "industry_trade": ("công thương", "industry and trade"),
        "culture": ("văn hóa", "culture"),
        "education": ("giáo dục", "education"),
        "health": ("y tế", "health"),
        "labour_social": ("lao động - xã hội", "labour and social affairs"),
        "home_affairs": ("nội vụ", "home affairs"),
        "office": ("văn phòng", "office"),
        "one_stop": ("một cửa", "one-stop centre"),
        "religion_ethnic": ("dân tộc - tôn giáo", "religion and ethnic affairs"),
        "party_building": ("xây dựng Đảng", "Party building"),
        "inspection": ("kiểm tra, thanh tra", "inspection"),
        "mass_mobilisation": ("dân vận", "mass mobilisation"),
    },
)
UNKNOWN = "unknown"
SYNONYMS: Final[Mapping[str, Mapping[str, str]]] = {  # what else is written for a code, by the name of its list
    "answer": {"agree": "accept", "disagree": "refuse", "disagreed": "refuse"},
    "yes_no": {"đồng ý": "yes", "không đồng ý": "no", "x": "yes"},
    "degree": {
        "TC": "secondary", "CĐ": "college", "ĐH": "university", "cử nhân": "university", "kỹ sư": "university",
        "ThS": "master", "TS": "doctor",
    },
    "theory": {"SC": "primary", "TC": "intermediate", "CC": "advanced"},
}  # fmt: skip
NEGATED: Final = frozenset({"answer", "yes_no"})  # lists in which a word that is left out may be a 'not'
OPEN_LISTS = {"fields": FIELD, "roles": ROLE, "blocs": BLOC}
