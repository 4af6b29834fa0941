"""What is done to a model after its training: prove opened, a look at what was lost, a blend."""

from pathlib import Path
from typing import Any

import httpx2
import pyarrow as pa
import pyarrow.csv
import pytest
from sentence_transformers import SentenceTransformer

from tests.conftest import TINY
from tests.nano_beir import write_nano_beir
from tests.processes import wait_until
from tests.runs import trainings
from tests.tiny_model import sentences, write_tiny_bert


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The operator names folders with the general sets."""
    one, other = sentences(30, seed=1), sentences(30, seed=2)
    scores = [float(n % 6) for n in range(30)]
    (tmp_path / "pairs").mkdir()
    pyarrow.csv.write_csv(
        pa.table({"sentence1": one, "sentence2": other, "score": scores}),
        tmp_path / "pairs" / "some-test.csv",
    )
    write_nano_beir(tmp_path / "nano-beir", ["NanoSciFact"])
    return {
        **environment,
        "LIKEWISE_GENERAL_SIMILARITY": str(tmp_path / "pairs"),
        "LIKEWISE_NANO_BEIR": str(tmp_path / "nano-beir"),
    }


def done(api: httpx2.Client, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask for work on a model, and wait until it has succeeded."""
    asked = api.post(path, json=body)
    assert asked.status_code == 202, asked.text
    job: dict[str, Any] = asked.json()

    def ended() -> bool:
        job.update(api.get(f"jobs/{job['id']}").json())
        return job["ended_at"] is not None

    wait_until(ended, 90, path)
    assert job["status"] == "succeeded", job["problem"]
    return job


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_model_is_proved_when_it_is_opened_and_what_it_lost_is_given_back(
    api, worker, tmp_path
) -> None:
    version = trainings.upload(api, trainings.pairs_csv(160))
    recipe = trainings.recipe_for(api, version["id"], num_train_epochs=2)
    run = api.post("runs", json={"recipe": recipe, "opens_prove": False}).json()
    ended = trainings.wait_for_end(api, run["id"])
    assert ended["status"] == "succeeded", ended["problem"]
    path = f"models/{ended['model_id']}"
    closed = api.get(path).json()
    assert closed["verdict"] is None
    assert closed["after"] == {}
    assert "Before and after" not in api.get(f"{path}/card").text
    assert api.get(f"{path}/examples").status_code == 404

    done(api, f"{path}/prove")
    proved = api.get(path).json()
    assert proved["verdict"]["models_judged"] == 1
    assert proved["judged_at"] is not None
    assert proved["verdict"]["sentence"] in api.get(f"{path}/card").text
    again = api.post(f"{path}/prove")
    assert again.status_code == 409
    assert again.json()["code"] == "already_proved"
    examples = api.get(f"{path}/examples?most=3").json()
    assert all(each["gain"] > 0 for each in examples["better"])
    assert all(len(each["found_base"]) == 3 for each in examples["better"] + examples["worse"])

    unknown = api.post(f"{path}/guard", json={"sets": ["nonsense"]})
    assert unknown.status_code == 422
    assert "nonsense" in unknown.text
    done(api, f"{path}/guard", {"sets": ["similarity", "scifact", "nq"]})
    kept = api.get(f"{path}/guard").json()
    assert {one["name"] for one in kept["sets"]} == {"similarity", "scifact"}
    assert kept["missing"] == ["General questions"]
    assert all(one["ci95"][0] <= one["difference"] <= one["ci95"][1] for one in kept["sets"])

    found = done(api, f"{path}/blend")["result"]
    assert len(found["tried"]) == 10
    best = max(one["figure"] for one in found["tried"])
    chosen = next(one for one in found["tried"] if one["share"] == found["share"])
    assert chosen["share"] < 1, "the tiny model's blends do as well"
    assert chosen["figure"] <= best
    blend = api.get(f"models/{found['model_id']}").json()
    assert blend["parent_id"] == ended["model_id"]
    assert blend["made_by"] == "blending"
    assert blend["verdict"]["models_judged"] == 2
    assert api.get(path).json()["verdict"]["models_judged"] == 2
    assert "model-index" not in api.get(f"models/{found['model_id']}/card").text
    write_tiny_bert(tmp_path / "base", dropout=0.1)
    base, tuned, made = (
        SentenceTransformer(str(place)).state_dict()
        for place in (tmp_path / "base", proved["path"], blend["path"])
    )
    for name, weight in made.items():
        if weight.is_floating_point():
            wanted = (1 - found["share"]) * base[name] + found["share"] * tuned[name]
            assert weight.allclose(wanted, atol=1e-6), name
    assert TINY in blend["base_model"]


def test_other_seeds_keep_the_same_rows_aside(api) -> None:
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"]))
    more = api.post(f"runs/{run['id']}/seeds").json()
    seeds = [each["recipe"]["seed"] for each in (run, *more)]
    assert len(set(seeds)) == 3
    drawn_by = [each["recipe"]["datasets"][0]["held_out"]["seed"] for each in more]
    assert drawn_by == [run["recipe"]["seed"]] * 2
    later = api.post(f"runs/{more[0]['id']}/seeds").json()
    assert not {each["recipe"]["seed"] for each in later} & set(seeds)
    assert later[0]["recipe"]["datasets"] == more[0]["recipe"]["datasets"]
