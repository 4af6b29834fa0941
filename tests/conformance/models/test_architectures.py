"""Every architecture gives the reference's vectors, whichever of the two has saved the model."""

from pathlib import Path

import numpy as np
import pytest
import sentence_transformers
import torch
from safetensors.torch import load_file
from transformers import PegasusConfig

from tests.tiny_architectures import ARCHITECTURES, LONGEST, write_tiny
from tests.tiny_model import sentences
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Pooling, Transformer
from worker.engine.model.problems import WrongModelFile

TEXTS = [*sentences(15, seed=5), "The CAT sat", "", "x " * 100]


@pytest.fixture(scope="module")
def checkpoint(request, tmp_path_factory) -> Path:
    return write_tiny(request.param, tmp_path_factory.mktemp(request.param))


every_architecture = pytest.mark.parametrize("checkpoint", ARCHITECTURES, indirect=True)


def assert_same_vectors(one, other):
    mine, theirs = one.encode(TEXTS, batch_size=5), other.encode(TEXTS, batch_size=5)
    assert np.linalg.norm(mine[0] - mine[1]) > 1e-2 * np.linalg.norm(mine[0])
    np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-5)


def upstream(folder, **options):
    return sentence_transformers.SentenceTransformer(str(folder), device="cpu", **options)


@every_architecture
def test_a_plain_checkpoint_gives_the_same_vectors(checkpoint):
    mine, theirs = SentenceTransformer(checkpoint, device="cpu"), upstream(checkpoint)
    assert_same_vectors(mine, theirs)
    assert mine.max_seq_length == theirs.max_seq_length == LONGEST
    assert mine[1].pooling_mode == theirs[1].pooling_mode


@every_architecture
def test_what_one_saves_the_other_loads(checkpoint, tmp_path):
    mine, theirs = SentenceTransformer(checkpoint, device="cpu"), upstream(checkpoint)
    mine.max_seq_length = theirs.max_seq_length = 11
    mine.save_pretrained(str(tmp_path / "mine"), create_model_card=False)
    theirs.save_pretrained(str(tmp_path / "theirs"), create_model_card=False)
    for folder in (tmp_path / "mine", tmp_path / "theirs"):
        assert_same_vectors(SentenceTransformer(folder, device="cpu"), upstream(folder))
        assert_same_vectors(SentenceTransformer(folder, device="cpu"), mine)
        assert SentenceTransformer(folder, device="cpu").max_seq_length == 11
    assert weights(tmp_path / "mine") == weights(tmp_path / "theirs")


def weights(folder):
    return {
        name: tuple(tensor.shape)
        for name, tensor in load_file(folder / "model.safetensors").items()
    }


@pytest.mark.parametrize("checkpoint", ["t5", "mt5", "umt5"], indirect=True)
def test_of_an_encoder_with_a_decoder_only_the_encoder_is_loaded(checkpoint):
    names = SentenceTransformer(checkpoint, device="cpu")[0].model.state_dict()
    assert names
    assert not [name for name in names if "decoder" in name]


def test_an_encoder_that_cannot_be_loaded_alone_is_told(tmp_path):
    PegasusConfig(vocab_size=9, d_model=8).save_pretrained(tmp_path)
    with pytest.raises(WrongModelFile, match="pegasus has an encoder and a decoder"):
        SentenceTransformer(tmp_path, device="cpu")


