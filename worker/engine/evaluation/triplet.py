"""Is the right answer nearer than the wrong one?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import embed_once
from worker.engine.evaluation.evaluator import ItemEvaluator, check_lengths
from worker.engine.evaluation.outcome import Outcome
from worker.engine.model import SentenceTransformer
from worker.engine.similarity import PAIRWISE, SimilarityFunction


class TripletEvaluator(ItemEvaluator):
    """The share of triplets with sim(anchor, positive) > sim(anchor, negative) + margin.

    Metrics: {fn}_accuracy; with several functions also max_accuracy. Primary: that of
    `main_similarity_function`, else of the only function, else the largest. Items: 1 where it
    holds, else 0. `margin` is one number, or one by function.
    Errors: ValueError for columns of different lengths or an unknown function.
    """

    def __init__(
        self,
        anchors: Sequence[str],
        positives: Sequence[str],
        negatives: Sequence[str],
        main_similarity_function: str | SimilarityFunction | None = None,
        margin: float | Mapping[str, float] | None = None,
        name: str = "",
        batch_size: int = 16,
        show_progress_bar: bool = False,
        write_csv: bool = True,
        truncate_dim: int | None = None,
        similarity_fn_names: Sequence[str] | None = None,
        main_distance_function: str | SimilarityFunction | None = None,
    ) -> None:
        check_lengths(anchors=anchors, positives=positives, negatives=negatives)
        self.anchors = list(anchors)
        self.positives = list(positives)
        self.negatives = list(negatives)
        main = main_similarity_function or main_distance_function  # the latter: its former name
        self.main_similarity_function = SimilarityFunction(main) if main else None
        self.similarity_fn_names = [SimilarityFunction(n).value for n in similarity_fn_names or ()]
        self.margins = _margins(margin)
        self.name = name
        self.batch_size = batch_size
        self.show_progress_bar = show_progress_bar
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.csv_file = "_".join(
            part for part in ("triplet_evaluation", name, "results.csv") if part
        )

    def functions(self, model: SentenceTransformer) -> list[str]:
        if self.similarity_fn_names:
            return self.similarity_fn_names
        return [self.main_similarity_function or model.similarity_fn_name]

    def csv_columns(self, functions: Sequence[str]) -> list[tuple[str, str]]:
        return [(f"accuracy_{fn}", f"{fn}_accuracy") for fn in functions]

    def measure(self, model: SentenceTransformer) -> Outcome:
        options = {
            "batch_size": self.batch_size,
            "show_progress_bar": self.show_progress_bar,
            "truncate_dim": self.truncate_dim,
        }
        anchors = embed_once(model.encode_query, self.anchors, **options)
        answers = embed_once(model.encode_document, self.positives + self.negatives, **options)
        positives, negatives = answers[: len(self.anchors)], answers[len(self.anchors) :]
        right = {}
        for fn in self.functions(model):
            similarity = PAIRWISE[SimilarityFunction(fn)]
            near, far = similarity(anchors, positives), similarity(anchors, negatives)
            right[fn] = (near > far + self.margins[fn]).double().numpy()
        metrics = {f"{fn}_accuracy": float(values.mean()) for fn, values in right.items()}
        best = max(right, key=lambda fn: metrics[f"{fn}_accuracy"])
        if len(right) > 1:
            metrics["max_accuracy"] = metrics[f"{best}_accuracy"]
        main = self.main_similarity_function or ("max" if len(right) > 1 else best)
        return Outcome(
            metrics=self.named(metrics),
            primary_metric=self.prefixed(f"{main}_accuracy"),
            items=np.asarray(right[best if main == "max" else main]),
            statistic=Statistic.MEAN,
            item_keys=[str(row) for row in range(len(self.anchors))],
        )

    def get_config_dict(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"margin": self.margins} if any(self.margins.values()) else {}
        return settings | ({} if self.truncate_dim is None else {"truncate_dim": self.truncate_dim})


def _margins(margin: float | Mapping[str, float] | None) -> dict[str, float]:
    """One margin by function, 0 where none was given. Raises ValueError for an unknown function."""
    functions = SimilarityFunction.possible_values()
    if isinstance(margin, Mapping):
        return dict.fromkeys(functions, 0.0) | {
            SimilarityFunction(n).value: m for n, m in margin.items()
        }
    return dict.fromkeys(functions, margin or 0.0)
