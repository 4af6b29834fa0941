"""Does the model's order of pairs follow people's scores?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import pearsonr, spearmanr

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import embed_once
from worker.engine.evaluation.evaluator import ItemEvaluator, check_lengths
from worker.engine.evaluation.outcome import Outcome
from worker.engine.model import SentenceTransformer
from worker.engine.quantization import Precision, quantized_for_comparison
from worker.engine.similarity import PAIRWISE, SimilarityFunction


class EmbeddingSimilarityEvaluator(ItemEvaluator):
    """Spearman and Pearson correlation of the similarity of pairs with `scores`.

    Metrics: pearson_{fn}, spearman_{fn}; with several functions also …_max. Primary: spearman of
    `main_similarity`, else of the only function, else the largest. Items: (similarity, score).
    `precision` compares quantised embeddings. NaN where all scores or similarities are equal.
    Errors: ValueError for columns of different lengths or an unknown function.
    """

    def __init__(
        self,
        sentences1: Sequence[str],
        sentences2: Sequence[str],
        scores: Sequence[float],
        batch_size: int = 16,
        main_similarity: str | SimilarityFunction | None = None,
        similarity_fn_names: Sequence[str] | None = None,
        name: str = "",
        show_progress_bar: bool = False,
        write_csv: bool = True,
        precision: Precision | None = None,
        truncate_dim: int | None = None,
    ) -> None:
        check_lengths(sentences1=sentences1, sentences2=sentences2, scores=scores)
        self.sentences1 = list(sentences1)
        self.sentences2 = list(sentences2)
        self.scores = list(scores)
        self.batch_size = batch_size
        self.main_similarity = SimilarityFunction(main_similarity) if main_similarity else None
        self.similarity_fn_names = [SimilarityFunction(n).value for n in similarity_fn_names or ()]
        self.name = name
        self.show_progress_bar = show_progress_bar
        self.write_csv = write_csv
        self.precision: Precision | None = precision
        self.truncate_dim = truncate_dim
        parts = ["similarity_evaluation", name, precision or "", "results.csv"]
        self.csv_file = "_".join(part for part in parts if part)

    @property
    def description(self) -> str:
        return "Semantic Similarity"

    def functions(self, model: SentenceTransformer) -> list[str]:
        if self.similarity_fn_names:
            return self.similarity_fn_names
        return [self.main_similarity or model.similarity_fn_name]

    def csv_columns(self, functions: Sequence[str]) -> list[tuple[str, str]]:
        kinds = ("pearson", "spearman")
        return [(f"{fn}_{kind}", f"{kind}_{fn}") for fn in functions for kind in kinds]

    def measure(self, model: SentenceTransformer) -> Outcome:
        similarities = self._similarities(model)
        metrics: dict[str, float] = {}
        for fn, values in similarities.items():
            metrics[f"pearson_{fn}"] = pearsonr(self.scores, values).statistic
            metrics[f"spearman_{fn}"] = spearmanr(self.scores, values).statistic
        best = max(similarities, key=lambda fn: metrics[f"spearman_{fn}"])
        if len(similarities) > 1:
            for kind in ("pearson", "spearman"):
                metrics[f"{kind}_max"] = max(metrics[f"{kind}_{fn}"] for fn in similarities)
        main = self.main_similarity or ("max" if len(similarities) > 1 else best)
        judged = similarities[best if main == "max" else main]
        return Outcome(
            metrics=self.named(metrics),
            primary_metric=self.prefixed(f"spearman_{main}"),
            items=np.stack([judged.astype(np.float64), np.asarray(self.scores, float)], axis=1),
            statistic=Statistic.SPEARMAN,
            item_keys=[str(row) for row in range(len(self.scores))],
        )

    def _similarities(self, model: SentenceTransformer) -> dict[str, np.ndarray]:
        vectors = embed_once(
            model.encode,
            self.sentences1 + self.sentences2,
            batch_size=self.batch_size,
            show_progress_bar=self.show_progress_bar,
            truncate_dim=self.truncate_dim,
            normalize_embeddings=self.precision is not None,
        )
        if self.precision is not None:
            vectors = quantized_for_comparison(vectors, self.precision)
        first, second = vectors[: len(self.scores)], vectors[len(self.scores) :]
        return {
            fn: PAIRWISE[SimilarityFunction(fn)](first, second).numpy()
            for fn in self.functions(model)
        }

    def get_config_dict(self) -> dict[str, Any]:
        settings = {"truncate_dim": self.truncate_dim, "precision": self.precision}
        return {key: value for key, value in settings.items() if value is not None}
