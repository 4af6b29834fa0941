"""`fit` and `old_fit` learn what the reference library's do, from the same loaders."""

import pytest
import torch
from sentence_transformers import InputExample as TheirExample
from sentence_transformers.sentence_transformer import datasets as their_datasets
from sentence_transformers.sentence_transformer import evaluation as their_evaluation
from sentence_transformers.sentence_transformer import losses as their_losses
from torch.utils.data import DataLoader

from likewise import InputExample, SentenceTransformer, datasets, evaluation, losses
from tests.quick import slow_but
from tests.tiny_model import sentences
from worker.engine.fitting.optimizing import SCHEDULES

ROWS = 44
COLUMNS = [sentences(ROWS, seed=column) for column in range(3)]


def loaders(example, losses, model):
    """Two loaders of unequal length: pairs with scores, and triplets."""
    scored = [
        example(texts=[a, b], label=(n % 5) / 4)
        for n, (a, b) in enumerate(zip(COLUMNS[0], COLUMNS[1], strict=True))
    ]
    triplets = [example(texts=list(row)) for row in zip(*COLUMNS, strict=True)]
    return [
        (DataLoader(scored, batch_size=8), losses.CosineSimilarityLoss(model)),
        (DataLoader(triplets[:30], batch_size=8), losses.MultipleNegativesRankingLoss(model)),
    ]


def fitted(model, method, example, losses, objectives=slice(None), **options):
    settings = {"epochs": 2, "warmup_steps": 3, "optimizer_params": {"lr": 1e-3}}
    chosen = loaders(example, losses, model)[objectives]
    options = settings | {"show_progress_bar": False} | options
    getattr(model, method)(chosen, **options)
    return {name: weight.detach().clone() for name, weight in model.state_dict().items()}


