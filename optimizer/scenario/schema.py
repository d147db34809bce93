"""The tables of a scenario: one class per table, one field per column, with both headings and its meaning.

These classes are the one place where a column is named: reader, writer, generator and documentation are made from
them. A row is frozen. A blank cell is None, or the empty tuple for a list; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from optimizer.scenario import vocabulary as words
from optimizer.scenario.vocabulary import Vocabulary

COMMUNE_KINDS: Final = frozenset({"commune", "ward", "special_zone"})
MILITARY: Final = "military"
LEADERSHIP_LEVELS: Final = (1, 2, 3, 4)
LOWEST_LEVEL: Final = 5


@dataclass(frozen=True)
class OneOf:
    """The column takes one code of a closed list (`many`: codes separated by `;`)."""

    vocabulary: Vocabulary
    many: bool = False


@dataclass(frozen=True)
class Refers:
    """The column names a row of another table by its id (`many`: ids separated by `;`)."""

    table: str
    many: bool = False


@dataclass(frozen=True)
class Bounds:
    """The smallest and largest value that the column takes."""

    low: float
    high: float = float("inf")


@dataclass(frozen=True)
class Words:
    """Free words separated by `;`, normalised, without doubles."""


@dataclass(frozen=True)
class NamesRule:
    """The name of a rule, or its title in either language."""


@dataclass(frozen=True)
class Differences:
    """`goal=whole number` for every goal, separated by `;`."""


@dataclass(frozen=True)
class Sensitive:
    """The column is for the planner alone: nothing repeats its values, and nobody else reads warnings about it."""


def column(heading: str, meaning: str, required: bool = False, default: Any = None) -> Any:
    """A column: its Vietnamese heading and its meaning; a required one has no default."""
    if required:
        return Field(title=heading, description=meaning)
    return Field(default=default, title=heading, description=meaning)


def listed(heading: str, meaning: str, required: bool = False) -> Any:
    """A column whose cell holds a list; a required one must be there, though its cells may be blank."""
    return Field(default=(), title=heading, description=meaning, json_schema_extra={"column_required": required})


class Row(BaseModel):
    """A row of any table. `table`, `sheet` and `key` say where it lives and what makes it unique."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: ClassVar[str]
    sheet: ClassVar[str]
    key: ClassVar[tuple[str, ...]]

    @classmethod
    def columns(cls) -> dict[str, FieldInfo]:
        """The columns in their order."""
        return cls.model_fields

    @classmethod
    def required_columns(cls) -> frozenset[str]:
        """The columns that must stand in the header."""
        return frozenset(
            name
            for name, info in cls.model_fields.items()
            if info.is_required()
            or (isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("column_required"))
        )

    @classmethod
    def sensitive_columns(cls) -> frozenset[str]:
        """The columns that are for the planner alone."""
        return frozenset(
            name
            for name, info in cls.model_fields.items()
            if any(isinstance(mark, Sensitive) for mark in info.metadata)
        )

    @classmethod
    def columns_in_use(cls, rows: Sequence[Row]) -> list[str]:
        """The columns that must stand in the header, and those that some row fills."""
        required = cls.required_columns()
        return [
            name
            for name in cls.columns()
            if name in required or any(getattr(row, name) not in (None, ()) for row in rows)
        ]


