"""The workbook on paper: pages as LibreOffice prints them, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sampling import first

import optimizer as so
from optimizer.reporting.naming import Tier
from optimizer.reporting.workbook import write_workbook

EXAMPLE = Path(__file__).parents[1] / "scenarios" / "example"
OFFICE, TO_TEXT = shutil.which("soffice"), shutil.which("pdftotext")
pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: nothing prints the workbook"),
    pytest.mark.skipif(TO_TEXT is None, reason="pdftotext is not installed: nothing reads the printed pages"),
]


@pytest.fixture(scope="module", params=first(1, ["leader", "public"]))
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The example's workbook and the words on each page of its PDF."""
    tier: Tier = request.param
    folder = tmp_path_factory.mktemp("printed")
    scenario = so.read(EXAMPLE)
    write_workbook(so.solve(scenario), scenario, folder / "plan.xlsx", "vi", tier=tier)
    assert OFFICE is not None
    assert TO_TEXT is not None
    subprocess.run(
        [OFFICE, f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(folder / "plan.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    text = subprocess.run([TO_TEXT, "-layout", str(folder / "plan.pdf"), "-"], check=True, capture_output=True).stdout
    return folder / "plan.xlsx", text.decode().split("\f")[:-1]


def sheet_of(page: str) -> str:
    """The name of the sheet, the last word at the foot of a page."""
    return page.rstrip().rsplit(maxsplit=1)[-1]


def test_every_sheet_is_printed_on_pages_that_are_numbered(printed: tuple[Path, list[str]]) -> None:
    path, pages = printed
    assert list(dict.fromkeys(sheet_of(page) for page in pages)) == load_workbook(path).sheetnames
    assert [re.search(r"\d+/\d+", page)[0] for page in pages] == [  # type: ignore[index]
        f"{number}/{len(pages)}" for number in range(1, len(pages) + 1)
    ]


def test_pages_are_as_many_as_the_breaks_say(printed: tuple[Path, list[str]]) -> None:
    """Nothing of the example is longer than a page between two breaks, but ThamSo: its rules and keys run on."""
    path, pages = printed
    breaks = {sheet.title: 1 + len(sheet.row_breaks.brk) for sheet in load_workbook(path).worksheets}
    found = Counter(sheet_of(page) for page in pages)
    assert {name: number for name, number in found.items() if name != "ThamSo"} == {
        name: number for name, number in breaks.items() if name != "ThamSo"
    }
    assert breaks["ThamSo"] < found["ThamSo"] <= breaks["ThamSo"] + 6
    assert found["TongHop"] == 2  # results; then fields without anybody, the data and assumptions


def test_bodies_with_few_moves_share_a_page(printed: tuple[Path, list[str]]) -> None:
    path, pages = printed
    lists = [page for page in pages if sheet_of(page) == "PhuongAn"]
    assert len(lists) == (1 if "PhuongAn" in load_workbook(path).sheetnames else 0)
    assert all("Họ và tên" in page and "Lưu ý" in page for page in lists)
