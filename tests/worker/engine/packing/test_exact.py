"""A model gives the same vectors and gradients without padding as with it, whatever its kind."""

import pytest
import torch
from transformers import AutoConfig, AutoModel, T5EncoderModel

from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.engine.packing import without_padding
from worker.engine.packing.kinds import PACKED_TYPES, Kind, kind_of

SMALL = {
    "vocab_size": 90,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 80,
    "pad_token_id": 1,
}
OF_ITS_OWN = {
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 48},
    "electra": {"embedding_size": 16},
    "modernbert": {"local_attention": 8, "global_attn_every_n_layers": 2},
    "t5": {"d_model": 32, "d_kv": 8, "num_layers": 2, "num_heads": 4, "d_ff": 48},
    "qwen2": {"num_key_value_heads": 2},
    "deberta-v2": {"relative_attention": True, "pos_att_type": ["c2p", "p2c"]},
}
IN_BUCKETS = ("mpnet", "deberta-v2", "modernbert", "t5", "qwen2")
LENGTHS = [3, 41, 5, 5, 9, 40, 12, 3, 7, 70]


def tiny(model_type):
    torch.manual_seed(0)
    config = AutoConfig.for_model(model_type, **SMALL | OF_ITS_OWN.get(model_type, {}))
    for name in list(vars(config)):
        if "drop" in name and isinstance(getattr(config, name), float):
            setattr(config, name, 0.0)
    model = T5EncoderModel(config) if model_type == "t5" else AutoModel.from_config(config)
    return model.train()


def batch(left=False):
    torch.manual_seed(1)
    width = max(LENGTHS) + 2  # two columns that are padding in all
    ids, mask = (
        torch.ones(len(LENGTHS), width, dtype=torch.long),
        torch.zeros(len(LENGTHS), width, dtype=torch.long),
    )
    for row, length in enumerate(LENGTHS):
        at = slice(width - length, width) if left else slice(length)
        ids[row, at] = torch.randint(5, 90, (length,))
        mask[row, at] = 1
    return {"input_ids": ids, "attention_mask": mask}


def vectors_and_gradients(model, run, mask_BT):
    model.zero_grad()
    hidden = run()
    real = hidden[mask_BT.bool()]
    weights = torch.linspace(-1, 1, real.numel()).view_as(real)
    (real * weights).sum().backward()
    grads = {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}
    return real.detach(), grads


@pytest.mark.parametrize("model_type", [*PACKED_TYPES, *IN_BUCKETS])
def test_vectors_and_gradients_are_those_of_the_padded_batch(model_type):
    model = tiny(model_type)
    assert kind_of(model) is (Kind.PACKED if model_type in PACKED_TYPES else Kind.BUCKETS)
    inputs = batch()
    mask = inputs["attention_mask"]
    expected, padded_grads = vectors_and_gradients(
        model, lambda: model(**inputs).last_hidden_state, mask
    )
    found, grads = vectors_and_gradients(
        model, lambda: without_padding(model, inputs).last_hidden_state, mask
    )
    torch.testing.assert_close(found, expected, atol=2e-6, rtol=2e-5)
    assert grads.keys() == padded_grads.keys()
    for name, grad in grads.items():
        torch.testing.assert_close(grad, padded_grads[name], atol=1e-4, rtol=1e-4, msg=name)


@pytest.mark.parametrize("model_type", ["bert", "mpnet"])
def test_all_layers_come_where_they_are_asked_for(model_type):
    model = tiny(model_type)
    model.config.output_hidden_states = True
    inputs = batch()
    real = inputs["attention_mask"].bool()
    expected = model(**inputs).hidden_states
    found = without_padding(model, inputs).hidden_states
    assert len(found) == len(expected) == 3
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours[real], theirs[real], atol=2e-6, rtol=2e-5)


@pytest.mark.parametrize(
    "why",
    [
        "padding on the left",
        "gaps",
        "an empty text",
        "positions given",
        "no padding",
        "attentions wanted",
        "no mask",
        "flash attention, which has no padding",
    ],
)
def test_what_cannot_be_packed_is_left_to_the_model(why):
    model = tiny("bert")
    inputs = batch(left=why == "padding on the left")
    if why == "gaps":
        inputs["attention_mask"][1, 3] = 0
    elif why == "an empty text":
        inputs["attention_mask"][1] = 0
    elif why == "positions given":
        inputs["position_ids"] = torch.arange(inputs["input_ids"].shape[1])[None]
    elif why == "no padding":
        inputs["attention_mask"][:] = 1
    elif why == "no mask":
        inputs["token_type_ids"] = inputs.pop("attention_mask")
    elif why.startswith("flash"):
        model.config._attn_implementation = "flash_attention_2"
    else:
        model.config._attn_implementation = "eager"
        model.config.output_attentions = True
    assert without_padding(model, inputs) is None


def test_copies_of_a_model_in_threads_read_their_parts_with_padding(tmp_path):
    model = SentenceTransformer(write_tiny_bert(tmp_path / "bert"), device="cpu").train()
    assert model[0].leaves_out_padding
    model[0].model._is_replica = True  # as torch marks the copies that DataParallel makes
    assert not model[0].leaves_out_padding