class Unit(Row):
    """A commune, ward, special zone or provincial body."""

    table = "units"
    sheet = "DonVi"
    key = ("unit_id",)

    unit_id: str = column("Mã đơn vị", "id of the unit; for communes the official code", required=True)
    name: str = column("Tên đơn vị", "name of the unit", required=True)
    kind: Annotated[str, OneOf(words.KIND)] = column("Loại đơn vị", "kind of unit", required=True)
    former_district: str | None = column("Huyện cũ", "district before July 2025")
    region_class: Annotated[str | None, OneOf(words.REGION_CLASS)] = column(
        "Khu vực", "region class of the ethnic-minority and mountain area; blank is unknown"
    )
    border: Annotated[bool | None, OneOf(words.YES_NO)] = column("Biên giới", "a border commune")
    mountain: Annotated[bool | None, OneOf(words.YES_NO)] = column("Miền núi", "a mountain commune")
    merged: Annotated[bool | None, OneOf(words.YES_NO)] = column("Sáp nhập", "made by merging former communes")
    lat: Annotated[float | None, Bounds(-90, 90)] = column("Vĩ độ", "latitude, degrees WGS84")
    lon: Annotated[float | None, Bounds(-180, 180)] = column("Kinh độ", "longitude, degrees WGS84")
    area_km2: Annotated[float | None, Bounds(0)] = column("Diện tích (km2)", "area, square kilometres")
    population: Annotated[int | None, Bounds(0)] = column("Dân số", "population, people")
    villages: Annotated[int | None, Bounds(0)] = column("Số thôn, bản", "villages")
    dossiers_per_month: Annotated[int | None, Bounds(0)] = column(
        "Hồ sơ TTHC/tháng", "administrative dossiers per month"
    )
    housing: Annotated[int | None, Bounds(0)] = column("Nhà công vụ", "places in public housing")
    hardship: Annotated[int | None, Bounds(1, 1000)] = column(
        "Hệ số khó khăn (%)", "hardship, per cent; blank: by region class"
    )

    @property
    def is_commune(self) -> bool:
        """True for communes, wards and special zones; False for provincial bodies."""
        return self.kind in COMMUNE_KINDS


class Quota(Row):
    """A unit's quota in one bloc, from a date."""

    table = "quotas"
    sheet = "BienChe"
    key = ("unit_id", "bloc", "effective_from")

    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "unit", required=True)
    bloc: Annotated[str, OneOf(words.BLOC)] = column("Khối", "bloc", required=True)
    quota: Annotated[int, Bounds(0, 100_000)] = column(
        "Chỉ tiêu biên chế", "quota, people on the payroll", required=True
    )
    present: Annotated[int | None, Bounds(0, 100_000)] = column(
        "Số có mặt", "people on the payroll on the scenario's date, as the unit reports; only compared with the list"
    )
    basis: str | None = column("Căn cứ", "decision that sets the quota")
    effective_from: date = column("Ngày hiệu lực", "date from which the quota counts", required=True)


class Post(Row):
    """A kind of payroll seat in a unit."""

    table = "posts"
    sheet = "ViTri"
    key = ("post_id",)

    post_id: str = column("Mã vị trí", "id of the post", required=True)
    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "unit", required=True)
    bloc: Annotated[str, OneOf(words.BLOC)] = column("Khối", "bloc", required=True)
    division: str | None = column("Phòng, ban", "division within the unit")
    title: str = column("Chức danh, vị trí", "title in words", required=True)
    role: Annotated[str, OneOf(words.ROLE)] = column("Vai trò", "role; rules read this, never the title", required=True)
    category: Annotated[str, OneOf(words.CATEGORY)] = column("Nhóm vị trí", "category", required=True)
    level: Annotated[int | None, Bounds(1, 5)] = column("Cấp", "level 1-5; leadership 1-4; blank is 5")
    fields: Annotated[tuple[str, ...], OneOf(words.FIELD, many=True)] = listed("Lĩnh vực", "fields of the post")
    majors: Annotated[tuple[str, ...], Words()] = listed("Ngành chấp nhận", "majors accepted; blank: any")
    seats: Annotated[int, Bounds(0, 100_000)] = column("Số người cần", "seats", required=True)
    min_degree: Annotated[str | None, OneOf(words.DEGREE)] = column("Trình độ tối thiểu", "lowest degree")
    min_theory: Annotated[str | None, OneOf(words.THEORY)] = column("Lý luận tối thiểu", "lowest political theory")
    min_rank: Annotated[str | None, OneOf(words.RANK)] = column("Ngạch tối thiểu", "lowest rank")
    party_member: Annotated[bool | None, OneOf(words.YES_NO)] = column("Đảng viên", "needs a Party member")
    non_native: Annotated[bool | None, OneOf(words.YES_NO)] = column(
        "Không là người địa phương", "needs someone whose native place is another unit"
    )
    weight: Annotated[int | None, Bounds(0, 1000)] = column("Trọng số", "weight in its goal; blank: by level or field")
    senders: Annotated[tuple[str, ...], Refers("units", many=True)] = listed(
        "Đơn vị được cử", "ids of units that may send here; blank: all"
    )
    decided_by: Annotated[str | None, OneOf(words.DECIDED_BY)] = column("Thẩm quyền quyết định", "deciding body")
    concurrent_ok: Annotated[bool | None, OneOf(words.YES_NO)] = column("Cho phép kiêm nhiệm", "may be covered besides")


