"""Texts are read through a tokenizer's chat template exactly when, and as, the reference does."""

import json

import numpy as np
import pytest
import sentence_transformers
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sentence_transformers import models as reference
from transformers import AutoTokenizer

from tests.tiny_architectures import write_tiny
from tests.tiny_model import sentences, write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Pooling, Router, Transformer
from worker.engine.model.modules.transformer_config import PLAIN_TEXT
from worker.engine.model.problems import WrongModelFile

TEXTS = [*sentences(12, seed=6), "", "The CAT sat", "x " * 60]
PROMPT = "who is on the road "
END = "{%- if add_generation_prompt %} who {%- endif %} </s> red cat"
TEMPLATES = {
    "flat": "{%- for m in messages %} near {{ m['role'] }} not {{ m.content }}{%- endfor %}" + END,
    "structured": (
        "{%- for m in messages %} near {{ m['role'] }}"
        "{%- for part in m.content %}{%- if part.type == 'text' %} not {{ part.text }}{%- endif %}"
        "{%- endfor %}{%- endfor %}" + END
    ),
    "named": {
        "default": "{%- for m in messages %} near {{ m.content[0].text }}{%- endfor %}" + END,
        "other": "sky",
    },
    "prompt at the end": (
        "{%- for m in messages if m.role != 'system' %}{{ m.content }}{%- endfor %} sad "
        "{%- for m in messages if m.role == 'system' %}{{ m.content }}{%- endfor %} bird"
    ),
    "by the task": "{{ messages[-1].content }} {%- if task == 'query' %} why how {%- endif %}",
    "deaf": "the cat ran",
}


def write(folder, template, name="qwen3", **options):
    """A checkpoint of the architecture `name` whose tokenizer has `template`."""
    write_tiny_bert(folder) if name == "bert" else write_tiny(name, folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = template
    for option, value in options.items():
        setattr(tokenizer, option, value)
    tokenizer.save_pretrained(folder)
    return folder


def rewrite(path, *without, **changes):
    config = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in config.items() if key not in without}))


def upstream(folder):
    return sentence_transformers.SentenceTransformer(str(folder), device="cpu")


def both(folder):
    return SentenceTransformer(folder, device="cpu"), upstream(folder)


def assert_same(mine, theirs, texts=TEXTS, **options):
    asked = {name: value for name, value in options.items() if name in ("task", "prompt")}
    for start in range(0, len(texts), 4):
        found, expected = (
            m.preprocess(texts[start : start + 4], **options) for m in (mine, theirs)
        )
        for name in ("input_ids", "attention_mask"):
            torch.testing.assert_close(found[name], expected[name], rtol=0, atol=0)
        assert ("prompt_length" in found) == ("prompt_length" in expected)
    ours, wanted = (vectors(m, texts, **asked) for m in (mine, theirs))
    if isinstance(wanted, str):
        assert ours == wanted
    else:
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-5)


def vectors(model, texts, **options):
    """Or what it says where there is no token at all to read, which a Llama can't."""
    try:
        return model.encode(texts, batch_size=4, **options)
    except RuntimeError as error:
        return str(error)


every_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))


@pytest.mark.parametrize("name", ["qwen3", "llama", "bert"])
@every_template
def test_a_plain_checkpoint_reads_texts_through_its_template(template, name, tmp_path):
    mine, theirs = both(write(tmp_path, template, name))
    for prompt in (None, PROMPT):
        assert_same(mine, theirs, prompt=prompt)
    assert mine[0].modality_config == theirs[0].modality_config
    assert mine.modalities == theirs.modalities == ["text", "message"]
    assert mine.supports("message")


@pytest.mark.parametrize("name", ["qwen3", "bert"])
def test_a_plain_checkpoint_without_a_template_reads_plain_texts(name, tmp_path):
    mine, theirs = both(write(tmp_path, None, name))
    for prompt in (None, PROMPT):
        assert_same(mine, theirs, prompt=prompt)
    assert mine[0].modality_config == theirs[0].modality_config == PLAIN_TEXT
    assert mine.modalities == theirs.modalities == ["text"]


