"""Why this one, why not that one, why is it still open: stories whose prices are worked out by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import tiny
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from stories import Cells, province, waiver

import optimizer as so
from optimizer.cli import main
from optimizer.errors import FalseClaimError, InputError, UsageError
from optimizer.explaining.answers import OWN_CASE, Answer, Choice
from optimizer.explaining.case import case_of
from optimizer.explaining.choices import graded
from optimizer.explaining.forcing import Forced, Forcing, Price
from optimizer.plan import Plan
from optimizer.program import Asked
from optimizer.reporting.explained import explained
from optimizer.reporting.naming import Names
from optimizer.rulebook import GATES, RULES
from optimizer.scenario.scenario import Scenario
from optimizer.texts import speaking, words

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"


def one_seat(second: Cells | None = None, **more: object) -> Scenario:
    """A needs one IT specialist; p1 and p2 of B, which has two too many, know IT and may go."""
    people: list[Cells] = [{"person_id": f"p{n}", "unit_id": "B", "fields": "it"} for n in (1, 2)]
    people[1] |= second or {}
    return tiny(
        units=["A", "B", "C"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=people,
        quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 0}],
        **more,
    )


def two_seats() -> Scenario:
    """p1 alone may go, into A-it or into C-it, where hardship is 150 %."""
    return tiny(
        units=["A", "B", {"unit_id": "C", "hardship": 150}],
        posts=[{"post_id": f"{unit}-it", "unit_id": unit, "fields": "it"} for unit in ("A", "C")],
        people=[{"person_id": "p1", "unit_id": "B", "fields": "it"}],
        quotas=[{"unit_id": unit, "quota": quota} for unit, quota in (("A", 1), ("B", 0), ("C", 1))],
    )


def differences(choice: Choice | None) -> dict[str, int]:
    assert choice is not None
    assert {price.status for price in choice.prices} == {"proven"}
    return {price.goal: price.difference for price in choice.prices if price.difference}


def rows_of(choice: Choice | None) -> dict[str, tuple[str | None, str | None]]:
    assert choice is not None
    return {row.person_id: (row.former_post_id, row.to_post_id) for row in choice.changed}


def asked(scenario: Scenario, **question: object) -> Answer:
    return so.explain(scenario, so.solve(scenario), **question)


def test_the_next_candidate_costs_what_solving_again_says() -> None:
    """p1: transfer 100 + no wish 20 + two people of B know IT 25 = 145; p2 moved a year ago: 80 more."""
    found = asked(one_seat({"last_move_on": "2025-03-01"}), person="p1")
    assert isinstance(found, so.ExplainedMove)
    assert {cause.cause: cause.points for cause in found.disruption} == {
        "transfer": 100, OWN_CASE: 20, "scarce_field": 25,
    }  # fmt: skip
    assert (found.rank, found.runner_up, found.move.points, found.seats, found.held) == (1, "p2", 145, 1, 0)
    assert [(row.person_id, row.differences["disruption"]) for row in found.candidates] == [("p1", 0), ("p2", 80)]
    assert differences(found.choice) == {"disruption": 80}
    assert rows_of(found.choice) == {"p1": ("A-it", None), "p2": (None, "A-it")}
    assert repr(found) == "ExplainedMove(p1 to A-it by transfer, candidate 1 of 2; instead p2: optimal: disruption +80)"


def test_who_is_equal_is_the_committees_choice() -> None:
    """p1 and p2 are alike in everything: the swap changes no goal, and solving again says so."""
    scenario = one_seat()
    plan = so.solve(scenario)
    (row,) = plan.moves
    found = so.explain(scenario, plan, person=row.person_id)
    assert isinstance(found, so.ExplainedMove)
    assert found.move.equals == (found.runner_up,)
    assert found.choice is not None
    assert found.choice.is_equal
    with speaking("en"):
        assert "Equal in every goal" in text_of(found, scenario, plan)
        assert "Every goal keeps its value: the choice is the committee's." in text_of(found, scenario, plan)


def test_points_of_the_persons_own_circumstances_are_told_as_one() -> None:
    """p2 alone may go, has no wish (20), moved a year ago (80), has a child of 48 months (20): 120 in all."""
    scenario = one_seat({"last_move_on": "2025-03-01", "youngest_child_birth": "2021-09-01"}, decisions=[
        {"kind": "keep", "person_id": "p1"}])  # fmt: skip
    plan = so.solve(scenario)
    found = so.explain(scenario, plan, person="p2")
    assert isinstance(found, so.ExplainedMove)
    assert {cause.cause: cause.points for cause in found.disruption}[OWN_CASE] == 120
    assert sum(cause.points for cause in found.disruption) == found.move.points
    assert found.runner_up is None
    assert found.choice is None


def test_every_gate_says_what_it_found() -> None:
    """p1 has no degree that A-it asks for, which is waived; the cap on distance is off; the rest is met."""
    decisions = [waiver("standards", person_id="p1")]
    scenario = province({"min_degree": "university"}, {"degree": "college"}, decisions=decisions)
    found = asked(scenario, person="p1")
    assert isinstance(found, so.ExplainedMove)
    outcomes = {gate.rule: gate.outcome for gate in found.gates}
    assert [*outcomes] == [gate.name for gate in GATES]
    assert (outcomes["standards"], outcomes["distance_cap"], outcomes["exempt"]) == ("waived", "off", "passes")
    frame = found.to_frame("gates").set_index("rule")
    assert frame.loc["exempt", "certainty"] == "A"
    assert "170/2025" in frame.loc["exempt", "source"]


def test_a_chain_is_told_in_its_order(scenario: Scenario, plan: Plan) -> None:
    """In the example binh-2 rises, binh-3 takes the deputy's seat, and an-5 the land seat that binh-3 leaves."""
    found = so.explain(scenario, plan, person="an-5")
    assert isinstance(found, so.ExplainedMove)
    assert [row.person_id for row in found.chain] == ["binh-2", "binh-3", "an-5"]