class Person(Row):
    """A person on the payroll of a unit."""

    table = "people"
    sheet = "CongChuc"
    key = ("person_id",)

    person_id: str = column("Mã cán bộ", "id of the person", required=True)
    name: str = column("Họ và tên", "name", required=True)
    sex: Annotated[str | None, OneOf(words.SEX)] = column("Giới tính", "sex")
    birth_date: date | None = column("Ngày sinh", "date of birth")
    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "unit on whose payroll", required=True)
    post_id: Annotated[str | None, Refers("posts")] = column("Mã vị trí", "post held; blank: no seat (dôi dư)")
    bloc: Annotated[str, OneOf(words.BLOC)] = column("Khối", "bloc", required=True)
    staff_kind: Annotated[str | None, OneOf(words.STAFF_KIND)] = column("Đối tượng", "kind of staff")
    level: Annotated[int | None, Bounds(1, 5)] = column("Cấp", "level 1-5; blank is 5")
    rank: Annotated[str | None, OneOf(words.RANK)] = column("Ngạch", "civil-service rank")
    degree: Annotated[str, OneOf(words.DEGREE)] = column("Trình độ", "degree", required=True)
    majors: Annotated[tuple[str, ...], Words()] = listed("Ngành đào tạo", "majors", required=True)
    fields: Annotated[tuple[str, ...], OneOf(words.FIELD, many=True)] = listed(
        "Lĩnh vực", "fields that the person can do", required=True
    )
    theory: Annotated[str, OneOf(words.THEORY)] = column("Lý luận chính trị", "political theory level", required=True)
    party_joined_on: date | None = column("Ngày vào Đảng", "date of joining the Party")
    joined_on: date | None = column("Ngày vào ngành", "date of joining the service")
    native_unit_id: Annotated[str | None, Refers("units")] = column("Quê quán", "native unit; blank is unknown")
    residence_unit_id: Annotated[str | None, Refers("units")] = column("Nơi ở", "unit of residence")
    ethnicity: str | None = column("Dân tộc", "ethnicity")
    languages: Annotated[tuple[str, ...], Words()] = listed("Tiếng dân tộc, ngoại ngữ", "languages")
    planned_for: Annotated[tuple[str, ...], OneOf(words.ROLE, many=True)] = listed("Quy hoạch", "roles planned for")
    rating: Annotated[str | None, OneOf(words.RATING)] = column("Xếp loại", "last annual rating")
    exempt: Annotated[tuple[int, ...], Bounds(1, 7), Sensitive()] = listed(
        "Trường hợp không điều động", "numbers 1-7 of the exempt cases (sensitive)"
    )
    no_promotion_until: Annotated[date | None, Sensitive()] = column(
        "Không bổ nhiệm đến", "no promotion before this date"
    )
    youngest_child_birth: Annotated[date | None, Sensitive()] = column(
        "Ngày sinh con út", "birth date of the youngest child"
    )
    last_move_on: date | None = column("Lần điều động gần nhất", "date of the last move")
    post_since: date | None = column("Giữ vị trí từ", "in the present post since")
    leaves_on: Annotated[date | None, Sensitive()] = column("Ngày nghỉ", "retirement or resignation")
    on_site_unit_id: Annotated[str | None, Refers("units")] = column(
        "Nơi đang biệt phái", "unit of the present secondment"
    )
    seconded_until: date | None = column("Biệt phái đến", "end of the present secondment, exclusive")
    also_holds: Annotated[tuple[str, ...], Refers("posts", many=True)] = listed("Kiêm nhiệm", "posts covered besides")
    salary_coefficient: Annotated[float | None, Bounds(0, 20)] = column("Hệ số lương", "salary coefficient")
    candidate: Annotated[str | None, OneOf(words.CANDIDATE)] = column(
        "Diện xem xét", "forms for which the person may be considered; blank: as the unit gives"
    )


