"""One training through a library's whole trainer, timed from train() to its return."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from datasets import Dataset
from torch.utils.data import BatchSampler, SequentialSampler
from transformers import PrinterCallback

from bench.sides import Side
from bench.texts import Pairs

MOST_ROWS = 5_000


@dataclass(frozen=True)
class Training:
    """A recipe: MultipleNegativesRankingLoss, or the cached form in chunks of `cached`."""

    pairs: Callable[[int], Pairs]
    batch_size: int
    steps: int
    cached: int | None = None

    @property
    def rows(self) -> int:
        return self.batch_size * self.steps

    def lasting(self, seconds: float, first: float, whole: float) -> Self:
        """The same with as many steps as fit into so long, by what one took and all that it has;
        not fewer than it has, and not more than there are rows."""
        fit = int(seconds * (self.steps - 1) / max(whole - first, 0.01))
        most = len(self.pairs(MOST_ROWS)) // self.batch_size
        return replace(self, steps=min(max(self.steps, fit), most))

    def run(self, side: Side, steps: int | None = None) -> tuple[float, list[float]]:
        """Seconds, and the loss of every step."""
        model = side.model()
        pairs = self.pairs(self.rows)
        with tempfile.TemporaryDirectory() as folder:
            trainer = side.library.SentenceTransformerTrainer(
                model,
                self._arguments(side, folder, steps or self.steps),
                train_dataset=Dataset.from_dict(
                    {"anchor": [a for a, _ in pairs], "positive": [b for _, b in pairs]}
                ),
                loss=self._loss(side, model),
            )
            trainer.remove_callback(PrinterCallback)
            began = time.perf_counter()
            trainer.train()
            seconds = time.perf_counter() - began
        return seconds, [line["loss"] for line in trainer.state.log_history if "loss" in line]

    def _loss(self, side: Side, model: Any) -> Any:
        losses = side.part("losses")
        if self.cached is None:
            return losses.MultipleNegativesRankingLoss(model)
        return losses.CachedMultipleNegativesRankingLoss(model, mini_batch_size=self.cached)

    def _arguments(self, side: Side, folder: str, steps: int) -> Any:
        return side.library.SentenceTransformerTrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=self.batch_size,
            max_steps=steps,
            learning_rate=2e-5,
            optim="adamw_torch_fused",
            batch_sampler=in_order,
            save_strategy="no",
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
            dataloader_pin_memory=False,
        )

    def real_token_share(self, side: Side) -> float:
        """Tokens of texts among all that a column-wise padded batch holds."""
        tokenizer = side.model().tokenizer
        pairs = self.pairs(self.rows)
        real = padded = 0
        for start in range(0, self.rows, self.batch_size):
            for column in zip(*pairs[start : start + self.batch_size], strict=True):
                ids = tokenizer(list(column), truncation=True, max_length=256)["input_ids"]
                lengths = [len(row) for row in ids]
                real += sum(lengths)
                padded += max(lengths) * len(lengths)
        return real / padded


def in_order(dataset: Any, batch_size: int, drop_last: bool, **_: Any) -> BatchSampler:
    """The rows as they stand, so that both libraries see the same batches."""
    return BatchSampler(SequentialSampler(dataset), batch_size, drop_last)
