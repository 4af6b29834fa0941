"""Changes to data through a real studio: every operation once, and what is told of it meanwhile."""

import io
import json
from typing import Any

import httpx2
import pyarrow as pa
import pyarrow.parquet as pq

from tests.conftest import TINY
from tests.processes import wait_until

Steps = list[dict[str, Any]]


def step(name: str, **parameters: Any) -> dict[str, Any]:
    return {"name": name, "parameters": parameters}


TEXTS = [f"the {size} {animal} sat on the mat" for size in "big small red blue".split()
         for animal in "cat dog bird fish".split()]  # fmt: skip


def table_for_all() -> bytes:
    """Rows for every operation: texts with classes, scores, lists and judgements."""
    rows = {
        "anchor": [text.replace("the", "where is the", 1) for text in TEXTS],
        "positive": [f"<b>{text}</b> says cat{n}@example.org" for n, text in enumerate(TEXTS)],
        "class": [text.split()[2] for text in TEXTS],
        "judged": ["yes"] * 8 + ["no"] * 8,
        "score": [n / 3 for n in range(len(TEXTS))],
        "others": [json.dumps([text, "the bird sat"]) for text in TEXTS],
        "wrong": [json.dumps(["a mat", "a road"]) for _ in TEXTS],
        "broken": ["Ã¼ber" for _ in TEXTS],
    }
    out = io.BytesIO()
    pq.write_table(pa.table(rows), out)
    return out.getvalue()


CHAINS: dict[str, Steps] = {
    "row by row": [
        step("repair_encoding", columns=["broken"]),
        step("strip_html", columns=["positive"]),
        step("hide_private", columns=["positive"]),
        step("filter", column="broken", equals="über"),
        step("spread_negatives", column="wrong"),
        step("spread_positives", column="others"),
        step("drop_duplicates"),
        step("drop_rows", rows=[0]),
        step("sample", rows=24),
        step("swap_columns", one="anchor", other="positive"),
        step("drop_columns", columns=["broken", "judged"]),
        step("label_ids", column="class"),
        step("scale_scores", column="score", **{"from": [0, 5]}, to=[-1, 1]),
        step("scores_to_pairs", column="score", at_least=-0.9),
        step("qrels_to_pairs", query="anchor", document="positive", grade="class"),
        step("choose_columns", columns=[{"name": "positive", "rename": "text"}]),
        step("split", mapping={"inputs": ["text"]}, choose_rows=2, prove_rows=2),
    ],
    "classes as pairs": [step("classes_to_pairs", text="anchor", label="class")],
    "classes as triplets": [step("classes_to_triplets", text="anchor", label="class", per_text=2)],
    "pairs with a class": [
        step("pair_class_to_triplets", anchor="class", other="anchor", label="judged",
             positive="yes", negative="no"),
    ],
}  # fmt: skip
MINING = [
    step(
        "mine_negatives",
        anchor="anchor",
        positive="positive",
        model=TINY,
        negatives=2,
        relative_margin=None,
    )
]


def begin(api: httpx2.Client, version: str, steps: Steps, name: str | None = None) -> str:
    """The id of the job that makes the change."""
    answer = api.post(
        f"dataset-versions/{version}/operations", json={"operations": steps, "name": name}
    )
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"
    return str(answer.json()["id"])


def job_of(api: httpx2.Client, job: str) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"jobs/{job}").json()
    return told


def ended(api: httpx2.Client, job: str, seconds: float = 60.0) -> dict[str, Any]:
    wait_until(
        lambda: job_of(api, job)["status"] not in ("queued", "running"), seconds, "the change"
    )
    return job_of(api, job)


def made(api: httpx2.Client, job: str) -> dict[str, Any]:
    """The version that a job made, once it has."""
    told = ended(api, job)
    assert told["status"] == "succeeded", told["problem"]
    version: dict[str, Any] = api.get(f"dataset-versions/{told['result']['version_id']}").json()
    return version


def cells(api: httpx2.Client, version: str) -> list[dict[str, Any]]:
    items = api.get(f"dataset-versions/{version}/rows?limit=200").json()["items"]
    return [item["cells"] for item in items]