class Listing(Row):
    """A person on a provincial body's list (the 5 % list)."""

    table = "pools"
    sheet = "DanhSach5"
    key = ("person_id",)

    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "provincial body", required=True)
    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person", required=True)
    form: Annotated[str, OneOf(words.LIST_FORM)] = column("Hình thức", "form offered", required=True)
    rank: Annotated[int | None, Bounds(1)] = column("Thứ tự", "the body's own order, 1 first")
    ready_from: date | None = column("Sẵn sàng từ", "first possible day")
    max_months: Annotated[int | None, Bounds(1, 36)] = column("Số tháng tối đa", "months of a secondment; blank is 6")


class Wish(Row):
    """A wish of a person about a destination."""

    table = "wishes"
    sheet = "NguyenVong"
    key = ("person_id", "unit_id")

    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person", required=True)
    unit_id: Annotated[str | None, Refers("units")] = column("Mã đơn vị", "destination; blank: anywhere")
    rank: Annotated[int | None, Bounds(1)] = column("Thứ tự", "order of the wish, 1 first")
    consent: Annotated[bool, OneOf(words.YES_NO)] = column("Đồng ý", "yes or no", required=True)


class Distance(Row):
    """A road distance, good for both directions."""

    table = "distances"
    sheet = "KhoangCach"
    key = ("from_unit_id", "to_unit_id")

    from_unit_id: Annotated[str, Refers("units")] = column("Nơi đi", "one end", required=True)
    to_unit_id: Annotated[str, Refers("units")] = column("Nơi đến", "the other end", required=True)
    km: Annotated[float, Bounds(0, 5000)] = column("Km", "road kilometres, at most 3 decimals", required=True)
    minutes: Annotated[float | None, Bounds(0)] = column("Phút", "travel time, minutes")


class Relation(Row):
    """Two relatives or a couple."""

    table = "relations"
    sheet = "QuanHe"
    key = ("person_id", "other_id")

    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "one of the two", required=True)
    other_id: Annotated[str, Refers("people")] = column("Mã người liên quan", "the other", required=True)
    kind: Annotated[str, OneOf(words.RELATION)] = column("Quan hệ", "relation", required=True)
    together: Annotated[bool | None, OneOf(words.YES_NO)] = column("Đi cùng nhau", "they ask to move together")


class Decision(Row):
    """What the planner has decided. A blank cell means any."""

    table = "decisions"
    sheet = "QuyetDinh"
    key = ("kind", "person_id", "post_id", "unit_id", "form", "rule")

    kind: Annotated[str, OneOf(words.DECISION)] = column("Loại quyết định", "pin, ban, keep or waive", required=True)
    person_id: Annotated[str | None, Refers("people")] = column("Mã cán bộ", "person")
    post_id: Annotated[str | None, Refers("posts")] = column("Mã vị trí", "post")
    unit_id: Annotated[str | None, Refers("units")] = column("Mã đơn vị", "unit")
    form: Annotated[str | None, OneOf(words.FORM)] = column("Hình thức", "form")
    seats: Annotated[int | None, Bounds(1, 1000)] = column(
        "Số người", "of a pin without a person: how many take a seat of the post by the plan; blank is 1"
    )
    rule: Annotated[str | None, NamesRule()] = column("Quy tắc", "name or title of the rule that is waived")
    reason: Annotated[str | None, Sensitive()] = column("Lý do", "why")
    decided_by: str | None = column("Người quyết định", "who decided")
    decided_on: date | None = column("Ngày quyết định", "when")


class FormerMove(Row):
    """A row of the plan agreed so far; the goal `changes` counts what differs from these."""

    table = "former"
    sheet = "PhuongAnTruoc"
    key = ("person_id",)

    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person", required=True)
    form: Annotated[str, OneOf(words.FORM)] = column("Hình thức", "form of the move", required=True)
    to_post_id: Annotated[str, Refers("posts")] = column("Mã vị trí đến", "post after the move", required=True)


TABLES: Final[tuple[type[Row], ...]] = (
    Unit, Quota, Post, Person, Listing, Wish, Distance, Relation, Decision, FormerMove,
)  # fmt: skip
OPTIONAL_TABLES: Final = frozenset({"pools", "wishes", "distances", "relations", "decisions", "former"})
