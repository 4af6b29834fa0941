"""Does the model's order of pairs follow people's scores?"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Self

import numpy as np

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import Embedder, embed_once, named_functions, similarity_of
from worker.engine.evaluation.examples import Example, columns_of
from worker.engine.evaluation.item_evaluator import (
    ItemEvaluator,
    check_lengths,
    file_name,
    row_keys,
)
from worker.engine.evaluation.outcome import Outcome
from worker.engine.quantization import Precision, quantized_for_comparison
from worker.engine.similarity import PAIRWISE, SimilarityFunction


class EmbeddingSimilarityEvaluator(ItemEvaluator):
    """Spearman and Pearson correlation of the similarity of pairs with `scores`.

    Metrics: pearson_{fn}, spearman_{fn}; with several functions also …_max. Primary: spearman of
    `main_similarity`, else of the only function, else the largest. Items: (similarity, score).
    `precision` compares quantised embeddings. NaN where all scores or similarities are equal.
    Errors: ValueError for columns of different lengths, an unknown function, or a main one that
    isn't among several.
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
        show_progress_bar: bool | None = False,
        write_csv: bool = True,
        precision: Precision | None = None,
        truncate_dim: int | None = None,
    ) -> None:
        super().__init__()
        check_lengths(sentences1=sentences1, sentences2=sentences2, scores=scores)
        self.sentences1 = list(sentences1)
        self.sentences2 = list(sentences2)
        self.scores = list(scores)
        self.batch_size = batch_size
        self.main_similarity = SimilarityFunction(main_similarity) if main_similarity else None
        self.similarity_fn_names = named_functions(similarity_fn_names, self.main_similarity)
        self.name = name
        self.show_progress_bar = show_progress_bar
        self.write_csv = write_csv
        self.precision: Precision | None = precision
        self.truncate_dim = truncate_dim
        self.csv_file = file_name("similarity_evaluation", name, precision or "")

    @classmethod
    def from_input_examples(cls, examples: Sequence[Example], **kwargs: Any) -> Self:
        """From examples of two texts and a score each."""
        first, second = columns_of(examples)
        return cls(first, second, [example.label for example in examples], **kwargs)

    @property
    def description(self) -> str:
        return "Semantic Similarity"

    def measure(self, model: Embedder) -> Outcome:
        from scipy.stats import pearsonr, spearmanr  # a second that other measures needn't wait

        similarities = self._similarities(model)
        metrics: dict[str, float] = {}
        for fn, values in similarities.items():
            metrics[f"pearson_{fn}"] = pearsonr(self.scores, values).statistic
            metrics[f"spearman_{fn}"] = spearmanr(self.scores, values).statistic
        line = {
            f"{fn}_{kind}": metrics[f"{kind}_{fn}"]
            for fn in similarities
            for kind in ("pearson", "spearman")
        }
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
            item_keys=row_keys(len(self.scores)),
            line=line,
        )

    def _similarities(self, model: Embedder) -> dict[str, np.ndarray]:
        embed = partial(self.embed_inputs, model)
        if self.precision is not None:
            embed = partial(embed, normalize_embeddings=True)
        vectors = embed_once(embed, self.sentences1 + self.sentences2)
        if self.precision is not None:
            vectors = quantized_for_comparison(vectors, self.precision)
        first, second = vectors[: len(self.scores)], vectors[len(self.scores) :]
        names = self.similarity_fn_names or [similarity_of(model)]
        return {fn: PAIRWISE[SimilarityFunction(fn)](first, second).cpu().numpy() for fn in names}

    def get_config_dict(self) -> dict[str, Any]:
        return self.settings("truncate_dim", "precision")
