"""Who decides a move and who must agree, what its row notes, what was waived for it, and which seats reopen when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import tiny
from exported import FORMS, all_words, written
from provinces import random_province
from samples import each_part
from sampling import but, first
from stories import NO_FLOORS, Cells, broken, move, province, waiver

import optimizer as so
from optimizer.admitting import build_moves
from optimizer.agreement import what_is_noted
from optimizer.arrays_building import build_arrays
from optimizer.checker import check
from optimizer.outcome import moved_people
from optimizer.plan import MovedPerson, Plan
from optimizer.plan_files import read_plan, write_plan
from optimizer.reporting.cautions import cautions
from optimizer.reporting.naming import RULE_TITLES, Names
from optimizer.reporting.overview import overview
from optimizer.reporting.public import public_overview
from optimizer.reporting.temporary import temporary
from optimizer.rulebook.after import Placement
from optimizer.rulebook.facts import Facts
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking
from optimizer.wording import NOTES, NOTES_IN_SHORT


def story(mover: str, form: str, post: Cells | None = None, bloc: str = "government", **more: Any) -> Scenario:
    """Commune A has one open post, which `mover` is decided to fill by `form`: p1 of commune B, a1 of A, d1 of D."""
    pool, unit, from_bloc = more.pop("pool", {}), more.pop("unit", {}), more.pop("from_bloc", bloc)
    home = more.pop("home", {})
    people = [
        {"person_id": "p1", "unit_id": "B"},
        {"person_id": "a1", "unit_id": "A"},
        *({"person_id": f"d{n}", "unit_id": "D"} for n in range(1, 11)),
    ]
    others = sorted({"p1", "a1", "d1"} - {mover})
    return tiny(
        units=[{"unit_id": "A", **unit}, {"unit_id": "B", **home}, {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": "post", "unit_id": "A", "bloc": bloc, "fields": "it", **(post or {})}],
        people=[{"fields": "it", "bloc": from_bloc, "level": (post or {}).get("level"), **person} for person in people],
        quotas=[
            {"unit_id": unit_id, "bloc": of, "quota": quota, "effective_from": "2024-01-01"}
            for unit_id, of, quota in (("A", bloc, 4), ("B", from_bloc, 0), ("D", from_bloc, 10))
        ],
        pools=[{"person_id": "d1", **pool}],
        decisions=[
            {"kind": "pin", "person_id": mover, "post_id": "post", "form": form},
            *({"kind": "keep", "person_id": name} for name in others),
        ],
        **more,
    )


def row_of(scenario: Scenario) -> MovedPerson:
    """The only row of the best plan, which the checker has judged."""
    (row,) = so.solve(scenario).moves
    return row


@pytest.mark.parametrize(
    ("own", "bloc", "mover", "form", "body"),
    [
        ("commune_chair", "government", "p1", "transfer", "provincial_chair"),
        ("commune_chair", "government", "d1", "secondment", "provincial_chair"),
        ("commune_chair", "government", "a1", "internal", "commune_chair"),  # within the unit: the post's own body
        ("commune_standing_committee", "party", "p1", "transfer", "organisation_board"),
        ("commune_standing_committee", "front", "p1", "transfer", "organisation_board"),
        (None, "government", "p1", "transfer", "provincial_chair"),
        (None, "government", "a1", "internal", None),
        ("home_affairs", "government", "p1", "transfer", "home_affairs"),
        ("standing_committee", "government", "p1", "transfer", "standing_committee"),
    ],
)
def test_between_units_no_body_of_a_commune_decides(
    own: str | None, bloc: str, mover: str, form: str, body: str | None
) -> None:
    scenario = story(mover, form, {"decided_by": own}, bloc)
    row = row_of(scenario)
    assert row.decided_by == body
    for claimed in {"provincial_chair", "organisation_board", "commune_chair", "home_affairs"} - {body}:
        assert broken(scenario, row.model_copy(update={"decided_by": claimed})) == {"moves.decided_by"}


def test_a_scenario_says_who_decides_between_units_and_other_blocs_keep_theirs() -> None:
    config = {"authority": {"moves": {"party": "standing_committee"}}}
    assert row_of(story("p1", "transfer", bloc="party", config=config)).decided_by == "standing_committee"
    assert row_of(story("p1", "transfer", bloc="front", config=config)).decided_by == "organisation_board"
    added = {"vocabulary": {"blocs": {"justice": "tư pháp"}}}
    own = {"decided_by": "commune_chair"}
    assert row_of(story("p1", "transfer", own, bloc="justice", config=added)).decided_by == "commune_chair"
    config = {**added, "authority": {"moves": {"justice": "home_affairs"}}}
    assert row_of(story("p1", "transfer", own, bloc="justice", config=config)).decided_by == "home_affairs"


PARTY_TO_GOVERNMENT = {"from_bloc": "party", "config": {"forms": {"bloc_pairs": [["party", "government"]]}}}
FRONT_TO_PARTY = {"from_bloc": "front", "config": {"forms": {"bloc_pairs": [["front", "party"]]}}}


@pytest.mark.parametrize(
    ("mover", "form", "post", "more", "agreed"),
    [
        ("a1", "internal", {"decided_by": "commune_chair"}, {}, ()),
        ("p1", "transfer", {"decided_by": "home_affairs"}, {}, ("sender", "receiver")),
        ("p1", "transfer", {"decided_by": "commune_chair"}, {}, ("sender", "receiver", "commune_chair")),
        ("p1", "transfer", {"decided_by": "home_affairs"}, PARTY_TO_GOVERNMENT,
         ("sender", "receiver", "organisation_board")),
        ("a1", "internal", {"decided_by": "commune_chair"}, {**PARTY_TO_GOVERNMENT, "rules": NO_FLOORS},
         ("organisation_board",)),
        ("p1", "transfer", {"decided_by": "commune_chair"}, PARTY_TO_GOVERNMENT,
         ("sender", "receiver", "commune_chair", "organisation_board")),
        # the board decides and manages the bloc left as well: it is not asked twice
        ("p1", "transfer", {"bloc": "party"}, {**FRONT_TO_PARTY, "bloc": "party"}, ("sender", "receiver")),
        ("p1", "transfer", {"level": 2, "fields": "", "decided_by": "standing_committee"}, {},
         ("sender", "receiver", "peoples_council")),
        ("a1", "internal", {"level": 2, "fields": "", "decided_by": "standing_committee"}, {}, ("peoples_council",)),
        ("p1", "transfer", {"level": 3, "fields": "", "decided_by": "home_affairs"}, {}, ("sender", "receiver")),
    ],
)  # fmt: skip
def test_who_must_agree(mover: str, form: str, post: Cells, more: Cells, agreed: tuple[str, ...]) -> None:
    scenario = story(mover, form, post, **more)
    row = row_of(scenario)
    assert row.agreed_by == agreed
    for wrong in {agreed[:-1], (*agreed, "home_affairs")} - {agreed, ()}:
        assert broken(scenario, row.model_copy(update={"agreed_by": wrong})) == {"moves.agreed_by"}


III = {"region_class": "III"}


@pytest.mark.parametrize(
    ("mover", "form", "months", "post", "unit", "notes"),
    [
        ("p1", "transfer", None, {}, {}, ()),
        ("p1", "transfer", None, {}, III, ("region_iii",)),
        ("a1", "internal", None, {}, III, ()),
        ("d1", "secondment", 6, {}, {}, ("payroll_stays", "short_term", "trains")),
        ("d1", "secondment", 35, {}, {}, ("payroll_stays", "short_term", "trains")),
        ("d1", "secondment", 36, {}, {}, ("payroll_stays", "full_term")),
        ("d1", "secondment", 35, {}, III, ("payroll_stays", "short_term", "region_iii", "trains")),
        ("d1", "secondment", 36, {}, III, ("payroll_stays", "full_term_region_iii")),
        ("d1", "secondment", 6, {"fields": ""}, {}, ("payroll_stays", "short_term")),  # no specialist's post
        ("p1", "transfer", None, {"level": 2, "fields": ""}, {}, ("elected",)),
    ],
)
def test_the_notes_of_a_row_tell_the_short_form_from_the_three_years(
    mover: str, form: str, months: int | None, post: Cells, unit: Cells, notes: tuple[str, ...]
) -> None:
    scenario = story(mover, form, post, pool={"max_months": months}, unit=unit)
    row = row_of(scenario)
    assert row.notes == notes
    for wrong in {notes[1:], (*notes, "concurrent")} - {()}:
        assert broken(scenario, row.model_copy(update={"notes": wrong})) == {"moves.notes"}


@pytest.mark.parametrize(
    ("mover", "form", "months", "more", "notes"),
    [
        ("d1", "transfer", None, {}, ("without_term",)),  # the ten months of a body's people, as the cost has them
        ("d1", "transfer", None, {"unit": III}, ("region_iii",)),
        ("p1", "transfer", None, {"unit": III, "home": III}, ()),
        ("p1", "transfer", None, {"unit": III, "home": {"region_class": "II"}}, ("region_iii",)),
        ("p1", "transfer", None, {"unit": {"mountain": "yes"}}, ()),
        ("p1", "transfer", None, {"unit": {"mountain": "yes"}, "money": {"own_allowance_share": 1}},
         ("own_allowance",)),
        ("p1", "transfer", None, {"unit": III, "home": III, "money": {"own_allowance_share": 1}}, ("own_allowance",)),
        ("p1", "transfer", None, {"money": {"own_allowance_share": 1}}, ()),
        ("d1", "transfer", None, {"money": {"three_year_months": 0}}, ()),
        ("p1", "transfer", None, {"unit": III, "money": {"first_arrival_months": 0}}, ("region_iii",)),
        ("p1", "transfer", None, {"unit": III, "money": {"attraction_share": 0}}, ("region_iii",)),
        ("p1", "transfer", None, {"unit": III, "money": {"attraction_share": 0, "first_arrival_months": 0}}, ()),
        ("d1", "secondment", 36, {"day": date(2024, 12, 31)}, ("payroll_stays",)),  # Decree 178: from 2025 on
        ("d1", "secondment", 36, {"day": date(2024, 12, 31), "unit": III}, ("payroll_stays", "region_iii")),
        ("d1", "secondment", 36, {"day": date(2025, 1, 1), "unit": III}, ("payroll_stays", "full_term_region_iii")),
    ],
)  # fmt: skip
def test_a_benefit_is_noted_exactly_where_the_move_costs_it(
    mover: str, form: str, months: int | None, more: Cells, notes: tuple[str, ...]
) -> None:
    given = dict(more)
    config = {"money": given.pop("money", {}), **({"date": given.pop("day")} if "day" in given else {})}
    scenario = story(mover, form, pool={"max_months": months, "form": "both"}, config=config, **given)
    row = row_of(scenario)
    assert row.notes == notes
    benefits = {"full_term", "without_term", "region_iii", "full_term_region_iii", "own_allowance"}
    assert bool(row.cost) == bool(benefits & set(notes))
    for code in benefits:
        wrong = tuple(note for note in notes if note != code) if code in notes else (*notes, code)
        if not wrong:
            continue  # a row without notes claims nothing
        assert broken(scenario, row.model_copy(update={"notes": wrong})) == {"moves.notes"}


def test_concurrent_duty_is_noted_and_asks_nobody_of_the_bloc() -> None:
    """a1 holds A-land and covers the open A-it of the Party besides."""
    scenario = tiny(
        units=["A"],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "bloc": "party", "concurrent_ok": "yes"},
            {"post_id": "A-land", "unit_id": "A", "fields": "land"},
        ],
        people=[{"person_id": "a1", "post_id": "A-land", "fields": "land;it"}],
        quotas=[{"unit_id": "A", "bloc": "party", "quota": 1}],
        config={"forms": {"bloc_pairs": [["government", "party"]]}},
        decisions=[{"kind": "pin", "person_id": "a1", "post_id": "A-it", "form": "concurrent"}],
    )
    row = row_of(scenario)
    assert (row.notes, row.agreed_by) == (("concurrent",), ())


def test_every_note_has_a_short_and_a_long_form() -> None:
    assert NOTES.keys() == NOTES_IN_SHORT.keys()


@pytest.mark.parametrize("column", ["notes", "agreed_by"])
def test_a_cell_of_a_plan_that_was_emptied_is_told_and_one_of_a_typed_list_may_be_blank(
    tmp_path: Path, column: str
) -> None:
    scenario = story("d1", "secondment")
    write_plan(so.solve(scenario), tmp_path / "plan")
    whole = read_plan(tmp_path / "plan")
    emptied = tuple(move.model_copy(update={column: ()}) for move in whole.moves)
    assert check(scenario, whole).passed
    assert {breach.rule for breach in check(scenario, replace(whole, moves=emptied)).breaches} == {f"moves.{column}"}
    assert check(scenario, emptied).passed


@pytest.mark.parametrize(
    ("months", "rule", "day"),
    [
        (6, {}, date(2026, 1, 30)),  # the end is 1 March 2026, 30 days earlier
        (6, {"notice_days": 60}, date(2025, 12, 31)),
        (6, {"notice_days": 0}, date(2026, 3, 1)),
        (1, {"notice_days": 30}, date(2025, 9, 1)),  # 1 September to 1 October: the very first day
        (1, {"notice_days": 31}, date(2025, 9, 1)),  # never before the start
        (6, {"state": "off"}, None),
    ],
)
def test_notice_is_given_so_many_days_before_the_end(months: int, rule: Cells, day: date | None) -> None:
    scenario = story("d1", "secondment", pool={"max_months": months}, rules={"secondment_term": rule})
    row = row_of(scenario)
    assert row.notice_on == day
    assert broken(scenario, row.model_copy(update={"notice_on": date(2025, 9, 2)})) == {"moves.notice_on"}
    assert row_of(story("p1", "transfer")).notice_on is None


# --- waivers


def test_a_waiver_stands_on_the_row_that_needs_it_alone() -> None:
    """p1 has a university degree: under a minimum of master the waiver is needed, under university it is not."""
    waived = [waiver("standards", person_id="p1"), waiver("level_step", post_id="A-it")]
    needs, twin = (province(post={"min_degree": degree}, decisions=waived) for degree in ("master", "university"))
    assert row_of(needs).waived == ("standards",)
    assert row_of(twin).waived == ()
    assert broken(needs, move("p1", "A-it").model_copy(update={"waived": ("fields",)})) == {"moves.waived"}
    assert broken(twin, move("p1", "A-it").model_copy(update={"waived": ("standards",)})) == {"moves.waived"}


@pytest.mark.parametrize("state", ["off", "flag"])
def test_a_rule_that_does_not_block_needs_no_waiver(state: str) -> None:
    rules = {"standards": {"state": state}}
    decisions = [waiver("standards", person_id="p1")]
    assert row_of(province(post={"min_degree": "master"}, rules=rules, decisions=decisions)).waived == ()


@pytest.fixture
def with_waiver() -> tuple[Plan, Scenario]:
    signed = {"reason": "đang đi học", "decided_by": "Ban Thường vụ", "decided_on": "2025-08-20"}
    scenario = province(
        post={"min_degree": "master"},
        decisions=[
            {"kind": "waive", "rule": "standards", "person_id": "p1", **signed},
            {"kind": "waive", "rule": "payroll_floor", "unit_id": "B", **signed},
        ],
    )
    return so.solve(scenario), scenario


@pytest.mark.parametrize("form", but(FORMS, {"html"}))
@pytest.mark.parametrize("tier", first(1, ["leader", "planner"]))
def test_a_waiver_appears_in_every_output(
    with_waiver: tuple[Plan, Scenario], tmp_path: Path, form: str, tier: str
) -> None:
    told = all_words(written(*with_waiver, tmp_path, form, tier=tier))
    assert "được miễn trừ" in told
    assert "Đạt trình độ và lý luận chính trị" in told
    if form != "docx":
        assert "Ban Thường vụ" in told
        assert "Miễn trừ: 2 quyết định đã có; 1 lượt bố trí cần đến miễn trừ." in told
    assert ("đang đi học" in told) == (tier == "planner" and form != "docx")


def test_moves_that_need_a_waiver_stand_among_the_warnings_and_are_counted(
    with_waiver: tuple[Plan, Scenario],
) -> None:
    plan, scenario = with_waiver
    with speaking("en"):
        sheet = cautions(plan, Names(scenario))
        calm = cautions(replace(plan, moves=tuple(m.model_copy(update={"waived": ()}) for m in plan.moves)), Names())
    (row,) = sheet.tables[-1].rows
    assert (row[1], row[5], row[6]) == (
        "p1", "Degree and political theory reached", "waived: Degree and political theory reached",
    )  # fmt: skip
    assert sheet.title == "Warnings: 1 of 1 moves carry one"
    assert (calm.title, calm.tables[-1].rows) == ("Warnings: 0 of 1 moves carry one", ())


def test_the_table_of_waivers_counts_the_moves_that_need_each(with_waiver: tuple[Plan, Scenario]) -> None:
    plan, scenario = with_waiver
    with speaking("en"):
        tables = {table.title: table for table in overview(plan, Names(scenario)).tables}
    rows = sorted((row[1], row[2], row[3], row[4]) for row in tables["Rules waived"].rows)
    assert rows == [
        ("B commune (B)", "Ban Thường vụ", date(2025, 8, 20), 0),
        ("p1", "Ban Thường vụ", date(2025, 8, 20), 1),
    ]


def test_the_annex_names_the_limits_waived_that_touch_its_rows(
    with_waiver: tuple[Plan, Scenario], tmp_path: Path
) -> None:
    """p1 goes from B to A: what is waived in B touches the row, what is waived in C or for somebody else does not."""
    plan, scenario = with_waiver
    told = "Giới hạn được miễn trừ: "
    assert f"{told}{RULE_TITLES['payroll_floor']}" in all_words(written(plan, scenario, tmp_path, "docx"))
    for elsewhere in ({"unit_id": "C"}, {"unit_id": None, "person_id": "p2"}):
        decisions = [{**row, **elsewhere} for row in plan.parameters["decisions"] if row["rule"] == "payroll_floor"]
        other = replace(plan, parameters={**plan.parameters, "decisions": decisions})
        assert told not in all_words(written(other, scenario, tmp_path, "docx"))


def test_the_public_reads_of_rules_waived_three_times_alone(plan: Plan) -> None:
    def titles(times: int) -> list[str]:
        decisions = [{"kind": "waive", "rule": "exempt"}] * times
        with speaking("en"):
            sheet = public_overview(replace(plan, parameters={**plan.parameters, "decisions": decisions}), Names())
        return [str(table.rows) for table in sheet.tables if table.title == "Rules waived three times or more"]

    assert titles(2) == []
    assert titles(3) == ["(('Not in an exempt case', 3),)"]


# --- seats that are filled for a time


def seconded(**more: Any) -> Scenario:
    """Three people of D fill three open posts of A for 6, 12 and 6 months; the general post is no one's skill."""
    months = {"d1": 12, "d2": 6, "d3": 6}
    posts = {"d1": {"level": 4}, "d2": {"fields": "it"}, "d3": {}}
    return tiny(
        units=["A", {"unit_id": "D", "kind": "department"}],
        posts=[{"post_id": f"A-{name}", "unit_id": "A", **cells} for name, cells in posts.items()],
        people=[
            {"person_id": f"d{n}", "unit_id": "D", "fields": "it", "level": 4 if n == 1 else None} for n in range(1, 41)
        ],
        pools=[{"person_id": name, "max_months": term} for name, term in months.items()],
        quotas=[{"unit_id": "A", "quota": 3}],
        decisions=[{"kind": "pin", "person_id": name, "post_id": f"A-{name}"} for name in months],
        rules={"secondment_into_leadership": {"state": "off"}},
        **more,
    )


