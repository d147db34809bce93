"""Pictures: their numbers are those of the plan, their words are whole, and the same plan gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest
from builders import tiny
from click.testing import CliRunner
from matplotlib.text import Text as Words
from sampling import but, first

import optimizer as so
from optimizer.cli import main
from optimizer.errors import UsageError
from optimizer.plan import Baseline, GoalResult, Status
from optimizer.reporting.figures import FIGURES, PICTURE_FORMS, pictures
from optimizer.reporting.figures.communes import standings
from optimizer.reporting.figures.counts import Classes
from optimizer.reporting.figures.fields import field_gaps
from optimizer.reporting.figures.flows import flows
from optimizer.reporting.figures.goal_bars import scale
from optimizer.reporting.figures.map_area import MapArea, placed_names
from optimizer.reporting.figures.page import BODY, our_look, width_of, wrapped
from optimizer.reporting.goal_figures import goal_figures
from optimizer.reporting.naming import TIERS, Names
from optimizer.reporting.overview import status_words
from optimizer.rulebook.facts import Facts
from optimizer.texts import speaking

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "scenarios" / "example"
LETTERS = "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ"
NAMES = [drawing.name for drawing in FIGURES]


def story():
    """A in Một misses two IT people, one for land and one clerk of its quota of 4; C misses one IT person of its own.

    B in Hai has four people on a quota of one, two of them for IT, one for neither; D lends one for land.
    """
    return tiny(
        units=[
            {"unit_id": "A", "former_district": "Một", "mountain": "yes"},
            {"unit_id": "B", "former_district": "Hai"},
            {"unit_id": "C", "former_district": "Một"},
            {"unit_id": "D", "name": "Sở Đất", "kind": "department", "lat": None, "lon": None},
        ],
        posts=[
            {"post_id": "A-it", "unit_id": "A", "fields": "it", "seats": 2},
            {"post_id": "A-land", "unit_id": "A", "fields": "land"},
            {"post_id": "C-it", "unit_id": "C", "fields": "it;office"},
        ],
        people=[
            *({"person_id": f"secret-{n}", "unit_id": "B", "fields": "it", "name": f"Bí Mật {n}"} for n in (1, 2)),
            *({"person_id": f"secret-{n}", "unit_id": "B", "fields": "justice"} for n in (3, 4)),
            {"person_id": "secret-5", "unit_id": "C", "fields": "it", "name": "Bí Mật"},
            {"person_id": "secret-6", "unit_id": "D", "fields": "land", "name": "Bí Mật"},
            {"person_id": "secret-7", "unit_id": "D", "fields": "justice"},
        ],
        pools=[{"person_id": "secret-6"}],
        quotas=[{"unit_id": "A", "quota": 4}, {"unit_id": "B", "quota": 1}],
    )


@pytest.fixture(scope="module")
def scenario():
    return story()


@pytest.fixture(scope="module")
def plan(scenario):
    return so.solve(scenario)


@pytest.fixture(scope="module")
def example():
    """The example with its plan."""
    read = so.read(EXAMPLE)
    return so.solve(read), read


def words_of(figure):
    return [text.get_text() for text in figure.findobj(Words) if text.get_text()]


def drawn(plan, scenario, name, tier="leader", language="en"):
    return so.figure(plan, scenario, name, tier=tier, language=language)


def test_flows_are_the_moves_that_leave_their_unit(plan, scenario):
    with speaking("en"):
        found = flows(plan, Names(scenario))
    assert (found.origins, found.destinations, found.bodies) == (("Sở Đất", "Hai"), ("Một",), 1)
    assert found.counts.tolist() == [[1], [2]]
    assert (found.forms, found.by_form.tolist()) == (("transfer", "secondment"), [[0, 1], [2, 0]])
    assert found.counts.sum() == sum(move.from_unit_id != move.to_unit_id for move in plan.moves)
    assert found.within == plan.totals["internal"] == 1


def test_gaps_by_field_are_those_of_the_posts_and_what_the_plan_fills_is_0_afterwards(plan, scenario):
    """A: two seats for IT, one for land; C: one seat that names two fields. The plan fills all four."""
    found = field_gaps(plan, Names(scenario), Facts(scenario))
    assert [(district, unit) for district, _, unit in found.places] == [("Một", "A"), ("Một", "C")]
    assert found.fields == ("land", "it", "office")
    assert found.before.tolist() == [[1, 2, 0], [0, 1, 1]]
    assert found.after.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert found.seats == (4, 0)


def test_gaps_that_stay_open_are_those_of_the_plan(example):
    plan, scenario = example
    found = field_gaps(plan, Names(scenario), Facts(scenario))
    still_open = {(gap.unit_id, field): gap.gap for gap in plan.gaps if gap.category == "specialist"
                  for field in gap.fields}  # fmt: skip
    places = [unit for _, _, unit in found.places]
    assert still_open
    assert {
        (places[row], found.fields[column]): found.after[row, column]
        for row, column in zip(*found.after.nonzero(), strict=True)
    } == still_open


def test_the_map_counts_people_missing_on_site_and_people_over_the_quota(plan, scenario):
    """A: 0 of 4 on site, then 3; B: 4 people on a quota of 1, then 2."""
    found = {standing.name: standing for standing in standings(plan, Names(scenario))}
    assert {unit: standing.missing for unit, standing in found.items()} == {"A": (4, 1), "B": (0, 0), "C": (0, 0)}
    assert {unit: standing.over for unit, standing in found.items()} == {"A": (0, 0), "B": (3, 1), "C": (0, 0)}
    assert [unit for unit, standing in found.items() if standing.is_hard] == ["A"]
    assert "After the plan: 1 people missing, 1 over the quota" in words_of(drawn(plan, scenario, "map"))


def test_who_is_seconded_is_missing_on_site_and_still_counts_against_the_quota(plan, scenario):
    """Five on the payroll, a quota of four, two of the five away: one over the quota, one missing on site."""
    row = plan.units[0].model_copy(update={"unit_id": "A", "quota": 4, "payroll_after": 5, "strength_after": 3})
    found = standings(replace(plan, units=(row,)), Names(scenario))[0]
    assert (found.missing[1], found.over[1]) == (1, 1)


def test_the_map_says_who_is_not_on_it(plan, scenario, example):
    lost = tuple(unit.model_copy(update={"lat": None}) if unit.unit_id == "C" else unit for unit in scenario.units)
    told = "Communes without coordinates, which are not on the map: 1."
    assert told in words_of(drawn(plan, replace(scenario, units=lost), "map"))
    assert told not in words_of(drawn(plan, scenario, "map"))
    assert "No commune of this scenario has coordinates: no map can be drawn." in words_of(drawn(*example, "map"))


def test_bars_are_per_cent_of_the_value_before(example):
    plan, scenario = example
    bars = [bar.get_width() for bar in drawn(plan, scenario, "goals").axes[0].patches]
    result, by_hand = plan.goals[0], plan.baseline.goals["leadership"]
    assert bars[:3] == [
        100.0,
        100 * by_hand / plan.before["leadership"],
        100 * result.value / plan.before["leadership"],
    ]
    disruption = goal_figures(plan, Names(scenario))[4]
    assert (disruption.before, scale(disruption)) == (0, disruption.value)


def test_numbers_on_the_axes_are_written_as_in_the_language(plan, scenario):
    marks = {language: {text.get_text() for axis in (axes.xaxis, axes.yaxis) for text in axis.get_ticklabels()}
             for language in ("vi", "en") for axes in drawn(plan, scenario, "map", language=language).axes}  # fmt: skip
    assert {"104,96", "105,0"} & marks["vi"]
    assert marks["en"] == {mark.replace(",", ".") for mark in marks["vi"]}


def test_bars_say_what_is_not_proven(plan, scenario):
    goals = (GoalResult("leadership", 9, None, False, 0.0), GoalResult("specialists", 9, 4, False, 0.0))
    unproven = replace(
        plan, status=Status.FEASIBLE, goals=goals, baseline=Baseline({"leadership": 3}, 1, 0.0, pins_missed=2)
    )
    words = " ".join(words_of(drawn(unproven, scenario, "goals")))
    assert "Status: FEASIBLE" in words
    assert "Not proven: nothing is known about better values" in words
    assert "Not proven: at most 5 better" in words
    assert "misses 2 of the pins" in words


@pytest.mark.parametrize("language", first(1, ["vi", "en"]))
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_title_status_and_source_on_its_page(plan, scenario, name, tier, language):
    figure = drawn(plan, scenario, name, tier, language)
    words = " ".join(words_of(figure))
    with speaking(language):
        assert str(next(drawing.title for drawing in FIGURES if drawing.name == name)) in words
        assert status_words(plan) in words
    assert (
        "Nguồn: kịch bản tiny, ngày 01/09/2025" if language == "vi" else "Source: scenario tiny, 2025-09-01"
    ) in words
    with our_look():
        figure.draw_without_rendering()
        width, height = figure.bbox.size
        cut = [
            text.get_text()
            for text in figure.findobj(Words)
            if text.get_text() and text.get_visible() and not _inside(text.get_window_extent(), width, height)
        ]
    assert cut == []


def _inside(box, width, height):
    return box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height


@pytest.mark.parametrize("tier", TIERS)
def test_no_picture_names_anybody(plan, scenario, tier):
    words = " ".join(word for name in NAMES for word in words_of(drawn(plan, scenario, name, tier)))
    assert "secret" not in words
    assert "Bí Mật" not in words


def test_a_plan_without_moves_or_gaps_says_so(plan, scenario):
    still = replace(plan, moves=(), gaps=())
    assert "No move of this plan leaves its unit." in words_of(drawn(still, scenario, "flows"))
    without = replace(scenario, posts=(), people=tuple(p.model_copy(update={"post_id": None}) for p in scenario.people))
    told = "No specialist seat is open, before or after the plan."
    assert told in words_of(drawn(still, without, "fields"))


def test_without_a_scenario_only_the_goals_are_drawn(plan):
    needs = "This picture needs the scenario that the plan was made from."
    with speaking("en"), our_look():
        told = {drawing.name: needs in words_of(drawing.draw(plan, Names())) for drawing in FIGURES}
    assert told == {"map": True, "flows": True, "fields": True, "goals": False}


def test_names_of_pictures_are_stems_of_files():
    assert all(re.fullmatch("[a-z]+", name) for name in NAMES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("form", but(PICTURE_FORMS, {"png"}))
def test_the_same_plan_is_the_same_bytes_whatever_the_settings_of_the_user(plan, scenario, form):
    with speaking("vi"):
        first = pictures(plan, Names(scenario), form)
        with mpl.rc_context({"font.family": "DejaVu Serif", "axes.grid": True, "savefig.dpi": 30, "svg.hashsalt": "x",
                             "svg.fonttype": "none", "figure.facecolor": "pink"}):  # fmt: skip
            again = pictures(plan, Names(scenario), form)
        assert first == again
    assert [picture.name for picture in first] == NAMES
    assert first[0].title == "Tình hình thiếu người ở các xã, phường trước và sau phương án"
    assert all(picture.data[:5] == (b"\x89PNG\r" if form == "png" else b"<?xml") for picture in first)


@pytest.mark.slow
def test_another_process_draws_the_same_bytes_and_never_opens_a_window(tmp_path):
    code = (
        "import hashlib, sys, optimizer as so\n"
        f"scenario = so.read({str(EXAMPLE)!r})\n"
        f"plan = so.read_plan({str(tmp_path / 'plan')!r})\n"
        "paths = so.plot(plan, scenario, sys.argv[1])\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "print([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])\n"
    )
    scenario = so.read(EXAMPLE)
    plan = so.solve(scenario)
    so.write_plan(plan, tmp_path / "plan")
    here = [hashlib.sha256(path.read_bytes()).hexdigest() for path in so.plot(plan, scenario, tmp_path / "here")]
    shown = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "there")], capture_output=True, check=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert shown.stdout.decode().strip() == str(here)


def renamed(scenario, name):
    return replace(scenario, units=tuple(unit.model_copy(update={"name": name}) for unit in scenario.units))


def test_every_vietnamese_letter_is_drawn_and_a_letter_that_is_not_would_be_noticed(plan, scenario, tmp_path):
    for letters in (LETTERS, LETTERS.upper()):
        so.plot(plan, renamed(scenario, letters), tmp_path, ["png"], only=["fields", "flows"])
    with pytest.warns(UserWarning, match="Glyph"):
        so.plot(plan, renamed(scenario, "一"), tmp_path, ["png"], only=["fields"])


def test_a_dollar_in_a_name_is_no_formula(plan, scenario):
    words = words_of(drawn(plan, renamed(scenario, "$x_1$"), "fields"))
    assert any("$x_1$" in word for word in words)
    (picture,) = pictures(plan, Names(renamed(scenario, "$\\frac$")), "svg", figures=[FIGURES[2]])
    assert picture.data


def test_letters_in_svg_are_shapes_that_need_no_font(plan, scenario):
    for picture in pictures(plan, Names(scenario), "svg"):
        assert b"<text" not in picture.data
        assert b"dc:date" not in picture.data


def test_classes_of_counts():
    classes = Classes((1, 2, 3, 5, 10))
    assert [classes.of(count) for count in (0, 1, 2, 4, 5, 99)] == [-1, 0, 1, 2, 3, 4]
    with speaking("en"):
        assert [classes.words(at) for at in range(5)] == ["1", "2", "3–4", "5–9", "10 or more"]
        small = classes.for_readers("leader", 3)
        assert [small.words(at) for at in range(3)] == ["1", "2", "3–4"]
        public = classes.for_readers("public", 6)
        assert [public.words(at) for at in range(2)] == ["3–4", "5–9"]


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north():
    """At 60 degrees a degree of longitude is half as long as one of latitude."""
    area = MapArea.around([(10.0, 59.9), (10.4, 60.1)], 4.0)
    x, y = area.inches((10.2, 60.0))
    east, north = area.inches((10.4, 60.0)), area.inches((10.2, 60.1))
    assert east[0] - x == pytest.approx(north[1] - y, rel=1e-6)
    assert area.degrees((x, y)) == pytest.approx((10.2, 60.0))


def test_one_place_alone_is_a_map_too(plan, scenario):
    alone = tuple(u.model_copy(update={"lat": 18.0, "lon": 105.0}) if u.is_commune else u for u in scenario.units)
    assert "1 km" in " ".join(words_of(drawn(plan, replace(scenario, units=alone), "map")))


def test_names_on_the_map_keep_clear_of_marks_and_of_one_another():
    """Two districts whose places are mixed: no spot may be nearer to a place of the other."""
    area = MapArea.around([(105.0, 18.0), (106.0, 19.0)], 5.0)
    places = {"Một": [(105.2, 18.2), (105.3, 18.3)], "Hai": [(105.8, 18.8)], "Ba": [(105.8, 18.81), (105.81, 18.8)]}
    found = dict(placed_names(places, area))
    assert {"Một"} <= found.keys()
    spots = [area.inches(point) for point in found.values()]
    marks = [area.inches(point) for points in places.values() for point in points]
    assert all(abs(x - u) > 0.1 or abs(y - v) > 0.1 for x, y in spots for u, v in marks)
    assert all(abs(a[1] - b[1]) > 0.05 or abs(a[0] - b[0]) > 0.2 for a in spots for b in spots if a is not b)


def test_words_are_wrapped_by_their_measure():
    text = "một hai ba bốn năm sáu bảy tám chín mười"
    lines = wrapped(text, 1.5, BODY)
    assert len(lines) > 1
    assert " ".join(lines) == text
    assert all(width_of(line, BODY) <= 1.5 for line in lines)


@pytest.mark.slow
def test_plot_writes_each_picture_in_each_form(example, tmp_path):
    plan, scenario = example
    paths = so.plot(plan, scenario, tmp_path / "out")
    assert [path.name for path in paths] == [f"{name}.{form}" for name in NAMES for form in ("png", "svg")]
    assert all(path.stat().st_size > 10_000 for path in paths)
    some = so.plot(plan, scenario, tmp_path / "some", ["svg"], only=["goals", "map"], tier="public")
    assert [path.name for path in some] == ["map.svg", "goals.svg"]
    assert some[0].read_bytes() == paths[1].read_bytes()  # the map of the example is a sentence for all
    english = so.plot(plan, scenario, tmp_path / "some", ["svg"], only=["map"], language="en")
    assert english[0].read_bytes() != paths[1].read_bytes()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"only": ["mpa"]}, "did you mean 'map'?"),
        ({"only": ["zzz"]}, "use map, flows, fields, goals"),
        ({"forms": ["pgn"]}, "did you mean 'png'?"),
        ({"tier": "pubic"}, "did you mean 'public'?"),
    ],
)
def test_unknown_names_are_refused_before_anything_is_written(example, tmp_path, wrong, said):
    with pytest.raises(UsageError) as error, speaking("en"):
        so.plot(*example, tmp_path / "out", **wrong)
    assert said in error.value.text.render("en")
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def solved(example, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans") / "example"
    so.write_plan(example[0], folder)
    return folder


def call(*words):
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_the_command_draws_beside_the_plan(solved, tmp_path):
    plan = tmp_path / "mine"
    shutil.copytree(solved, plan)
    before = sorted(path.name for path in plan.iterdir())
    shown = call("plot", plan, "--scenario", EXAMPLE, "--only", "goals", "--format", "svg", "--json")
    document = json.loads(shown.stdout)
    assert shown.exit_code == 0
    assert document == {
        "status": "OPTIMAL", "tier": "leader", "folder": str(tmp_path / "mine-pictures"),
        "files": [str(tmp_path / "mine-pictures" / "goals.svg")],
    }  # fmt: skip
    assert sorted(path.name for path in plan.iterdir()) == before
    assert [path.name for path in (tmp_path / "mine-pictures").iterdir()] == ["goals.svg"]


def test_the_command_speaks_and_draws_in_one_language(solved, example, tmp_path, monkeypatch):
    monkeypatch.setenv("STAFFING_LANG", "en")
    words = ("plot", solved, "--scenario", EXAMPLE, "--only", "map", "--format", "svg", "--out", tmp_path)
    assert "Written: " in call(*words).stdout
    english = (tmp_path / "map.svg").read_bytes()
    assert "Đã ghi: " in call(*words, "--lang", "vi").stdout
    assert (tmp_path / "map.svg").read_bytes() != english
    assert so.plot(*example, tmp_path, ["svg"], only=["map"], language="en")[0].read_bytes() == english


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tier", "leder"], "--tier: 'leder' is not known; did you mean 'leader'?"),
        (["--only", "gaols"], "did you mean 'goals'?"),
        (["--format", "jpeg"], "--format: 'jpeg' is not known; use png, svg"),
    ],
)
def test_the_command_names_the_nearest_value(solved, tmp_path, words, said):
    shown = call("plot", solved, "--scenario", EXAMPLE, "--out", tmp_path / "out", "--lang", "en", *words)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert said in shown.stderr
    assert not (tmp_path / "out").exists()


def test_no_picture_goes_into_the_folder_of_a_plan(solved):
    before = sorted(solved.iterdir())
    shown = call("plot", solved, "--scenario", EXAMPLE, "--out", solved, "--lang", "en")
    assert shown.exit_code == 2
    assert "is the folder of a plan" in shown.stderr
    assert sorted(solved.iterdir()) == before
