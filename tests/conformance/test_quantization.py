"""Embeddings in fewer bits are the reference library's, and so is what is found among them."""

import numpy as np
import pytest
import torch
from sentence_transformers import quantization as reference

from likewise import quantization

PRECISIONS = ("float32", "int8", "uint8", "binary", "ubinary")
RANDOM = np.random.default_rng(0)
CORPUS = RANDOM.standard_normal((200, 24)).astype(np.float32)
QUERIES = RANDOM.standard_normal((7, 24)).astype(np.float32)
RANGES = np.vstack([CORPUS.min(axis=0), CORPUS.max(axis=0)])


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(
    "options",
    [{}, {"ranges": RANGES}, {"calibration_embeddings": CORPUS[:100]}],
    ids=["own", "ranges", "calibration"],
)
@pytest.mark.parametrize(
    "embeddings",
    [CORPUS, torch.from_numpy(CORPUS).bfloat16(), list(CORPUS), list(torch.from_numpy(CORPUS))],
    ids=["array", "half a tensor", "list of arrays", "list of tensors"],
)
def test_quantize_embeddings_gives_the_same_bytes(precision, options, embeddings):
    ours = quantization.quantize_embeddings(embeddings, precision, **options)
    theirs = reference.quantize_embeddings(embeddings, precision, **options)
    assert ours.dtype == theirs.dtype
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_list_of_token_embeddings_shares_one_range(precision):
    texts = [CORPUS[:5], CORPUS[5:30], CORPUS[30:30]]
    ours = quantization.quantize_embeddings(texts, precision)
    theirs = reference.quantize_embeddings(texts, precision)
    assert [np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True)] == [True] * 3


def test_a_range_of_one_row_and_unknown_precisions_are_refused():
    with pytest.raises(ValueError, match="single embedding"):
        quantization.quantize_embeddings(CORPUS[:1], "int8")
    with pytest.raises(ValueError, match="not 'int4'"):
        quantization.quantize_embeddings(CORPUS, "int4")
    with pytest.raises(ValueError, match="int8 already"):
        quantization.quantize_embeddings(CORPUS.astype(np.int8), "int8")


def without_ties(hits):
    """The texts that no other is as near as: differing bits are counted, and counts are often equal."""
    scores = [hit["score"] for hit in hits]
    cut = scores[-1]  # what is as near as the last may have been cut off
    return [h["corpus_id"] for h in hits if scores.count(h["score"]) == 1 and h["score"] != cut]


SEARCHES = [
    ("semantic_search_faiss", "float32"),
    ("semantic_search_faiss", "uint8"),
    ("semantic_search_faiss", "ubinary"),
    ("semantic_search_usearch", "float32"),
    ("semantic_search_usearch", "int8"),
    ("semantic_search_usearch", "ubinary"),
    ("semantic_search_usearch", "binary"),
]


@pytest.mark.parametrize("rescore", [True, False])
@pytest.mark.parametrize("calibration", ["ranges", "calibration_embeddings", "neither"])
@pytest.mark.parametrize(("name", "precision"), SEARCHES)
@pytest.mark.parametrize("corpus", [CORPUS[:18], CORPUS[:6]], ids=["more than asked", "fewer"])
def test_searching_finds_the_same(name, precision, calibration, rescore, corpus):
    pytest.importorskip("faiss" if name.endswith("faiss") else "usearch")
    stored = reference.quantize_embeddings(corpus, precision, ranges=RANGES)
    given = {"ranges": {"ranges": RANGES}, "neither": {}}.get(
        calibration, {"calibration_embeddings": CORPUS}
    )

    def found(library):
        search = getattr(library, name)
        hits, _seconds = search(
            QUERIES, stored, corpus_precision=precision, top_k=9, rescore=rescore, **given
        )
        return hits

    ours, theirs = found(quantization), found(reference)
    assert [without_ties(hits) for hits in ours] == [without_ties(hits) for hits in theirs]
    assert [hit["score"] for hits in ours for hit in hits] == pytest.approx(
        [hit["score"] for hits in theirs for hit in hits], rel=1e-6
    )


@pytest.mark.parametrize(("name", "precision"), SEARCHES)
def test_an_index_can_be_had_and_asked_again(name, precision):
    pytest.importorskip("faiss" if name.endswith("faiss") else "usearch")
    search = getattr(quantization, name)
    stored = quantization.quantize_embeddings(CORPUS, precision)
    options = {"corpus_precision": precision, "calibration_embeddings": CORPUS}
    first, _, index = search(QUERIES, stored, output_index=True, **options)
    again, _ = search(QUERIES, corpus_index=index, **options)
    assert first == again
    asked_in_few_bits, _ = search(
        quantization.quantize_embeddings(QUERIES, precision, RANGES), corpus_index=index, **options
    )
    assert [len(hits) for hits in asked_in_few_bits] == [10] * len(QUERIES)


@pytest.mark.parametrize("name", ["semantic_search_faiss", "semantic_search_usearch"])
def test_two_corpora_none_or_a_strange_one_are_refused(name):
    search = getattr(quantization, name)
    with pytest.raises(ValueError, match="either"):
        search(QUERIES)
    with pytest.raises(ValueError, match="corpus_precision is one of"):
        search(QUERIES, CORPUS, corpus_precision="int4")


@pytest.mark.parametrize(("name", "precision"), SEARCHES)
def test_an_approximate_search_finds_most_of_the_exact_one(name, precision):
    pytest.importorskip("faiss" if name.endswith("faiss") else "usearch")
    search = getattr(quantization, name)
    stored = quantization.quantize_embeddings(CORPUS, precision)
    options = {"corpus_precision": precision, "calibration_embeddings": CORPUS, "rescore": False}
    exact, _ = search(QUERIES, stored, **options)
    rough, _ = search(QUERIES, stored, exact=False, **options)
    shared = [
        len({h["corpus_id"] for h in a} & {h["corpus_id"] for h in b})
        for a, b in zip(exact, rough, strict=True)
    ]
    assert sum(shared) >= 0.6 * 10 * len(QUERIES)
