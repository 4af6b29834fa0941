"""Can alike pairs be told from unlike ones by how near they are?"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from backend.catalog.rows import Statistic
from backend.catalog.statistics import metric_of
from worker.engine.evaluation.embeddings import Embedder, embed_once, named_functions, similarity_of
from worker.engine.evaluation.examples import Example, columns_of
from worker.engine.evaluation.item_evaluator import (
    ItemEvaluator,
    check_lengths,
    file_name,
    row_keys,
)
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.thresholds import best_accuracy, best_f1, matthews
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
        show_progress_bar: bool | None = False,
        write_csv: bool = True,
        truncate_dim: int | None = None,
        similarity_fn_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
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
        self.similarity_fn_names = named_functions(similarity_fn_names)
        self.csv_file = file_name("binary_classification_evaluation", name)

    @classmethod
    def from_input_examples(cls, examples: Sequence[Example], **kwargs: Any) -> Self:
        """From examples of two texts and a label each."""
        first, second = columns_of(examples)
        return cls(first, second, [example.label for example in examples], **kwargs)

    @staticmethod
    def find_best_acc_and_threshold(
        scores: ArrayLike, labels: ArrayLike, high_score_more_similar: bool
    ) -> tuple[float, float]:
        """The largest share of pairs judged rightly, and the threshold that gives it."""
        return best_accuracy(np.asarray(scores), np.asarray(labels), high_score_more_similar)

    @staticmethod
    def find_best_f1_and_threshold(
        scores: ArrayLike, labels: ArrayLike, high_score_more_similar: bool
    ) -> tuple[float, float, float, float]:
        """The largest F1, its precision and recall, and the threshold that gives them."""
        return best_f1(np.asarray(scores), np.asarray(labels), high_score_more_similar)

    def compute_metrics(self, model: Embedder) -> dict[str, dict[str, float]]:
        """METRICS by function, without their prefixes."""
        return self._judge(self._alike(model))

    compute_metrices = compute_metrics  # as it was spelled before

    def measure(self, model: Embedder) -> Outcome:
        labels = np.asarray(self.labels)
        alike = self._alike(model)
        found = self._judge(alike)
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
            item_keys=row_keys(len(labels)),
            line={f"{fn}_{metric}": found[fn][metric] for fn in found for metric in METRICS},
        )

    def _alike(self, model: Embedder) -> dict[str, np.ndarray]:
        """How alike each pair is by each function: N, high is alike."""
        vectors = embed_once(partial(self.embed_inputs, model), self.sentences1 + self.sentences2)
        first, second = vectors[: len(self.labels)], vectors[len(self.labels) :]
        return {
            fn: PAIRWISE[SimilarityFunction(fn)](first, second).cpu().numpy()
            for fn in self.similarity_fn_names or [similarity_of(model)]
        }

    def _judge(self, alike: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
        labels = np.asarray(self.labels)
        return {fn: _judged(alike_N, labels, fn) for fn, alike_N in alike.items()}


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
        "ap": metric_of(Statistic.AVERAGE_PRECISION, np.column_stack([alike_N, labels_N])),
        "mcc": matthews(labels_N, predicted),
    }
