"""Names from older releases mean what they meant."""

import pytest

from likewise import SentenceTransformerTrainingArguments, evaluation, training_args, util
from likewise.evaluation import SimilarityFunction, TripletEvaluator
from tests.tiny_model import sentences

TEXTS = [sentences(8, seed=column) for column in range(3)]


def test_a_triplet_evaluator_takes_its_main_distance_function(ours):
    by_old_name = TripletEvaluator(*TEXTS, main_distance_function=SimilarityFunction.DOT)
    by_new_name = TripletEvaluator(*TEXTS, main_similarity_function="dot")
    assert by_old_name(ours) == by_new_name(ours)
    assert by_old_name.primary_metric == by_new_name.primary_metric == "dot_accuracy"


def test_warmup_ratio_is_a_share_of_all_steps(tmp_path):
    args = SentenceTransformerTrainingArguments(str(tmp_path), warmup_ratio=0.1, use_cpu=True)
    assert args.get_warmup_steps(50) == 5


def test_older_names_are_today_s(ours):
    assert ours.get_sentence_embedding_dimension() == ours.get_embedding_dimension() == 32
    assert evaluation.SimilarityFunction is util.SimilarityFunction
    assert training_args.BatchSamplers("no_duplicates") is training_args.BatchSamplers.NO_DUPLICATES
    assert evaluation.SentenceEvaluator in TripletEvaluator.__mro__
    one, other = ours.encode(TEXTS[0][:2])
    assert util.pytorch_cos_sim(one, other) == pytest.approx(util.cos_sim(one, other))