def test_why_not_gives_the_price_and_the_rows_that_change(scenario: Scenario, plan: Plan) -> None:
    """So-3 on the land seat of Bình Sơn: the department can spare one, so So-4 stays and IT falls open.

    Coverage 1 -> 2; specialists 480 + 4 x 150 = 1,080; headcount: Bình Sơn has 4 of 5, 2,500 + 2,000; disruption
    635 - 210 (An-5) - 170 (So-4) + 170 (So-3: 60 + 65 + 20 + 25) = 425.
    """
    found = so.explain(scenario, plan, why_not=("so-3", "binh-son.land"))
    assert isinstance(found, so.ExplainedPair)
    assert differences(found.choice) == {"coverage": 1, "specialists": 600, "headcount": 2_000, "disruption": -210}
    assert rows_of(found.choice) == {
        "an-5": ("binh-son.land", None), "so-3": (None, "binh-son.land"), "so-4": ("binh-son.it", None),
    }  # fmt: skip


def test_why_not_where_a_gate_blocks() -> None:
    """p0 knows no IT and p1 does: for p0 the field alone is missing, by transfer, as B is over its quota."""
    found = asked(province(), why_not=("p0", "A-it"))
    assert isinstance(found, so.ExplainedPair)
    assert (found.outcome, found.forms[0].form, found.forms[0].gates) == ("refused", "transfer", ("fields",))
    assert found.forms[1].gates == ("candidate", "fields")
    assert repr(found) == "ExplainedPair(p0 for A-it: refused, by transfer fields)"


def test_why_not_where_a_decision_excludes_it() -> None:
    found = asked(province(decisions=[{"kind": "ban", "person_id": "p1", "post_id": "A-it"}]), why_not=("p1", "A-it"))
    assert isinstance(found, so.ExplainedPair)
    with speaking("en"):
        assert found.rows("forms")[0] == {"form": "transfer", "gates": [], "decisions": ["the ban on p1, A-it"]}


