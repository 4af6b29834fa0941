"""What a retrieval found, query by query, for those who want to look."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from worker.engine.evaluation.ranking import Best


def write_predictions(
    path: Path, queries: Mapping[str, str], corpus_ids: Sequence[str], best: Best
) -> None:
    """A line of JSON a query: query_id, query, results (corpus_id and score, best first).

    `queries` are texts by id, in the order of `best`, whose places are those of `corpus_ids`.
    """
    scores_QK, places_QK = np.asarray(best.scores_QK), np.asarray(best.places_QK)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for row, (query_id, query) in enumerate(queries.items()):
            results = [
                {"corpus_id": corpus_ids[place], "score": float(score)}
                for place, score in zip(places_QK[row], scores_QK[row], strict=True)
            ]
            line = {"query_id": query_id, "query": query, "results": results}
            file.write(json.dumps(line) + "\n")
