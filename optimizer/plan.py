"""A plan: its status first, its goals with their proof, its rows. Rows have the columns of the data contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from optimizer.errors import Problem
from optimizer.scenario import vocabulary as words
from optimizer.scenario.scenario import InputFile
from optimizer.scenario.schema import Bounds, Differences, OneOf, Refers, Row, Sensitive, Words, column, listed

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.certificate import Certificate

PLAN_FORMAT = 2
MOST_COST: Final = 10**15  # thousand dong: more than any salary and any factor of the settings give


class Status(StrEnum):
    """What is known of a plan. Infeasible runs and runs without a plan raise errors and return no values."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"


@dataclass(frozen=True)
class GoalResult:
    """A goal's value, and the lower bound known for it while the goals before it stay within their tolerances.

    `bound` is None where nothing is known. `proven` means that the bound is the best value there is and that the
    plan's value lies above it by no more than the goal's tolerance, which goals below it may spend; by default
    the tolerance is 0, and value and bound are equal. `certified` is the part of the bound that the prices of the
    certificate prove alone; for the rest only the solver vouches.
    """

    name: str
    value: int
    bound: int | None
    proven: bool
    seconds: float
    certified: int | None = None


class MovedPerson(Row):
    """One row of `moves.csv`. A plan typed by hand needs person_id, form and to_post_id.

    `reserve` is somebody whom the plan does not move. Of `equals` some do not move and would make this one move in its
    place; the others move elsewhere by the plan, and each of the two would take the other's post. Either way every
    limit and decision is kept, every goal keeps its value, and all other rows stay as they are.
    """

    table = "moves"
    sheet = "PhuongAn"
    key = ("person_id",)

    order: int | None = column("STT", "order of execution, 1 first")
    chain: int | None = column("Chuỗi", "number of the chain of moves that depend on one another")
    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person", required=True)
    form: Annotated[str, OneOf(words.FORM)] = column("Hình thức", "form", required=True)
    from_unit_id: Annotated[str | None, Refers("units")] = column("Mã nơi đi", "payroll unit today")
    from_post_id: Annotated[str | None, Refers("posts")] = column("Mã vị trí đi", "post today; blank: no seat")
    to_unit_id: Annotated[str | None, Refers("units")] = column("Mã nơi đến", "unit after the move")
    to_post_id: Annotated[str, Refers("posts")] = column("Mã vị trí đến", "post after the move", required=True)
    start: date | None = column("Từ ngày", "first day")
    end: date | None = column("Đến ngày", "end, exclusive; blank: without term")
    km: float | None = column("Km", "road kilometres between the units")
    commute_km: int | None = column("Km tính điểm", "the kilometres that cost points")
    points: int | None = column("Điểm xáo trộn", "disruption points of the move")
    cost: Annotated[int | None, Bounds(0, MOST_COST)] = column(
        "Chi phí (nghìn đồng)", "benefits to which the move gives a right, thousand dong"
    )
    reason: str | None = column("Lý do", "code of the reason")
    flags: Annotated[tuple[str, ...], Words()] = listed("Lưu ý", "names of the rules that warn")
    legal_basis: str | None = column("Căn cứ", "legal basis of the form")
    decided_by: Annotated[str | None, OneOf(words.DECIDED_BY)] = column("Thẩm quyền", "deciding body")
    agreed_by: Annotated[tuple[str, ...], OneOf(words.AGREEING, many=True)] = listed(
        "Ý kiến thống nhất", "who must agree besides the deciding body"
    )
    waived: Annotated[tuple[str, ...], Words()] = listed("Được miễn trừ", "names of the rules that a decision waives")
    notes: Annotated[tuple[str, ...], Words()] = listed("Ghi nhớ", "codes of what the form and the place entail")
    notice_on: date | None = column("Hạn báo trước", "day by which the sender decides end or extension")
    reserve: Annotated[str | None, Refers("people")] = column(
        "Dự bị", "who could make the move instead while all else stays; blank: nobody without further moves"
    )
    equals: Annotated[tuple[str, ...], Refers("people", many=True)] = listed(
        "Ngang nhau",
        "who could make it instead with equal values of every goal while all else stays, either staying otherwise or "
        "exchanging posts with the person: the committee chooses",
    )


