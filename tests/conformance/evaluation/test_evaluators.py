"""Every evaluator gives the reference library's metrics, and items that lead to its primary one."""

import random

import numpy as np
import pytest
from sentence_transformers.sentence_transformer import evaluation as reference

from backend.catalog.statistics import metric_of
from tests.conformance.evaluation.texts import (
    ALL,
    LABELS,
    LEFT,
    ONE_BATCH,
    OTHER,
    RIGHT,
    SCORES,
    assert_same,
    near,
)
from tests.tiny_model import sentences
from worker.engine import evaluation
from worker.engine.similarity import dot_score


def similarity(module, **options):
    return module.EmbeddingSimilarityEvaluator(LEFT, RIGHT, SCORES, batch_size=ONE_BATCH, **options)


def triplet(module, **options):
    return module.TripletEvaluator(LEFT, RIGHT, OTHER, batch_size=ONE_BATCH, **options)


def binary(module, **options):
    return module.BinaryClassificationEvaluator(
        LEFT, RIGHT, LABELS, batch_size=ONE_BATCH, **options
    )


def retrieval(module, texts=RIGHT + OTHER, **options):
    corpus = {f"d{i}": text for i, text in enumerate(texts)}
    queries = {f"q{i}": text for i, text in enumerate(LEFT)}
    relevant = {f"q{i}": {f"d{i}", f"d{(i * 3) % 100}"} for i in range(45)}
    return module.InformationRetrievalEvaluator(
        queries, corpus, relevant, batch_size=ONE_BATCH, **options
    )


def reranking(module, **options):
    """No text is right and wrong at once: a sum's last bit, another on each processor, would decide."""
    samples = [
        {
            "query": LEFT[i],
            "positive": RIGHT[i : i + 1 + i % 4],
            "negative": OTHER[i : i + i % 15 + i % 2],
        }
        for i in range(30)
    ]
    return module.RerankingEvaluator(samples, **{"batch_size": ONE_BATCH} | options)


def translation(module, **options):
    # some rows have the same text on both sides, so that not all is wrong
    targets = [LEFT[i] if i % 3 else RIGHT[i] for i in range(50)]
    return module.TranslationEvaluator(LEFT, targets, batch_size=ONE_BATCH, **options)


def paraphrases(module, **options):
    texts = LEFT + OTHER
    by_id = {f"t{i}": text for i, text in enumerate(texts)}
    rows = random.Random(5).sample(range(90), 60)
    listed = [(f"t{i}", f"t{i + 40}") for i in range(12)]
    listed += [(f"t{i}", f"t{j}") for i, j in zip(rows[:30], rows[30:], strict=True)]
    listed += [("t0", "unknown"), ("t3", "t9"), ("t9", "t11")]
    return module.ParaphraseMiningEvaluator(
        by_id, **{"duplicates_list": listed, "batch_size": ONE_BATCH} | options
    )


def sequential(module, **options):
    return module.SequentialEvaluator([binary(module, name="one"), triplet(module)], **options)


