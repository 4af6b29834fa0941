"""What evaluators promise to those who write their own, or bring a model of their own."""

import logging

import numpy as np
import pytest
import torch

from tests.tiny_model import sentences
from worker.engine.evaluation import (
    BaseEvaluator,
    BinaryClassificationEvaluator,
    EmbeddingSimilarityEvaluator,
    InformationRetrievalEvaluator,
    ParaphraseMiningEvaluator,
    RerankingEvaluator,
    SentenceEvaluator,
    SequentialEvaluator,
    TranslationEvaluator,
    TripletEvaluator,
)

ONE, TWO, THREE = (sentences(12, seed=seed) for seed in range(3))
SCORES = [i % 5 / 4 for i in range(12)]


class Lengths(BaseEvaluator):
    """As a person would write one: no more than a call."""

    def __init__(self, texts, name=""):
        super().__init__()
        self.texts = texts
        self.name = name
        self.primary_metric = "mean_length"

    def __call__(self, model, output_path=None, epoch=-1, steps=-1):
        lengths = np.linalg.norm(model.encode(self.texts), axis=1)
        metrics = {"mean_length": lengths.mean(), "longest": lengths.max(), "kind": "norm"}
        metrics = self.prefix_name_to_metrics(metrics, self.name)
        self.store_metrics_in_model_card_data(model, metrics, epoch, steps)
        return metrics


class Number(BaseEvaluator):
    """One that gives a bare number, and forgets the base class's start."""

    def __init__(self, value):
        self.value = value

    def __call__(self, model, output_path=None, epoch=-1, steps=-1):
        return self.value


def test_an_evaluator_of_one_s_own_needs_only_a_call(model):
    mine = Lengths(ONE, name="dev")
    for _ in range(2):  # a name is put before the primary metric once
        found = mine(model)
    assert set(found) == {"dev_mean_length", "dev_longest", "dev_kind"}
    assert mine.primary_metric == "dev_mean_length"
    assert type(found["dev_longest"]) is float
    assert mine.description == "Lengths"
    assert mine.get_config_dict() == {}
    assert mine.greater_is_better
    (told,) = model.model_card_data.evaluations.values()
    assert told.primary_metric == "dev_mean_length"


def test_a_base_evaluator_says_what_it_lacks(model):
    assert SentenceEvaluator is BaseEvaluator
    with pytest.raises(NotImplementedError, match="BaseEvaluator has to define __call__"):
        BaseEvaluator()(model)


def test_a_sequence_takes_evaluators_that_give_one_number(model):
    sequence = SequentialEvaluator([Number(3.0), Lengths(ONE), Number(5.0)], np.sum)
    found = sequence(model)
    assert (found["evaluator_0"], found["evaluator_2"]) == (3.0, 5.0)
    assert found["sequential_score"] == pytest.approx(8 + found["mean_length"])
    assert SequentialEvaluator([])(model) == {"sequential_score": 0.0}


class Hashed:
    """A model that isn't ours: an encode, and nothing else."""

    def encode(self, sentences, convert_to_tensor=False, truncate_dim=None, **_options):
        seeds = [sum(map(ord, text)) for text in sentences]
        rows = [np.random.default_rng(seed).normal(size=8) for seed in seeds]
        vectors = np.array(rows, dtype=np.float32)[:, :truncate_dim]
        return torch.from_numpy(vectors) if convert_to_tensor else vectors


EVALUATORS = [
    EmbeddingSimilarityEvaluator(ONE, TWO, SCORES),
    BinaryClassificationEvaluator(ONE, TWO, [i % 2 for i in range(12)]),
    TripletEvaluator(ONE, ONE, TWO),
    TranslationEvaluator(ONE, ONE),
    RerankingEvaluator([{"query": ONE[0], "positive": [ONE[0]], "negative": TWO}]),
    InformationRetrievalEvaluator({"q": ONE[0]}, dict(enumerate(ONE)), {"q": {0}}),
    ParaphraseMiningEvaluator({**dict(enumerate(ONE)), 12: ONE[0]}, [(0, 12)]),
]


@pytest.mark.parametrize("evaluator", EVALUATORS, ids=lambda one: type(one).__name__)
def test_any_object_with_an_encode_can_be_judged(evaluator):
    found = evaluator(Hashed())
    assert np.isfinite(list(found.values())).all()
    perfect = type(evaluator) not in (EmbeddingSimilarityEvaluator, BinaryClassificationEvaluator)
    assert not perfect or found[evaluator.primary_metric] == 1.0