@every_template
def test_what_one_saves_the_other_loads(template, tmp_path):
    before = both(write(tmp_path / "plain", template))
    for name, model in zip(("mine", "theirs"), before, strict=True):
        model.max_seq_length = 17
        model.save_pretrained(str(tmp_path / name), create_model_card=False)
        mine, theirs = both(tmp_path / name)
        for prompt in (None, PROMPT):
            assert_same(mine, theirs, prompt=prompt)
            assert_same(mine, before[0], prompt=prompt)
        assert mine[0].modality_config == theirs[0].modality_config == before[1][0].modality_config


def test_a_model_of_before_the_templates_goes_on_reading_plain_texts(tmp_path):
    mine = SentenceTransformer(write(tmp_path / "plain", TEMPLATES["flat"]), device="cpu")
    mine.save_pretrained(str(tmp_path / "old"), create_model_card=False)
    rewrite(tmp_path / "old" / "sentence_bert_config.json", "modality_config", "module_output_name")
    mine, theirs = both(tmp_path / "old")
    assert_same(mine, theirs, prompt=PROMPT)
    assert mine.modalities == theirs.modalities == ["text"]
    mine.save_pretrained(str(tmp_path / "again"), create_model_card=False)
    assert_same(*both(tmp_path / "again"), prompt=PROMPT)
    (tmp_path / "old" / "sentence_bert_config.json").unlink()
    assert_same(*both(tmp_path / "old"), prompt=PROMPT)


def test_modality_config_chooses_whether_the_template_is_used(tmp_path):
    folder = write(tmp_path / "plain", TEMPLATES["flat"])
    framed = Transformer(folder).modality_config
    for config in (
        PLAIN_TEXT,
        framed,
        {**framed, "message": framed["message"] | {"format": "auto"}},
    ):
        asked = {"modality_config": config, "module_output_name": "token_embeddings"}
        mine = SentenceTransformer(
            modules=[Transformer(folder, **asked), Pooling(32)], device="cpu"
        )
        theirs = sentence_transformers.SentenceTransformer(
            modules=[reference.Transformer(str(folder), **asked), reference.Pooling(32)],
            device="cpu",
        )
        assert_same(mine, theirs, prompt=PROMPT)
        mine.save_pretrained(str(tmp_path / "saved"), create_model_card=False)
        assert_same(upstream(tmp_path / "saved"), theirs, prompt=PROMPT)


def test_a_saved_format_wins_over_what_the_template_looks_like(tmp_path):
    folder = write(tmp_path / "plain", "{{ messages[0].content | string }} ' .type '")
    mine = SentenceTransformer(folder, device="cpu")
    mine.save_pretrained(str(tmp_path / "saved"), create_model_card=False)
    config = mine[0].modality_config
    assert config["message"]["format"] == "structured"
    config["message"]["format"] = "flat"
    rewrite(tmp_path / "saved" / "sentence_bert_config.json", modality_config=config)
    assert_same(*both(tmp_path / "saved"))


@pytest.fixture(scope="module")
def pairs_of_models(tmp_path_factory):
    return {
        (name, form, cut): both(
            write(tmp_path_factory.mktemp("cut"), TEMPLATES[form], name, truncation_side=cut)
        )
        for name in ("qwen3", "llama")
        for form in TEMPLATES
        for cut in ("right", "left")
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.data(),
    limit=st.integers(1, 24),
    prompt=st.sampled_from([None, PROMPT]),
    task=st.sampled_from([None, "query"]),
)
def test_the_end_of_the_template_survives_truncation(pairs_of_models, data, limit, prompt, task):
    mine, theirs = pairs_of_models[data.draw(st.sampled_from(sorted(pairs_of_models)))]
    texts = data.draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4))
    mine.max_seq_length = theirs.max_seq_length = limit
    assert_same(mine, theirs, texts, prompt=prompt, task=task)