def test_why_not_where_no_plan_makes_it() -> None:
    """The one seat of A-it is held by p9, of whom nobody says that they may go: it cannot be overfilled."""
    scenario = tiny(
        units=["A", "B", "C"],
        posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
        people=[
            {"person_id": "p1", "unit_id": "B", "fields": "it"},
            {"person_id": "p9", "post_id": "A-it", "fields": "it", "candidate": "none"},
        ],
        quotas=[{"unit_id": "A", "quota": 2}, {"unit_id": "B", "quota": 0}],
    )
    plan = so.solve(scenario)
    found = so.explain(scenario, plan, why_not=("p1", "A-it"))
    assert isinstance(found, so.ExplainedPair)
    assert found.choice == Choice("impossible", against=("no_overfilling",))
    with speaking("en"):
        assert "No post beyond its seats" in text_of(found, scenario, plan)


def test_why_not_what_is_so_already() -> None:
    """p1 goes to A-it by the plan, and holds it once it is so."""
    scenario = province()
    assert asked(scenario, why_not=("p1", "A-it")).outcome == "chosen"
    seated = province(person={"unit_id": "A", "post_id": "A-it"})
    assert asked(seated, why_not=("p1", "A-it")).outcome == "holds"


def test_a_post_that_stays_open_has_the_price_of_filling_it() -> None:
    """p1 goes to C-it and leaves A-it open: to fill it now costs 4 x (150 - 100) = 200 of specialists, as IT weighs 4.

    Coverage is equal, headcount too (one seat of a quota of 1 is missing either way), and the points: 100 + 20 + 25.
    """
    found = asked(two_seats(), post="A-it")
    assert isinstance(found, so.ExplainedPost)
    assert (found.reason, found.seats, found.held, found.filled) == ("candidates_used", 1, 0, 0)
    assert differences(found.choice) == {"specialists": 200}
    assert rows_of(found.choice) == {"p1": ("C-it", "A-it")}
    assert repr(found).endswith("1 candidates, open: candidates_used; filled optimal: specialists +200)")


def test_a_post_that_is_taken_has_its_candidates() -> None:
    """80 points between p1 and p2, who moved a year ago."""
    found = asked(one_seat({"last_move_on": "2025-03-01"}), post="A-it")
    assert isinstance(found, so.ExplainedPost)
    assert [row.person_id for row in found.coming] == ["p1"]
    assert [(row.place, row.person_id, row.instead_of) for row in found.candidates] == [
        (1, "p1", None),
        (2, "p2", "p1"),
    ]
    assert found.choice is None
    assert found.reason is None


def test_a_post_without_candidates_has_no_price() -> None:
    scenario = tiny(units=["A", "B"], posts=[{"post_id": "A-it", "unit_id": "A", "fields": "it"}],
                    people=[{"person_id": "p1", "unit_id": "B"}], quotas=[{"unit_id": "A", "quota": 1}])  # fmt: skip
    found = asked(scenario, post="A-it")
    assert isinstance(found, so.ExplainedPost)
    assert (found.reason, found.candidates, found.choice) == ("no_candidate", (), None)


def test_who_stays_though_they_may_go_has_the_best_move_and_its_price() -> None:
    """p2 in place of p1 costs 80 points; the seat is full, so that p2 besides p1 would overfill it."""
    found = asked(one_seat({"last_move_on": "2025-03-01"}), person="p2")
    assert isinstance(found, so.ExplainedStay)
    assert found.reason == "unused"
    assert [(row.post_id, row.instead_of, row.keeps_limits) for row in found.options] == [("A-it", "p1", True)]
    assert differences(found.choice) == {"disruption": 80}
    assert found.best is not None
    assert found.best.to_post_id == "A-it"


