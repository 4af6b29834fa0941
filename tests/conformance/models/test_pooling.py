"""Every pooling gives the reference's vectors, on whichever side a text is padded."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import models as reference

from likewise import models
from worker.engine.model.modules.pooling import OLD_NAMES, POOLINGS

modes = st.lists(st.sampled_from(list(POOLINGS)), min_size=1, max_size=3, unique=True)


@st.composite
def batches(draw, empty_rows=False):
    """Token vectors B×T×D with a mask, padded on either side, and the length of a prompt."""
    rows, longest = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    fewest = 0 if empty_rows else 1
    lengths = [draw(st.integers(fewest, longest)) for _ in range(rows)]
    mask = torch.zeros(rows, longest, dtype=torch.long)
    for row, length in zip(mask, lengths, strict=True):
        row[longest - length :] = 1 if length and draw(st.booleans()) else 0
        if not row.any():
            row[:length] = 1
    generator = torch.Generator().manual_seed(draw(st.integers(0, 9)))
    dtype = draw(st.sampled_from([torch.float32, torch.float64, torch.float16, torch.bfloat16]))
    return {
        "token_embeddings": torch.randn(rows, longest, 5, generator=generator).to(dtype),
        "attention_mask": mask,
        "prompt_length": draw(st.integers(0, max(0, min(lengths) - 1))),
    }


def pooled(library, batch, mode, **options):
    return library.Pooling(5, mode, **options)(dict(batch))["sentence_embedding"]


@given(batch=batches(), mode=modes, include_prompt=st.booleans())
@settings(max_examples=25, deadline=None)
def test_every_mode_gives_the_same_vectors(batch, mode, include_prompt):
    mine = pooled(models, batch, mode, include_prompt=include_prompt)
    theirs = pooled(reference, batch, mode, include_prompt=include_prompt)
    assert mine.dtype == theirs.dtype
    near = {torch.float16: 2e-3, torch.bfloat16: 2e-2}.get(mine.dtype, 1e-5)
    torch.testing.assert_close(mine, theirs, rtol=near, atol=near)


@given(batch=batches(empty_rows=True), mode=modes)
@settings(max_examples=25, deadline=None)
def test_a_text_without_tokens_has_the_same_vector_as_in_the_reference(batch, mode):
    batch = batch | {"token_embeddings": batch["token_embeddings"].float(), "prompt_length": 0}
    torch.testing.assert_close(
        pooled(models, batch, mode), pooled(reference, batch, mode), rtol=1e-5, atol=1e-5
    )


@given(batch=batches(), mode=modes)
@settings(max_examples=25, deadline=None)
def test_the_side_of_the_padding_changes_nothing(batch, mode):
    vectors, mask = batch["token_embeddings"].double(), batch["attention_mask"]
    order = mask.argsort(dim=1, stable=True)  # real tokens last, in their order
    left = {
        "token_embeddings": vectors.gather(1, order[..., None].expand_as(vectors)),
        "attention_mask": mask.gather(1, order),
    }
    right = {"token_embeddings": vectors, "attention_mask": mask}
    torch.testing.assert_close(pooled(models, left, mode), pooled(models, right, mode))


def test_half_precision_is_summed_in_32_bits():
    tokens = torch.full((1, 5000, 5), 0.1, dtype=torch.bfloat16)
    batch = {"token_embeddings": tokens, "attention_mask": torch.ones(1, 5000, dtype=torch.long)}
    for mode in ("mean", "weightedmean"):
        torch.testing.assert_close(pooled(models, batch, mode), tokens[:, 0])


@pytest.mark.parametrize("mode", POOLINGS)
def test_a_boolean_of_before_version_5_4_chooses_its_mode(mode):
    built = models.Pooling(5, **{OLD_NAMES[mode]: True})
    assert (
        built.pooling_mode == reference.Pooling(5, **{OLD_NAMES[mode]: True}).pooling_mode == mode
    )
    assert models.Pooling(5, **{OLD_NAMES[mode]: False}).pooling_mode == "mean"


def test_older_and_newer_spellings_build_the_same():
    with pytest.warns(FutureWarning, match="embedding_dimension"):
        older = models.Pooling(
            word_embedding_dimension=5,
            pooling_mode_mean_tokens=True,
            pooling_mode_cls_token=True,
            pooling_mode_max_tokens=False,
        )
    newer = models.Pooling(5, pooling_mode=("cls", "mean"))
    assert older.get_config_dict() == newer.get_config_dict()
    assert older.get_sentence_embedding_dimension() == newer.get_embedding_dimension() == 10
    assert older.pooling_output_dimension == 10


def test_a_mode_that_nobody_knows_is_told():
    with pytest.raises(ValueError, match=r"Pooling knows cls, max, mean,.* not median"):
        models.Pooling(5, "median")
    with pytest.raises(TypeError, match="no argument pooling_mode_median"):
        models.Pooling(5, pooling_mode_median=True)


@given(mode=modes, include_prompt=st.booleans())
@settings(max_examples=25, deadline=None)
def test_modes_keep_their_order_through_the_disk(mode, include_prompt, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pooling")
    models.Pooling(5, mode, include_prompt=include_prompt).save(folder)
    for library in (models, reference):
        loaded = library.Pooling.load(str(folder))
        found = loaded.pooling_mode
        assert ([found] if isinstance(found, str) else list(found)) == mode
        assert loaded.include_prompt == include_prompt
    in_old_order = mode == [name for name in OLD_NAMES if name in mode]
    assert ("pooling_mode" not in json.loads((folder / "config.json").read_text())) == in_old_order
