"""How alike vectors are, by every function of the reference library and in every form they come."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import util as reference

from likewise import util

few = settings(max_examples=20, deadline=None)

ALL_PAIRS = ("cos_sim", "dot_score", "euclidean_sim", "manhattan_sim", "pytorch_cos_sim")
PAIRWISE = (
    "pairwise_cos_sim",
    "pairwise_dot_score",
    "pairwise_euclidean_sim",
    "pairwise_manhattan_sim",
    "pairwise_angle_sim",
)
FORMS = {
    "tensor": lambda rows: rows,
    "double": lambda rows: rows.double(),
    "half": lambda rows: rows.bfloat16(),
    "array": lambda rows: rows.numpy(),
    "list of tensors": list,
    "list of arrays": lambda rows: list(rows.numpy()),
    "list of lists": lambda rows: rows.tolist(),
    "sparse": lambda rows: rows.relu().to_sparse(),
}


def vectors(rows, width, seed=0):
    return torch.randn(rows, width, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [*ALL_PAIRS, *PAIRWISE])
@few
@given(rows=st.integers(1, 6), width=st.integers(1, 9), seed=st.integers(0, 99))
def test_similarities_are_the_same(name, form, rows, width, seed):
    a, b = (FORMS[form](vectors(rows, width, seed + n)) for n in range(2))
    ours, theirs = getattr(util, name)(a, b), getattr(reference, name)(a, b)
    assert torch.allclose(ours, theirs.to(ours.dtype), atol=1e-5)


@pytest.mark.parametrize("name", ALL_PAIRS)
def test_single_vectors_are_one_row(name):
    a, b = vectors(1, 5)[0], vectors(3, 5)
    assert getattr(util, name)(a, b).shape == (1, 3)


@pytest.mark.parametrize("member", ["cosine", "dot", "euclidean", "manhattan"])
def test_similarity_functions_are_found_by_name(member):
    a, b = vectors(3, 5), vectors(3, 5, seed=1)
    ours, theirs = util.SimilarityFunction, reference.SimilarityFunction
    assert ours(member).value == theirs(member).value
    for find in ("to_similarity_fn", "to_similarity_pairwise_fn"):
        mine, expected = getattr(ours, find)(member), getattr(theirs, find)(member)
        assert mine.__name__ == expected.__name__
        assert torch.allclose(mine(a, b), expected(a, b), atol=1e-6)


@pytest.mark.parametrize("form", ["tensor", "half", "sparse"])
def test_normalize_embeddings_gives_rows_of_length_one(form):
    rows = FORMS[form](vectors(4, 6))
    ours, theirs = util.normalize_embeddings(rows), reference.normalize_embeddings(rows)
    assert ours.is_sparse == theirs.is_sparse
    assert torch.allclose(ours.to_dense(), theirs.to_dense(), atol=1e-2 if form == "half" else 1e-6)


@pytest.mark.parametrize("name", ["_convert_to_tensor", "_convert_to_batch_tensor"])
@pytest.mark.parametrize("form", [form for form in FORMS if form != "sparse"])
def test_vectors_in_any_form_become_the_same_tensor(name, form):
    given_rows = FORMS[form](vectors(3, 4))
    ours, theirs = getattr(util, name)(given_rows), getattr(reference, name)(given_rows)
    assert ours.dtype == theirs.dtype
    assert torch.equal(ours, theirs)


def test_a_vector_becomes_a_batch_and_read_only_arrays_are_read():
    assert util._convert_to_batch(torch.ones(3)).shape == (1, 3)
    frozen = np.ones((2, 3), dtype=np.float32)
    frozen.flags.writeable = False
    assert torch.equal(util._convert_to_tensor(frozen), torch.ones(2, 3))


@pytest.mark.parametrize("dims", [3, None])
def test_truncate_embeddings_keeps_the_first_dimensions(dims):
    rows = vectors(2, 5)
    assert torch.equal(
        util.truncate_embeddings(rows, dims), reference.truncate_embeddings(rows, dims)
    )


TOKENS = st.lists(st.integers(1, 6), min_size=1, max_size=5)


def token_vectors(lengths, seed):
    return [vectors(length, 4, seed + n) for n, length in enumerate(lengths)]


@pytest.mark.parametrize("name", ["maxsim", "mean_maxsim"])
@few
@given(
    queries=TOKENS, documents=TOKENS, budget=st.sampled_from([None, 1, 60]), seed=st.integers(0, 99)
)
def test_late_interaction_scores_are_the_same(name, queries, documents, budget, seed):
    a, b = token_vectors(queries, seed), token_vectors(documents, seed + 50)
    ours = getattr(util, name)(a, b, chunk_elements=budget)
    theirs = getattr(reference, name)(a, b, chunk_elements=budget)
    assert torch.allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("name", ["maxsim_pairwise", "mean_maxsim_pairwise"])
@few
@given(lengths=TOKENS, budget=st.sampled_from([None, 1, 60]), seed=st.integers(0, 99))
def test_late_interaction_of_pairs_is_the_same(name, lengths, budget, seed):
    a, b = token_vectors(lengths, seed), token_vectors(reversed(lengths), seed + 50)
    ours = getattr(util, name)(a, b, chunk_elements=budget)
    theirs = getattr(reference, name)(a, b, chunk_elements=budget)
    assert torch.allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("name", ["maxsim", "mean_maxsim", "maxsim_pairwise"])
@pytest.mark.parametrize("masked", [True, False])
def test_late_interaction_takes_padding_out(name, masked):
    a, b = vectors(18, 4).reshape(3, 6, 4), vectors(15, 4, seed=1).reshape(3, 5, 4)
    a_mask = torch.tensor([[1, 1, 1, 0, 0, 0], [1] * 6, [1, 0, 0, 0, 0, 0]])
    b_mask = torch.tensor([[1, 1, 0, 0, 0], [1] * 5, [0] * 5]).bool()  # the last has no tokens
    masks = {"a_mask": a_mask, "b_mask": b_mask} if masked else {}
    if not masked:
        a, b = a * a_mask[..., None], b * b_mask[..., None]
    ours, theirs = getattr(util, name)(a, b, **masks), getattr(reference, name)(a, b, **masks)
    assert torch.allclose(ours, theirs, rtol=1e-5)


def test_late_interaction_of_nothing_one_text_and_wrong_masks():
    one, several = vectors(3, 4), token_vectors([2, 5], seed=9)
    assert torch.allclose(util.maxsim(one, several), reference.maxsim(one, several), atol=1e-6)
    assert util.maxsim([], several).shape == (0, 2)
    assert util.maxsim_pairwise([], []).shape == (0,)
    with pytest.raises(ValueError, match="covers 7 tokens"):
        util.maxsim(one, several, a_mask=torch.ones(7))
    with pytest.raises(ValueError, match="make no pairs"):
        util.maxsim_pairwise([one], several)


@pytest.mark.parametrize("kept", [1, 3, 99])
@pytest.mark.parametrize("form", ["tensor", "array"])
def test_select_max_active_dims_keeps_the_largest(kept, form):
    rows = FORMS[form](vectors(4, 6))
    assert torch.equal(
        util.select_max_active_dims(rows, kept), reference.select_max_active_dims(rows, kept)
    )
    assert util.select_max_active_dims(rows, None) is rows
    with pytest.raises(ValueError, match="at least 1"):
        util.select_max_active_dims(rows, 0)


def test_sparse_rows_are_counted_and_handed_to_scipy():
    rows = vectors(5, 7).relu().to_sparse()
    assert (util.to_scipy_coo(rows) != reference.to_scipy_coo(rows)).nnz == 0
    for some in (rows, rows.to_dense(), rows.to_dense()[0], rows.to_dense() * 0):
        ours, theirs = util.compute_count_vector(some), reference.compute_count_vector(some)
        assert ours.dtype == theirs.dtype
        assert torch.equal(ours, theirs)
    with pytest.raises(ValueError, match="3 dimensions"):
        util.compute_count_vector(torch.ones(1, 1, 1))


@pytest.mark.parametrize("name", ["stack_padded_token_embeddings", "cat_padded_token_embeddings"])
def test_token_embeddings_of_several_lengths_are_joined(name):
    parts = [vectors(2 * t, 3, seed=t).reshape(2, t, 3) for t in (2, 4, 1)]
    masks = [torch.ones(2, t, dtype=torch.bool) for t in (2, 4, 1)]
    ours, theirs = getattr(util, name)(parts, masks), getattr(reference, name)(parts, masks)
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_repad_flattened_features_gives_rows_back():
    def flattened():
        return {
            "token_embeddings": vectors(7, 3)[None],
            "input_ids": torch.arange(7)[None],
            "cu_seq_lens_q": torch.tensor([0, 2, 3, 7]),
            "position_ids": torch.tensor([0, 1, 0, 0, 1, 2, 3]),
            "max_length_q": 4,
        }

    ours = util.repad_flattened_features(flattened())
    theirs = reference.repad_flattened_features(flattened())
    assert sorted(ours) == sorted(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_an_unknown_similarity_is_refused_with_the_names_that_there_are():
    with pytest.raises(ValueError, match="cosine, dot, euclidean, manhattan, not 'cosin'"):
        util.SimilarityFunction("cosin")
