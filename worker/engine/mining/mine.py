"""Hard negatives for pairs of anchor and positive: embed, search, filter, choose, write."""

import logging
from typing import Literal

from datasets import Dataset

from worker.engine.mining import candidates, embedding, material
from worker.engine.mining.embedding import Prompted, pool_of
from worker.engine.mining.rescoring import Judge, Predicts
from worker.engine.mining.rows import SHAPES, OutputFormat, table
from worker.engine.mining.rules import MOST_ON_GPU, Rules, Strategy, range_for
from worker.engine.mining.stepping import mine
from worker.engine.mining.summary import summary
from worker.engine.model import SentenceTransformer

log = logging.getLogger(__name__)


def mine_hard_negatives(
    dataset: Dataset,
    model: SentenceTransformer,
    anchor_column_name: str | None = None,
    positive_column_name: str | None = None,
    corpus: list[str] | None = None,
    cross_encoder: Predicts | None = None,
    range_min: int = 0,
    range_max: int | None = None,
    max_score: float | None = None,
    min_score: float | None = None,
    absolute_margin: float | None = None,
    relative_margin: float | None = None,
    num_negatives: int = 3,
    sampling_strategy: Strategy = "top",
    query_prompt_name: str | None = None,
    query_prompt: str | None = None,
    corpus_prompt_name: str | None = None,
    corpus_prompt: str | None = None,
    include_positives: bool = False,
    output_format: OutputFormat | Literal["n-tuple-scores"] = "triplet",
    output_scores: bool = False,
    batch_size: int = 32,
    faiss_batch_size: int = 16384,
    use_faiss: bool = False,
    use_multi_process: list[str] | bool = False,
    verbose: bool = True,
    cache_folder: str | None = None,
    as_triplets: bool | None = None,
    margin: float | None = None,
) -> Dataset:
    """`dataset`'s pairs with negatives: texts that `model` finds near the anchor, but no positives.

    Candidates are the texts of the positives' column and of `corpus`, ranked by the model; those
    from rank `range_min` up to `range_max` that pass the limits of score (mining/rules.py) are
    left, and the `num_negatives` "top" or "random" ones taken. `cross_encoder`, anything with
    `predict(pairs)`, scores candidates anew if a limit of score is set. `include_positives` keeps
    positives among them, for ranking.
    Formats: "triplet" a row a negative, "n-tuple" a row a pair that found all, "labeled-pair" a row
    a text with 1 or 0, "labeled-list" a row a pair with all its texts; `output_scores` adds a column
    `scores`, or puts scores in place of labels.
    `faiss_batch_size` queries are searched at a time; memory grows with neither dataset nor corpus
    beyond their vectors. `use_faiss` searches with FAISS, `use_multi_process` encodes in several
    processes, `cache_folder` keeps vectors. `verbose` prints a summary.
    `as_triplets` and `margin` are older names of `output_format` and `absolute_margin`.
    Raises ValueError for settings that leave nothing to find, ImportError without a wished FAISS.
    """
    if as_triplets is not None:
        output_format = "triplet" if as_triplets else "n-tuple"
    if output_format == "n-tuple-scores":
        output_format, output_scores = "n-tuple", True
    if include_positives and output_format != "n-tuple":
        log.warning("include_positives=True keeps the ranking only in n-tuples; writing those.")
        output_format = "n-tuple"
    if output_format not in SHAPES:
        raise ValueError(f"output_format is one of {', '.join(SHAPES)}, not {output_format!r}.")
    anchor, positive = material.columns(dataset, anchor_column_name, positive_column_name)
    texts = material.read(list(dataset[anchor]), list(dataset[positive]), corpus or ())
    absolute_margin = absolute_margin if margin is None else margin
    if range_max is None:
        drops = (absolute_margin, relative_margin, max_score, min_score if cross_encoder else None)
        some_are_dropped = any(limit is not None for limit in drops)
        most = MOST_ON_GPU if use_faiss and candidates.graphics_cards() else None
        range_max = range_for(num_negatives, range_min, texts.most_rows, some_are_dropped, most)
    rules = Rules(
        num_negatives=num_negatives,
        sampling_strategy=sampling_strategy,
        include_positives=include_positives,
        range_min=range_min,
        range_max=range_max,
        max_score=max_score,
        min_score=min_score,
        absolute_margin=absolute_margin,
        relative_margin=relative_margin,
    )
    vectors = embedding.embed(
        model,
        Prompted(texts.queries, query_prompt_name, query_prompt),
        Prompted(texts.corpus, corpus_prompt_name, corpus_prompt),
        batch_size=batch_size,
        processes=use_multi_process,
        cache_folder=cache_folder,
        show_progress=verbose,
    )
    judged = cross_encoder if rules.filters else None
    with pool_of(judged, use_multi_process if judged else False) as pool:
        options = {"batch_size": batch_size, "convert_to_tensor": True, **pool}
        judge = Judge(judged, **options) if judged else None
        mined, dropped = mine(
            model, texts, vectors, rules, judge, use_faiss, faiss_batch_size, verbose
        )
    if verbose:
        print(summary(mined, rules, dropped))
    return Dataset.from_dict(table(mined, output_format, output_scores, anchor, positive))
