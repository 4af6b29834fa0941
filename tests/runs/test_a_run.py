"""A run from end to end: REST, queue, worker, engine, proof."""

from tests.runs import trainings


def test_a_run_ends_with_a_model_a_verdict_and_an_unbroken_story(api, worker):
    version = trainings.upload(api, trainings.pairs_csv())
    run = trainings.start(api, trainings.recipe_for(api, version["id"], num_train_epochs=2))
    ended = trainings.wait_for_end(api, run["id"])

    story = trainings.events(api, run["id"])
    assert trainings.states(story) == ["queued", "running", "succeeded"], story[-3:]
    phases = [event["data"]["phase"] for event in story if event["kind"] == "phase"]
    assert phases == ["preparing", "training", "evaluating", "saving"]
    steps = trainings.losses(story)
    assert list(steps) == list(range(1, len(steps) + 1))
    model = api.get(f"models/{ended['model_id']}").json()
    verdict = model["verdict"]
    assert verdict["queries"] == 24
    assert verdict["after"] - verdict["before"] == verdict["difference"]
    assert verdict["ci95"][0] <= verdict["difference"] <= verdict["ci95"][1]
    assert verdict["sentence"] in api.get(f"models/{ended['model_id']}/card").text
    cost = api.get(f"runs/{run['id']}/cost").json()
    spent = cost["spent"]
    assert spent["steps"] == cost["estimate"]["steps"] == len(steps)
    assert 0 < spent["training_seconds"] + spent["evaluation_seconds"] < spent["seconds"]
    assert 100e6 < spent["memory_bytes"] < 4e9
    assert spent["model"]["layers"] == 2
    learned = api.post("recipes/estimate", json={"recipe": ended["recipe"]}).json()
    assert learned["basis"] == "runs", "the next is estimated by what this one took"
    assert learned["is_model_known"]
