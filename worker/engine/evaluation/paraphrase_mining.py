"""Are the texts that say the same found among all pairs of many texts?"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from backend.catalog.rows import Statistic
from worker.engine.evaluation.duplicates import Graph, pairs_in, transitive_closure
from worker.engine.evaluation.embeddings import Embedder, embed_once
from worker.engine.evaluation.item_evaluator import ItemEvaluator, file_name
from worker.engine.evaluation.outcome import Outcome
from worker.engine.evaluation.thresholds import Groups, best_f1
from worker.engine.retrieval.paraphrases import paraphrase_mining_embeddings


class ParaphraseMiningEvaluator(ItemEvaluator):
    """Mines pairs from all of `sentences_map` (texts by id) and looks how early duplicates come.

    Duplicates are pairs of ids in `duplicates_list`, or {id: {id: True}} in `duplicates_dict`, or
    both; `add_transitive_closure` adds what follows from them. Metrics: average_precision
    (primary), and f1, precision, recall, threshold at the best F1. Mined are, as in
    `paraphrase_mining`, the `top_k` nearest of each text, at most `max_pairs` in all. Items: of each
    duplicate the precision down to where it was mined, 0 where it wasn't; their mean is the average
    precision, and they are the same pairs whatever a model mines.
    """

    def __init__(
        self,
        sentences_map: Mapping[str, str],
        duplicates_list: Sequence[tuple[str, str]] | None = None,
        duplicates_dict: Graph | None = None,
        add_transitive_closure: bool = False,
        query_chunk_size: int = 5000,
        corpus_chunk_size: int = 100000,
        max_pairs: int = 500000,
        top_k: int = 100,
        show_progress_bar: bool | None = False,
        batch_size: int = 16,
        name: str = "",
        write_csv: bool = True,
        truncate_dim: int | None = None,
    ) -> None:
        super().__init__()
        self.ids = list(sentences_map)
        self.sentences = list(sentences_map.values())
        self.query_chunk_size = query_chunk_size
        self.corpus_chunk_size = corpus_chunk_size
        self.max_pairs = max_pairs
        self.top_k = top_k
        self.show_progress_bar = show_progress_bar
        self.batch_size = batch_size
        self.name = name
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.is_transitive = add_transitive_closure
        known = [pair for pair in duplicates_list or () if set(pair) <= sentences_map.keys()]
        pairs = pairs_in(duplicates_dict, known)
        if add_transitive_closure:
            pairs = transitive_closure(pairs)
        self.duplicates = {pair for pair in pairs if set(pair) <= sentences_map.keys()}
        self.total_num_duplicates = len(self.duplicates)
        self.primary_metric = "average_precision"
        self.csv_file = file_name("paraphrase_mining_evaluation", name)

    def measure(self, model: Embedder) -> Outcome:
        mined = paraphrase_mining_embeddings(
            embed_once(partial(self.embed_inputs, model), self.sentences),
            query_chunk_size=self.query_chunk_size,
            corpus_chunk_size=self.corpus_chunk_size,
            max_pairs=self.max_pairs,
            top_k=self.top_k,
        )
        scores = np.array([score for score, _, _ in mined])
        labels = np.array([self._is_duplicate(int(i), int(j)) for _, i, j in mined], dtype=int)
        precision = recall = f1 = threshold = average_precision = 0.0
        found = dict.fromkeys(sorted(self.duplicates), 0.0)
        if labels.any():
            total = self.total_num_duplicates
            f1, precision, recall, threshold = best_f1(scores, labels, True, total)
            groups = Groups.of(scores, labels, higher_is_alike=True)
            found_G = np.diff(groups.found_G, prepend=0)
            precision_G = groups.found_G / groups.ends_G
            average_precision = float(found_G @ precision_G / total)
            group_N = np.searchsorted(-groups.scores_N[groups.ends_G - 1], -scores)
            for (_, i, j), is_one, group in zip(mined, labels, group_N, strict=True):
                if is_one:
                    found[self._pair(int(i), int(j))] = float(precision_G[group])
        line = {
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "threshold": threshold,
            "average_precision": average_precision,
        }
        return Outcome(
            metrics=self.named(line),
            primary_metric=self.prefixed("average_precision"),
            line=line,
            items=np.array([*found.values()]),
            statistic=Statistic.MEAN,
            item_keys=[f"{one} {other}" for one, other in found],
        )

    def _pair(self, i: int, j: int) -> tuple[str, str]:
        one, other = self.ids[i], self.ids[j]
        return min(one, other), max(one, other)

    def _is_duplicate(self, i: int, j: int) -> bool:
        return self._pair(i, j) in self.duplicates

    def get_config_dict(self) -> dict[str, Any]:
        settings = {
            "add_transitive_closure": self.is_transitive,
            "max_pairs": self.max_pairs,
            "top_k": self.top_k,
        }
        return settings | super().get_config_dict()