def test_seats_filled_by_secondment_reopen_the_first_first(tmp_path: Path) -> None:
    """From 1 September 2025: 6 months end on 1 March, 12 on 1 September 2026; the general post is not told."""
    scenario = seconded()
    plan = so.solve(scenario)
    rows = [(row.person_id, row.post_id, row.reopens_on) for row in plan.temporary]
    assert rows == [("d2", "A-d2", date(2026, 3, 1)), ("d1", "A-d1", date(2026, 9, 1))]
    write_plan(plan, tmp_path / "plan")
    assert read_plan(tmp_path / "plan") == plan
    assert list(plan.to_frame("temporary").person_id) == ["d2", "d1"]
    with speaking("vi"):
        months, seats = temporary(plan, Names(scenario)).tables
        lines = overview(plan, Names(scenario)).lines
    assert months.rows == (("03/2026", 0, 1, 1, 1), ("09/2026", 1, 0, 1, 2))
    assert [row[0] for row in seats.rows] == ["03/2026", "09/2026"]
    assert "Tạm thời: 2 vị trí được lấp bằng biệt phái và sẽ trống lại, sớm nhất từ tháng 03/2026." in lines


@pytest.mark.parametrize(
    "change",
    [
        {"post_id": "A-d1"},
        {"unit_id": "D"},
        {"person_id": "d1"},
        {"reopens_on": date(2026, 3, 2)},
    ],
)
def test_a_false_temporary_seat_is_caught(change: Cells) -> None:
    scenario = seconded()
    plan = so.solve(scenario)
    first, *others = plan.temporary
    for rows in [(first.model_copy(update=change), *others), (first,), (*others, first), (first, *plan.temporary)]:
        assert {breach.rule for breach in check(scenario, replace(plan, temporary=rows)).breaches} == {"temporary"}


