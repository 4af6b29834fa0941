"""A training with an adapter: it begins as the base model, resumes exactly, ends as a plain model."""

from pathlib import Path

import numpy as np
import pytest
import sentence_transformers
import torch
from safetensors.torch import load_file

from backend.recipes.schemas import Recipe
from tests.quick import slow_but
from tests.tiny_architectures import ARCHITECTURES, write_tiny
from tests.tiny_model import sentences, write_tiny_bert
from tests.worker.engine.together import run_together
from tests.worker.jobs import trained_together
from tests.worker.jobs.attempts import TEXTS, placed, recipe_for, table_for, told, train
from worker.engine.checkpoints.folders import newest_first
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import StaticEmbedding
from worker.exits import Exit
from worker.jobs import adapter, ending
from worker.jobs.folder import JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.report import Report
from worker.jobs.train import Training
from worker.jobs.train_order import TrainOrder
from worker.jobs.train_result import TrainResult

PAIRS = {"question": TEXTS[0], "answer": TEXTS[1]}
RANKING = "MultipleNegativesRankingLoss"
LEARNING = {"learning_rate": 1e-2, "logging_steps": 1, "eval_steps": 1, "save_steps": 1}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_bert(tmp_path_factory.mktemp("tiny"), dropout=0.1)


def adapted(loss: str = RANKING, columns=PAIRS, lora=None, **arguments) -> Recipe:
    """What the last step left becomes the model: no row is kept aside to choose another by."""
    recipe, _ = recipe_for(loss, columns, **LEARNING | arguments)
    plain = recipe.model_dump(mode="json")
    plain["datasets"][0]["held_out"] = {"choose_rows": 0, "prove_rows": 20}
    lora = {"rank": 4, "dropout": 0.1} if lora is None else lora
    return Recipe.model_validate({**plain, "lora": lora or None})


def ordered(tmp_path, tiny, recipe: Recipe, columns=PAIRS) -> JobFolder:
    return placed(tmp_path, tiny, recipe, columns)


def attempt(folder: JobFolder, tmp_path, n: int, **changes) -> JobFolder:
    order = TrainOrder.model_validate(folder.job())
    made = JobFolder(tmp_path / f"attempt-{n}")
    made.create(order.model_copy(update=changes))
    return made


def curve(*folders: JobFolder) -> dict[int, float]:
    lines = [data for folder in folders for data in told(folder, "metrics")]
    return {data["step"]: data["loss"] for data in lines if "loss" in data}


def weights(folder: JobFolder) -> dict[str, torch.Tensor]:
    return load_file(folder.result / "model" / "model.safetensors")


@pytest.fixture(scope="module")
def whole(tiny, tmp_path_factory):
    """A training with an adapter that nothing disturbed."""
    folder = ordered(tmp_path_factory.mktemp("whole"), tiny, adapted())
    assert train(folder) is Exit.DONE, folder.problem()
    return folder


def test_what_is_saved_is_a_plain_model_that_is_served_as_it_was_measured(whole, tiny):
    place = whole.result / "model"
    assert not list(place.rglob("*adapter*"))
    base, tuned = load_file(tiny / "model.safetensors"), weights(whole)
    assert tuned.keys() == base.keys()
    changed = {name for name in base if not base[name].equal(tuned[name])}
    assert changed
    assert all(name.endswith(".weight") and base[name].ndim == 2 for name in changed)
    assert not {name for name in changed if "embeddings" in name}, "only linear layers have one"
    ours = SentenceTransformer(place, device="cpu").encode(TEXTS[0])
    theirs = sentence_transformers.SentenceTransformer(str(place), device="cpu").encode(TEXTS[0])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
    result = TrainResult.model_validate_json((whole.result / "result.json").read_text())
    assert result.served is not None
    assert result.proof is not None


def test_log_and_card_say_it(whole):
    said = [line["message"] for line in told(whole, "log")]
    assert any("LoRA, rank 4" in line and "weights are trained" in line for line in said)
    assert not any("learning rate is small" in line for line in said)
    assert "LoRA, rank 4" in (whole.result / "model" / "README.md").read_text()


def test_a_checkpoint_holds_the_adapter_alone(whole):
    """So it takes no more room than was reckoned with."""
    files = list(newest_first(whole.checkpoints)[0].rglob("*.safetensors"))
    assert files
    assert all("lora_" in name for file in files for name in load_file(file))


def test_it_begins_as_the_base_model(tmp_path, tiny):
    """The first step's loss is that of a training of all weights: the adapter begins at nothing."""
    steps = {"max_steps": 1}
    whole_bert = write_tiny_bert(tmp_path / "undropped", dropout=0.0)
    (tmp_path / "all").mkdir()
    alone = ordered(tmp_path, whole_bert, adapted(lora={"rank": 4}, **steps))
    every = ordered(tmp_path / "all", whole_bert, adapted(lora={}, **steps))
    assert train(alone) is train(every) is Exit.DONE
    assert curve(alone) == pytest.approx(curve(every), abs=1e-6)


