"""What can be found with embeddings: neighbours, paraphrases, communities."""

from worker.engine.retrieval.communities import community_detection
from worker.engine.retrieval.paraphrases import paraphrase_mining, paraphrase_mining_embeddings
from worker.engine.retrieval.search import information_retrieval, semantic_search

__all__ = [
    "community_detection",
    "information_retrieval",
    "paraphrase_mining",
    "paraphrase_mining_embeddings",
    "semantic_search",
]
