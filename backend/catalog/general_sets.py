"""Sets of other fields, by which one sees what a model has lost."""

from dataclasses import dataclass

from backend.catalog.evaluators import NANO_BEIR_SETS

SIMILARITY = "similarity"


@dataclass(frozen=True, kw_only=True)
class GeneralSet:
    """`evaluator` is its name in the catalogue. `is_default`: measured where nobody chose."""

    name: str
    title: str
    evaluator: str
    metric: str
    is_default: bool = False
    source: str


_RETRIEVAL_TITLES = {
    "climatefever": "Claims about the climate",
    "dbpedia": "Things by their description",
    "fever": "Claims and their evidence",
    "fiqa2018": "Questions about money",
    "hotpotqa": "Questions that take two steps",
    "msmarco": "Questions to a search engine",
    "nfcorpus": "Medicine",
    "nq": "General questions",
    "quoraretrieval": "Questions that ask the same",
    "scidocs": "Papers and what they cite",
    "arguana": "Arguments and what counters them",
    "scifact": "Scientific claims",
    "touche2020": "Arguments on a question",
}
_RETRIEVAL_DEFAULTS = frozenset({"nfcorpus", "quoraretrieval", "scifact"})

_ROWS = (
    GeneralSet(
        name=SIMILARITY,
        title="General similarity",
        evaluator="EmbeddingSimilarityEvaluator",
        metric="spearman_cosine",
        is_default=True,
        source="STS-B: Cer et al. 2017, arXiv 1708.00055",
    ),
    *(
        GeneralSet(
            name=name,
            title=_RETRIEVAL_TITLES[name],
            evaluator="InformationRetrievalEvaluator",
            metric="cosine_ndcg@10",
            is_default=name in _RETRIEVAL_DEFAULTS,
            source="NanoBEIR: Thakur et al. 2021, arXiv 2104.08663",
        )
        for name in NANO_BEIR_SETS
    ),
)

GENERAL_SETS = {row.name: row for row in _ROWS}
