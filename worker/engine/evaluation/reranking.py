"""How high do the right documents stand among the candidates of each query?

Legend: D dimensions; C candidates of a query, the relevant ones first.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

from backend.catalog.rows import Statistic
from backend.catalog.statistics import metric_of
from worker.engine.evaluation.embeddings import Embedder, embed_once
from worker.engine.evaluation.item_evaluator import ItemEvaluator, row_keys
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.ties import ndcg
from worker.engine.similarity import as_rows, cos_sim

log = logging.getLogger(__name__)

Sample: TypeAlias = Mapping[str, Any]


class RerankingEvaluator(ItemEvaluator):
    """Ranks each query's own candidates, relevant (`positive`) and not (`negative`).

    `samples` are {"query": text, "positive": texts, "negative": texts}, in a list or by key; one
    that lacks either kind is left out. Metrics: map, mrr@k and, primary, ndcg@k. Items: ndcg@k of
    each query. `use_batched_encoding` encodes all samples together, each text once; without it a
    sample at a time, for candidates that don't fit in memory. `mrr_at_k`: former name of `at_k`.
    Errors: ValueError where no sample has both kinds.
    """

    def __init__(
        self,
        samples: Sequence[Sample] | Mapping[str, Sample],
        at_k: int = 10,
        name: str = "",
        write_csv: bool = True,
        similarity_fct: Callable[[Tensor, Tensor], Tensor] = cos_sim,
        batch_size: int = 64,
        show_progress_bar: bool | None = False,
        use_batched_encoding: bool = True,
        truncate_dim: int | None = None,
        mrr_at_k: int | None = None,
    ) -> None:
        super().__init__()
        if mrr_at_k is not None:
            log.warning("mrr_at_k is now called at_k.")
        given = samples.values() if isinstance(samples, Mapping) else samples
        self.samples = [
            {
                **sample,
                "positive": _texts(sample["positive"]),
                "negative": _texts(sample["negative"]),
            }
            for sample in given
            if len(sample["positive"]) and len(sample["negative"])
        ]
        if not self.samples:
            raise ValueError("No sample has both a positive and a negative: nothing to rank.")
        self.at_k = at_k if mrr_at_k is None else mrr_at_k
        self.name = name
        self.write_csv = write_csv
        self.similarity_fct = similarity_fct
        self.batch_size = batch_size
        self.show_progress_bar = show_progress_bar
        self.use_batched_encoding = use_batched_encoding
        self.truncate_dim = truncate_dim
        self.primary_metric = f"ndcg@{self.at_k}"
        stem = f"RerankingEvaluator_{name}" if name else "RerankingEvaluator"
        self.csv_file = f"{stem}_results_@{self.at_k}.csv"

    def compute_metrics(self, model: Embedder) -> dict[str, float]:
        """The metrics by their plain names."""
        found = self.measure(model).metrics
        return {self.unprefixed(name).split("@")[0]: value for name, value in found.items()}

    compute_metrices = compute_metrics  # as it was spelled before

    def measure(self, model: Embedder) -> Outcome:
        embedded = self._together(model) if self.use_batched_encoding else self._apart(model)
        found = [
            _ranked(self._scores(query_D, documents_CD), len(sample["positive"]), self.at_k)
            for sample, (query_D, documents_CD) in zip(self.samples, embedded, strict=True)
        ]
        precision_N, reciprocal_N, gain_N = np.array(found).T
        line = {
            "MAP": float(precision_N.mean()),
            f"MRR@{self.at_k}": float(reciprocal_N.mean()),
            f"NDCG@{self.at_k}": float(gain_N.mean()),
        }
        return Outcome(
            metrics=self.named({heading.lower(): value for heading, value in line.items()}),
            primary_metric=self.prefixed(f"ndcg@{self.at_k}"),
            items=gain_N,
            statistic=Statistic.MEAN,
            item_keys=row_keys(len(found)),
            line=line,
        )

    def _together(self, model: Embedder) -> Iterator[tuple[Tensor, Tensor]]:
        """Each sample's query D and candidates C×D."""
        embed = partial(self.embed_inputs, model)
        candidates = [_candidates(sample) for sample in self.samples]
        queries = embed_once(
            partial(embed, encode_fn_name="query"), [sample["query"] for sample in self.samples]
        )
        documents = embed_once(
            partial(embed, encode_fn_name="document"),
            [text for texts in candidates for text in texts],
        )
        by_sample = torch.split(documents, [len(texts) for texts in candidates])
        yield from zip(queries, by_sample, strict=True)

    def _apart(self, model: Embedder) -> Iterator[tuple[Tensor, Tensor]]:
        """As `_together`, a sample at a time."""
        embed = partial(self.embed_inputs, model, show_progress_bar=False)
        for sample in tqdm(self.samples, desc="Samples", disable=not self.show_progress_bar):
            queries = as_rows(embed([sample["query"]], encode_fn_name="query"))
            yield queries[0], as_rows(embed(_candidates(sample), encode_fn_name="document"))

    def _scores(self, query_D: Tensor, documents_CD: Tensor) -> np.ndarray:
        scores: Tensor = self.similarity_fct(query_D, documents_CD)
        flat_C: np.ndarray = (scores if scores.dim() == 1 else scores[0]).cpu().numpy()
        return flat_C

    def get_config_dict(self) -> dict[str, Any]:
        return {"at_k": self.at_k} | super().get_config_dict()


def _texts(one_or_many: str | Sequence[str]) -> list[str]:
    return [one_or_many] if isinstance(one_or_many, str) else list(one_or_many)


def _candidates(sample: Sample) -> list[str]:
    return [*sample["positive"], *sample["negative"]]


def _ranked(scores_C: np.ndarray, relevant: int, k: int) -> tuple[float, float, float]:
    """Average precision, reciprocal place (0 beyond k) of the first hit, NDCG at k.

    The first `relevant` candidates are the right ones.
    """
    labels_C = np.arange(len(scores_C)) < relevant
    hits = np.flatnonzero(labels_C[np.argsort(-scores_C, kind="stable")][:k])
    return (
        metric_of(Statistic.AVERAGE_PRECISION, np.column_stack([scores_C, labels_C])),
        1 / (hits[0] + 1) if len(hits) else 0.0,
        ndcg(scores_C, labels_C, k),
    )
