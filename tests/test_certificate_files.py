"""`certificate.npz`: round trips, damaged files, and what `staffing check` says of them."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import optimizer as so
from optimizer.certificate import Certificate
from optimizer.certificate_files import read_certificate, write_certificate
from optimizer.cli import main
from optimizer.errors import InputError
from optimizer.plan import Plan
from optimizer.scenario.scenario import Scenario

EXAMPLE = str(Path(__file__).parents[1] / "scenarios" / "example")
FILE = "certificate.npz"


@pytest.fixture
def folder(plan: Plan, tmp_path: Path) -> Path:
    """The plan of the example, written."""
    so.write_plan(plan, tmp_path / "plan")
    return tmp_path / "plan"


def check(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", EXAMPLE, str(folder), "--lang", "en", *options], catch_exceptions=False)


def arrays_of(certificate: Certificate) -> dict[tuple[str, int, int], list[int]]:
    return {
        (name, layer, k): array.tolist()
        for name, layers in certificate.prices.items()
        for layer, prices in enumerate(layers)
        for k, array in enumerate((*prices.rows, prices.values))
    }


def test_what_is_written_is_read_and_the_same_prices_give_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    assert plan.certificate is not None
    write_certificate(plan.certificate, tmp_path / "one.npz")
    found, problems = read_certificate(tmp_path / "one.npz")
    assert found is not None and not problems
    assert arrays_of(found) == arrays_of(plan.certificate)
    assert any(any(numbers) for numbers in arrays_of(found).values())
    write_certificate(found, tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_a_plan_read_from_its_folder_proves_the_same(scenario: Scenario, plan: Plan, folder: Path) -> None:
    assert so.verify(scenario, so.read_plan(folder)) == so.verify(scenario, plan)


def archive(entries: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, of_entry in entries.items():
            file.writestr(name, of_entry)
    return content.getvalue()


def npy(values: object, **options: object) -> bytes:
    content = io.BytesIO()
    np.save(content, np.array(values, **options))  # type: ignore[call-overload]
    return content.getvalue()


def too_long() -> bytes:
    """An array whose head promises eight petabytes."""
    content = io.BytesIO()
    head = {"descr": "<i8", "fortran_order": False, "shape": (1 << 50,)}
    np.lib.format.write_array_header_1_0(content, head)
    return content.getvalue()


ONE = "leadership/0/rows/0.npy"
DAMAGED = {
    "nothing": b"",
    "text": "person_id;điểm\n".encode(),
    "an array alone": npy([1, 2]),
    "another archive": archive({"xl/workbook.xml": b"<workbook/>"}),
    "no array inside": archive({ONE: b"1, 2", "leadership/0/values.npy": b"3"}),
    "objects": archive({ONE: npy([{}], dtype=object), "leadership/0/values.npy": npy([])}),
    "an array too long": archive({ONE: too_long(), "leadership/0/values.npy": npy([])}),
    "no values": archive({ONE: npy([1])}),
    "a layer left out": archive({"leadership/1/rows/0.npy": npy([1]), "leadership/1/values.npy": npy([])}),
    "a row left out": archive({"leadership/0/rows/1.npy": npy([1]), "leadership/0/values.npy": npy([])}),
}


def assert_is_refused(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        so.read_plan(folder)
    assert [(problem.file, problem.code) for problem in caught.value.problems] == [(FILE, "E124")]


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_file_that_holds_no_prices_is_an_error_of_the_input(content: bytes, folder: Path) -> None:
    (folder / FILE).write_bytes(content)
    assert_is_refused(folder)
    said = check(folder)
    assert said.exit_code == 3
    assert "E124" in said.output and "Traceback" not in said.output


@pytest.mark.parametrize("left", [0.1, 0.5, 0.99])
def test_a_file_that_was_cut_is_an_error_of_the_input(left: float, folder: Path) -> None:
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[: int(left * len(content))])
    assert_is_refused(folder)


def test_a_file_with_damaged_bytes_is_refused_or_proves_nothing_false(plan: Plan, tmp_path: Path) -> None:
    assert plan.certificate is not None
    path, rng, refused = tmp_path / FILE, random.Random(3), 0
    write_certificate(plan.certificate, path)
    sound = path.read_bytes()
    for _ in range(300):
        content = bytearray(sound)
        for _ in range(rng.randint(1, 3)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        path.write_bytes(content)
        found, problems = read_certificate(path)
        if found is None:
            assert [problem.code for problem in problems] == ["E124"]
            refused += 1
        else:
            assert all(isinstance(numbers, list) for numbers in arrays_of(found).values())
    assert refused > 150


def test_check_tells_what_is_proven(folder: Path, plan: Plan) -> None:
    said = json.loads(check(folder, "--json").output)
    assert said["passed"] and said["false_claim"] is None
    assert [(proof["name"], proof["certified"], proof["rest"]) for proof in said["proofs"]] == [
        (goal.name, goal.value, 0) for goal in plan.goals
    ]


def test_the_certificate_of_another_scenario_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    so.generate(tmp_path / "other", units=3, seed=1)
    other = so.solve(so.read(tmp_path / "other"))
    assert other.certificate is not None
    write_certificate(other.certificate, folder / FILE)
    said = check(folder)
    assert said.exit_code == 3
    lines = [line for line in said.output.splitlines() if "certificate" in line]
    assert lines == ["The certificate does not hold: leadership: the prices do not belong to this scenario"]
    as_json = json.loads(check(folder, "--json").output)
    assert as_json["passed"] and "do not belong" in as_json["false_claim"] and as_json["proofs"] == []


def test_prices_that_were_weakened_are_a_false_claim(folder: Path, plan: Plan) -> None:
    # without its prices nothing is proven of the first goal that has a value, and plan.json says more
    assert plan.certificate is not None
    name = next(goal.name for goal in plan.goals if goal.value)
    weaker = {key: layers for key, layers in plan.certificate.prices.items() if key != name}
    write_certificate(Certificate(weaker), folder / FILE)
    said = check(folder)
    assert said.exit_code == 3
    assert "The certificate does not hold" in said.output


def test_a_plan_without_certificate_reads_and_checks(folder: Path, tmp_path: Path) -> None:
    bare = shutil.copytree(folder, tmp_path / "bare")
    (bare / FILE).unlink()
    assert so.read_plan(bare).certificate is None
    said = check(bare)
    assert said.exit_code == 0
    assert "certificate" not in said.output
    assert json.loads(check(bare, "--json").output)["proofs"] == []
