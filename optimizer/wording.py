"""The closed lists of what a plan says in codes: reasons, notes, legal bases, sureness, who decides. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from optimizer.scenario.schema import Person, Post
from optimizer.texts import T, Text


@dataclass(frozen=True)
class Route:
    """Another way to fill a seat that stays open: in words, and the text that names it."""

    title: Text
    source: str


LEGAL_BASIS: Final[Mapping[str, str]] = {
    "transfer": "Nghị định 170/2025/NĐ-CP, Điều 25",
    "secondment": "Nghị định 170/2025/NĐ-CP, Điều 26",
    "rotation": "Nghị định 170/2025/NĐ-CP, Điều 48",
    "concurrent": "Công văn 7415/BNV-CCVC",
}
MASKED: Final = "***"  # stands before the last letters of an id that is masked
CHAIR_APPOINTS: Final = frozenset(
    {"division_head", "division_deputy", "office_head", "office_deputy", "centre_director", "centre_deputy"}
)
COMMUNE_BODIES: Final = frozenset({"commune_standing_committee", "commune_chair"})
ELECTED_BY: Final = "Luật Tổ chức chính quyền địa phương 2025 (HĐND bầu)"
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
LEGAL_BASIS_IN_SHORT: Final[Mapping[str, str]] = {  # for a row on paper; what is not named here stands in full
    LEGAL_BASIS["transfer"]: "Điều 25 NĐ 170/2025",
    LEGAL_BASIS["secondment"]: "Điều 26 NĐ 170/2025",
    LEGAL_BASIS["rotation"]: "Điều 48 NĐ 170/2025",
    LEGAL_BASIS["concurrent"]: "CV 7415/BNV-CCVC",
    ELECTED_BY: "Luật TCCQĐP 2025 (HĐND bầu)",
    CHAIR_APPOINTS_BY: "NĐ 150/2025",
}
AGREEING_IN_SHORT: Final[Mapping[str, Text]] = {
    "sender": T("sender"),
    "receiver": T("receiver"),
    "standing_committee": T("Prov. Standing Committee"),
    "organisation_board": T("Prov. Organisation Board"),
    "provincial_chair": T("Prov. Chair"),
    "home_affairs": T("Home Affairs"),
    "commune_standing_committee": T("Commune Standing Committee"),
    "commune_chair": T("Commune Chair"),
    "peoples_council": T("Council (elects)"),
}
MOVE_REASONS: Final[Mapping[str, Text]] = {
    "decided": T("as decided beforehand"),
    "leadership_gap": T("fills an open leadership seat"),
    "specialist_gap": T("fills an open specialist seat"),
    "headcount": T("relieves a shortage of people"),
    "replaces": T("takes a seat that another move leaves"),
    "covers": T("covers an open seat on top of the own one"),
}
CHANGE_REASONS: Final[Mapping[str, Text]] = {  # of rows in which a new plan differs from the one before the meeting
    "answered": T("as the meeting answered"),
    "takes_over": T("takes a seat that an answer left open"),
    "moved_on": T("follows from these: takes, leaves or loses the seat of somebody whose row changed"),
    "consequence": T("follows from limits and goals"),
}
BENEFITS_FROM_MONTHS: Final = 36  # a secondment of fewer months earns none of Decree 178/2024, Article 12
NOTES: Final[Mapping[str, Text]] = {
    "elected": T("put forward for the People's Council to elect: a recommendation, not an order"),
    "promotion": T(
        "first or higher post: by the procedure of appointment, for a term of five years (Decree 170/2025), after "
        "which it ends or is renewed"
    ),
    "payroll_stays": T("stays on the payroll of the sender, which pays (Decree 170/2025, Articles 26 and 27)"),
    "full_term": T(
        "three-year posting: salary and allowances kept, ten months' base salary once, one salary step at the end "
        "(Decree 178/2024, Article 12)"
    ),
    "full_term_region_iii": T(
        "three-year posting in region III: salary and allowances kept, one salary step at the end (Decree 178/2024, "
        "Article 12); Decree 76/2019 instead of the ten months' base salary"
    ),
    "without_term": T("from a provincial body without term: months of base salary once (Decree 178/2024, Article 12)"),
    "short_term": T("under 36 months: by its letter Decree 178/2024 gives no benefit"),
    "region_iii": T("region III: benefits of Decree 76/2019"),
    "own_allowance": T("the province's own allowance for mountain communes and region III"),
    "trains": T("to train local staff meanwhile (practice of other provinces)"),
    "concurrent": T("on top of the own post; the seat is covered, not filled (Letter 7415/BNV-CCVC)"),
}
NOTES_IN_SHORT: Final[Mapping[str, Text]] = {
    "elected": T("put forward to be elected"),
    "promotion": T("appointment"),
    "payroll_stays": T("payroll of the sender"),
    "full_term": T("3 years: Decree 178"),
    "full_term_region_iii": T("3 years: Decrees 178 and 76"),
    "without_term": T("without term: Decree 178"),
    "short_term": T("under 3 years: no Decree 178"),
    "region_iii": T("Decree 76"),
    "own_allowance": T("own allowance of the province"),
    "trains": T("trains local staff"),
    "concurrent": T("on top of the own post"),
}
GAP_REASONS: Final[Mapping[str, Text]] = {
    "out_of_scope": T("outside the bodies and blocs of this round"),
    "no_candidate": T("no admissible candidate"),
    "decided": T("decided by the planner: without bans, keeps and pins there would be a candidate"),
    "candidates_used": T("every admissible candidate is used elsewhere in the plan"),
    "list_used": T("every admissible candidate is on a list, and the lists are used up"),
    "giving_floor": T("every candidate who is left would leave a giving unit below its floor"),
    "payroll": T("every candidate who is left would raise the payroll above the quota"),
    "budget": T("every candidate who is left would cost more than the budget allows"),
    "limits": T("every candidate who is left would break a limit"),
    "no_gain": T("filling it would serve no goal that counts before the moves it takes"),
    "time": T("not settled within the time given"),
}
LIMIT_REASONS: Final[Mapping[str, str]] = {  # which limit gives an open post which reason; any other: `limits`
    "payroll_floor": "giving_floor",
    "strength_floor": "giving_floor",
    "no_new_gaps": "giving_floor",
    "keep_last_specialist": "giving_floor",
    "payroll_cap": "payroll",
    "budget": "budget",
    "release_cap": "list_used",
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
STAY_REASONS: Final[Mapping[str, Text]] = {
    "seconded_away": T("seconded away beyond the horizon: whoever is away does not move"),
    "own_circumstances": T("a rule on the person's own circumstances"),
    "not_offered": T("on no list, in no unit over its quota, and no volunteer: nobody offers the person"),
    "narrowed": T("the data exclude the person from moving, or from all but some forms"),
    "decided": T("decided by the planner: without bans, keeps and pins there would be a post"),
    "no_post": T("rules refuse every post for which the person is offered"),
    "unused": T("the person may move, but the plan leaves them where they are"),
}
CERTAINTIES: Final[Mapping[str, Text]] = {
    "A": T("text read in a named source"),
    "B": T("read second-hand or in part"),
    "C": T("general knowledge, not verified"),
    "NV": T("looked for, not found"),
    "logic": T("follows from the words"),
    "planner": T("the planner's choice"),
}
CERTAINTIES_IN_SHORT: Final[Mapping[str, Text]] = {
    "A": T("read"),
    "B": T("second-hand"),
    "C": T("not verified"),
    "NV": T("not found"),
    "logic": T("evident"),
    "planner": T("own choice"),
}
ROUTES: Final[Mapping[str, Route]] = {
    "receive": Route(
        T("receive a public employee"), "Nghị định 170/2025/NĐ-CP, Điều 13 và Điều 14, Công văn 7415/BNV-CCVC"
    ),
    "recruit": Route(
        T("recruit"), "Nghị định 170/2025/NĐ-CP, Công văn 7415/BNV-CCVC (trong biên chế được giao chưa sử dụng)"
    ),
    "contract": Route(T("contract"), "Nghị định 173/2025/NĐ-CP, khoản 3 Điều 4, Công văn 7415/BNV-CCVC"),
    "train": Route(T("train"), "Công văn 7415/BNV-CCVC (đào tạo, bồi dưỡng)"),
    "share": Route(T("share with a neighbour"), "Lựa chọn của cơ quan lập phương án (kiêm nhiệm, dùng chung)"),
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

    Nobody is moved into an elected post: the plan recommends for election. Within a unit a text names heads and
    deputies of the commune's administration, whom its chair appoints.
    """
    if post.role in ELECTED and form != "concurrent":
        return ELECTED_BY
    if form == "internal":
        return CHAIR_APPOINTS_BY if post.bloc == "government" and post.role in CHAIR_APPOINTS else None
    return LEGAL_BASIS[form]


