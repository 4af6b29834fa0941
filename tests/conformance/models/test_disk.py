"""A model is the same whether the reference library or ours has saved or loaded it."""

import json

import numpy as np
import pytest
import sentence_transformers
import torch
from sentence_transformers.sentence_transformer import modules as reference

from tests.tiny_model import sentences, write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Dense, Normalize, Pooling, Transformer
from worker.engine.model.modules.pooling import POOLINGS

TEXTS = [*sentences(99, seed=5), "x " * 300]

OLD_POOLING = {
    "word_embedding_dimension": 32,
    "pooling_mode_cls_token": True,
    "pooling_mode_mean_tokens": True,
    "pooling_mode_max_tokens": True,
    "pooling_mode_mean_sqrt_len_tokens": False,
}


def assert_same_vectors(one, other, **options):
    np.testing.assert_allclose(
        one.encode(TEXTS, **options), other.encode(TEXTS, **options), rtol=0, atol=1e-5
    )


def stack(kinds, bert, mode, include_prompt=True):
    """The same model built of one library's modules."""
    transformer, pooling, dense, normalize = kinds
    first = transformer(str(bert))
    width = 32 * (1 if isinstance(mode, str) else len(mode))
    return [
        first,
        pooling(32, mode, include_prompt=include_prompt),
        dense(width, 16, activation_function=torch.nn.GELU()),
        normalize(),
    ]


OURS = (Transformer, Pooling, Dense, Normalize)
THEIRS = (reference.Transformer, reference.Pooling, reference.Dense, reference.Normalize)
MODES = [*POOLINGS, ["mean", "cls"], ["cls", "max", "lasttoken"]]


def test_a_plain_checkpoint_gives_the_same_vectors(ours, theirs):
    assert_same_vectors(ours, theirs)
    assert ours.max_seq_length == theirs.max_seq_length == 64


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_what_we_save_loads_in_the_reference(mode, tiny_bert, tmp_path):
    model = SentenceTransformer(
        modules=stack(OURS, tiny_bert, mode),
        device="cpu",
        prompts={"query": "who is "},
        similarity_fn_name="dot",
        truncate_dim=12,
    )
    model.max_seq_length = 20
    model.save_pretrained(tmp_path / "model", create_model_card=False)
    loaded = sentence_transformers.SentenceTransformer(str(tmp_path / "model"), device="cpu")
    assert_same_vectors(model, loaded)
    assert loaded.max_seq_length == 20
    assert loaded.prompts == model.prompts
    assert loaded.similarity_fn_name == "dot"
    np.testing.assert_allclose(
        model.encode_query(TEXTS), loaded.encode_query(TEXTS), rtol=0, atol=1e-5
    )
    assert_same_vectors(model, SentenceTransformer(tmp_path / "model", device="cpu"))


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_what_the_reference_saves_loads_in_ours(mode, tiny_bert, tmp_path):
    model = sentence_transformers.SentenceTransformer(
        modules=stack(THEIRS, tiny_bert, mode),
        device="cpu",
        prompts={"document": "the cat "},
        similarity_fn_name="euclidean",
    )
    model.max_seq_length = 20
    model.save_pretrained(str(tmp_path / "model"), create_model_card=False)
    loaded = SentenceTransformer(tmp_path / "model", device="cpu")
    assert_same_vectors(model, loaded)
    assert loaded.max_seq_length == 20
    assert loaded.prompts == model.prompts
    assert loaded.similarity_fn_name == "euclidean"
    assert loaded.get_embedding_dimension() == 16


@pytest.mark.parametrize("mode", POOLINGS)
def test_a_prompt_that_is_left_out_of_pooling_is_left_out_as_in_the_reference(mode, tiny_bert):
    mine = SentenceTransformer(modules=stack(OURS, tiny_bert, mode, False), device="cpu")
    theirs = sentence_transformers.SentenceTransformer(
        modules=stack(THEIRS, tiny_bert, mode, False), device="cpu"
    )
    theirs[2].load_state_dict(mine[2].state_dict())
    assert_same_vectors(mine, theirs, prompt="who is the cat ")


def test_the_layout_of_old_releases_loads(tiny_bert, tmp_path):
    folder = write_tiny_bert(tmp_path / "old")
    (folder / "modules.json").write_text(
        json.dumps(
            [
                {
                    "idx": 0,
                    "name": "0",
                    "path": "",
                    "type": "sentence_transformers.models.Transformer",
                },
                {
                    "idx": 1,
                    "name": "1",
                    "path": "1_Pooling",
                    "type": "sentence_transformers.models.Pooling",
                },
                {
                    "idx": 2,
                    "name": "2",
                    "path": "2_Normalize",
                    "type": "sentence_transformers.models.Normalize",
                },
            ]
        )
    )
    (folder / "sentence_bert_config.json").write_text(
        '{"max_seq_length": 18, "do_lower_case": false}'
    )
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(OLD_POOLING))
    mine = SentenceTransformer(folder, device="cpu")
    assert mine.max_seq_length == 18
    assert_same_vectors(mine, sentence_transformers.SentenceTransformer(str(folder), device="cpu"))


@pytest.mark.slow
def test_the_real_minilm_gives_the_same_vectors(real_minilm):
    mine = SentenceTransformer(real_minilm, device="cpu")
    theirs = sentence_transformers.SentenceTransformer(str(real_minilm), device="cpu")
    assert_same_vectors(mine, theirs, batch_size=50)
    assert mine.max_seq_length == 256


def test_similarities_equal_the_reference(ours, theirs):
    vectors = ours.encode(TEXTS[:20])
    for name in ("cosine", "dot", "euclidean", "manhattan"):
        ours.similarity_fn_name = theirs.similarity_fn_name = name
        torch.testing.assert_close(
            ours.similarity(vectors, vectors[:7]), theirs.similarity(vectors, vectors[:7])
        )
        torch.testing.assert_close(
            ours.similarity_pairwise(vectors, vectors[::-1].copy()),
            theirs.similarity_pairwise(vectors, vectors[::-1].copy()),
        )


@pytest.mark.parametrize(
    "options",
    [
        {"convert_to_tensor": True},
        {"convert_to_numpy": False},
        {"output_value": "token_embeddings"},
        {"normalize_embeddings": True, "truncate_dim": 5},
    ],
    ids=str,
)
def test_encode_gives_values_of_the_same_kind(options, ours, theirs):
    for texts in (TEXTS[:3], TEXTS[0]):
        mine, expected = ours.encode(texts, **options), theirs.encode(texts, **options)
        assert type(mine) is type(expected)
        mine, expected = (v if isinstance(v, list) else [v] for v in (mine, expected))
        for one, other in zip(mine, expected, strict=True):
            np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=0, atol=1e-5)
