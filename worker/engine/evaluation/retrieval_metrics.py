"""Which metric of a retrieval speaks for all, and how a line of its CSV file reads."""

from collections.abc import Collection, Mapping, Sequence

from worker.engine.similarity import SimilarityFunction

GROUPS = (("accuracy",), ("precision", "recall"), ("mrr",), ("ndcg",), ("map",))
"""The order of a line's columns; those in one group alternate."""

WORDS = {"accuracy": "Accuracy", "precision": "Precision", "recall": "Recall"}


def primary_of(
    metrics: Mapping[str, float],
    functions: Collection[str],
    ndcg: str,
    main: SimilarityFunction | None,
    before: str,
) -> str:
    """{fn}_{ndcg} of the main function; else `before` if there is one, else of the best.

    So the best is chosen when an evaluator first runs, and evaluations can be compared.
    """
    if main is None and before in metrics:
        return before
    best = max(functions, key=lambda fn: metrics[f"{fn}_{ndcg}"])
    return f"{main or best}_{ndcg}"


def line_of(
    metrics: Mapping[str, float], functions: Collection[str], cutoffs: Mapping[str, Sequence[int]]
) -> dict[str, float]:
    """Metrics as a line of a CSV file, by headings such as cosine-NDCG@10."""
    return {
        f"{fn}-{WORDS.get(kind, kind.upper())}@{k}": metrics[f"{fn}_{kind}@{k}"]
        for fn in functions
        for kinds in GROUPS
        for k in cutoffs[kinds[0]]
        for kind in kinds
    }