def deciding_body(person: Person, post: Post, moves: Mapping[str, str]) -> str | None:
    """The body that decides a move of `person` into `post`; None where nothing names one. `moves` as below."""
    return post.decided_by if person.unit_id == post.unit_id else deciding_between_units(post, moves)


def deciding_between_units(post: Post, moves: Mapping[str, str]) -> str | None:
    """The body that decides on whoever comes into `post` from another unit; None where nothing names one.

    `moves`: by bloc, who decides moves between units, where the post names a body of its commune or none.
    """
    if post.decided_by is None or post.decided_by in COMMUNE_BODIES:
        return moves.get(post.bloc, post.decided_by)
    return post.decided_by


def agreeing(
    person: Person, post: Post, form: str, decided_by: str | None, moves: Mapping[str, str]
) -> tuple[str, ...]:
    """Who must agree besides the body that decides: both units, a body of the commune, that of the bloc left, voters.

    `moves` as for `deciding_between_units`.
    """
    found: list[str] = []
    if person.unit_id != post.unit_id:
        found += ["sender", "receiver"]
        if post.decided_by is not None and post.decided_by != decided_by:
            found.append(post.decided_by)
    of_bloc_left = moves.get(person.bloc)
    if person.bloc != post.bloc and form != "concurrent" and of_bloc_left not in {None, decided_by, *found}:
        found.append(str(of_bloc_left))
    return (*found, "peoples_council") if post.role in ELECTED else tuple(found)


