"""Nothing that is chosen depends on *prove*: with other rows there, all choices are the same."""

import pytest

from backend.recipes.schemas import Recipe
from tests.tiny_model import sentences, write_tiny_bert
from tests.worker.jobs.attempts import SCORED, placed, recipe_for, told, train
from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.blend import blend
from worker.jobs.folder import SHARES_FILE, JobFolder
from worker.jobs.model_order import ModelOrder
from worker.jobs.model_work import ModelWork
from worker.jobs.train_order import TrainOrder

PARTS = ["train"] * 50 + ["choose"] * 15 + ["prove"] * 15


@pytest.fixture(scope="module")
def trainings(tmp_path_factory):
    """The same training twice, with other rows to prove by."""
    tiny = write_tiny_bert(tmp_path_factory.mktemp("tiny"), dropout=0.1)
    return [_trained(tmp_path_factory.mktemp("train"), tiny, seed) for seed in (91, 92)]


def _trained(folder, tiny, seed):
    new = sentences(30, seed)
    columns = {
        "one": [*SCORED["one"][:65], *new[:15]],
        "other": [*SCORED["other"][:65], *new[15:]],
        "score": [*SCORED["score"][:65], *(n % 6 / 5 for n in range(seed, seed + 15))],
        "part": PARTS,
    }
    recipe, _ = recipe_for("CoSENTLoss", columns, max_steps=12, eval_steps=4)
    plain = recipe.model_dump(mode="json")
    plain["datasets"][0]["held_out"] = {"part": "part"}
    made = placed(folder, tiny, Recipe.model_validate(plain), columns)
    assert train(made) is Exit.DONE, made.problem()
    return made


def test_checkpoint_and_curve_are_the_same_whatever_proves(trainings):
    weights = [(each.result / "model" / "model.safetensors").read_bytes() for each in trainings]
    assert weights[0] == weights[1]
    curves = [told(each, "metrics") for each in trainings]
    assert curves[0] == curves[1]
    verdicts = [(each.result / "result.json").read_text() for each in trainings]
    assert verdicts[0] != verdicts[1], "they were proved by other rows"


def test_the_share_of_a_blend_is_the_same_whatever_proves(trainings, tmp_path):
    found = []
    for n, trained in enumerate(trainings):
        folder = JobFolder(tmp_path / f"attempt-{n}")
        folder.create(
            ModelOrder(
                model_id="mdl_01h455vb4pex5vsknk084sn02q",
                model_name="a model",
                model_folder=trained.result / "model",
                proof_folder=None,
                train=TrainOrder.model_validate(trained.job()),
                wanted={},
            )
        )
        work = ModelWork(folder)
        assert ending.run(folder, lambda work=work: blend(work)) is Exit.DONE, folder.problem()
        found.append((folder.result / SHARES_FILE).read_text())
    assert found[0] == found[1]
