"""Thirteen small retrieval benchmarks from thirteen fields, and their mean."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor
from tqdm import tqdm  # type: ignore[import-untyped]  # ships no types

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import Embedder
from worker.engine.evaluation.information_retrieval import InformationRetrievalEvaluator
from worker.engine.evaluation.item_evaluator import ItemEvaluator
from worker.engine.evaluation.nano_beir_data import SETS, load
from worker.engine.evaluation.outcome import Judgement, Outcome, equal_shares
from worker.engine.evaluation.retrieval_metrics import line_of, primary_of
from worker.engine.similarity import SimilarityFunction


class NanoBEIREvaluator(ItemEvaluator):
    """An InformationRetrievalEvaluator for each of `dataset_names`, and an aggregate over them.

    `dataset_id` is a dataset of the Hub, or a local folder in its layout:
    {corpus,queries,qrels}/Nano{Set}-*.parquet. `query_prompts` and `corpus_prompts` are one prompt
    for all sets, or one by name. Metrics: Nano{Set}_{fn}_{metric} and, by `aggregate_fn`,
    NanoBEIR_{aggregate_key}_{fn}_{metric}; with `truncate_dim` also that number before {fn}.
    Primary: the aggregate of ndcg at the largest k. Items: that metric of each query, weighted so
    that each set counts the same; only where the aggregate is the mean.
    Errors: ValueError for an unknown set, a set without its prompt, or data in another layout.
    Source: Thakur et al. 2021, arXiv 2104.08663
    """

    def __init__(
        self,
        dataset_names: Sequence[str] | None = None,
        dataset_id: str = "sentence-transformers/NanoBEIR-en",
        mrr_at_k: Sequence[int] = (10,),
        ndcg_at_k: Sequence[int] = (10,),
        accuracy_at_k: Sequence[int] = (1, 3, 5, 10),
        precision_recall_at_k: Sequence[int] = (1, 3, 5, 10),
        map_at_k: Sequence[int] = (100,),
        show_progress_bar: bool | None = False,
        batch_size: int = 32,
        write_csv: bool = True,
        truncate_dim: int | None = None,
        score_functions: Mapping[str, Callable[[Tensor, Tensor], Tensor]] | None = None,
        main_score_function: str | SimilarityFunction | None = None,
        aggregate_fn: Callable[[list[float]], float] = np.mean,
        aggregate_key: str = "mean",
        query_prompts: str | Mapping[str, str] | None = None,
        corpus_prompts: str | Mapping[str, str] | None = None,
        write_predictions: bool = False,
    ) -> None:
        super().__init__()
        self.dataset_names = list(SETS if dataset_names is None else dataset_names)
        _check_names(self.dataset_names)
        self.dataset_id = dataset_id
        self.aggregate_fn = aggregate_fn
        self.aggregate_key = aggregate_key
        self.query_prompts = _by_set(query_prompts, self.dataset_names, "query_prompts")
        self.corpus_prompts = _by_set(corpus_prompts, self.dataset_names, "corpus_prompts")
        self.show_progress_bar = show_progress_bar
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.name = _joined("NanoBEIR", aggregate_key, truncate_dim)
        self.csv_file = f"NanoBEIR_evaluation_{aggregate_key}_results.csv"
        self.evaluators = [
            InformationRetrievalEvaluator(
                *load(dataset_id, SETS[name.lower()]),
                mrr_at_k=mrr_at_k,
                ndcg_at_k=ndcg_at_k,
                accuracy_at_k=accuracy_at_k,
                precision_recall_at_k=precision_recall_at_k,
                map_at_k=map_at_k,
                show_progress_bar=show_progress_bar,
                batch_size=batch_size,
                name=_joined(SETS[name.lower()], truncate_dim),
                write_csv=write_csv,
                truncate_dim=truncate_dim,
                score_functions=score_functions,
                main_score_function=main_score_function,
                query_prompt=(self.query_prompts or {}).get(name),
                corpus_prompt=(self.corpus_prompts or {}).get(name),
                write_predictions=write_predictions,
            )
            for name in tqdm(self.dataset_names, desc="Loading NanoBEIR", leave=False)
        ]

    def __call__(
        self, model: Embedder, output_path: str | None = None, epoch: float = -1, steps: int = -1
    ) -> dict[str, float]:
        """The metrics of each set, then their aggregates."""
        by_set = {}
        for evaluator in tqdm(
            self.evaluators, desc="Evaluating NanoBEIR", disable=not self.show_progress_bar
        ):
            by_set[evaluator.name] = evaluator(model, output_path, epoch, steps)
        aggregates = self.tell(model, self._aggregated(by_set), output_path, epoch, steps)
        return {
            key: value for found in by_set.values() for key, value in found.items()
        } | aggregates

    def judge(self, model: Embedder) -> Judgement:
        return self._aggregated({one.name: one.judge(model).metrics for one in self.evaluators})

    def measure(self, model: Embedder) -> Outcome:
        """The aggregates, with the queries of all sets. Raises ValueError if they aren't means."""
        if self.aggregate_fn is not np.mean:
            raise ValueError("Queries can be put side by side only where aggregate_fn is np.mean.")
        found = {one.name: one.measure(model) for one in self.evaluators}
        judged = self._aggregated({name: outcome.metrics for name, outcome in found.items()})
        return Outcome(
            metrics=judged.metrics,
            primary_metric=judged.primary_metric,
            line=judged.line,
            items=equal_shares([outcome.items for outcome in found.values()]),
            statistic=Statistic.MEAN,
            item_keys=[f"{name} {key}" for name, one in found.items() for key in one.item_keys],
        )

    def store_metrics_in_model_card_data(self, *args: Any, **kwargs: Any) -> None:
        """A single set tells the card itself, so that its mean would say it twice."""
        if len(self.dataset_names) > 1:
            super().store_metrics_in_model_card_data(*args, **kwargs)

    def _aggregated(self, by_set: Mapping[str, Mapping[str, float]]) -> Judgement:
        columns: dict[str, list[float]] = {}
        for name, metrics in by_set.items():
            for key, value in metrics.items():
                columns.setdefault(key.removeprefix(f"{name}_"), []).append(value)
        metrics = {key: float(self.aggregate_fn(values)) for key, values in columns.items()}
        first = self.evaluators[0]
        functions = sorted({key.rpartition("_")[0] for key in metrics})
        ndcg = f"ndcg@{max(first.ndcg_at_k)}"
        before = self.unprefixed(self.primary_metric)
        primary = primary_of(metrics, functions, ndcg, first.main_score_function, before)
        return Judgement(
            metrics=self.named(metrics),
            primary_metric=self.prefixed(primary),
            line=line_of(metrics, functions, first.cutoffs),
        )

    def get_config_dict(self) -> dict[str, Any]:
        given = {"dataset_names": self.dataset_names, "dataset_id": self.dataset_id}
        return given | self.settings("truncate_dim", "query_prompts", "corpus_prompts")


def _check_names(names: Sequence[str]) -> None:
    """Raise ValueError for no names, or one that isn't a set's."""
    if not names:
        raise ValueError("dataset_names is empty; leave it out to evaluate on all sets.")
    if unknown := [name for name in names if name.lower() not in SETS]:
        raise ValueError(f"NanoBEIR has no set {unknown[0]!r}. It has {', '.join(SETS)}.")


def _by_set(
    prompts: str | Mapping[str, str] | None, names: Sequence[str], what: str
) -> dict[str, str] | None:
    """A prompt for each set. Raises ValueError if one lacks its own."""
    if prompts is None:
        return None
    if isinstance(prompts, str):
        return dict.fromkeys(names, prompts)
    if missing := [name for name in names if name not in prompts]:
        raise ValueError(f"{what} has no prompt for {', '.join(missing)}; an empty one will do.")
    return dict(prompts)


def _joined(*parts: str | int | None) -> str:
    return "_".join(str(part) for part in parts if part)