@pytest.mark.parametrize(
    ("second", "decisions", "reason"),
    [
        ({"candidate": "none"}, [], "narrowed"),
        ({"on_site_unit_id": "C", "seconded_until": "2026-09-01"}, [], "seconded_away"),
        ({"leaves_on": "2025-10-01"}, [], OWN_CASE),
        ({}, [{"kind": "keep", "person_id": "p2"}], "decided"),
        ({"exempt": "3"}, [], "no_post"),
        ({"fields": "land"}, [], "no_post"),
    ],
)
def test_who_may_not_move_has_the_rule_that_says_so(second: Cells, decisions: list[Cells], reason: str) -> None:
    found = asked(one_seat(second, decisions=decisions), person="p2")
    assert isinstance(found, so.ExplainedStay)
    assert (found.reason, found.options, found.choice) == (reason, (), None)
    told = {"fields": [("fields", 1)], "exempt": [(OWN_CASE, 1)]}
    refused = next((rows for column, rows in told.items() if column in second), [])
    assert [(row.rule, row.posts) for row in found.refusals] == refused


def test_nobody_offers_who_is_of_a_unit_within_its_quota() -> None:
    scenario = province(quotas=[{"unit_id": "A", "quota": 1}, {"unit_id": "B", "quota": 2}])
    assert asked(scenario, person="p1").reason == "not_offered"


def test_exempt_cases_are_named_to_nobody() -> None:
    """p2 is seriously ill: whatever is asked about them, neither the rule nor the case stands in the answer."""
    scenario = one_seat({"exempt": "3"})
    plan = so.solve(scenario)
    for found in (so.explain(scenario, plan, person="p2"), so.explain(scenario, plan, why_not=("p2", "A-it"))):
        rows = json.dumps([found.rows(table) for table in found.TABLES])
        for language in ("vi", "en"):
            with speaking(language):
                told = text_of(found, scenario, plan) + rows + repr(found)
            assert OWN_CASE in told
            assert not re.search(r"exempt|170/2025/NĐ-CP, Điều 25 và|không điều động", told)


def text_of(found: Answer, scenario: Scenario, plan: Plan) -> str:
    """All that a reader sees of an answer."""
    sheet = explained(found, plan, Names(scenario))
    cells = [words(cell, "text") for table in sheet.tables for row in table.rows for cell in row]
    headings = [column.heading for table in sheet.tables for column in table.columns]
    notes = [part for table in sheet.tables for part in (table.title, table.note)]
    return "\n".join([sheet.title, *sheet.lines, *notes, *headings, *cells])


def test_planners_read_no_code_words(scenario: Scenario, plan: Plan) -> None:
    """In Vietnamese no name of a rule, a goal or a code, beside ids; citations of sources stand as they are."""
    codes = {rule.name for rule in RULES} | {goal.name for goal in plan.goals} | {OWN_CASE, "unused", "optimal"}
    questions = [{"person": person} for person in ("an-1", "an-4", "an-5", "an-6", "so-3", "so-5")]
    questions += [{"post": gap.post_id} for gap in plan.gaps]
    questions += [{"why_not": pair} for pair in (("so-3", "cam-khe.it"), ("so-3", "binh-son.land"))]
    cited = {rule.source.citation for rule in RULES}
    for question in questions:
        with speaking("vi"):
            told = text_of(so.explain(scenario, plan, **question), scenario, plan)
        for citation in cited:
            told = told.replace(citation, "")
        assert codes & set(re.findall(r"[a-z_]+", told)) == set(), question
        assert not re.search(r"\{|\}|None|[a-z]_[a-z]", told), question


def test_what_is_known_of_a_price_depends_on_the_goals_before_it() -> None:
    """The second goal may come down from 7 to 6; then the third may be anything, whatever its own bound says."""
    prices = (Price("a", 1, 2, 2), Price("b", 5, 7, 6), Price("c", 0, 1, 1))
    found = [(price.status, price.at_least) for price in graded(Forced("feasible", prices))]
    assert found == [("proven", 2), ("at_most", 6), ("found", 1)]
    assert [price.status for price in graded(Forced("optimal", prices))] == ["proven", "at_most", "proven"]


