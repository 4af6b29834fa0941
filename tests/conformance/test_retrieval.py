"""Searching, paraphrases and communities find what the reference library finds."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import util as reference

from likewise import util
from tests.tiny_model import sentences

few = settings(max_examples=20, deadline=None)


def vectors(rows: int, width: int = 16, seed: int = 0) -> torch.Tensor:
    return torch.randn(rows, width, generator=torch.Generator().manual_seed(seed))


def clustered(rows: int, clusters: int, seed: int, noise: float = 0.35) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(clusters, 16, generator=generator)
    of = torch.randint(clusters, (rows,), generator=generator)
    return centres[of] + noise * torch.randn(rows, 16, generator=generator)


@few
@given(
    queries=st.integers(0, 9),
    corpus=st.integers(1, 60),
    top_k=st.integers(1, 12),
    query_chunk=st.integers(1, 10),
    corpus_chunk=st.integers(1, 70),
    function=st.sampled_from(["cos_sim", "dot_score", "euclidean_sim", "manhattan_sim"]),
)
@pytest.mark.parametrize("name", ["semantic_search", "information_retrieval"])
def test_search_finds_the_same(name, queries, corpus, top_k, query_chunk, corpus_chunk, function):
    asked, among = vectors(queries, seed=1), vectors(corpus, seed=2)

    def found(library):
        return getattr(library, name)(
            asked, among, query_chunk, corpus_chunk, top_k, getattr(library, function)
        )

    ours, theirs = found(util), found(reference)
    assert [[hit["corpus_id"] for hit in hits] for hits in ours] == [
        [hit["corpus_id"] for hit in hits] for hits in theirs
    ]
    assert [h["score"] for hits in ours for h in hits] == pytest.approx(
        [h["score"] for hits in theirs for h in hits], abs=1e-5
    )


def test_a_single_query_and_arrays_can_be_searched_with():
    one, among = vectors(1)[0].numpy(), vectors(9, seed=3).numpy()
    ours, theirs = util.semantic_search(one, among), reference.semantic_search(one, among)
    assert [hit["corpus_id"] for hit in ours[0]] == [hit["corpus_id"] for hit in theirs[0]]


@few
@given(
    rows=st.integers(0, 60),
    query_chunk=st.integers(1, 70),
    corpus_chunk=st.integers(1, 70),
    max_pairs=st.integers(1, 300),
    top_k=st.integers(1, 20),
)
def test_paraphrase_mining_embeddings_finds_the_same_pairs(
    rows, query_chunk, corpus_chunk, max_pairs, top_k
):
    embeddings = vectors(rows)
    options = (query_chunk, corpus_chunk, max_pairs, top_k)
    ours = util.paraphrase_mining_embeddings(embeddings, *options)
    theirs = reference.paraphrase_mining_embeddings(embeddings, *options)
    assert [pair[1:] for pair in ours] == [pair[1:] for pair in theirs]
    assert [pair[0] for pair in ours] == pytest.approx([pair[0] for pair in theirs], abs=1e-5)


def test_paraphrase_mining_takes_texts(ours, theirs):
    texts = sentences(30, seed=5)
    found = util.paraphrase_mining(ours, texts, max_pairs=50, top_k=7)
    expected = reference.paraphrase_mining(theirs, texts, max_pairs=50, top_k=7)
    assert [pair[1:] for pair in found] == [pair[1:] for pair in expected]


@few
@given(
    rows=st.integers(1, 150),
    clusters=st.integers(1, 6),
    threshold=st.floats(0.2, 0.95),
    smallest=st.integers(1, 12),
    batch_size=st.integers(12, 200),
    seed=st.integers(0, 99),
)
def test_community_detection_finds_the_same(rows, clusters, threshold, smallest, batch_size, seed):
    embeddings = clustered(rows, clusters, seed)
    options = (threshold, smallest, batch_size)
    assert util.community_detection(embeddings, *options) == reference.community_detection(
        embeddings, *options
    )


def test_communities_of_an_array_and_of_nothing():
    embeddings = clustered(60, 3, seed=1)
    assert util.community_detection(embeddings.numpy()) == util.community_detection(embeddings)
    assert util.community_detection(np.zeros((0, 4))) == []
