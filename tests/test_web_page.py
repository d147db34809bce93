"""The page for the browser: one file, nothing from the network, words that stay words, tables that sort and filter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from browser import CHROMIUM, browser
from exported import TIERS, written
from sampling import first

from optimizer.plan import Status
from optimizer.reporting.collation import vietnamese_key
from optimizer.reporting.web_page import _keys

HARM = "<script>document.title='taken'</script>"
NAMES = ("Ưng Văn A", "Đan Thị B", "Ánh C", "An D", "Ân E", "Dũng F")


def named(scenario, *names):
    """The scenario with these names, the first for the first person, again and again."""
    people = (p.model_copy(update={"name": names[at % len(names)]}) for at, p in enumerate(scenario.people))
    return replace(scenario, people=tuple(people))


class Page(HTMLParser):
    """Tags with their attributes, and the text of the cells."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.cells = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        if self.cells and self.lasttag == "td":
            self.cells[-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(plan, scenario, folder, **settings):
    text = written(plan, scenario, folder, "html", **settings).read_text("utf-8")
    return text, Page(text)


@pytest.mark.parametrize("tier", first(1, TIERS))
def test_nothing_is_asked_of_the_network(plan, scenario, tmp_path, tier):
    text, page = page_of(plan, scenario, tmp_path, tier=tier)
    assert re.findall(r"https?://|//[a-z]+\.|@import|url\(|fetch\(|XMLHttp|WebSocket|import\(", text) == []
    loaded = [
        attributes[name] for _, attributes in page.tags for name in ("src", "href", "action") if name in attributes
    ]
    assert {address[:1] if address.startswith("#") else address[:26] for address in loaded} == {
        "#", "data:image/svg+xml;base64,",
    }  # fmt: skip
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert len(page.all("script")) == len(page.all("style")) == 1


def test_title_and_status_stand_first(plan, scenario, tmp_path):
    text, _ = page_of(plan, scenario, tmp_path)
    body = text.split("<body>")[1]
    assert body.index("<h1>") < body.index("TỐI ƯU") < body.index("<table>")
    doubtful = replace(plan, status=Status.FEASIBLE)
    assert "KHẢ THI" in page_of(doubtful, scenario, tmp_path)[0].split("<table>")[0]


def test_every_section_is_in_the_navigation(plan, scenario, tmp_path):
    _, page = page_of(plan, scenario, tmp_path)
    ids = [attributes["id"] for attributes in page.all("section")]
    assert ids == [
        "TongHop", "pictures", "PhuongAn", "Chuoi", "DeXuat", "TruocSau", "ChuaDapUng", "LapTamThoi", "LinhVuc",
        "DoiDu", "CanhBao", "ThamSo",
    ]  # fmt: skip
    assert [attributes["href"] for attributes in page.all("a")] == [f"#{name}" for name in ids]
    assert len({attributes["id"] for _, attributes in page.tags if "id" in attributes}) == len(
        [attributes for _, attributes in page.tags if "id" in attributes]
    )


def test_every_picture_has_words_for_those_who_cannot_see_it(plan, scenario, tmp_path):
    _, page = page_of(plan, scenario, tmp_path)
    assert page.all("img")
    assert all(len(attributes["alt"]) > 5 for attributes in page.all("img"))


@pytest.mark.parametrize(
    "name", first(2, [HARM, "{{ 7 * 7 }}", '"><img src=x onerror=alert(1)>', "{% raw %}", "&lt;b&gt;", "</td>"])
)
def test_words_stay_words(plan, scenario, tmp_path, name):
    _, harmless = page_of(plan, scenario, tmp_path)
    _, page = page_of(plan, named(scenario, name), tmp_path)
    assert name in page.cells
    assert len(page.all("script")) == 1
    assert len(page.all("img")) == len(harmless.all("img"))
    assert not any(key.startswith("on") for _, attributes in page.tags for key in attributes)


def test_cells_sort_as_vietnamese_dates_and_numbers_and_blanks_come_last():
    def ranked(values):
        keys = _keys(values)
        full = [at for at, key in enumerate(keys) if key]
        return [values[at] for at in sorted(full, key=lambda at: float(keys[at]))]

    assert ranked([*NAMES, "", None]) == sorted(NAMES, key=vietnamese_key)
    assert ranked([10, 9, 2.5, None]) == [2.5, 9, 10]
    assert ranked([date(2025, 10, 1), None, date(2024, 12, 31)]) == [date(2024, 12, 31), date(2025, 10, 1)]


def test_bars_share_the_scale_of_their_name(plan, scenario, tmp_path):
    """An Phú has two people over its quota of four before, nobody has more: its bar is the whole cell."""
    text, _ = page_of(plan, scenario, tmp_path)
    assert re.findall(r'<td class="n bar2 b(\d+)" data-k="(\d+)"', text) == [("20", "2")]
    missing = re.findall(r'<td class="n bar1 b(\d+)" data-k="(\d+)"', text)
    largest = max(int(value) for _, value in missing)
    assert [int(steps) for steps, _ in missing] == [round(20 * int(value) / largest) for _, value in missing]


def test_a_table_without_rows_says_so(plan, scenario, tmp_path):
    text, _ = page_of(replace(plan, gaps=()), scenario, tmp_path)
    assert "Không có nội dung." in text


@pytest.fixture(scope="module")
def opened(plan, scenario, tmp_path_factory):
    """A page with twelve moves, two of each name, in a browser without a network."""
    folder = tmp_path_factory.mktemp("browser")
    ids = [person.person_id for person in scenario.people][:12]
    moves = tuple(plan.moves[0].model_copy(update={"person_id": name, "order": n}) for n, name in enumerate(ids, 1))
    path = written(replace(plan, moves=moves), named(scenario, *NAMES, *NAMES[:5], HARM), folder, "html")
    with browser(folder / "profile") as page:
        page.open(path)
        yield page


IN_BROWSER = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, to try the page in it"),
]
ROWS = "[...document.querySelectorAll('#PhuongAn tbody tr')].filter(row => !row.hidden)"
HEAD = "[...document.querySelectorAll('#PhuongAn th')].find(th => th.textContent === 'Họ và tên')"


