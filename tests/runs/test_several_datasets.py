"""A recipe of two datasets, from REST through queue and worker to its verdict: each has a mapping, a
loss, a weight, prompts and evaluators of its own."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.runs import trainings


def sorted_jsonl(rows: int = 120) -> bytes:
    """Texts sorted into classes; the first ten are answers of `pairs_csv` in another spelling."""
    answers = trainings.pairs_csv().decode().splitlines()[1:]
    texts = [line.split(",")[1].upper() for line in answers[:10]]
    texts += [f"the {trainings.ANIMALS[n % 4]} ran {n} times" for n in range(10, rows)]
    lines = [json.dumps({"text": t, "label": f"kind {n % 3}"}) for n, t in enumerate(texts)]
    return "\n".join(lines).encode()


OWN = {
    "name": "kinds",
    "weight": 3.0,
    "prompts": {"text": "sort: "},
    "evaluators": [{"name": "LinearProbeEvaluator"}],
}


@pytest.mark.slow
def test_each_dataset_has_its_own_loss_weight_prompts_and_evaluators(api, worker):
    pairs = trainings.upload(api, trainings.pairs_csv())
    classes = trainings.upload(api, sorted_jsonl(), "sorted.jsonl")
    recipe = trainings.recipe_for(api, pairs["id"], logging_steps=1)
    other = api.post(f"dataset-versions/{classes['id']}/recommend").json()
    assert other["loss"]["name"] == "BatchHardSoftMarginTripletLoss"
    taken = {key: other["datasets"][0][key] for key in ("version", "mapping")}
    use = {**taken, **OWN, "loss": other["loss"]}
    recipe["datasets"].append(use)

    refused = api.post("runs", json={"recipe": {**recipe, "datasets": [*recipe["datasets"], use]}})
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        "/datasets/1/name",
        "/datasets/2/name",
    }

    run = trainings.start(api, recipe)
    ended = trainings.wait_for_end(api, run["id"])
    story = trainings.events(api, run["id"])
    assert ended["status"] == "succeeded", story[-3:]
    told = [event["data"] for event in story if event["kind"] == "metrics"]
    drawn = Counter(name for data in told for name in data if name.startswith("loss/"))
    assert set(drawn) == {"loss/data-1", "loss/kinds"}
    assert drawn["loss/kinds"] / drawn["loss/data-1"] == pytest.approx(3, rel=0.25)
    assert {"choose/cosine_ndcg@10", "choose/kinds_accuracy"} <= {n for d in told for n in d}

    model = api.get(f"models/{ended['model_id']}").json()
    assert (model["verdict"]["evaluator"], model["verdict"]["queries"]) == (
        "InformationRetrievalEvaluator",
        24,
    )
    assert {"cosine_ndcg@10", "kinds_accuracy"} <= model["after"].keys() & model["before"].keys()
    kept = json.loads(Path(model["path"], "config_sentence_transformers.json").read_text())
    assert kept["prompts"]["text"] == "sort: "
