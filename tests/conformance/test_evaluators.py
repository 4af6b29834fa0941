"""Every evaluator gives the reference library's metrics, and items that lead to its primary one."""

import csv
import json

import numpy as np
import pytest
from sentence_transformers.sentence_transformer import evaluation as reference

from backend.catalog.statistics import STATISTICS
from tests.tiny_model import sentences
from worker.engine import evaluation

ALL = ["cosine", "dot", "euclidean", "manhattan"]

# Duplicates on both sides and within one, so that equal similarities occur. All texts go into one
# batch: the reference encodes equal texts apart, and padded otherwise they would differ at 1e-8.
ONE_BATCH = 256
LEFT = sentences(40, seed=1) + sentences(10, seed=1)
RIGHT = sentences(40, seed=2) + sentences(10, seed=2)
OTHER = sentences(50, seed=3)
SCORES = [round(i % 7 / 6, 3) for i in range(50)]
LABELS = [int(i % 3 == 0) for i in range(50)]


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
    "retrieval at other places": (
        retrieval,
        {"ndcg_at_k": [3, 20], "mrr_at_k": [1, 5], "map_at_k": [200], "accuracy_at_k": [2]},
    ),
    "sequential": (sequential, {}),
    "sequential with a mean": (sequential, {"main_score_function": np.mean}),
}


@pytest.mark.parametrize("case", CASES)
def test_metrics_equal_the_reference(case, ours, theirs, tmp_path):
    make, options = CASES[case]
    mine, reference_evaluator = make(evaluation, **options), make(reference, **options)
    found = mine(ours, str(tmp_path / "ours"), epoch=1, steps=10)
    expected = reference_evaluator(theirs, str(tmp_path / "theirs"), epoch=1, steps=10)
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-6, nan_ok=True)
    assert mine.primary_metric == reference_evaluator.primary_metric
    written = {path.name for path in (tmp_path / "ours").iterdir()}
    assert written == {path.name for path in (tmp_path / "theirs").iterdir()}
    for name in written:
        assert read_csv(tmp_path / "ours" / name) == read_csv(tmp_path / "theirs" / name)


def read_csv(path):
    heads, *lines = csv.reader(path.open(encoding="utf-8"))
    return heads, [[pytest.approx(float(value), abs=1e-6) for value in line] for line in lines]


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("sequential")])
def test_the_items_give_the_primary_metric(case, ours):
    make, options = CASES[case]
    outcome = make(evaluation, **options).measure(ours)
    assert STATISTICS[outcome.statistic](outcome.items) == pytest.approx(outcome.primary, abs=1e-9)
    assert len(outcome.item_keys) == len(set(outcome.item_keys)) == len(outcome.items)


def test_the_predictions_of_a_retrieval_equal_the_reference(ours, theirs, tmp_path):
    retrieval(evaluation, write_predictions=True)(ours, str(tmp_path / "ours"))
    retrieval(reference, write_predictions=True)(theirs, str(tmp_path / "theirs"))
    name = "Information-Retrieval_evaluation_predictions_cosine.jsonl"
    found, expected = (
        [json.loads(line) for line in (tmp_path / of / name).read_text().splitlines()]
        for of in ("ours", "theirs")
    )
    assert [line["query_id"] for line in found] == [line["query_id"] for line in expected]
    for mine, other in zip(found, expected, strict=True):
        assert mine["query"] == other["query"]
        ids = [[hit["corpus_id"] for hit in line["results"]] for line in (mine, other)]
        assert ids[0] == ids[1]


@pytest.mark.filterwarnings("ignore:A single label", "ignore:No positive class")
def test_pairs_that_are_all_alike_have_a_threshold_as_in_the_reference(ours, theirs):
    for labels in ([1] * 6, [0] * 6, [0, 0, 0, 0, 0, 1]):
        texts = LEFT[:6], RIGHT[:6], labels
        found = evaluation.BinaryClassificationEvaluator(*texts)(ours)
        expected = reference.BinaryClassificationEvaluator(*texts)(theirs)
        assert found == pytest.approx(expected, abs=1e-6)
