"""Weights that a loss has of its own come back from a checkpoint bit for bit."""

import pytest
import torch
from transformers import TrainerCallback

from tests.quick import slow_but
from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

WITH_WEIGHTS = {
    "second tower": losses.ContrastiveTensionLoss,
    "second tower and scale": losses.ContrastiveTensionLossInBatchNegatives,
    "decoder": losses.DenoisingAutoEncoderLoss,
    "decoder, wrapped": lambda m: losses.AdaptiveLayerLoss(m, losses.DenoisingAutoEncoderLoss(m)),
}


class StopAtTwo(TrainerCallback):
    def on_save(self, args, state, control, **kwargs):
        if state.global_step == 2:
            raise KeyboardInterrupt


def trainer(bert, pairs, make, folder, *callbacks):
    model = SentenceTransformer(bert, device="cpu")
    torch.manual_seed(0)  # what a decoder hasn't got from the encoder is random
    args = SentenceTransformerTrainingArguments(
        str(folder),
        max_steps=4,
        per_device_train_batch_size=8,
        learning_rate=1e-3,
        save_strategy="steps",
        save_steps=1,
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        seed=11,
    )
    return SentenceTransformerTrainer(
        model, args, pairs, loss=make(model), callbacks=list(callbacks)
    )


def all_weights(of):
    return {name: weight.clone() for name, weight in of.goal.state_dict().items()}


@pytest.mark.parametrize("name", slow_but(WITH_WEIGHTS, "second tower"))
def test_a_resumed_training_has_the_weights_of_one_never_stopped(name, tiny_bert, pairs, tmp_path):
    make = WITH_WEIGHTS[name]
    whole = trainer(tiny_bert, pairs, make, tmp_path / "whole")
    begun_with = all_weights(whole)
    whole.train()

    stopped = trainer(tiny_bert, pairs, make, tmp_path / "parts", StopAtTwo())
    with pytest.raises(KeyboardInterrupt):
        stopped.train()
    resumed = trainer(tiny_bert, pairs, make, tmp_path / "parts")
    with torch.no_grad():
        for weight in resumed.goal.loss_weights().values():
            weight.zero_()  # nothing but the checkpoint brings them back
    resumed.train(resume_from_checkpoint=True)

    expected, found = all_weights(whole), all_weights(resumed)
    assert [n for n in expected if not torch.equal(expected[n], found[n])] == []
    own = {f"loss.{n}" for n in whole.goal.loss_weights()}
    assert any(not torch.equal(expected[n], begun_with[n]) for n in own)
