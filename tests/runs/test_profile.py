"""A look at data through REST, queue and a real worker: what is noticed, its rows, the fix, and the
review of wrong answers that are right."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from backend.studio import Studio
from tests.conftest import TINY
from tests.processes import RunningWorker, ended_in_time, wait_until
from tests.runs.conversions import begin, made
from tests.runs.trainings import upload
from tests.tiny_model import sentences

ROWS = 110
LOOK = {"base_model": TINY}


@pytest.fixture
def cpu_worker(
    studio: Studio, empty_broker: None, environment: dict[str, str]
) -> Iterator[RunningWorker]:
    with RunningWorker("cpu", environment, studio.settings.data / "cpu.log") as running:
        yield running
        assert ended_in_time(running)


def as_csv(names: list[str], rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows])
    return out.getvalue().encode()


def distinct(seed: int) -> list[str]:
    return [f"{text} {n} {n}x" for n, text in enumerate(sentences(ROWS, seed, fewest=8))]


def planted() -> bytes:
    """Row 110 repeats row 3, row 111 contradicts row 4; row 5 has HTML; row 6 is far too long."""
    ones, others = distinct(1), distinct(2)
    ones[5] = f"<p>{ones[5]}</p>"
    others[6] = " ".join(sentences(12, 3, fewest=10))
    rows = [(a, b, ("yes", "no")[n % 2]) for n, (a, b) in enumerate(zip(ones, others, strict=True))]
    rows += [(ones[3].upper(), others[3], "no"), (ones[4], others[4], "no")]
    return as_csv(["sentence1", "sentence2", "label"], rows)


def look(api: httpx2.Client, version: str, **settings: Any) -> dict[str, Any]:
    """The profile of these settings, once it is made."""
    asked = api.post(f"dataset-versions/{version}/profile", json=LOOK | settings)
    assert asked.status_code == 202, asked.text
    return newest(api, version, asked.json()["id"])


def newest(api: httpx2.Client, version: str, profile: str | None = None) -> dict[str, Any]:
    """The profile that was asked for last, once it is made."""
    place = f"dataset-versions/{version}/profile"
    wait_until(lambda: api.get(place).json()["status"] not in ("queued", "running"), 90, "the look")
    told = api.get(place).json()
    assert told["status"] == "succeeded", told["problem"]
    assert profile in (None, told["id"])
    result: dict[str, Any] = told["result"]
    return result


def findings(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["kind"]: each for each in result["findings"]}


@pytest.mark.slow
def test_planted_faults_are_noticed_with_their_rows_and_a_fix_takes_its_own_away(
    api: httpx2.Client, cpu_worker: RunningWorker
) -> None:
    version = upload(api, planted(), "planted.csv")["id"]
    sampled = look(api, version, sample_rows=100)
    assert (sampled["is_sample"], sampled["looked_at"]) == (True, 100)
    assert findings(sampled)["exact_duplicates"]["rows"] == [ROWS], "one pass is of all rows"
    result = look(api, version, sample_rows=None)
    assert (result["rows"], result["looked_at"], result["is_sample"]) == (ROWS + 2, ROWS + 2, False)
    noticed = findings(result)
    assert {kind: each["rows"] for kind, each in noticed.items()} == {
        "exact_duplicates": [ROWS],
        "conflicting_labels": [4, ROWS + 1],
        "html": [5],
        "cut_texts": [6],
    }
    one, other, label = result["columns"]
    assert [each["role"] for each in (one, other, label)] == ["input", "input", "label"]
    assert (other["tokens"]["cut"], other["tokens"]["limit"]) == (1, 64)
    assert {each["value"]: each["count"] for each in label["values"]} == {"yes": 55, "no": 57}
    [fix] = noticed["conflicting_labels"]["remedies"]
    after = made(api, begin(api, version, fix["operations"]))
    assert (after["rows"], after["parent_id"]) == (ROWS, version)
    left = findings(newest(api, after["id"]))  # of itself: each new version is looked at
    assert {"exact_duplicates", "html"} <= set(left)
    assert "conflicting_labels" not in left


@pytest.mark.slow
def test_wrong_answers_that_the_model_finds_right_are_reviewed_and_none_is_deleted_unasked(
    api: httpx2.Client, cpu_worker: RunningWorker
) -> None:
    anchors, positives, negatives = distinct(1), distinct(2), distinct(3)
    for row in (7, 8, 9):
        negatives[row] = anchors[row].upper()
    rows = list(zip(anchors, positives, negatives, strict=True))
    version = upload(api, as_csv(["anchor", "positive", "negative"], rows), "triplets.csv")["id"]
    finding = findings(look(api, version, with_model=True))["false_negatives"]
    assert finding["needs_review"]
    assert {7, 8, 9} <= set(finding["rows"])
    review = api.get(f"dataset-versions/{version}/review").json()
    assert (review["answered"], review["remedy"]) == (0, None)
    asked = {item["row"]: item for item in review["items"]}
    assert asked[7]["text"] == negatives[7]
    assert (asked[7]["anchor"], asked[7]["own_text"]) == (anchors[7], positives[7])

    def say(row: int, answer: str) -> int:
        place = f"dataset-versions/{version}/review/{row}/negative"
        return api.put(place, json={"answer": answer}).status_code

    assert [say(7, "no"), say(7, "yes"), say(8, "no"), say(9, "skip")] == [204] * 4
    assert say(ROWS + 1, "yes") == 404
    review = api.get(f"dataset-versions/{version}/review").json()
    assert {i["row"]: i["answer"] for i in review["items"] if i["answer"]} == {
        7: "yes",
        8: "no",
        9: "skip",
    }
    assert api.get(f"dataset-versions/{version}").json()["rows"] == ROWS
    job = begin(api, version, review["remedy"]["operations"])
    after = made(api, job)
    assert (after["rows"], after["parent_id"]) == (ROWS - 1, version)
    items = api.get(f"dataset-versions/{after['id']}/rows?limit=20").json()["items"]
    assert [item["cells"]["anchor"] for item in items[6:8]] == [anchors[6], anchors[8]]
