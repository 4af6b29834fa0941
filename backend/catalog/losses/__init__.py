"""The losses that a model can be trained with.

Values and names: the Sentence Transformers documentation, "Loss Overview". Order is preference:
where several fit, the first is recommended.
"""

from backend.catalog.losses import (
    batch_triplets,
    classes,
    distillation,
    in_batch,
    pairs,
    regularization,
    scores,
    triplets,
    unsupervised,
    wrappers,
)

FAMILIES = {
    "Learn from the other texts of a batch": in_batch.ROWS,
    "Learn from scores": scores.ROWS,
    "Learn from pairs that are alike or not": pairs.ROWS,
    "Learn from wrong answers": triplets.ROWS,
    "Learn from the classes of texts": batch_triplets.ROWS,
    "Learn from a larger model": distillation.ROWS,
    "Learn from the classes of pairs": classes.ROWS,
    "Learn from texts alone": unsupervised.ROWS,
    "Learn several sizes at once": wrappers.ROWS,
    "Temper another loss": regularization.ROWS,
}
"""The rows under the headings that a person looks them up by."""

LOSSES = {row.name: row for rows in FAMILIES.values() for row in rows}
