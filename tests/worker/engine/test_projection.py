"""A projection to a teacher's width is trained, kept in checkpoints, and resumed from them."""

import pytest
import torch
from datasets import Dataset
from safetensors.torch import load_file

from tests.tiny_model import sentences
from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

ROWS, TEACHER_WIDTH = 24, 7
OF_TEACHER = torch.randn(ROWS, TEACHER_WIDTH, generator=torch.Generator().manual_seed(5))
TAUGHT = Dataset.from_dict({"text": sentences(ROWS), "label": OF_TEACHER.tolist()})


def trainer(bert, make, folder, steps):
    model = SentenceTransformer(bert, device="cpu")
    torch.manual_seed(0)  # a projection begins at random
    args = SentenceTransformerTrainingArguments(
        str(folder),
        max_steps=steps,
        per_device_train_batch_size=8,
        learning_rate=1e-3,
        lr_scheduler_type="constant",
        save_strategy="steps",
        save_steps=2,
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        seed=11,
    )
    return SentenceTransformerTrainer(model, args, TAUGHT, loss=make(model))


@pytest.mark.parametrize(
    "make",
    [
        lambda model: losses.MSELoss(model, TEACHER_WIDTH),
        lambda model: losses.EmbedDistillLoss(model, "cosine", TEACHER_WIDTH),
    ],
    ids=["MSELoss", "EmbedDistillLoss"],
)
@pytest.mark.slow
def test_a_projection_comes_through_a_checkpoint(make, tiny_bert, tmp_path):
    whole = trainer(tiny_bert, make, tmp_path / "whole", steps=4)
    begun_with = whole.loss.projection.weight.clone()
    whole.train()
    assert not torch.equal(whole.loss.projection.weight, begun_with)

    trainer(tiny_bert, make, tmp_path / "parts", steps=2).train()
    resumed = trainer(tiny_bert, make, tmp_path / "parts", steps=4)
    torch.nn.init.zeros_(resumed.loss.projection.weight)  # only the checkpoint brings it back
    resumed.train(resume_from_checkpoint=True)
    assert torch.equal(resumed.loss.projection.weight, whole.loss.projection.weight)
    assert torch.equal(resumed.loss.projection.bias, whole.loss.projection.bias)


def test_a_trained_projection_can_be_saved_alone(tiny_bert, tmp_path):
    taught = trainer(tiny_bert, lambda m: losses.MSELoss(m, TEACHER_WIDTH), tmp_path, steps=1)
    taught.train()
    taught.loss.save_projection(tmp_path / "projection.safetensors")
    saved = load_file(tmp_path / "projection.safetensors")
    assert torch.equal(saved["weight"], taught.loss.projection.weight)
