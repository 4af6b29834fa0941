"""The functions that a parameter of a loss may name: JSON has no functions."""

SIMILARITY = ("cos_sim", "dot_score", "manhattan_sim", "euclidean_sim")
PAIRWISE = (
    "pairwise_cos_sim",
    "pairwise_dot_score",
    "pairwise_manhattan_sim",
    "pairwise_euclidean_sim",
)
TRIPLET_DISTANCE = ("COSINE", "EUCLIDEAN", "MANHATTAN")
SIAMESE_DISTANCE = ("COSINE_DISTANCE", "EUCLIDEAN", "MANHATTAN")
BATCH_DISTANCE = ("euclidean_distance", "cosine_distance")
