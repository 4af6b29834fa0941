"""How small a model may be, over REST: measured on *choose*, taken, and stated once on *prove*."""

from typing import Any

import httpx2
import numpy as np
import pytest
import sentence_transformers
from sqlalchemy import select

from backend.proof.kept import PROVE
from backend.proof.tables import Evaluation
from tests.processes import wait_until
from tests.runs import trainings

PROVED = Evaluation.part == PROVE


def done(api: httpx2.Client, job: dict[str, Any]) -> dict[str, Any]:
    wait_until(
        lambda: api.get(f"jobs/{job['id']}").json()["status"] not in ("queued", "running"),
        120.0,
        "the job's end",
    )
    ended: dict[str, Any] = api.get(f"jobs/{job['id']}").json()
    assert ended["status"] == "succeeded", ended["problem"]
    return ended


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_size_is_measured_taken_and_stated(api, worker, studio):
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"], max_steps=4))
    whole = trainings.wait_for_end(api, run["id"])["model_id"]
    at = f"models/{whole}"

    assert api.get(f"{at}/sizes").status_code == 404
    early = api.post(f"{at}/smaller", json={"dimensions": 16})
    assert (early.status_code, early.json()["code"]) == (422, "size_not_tried")
    begun = api.post(f"{at}/sizes")
    assert begun.status_code == 202, begun.text
    assert api.post(f"{at}/sizes").json()["id"] == begun.json()["id"]
    done(api, begun.json())

    table = api.get(f"{at}/sizes").json()
    assert (table["metric"], table["judged"]) == ("cosine_ndcg@10", 12)
    assert len(table["sizes"]) == 2 * 3 * 3
    assert [size["is_chosen"] for size in table["sizes"]].count(True) == 1
    assert table["sizes"][0]["standing"] == "whole"
    assert api.get(f"{at}/sizes?margin=1").json()["sizes"][-1]["standing"] in ("sound", "worse")
    assert api.get(f"{at}/sizes?margin=0").status_code == 422
    with studio.database.reading() as session:
        proofs = session.scalars(select(Evaluation.model_id).where(PROVED)).all()
    assert proofs == [whole]  # measuring sizes has opened nothing

    wanted = {"layers": 1, "dimensions": 16, "precision": "int8"}
    other = api.post(f"{at}/smaller", json={**wanted, "dimensions": 17})
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "/dimensions")
    itself = api.post(f"{at}/smaller", json={"layers": 2, "dimensions": 32})
    assert (itself.status_code, itself.json()["code"]) == (422, "is_whole")
    taken = api.post(f"{at}/smaller", json=wanted)
    assert taken.status_code == 202, taken.text
    small = api.get(f"models/{done(api, taken.json())['result']['model_id']}").json()
    model = api.get(at).json()

    assert (small["parent_id"], small["made_by"]) == (whole, "shrinking")
    assert small["name"] == f"{model['name']} (16 int8, 1 layer)"
    assert small["verdict"]["queries"] == model["verdict"]["queries"] == 24
    assert small["verdict"]["before"] == model["verdict"]["before"]
    with studio.database.reading() as session:
        proofs = session.scalars(select(Evaluation).where(PROVED).order_by(Evaluation.id)).all()
    assert [proof.model_id for proof in proofs] == [whole, small["id"]]
    assert len({proof.part_hash for proof in proofs}) == 1
    assert "## How it was made" in api.get(f"models/{small['id']}/card").text
    assert small["size_bytes"] < model["size_bytes"]

    theirs = sentence_transformers.SentenceTransformer(small["path"], device="cpu")
    before = sentence_transformers.SentenceTransformer(model["path"], device="cpu")
    before[0].auto_model.encoder.layer = before[0].auto_model.encoder.layer[:1]
    texts = ["the cat sat on the mat", "a dog swam"]
    assert np.allclose(theirs.encode(texts), before.encode(texts, truncate_dim=16), atol=1e-5)
