"""Whatever is sent: a problem that names the place, nothing left behind, and little memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backend.datasets.reading.table import read_table
from backend.problems import BadFile
from tests.backend.datasets.broken import measured
from tests.backend.datasets.broken.all import BROKEN
from tests.backend.datasets.broken.case import Case

every_case = pytest.mark.parametrize("case", BROKEN, ids=[f"{c.what}, {c.name}" for c in BROKEN])
ROOT = Path(__file__).parents[3]
MOST_GROWTH_BYTES = 300_000_000
DANGEROUS = [case for case in BROKEN if case.is_dangerous]


@every_case
def test_a_broken_file_is_refused_with_its_place_and_leaves_nothing(case: Case, tmp_path: Path):
    sent, workplace = tmp_path / "sent", tmp_path / "workplace"
    sent.write_bytes(case.make())
    workplace.mkdir()
    with pytest.raises(BadFile) as caught:
        read_table(sent, case.name, workplace / "rows.parquet", most_bytes=case.most_bytes)
    (problem,) = caught.value.problems
    assert problem.code == case.code, problem.detail
    assert [word for word in case.words if word not in problem.detail] == [], problem.detail
    assert f"{case.name}'" in problem.detail
    assert problem.detail.endswith((".", "?"))
    assert {path.name for path in workplace.iterdir()} <= {"rows.parquet"}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded and measured on Linux")
@pytest.mark.parametrize("case", DANGEROUS, ids=[f"{c.what}, {c.name}" for c in DANGEROUS])
def test_a_hostile_file_takes_little_memory(case: Case, tmp_path: Path):
    sent = tmp_path / "sent"
    sent.write_bytes(case.make())
    assert_refused_in_little_memory(sent, case.name, case.code, case.most_bytes)


def assert_refused_in_little_memory(sent: Path, name: str, code: str, most_bytes: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", measured.__name__, sent, name, str(most_bytes)],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    answer = json.loads(ended.stdout)
    assert answer["code"] == code
    assert answer["grown_bytes"] < MOST_GROWTH_BYTES


GIGABYTE = {
    "t.csv": (b"a,b\n1,", "line_too_long"),
    "t.jsonl": (b'{"a": "', "line_too_long"),
    "t.txt": (b"", "line_too_long"),
    "t.json": (b'{"a": ["', "too_large_as_columns"),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded and measured on Linux")
@pytest.mark.parametrize("name", GIGABYTE)
def test_a_gigabyte_on_one_line_takes_little_memory(name: str, tmp_path: Path):
    head, code = GIGABYTE[name]
    sent = tmp_path / "sent"
    with sent.open("wb") as file:
        file.write(head)
        for _ in range(1_000):
            file.write(b"b" * 1_000_000)
    assert_refused_in_little_memory(sent, name, code, 2_000_000_000)
