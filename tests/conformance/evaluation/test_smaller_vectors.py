"""What is measured of smaller vectors is what the reference library gives of them."""

from zlib import crc32

import numpy as np
import pytest
import sentence_transformers
import torch
from sentence_transformers.sentence_transformer import evaluation as reference
from sentence_transformers.util import quantization

from tests.conformance.evaluation.texts import LEFT, ONE_BATCH, OTHER, RIGHT, SCORES
from tests.tiny_model import sentences
from worker.engine import evaluation
from worker.engine.evaluation.smaller_vectors import FOUND_BY_BITS, Remembered, SmallerVectors
from worker.engine.similarity import normalize_embeddings

SHORTER = 16
CORPUS = list(dict.fromkeys([*RIGHT, *OTHER, *sentences(400, seed=11)]))
WORDS = list(dict.fromkeys(LEFT))


@pytest.fixture(scope="module")
def theirs(tiny_bert):
    return sentence_transformers.SentenceTransformer(str(tiny_bert), device="cpu")


@pytest.mark.parametrize("dim", [None, SHORTER])
@pytest.mark.parametrize("precision", ["float32", "int8", "binary"])
def test_pairs_are_judged_as_the_reference_judges_them(ours, theirs, dim, precision):
    found = evaluation.EmbeddingSimilarityEvaluator(
        LEFT, RIGHT, SCORES, batch_size=ONE_BATCH
    ).measure(SmallerVectors(Remembered(ours), dim, precision))
    known = reference.EmbeddingSimilarityEvaluator(
        LEFT, RIGHT, SCORES, ONE_BATCH, precision=precision, truncate_dim=dim
    )(theirs)
    assert found.metrics["spearman_cosine"] == pytest.approx(known["spearman_cosine"], abs=1e-6)


def test_short_queries_and_documents_are_the_references(ours, theirs):
    smaller = SmallerVectors(Remembered(ours), SHORTER, "float32")
    assert np.allclose(
        smaller.encode_query(WORDS), theirs.encode_query(WORDS, truncate_dim=SHORTER), atol=1e-5
    )
    assert np.allclose(
        smaller.encode_document(CORPUS),
        theirs.encode_document(CORPUS, truncate_dim=SHORTER),
        atol=1e-5,
    )


class Drawn:
    """Vectors of a few hundred dimensions for any texts: of fewer, too many bits are equal."""

    similarity_fn_name = "cosine"

    def encode(self, texts, **options):
        seeds = (crc32(text.encode()) for text in texts)
        return torch.stack(
            [torch.randn(256, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
        )


@pytest.mark.parametrize("dim", [256, 128])
@pytest.mark.parametrize(
    ("precision", "multiplier", "share"),
    [("int8", len(CORPUS) // 10 + 1, 0.99), ("binary", FOUND_BY_BITS // 10, 0.9)],
)
def test_a_search_finds_what_the_references_search_with_rescoring_finds(
    dim, precision, multiplier, share
):
    whole = normalize_embeddings(Drawn().encode(CORPUS)[:, :dim]).numpy()
    asked = normalize_embeddings(Drawn().encode(WORDS)[:, :dim]).numpy()
    hits, _ = quantization.semantic_search_usearch(
        asked,
        corpus_embeddings=quantization.quantize_embeddings(whole, precision=precision),
        corpus_precision=precision,
        calibration_embeddings=whole,
        top_k=10,
        rescore=True,
        rescore_multiplier=multiplier,
    )
    smaller = SmallerVectors(Remembered(Drawn()), dim, precision)
    scores = smaller.similarity(smaller.encode_query(WORDS), smaller.encode_document(CORPUS))
    mine = np.argsort(-scores.numpy(), axis=1, kind="stable")[:, :10]
    same = [
        len({hit["corpus_id"] for hit in row} & set(places.tolist())) / 10
        for row, places in zip(hits, mine, strict=True)
    ]
    assert np.mean(same) > share  # a cut through equal numbers of bits goes as it likes


def test_fewer_than_all_are_found_by_bits_alone(ours):
    """The document that the query's product puts first isn't shown if its bits are too far off."""
    smaller = SmallerVectors(Remembered(ours), SHORTER, "binary")
    documents = smaller.encode_document(CORPUS)
    queries = smaller.encode_query(WORDS)
    scores = smaller.similarity(queries, documents).numpy()
    in_full = queries.numpy() @ documents.numpy().T
    shown = np.sort(scores, axis=1)[:, -FOUND_BY_BITS:]
    is_found = scores >= shown[:, :1]
    assert np.allclose(scores[is_found], in_full[is_found], atol=1e-5)
    assert scores[~is_found].max() < in_full.min()


def test_each_text_is_encoded_once_for_all_sizes(ours):
    asked: list[str] = []

    class Counting:
        similarity_fn_name = "cosine"

        def encode(self, texts, **options):
            asked.extend(texts)
            return ours.encode(texts, **options)

    whole = Remembered(Counting())
    evaluator = evaluation.EmbeddingSimilarityEvaluator(LEFT, RIGHT, SCORES)
    for dim in (32, 16, 8):
        evaluator.measure(SmallerVectors(whole, dim, "int8"))
    assert sorted(asked) == sorted({*LEFT, *RIGHT})
