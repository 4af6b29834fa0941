"""How high does the right document stand when a query is asked of all documents?"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor
from tqdm import trange  # type: ignore[import-untyped]  # ships no types

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import embed_once
from worker.engine.evaluation.evaluator import ItemEvaluator
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.ranking import Best, Hits
from worker.engine.model import SentenceTransformer
from worker.engine.similarity import SimilarityFunction


class InformationRetrievalEvaluator(ItemEvaluator):
    """Ranks the corpus for each query and scores the places of the relevant documents.

    `queries` and `corpus` are texts by id, `relevant_docs` the ids that answer each query; a query
    without any is left out. Metrics: {fn}_accuracy@k, precision@k, recall@k, ndcg@k, mrr@k, map@k.
    Primary: ndcg at the largest k, of `main_score_function` or else of the best one. Items: the
    primary metric of each query; keys are the query ids. Equal scores rank by id.
    Errors: ValueError where no query has a relevant document.
    """

    def __init__(
        self,
        queries: Mapping[str, str],
        corpus: Mapping[str, str],
        relevant_docs: Mapping[str, AbstractSet[str]],
        corpus_chunk_size: int = 50000,
        mrr_at_k: Sequence[int] = (10,),
        ndcg_at_k: Sequence[int] = (10,),
        accuracy_at_k: Sequence[int] = (1, 3, 5, 10),
        precision_recall_at_k: Sequence[int] = (1, 3, 5, 10),
        map_at_k: Sequence[int] = (100,),
        show_progress_bar: bool = False,
        batch_size: int = 32,
        name: str = "",
        write_csv: bool = True,
        truncate_dim: int | None = None,
        score_functions: Mapping[str, Callable[[Tensor, Tensor], Tensor]] | None = None,
        main_score_function: str | SimilarityFunction | None = None,
        query_prompt: str | None = None,
        query_prompt_name: str | None = None,
        corpus_prompt: str | None = None,
        corpus_prompt_name: str | None = None,
        write_predictions: bool = False,
    ) -> None:
        self.relevant_docs = {query: set(relevant_docs.get(query, ())) for query in queries}
        self.queries = {q: text for q, text in queries.items() if self.relevant_docs[q]}
        if not self.queries:
            raise ValueError("No query has a relevant document: check the ids in relevant_docs.")
        self.corpus = dict(sorted(corpus.items()))
        self.corpus_chunk_size = corpus_chunk_size
        self.cutoffs: dict[str, Sequence[int]] = {
            "accuracy": accuracy_at_k,
            "precision": precision_recall_at_k,
            "recall": precision_recall_at_k,
            "ndcg": ndcg_at_k,
            "mrr": mrr_at_k,
            "map": map_at_k,
        }
        self.show_progress_bar = show_progress_bar
        self.batch_size = batch_size
        self.name = name
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.score_functions = dict(score_functions) if score_functions else None
        self.main_score_function = (
            SimilarityFunction(main_score_function) if main_score_function else None
        )
        self.query_prompts = {"prompt": query_prompt, "prompt_name": query_prompt_name}
        self.corpus_prompts = {"prompt": corpus_prompt, "prompt_name": corpus_prompt_name}
        self.write_predictions = write_predictions
        stem = "_".join(part for part in ("Information-Retrieval_evaluation", name) if part)
        self.csv_file = f"{stem}_results.csv"
        self.predictions_file = f"{stem}_predictions"

    def functions(self, model: SentenceTransformer) -> list[str]:
        return sorted(self._score_functions(model))

    def csv_columns(self, functions: Sequence[str]) -> list[tuple[str, str]]:
        return [
            (f"{fn}-{_HEADINGS[kind]}@{k}", f"{fn}_{kind}@{k}")
            for fn in functions
            for kinds in (("accuracy",), ("precision", "recall"), ("mrr",), ("ndcg",), ("map",))
            for k in self.cutoffs[kinds[0]]
            for kind in kinds
        ]

    def __call__(
        self,
        model: SentenceTransformer,
        output_path: str | None = None,
        epoch: float = -1,
        steps: int = -1,
    ) -> dict[str, float]:
        self._predictions_folder = Path(output_path) if output_path else None
        return super().__call__(model, output_path, epoch, steps)

    _predictions_folder: Path | None = None

    def measure(self, model: SentenceTransformer) -> Outcome:
        rankings = self._rankings(model)
        if self.write_predictions and self._predictions_folder is not None:
            self._write_predictions(self._predictions_folder, rankings)
        by_query = {
            f"{fn}_{kind}@{k}": getattr(hits, kind)(k)
            for fn, hits in ((fn, self._hits(best)) for fn, best in rankings.items())
            for kind, cutoffs in self.cutoffs.items()
            for k in cutoffs
        }
        metrics = {key: float(np.mean(values_Q)) for key, values_Q in by_query.items()}
        ndcg = f"ndcg@{max(self.cutoffs['ndcg'])}"
        main = self.main_score_function or max(rankings, key=lambda fn: metrics[f"{fn}_{ndcg}"])
        return Outcome(
            metrics=self.named(metrics),
            primary_metric=self.prefixed(f"{main}_{ndcg}"),
            items=by_query[f"{main}_{ndcg}"],
            statistic=Statistic.MEAN,
            item_keys=list(self.queries),
        )

    def _score_functions(
        self, model: SentenceTransformer
    ) -> Mapping[str, Callable[[Tensor, Tensor], Tensor]]:
        return self.score_functions or {model.similarity_fn_name: model.similarity}

    def _rankings(self, model: SentenceTransformer) -> dict[str, Best]:
        functions = self._score_functions(model)
        keep = max(k for cutoffs in self.cutoffs.values() for k in cutoffs)
        best = {fn: Best(keep) for fn in sorted(functions)}
        queries_QD = self._embed(model.encode_query, self.queries.values(), self.query_prompts)
        texts = list(self.corpus.values())
        step = self.corpus_chunk_size
        for start in trange(0, len(texts), step, disable=not self.show_progress_bar):
            chunk = texts[start : start + step]
            documents_CD = self._embed(model.encode_document, chunk, self.corpus_prompts)
            for fn, score in functions.items():
                places_C = np.arange(start, start + len(chunk))
                best[fn].add(score(queries_QD, documents_CD).cpu(), places_C)
        return best

    def _embed(
        self, encode: Callable[..., Any], texts: Any, prompts: Mapping[str, str | None]
    ) -> Tensor:
        return embed_once(
            encode,
            list(texts),
            batch_size=self.batch_size,
            show_progress_bar=self.show_progress_bar,
            truncate_dim=self.truncate_dim,
            **prompts,
        )

    def _hits(self, best: Best) -> Hits:
        ids = np.array(list(self.corpus), dtype=object)
        relevant = [self.relevant_docs[query] for query in self.queries]
        places_QK = np.asarray(best.places_QK)
        is_hit = [
            [ids[p] in wanted for p in row] for row, wanted in zip(places_QK, relevant, strict=True)
        ]
        return Hits(np.array(is_hit, dtype=bool), np.array([len(wanted) for wanted in relevant]))

    def _write_predictions(self, folder: Path, rankings: Mapping[str, Best]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for fn, best in rankings.items():
            lines = [json.dumps(line) + "\n" for line in self._predictions(best)]
            (folder / f"{self.predictions_file}_{fn}.jsonl").write_text("".join(lines), "utf-8")

    def _predictions(self, best: Best) -> Iterator[dict[str, Any]]:
        ids = list(self.corpus)
        scores_QK, places_QK = np.asarray(best.scores_QK), np.asarray(best.places_QK)
        for row, (query, text) in enumerate(self.queries.items()):
            ranked = zip(places_QK[row], scores_QK[row], strict=True)
            results = [{"corpus_id": ids[p], "score": float(s)} for p, s in ranked]
            yield {"query_id": query, "query": text, "results": results}

    def get_config_dict(self) -> dict[str, Any]:
        settings = {
            "truncate_dim": self.truncate_dim,
            "query_prompt": self.query_prompts["prompt"],
            "query_prompt_name": self.query_prompts["prompt_name"],
            "corpus_prompt": self.corpus_prompts["prompt"],
            "corpus_prompt_name": self.corpus_prompts["prompt_name"],
        }
        return {key: value for key, value in settings.items() if value is not None}


_HEADINGS = {
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "mrr": "MRR",
    "ndcg": "NDCG",
    "map": "MAP",
}
