"""An experiment through a real worker: trials that leave *prove* unopened, and one that is proven."""

import pytest

from tests.processes import wait_until
from tests.runs.trainings import events, pairs_csv, recipe_for, start, upload, wait_for_end

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(400)]


def test_the_chosen_trial_alone_is_proven_and_as_a_run_of_its_own_would_be(api, worker):
    recipe = recipe_for(api, upload(api, pairs_csv())["id"], num_train_epochs=1)
    space = [{"path": "arguments.learning_rate", "choices": [1e-3, 1e-7]}]
    asked = {"recipe": recipe, "space": space, "trials": 2, "at_once": 2}
    path = "experiments/" + api.post("experiments", json=asked).json()["id"]
    wait_until(lambda: api.get(path).json()["status"] == "ended", 120, "the choice")
    found = api.get(path).json()
    chosen = next(each for each in found["tried"] if each["run_id"] == found["chosen_run_id"])
    assert chosen["metric"] == max(each["metric"] for each in found["tried"])

    def model(model_id):
        return api.get(f"models/{model_id}").json()

    wait_until(lambda: model(found["chosen_model_id"])["verdict"] is not None, 60, "the verdict")
    others = {each["model_id"] for each in found["tried"]} - {found["chosen_model_id"]}
    assert [model(other)["verdict"] for other in others] == [None]
    told = [e["data"].get("message", "") for e in events(api, chosen["run_id"])]
    assert any("prove was not opened" in line for line in told)

    rate = chosen["values"]["arguments.learning_rate"]
    alone = recipe | {"arguments": recipe["arguments"] | {"learning_rate": rate}}
    run = wait_for_end(api, start(api, alone)["id"])
    by_itself, proven = model(run["model_id"]), model(found["chosen_model_id"])
    assert proven["after"] == pytest.approx(by_itself["after"])
    assert proven["before"] == pytest.approx(by_itself["before"])
    assert proven["verdict"]["models_judged"] == 2, "the run by itself was judged by the same rows"
    compared = api.get("runs/compare", params={"run": [chosen["run_id"], run["id"]]}).json()
    assert compared["runs"][1]["choose"]["gap"]["difference"] == pytest.approx(0)
    assert {each["path"] for each in compared["settings"]} == set()
