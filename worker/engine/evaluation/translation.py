"""Is each sentence's translation the nearest of all?

Legend: N pairs; C of them are compared with all at once.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import Embedder, embed_once
from worker.engine.evaluation.item_evaluator import (
    ItemEvaluator,
    check_lengths,
    file_name,
    row_keys,
)
from worker.engine.evaluation.outcome import Outcome
from worker.engine.similarity import normalize_embeddings

CHUNK = 1024
"""Sentences that are compared with all others at once."""


class TranslationEvaluator(ItemEvaluator):
    """The share of sentences whose nearest in the other language, by cosine, is their translation.

    Metrics: src2trg_accuracy, trg2src_accuracy and, primary, mean_accuracy. An equal text in
    another row counts as right. Items: 0, ½ or 1 a row: how many of its two directions are right.
    `print_wrong_matches` prints each wrong source with the five nearest targets.
    Errors: ValueError for columns of different lengths.
    """

    def __init__(
        self,
        source_sentences: Sequence[str],
        target_sentences: Sequence[str],
        show_progress_bar: bool | None = False,
        batch_size: int = 16,
        name: str = "",
        print_wrong_matches: bool = False,
        write_csv: bool = True,
        truncate_dim: int | None = None,
    ) -> None:
        super().__init__()
        check_lengths(source_sentences=source_sentences, target_sentences=target_sentences)
        self.source_sentences = list(source_sentences)
        self.target_sentences = list(target_sentences)
        self.show_progress_bar = show_progress_bar
        self.batch_size = batch_size
        self.name = name
        self.print_wrong_matches = print_wrong_matches
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.primary_metric = "mean_accuracy"
        self.csv_file = file_name("translation_evaluation", name)

    def measure(self, model: Embedder) -> Outcome:
        embed = partial(self.embed_inputs, model)
        source_ND = normalize_embeddings(embed_once(embed, self.source_sentences))
        target_ND = normalize_embeddings(embed_once(embed, self.target_sentences))
        found = [
            _is_right(_nearest(source_ND, target_ND), self.target_sentences),
            _is_right(_nearest(target_ND, source_ND), self.source_sentences),
        ]
        if self.print_wrong_matches:
            for row in np.flatnonzero(~found[0]):
                self._print_wrong_match(int(row), target_ND @ source_ND[row])
        to_target, to_source = (float(right_N.mean()) for right_N in found)
        metrics = {"src2trg_accuracy": to_target, "trg2src_accuracy": to_source}
        metrics["mean_accuracy"] = (to_target + to_source) / 2
        return Outcome(
            metrics=self.named(metrics),
            primary_metric=self.prefixed("mean_accuracy"),
            items=np.mean(found, axis=0),
            statistic=Statistic.MEAN,
            item_keys=row_keys(len(self.source_sentences)),
            line={"src2trg": to_target, "trg2src": to_source},
        )

    def _print_wrong_match(self, row: int, scores_N: Tensor) -> None:
        scores, places = (t.tolist() for t in scores_N.topk(min(5, len(scores_N))))
        print(f"\nSource {row} is nearer to target {places[0]} than to its own.")
        print(f"Source: {self.source_sentences[row]}")
        print(f"Target: {self.target_sentences[row]} ({scores_N[row]:.4f})")
        for score, place in zip(scores, places, strict=True):
            print(f"\t{place} {self.target_sentences[place]} ({score:.4f})")


def _nearest(from_ND: Tensor, to_ND: Tensor) -> list[int]:
    """The row of `to_ND` with the largest dot product, for each of `from_ND`; the first of equals."""
    return torch.cat(
        [(some_CD @ to_ND.T).argmax(dim=1) for some_CD in torch.split(from_ND, CHUNK)]
    ).tolist()


def _is_right(nearest: Sequence[int], texts: Sequence[str]) -> np.ndarray:
    return np.array([texts[place] == text for place, text in zip(nearest, texts, strict=True)])