class AnsweredMove(Row):
    """One row of a workbook that came back from the meeting: the move by its ids, and what was decided on it."""

    table = "answers"
    sheet = MovedPerson.sheet
    key = ("person_id",)

    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person", required=True)
    form: Annotated[str, OneOf(words.FORM)] = column("Hình thức", "form", required=True)
    to_post_id: Annotated[str, Refers("posts")] = column("Mã vị trí đến", "post after the move", required=True)
    decision: Annotated[str | None, OneOf(words.ANSWER)] = Field(
        default=None,
        title="Quyết định của hội nghị",
        description="what the meeting decided; blank: nothing",
        json_schema_extra={"column_required": True},
    )
    note: Annotated[str | None, Sensitive()] = column("Ghi chú", "words of the meeting, for the planner alone")


class OpenPost(Row):
    """One row of `gaps.csv`: a post of a commune that is still short after the plan."""

    table = "gaps"
    sheet = "ChuaDapUng"
    key = ("post_id",)

    post_id: Annotated[str, Refers("posts")] = column("Mã vị trí", "post", required=True)
    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "unit", required=True)
    bloc: Annotated[str, OneOf(words.BLOC)] = column("Khối", "bloc", required=True)
    category: Annotated[str, OneOf(words.CATEGORY)] = column("Nhóm vị trí", "category", required=True)
    fields: Annotated[tuple[str, ...], OneOf(words.FIELD, many=True)] = listed("Lĩnh vực", "fields", required=True)
    seats: int = column("Số người cần", "seats", required=True)
    filled: int = column("Đã có", "people in the post after the plan", required=True)
    gap: int = column("Còn thiếu", "seats still open", required=True)
    covered: int = column("Đang kiêm nhiệm", "people who cover a seat on top of their own", required=True)
    reason: str | None = column("Lý do", "code of the reason")
    other_route: Annotated[tuple[str, ...], Words()] = listed(
        "Hướng khác", "other ways to fill it: codes of `receive`, `recruit`, `contract`, `train`, `share`"
    )


class UnitBalance(Row):
    """One row of `units.csv`: a unit and bloc with a quota, before and after the plan."""

    table = "units"
    sheet = "TruocSau"
    key = ("unit_id", "bloc")

    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "unit", required=True)
    bloc: Annotated[str, OneOf(words.BLOC)] = column("Khối", "bloc", required=True)
    quota: int = column("Chỉ tiêu", "quota on the scenario's date", required=True)
    payroll_before: int = column("Biên chế trước", "people on the payroll before", required=True)
    payroll_after: int = column("Biên chế sau", "people on the payroll after", required=True)
    strength_before: int = column("Có mặt trước", "people on site before", required=True)
    strength_after: int = column("Có mặt sau", "people on site after", required=True)
    shortage_rate: float = column("Tỷ lệ thiếu", "people missing on site after, over the quota", required=True)


class SurplusPerson(Row):
    """One row of `surplus.csv`: a person of a commune without a seat today, and what the plan does for them."""

    table = "surplus"
    sheet = "DoiDu"
    key = ("person_id",)

    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person", required=True)
    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "payroll unit today", required=True)
    bloc: Annotated[str, OneOf(words.BLOC)] = column("Khối", "bloc", required=True)
    form: Annotated[str | None, OneOf(words.FORM)] = column("Hình thức", "form of the move; blank: not placed")
    to_post_id: Annotated[str | None, Refers("posts")] = column("Mã vị trí đến", "post taken; blank: not placed")
    reason: str = column("Kết quả, lý do", "code: placed, or why not", required=True)


class FieldCover(Row):
    """One row of `coverage.csv`: a field that a commune needs, and how many people on site cover it."""

    table = "coverage"
    sheet = "LinhVuc"
    key = ("unit_id", "field")

    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "unit", required=True)
    field: Annotated[str, OneOf(words.FIELD)] = column("Lĩnh vực", "field that a specialist post names", required=True)
    covered_before: int = column("Người đảm nhận trước", "people who cover it before", required=True)
    covered_after: int = column("Người đảm nhận sau", "people who cover it after", required=True)


