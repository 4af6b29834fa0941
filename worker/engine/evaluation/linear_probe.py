"""Do the embeddings tell the classes apart? An addition of ours.

Legend: N rows, R reference rows, D dimensions, F features, K classes.
"""

from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any

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
from worker.engine.evaluation.logistic import Logistic
from worker.engine.evaluation.outcome import Outcome

C = 10.0
"""What a wrong guess costs beside large weights. With features of length 1 in the mean, 10 was
within a point of the best of 0.01…100 on intents (77 classes) and on entailment (pairs)."""


class LinearProbeEvaluator(ItemEvaluator):
    """How often a linear classifier, fitted on frozen embeddings of other rows, names the class.

    `columns` are one list of texts, or two for classes of pairs; `reference_columns` and
    `reference_labels` are the rows to fit on, of which at most `max_reference_rows` are taken, at
    even distances. Base and tuned model each get their own classifier, made in the same way from
    the same rows; so they can be compared, which a head trained with one of them doesn't allow.

    Features: the embedding, or u, v, |u − v| of a pair; centred, and divided by one number, so
    that a model isn't judged by the length of its vectors. Classifier: logistic regression. A
    label is a class by any name, or a list of probabilities, of which the largest counts.
    Metrics: accuracy (primary), macro_f1: the mean over classes. Items: 1 where it is right, else 0.
    Errors: ValueError for columns of different lengths, and for a single class of reference.
    Source: Alain and Bengio 2016, arXiv 1610.01644; Conneau and Kiela 2018, arXiv 1803.05449
    """

    def __init__(
        self,
        columns: Sequence[Sequence[str]],
        labels: Sequence[Any],
        reference_columns: Sequence[Sequence[str]],
        reference_labels: Sequence[Any],
        max_reference_rows: int = 2000,
        name: str = "",
        batch_size: int = 32,
        show_progress_bar: bool | None = False,
        write_csv: bool = True,
        truncate_dim: int | None = None,
    ) -> None:
        super().__init__()
        if len(columns) not in (1, 2) or len(reference_columns) != len(columns):
            raise ValueError(
                f"A class belongs to one text or to two: columns has {len(columns)}, "
                f"reference_columns {len(reference_columns)}."
            )
        numbered = {f"columns[{i}]": texts for i, texts in enumerate(columns)}
        check_lengths(**numbered, labels=labels)
        numbered = {f"reference_columns[{i}]": texts for i, texts in enumerate(reference_columns)}
        check_lengths(**numbered, reference_labels=reference_labels)
        places = _spread(len(reference_labels), max_reference_rows)
        self.columns = [list(texts) for texts in columns]
        self.labels = [_class(label) for label in labels]
        self.reference_columns = [[texts[place] for place in places] for texts in reference_columns]
        self.reference_labels = [_class(reference_labels[place]) for place in places]
        if len(set(self.reference_labels)) < 2:
            raise ValueError("All reference rows are of one class: there is nothing to tell apart.")
        self.name = name
        self.batch_size = batch_size
        self.show_progress_bar = show_progress_bar
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.csv_file = file_name("linear_probe_evaluation", name)

    def measure(self, model: Embedder) -> Outcome:
        known = list(dict.fromkeys(self.reference_labels))
        numbers = {label: number for number, label in enumerate(known)}
        classes_R = np.array([numbers[label] for label in self.reference_labels])
        rows_RF, rows_NF = self._features(model)
        probe = Logistic.fitted(rows_RF, classes_R, len(known), C)
        guesses = [known[number] for number in probe.predict(rows_NF)]
        right_N = np.array(
            [guess == label for guess, label in zip(guesses, self.labels, strict=True)]
        )
        line = {"accuracy": float(right_N.mean()), "macro_f1": macro_f1(guesses, self.labels)}
        return Outcome(
            metrics=self.named(line),
            primary_metric=self.prefixed("accuracy"),
            items=right_N.astype(np.float64),
            statistic=Statistic.MEAN,
            item_keys=row_keys(len(right_N)),
            line=line,
        )

    def _features(self, model: Embedder) -> tuple[np.ndarray, np.ndarray]:
        """Of the reference and of the judged rows, R×F and N×F."""
        both = [
            [*reference, *judged]
            for reference, judged in zip(self.reference_columns, self.columns, strict=True)
        ]
        vectors = embed_once(
            partial(self.embed_inputs, model), [text for texts in both for text in texts]
        )
        columns = [part.double() for part in torch.split(vectors.cpu(), len(both[0]))]
        rows = torch.cat(
            columns + ([(columns[0] - columns[1]).abs()] if columns[1:] else []), dim=1
        )
        reference_RF = rows[: len(self.reference_labels)]
        rows = rows - reference_RF.mean(dim=0)
        rows = rows / _length(rows[: len(self.reference_labels)])
        return rows[: len(self.reference_labels)].numpy(), rows[
            len(self.reference_labels) :
        ].numpy()

    def get_config_dict(self) -> dict[str, Any]:
        return {"reference_rows": len(self.reference_labels)} | super().get_config_dict()


def _spread(count: int, most: int) -> list[int]:
    """At most `most` of `count` places, at even distances: a sorted table keeps its classes."""
    if count <= most:
        return list(range(count))
    return [place * count // most for place in range(most)]


def _class(label: Any) -> Hashable:
    """A label as a class: of probabilities, the place of the largest."""
    if isinstance(label, list | tuple | np.ndarray):
        return int(np.argmax(label))
    name: Hashable = label
    return name


def _length(rows_RF: Tensor) -> Tensor:
    """The root of the mean squared length of rows; at least 1e-12, so that nothing divides by 0."""
    return rows_RF.square().sum(dim=1).mean().sqrt().clamp(min=1e-12)


def macro_f1(guesses: Sequence[Hashable], labels: Sequence[Hashable]) -> float:
    """The mean over all classes, of guesses or labels, of F1 = 2 · hits / (guessed + true)."""
    pairs = list(zip(guesses, labels, strict=True))
    scores = []
    for one in dict.fromkeys([*guesses, *labels]):
        hits = sum(guess == label == one for guess, label in pairs)
        scores.append(2 * hits / sum((guess == one) + (label == one) for guess, label in pairs))
    return float(np.mean(scores))