def notes_on(
    post: Post, form: str, months: int, paid: Set[str], *, three_years: bool, promotes: bool
) -> tuple[str, ...]:
    """What a row has to say of its form and its benefits, as codes of NOTES; `months`: the term, 0 without one.

    `paid`: the keys of `[money]` that the move gives a right to; `three_years`: whether Decree 178/2024 names it;
    `promotes`: whether the post is a leadership post above the person's level.
    """
    is_short = form == "secondment" and months < BENEFITS_FROM_MONTHS
    of_region_iii = not paid.isdisjoint({"first_arrival_months", "attraction_share"})
    ten_months = "three_year_months" in paid
    lasts = three_years and months > 0
    is_elected = post.role in ELECTED
    found = {
        "elected": is_elected,
        "promotion": promotes and form != "concurrent" and not is_elected,
        "payroll_stays": form == "secondment",
        "full_term": ten_months and lasts,
        "full_term_region_iii": of_region_iii and lasts,
        "without_term": ten_months and not lasts,
        "short_term": is_short,
        "region_iii": of_region_iii and not lasts,
        "own_allowance": "own_allowance_share" in paid,
        "trains": is_short and post.category == "specialist",
        "concurrent": form == "concurrent",
    }
    return tuple(code for code, holds in found.items() if holds)