class TemporarySeat(Row):
    """One row of `temporary.csv`: a leadership or specialist seat that is filled by secondment, and so reopens."""

    table = "temporary"
    sheet = "LapTamThoi"
    key = ("person_id",)

    post_id: Annotated[str, Refers("posts")] = column("Mã vị trí", "post", required=True)
    unit_id: Annotated[str, Refers("units")] = column("Mã đơn vị", "unit", required=True)
    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person seconded", required=True)
    reopens_on: date = column("Trống lại từ", "first day on which the seat is open again", required=True)


class Candidate(Row):
    """One row of `shortlist.csv`: a candidate for a post that is elected or decided by the Standing Committee.

    `costs` is what changes when this move alone stands in place of that of `instead_of`, and of the person's own other
    move, and all else stays: `name=difference` for every goal in order. Where it would break limits, `breaks` names
    them (`pin` for a decision), and further moves would be needed.
    """

    table = "shortlist"
    sheet = "DeXuat"
    key = ("post_id", "person_id")

    post_id: Annotated[str, Refers("posts")] = column("Mã vị trí", "post", required=True)
    place: int = column("Thứ tự", "place on the list, 1 first", required=True)
    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "candidate", required=True)
    form: Annotated[str, OneOf(words.FORM)] = column("Hình thức", "form", required=True)
    chosen: Annotated[bool, OneOf(words.YES_NO)] = column("Phương án chọn", "the plan's own move", required=True)
    instead_of: Annotated[str | None, Refers("people")] = column(
        "Thay cho", "whose move into the post it replaces; blank: the plan's own, or for an open seat"
    )
    keeps_limits: Annotated[bool, OneOf(words.YES_NO)] = column(
        "Giữ các giới hạn", "whether every limit is kept without further moves", required=True
    )
    breaks: Annotated[tuple[str, ...], Words()] = listed(
        "Giới hạn bị vi phạm", "names of the limits that it would break"
    )
    costs: Annotated[tuple[str, ...], Differences()] = listed("Chênh lệch", "difference to the plan for every goal")
    points: int = column("Điểm xáo trộn", "disruption points of the move", required=True)
    cost: int = column("Chi phí (nghìn đồng)", "benefits to which the move gives a right, thousand dong", required=True)
    flags: Annotated[tuple[str, ...], Words()] = listed("Lưu ý", "names of the gates that warn")

    @property
    def differences(self) -> dict[str, int]:
        """The differences to the plan by goal."""
        pairs = (cost.rpartition("=") for cost in self.costs)
        return {name: int(value) for name, _, value in pairs}


class ChainLink(Row):
    """One row of `chains.csv`: a link of a chain of two or more moves that depend on one another.

    Differences are `name=difference` for every goal in order, below 0 where the goal gets better; all other moves of
    the plan are made. `gains` is what the goals are with the chain up to this link, less what they are with it up to
    the link before: all of a chain add up to what the plan has of it. `loses` is what the goals are without this move
    and those of `falls`, less the plan. Those fall who can no longer move within the limits; none of them alone could.
    Of a chain its own links fall first, the decided ones last, and moves outside of it where limits force them to.
    Decisions taken beforehand count as no limits here.
    """

    table = "chains"
    sheet = "Chuoi"
    key = ("person_id",)

    chain: int = column("Chuỗi", "number of the chain", required=True)
    order: int = column("STT", "order of execution within the plan", required=True)
    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person who moves", required=True)
    to_post_id: Annotated[str, Refers("posts")] = column("Mã vị trí đến", "post after the move", required=True)
    waits_for: Annotated[tuple[str, ...], Refers("people", many=True)] = listed(
        "Thực hiện sau", "who leave the post before; in a circle the first link waits for nobody"
    )
    gains: Annotated[tuple[str, ...], Differences()] = listed("Tác động", "what the link adds to every goal")
    falls: Annotated[tuple[str, ...], Refers("people", many=True)] = listed(
        "Không thực hiện được nữa", "whose moves cannot be made any more if this one is refused"
    )
    remains: Annotated[tuple[str, ...], Refers("people", many=True)] = listed(
        "Vẫn thực hiện được", "whose moves of the chain can still be made then"
    )
    loses: Annotated[tuple[str, ...], Differences()] = listed(
        "Chênh lệch khi đó", "difference of every goal to the plan then"
    )