CASES = {
    "similarity": (similarity, {}),
    "similarity of four functions": (similarity, {"similarity_fn_names": ALL, "name": "dev"}),
    "similarity with a main one": (similarity, {"main_similarity": "euclidean"}),
    "similarity of few dimensions": (similarity, {"truncate_dim": 8}),
    "similarity in bytes": (similarity, {"precision": "int8"}),
    "similarity in unsigned bytes": (similarity, {"precision": "uint8"}),
    "similarity in bits": (similarity, {"precision": "binary"}),
    "similarity in unsigned bits": (similarity, {"precision": "ubinary", "name": "dev"}),
    "triplet": (triplet, {}),
    "triplet of four functions": (triplet, {"similarity_fn_names": ALL, "name": "dev"}),
    "triplet with a margin": (triplet, {"margin": 0.05}),
    "triplet with margins": (triplet, {"margin": {"dot": 3.0}, "similarity_fn_names": ALL}),
    "triplet by its old parameter": (triplet, {"main_distance_function": "dot"}),
    "triplet with a main one among four": (
        triplet,
        {"main_similarity_function": "dot", "similarity_fn_names": ALL},
    ),
    "triplet with a main one": (triplet, {"main_similarity_function": "manhattan"}),
    "binary": (binary, {}),
    "binary of four functions": (binary, {"similarity_fn_names": ALL, "name": "dev"}),
    "binary by distance": (binary, {"similarity_fn_names": ["euclidean"], "truncate_dim": 4}),
    "retrieval": (retrieval, {}),
    "retrieval in chunks": (
        retrieval,
        {"texts": sentences(100, seed=8), "corpus_chunk_size": 7, "name": "dev"},
    ),
    "retrieval with prompts": (retrieval, {"query_prompt": "who is ", "corpus_prompt": "the "}),
    "retrieval of few dimensions": (retrieval, {"truncate_dim": 6, "query_prompt_name": None}),
    "retrieval at other places": (
        retrieval,
        {"ndcg_at_k": [3, 20], "mrr_at_k": [1, 5], "map_at_k": [200], "accuracy_at_k": [2]},
    ),
    "retrieval by two functions": (
        retrieval,
        {"score_functions": {"mine": dot_score, "also": lambda a, b: -(b @ a.T).T}},
    ),
    "retrieval with a main function": (
        retrieval,
        {"score_functions": {"dot": dot_score}, "main_score_function": "dot"},
    ),
    "reranking": (reranking, {}),
    "reranking of the first three": (reranking, {"at_k": 3, "name": "dev"}),
    "reranking by its old parameter": (reranking, {"mrr_at_k": 5, "truncate_dim": 3}),
    "reranking a sample at a time": (reranking, {"use_batched_encoding": False}),
    "reranking by the dot product": (reranking, {"similarity_fct": dot_score}),
    "translation": (translation, {}),
    "translation of few dimensions": (translation, {"truncate_dim": 2, "name": "dev"}),
    "paraphrases": (paraphrases, {}),
    "paraphrases that follow from others": (paraphrases, {"add_transitive_closure": True}),
    "paraphrases, few of them": (paraphrases, {"max_pairs": 40, "top_k": 3, "name": "dev"}),
    "paraphrases in chunks": (paraphrases, {"query_chunk_size": 7, "corpus_chunk_size": 11}),
    "no paraphrases": (paraphrases, {"duplicates_list": [], "truncate_dim": 5}),
    "sequential": (sequential, {}),
    "sequential with a mean": (sequential, {"main_score_function": np.mean}),
}


@pytest.mark.parametrize("case", CASES)
def test_metrics_and_files_equal_the_reference(case, ours, theirs, tmp_path):
    make, options = CASES[case]
    assert_same(make(evaluation, **options), make(reference, **options), ours, theirs, tmp_path)


@pytest.mark.parametrize("make", [similarity, triplet, binary, retrieval, reranking, translation])
def test_a_model_of_the_reference_can_be_judged_too(make, theirs):
    mine, their = make(evaluation)(theirs), make(reference)(theirs)
    assert mine == near(their)


WITHOUT_ITEMS = ("sequential", "paraphrases", "no paraphrases")


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith(WITHOUT_ITEMS)])
def test_the_items_give_the_primary_metric(case, ours):
    make, options = CASES[case]
    outcome = make(evaluation, **options).measure(ours)
    assert metric_of(outcome.statistic, outcome.items) == pytest.approx(outcome.primary, abs=1e-9)
    assert len(outcome.item_keys) == len(set(outcome.item_keys)) == len(outcome.items)


@pytest.mark.filterwarnings("ignore:A single label", "ignore:No positive class")
def test_pairs_that_are_all_alike_have_a_threshold_as_in_the_reference(ours, theirs):
    for labels in ([1] * 6, [0] * 6, [0, 0, 0, 0, 0, 1]):
        texts = LEFT[:6], RIGHT[:6], labels
        found = evaluation.BinaryClassificationEvaluator(*texts)(ours)
        expected = reference.BinaryClassificationEvaluator(*texts)(theirs)
        assert found == pytest.approx(expected, abs=1e-6)


def assert_near(found, expected):
    """Equal in every number, however deep it lies."""
    assert found.keys() == expected.keys()
    for key, value in found.items():
        if isinstance(value, dict):
            assert_near(value, expected[key])
        else:
            assert value == pytest.approx(expected[key], abs=1e-5)


@pytest.mark.parametrize("high_score_more_similar", [True, False])
def test_thresholds_of_ones_own_scores_equal_the_reference(high_score_more_similar):
    scores, labels = [0.9, 0.4, 0.4, 0.7, 0.1, 0.2], [1, 0, 1, 1, 0, 1]
    for name in ("find_best_acc_and_threshold", "find_best_f1_and_threshold"):
        found, expected = (
            getattr(module.BinaryClassificationEvaluator, name)(
                scores, labels, high_score_more_similar=high_score_more_similar
            )
            for module in (evaluation, reference)
        )
        assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (binary, {"similarity_fn_names": ["cosine", "euclidean"], "name": "dev"}),
        (reranking, {"name": "dev"}),
        (reranking, {"use_batched_encoding": False}),
    ],
)
def test_metrics_under_plain_names_equal_the_reference(make, options, ours, theirs):
    mine, their = make(evaluation, **options), make(reference, **options)
    assert_near(mine.compute_metrics(ours), their.compute_metrics(theirs))
