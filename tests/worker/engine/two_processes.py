"""What each of two processes does in test_several_devices.py: one half of each batch, under DDP."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from tests.tiny_model import sentences
from worker.engine import losses
from worker.engine.losses import Loss
from worker.engine.model import SentenceTransformer
from worker.engine.objective import Objective

COLUMNS = [sentences(8, seed=seed) for seed in range(3)]
EVERY_DIRECTION = ("query_to_doc", "query_to_query", "doc_to_query", "doc_to_doc")


def cases(model: SentenceTransformer, guide: SentenceTransformer) -> dict[str, Loss]:
    gathered = {"gather_across_devices": True}
    return {
        "ranking": losses.MultipleNegativesRankingLoss(model, **gathered),
        "ranking in every direction": losses.MultipleNegativesRankingLoss(
            model, directions=EVERY_DIRECTION, **gathered
        ),
        "cached ranking": losses.CachedMultipleNegativesRankingLoss(
            model, mini_batch_size=3, **gathered
        ),
        "cached ranking of each": losses.CachedMultipleNegativesRankingLoss(
            model, mini_batch_size=3
        ),
        "guided": losses.GISTEmbedLoss(model, guide, **gathered),
        "cached guided": losses.CachedGISTEmbedLoss(model, guide, mini_batch_size=3, **gathered),
        "cached widths": losses.MatryoshkaLoss(
            model,
            losses.CachedMultipleNegativesRankingLoss(model, mini_batch_size=3, **gathered),
            [32, 8],
        ),
    }


def gradients(objective: torch.nn.Module, model: SentenceTransformer, rows: slice) -> dict:
    """Those of these rows of COLUMNS, by the names of the model's weights."""
    objective.zero_grad()
    objective([model.preprocess(texts[rows]) for texts in COLUMNS], None).backward()
    return {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}


def models(folder: Path) -> tuple[SentenceTransformer, SentenceTransformer]:
    learning, guide = (SentenceTransformer(folder / n, device="cpu") for n in ("bert", "guide"))
    return learning.double(), guide.double()


def work(rank: int, folder: Path) -> None:
    """Write the gradients that this process has after each case to `folder`."""
    torch.set_num_threads(1)
    meeting = f"file://{folder / 'meeting'}"
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=2)
    model, guide = models(folder)
    rows = slice(4 * rank, 4 * rank + 4)
    for name, loss in cases(model, guide).items():
        wrapped = DistributedDataParallel(Objective(model, loss), find_unused_parameters=True)
        for _ in range(2):  # the second pass is where a reducer that lost count would fail
            found = gradients(wrapped, model, rows)
        save_file(found, folder / f"{name} {rank}.safetensors")
    distributed.destroy_process_group()