@pytest.fixture
def somewhere(tmp_path, monkeypatch):
    """The reference writes where it is."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def assert_same_weights(ours, theirs, within=1e-5):
    """But for the keys' biases: a softmax doesn't feel them, so that their gradients are rounding
    errors, which Adam brings to the size of any other."""
    assert len(ours) == len(theirs)
    for (name, mine), expected in zip(ours.items(), theirs.values(), strict=True):
        if not name.endswith("key.bias"):
            assert torch.allclose(mine, expected, atol=within), name


CASES = {
    "one loader": {"objectives": slice(0, 1)},
    "two loaders": {},
    "constant rate": {"scheduler": "constantlr"},
    "constant after warm-up": {"scheduler": "WarmupConstant"},
    "cosine": {"scheduler": "warmupcosine"},
    "cosine with restarts": {"scheduler": "WarmupCosineWithHardRestarts"},
    "steps": {"epochs": 1, "steps_per_epoch": 3},
    "another optimizer": {
        "optimizer_class": torch.optim.SGD,
        "optimizer_params": {"lr": 0.05, "momentum": 0.5},
        "weight_decay": 0.1,
        "max_grad_norm": 0.5,
    },
}


@pytest.mark.parametrize("method", ["fit", "old_fit"])
@pytest.mark.parametrize("case", slow_but(CASES, "two loaders", "steps"))
def test_the_weights_at_the_end_are_those_of_the_reference(case, method, ours, theirs, somewhere):
    mine = fitted(ours, method, InputExample, losses, **CASES[case])
    expected = fitted(theirs, method, TheirExample, their_losses, **CASES[case])
    assert_same_weights(mine, expected)


def test_fit_takes_loaders_without_duplicates(ours, theirs, somewhere):
    def run(model, example, losses, datasets):
        import random

        random.seed(5)
        rows = [example(texts=[a, b]) for a, b in zip(COLUMNS[0], COLUMNS[1], strict=True)]
        loader = datasets.NoDuplicatesDataLoader(rows, batch_size=8)
        loss = losses.MultipleNegativesRankingLoss(model)
        model.fit([(loader, loss)], warmup_steps=0, show_progress_bar=False)
        return model.state_dict()

    mine = run(ours, InputExample, losses, datasets)
    assert_same_weights(mine, run(theirs, TheirExample, their_losses, their_datasets))


def test_old_fit_computes_in_16_bits_if_asked(ours, theirs, somewhere):
    mine = fitted(ours, "old_fit", InputExample, losses, use_amp=True)
    expected = fitted(theirs, "old_fit", TheirExample, their_losses, use_amp=True)
    assert_same_weights(mine, expected, within=2e-3)  # 16 bits round, each library in its order


def test_fit_computes_in_16_bits_if_asked(ours, somewhere):
    before = {name: weight.clone() for name, weight in ours.state_dict().items()}
    after = fitted(ours, "fit", InputExample, losses, use_amp=True)
    assert any(not torch.equal(before[name], after[name]) for name in before)
    assert all(weight.dtype == before[name].dtype for name, weight in after.items())


def judged(model, method, example, losses, evaluation, folder, **options):
    told = []
    evaluator = evaluation.EmbeddingSimilarityEvaluator(
        COLUMNS[0], COLUMNS[2], [(n * 7 % 11) / 10 for n in range(ROWS)]
    )
    fitted(
        model,
        method,
        example,
        losses,
        evaluator=evaluator,
        evaluation_steps=3,
        output_path=str(folder),
        callback=lambda score, epoch, steps: told.append((round(float(score), 4), epoch, steps)),
        **options,
    )
    return told


@pytest.mark.slow
def test_fit_tells_each_evaluation_and_keeps_the_best(ours, theirs, tmp_path, somewhere):
    mine = judged(ours, "fit", InputExample, losses, evaluation, tmp_path / "ours")
    expected = judged(
        theirs, "fit", TheirExample, their_losses, their_evaluation, tmp_path / "theirs"
    )
    assert mine == list(dict.fromkeys(expected))  # it evaluates the last step twice
    best = SentenceTransformer(tmp_path / "ours")
    reference = SentenceTransformer(tmp_path / "theirs")
    assert torch.allclose(
        torch.tensor(best.encode(COLUMNS[0])), torch.tensor(reference.encode(COLUMNS[0])), atol=1e-5
    )
    rows = (tmp_path / "ours" / "eval" / "similarity_evaluation_results.csv").read_text()
    assert len(rows.splitlines()) == 1 + len(mine)


def test_old_fit_tells_steps_within_the_epoch_and_keeps_the_best(ours, tmp_path):
    told = judged(ours, "old_fit", InputExample, losses, evaluation, tmp_path / "best")
    assert [(epoch, steps) for _, epoch, steps in told] == [(0, 3), (0, -1), (1, 3), (1, -1)]
    again = SentenceTransformer(tmp_path / "best")
    evaluator = evaluation.EmbeddingSimilarityEvaluator(
        COLUMNS[0], COLUMNS[2], [(n * 7 % 11) / 10 for n in range(ROWS)]
    )
    found = evaluator(again)[evaluator.primary_metric]
    assert found == pytest.approx(max(score for score, _, _ in told), abs=1e-4)


@pytest.mark.parametrize("method", ["fit", "old_fit"])
def test_an_evaluator_may_give_one_number_and_less_may_be_better(method, ours, tmp_path):
    class Falling(evaluation.SentenceEvaluator):
        def __init__(self):
            super().__init__()
            self.greater_is_better = False
            self.scores = iter([3.0, 1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0])

        def __call__(self, model, output_path=None, epoch=-1, steps=-1):
            return next(self.scores)

    told = []
    fitted(
        ours, method, InputExample, losses, slice(0, 1),
        evaluator=Falling(), output_path=str(tmp_path / "best"), epochs=2,
        callback=lambda *about: told.append(about[0]),
    )  # fmt: skip
    assert told == [3.0, 1.0]
    kept = SentenceTransformer(tmp_path / "best")
    assert torch.equal(
        kept[0].auto_model.pooler.dense.weight, ours[0].auto_model.pooler.dense.weight
    )


@pytest.mark.parametrize("method", ["fit", "old_fit"])
def test_without_an_evaluator_the_last_model_is_saved(method, ours, tmp_path):
    weights = fitted(ours, method, InputExample, losses, output_path=str(tmp_path / "model"))
    saved = SentenceTransformer(tmp_path / "model").state_dict()
    assert all(torch.equal(saved[name], weight) for name, weight in weights.items())


@pytest.mark.slow
def test_fit_resumes_from_its_newest_checkpoint(tiny_bert, tmp_path):
    options = {"checkpoint_path": str(tmp_path / "c"), "checkpoint_save_steps": 4}
    whole = fitted(
        SentenceTransformer(tiny_bert, device="cpu"), "fit", InputExample, losses, **options
    )
    for newer in (tmp_path / "c").glob("checkpoint-*"):
        if newer.name != "checkpoint-8":
            import shutil

            shutil.rmtree(newer)
    resumed = fitted(
        SentenceTransformer(tiny_bert, device="cpu"), "fit", InputExample, losses,
        resume_from_checkpoint=True, **options,
    )  # fmt: skip
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


@pytest.mark.slow
def test_resuming_without_a_checkpoint_begins_anew(ours, tmp_path, caplog):
    options = {"checkpoint_path": str(tmp_path / "none"), "resume_from_checkpoint": True}
    fitted(ours, "fit", InputExample, losses, slice(0, 1), epochs=1, **options)
    assert "begins anew" in caplog.text


def test_old_fit_keeps_the_newest_checkpoints(ours, tmp_path):
    options = {"checkpoint_path": str(tmp_path), "checkpoint_save_steps": 2}
    fitted(ours, "old_fit", InputExample, losses, checkpoint_save_total_limit=2, **options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["6", "8"]


def test_fit_leaves_nothing_where_it_was_called(ours, somewhere):
    fitted(ours, "fit", InputExample, losses, slice(0, 1), epochs=1)
    assert list(somewhere.iterdir()) == []


def test_examples_of_different_lengths_and_unknown_schedules_are_refused(ours):
    rows = [InputExample(texts=["a"]), InputExample(texts=["a", "b"])]
    loss = losses.MultipleNegativesRankingLoss(ours)
    with pytest.raises(ValueError, match=r"\[1, 2\] texts"):
        ours.fit([(DataLoader(rows, batch_size=2), loss)])
    with pytest.raises(ValueError, match="scheduler is one of"):
        ours.old_fit([(DataLoader(rows[:1]), loss)], scheduler="falling")
    assert len(SCHEDULES) == 5


def test_smart_batching_collate_makes_features_and_labels(ours, theirs):
    rows = [(["a cat", "the dog"], 0.5), (["a bird", "who ran"], 1.0)]
    features, labels = ours.smart_batching_collate(
        [InputExample(texts=t, label=s) for t, s in rows]
    )
    expected, scores = theirs.smart_batching_collate(
        [TheirExample(texts=t, label=s) for t, s in rows]
    )
    assert labels.tolist() == scores.tolist()
    assert [f["input_ids"].tolist() for f in features] == [
        f["input_ids"].tolist() for f in expected
    ]
