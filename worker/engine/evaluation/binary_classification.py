"""Can alike pairs be told from unlike ones by how near they are?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from backend.catalog.rows import Statistic
from backend.catalog.statistics import average_precision
from worker.engine.evaluation.embeddings import embed_once
from worker.engine.evaluation.evaluator import ItemEvaluator, check_lengths
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.thresholds import best_accuracy, best_f1, matthews
from worker.engine.model import SentenceTransformer
from worker.engine.similarity import PAIRWISE, SimilarityFunction

DISTANCES = (SimilarityFunction.MANHATTAN, SimilarityFunction.EUCLIDEAN)
"""Shown as positive distances: alike is low."""

METRICS = (
    "accuracy", "accuracy_threshold", "f1", "precision", "recall", "f1_threshold", "ap", "mcc",
)  # fmt: skip


class BinaryClassificationEvaluator(ItemEvaluator):
    """Accuracy, F1, average precision and Matthews' correlation of pairs labelled 0 or 1.

    Metrics: {fn}_{metric} for each of METRICS, thresholds chosen on these pairs; with several
    functions also max_{metric}. Primary: {fn}_ap or max_ap. Items: (score, label), high is alike.
    Errors: ValueError for columns of different lengths, a label that isn't 0 or 1, an unknown
    function.
    """

    def __init__(
        self,
        sentences1: Sequence[str],
        sentences2: Sequence[str],
        labels: Sequence[int],
        name: str = "",
        batch_size: int = 32,
        show_progress_bar: bool = False,
        write_csv: bool = True,
        truncate_dim: int | None = None,
        similarity_fn_names: Sequence[str] | None = None,
    ) -> None:
        check_lengths(sentences1=sentences1, sentences2=sentences2, labels=labels)
        if wrong := [label for label in labels if label not in (0, 1)]:
            raise ValueError(f"A label is 0 (unlike) or 1 (alike), and one is {wrong[0]!r}.")
        self.sentences1 = list(sentences1)
        self.sentences2 = list(sentences2)
        self.labels = list(labels)
        self.name = name
        self.batch_size = batch_size
        self.show_progress_bar = show_progress_bar
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.similarity_fn_names = [SimilarityFunction(n).value for n in similarity_fn_names or ()]
        parts = ("binary_classification_evaluation", name, "results.csv")
        self.csv_file = "_".join(part for part in parts if part)

    def functions(self, model: SentenceTransformer) -> list[str]:
        return self.similarity_fn_names or [model.similarity_fn_name]

    def csv_columns(self, functions: Sequence[str]) -> list[tuple[str, str]]:
        return [(f"{fn}_{metric}",) * 2 for fn in functions for metric in METRICS]

    def measure(self, model: SentenceTransformer) -> Outcome:
        vectors = embed_once(
            model.encode,
            self.sentences1 + self.sentences2,
            batch_size=self.batch_size,
            show_progress_bar=self.show_progress_bar,
            truncate_dim=self.truncate_dim,
        )
        first, second = vectors[: len(self.labels)], vectors[len(self.labels) :]
        labels = np.asarray(self.labels)
        alike = {
            fn: PAIRWISE[SimilarityFunction(fn)](first, second).numpy()
            for fn in self.functions(model)
        }
        found = {fn: _judged(scores, labels, fn) for fn, scores in alike.items()}
        metrics = {
            f"{fn}_{k}": value for fn, values in found.items() for k, value in values.items()
        }
        best = max(found, key=lambda fn: found[fn]["ap"])
        if len(found) > 1:
            metrics |= {f"max_{k}": max(values[k] for values in found.values()) for k in METRICS}
        return Outcome(
            metrics=self.named(metrics),
            primary_metric=self.prefixed("max_ap" if len(found) > 1 else f"{best}_ap"),
            items=np.stack([alike[best].astype(np.float64), labels.astype(float)], axis=1),
            statistic=Statistic.AVERAGE_PRECISION,
            item_keys=[str(row) for row in range(len(labels))],
        )

    def get_config_dict(self) -> dict[str, Any]:
        return {} if self.truncate_dim is None else {"truncate_dim": self.truncate_dim}


def _judged(alike_N: np.ndarray, labels_N: np.ndarray, fn: str) -> dict[str, float]:
    """Every metric of one similarity function."""
    is_distance = fn in DISTANCES
    scores_N = -alike_N if is_distance else alike_N
    accuracy, accuracy_threshold = best_accuracy(scores_N, labels_N, not is_distance)
    f1, precision, recall, f1_threshold = best_f1(scores_N, labels_N, not is_distance)
    predicted = scores_N <= f1_threshold if is_distance else scores_N >= f1_threshold
    return {
        "accuracy": accuracy,
        "accuracy_threshold": accuracy_threshold,
        "f1": f1,
        "f1_threshold": f1_threshold,
        "precision": precision,
        "recall": recall,
        "ap": average_precision(np.column_stack([alike_N, labels_N])),
        "mcc": matthews(labels_N, predicted),
    }
