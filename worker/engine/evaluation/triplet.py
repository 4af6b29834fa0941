"""Is the right answer nearer than the wrong one?"""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

import numpy as np

from backend.catalog.rows import Statistic
from worker.engine.evaluation.embeddings import Embedder, embed_once, named_functions, similarity_of
from worker.engine.evaluation.examples import Example, columns_of
from worker.engine.evaluation.item_evaluator import (
    ItemEvaluator,
    check_lengths,
    file_name,
    row_keys,
)
from worker.engine.evaluation.outcome import Outcome
from worker.engine.similarity import PAIRWISE, SimilarityFunction

log = logging.getLogger(__name__)


class TripletEvaluator(ItemEvaluator):
    """The share of triplets with sim(anchor, positive) > sim(anchor, negative) + margin.

    Metrics: {fn}_accuracy; with several functions also max_accuracy. Primary: that of
    `main_similarity_function`, else of the only function, else the largest. Items: 1 where it
    holds, else 0. `margin` is one number, or one by function.
    `main_distance_function` is the former name of `main_similarity_function`.
    Errors: ValueError for columns of different lengths, an unknown function, a margin that is
    neither a number nor one by function, or a main function that isn't among several.
    """

    def __init__(
        self,
        anchors: Sequence[str],
        positives: Sequence[str],
        negatives: Sequence[str],
        main_similarity_function: str | SimilarityFunction | None = None,
        margin: float | Mapping[str, float] | None = None,
        name: str = "",
        batch_size: int = 16,
        show_progress_bar: bool | None = False,
        write_csv: bool = True,
        truncate_dim: int | None = None,
        similarity_fn_names: Sequence[str] | None = None,
        main_distance_function: str | SimilarityFunction | None = "deprecated",
    ) -> None:
        super().__init__()
        check_lengths(anchors=anchors, positives=positives, negatives=negatives)
        self.anchors = list(anchors)
        self.positives = list(positives)
        self.negatives = list(negatives)
        main = main_similarity_function
        if main is None and main_distance_function != "deprecated":
            log.warning("main_distance_function is now called main_similarity_function.")
            main = main_distance_function
        self.main_similarity_function = SimilarityFunction(main) if main else None
        self.similarity_fn_names = named_functions(
            similarity_fn_names, self.main_similarity_function
        )
        self.margin = _margins(margin)
        self.name = name
        self.batch_size = batch_size
        self.show_progress_bar = show_progress_bar
        self.write_csv = write_csv
        self.truncate_dim = truncate_dim
        self.csv_file = file_name("triplet_evaluation", name)

    @classmethod
    def from_input_examples(cls, examples: Sequence[Example], **kwargs: Any) -> Self:
        """From examples of three texts each: anchor, positive, negative."""
        anchors, positives, negatives = columns_of(examples)
        return cls(anchors, positives, negatives, **kwargs)

    def measure(self, model: Embedder) -> Outcome:
        queries = partial(self.embed_inputs, model, encode_fn_name="query")
        documents = partial(self.embed_inputs, model, encode_fn_name="document")
        anchors = embed_once(queries, self.anchors)
        answers = embed_once(documents, self.positives + self.negatives)
        positives, negatives = answers[: len(self.anchors)], answers[len(self.anchors) :]
        right = {}
        for fn in self.similarity_fn_names or [similarity_of(model)]:
            similarity = PAIRWISE[SimilarityFunction(fn)]
            near, far = similarity(anchors, positives), similarity(anchors, negatives)
            right[fn] = (near > far + self.margin[fn]).double().cpu().numpy()
        metrics = {f"{fn}_accuracy": float(values.mean()) for fn, values in right.items()}
        line = {f"accuracy_{fn}": metrics[f"{fn}_accuracy"] for fn in right}
        best = max(right, key=lambda fn: metrics[f"{fn}_accuracy"])
        if len(right) > 1:
            metrics["max_accuracy"] = metrics[f"{best}_accuracy"]
        main = self.main_similarity_function or ("max" if len(right) > 1 else best)
        return Outcome(
            metrics=self.named(metrics),
            primary_metric=self.prefixed(f"{main}_accuracy"),
            items=np.asarray(right[best if main == "max" else main]),
            statistic=Statistic.MEAN,
            item_keys=row_keys(len(self.anchors)),
            line=line,
        )

    def get_config_dict(self) -> dict[str, Any]:
        settings = {"margin": self.margin} if any(self.margin.values()) else {}
        return settings | self.settings("truncate_dim")


def _margins(margin: float | Mapping[str, float] | None) -> dict[str, float]:
    """One margin by function, 0 where none was given. Raises ValueError for anything else."""
    functions = SimilarityFunction.possible_values()
    if isinstance(margin, Mapping):
        given = {SimilarityFunction(name).value: value for name, value in margin.items()}
        return dict.fromkeys(functions, 0.0) | given
    if margin is not None and not isinstance(margin, float | int):
        raise ValueError(f"margin is a number, or one by similarity function; not {margin!r}.")
    return dict.fromkeys(functions, margin or 0.0)
