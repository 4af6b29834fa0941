"""What each of two processes does in test_devices_together.py: python training_together.py BERT OUT."""

import atexit
import json
import sys
from pathlib import Path

import torch
from datasets import Dataset
from safetensors.torch import save_file
from torch import distributed

from tests.tiny_model import sentences
from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.evaluation import EmbeddingSimilarityEvaluator
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

ROWS = 45
PAIRS = Dataset.from_dict({"a": sentences(ROWS, seed=1), "b": sentences(ROWS, seed=2)})
CLASSES = PAIRS.select(range(30)).add_column("label", [i % 3 for i in range(30)])


def trainer(bert: str, folder: Path, batch_size: int, **options):
    """A training of `PAIRS` with negatives from all processes, or of what `options` say."""
    model = SentenceTransformer(bert, device="cpu")
    ranking = losses.MultipleNegativesRankingLoss(model, gather_across_devices=True)
    softmax = losses.SoftmaxLoss(model, 32, 3)
    torch.nn.init.constant_(softmax.classifier.weight, 0.01)
    is_several = options.pop("several", False)
    judged = options.pop("judged", False)
    defaults = {
        "num_train_epochs": 2,
        "per_device_train_batch_size": batch_size,
        "per_device_eval_batch_size": batch_size,
        "learning_rate": 1e-3,
        "dataloader_drop_last": True,
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
        "seed": 5,
    }
    return SentenceTransformerTrainer(
        model,
        SentenceTransformerTrainingArguments(str(folder), **(defaults | options)),
        {"pairs": PAIRS, "classes": CLASSES} if is_several else PAIRS,
        PAIRS.select(range(13)) if judged else None,
        {"pairs": ranking, "classes": softmax} if is_several else ranking,
        EmbeddingSimilarityEvaluator(PAIRS["a"], PAIRS["b"], range(ROWS)) if judged else None,
    )


CASES = {
    "one dataset": {},
    "without duplicates": {"batch_sampler": "no_duplicates"},
    "several datasets": {"several": True},
    "accumulated": {"gradient_accumulation_steps": 2},
}


def main(bert: str, out: Path) -> None:
    rank = {"rank": 0}
    atexit.register(
        lambda: (out / f"left-{rank['rank']}").write_text(str(not distributed.is_initialized()))
    )
    for name, options in CASES.items():
        running = trainer(bert, out / name, 4, **options)
        rank["rank"] = running.args.process_index
        running.train()
        tell(out, name, running)
    folder = out / "stopped"
    saving = {"save_strategy": "steps", "save_steps": 2, "judged": True}
    judging = {"eval_strategy": "steps", "eval_steps": 2, "load_best_model_at_end": False}
    running = trainer(bert, folder, 4, **saving, **judging)
    running.train()
    tell(out, "judged", running)
    again = trainer(bert, folder, 4, **saving, **judging)
    again.train(resume_from_checkpoint=str(folder / "checkpoint-4"))
    tell(out, "resumed", again)


def tell(out: Path, name: str, running: SentenceTransformerTrainer) -> None:
    place = out / f"{name}-{running.args.process_index}"
    state = {k: v.clone().contiguous() for k, v in running.goal.state_dict().items()}
    own = {k: v for k, v in state.items() if not k.startswith("loss.model")}
    save_file(own, place.with_suffix(".safetensors"))
    place.with_suffix(".json").write_text(json.dumps(running.state.log_history))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