@pytest.mark.parametrize(
    "asked",
    [
        {"chat_template": {"restore_suffix": False}},
        {"chat_template": {"add_generation_prompt": True}},
        {"chat_template": {"max_length": 9}, "text": {"max_length": 12}},
        {"text": {"max_length": 8, "truncation": False}},
        {"text": {"truncation": "do_not_truncate"}},
        {"text": {"max_length": 32, "padding": "max_length", "pad_to_multiple_of": 16}},
        {"common": {"max_length": 10}},
    ],
    ids=str,
)
def test_options_of_the_template_and_the_tokenizer_are_heeded(asked, tmp_path):
    mine, theirs = both(write(tmp_path / "plain", TEMPLATES["flat"]))
    mine.max_seq_length = theirs.max_seq_length = 14
    assert_same(mine, theirs, prompt=PROMPT, processing_kwargs=asked)
    mine[0].processing_kwargs = theirs[0].processing_kwargs = asked
    assert_same(mine, theirs)
    mine.save_pretrained(str(tmp_path / "saved"), create_model_card=False)
    assert_same(*both(tmp_path / "saved"))


CHAT = [
    {"role": "system", "content": "how sad"},
    {"role": "user", "content": "the cat sat on the mat"},
    {"role": "assistant", "content": "why", "name": "bird"},
]


@pytest.mark.parametrize("form", ["flat", "prompt at the end"])
@pytest.mark.parametrize("limit", [7, 38])
def test_conversations_are_read_as_they_are(form, limit, tmp_path):
    mine, theirs = both(write(tmp_path, TEMPLATES[form]))
    mine.max_seq_length = theirs.max_seq_length = limit
    assert_same(mine, theirs, [CHAT, CHAT[1:2], CHAT[1]])
    assert_same(mine, theirs, [CHAT, CHAT[1:]], prompt=PROMPT)
    assert mine.is_singular_input(CHAT) == theirs.is_singular_input(CHAT) is True
    for one in (CHAT, CHAT[1]):
        np.testing.assert_allclose(mine.encode(one), theirs.encode(one), rtol=0, atol=1e-5)


def test_conversations_in_parts_are_read_as_they_are(tmp_path):
    mine, theirs = both(write(tmp_path, TEMPLATES["structured"]))
    chat = [{**m, "content": [{"type": "text", "text": m["content"]}] * 2} for m in CHAT]
    mine.max_seq_length = theirs.max_seq_length = 12
    assert_same(mine, theirs, [chat, chat[1:]])


def test_a_text_and_the_same_text_in_a_message_have_one_vector(tmp_path):
    model = SentenceTransformer(write(tmp_path, TEMPLATES["flat"]), device="cpu")
    messages = [[{"role": "user", "content": text}] for text in TEXTS]
    np.testing.assert_array_equal(model.encode(messages), model.encode(TEXTS))
    mixed = [m if i % 2 else t for i, (m, t) in enumerate(zip(messages, TEXTS, strict=True))]
    np.testing.assert_array_equal(model.encode(mixed), model.encode(TEXTS))


def test_lower_case_leaves_the_template_as_it_is(tmp_path):
    folder = write(tmp_path, TEMPLATES["flat"])
    model = SentenceTransformer(
        modules=[Transformer(folder, do_lower_case=True), Pooling(32)], device="cpu"
    )
    lower = model.preprocess(["the cat", CHAT], prompt="how")
    upper = model.preprocess(
        ["The CAT", [{**m, "content": m["content"].upper()} for m in CHAT]], prompt="How"
    )
    torch.testing.assert_close(upper["input_ids"], lower["input_ids"])
    assert model.tokenizer.eos_token_id in lower["input_ids"]


PAIRS = [("the cat", "sat on the mat"), ["who", "a dog ran " * 20]]


@pytest.mark.parametrize("form", ["flat", "structured"])
def test_a_pair_is_a_query_and_a_document(form, tmp_path):
    mine, theirs = both(write(tmp_path, TEMPLATES[form]))
    assert_same(mine, theirs, PAIRS, prompt=PROMPT)


@pytest.mark.parametrize("form", ["by the task", "deaf"])
def test_a_pair_that_the_template_drops_is_refused(form, tmp_path):
    mine, theirs = both(write(tmp_path, TEMPLATES[form]))
    with pytest.raises(ValueError, match="query"):
        theirs.encode(PAIRS)
    with pytest.raises(ValueError, match="drops the query"):
        mine.encode(PAIRS)