def test_a_subclass_may_embed_in_its_own_way(model):
    class Upper(TripletEvaluator):
        def embed_inputs(self, model, sentences, encode_fn_name=None, **kwargs):
            asked.append(encode_fn_name)
            return super().embed_inputs(model, sentences, encode_fn_name, **kwargs)

    asked: list[str | None] = []
    assert Upper(ONE, TWO, THREE)(model) == TripletEvaluator(ONE, TWO, THREE)(model)
    assert asked == ["query", "document"]


class Example:
    def __init__(self, texts, label=0):
        self.texts = texts
        self.label = label


def test_evaluators_are_made_from_examples_too(model):
    """from_input_examples, as scripts from before the datasets use it."""
    pairs = [Example([*pair], i % 2) for i, pair in enumerate(zip(ONE, TWO, strict=True))]
    triplets = [Example([*texts]) for texts in zip(ONE, TWO, THREE, strict=True)]
    labels = [i % 2 for i in range(12)]
    for kind, examples, columns in (
        (EmbeddingSimilarityEvaluator, pairs, (ONE, TWO, labels)),
        (BinaryClassificationEvaluator, pairs, (ONE, TWO, labels)),
        (TripletEvaluator, triplets, (ONE, TWO, THREE)),
    ):
        made = kind.from_input_examples(examples, name="dev")
        assert made(model) == kind(*columns, name="dev")(model)


def test_a_line_under_other_headings_is_warned_of(model, tmp_path, caplog):
    evaluator = TripletEvaluator(ONE, TWO, THREE)
    evaluator(model, str(tmp_path))
    assert caplog.records == []
    model.similarity_fn_name = "dot"
    evaluator(model, str(tmp_path))
    assert "other headings" in caplog.text


def test_former_parameter_names_work_and_tell_the_new_ones(caplog):
    caplog.set_level(logging.WARNING)
    old = TripletEvaluator(ONE, TWO, THREE, main_distance_function="euclidean")
    assert old.main_similarity_function == "euclidean"
    samples = {"a": {"query": "cat", "positive": "dog", "negative": ["sky"]}}
    assert RerankingEvaluator(samples, mrr_at_k=3).at_k == 3
    assert "main_similarity_function" in caplog.text
    assert "at_k" in caplog.text


def test_what_does_not_fit_is_told_before_anything_is_encoded():
    for make, words in (
        (lambda: TripletEvaluator(ONE, TWO, THREE[1:]), "negatives has 11"),
        (lambda: TripletEvaluator(ONE, TWO, THREE, margin={"cosinus": 1}), "cosinus"),
        (lambda: TripletEvaluator(ONE, TWO, THREE, margin=[1]), "margin is a number"),
        (
            lambda: TripletEvaluator(ONE, TWO, THREE, "dot", similarity_fn_names=["cosine"]),
            "put it into similarity_fn_names",
        ),
        (
            lambda: EmbeddingSimilarityEvaluator(
                ONE, TWO, SCORES, main_similarity="dot", similarity_fn_names=["cosine"]
            ),
            "put it into similarity_fn_names",
        ),
        (lambda: BinaryClassificationEvaluator(ONE, TWO, [2] * 12), "one is 2"),
        (lambda: TranslationEvaluator(ONE, TWO[:3]), "target_sentences has 3"),
        (lambda: RerankingEvaluator([{"query": "", "positive": [], "negative": []}]), "nothing to"),
    ):
        with pytest.raises(ValueError, match=words):
            make()


def test_wrong_translations_are_printed_if_asked_for(capsys):
    TranslationEvaluator(["cat", "dog"], ["dog", "sky"], print_wrong_matches=True)(Hashed())
    told = capsys.readouterr().out
    assert "Source 1 is nearer to target 0 than to its own" in told
    assert "Target: sky" in told


def test_each_text_is_encoded_once(model, monkeypatch):
    seen: list[str] = []
    whole = type(model).encode

    def counting(self, texts, *args, **kwargs):
        seen.extend(texts)
        return whole(self, texts, *args, **kwargs)

    monkeypatch.setattr(type(model), "encode", counting)
    BinaryClassificationEvaluator(ONE, ONE, [1] * 12)(model)
    assert sorted(seen) == sorted(set(ONE))