@pytest.mark.parametrize("checkpoint", ["llama", "qwen3", "mistral", "gemma"], indirect=True)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_text_has_its_vector_whatever_it_is_padded_with(checkpoint, side):
    model = SentenceTransformer(checkpoint, device="cpu")
    model.tokenizer.padding_side = side
    alone = np.stack([model.encode(text) for text in TEXTS])
    np.testing.assert_allclose(model.encode(TEXTS), alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize("checkpoint", ["llama", "gpt2"], indirect=True)
def test_a_tokenizer_without_padding_pads_with_the_end_of_a_text(checkpoint, tmp_path):
    expected = SentenceTransformer(checkpoint, device="cpu").encode(TEXTS)
    mute = Transformer(checkpoint)
    mute.tokenizer.pad_token = None
    mute.model.save_pretrained(tmp_path, create_model_card=False)
    mute.tokenizer.save_pretrained(tmp_path, create_model_card=False)
    mine = SentenceTransformer(tmp_path, device="cpu")
    assert mine.tokenizer.pad_token == mine.tokenizer.eos_token == "</s>"
    mine[1] = Pooling(32, "mean" if checkpoint.name.startswith("gpt2") else "lasttoken")
    np.testing.assert_allclose(mine.encode(TEXTS), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "checkpoint", ["roberta", "xlm-roberta", "camembert", "mpnet"], indirect=True
)
def test_positions_that_begin_after_the_padding_id_limit_a_text(checkpoint, tmp_path):
    unlimited = Transformer(checkpoint)
    unlimited.max_seq_length = None
    unlimited.save(tmp_path)
    (tmp_path / "sentence_bert_config.json").unlink()
    model = SentenceTransformer(tmp_path, device="cpu")
    assert model.max_seq_length == 38  # 40 positions, of which the padding id 1 takes two
    assert np.isfinite(model.encode("x " * 100)).all()


@pytest.mark.parametrize("checkpoint", ["bert", "t5", "qwen3"], indirect=True)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_a_checkpoint_in_16_bits_is_raised_to_32(checkpoint, dtype, tmp_path):
    Transformer(checkpoint, model_kwargs={"dtype": dtype}).save(tmp_path)
    assert dtype in {tensor.dtype for tensor in load_file(tmp_path / "model.safetensors").values()}
    mine = SentenceTransformer(tmp_path, device="cpu")
    assert {weight.dtype for weight in mine.parameters()} == {torch.float32}
    theirs = upstream(tmp_path, model_kwargs={"dtype": torch.float32})
    assert_same_vectors(mine, theirs)
    half = SentenceTransformer(tmp_path, device="cpu", model_kwargs={"torch_dtype": dtype})
    assert half[0].model.dtype == dtype


@pytest.mark.parametrize("checkpoint", ["roberta", "albert"], indirect=True)
def test_lower_case_is_kept_by_whoever_saves(checkpoint, tmp_path):
    mine = SentenceTransformer(
        modules=[Transformer(checkpoint, do_lower_case=True), Pooling(32)], device="cpu"
    )
    mine.save_pretrained(tmp_path / "mine", create_model_card=False)
    transformer = sentence_transformers.models.Transformer(str(checkpoint), do_lower_case=True)
    theirs = sentence_transformers.SentenceTransformer(
        modules=[transformer, sentence_transformers.models.Pooling(32)], device="cpu"
    )
    theirs.save_pretrained(str(tmp_path / "theirs"), create_model_card=False)
    assert_same_vectors(mine, theirs)
    assert_same_vectors(mine, upstream(tmp_path / "mine"))
    assert_same_vectors(mine, SentenceTransformer(tmp_path / "theirs", device="cpu"))
    np.testing.assert_array_equal(mine.encode("The CAT"), mine.encode("the cat"))


@pytest.mark.parametrize("checkpoint", ["bert"], indirect=True)
def test_every_layer_is_given_when_the_configuration_asks(checkpoint):
    mine = Transformer(checkpoint, config_kwargs={"output_hidden_states": True}).eval()
    layers = mine(mine.preprocess(TEXTS))["all_layer_embeddings"]
    theirs = sentence_transformers.models.Transformer(
        str(checkpoint), config_kwargs={"output_hidden_states": True}
    ).eval()
    expected = theirs(theirs.preprocess(TEXTS))["all_layer_embeddings"]
    torch.testing.assert_close(layers, expected, rtol=0, atol=1e-5)
    assert "all_layer_embeddings" not in Transformer(checkpoint)(mine.preprocess(TEXTS))


@pytest.mark.parametrize("checkpoint", ["bert"], indirect=True)
def test_both_spellings_of_a_transformer_build_the_same(checkpoint):
    today = Transformer(
        str(checkpoint),
        max_seq_length=9,
        model_kwargs={"attn_implementation": "eager"},
        processor_kwargs={"padding_side": "left"},
        config_kwargs={"output_hidden_states": True},
    )
    before = Transformer(
        str(checkpoint),
        9,
        model_args={"attn_implementation": "eager"},
        tokenizer_args={"padding_side": "left"},
        config_args={"output_hidden_states": True},
        cache_dir=None,
    )
    for built in (today, before):
        assert built.max_seq_length == 9
        assert built.get_word_embedding_dimension() == built.get_embedding_dimension() == 32
        assert built.auto_model is built.model
        assert built.config._attn_implementation == "eager"
        assert built.config.output_hidden_states
        assert built.tokenizer.padding_side == "left"
