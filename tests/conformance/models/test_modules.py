"""Every module gives the reference's values, and the other library reads what one has written."""

import gzip
import json

import numpy as np
import pytest
import sentence_transformers
import torch
from sentence_transformers import models as reference
from sentence_transformers.models import tokenizer as reference_tokenizer
from tokenizers import Tokenizer

from likewise import models
from likewise.models import tokenizer as our_tokenizer
from tests.tiny_model import WORDS, sentences
from worker.engine.model import SentenceTransformer
from worker.engine.model.problems import UnknownModule, WrongModelFile

TEXTS = [*sentences(30, seed=5), "", "nowhere to be found", "Cat! dog, (bird)"]
VOCABULARY = ["PADDING_TOKEN", *WORDS]
WEIGHTS = {word: 1 / (place + 1) for place, word in enumerate(WORDS[::2])}
OURS, THEIRS = (models, our_tokenizer), (reference, reference_tokenizer)
LIBRARIES = pytest.mark.parametrize("library", [OURS, THEIRS], ids=["ours", "theirs"])


def words(library):
    """WordEmbeddings of fixed vectors, as `library` builds them."""
    kinds, tokenizers = library
    generator = np.random.default_rng(3)
    tokenizer = tokenizers.WhitespaceTokenizer(VOCABULARY, stop_words=["the"], do_lower_case=True)
    return kinds.WordEmbeddings(tokenizer, generator.normal(size=(len(VOCABULARY), 8)))


def static(library, folder):
    kinds, _ = library
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(tokenizer.get_vocab_size(), 12, generator=generator)
    return kinds.StaticEmbedding(tokenizer, embedding_weights=weights)


