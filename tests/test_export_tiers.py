"""Who may read what: exempt cases stay with planners, the public gets counts alone, ids are masked on request."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from exported import FORMS, all_bytes, all_words, written

import optimizer as so
from optimizer.provenance import settings_used
from optimizer.scenario.schema import Decision

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"
FEWEST = 3
pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(scope="module")
def scenario():
    """The example, where exempt cases only warn and every name is one that stands nowhere else."""
    read = so.read(EXAMPLE, {"rules.exempt.state": "flag"})
    people = (p.model_copy(update={"name": f"Nguyễn Văn Số{at:03}"}) for at, p in enumerate(read.people))
    return replace(read, people=tuple(people))


@pytest.fixture(scope="module")
def plan(scenario):
    return so.solve(scenario)


def with_case(plan, scenario, case):
    """Plan and scenario where the first who leaves a unit is in an exempt case, and so is one without a seat."""
    away = next(move.person_id for move in plan.moves if move.from_unit_id != move.to_unit_id)
    first, *others = plan.surplus
    exempt = {away, first.person_id}
    people = (p.model_copy(update={"exempt": (case,) if p.person_id in exempt else ()}) for p in scenario.people)
    warned = (m.model_copy(update={"flags": ("exempt",) if m.person_id == away else ()}) for m in plan.moves)
    stays = first.model_copy(update={"reason": "not_eligible"})
    return replace(plan, moves=tuple(warned), surplus=(stays, *others)), replace(scenario, people=tuple(people))


def with_reason(plan, scenario, reason):
    """Plan and scenario where somebody stays, decided for a reason."""
    kept = Decision(kind="keep", person_id=scenario.people[0].person_id, reason=reason, decided_by="Sở Nội vụ")
    decided = replace(scenario, decisions=(kept,))
    return replace(plan, parameters=settings_used(decided)), decided


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tier", ["leader", "public"])
def test_which_exempt_case_somebody_is_in_changes_no_byte_outside_the_planners_tier(
    plan, scenario, tmp_path, form, tier
):
    """Cases 1 and 3 both block alike, so a file that says which it is would differ."""
    one, other = (written(*with_case(plan, scenario, case), tmp_path, form, tier=tier) for case in (1, 3))
    assert all_bytes(one) == all_bytes(other)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tier", ["leader", "public"])
def test_why_something_was_decided_changes_no_byte_outside_the_planners_tier(plan, scenario, tmp_path, form, tier):
    one, other = (written(*with_reason(plan, scenario, why), tmp_path, form, tier=tier) for why in ("ốm", "kỷ luật"))
    assert all_bytes(one) == all_bytes(other)
    assert "kỷ luật" not in all_words(other)


@pytest.mark.parametrize("form", sorted({*FORMS} - {"docx"}))
def test_planners_are_told_the_case_and_the_reason(plan, scenario, tmp_path, form):
    """The annex is a list for a decision and holds neither, whoever writes it."""
    one, other = (written(*with_case(plan, scenario, case), tmp_path, form, tier="planner") for case in (1, 3))
    assert all_bytes(one) != all_bytes(other)
    assert "ốm nặng" in all_words(written(*with_reason(plan, scenario, "ốm nặng"), tmp_path, form, tier="planner"))


def test_the_annex_never_says_the_case(plan, scenario, tmp_path):
    one, other = (written(*with_case(plan, scenario, case), tmp_path, "docx", tier="planner") for case in (1, 3))
    assert all_bytes(one) == all_bytes(other)
    assert "Không thuộc diện" in all_words(one)


@pytest.mark.parametrize("form", FORMS)
def test_the_public_is_told_no_name_and_no_id(plan, scenario, tmp_path, form):
    text = all_words(written(*with_case(plan, scenario, 3), tmp_path, form, tier="public"))
    assert "Nguyễn Văn Số" not in text
    assert [person.person_id for person in scenario.people if person.person_id in text] == []
    assert [row.post_id for row in plan.gaps if row.post_id in text] == []


@pytest.mark.parametrize("form", FORMS)
def test_leaders_are_told_names(plan, scenario, tmp_path, form):
    text = all_words(written(plan, scenario, tmp_path, form))
    names = {person.person_id: person.name for person in scenario.people}
    assert [names[move.person_id] for move in plan.moves if names[move.person_id] not in text] == []


def test_no_count_below_3_is_published(plan, scenario, tmp_path):
    document = json.loads(written(plan, scenario, tmp_path, "json", tier="public").read_text("utf-8"))
    tables = [table for sheet in document["sheets"] for table in sheet["tables"]]
    counts = [
        value
        for table in tables
        for row in table["rows"]
        for value, column in zip(row, table["columns"], strict=True)
        if column["kind"] in {"whole", "number", "percent"}
    ]
    assert "<3" in counts
    assert [count for count in counts if isinstance(count, (int, float)) and count < FEWEST] == []
    assert "totals" not in document
    assert "goals" not in document


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tier", ["planner", "leader"])
def test_masked_ids_stand_nowhere(plan, scenario, tmp_path, form, tier):
    decided = with_reason(plan, scenario, "ốm")
    ids = [move.person_id for move in plan.moves] + [scenario.people[0].person_id]
    masked = all_words(written(*decided, tmp_path, form, tier=tier, mask_ids=True))
    assert [person for person in ids if person in masked] == []
    if form != "docx":  # it has no ids at all
        shown = all_words(written(*decided, tmp_path, form, tier=tier))
        assert [person for person in ids if person not in shown] == []
        assert "***" in masked