def test_of_equal_answers_the_one_that_changes_least_is_given() -> None:
    """Two people of B and two of D may each take a seat in A or in C; the plan takes one of B and one of D.

    Asked is that the other one of B goes to A. Any two of different units would do, and the plan's person of D is among
    the two: who stood aside there stands aside still.
    """
    pairs = (("A", "B", "p"), ("C", "D", "q"))
    scenario = tiny(
        units=["A", "B", "C", "D"],
        posts=[{"post_id": f"{to}-it", "unit_id": to, "fields": "it"} for to, _, _ in pairs],
        people=[
            {"person_id": f"{name}{n}", "unit_id": home, "fields": "it"} for _, home, name in pairs for n in (1, 2)
        ],
        quotas=[{"unit_id": unit, "quota": 1} for unit in ("A", "B", "C", "D")],
    )
    case = case_of(scenario, so.solve(scenario))
    goes = {case.program.identity(k)[0] for k in case.chosen.tolist()}
    other = ({"p1", "p2"} - goes).pop()
    asked = case.moves.row_of(other, "A-it", "transfer")
    with Forcing(case) as forcing:
        found = forcing.ask([Asked(np.array([asked], dtype=np.int32))], seconds=60.0)
    assert {case.program.identity(k)[0] for k in found.chosen.tolist()} == goes - {"p1", "p2"} | {other}


def test_one_question_at_a_time_and_of_what_there_is(scenario: Scenario, plan: Plan) -> None:
    with pytest.raises(UsageError):
        so.explain(scenario, plan)
    with pytest.raises(UsageError):
        so.explain(scenario, plan, person="an-1", post="an-phu.chair")
    for seconds in (-1.0, float("nan")):
        with pytest.raises(UsageError):
            so.explain(scenario, plan, person="an-1", time_limit=seconds)
    with pytest.raises(InputError) as error:
        so.explain(scenario, plan, why_not=("an-7x", "cam-khe.lt"))
    assert [(problem.code, problem.column) for problem in error.value.problems] == [
        ("E440", "person_id"), ("E440", "post_id"),
    ]  # fmt: skip
    assert "cam-khe.it" in str(error.value)


def test_a_time_limit_beyond_all_runs_is_none(scenario: Scenario, plan: Plan) -> None:
    found = so.explain(scenario, plan, person="an-5", time_limit=1e300)
    assert found.choice is not None
    assert found.choice.status == "optimal"


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        (lambda plan: {"moves": plan.moves[:-1]}, "the plan misstates the value"),
        (lambda plan: {"goals": plan.goals[1:]}, "not those of the scenario in their order"),
        (lambda plan: {"gaps": ()}, "cam-khe.it: the plan's table of open posts"),
        (lambda plan: {"gaps": (plan.gaps[0].model_copy(update={"post_id": "x"}),)}, "cam-khe.it: the plan's table"),
        (lambda plan: {"gaps": (plan.gaps[0].model_copy(update={"filled": 1}),)}, "cam-khe.it: the plan's table"),
    ],
)
def test_a_plan_whose_tables_are_not_those_of_its_moves_is_refused(
    scenario: Scenario, plan: Plan, edited: Callable[[Plan], dict[str, Any]], said: str
) -> None:
    """Only cam-khe.it stays open: with the last row of moves deleted, so-4 into binh-son.it, another post would too."""
    other = replace(plan, **edited(plan))
    asked: tuple[Callable[[], object], ...] = (
        lambda: so.explain(scenario, other, post="cam-khe.it"),
        lambda: so.gaps(other, scenario),
        lambda: so.levers(scenario, other),
    )
    for ask in asked:
        with speaking("en"), pytest.raises(FalseClaimError, match=said):
            ask()


def test_tables_of_an_answer_have_names(scenario: Scenario, plan: Plan) -> None:
    found = so.explain(scenario, plan, person="an-5")
    assert list(found.to_frame()["person_id"]) == ["an-5", "so-3", "an-2"]
    assert [found.to_frame(table).empty for table in found.TABLES] == [False] * len(found.TABLES)
    with pytest.raises(UsageError):
        found.to_frame("nothing")


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("plans") / "example"
    so.write_plan(plan, place)
    return str(place)


def call(folder: str, *words_of_call: str) -> Result:
    return CliRunner().invoke(main, ["explain", str(EXAMPLE), folder, *words_of_call], catch_exceptions=False)