def test_stopped_and_resumed_it_ends_bit_for_bit_the_same(tmp_path, whole):
    folder = attempt(whole, tmp_path, 1)
    lifeline = Lifeline()
    training = Training(folder, lifeline)
    report_metrics = training.report.metrics

    def stop_at_step_2(step, *args, **figures):
        report_metrics(step, *args, **figures)
        if step == 2 and "loss" in figures:
            lifeline.wants_stop.set()

    training.report.metrics = stop_at_step_2
    assert ending.run(folder, training.run) is Exit.DRAINED
    again = attempt(whole, tmp_path, 2, earlier=newest_first(folder.checkpoints))
    torch.manual_seed(999)  # another process would have another state too
    assert train(again) is Exit.DONE, again.problem()
    assert any("resuming" in line["message"] for line in told(again, "log"))
    assert curve(folder, again) == curve(whole)
    assert all(weights(again)[name].equal(each) for name, each in weights(whole).items())


@pytest.mark.slow
def test_a_step_learns_the_same_in_less_memory(tmp_path, tiny):
    recipe = adapted(lora={"rank": 4})
    undropped = write_tiny_bert(tmp_path / "undropped", dropout=0.0)
    folder = ordered(tmp_path, undropped, recipe)
    assert train(folder) is Exit.DONE, folder.problem()
    quarter = attempt(folder, tmp_path, 2, halvings=2)
    assert train(quarter) is Exit.DONE, quarter.problem()
    assert curve(quarter) == pytest.approx(curve(folder), rel=1e-4)


EVERY_FORM = ("SoftmaxLoss", "MatryoshkaLoss", "DenoisingAutoEncoderLoss", "AdaptiveLayerLoss")


@pytest.mark.parametrize("loss", slow_but(EVERY_FORM, "SoftmaxLoss"))
def test_losses_with_weights_of_their_own_train_beside_it(tmp_path, tiny, loss):
    columns = table_for(loss)
    folder = ordered(tmp_path, tiny, adapted(loss, columns, max_steps=2), columns)
    assert train(folder) is Exit.DONE, folder.problem()
    assert sorted(curve(folder)) == [1, 2]


@pytest.mark.slow
@pytest.mark.timeout(400)  # two processes that import torch
def test_two_processes_learn_together(tmp_path, tiny):
    undropped = write_tiny_bert(tmp_path / "undropped", dropout=0.0)
    folder = ordered(tmp_path, undropped, adapted(lora={"rank": 4}))
    run_together(Path(trained_together.__file__), str(folder.path))
    assert any("2 processes train" in line["message"] for line in told(folder, "log"))
    assert len(set(curve(folder).values())) > 1
    assert weights(folder).keys() == load_file(undropped / "model.safetensors").keys()


def test_without_the_package_it_is_refused_with_the_command(tmp_path, tiny, monkeypatch):
    monkeypatch.setattr(adapter, "is_peft_available", lambda: False)
    folder = ordered(tmp_path, tiny, adapted())
    assert train(folder) is Exit.REFUSED
    assert folder.problem()["code"] == "no_peft"
    assert "pip install 'likewise[lora]'" in folder.problem()["detail"]
    assert "measuring the base model" not in folder.spool.read_text(), "it is told before any work"


def test_a_model_of_static_embeddings_can_have_none(tmp_path, tiny):
    tokenizer = SentenceTransformer(tiny, device="cpu").tokenizer
    static = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=32)])
    static.save_pretrained(str(tmp_path / "static"))
    folder = ordered(tmp_path, tmp_path / "static", adapted())
    assert train(folder) is Exit.REFUSED
    assert folder.problem()["code"] == "no_place_for_an_adapter"
    assert "Leave lora out" in folder.problem()["detail"]
    assert "measuring the base model" not in folder.spool.read_text(), "it is told before any work"


def test_a_small_learning_rate_is_told_of(tmp_path, tiny):
    spool = tmp_path / "spool"
    model = SentenceTransformer(tiny, device="cpu")
    adapter.put_on(adapted(learning_rate=2e-5), model, Report(spool))
    [warned] = [line for line in spool.read_text().splitlines() if '"warning"' in line]
    assert "2e-05" in warned
    assert "0.0002" in warned


IN_THE_CATALOGUE = ("bert", "mpnet", "xlm-roberta", "modernbert", "t5", "deberta", "albert")


@pytest.mark.parametrize("name", slow_but(ARCHITECTURES, *IN_THE_CATALOGUE))
def test_every_architecture_takes_one_and_gives_it_up(name, tmp_path):
    model = SentenceTransformer(write_tiny(name, tmp_path / "base"), device="cpu")
    texts = sentences(8, seed=3)
    plain, names = model.encode(texts), set(model.state_dict())
    recipe = adapted()
    adapter.put_on(recipe, model, Report(tmp_path / "spool"))
    np.testing.assert_array_equal(model.encode(texts), plain)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weight in [w for n, w in model.named_parameters() if "lora_B" in n]:
            weight.copy_(torch.randn(weight.shape, generator=generator) * 0.1)
    tuned = model.encode(texts)
    assert np.abs(tuned - plain).max() > 1e-3
    adapter.merge(recipe, model)
    np.testing.assert_allclose(model.encode(texts), tuned, rtol=0, atol=1e-4)
    assert set(model.state_dict()) == names