class ChangedRow(Row):
    """What a new plan says of a person otherwise than the former one; blank: the person does not move."""

    table = "changed"
    sheet = "ThayDoi"
    key = ("person_id",)

    person_id: Annotated[str, Refers("people")] = column("Mã cán bộ", "person", required=True)
    former_form: Annotated[str | None, OneOf(words.FORM)] = column("Hình thức trước", "form in the former plan")
    former_post_id: Annotated[str | None, Refers("posts")] = column("Mã vị trí trước", "post in the former plan")
    form: Annotated[str | None, OneOf(words.FORM)] = column("Hình thức nay", "form in the new plan")
    to_post_id: Annotated[str | None, Refers("posts")] = column("Mã vị trí nay", "post in the new plan")
    reason: str = column("Lý do thay đổi", "code: why the row is another one", required=True)


PLAN_TABLES: Final[tuple[type[Row], ...]] = (
    MovedPerson, OpenPost, UnitBalance, SurplusPerson, FieldCover, TemporarySeat, Candidate,
    ChainLink,
)  # fmt: skip


@dataclass(frozen=True)
class Baseline:
    """What a greedy hand method reaches under the same rules: every goal's value, moves and kilometres.

    `pins_missed` is how many pins it could not meet; where it is not 0 the values are those of another task.
    """

    goals: Mapping[str, int]
    moves: int
    km: float
    pins_missed: int = 0


@dataclass(frozen=True)
class Plan:
    """A checked plan. `totals` counts moves in all and by form, and `cost`, what they cost in thousand dong.

    `parameters` holds every setting and decision. `surplus` are the people of communes without a seat, `coverage` the
    fields that communes need, `temporary` the seats filled for a time, `shortlist` the candidates for posts whose body
    chooses, `chains` the moves that depend on one another. `origin` is where the scenario was read from, None for one
    made in memory. `certificate` holds the prices that prove the bounds, None for a plan that came without. `warnings`
    say which moves of the plan that `solve` started from could not be kept, and why; no file keeps them.
    """

    status: Status
    scenario: str
    date: date
    goals: tuple[GoalResult, ...]
    moves: tuple[MovedPerson, ...]
    gaps: tuple[OpenPost, ...]
    units: tuple[UnitBalance, ...]
    before: Mapping[str, int]
    baseline: Baseline
    totals: Mapping[str, int]
    inputs: tuple[InputFile, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    surplus: tuple[SurplusPerson, ...] = ()
    coverage: tuple[FieldCover, ...] = ()
    temporary: tuple[TemporarySeat, ...] = ()
    shortlist: tuple[Candidate, ...] = ()
    chains: tuple[ChainLink, ...] = ()
    origin: str | None = field(default=None, compare=False)
    certificate: Certificate | None = field(default=None, compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    def goal(self, name: str) -> GoalResult:
        """The result of one goal by its name; KeyError where the plan has no such goal."""
        for result in self.goals:
            if result.name == name:
                return result
        raise KeyError(name)

    def to_frame(self, table: str = "moves") -> pd.DataFrame:
        """A table as a data frame: `goals`, or one of `PLAN_TABLES` by its name, such as `moves`, `gaps`, `chains`."""
        import pandas as pd

        rows: tuple[Any, ...] = getattr(self, table)
        if table == "goals":
            return pd.DataFrame([vars(row) for row in rows], columns=list(GoalResult.__dataclass_fields__))
        model = next(model for model in PLAN_TABLES if model.table == table)
        return pd.DataFrame([row.model_dump() for row in rows], columns=list(model.columns()))

    def __repr__(self) -> str:
        goals = ", ".join(
            f"{g.name}={g.value}" + ("" if g.value == g.bound else f" (bound {g.bound})") for g in self.goals
        )
        return f"Plan({self.status}, {len(self.moves)} moves, {goals})"