def test_an_answer_becomes_a_workbook_with_a_sheet_for_each_table(folder: str, tmp_path: Path) -> None:
    """Words on the first; a narrow table of points there, and the others on their own."""
    book = tmp_path / "why.xlsx"
    shown = call(folder, "--person", "an-5", "--out", str(book), "--lang", "en")
    assert (shown.exit_code, f"Written: {book}" in shown.stdout) == (0, True)
    read = load_workbook(book)
    assert read.sheetnames == ["GiaiTrinh", *(f"GiaiTrinh{n}" for n in range(2, 7))]
    assert read["GiaiTrinh"]["A1"].value == "Why Hoàng Quốc Huy (an-5) goes to Chuyên viên đất đai, Bình Sơn commune"
    assert "OPTIMAL" in read["GiaiTrinh"]["A2"].value
    assert [cell.value for cell in read["GiaiTrinh3"][3]][:3] == ["Place", "Name", "Unit and position today"]


def test_a_workbook_of_words_alone_is_one_page(folder: str, tmp_path: Path) -> None:
    call(folder, "--person", "an-1", "--out", str(tmp_path / "stays.xlsx"))
    assert load_workbook(tmp_path / "stays.xlsx").sheetnames == ["GiaiTrinh"]
    assert call(folder, "--person", "an-1", "--out", str(tmp_path / "stays.docx")).exit_code == 2


def test_programs_read_the_answer_with_the_status_first(folder: str) -> None:
    document = json.loads(call(folder, "--why-not", "so-3", "binh-son.land", "--json").stdout)
    assert [*document][:2] == ["status", "kind"]
    assert (document["status"], document["kind"], document["choice"]["status"]) == ("OPTIMAL", "why_not", "optimal")
    assert {row["goal"]: row["difference"] for row in document["prices"]}["specialists"] == 600
    moved = json.loads(call(folder, "--person", "an-5", "--json").stdout)
    assert (moved["kind"], moved["move"]["to_post_id"], moved["rank"]) == ("move", "binh-son.land", 1)
    assert json.loads(call(folder, "--post", "cam-khe.it", "--json").stdout)["reason"] == "candidates_used"
    assert json.loads(call(folder, "--person", "an-1", "--json").stdout)["reason"] == "narrowed"


def test_planners_read_the_answer(folder: str) -> None:
    shown = call(folder, "--person", "an-5").stdout
    assert shown.startswith("Vì sao Hoàng Quốc Huy (an-5) được bố trí vào Chuyên viên đất đai, xã Bình Sơn")
    assert "Xếp thứ 1 trong 3 người" in shown
    shown = call(folder, "--why-not", "so-3", "cam-khe.it", "--lang", "en").stdout
    assert "What comes closest is secondment" in shown


def test_ids_that_are_unknown_are_bad_input(folder: str) -> None:
    shown = call(folder, "--person", "an-55", "--lang", "en")
    assert shown.exit_code == 3
    assert "E440 'an-55' is not in the data. Did you mean 'an-5'?" in shown.stderr
    assert call(folder).exit_code == 2


def test_without_time_nothing_is_claimed_but_what_a_swap_shows(folder: str) -> None:
    """So-3 for An-5 breaks the floor of the department: nothing is found in no time, which says nothing of the rest.

    So-4 in Cẩm Khê keeps every limit: that swap is a plan, 100 to 130 worse, and nothing says that none is better.
    """
    document = json.loads(call(folder, "--why-not", "so-3", "binh-son.land", "--time-limit", "0", "--json").stdout)
    assert (document["choice"]["status"], document["prices"]) == ("unknown", [])
    document = json.loads(call(folder, "--why-not", "so-4", "cam-khe.it", "--time-limit", "0", "--json").stdout)
    assert document["choice"]["status"] == "feasible"
    prices = {row["goal"]: row for row in document["prices"]}
    assert prices["specialists"]["difference"] == 120  # 600 of Bình Sơn for 480 of Cẩm Khê
    assert prices["leadership"]["status"] in ("proven", "at_most")
    assert prices["disruption"]["status"] == "found"
    assert [row["person_id"] for row in document["changed"]] == ["so-4"]