def test_a_chat_template_reads_at_most_two_texts_together(tmp_path):
    model = SentenceTransformer(write(tmp_path, TEMPLATES["flat"]), device="cpu")
    for wrong in ((), ("a", "b", "c")):
        with pytest.raises(ValueError, match="two texts, or a conversation"):
            model.encode([wrong])


def test_what_a_template_refuses_is_told(tmp_path):
    strict = "{%- if messages[0].role == 'system' %}{{ raise_exception('no system') }}{%- endif %}x"
    model = SentenceTransformer(write(tmp_path, strict), device="cpu")
    assert model.encode("the cat").shape == (32,)
    with pytest.raises(ValueError, match=r"no system.*leave it out"):
        model.encode("the cat", prompt=PROMPT)


def test_a_model_that_has_lost_its_template_is_told(tmp_path):
    model = SentenceTransformer(write(tmp_path, TEMPLATES["flat"]), device="cpu")
    model.tokenizer.chat_template = None
    with pytest.raises(ValueError, match=r"Set tokenizer\.chat_template"):
        model.encode("the cat")


def test_images_in_messages_are_refused(tmp_path):
    model = SentenceTransformer(write(tmp_path, TEMPLATES["structured"]), device="cpu")
    with pytest.raises(ValueError, match="holds image"):
        model.encode([{"role": "user", "content": [{"type": "image", "image": "a.png"}]}])


def test_messages_are_refused_where_texts_are_read_plain(tiny_bert):
    model = SentenceTransformer(tiny_bert, device="cpu")
    for chat in (CHAT, CHAT[0], [CHAT], ["the cat", CHAT]):
        with pytest.raises(ValueError, match="plain texts"):
            model.encode(chat)


@pytest.mark.parametrize(
    "changed",
    [
        {"image": {"method": "forward", "method_output_name": "last_hidden_state"}},
        {"text": {"method": "get_text_features", "method_output_name": "pooler_output"}},
        {"message": {**PLAIN_TEXT["text"], "format": "loud"}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_else_than_texts_a_model_reads_is_refused(changed, tmp_path):
    model = SentenceTransformer(write(tmp_path / "plain", TEMPLATES["flat"]), device="cpu")
    model.save_pretrained(str(tmp_path / "saved"), create_model_card=False)
    config = model[0].modality_config | changed
    rewrite(tmp_path / "saved" / "sentence_bert_config.json", modality_config=config)
    with pytest.raises(WrongModelFile, match="no images, sounds or videos"):
        SentenceTransformer(tmp_path / "saved", device="cpu")


def test_a_router_reads_what_its_routes_read(tmp_path):
    framed = Transformer(write(tmp_path / "framed", TEMPLATES["flat"]))
    plain = Transformer(write(tmp_path / "plain", None))
    router = Router.for_query_document([framed, Pooling(32)], [plain, Pooling(32)])
    model = SentenceTransformer(modules=[router], device="cpu")
    assert model.modalities == ["text", "message"]
    model.save_pretrained(str(tmp_path / "saved"), create_model_card=False)
    mine, theirs = both(tmp_path / "saved")
    assert set(theirs.modalities) == {"text", "message"}
    for task in ("query", "document"):
        assert_same(mine, theirs, task=task)


@pytest.mark.parametrize("is_causal", [True, False])
def test_a_decoder_that_sees_what_follows_is_pooled_by_the_mean(is_causal, tmp_path):
    folder = write(tmp_path, None, "llama")
    rewrite(folder / "config.json", is_causal=is_causal)
    mine, theirs = both(folder)
    assert mine[1].pooling_mode == theirs[1].pooling_mode == ("lasttoken" if is_causal else "mean")


@pytest.mark.parametrize("unpad", [True, False, None])
def test_unpad_inputs_stays_with_the_model(unpad, tiny_bert, tmp_path):
    theirs = reference.Transformer(str(tiny_bert), unpad_inputs=unpad)
    theirs.save(str(tmp_path / "theirs"))
    mine = Transformer.read(tmp_path / "theirs")
    assert mine.unpad_inputs is unpad
    (tmp_path / "mine").mkdir()
    mine.save(tmp_path / "mine")
    assert reference.Transformer.load(str(tmp_path / "mine")).unpad_inputs is unpad