def shown(page):
    return page.ask(f"(at => {ROWS}.map(row => row.cells[at].textContent))({HEAD}.cellIndex)")


def find(page, words):
    page.ask(
        f"(input => {{ input.value = {words!r}; input.dispatchEvent(new Event('input')); }})"
        "(document.querySelector('#PhuongAn input'))"
    )
    return shown(page)


class TestInABrowser:
    pytestmark = IN_BROWSER

    def test_it_loads_without_a_complaint_and_asks_for_nothing(self, opened):
        assert opened.complaints == []
        assert [address.split(":")[0] for address in opened.requests if not address.startswith("data:")] == ["file"]

    def test_a_script_in_a_name_does_nothing(self, opened):
        assert HARM in shown(opened)
        assert "taken" not in opened.ask("document.title")

    def test_a_click_on_a_heading_sorts_in_vietnamese_order(self, opened):
        before = shown(opened)
        names = sorted(before, key=vietnamese_key)
        for expected, way in ((names, "ascending"), (names[::-1], "descending"), (before, None)):
            opened.ask(f"{HEAD}.querySelector('span').click()")
            assert shown(opened) == expected
            assert opened.ask(f"{HEAD}.getAttribute('aria-sort')") == way

    def test_a_heading_answers_to_the_keyboard(self, opened):
        before = shown(opened)
        press = "new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })"
        opened.ask(f"{HEAD}.querySelector('span').dispatchEvent({press})")
        assert shown(opened) == sorted(before, key=vietnamese_key)
        opened.ask(f"for (const _ of [1, 2]) {HEAD}.querySelector('span').click()")

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("dung", ["Dũng F"]),
            ("ưng", ["Ưng Văn A"]),
            ("ân", ["Ân E"]),
            ("dan", ["Đan Thị B"]),
            ("ĐAN thi", ["Đan Thị B"]),
            ("nobody of this name", []),
        ],
    )
    def test_words_in_the_filter_leave_the_rows_that_have_them(self, opened, words, found):
        all_names = find(opened, "")
        left = find(opened, words)
        assert set(left) == set(found)
        assert left == [name for name in all_names if name in found]
        assert opened.ask("document.querySelector('#PhuongAn output').textContent") == f"hiện {len(left)} trên 12 dòng"
        assert find(opened, "") == all_names