def test_the_public_reads_when_secondments_end_where_it_reads_how_many_there_are(plan: Plan) -> None:
    """Nine secondments: 4 end by 1 March 2026, 5 by 1 September 2026, none later; 0 is small, so that 4 is withheld."""
    one = next(move for move in plan.moves if move.form == "secondment")
    ends = [date(2026, 3, 1)] * 4 + [date(2026, 3, 2)] * 4 + [date(2026, 9, 1)]

    def groups(ends: list[date]) -> list[tuple[Any, ...]]:
        moves = tuple(one.model_copy(update={"end": end, "person_id": f"x{n}"}) for n, end in enumerate(ends))
        totals = {"transfer": 9, "secondment": len(ends), "internal": 9}
        with speaking("en"):
            sheet = public_overview(replace(plan, moves=moves, totals=totals), Names())
        return [row for table in sheet.tables if table.title == "Secondments by their end" for row in table.rows]

    hidden = [("until 2027-09-01", "<3"), ("later", "<3")]
    assert groups(ends) == [("until 2026-03-01", 4), ("until 2026-09-01", "–"), *hidden]
    assert groups(ends[:2]) == []  # the number of secondments itself is not told


@each_part(100, 300)
def test_both_sides_note_the_same_of_every_move_in_random_provinces(seeds: range) -> None:
    seen: set[str] = set()
    for seed in seeds:
        scenario = random_province(seed)
        moves, facts = build_moves(build_arrays(scenario)), Facts(scenario)
        for row in moved_people(moves.arrays, moves):
            placement = Placement(facts.people[row.person_id], facts.posts[row.to_post_id], row.form)
            assert row.notes == what_is_noted(facts, placement), (seed, row)
            seen |= set(row.notes)
    assert seen == set(NOTES)