def fixed(module, seed=7):
    """`module` with weights that are the same in both libraries."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(torch.rand(weight.shape, generator=generator) - 0.3)
    return module


STACKS = {
    "words": lambda lib, _: [words(lib), lib[0].Pooling(8, "mean")],
    "weighted words": lambda lib, _: [
        words(lib),
        lib[0].WordWeights(VOCABULARY, WEIGHTS, unknown_word_weight=0.5),
        lib[0].Pooling(8, ("mean", "mean_sqrt_len_tokens", "max")),
    ],
    "convolution": lambda lib, _: [
        words(lib),
        fixed(lib[0].CNN(8, out_channels=5, kernel_sizes=[1, 3])),
        lib[0].Pooling(10),
    ],
    "convolution to fewer tokens": lambda lib, _: [
        words(lib),
        fixed(lib[0].CNN(8, out_channels=5, kernel_sizes=[3], stride_sizes=[2])),
        lib[0].Pooling(5),
    ],
    "recurrent": lambda lib, _: [
        words(lib),
        fixed(lib[0].LSTM(8, hidden_dim=4, num_layers=2)),
        lib[0].Pooling(8, ("mean", "max")),
    ],
    "recurrent one way": lambda lib, _: [
        words(lib),
        fixed(lib[0].LSTM(embedding_dimension=8, hidden_dim=6, bidirectional=False)),
        lib[0].Pooling(6, "lasttoken"),
    ],
    "bag of words": lambda lib, _: [
        lib[0].BoW(WORDS, word_weights=WEIGHTS, unknown_word_weight=0.1)
    ],
    "set of words, dense": lambda lib, _: [
        lib[0].BoW(WORDS, cumulative_term_frequency=False),
        fixed(lib[0].Dense(len(WORDS), 6)),
    ],
    "static": lambda lib, bert: [static(lib, bert), lib[0].Normalize()],
    "layers": lambda lib, bert: [
        lib[0].Transformer(str(bert), config_kwargs={"output_hidden_states": True}),
        fixed(lib[0].WeightedLayerPooling(32, num_hidden_layers=2, layer_start=1)),
        lib[0].Pooling(32),
    ],
    "norm and dropout": lambda lib, bert: [
        lib[0].Transformer(str(bert)),
        lib[0].Pooling(32),
        fixed(lib[0].LayerNorm(32)),
        lib[0].Dropout(0.4),
    ],
    "residual": lambda lib, bert: [
        lib[0].Transformer(str(bert)),
        lib[0].Pooling(32),
        fixed(lib[0].Dense(32, 32, use_residual=True, activation_function=torch.nn.SiLU())),
        fixed(lib[0].Dense(32, 7, use_residual=True, bias=False, activation_function=None)),
    ],
    "dense over tokens": lambda lib, bert: [
        lib[0].Transformer(str(bert)),
        fixed(lib[0].Dense(32, 9, module_input_name="token_embeddings")),
        lib[0].Normalize(module_input_name="token_embeddings"),
        lib[0].Pooling(9),
        fixed(lib[0].Dense(9, 5, module_output_name="reduced")),
    ],
    "router": lambda lib, bert: [
        lib[0].Router.for_query_document(
            [static(lib, bert)],
            [lib[0].Transformer(str(bert)), lib[0].Pooling(32), fixed(lib[0].Dense(32, 12))],
        ),
        lib[0].Normalize(),
    ],
    "router with mappings": lambda lib, bert: [
        lib[0].Router(
            {"short": [static(lib, bert)], "long": [words(lib), lib[0].Pooling(8)]},
            default_route="long",
            route_mappings={("query", "text"): "short", ("document", None): "long"},
        ),
    ],
}


def build(library, stack, bert):
    kind = (
        SentenceTransformer if library[0] is models else sentence_transformers.SentenceTransformer
    )
    return kind(modules=STACKS[stack](library, bert), device="cpu")


def assert_same_vectors(one, other, **options):
    np.testing.assert_allclose(
        one.encode(TEXTS, **options), other.encode(TEXTS, **options), rtol=0, atol=1e-5
    )


every_stack = pytest.mark.parametrize("stack", STACKS)


@every_stack
def test_a_stack_of_modules_gives_the_same_vectors(stack, tiny_bert):
    mine = build(OURS, stack, tiny_bert)
    theirs = build(THEIRS, stack, tiny_bert)
    assert_same_vectors(mine, theirs)
    assert mine.get_embedding_dimension() == theirs.get_embedding_dimension()
    assert set(mine.state_dict()) == set(theirs.state_dict())


@every_stack
@LIBRARIES
def test_what_one_saves_both_load(stack, library, tiny_bert, tmp_path):
    model = build(library, stack, tiny_bert)
    model.save_pretrained(str(tmp_path), create_model_card=False)
    assert_same_vectors(model, SentenceTransformer(tmp_path, device="cpu"))
    assert_same_vectors(
        model, sentence_transformers.SentenceTransformer(str(tmp_path), device="cpu")
    )


@every_stack
def test_what_we_save_is_in_the_layout_that_old_releases_read(stack, tiny_bert, tmp_path):
    build(OURS, stack, tiny_bert).save_pretrained(tmp_path, create_model_card=False)
    types = {row["type"] for row in json.loads((tmp_path / "modules.json").read_text())}
    assert {name.rpartition(".")[0] for name in types} == {"sentence_transformers.models"}
    for config in tmp_path.rglob("*Pooling/config.json"):
        if "Weighted" not in config.parent.name:
            saved = json.loads(config.read_text())
            assert "word_embedding_dimension" in saved or isinstance(saved["pooling_mode"], list)
    for config in tmp_path.rglob("*Dense/config.json"):
        is_default = "use_residual" not in config.read_text()
        assert is_default or "residual" in stack


@LIBRARIES
def test_questions_and_documents_go_their_own_ways(library, tiny_bert, tmp_path):
    build(library, "router", tiny_bert).save_pretrained(str(tmp_path), create_model_card=False)
    mine = SentenceTransformer(tmp_path, device="cpu")[0]
    theirs = sentence_transformers.SentenceTransformer(str(tmp_path), device="cpu")[0]
    for task in ("query", "document", None):
        vectors = mine(mine.preprocess(TEXTS, task=task))["sentence_embedding"]
        expected = theirs(theirs.preprocess(TEXTS, task=task))["sentence_embedding"]
        torch.testing.assert_close(vectors, expected, rtol=0, atol=1e-5)
    assert mine.max_seq_length == 64


def test_an_asym_of_before_version_5_loads(tiny_bert, tmp_path):
    build(OURS, "router", tiny_bert).save_pretrained(tmp_path, create_model_card=False)
    config = json.loads((tmp_path / "router_config.json").read_text())
    config["parameters"] = {"allow_empty_key": True}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "router_config.json").unlink()
    rows = json.loads((tmp_path / "modules.json").read_text())
    rows[0]["type"] = "sentence_transformers.models.Asym"
    (tmp_path / "modules.json").write_text(json.dumps(rows))
    mine = SentenceTransformer(tmp_path, device="cpu")
    theirs = sentence_transformers.SentenceTransformer(str(tmp_path), device="cpu")
    rows_of_a_task = [{"query": text} for text in TEXTS]
    vectors = mine(mine[0].preprocess(rows_of_a_task))["sentence_embedding"]
    expected = theirs(theirs[0].preprocess(rows_of_a_task))["sentence_embedding"]
    torch.testing.assert_close(vectors, expected, rtol=0, atol=1e-5)


def test_routes_may_share_a_module_and_share_it_after_loading(tiny_bert, tmp_path):
    shared = models.Transformer(str(tiny_bert))
    router = models.Router.for_query_document(
        [shared, models.Pooling(32, "cls")], [shared, models.Pooling(32, "mean")]
    )
    SentenceTransformer(modules=[router], device="cpu").save_pretrained(
        tmp_path, create_model_card=False
    )
    loaded = SentenceTransformer(tmp_path, device="cpu")[0]
    assert loaded.sub_modules["query"][0] is loaded.sub_modules["document"][0]


def test_a_task_without_a_route_is_told(tiny_bert):
    router = models.Router.for_query_document([static((models, None), tiny_bert)], [words(OURS)])
    with pytest.raises(ValueError, match="no route for the task 'title', only 'query', 'document'"):
        router.preprocess(TEXTS, task="title")
    with pytest.raises(ValueError, match="texts without a task"):
        models.Router({"a": [words(OURS)]}, allow_empty_key=False).preprocess(TEXTS)
    with pytest.raises(ValueError, match="no route 'b'"):
        models.Router({"a": []}, default_route="b")


def test_a_router_reads_only_our_modules_in_its_own_folder(tiny_bert, tmp_path):
    build(OURS, "router", tiny_bert).save_pretrained(tmp_path, create_model_card=False)
    saved = (tmp_path / "router_config.json").read_text()
    config = json.loads(saved)
    config["types"]["query_0_StaticEmbedding"] = "os.system"
    (tmp_path / "router_config.json").write_text(json.dumps(config))
    with pytest.raises(UnknownModule, match=r"os\.system"):
        SentenceTransformer(tmp_path)
    (tmp_path / "router_config.json").write_text(saved.replace("query_0_S", "../query_0_S"))
    with pytest.raises(WrongModelFile, match="outside of its folder"):
        SentenceTransformer(tmp_path)


def test_a_tokenizer_that_a_file_names_is_never_imported(tiny_bert, tmp_path):
    build(OURS, "words", tiny_bert).save_pretrained(tmp_path, create_model_card=False)
    place = tmp_path / "wordembedding_config.json"
    config = json.loads(place.read_text()) | {"tokenizer_class": "os.system"}
    place.write_text(json.dumps(config))
    with pytest.raises(UnknownModule, match=r"os\.system"):
        SentenceTransformer(tmp_path)


@pytest.mark.parametrize("name", ["glove.txt", "glove.txt.gz"])
def test_words_are_read_from_a_file_as_the_reference_reads_them(name, tmp_path):
    lines = ["3 2", "cat 0.5 1", "dog 2 -1", "broken 1", "Bird 3 4", "late 1 1"]
    opener = gzip.open if name.endswith("gz") else open
    with opener(tmp_path / name, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    mine, theirs = (
        kinds.WordEmbeddings.from_text_file(str(tmp_path / name), max_vocab_size=3)
        for kinds in (models, reference)
    )
    assert mine.tokenizer.get_vocab() == list(theirs.tokenizer.get_vocab())
    torch.testing.assert_close(mine.emb_layer.weight, theirs.emb_layer.weight)
    with pytest.raises(FileNotFoundError):
        models.WordEmbeddings.from_text_file(tmp_path / "nowhere.txt")


@pytest.mark.parametrize("has_mapping", [False, True])
def test_a_model_of_model2vec_is_read_as_the_reference_reads_it(has_mapping, tiny_bert, tmp_path):
    from safetensors.torch import save_file

    tokenizer = Tokenizer.from_file(str(tiny_bert / "tokenizer.json"))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    count = tokenizer.get_vocab_size()
    tensors = {"embeddings": torch.randn(count, 6).half()}
    if has_mapping:
        tensors |= {"mapping": torch.arange(count).flip(0), "weights": torch.rand(count).double()}
    save_file(tensors, tmp_path / "model.safetensors")
    mine = models.StaticEmbedding.from_model2vec(str(tmp_path))
    theirs = reference.StaticEmbedding.load(str(tmp_path))
    torch.testing.assert_close(
        mine(mine.preprocess(TEXTS))["sentence_embedding"],
        theirs.float()(theirs.preprocess(TEXTS))["sentence_embedding"],
        rtol=0,
        atol=2e-3,  # theirs keeps 16 bits between the steps
    )
    assert {weight.dtype for weight in mine.parameters()} == {torch.float32}


def test_distilling_without_model2vec_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "model2vec.distill", None)
    with pytest.raises(ImportError, match=r"pip install 'model2vec\[distill\]'"):
        models.StaticEmbedding.from_distillation("somebody/model")


def test_phrases_of_the_vocabulary_are_one_word(monkeypatch):
    import sys
    from types import ModuleType, SimpleNamespace

    nltk = ModuleType("nltk.tokenize")
    nltk.NLTKWordTokenizer = lambda: SimpleNamespace(tokenize=str.split)
    monkeypatch.setitem(sys.modules, "nltk.tokenize", nltk)
    monkeypatch.setitem(sys.modules, "nltk", ModuleType("nltk"))
    tokenizer = our_tokenizer.PhraseTokenizer(
        ["cat", "New_York", "new_york_city", "york", "bad__phrase"], stop_words=["the"]
    )
    assert tokenizer.ngram_lengths == {2, 3}
    assert tokenizer.tokenize("the Cat of New York city saw New York , York") == [0, 2, 1, 3]


def test_phrases_without_nltk_are_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nltk.tokenize", None)
    with pytest.raises(ImportError, match="pip install nltk"):
        our_tokenizer.PhraseTokenizer(["new_york"])


def test_a_module_of_somebodys_own_is_saved_and_loaded_by_its_class(tiny_bert, tmp_path):
    class Scale(models.Module):
        config_keys = ("factor",)

        def __init__(self, factor):
            super().__init__()
            self.factor = factor
            self.shift = torch.nn.Parameter(torch.ones(2))

        def forward(self, features, **kwargs):
            features["sentence_embedding"] = features["sentence_embedding"] * self.factor
            return features

        def save(self, output_path, *args, safe_serialization=True, **kwargs):
            self.save_config(output_path)
            self.save_torch_weights(output_path, safe_serialization=safe_serialization)

    scale = fixed(Scale(3.0))
    model = SentenceTransformer(modules=[*build(OURS, "words", tiny_bert), scale], device="cpu")
    model.save_pretrained(tmp_path, create_model_card=False)
    loaded = Scale.load(tmp_path, subfolder="2_Scale")
    assert loaded.factor == 3.0
    torch.testing.assert_close(loaded.shift, scale.shift)
    assert Scale.load_config(str(tmp_path), subfolder="2_Scale") == {"factor": 3.0}
    torch.testing.assert_close(
        Scale.load_torch_weights(str(tmp_path), subfolder="2_Scale")["shift"], scale.shift.data
    )
    assert Scale.load_dir_path(str(tmp_path), subfolder="2_Scale") == str(tmp_path / "2_Scale")
    config = Scale.load_file_path(str(tmp_path), "config.json", subfolder="2_Scale")
    assert config == str(tmp_path / "2_Scale" / "config.json")
    assert Scale.load_file_path(str(tmp_path), "nothing.json") is None
    with pytest.raises(UnknownModule, match="Scale"):
        SentenceTransformer(tmp_path)


def test_a_first_module_of_somebodys_own_may_speak_today_or_as_before(tiny_bert):
    class Before(models.InputModule):
        def tokenize(self, texts, **kwargs):
            return {"lengths": torch.tensor([[float(len(text))] for text in texts])}

        def forward(self, features):
            return features | {"sentence_embedding": features["lengths"]}

    class Today(Before):
        tokenize = models.InputModule.tokenize

        def preprocess(self, inputs, prompt=None, **kwargs):
            return Before.tokenize(self, [(prompt or "") + text for text in inputs])

    for kind in (Before, Today):
        model = SentenceTransformer(modules=[kind()], device="cpu")
        assert model.encode(["a", "abc"], prompt="12").tolist() == [[3], [5]]
    with pytest.raises(NotImplementedError, match="needs a method preprocess"):
        type("Mute", (models.InputModule,), {"forward": Before.forward})().preprocess(["a"])


def test_a_module_that_cannot_be_saved_is_told(tiny_bert, tmp_path):
    model = SentenceTransformer(
        modules=[*build(OURS, "words", tiny_bert), torch.nn.Identity()], device="cpu"
    )
    with pytest.raises(TypeError, match="Identity can't be saved"):
        model.save_pretrained(tmp_path / "model", create_model_card=False)


@pytest.mark.parametrize(
    "name", ["os.system", "torch.nn.functional.relu", "torch.nn.modules.activation.Tanh.__init__"]
)
def test_an_activation_is_a_class_of_torch_nn_or_refused(name):
    with pytest.raises(UnknownModule, match=r"no activation of torch\.nn"):
        models.Dense.from_config({"in_features": 2, "out_features": 2, "activation_function": name})
