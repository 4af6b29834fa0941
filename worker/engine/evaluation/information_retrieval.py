"""How high does the right document stand when a query is asked of all documents?"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor
from tqdm import trange  # type: ignore[import-untyped]  # ships no types

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import Embedder, embed_once, similarity_of
from worker.engine.evaluation.item_evaluator import ItemEvaluator, file_name
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.predictions import write_predictions as write
from worker.engine.evaluation.ranking import Best, Hits
from worker.engine.evaluation.retrieval_metrics import line_of, primary_of
from worker.engine.similarity import SimilarityFunction, Vectors, as_rows

ScoreFunction: TypeAlias = Callable[[Tensor, Tensor], Tensor]

MOST_SCORES = 2**26
"""Scores that exist at a time: 256 MiB of 32-bit floats."""

FOUND_FIRST = 3
"""Documents of each query that an outcome names, for whoever looks at examples."""


class InformationRetrievalEvaluator(ItemEvaluator):
    """Ranks the corpus for each query and scores the places of the relevant documents.

    `queries` and `corpus` are texts by id, `relevant_docs` the ids that answer each query; a query
    without any is left out. Metrics: {fn}_accuracy@k, precision@k, recall@k, ndcg@k, mrr@k, map@k.
    Primary: ndcg at the largest k, of `main_score_function` or else of the best one. Items: the
    primary metric of each query; keys are the query ids. Equal scores rank by id.
    `write_predictions` keeps the ranking of each query in a JSON-lines file a function.
    Errors: ValueError where no query has a relevant document, or for a main function that isn't
    among `score_functions`.
    """

    def __init__(
        self,
        queries: Mapping[str, str],
        corpus: Mapping[str, str],
        relevant_docs: Mapping[str, Collection[str]],
        corpus_chunk_size: int = 50000,
        mrr_at_k: Sequence[int] = (10,),
        ndcg_at_k: Sequence[int] = (10,),
        accuracy_at_k: Sequence[int] = (1, 3, 5, 10),
        precision_recall_at_k: Sequence[int] = (1, 3, 5, 10),
        map_at_k: Sequence[int] = (100,),
        show_progress_bar: bool | None = False,
        batch_size: int = 32,
        name: str = "",
        write_csv: bool = True,
        truncate_dim: int | None = None,
        score_functions: Mapping[str, ScoreFunction] | None = None,
        main_score_function: str | SimilarityFunction | None = None,
        query_prompt: str | None = None,
        query_prompt_name: str | None = None,
        corpus_prompt: str | None = None,
        corpus_prompt_name: str | None = None,
        write_predictions: bool = False,
    ) -> None:
        super().__init__()
        self.relevant_docs = {query: set(found) for query, found in relevant_docs.items()}
        self.queries_ids = [query for query in queries if self.relevant_docs.get(query)]
        if not self.queries_ids:
            raise ValueError("No query has a relevant document: check the ids in relevant_docs.")
        self.queries = [queries[query] for query in self.queries_ids]
        self.corpus_ids = list(corpus)
        self.corpus = list(corpus.values())
        self.corpus_chunk_size = corpus_chunk_size
        self.mrr_at_k = mrr_at_k
        self.ndcg_at_k = ndcg_at_k
        self.accuracy_at_k = accuracy_at_k
        self.precision_recall_at_k = precision_recall_at_k
        self.map_at_k = map_at_k
        self.show_progress_bar = show_progress_bar
        self.batch_size = batch_size
        self.name = name
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.score_functions = dict(score_functions) if score_functions else None
        self.main_score_function = (
            SimilarityFunction(main_score_function) if main_score_function else None
        )
        main = self.main_score_function
        if main and self.score_functions and main not in self.score_functions:
            raise ValueError(f"main_score_function is {main}: put it into score_functions.")
        self.query_prompt = query_prompt
        self.query_prompt_name = query_prompt_name
        self.corpus_prompt = corpus_prompt
        self.corpus_prompt_name = corpus_prompt_name
        self.write_predictions = write_predictions
        self.csv_file = file_name("Information-Retrieval_evaluation", name)
        self.predictions_file = self.csv_file.replace("_results.csv", "_predictions.jsonl")

    @property
    def cutoffs(self) -> dict[str, Sequence[int]]:
        """At which places each metric is taken, in the order of the metrics."""
        return {
            "accuracy": self.accuracy_at_k,
            "precision": self.precision_recall_at_k,
            "recall": self.precision_recall_at_k,
            "ndcg": self.ndcg_at_k,
            "mrr": self.mrr_at_k,
            "map": self.map_at_k,
        }

    def __call__(
        self,
        model: Embedder,
        output_path: str | None = None,
        epoch: float = -1,
        steps: int = -1,
        corpus_model: Embedder | None = None,
        corpus_embeddings: Vectors | None = None,
    ) -> dict[str, float]:
        """As every evaluator; documents may have a model of their own, or be embedded already."""
        rankings = self.rank(model, corpus_model, corpus_embeddings)
        self._keep(rankings, output_path)
        return self.tell(model, self._outcome(rankings), output_path, epoch, steps)

    def measure(self, model: Embedder) -> Outcome:
        return self._outcome(self.rank(model))

    def compute_all_metrics(
        self,
        model: Embedder,
        corpus_model: Embedder | None = None,
        corpus_embeddings: Vectors | None = None,
        output_path: str | None = None,
    ) -> dict[str, dict[str, dict[int, float]]]:
        """{function: {"ndcg@k": {10: …}, …}}; predictions go to `output_path` if they are kept."""
        rankings = self.rank(model, corpus_model, corpus_embeddings)
        self._keep(rankings, output_path)
        return {fn: self._by_cutoff(self._hits(best)) for fn, best in rankings.items()}

    compute_metrices = compute_all_metrics  # as it was spelled before

    def compute_metrics(
        self, queries_result_list: Sequence[Sequence[Mapping[str, Any]]]
    ) -> dict[str, dict[int, float]]:
        """{"ndcg@k": {10: …}, …} of one's own rankings: {"corpus_id", "score"} of each document
        found for each query, in any order."""
        rows = [
            [hit["corpus_id"] in self.relevant_docs[query] for hit in sorted(hits, key=_place)]
            for query, hits in zip(self.queries_ids, queries_result_list, strict=True)
        ]
        width = max(map(len, rows))
        is_hit_QK = np.array([row + [False] * (width - len(row)) for row in rows], dtype=bool)
        return self._by_cutoff(Hits(is_hit_QK, self._relevant_Q))

    @staticmethod
    def compute_dcg_at_k(relevances: Sequence[float], k: int) -> float:
        """Σ relevance / log₂(place + 1) over the first k places."""
        gains_K = np.asarray(relevances[:k], dtype=float)
        return float((gains_K / np.log2(np.arange(2, len(gains_K) + 2))).sum())

    def rank(
        self,
        model: Embedder,
        corpus_model: Embedder | None = None,
        corpus_embeddings: Vectors | None = None,
    ) -> dict[str, Best]:
        """The best documents of each query by each function, numbered in the order of their ids.

        `corpus_embeddings` are in the order in which the corpus was given.
        """
        functions = self._functions(model)
        queries_QD = embed_once(self._side(model, "query"), self.queries)
        keep = max(max(cutoffs) for cutoffs in self.cutoffs.values())
        best = {fn: Best(keep) for fn in functions}
        for places_C, chunk_CD in self._chunks(corpus_model or model, corpus_embeddings):
            documents_CD = chunk_CD.to(queries_QD.device)
            queries = torch.split(queries_QD, max(1, MOST_SCORES // len(places_C)))
            for fn, score in functions.items():
                blocks = (score(some_QD, documents_CD) for some_QD in queries)
                best[fn].add(blocks, places_C)
        return best

    def _chunks(
        self, model: Embedder, embeddings: Vectors | None
    ) -> Iterator[tuple[np.ndarray, Tensor]]:
        """The corpus in the order of its ids: numbers C and embeddings C×D."""
        given = None if embeddings is None else as_rows(embeddings)
        count, step = len(self.order), self.corpus_chunk_size
        bar = trange(0, count, step, desc="Corpus chunks", disable=not self.show_progress_bar)
        for start in bar:
            chunk = self.order[start : start + step]
            if given is None:
                texts = [self.corpus[place] for place in chunk]
                documents_CD = embed_once(self._side(model, "document"), texts)
            else:
                documents_CD = given[torch.tensor(chunk, device=given.device)]
            yield np.arange(start, start + len(chunk)), documents_CD

    def _side(self, model: Embedder, side: str) -> Callable[[list[str]], Any]:
        """Queries and documents are embedded in ways and with prompts of their own."""
        is_query = side == "query"
        return partial(
            self.embed_inputs,
            model,
            encode_fn_name=side,
            prompt_name=self.query_prompt_name if is_query else self.corpus_prompt_name,
            prompt=self.query_prompt if is_query else self.corpus_prompt,
        )

    def _functions(self, model: Embedder) -> dict[str, ScoreFunction]:
        """By name, in the order of names."""
        if self.score_functions:
            return dict(sorted(self.score_functions.items()))
        name = similarity_of(model)
        own: ScoreFunction = SimilarityFunction.to_similarity_fn(name)
        return {name: getattr(model, "similarity", own)}

    @cached_property
    def order(self) -> list[int]:
        """The places of the corpus, sorted by id: equal scores then go to the smaller id."""
        return sorted(range(len(self.corpus_ids)), key=self.corpus_ids.__getitem__)

    def _outcome(self, rankings: Mapping[str, Best]) -> Outcome:
        by_query = {
            f"{fn}_{kind}@{k}": getattr(hits, kind)(k)
            for fn, hits in ((fn, self._hits(best)) for fn, best in rankings.items())
            for kind, cutoffs in self.cutoffs.items()
            for k in cutoffs
        }
        metrics = {key: float(np.mean(values_Q)) for key, values_Q in by_query.items()}
        before = self.unprefixed(self.primary_metric)
        ndcg = f"ndcg@{max(self.ndcg_at_k)}"
        primary = primary_of(metrics, rankings, ndcg, self.main_score_function, before)
        return Outcome(
            metrics=self.named(metrics),
            primary_metric=self.prefixed(primary),
            items=by_query[primary],
            statistic=Statistic.MEAN,
            item_keys=self.queries_ids,
            found_keys=self._first(next(rankings[fn] for fn in rankings if primary.startswith(fn))),
            line=line_of(metrics, rankings, self.cutoffs),
        )

    def _first(self, best: Best) -> list[list[str]]:
        """The ids of the first few documents of each query."""
        places = np.asarray(best.places_QK)[:, :FOUND_FIRST].tolist()
        return [[self.corpus_ids[self.order[place]] for place in row] for row in places]

    def _keep(self, rankings: Mapping[str, Best], output_path: str | None) -> None:
        """Write the predictions, if that is wanted."""
        if not self.write_predictions or output_path is None:
            return
        asked = dict(zip(self.queries_ids, self.queries, strict=True))
        ids = [self.corpus_ids[place] for place in self.order]
        for fn, best in rankings.items():
            file = self.predictions_file.replace(".jsonl", f"_{fn}.jsonl")
            write(Path(output_path, file), asked, ids, best)

    def _by_cutoff(self, hits: Hits) -> dict[str, dict[int, float]]:
        return {
            f"{kind}@k": {k: float(np.mean(getattr(hits, kind)(k))) for k in cutoffs}
            for kind, cutoffs in self.cutoffs.items()
        }

    def _hits(self, best: Best) -> Hits:
        ids = [self.corpus_ids[place] for place in self.order]
        relevant = [self.relevant_docs[query] for query in self.queries_ids]
        is_hit = [
            [ids[place] in wanted for place in row]
            for row, wanted in zip(np.asarray(best.places_QK).tolist(), relevant, strict=True)
        ]
        return Hits(np.array(is_hit, dtype=bool), self._relevant_Q)

    @property
    def _relevant_Q(self) -> np.ndarray:
        return np.array([len(self.relevant_docs[query]) for query in self.queries_ids])

    def get_config_dict(self) -> dict[str, Any]:
        return self.settings(
            "truncate_dim",
            "query_prompt",
            "query_prompt_name",
            "corpus_prompt",
            "corpus_prompt_name",
        )


def _place(hit: Mapping[str, Any]) -> tuple[float, str]:
    """What a document found is sorted by: the highest score, then the smallest id, comes first."""
    return -hit["score"], hit["corpus_id"]
