"""What a retrieval can be asked for besides its metrics, as in the reference library."""

import json

import numpy as np
import pytest
from sentence_transformers.sentence_transformer import evaluation as reference

from tests.conformance.evaluation.texts import LEFT, ONE_BATCH, near
from tests.tiny_model import sentences
from worker.engine import evaluation
from worker.engine.similarity import cos_sim, dot_score

# ids whose order isn't that of the corpus
CORPUS = {f"d{(i * 37) % 100}": text for i, text in enumerate(sentences(100, seed=8))}
QUERIES = {f"q{i}": text for i, text in enumerate(LEFT)}
RELEVANT = {f"q{i}": {f"d{i}", f"d{(i * 3) % 100}"} for i in range(45)} | {"q46": set()}


def retrieval(module, **options):
    options = {"batch_size": ONE_BATCH} | options
    return module.InformationRetrievalEvaluator(QUERIES, CORPUS, RELEVANT, **options)


@pytest.mark.parametrize("name", ["", "dev"])
def test_the_predictions_of_a_retrieval_equal_the_reference(name, ours, theirs, tmp_path):
    options = {"write_predictions": True, "write_csv": False, "name": name}
    retrieval(evaluation, **options)(ours, str(tmp_path / "ours"))
    retrieval(reference, **options)(theirs, str(tmp_path / "theirs"))
    files = [[p.name for p in (tmp_path / of).iterdir()] for of in ("ours", "theirs")]
    assert files[0] == files[1]
    found, expected = (
        [json.loads(line) for line in (tmp_path / of / files[0][0]).read_text().splitlines()]
        for of in ("ours", "theirs")
    )
    assert [line["query_id"] for line in found] == [line["query_id"] for line in expected]
    for mine, other in zip(found, expected, strict=True):
        assert mine["query"] == other["query"]
        ids = [[hit["corpus_id"] for hit in line["results"]] for line in (mine, other)]
        scores = [[hit["score"] for hit in line["results"]] for line in (mine, other)]
        assert ids[0] == ids[1]
        assert scores[0] == near(scores[1])


def test_a_corpus_may_be_embedded_already_or_by_another_model(ours, theirs):
    texts = list(CORPUS.values())
    expected = retrieval(reference)(theirs, corpus_embeddings=theirs.encode(texts, batch_size=512))
    embedded = ours.encode(texts, convert_to_tensor=True, batch_size=512)
    assert retrieval(evaluation)(ours, corpus_embeddings=embedded) == near(expected)
    assert retrieval(evaluation)(ours, corpus_model=ours) == near(expected)


def coarse(queries, documents):
    """A similarity that gives many documents the same score."""
    return (2 * cos_sim(queries, documents)).round()


@pytest.mark.parametrize("corpus_chunk_size", [1, 9, 100])
def test_equal_scores_rank_by_id_in_chunks_and_blocks_too(
    corpus_chunk_size, ours, theirs, monkeypatch
):
    options = {"score_functions": {"coarse": coarse}, "ndcg_at_k": [5, 30]}
    expected = retrieval(reference, **options)(theirs)
    monkeypatch.setattr("worker.engine.evaluation.information_retrieval.MOST_SCORES", 200)
    found = retrieval(evaluation, corpus_chunk_size=corpus_chunk_size, **options)(ours)
    assert found == near(expected)


def test_the_function_that_was_best_at_first_speaks_for_all_later_evaluations(ours, theirs):
    signs = {"up": 1, "down": 1}
    functions = {name: lambda a, b, name=name: signs[name] * (a @ b.T) for name in signs}
    both = [
        (retrieval(module, score_functions=functions), model)
        for module, model in ((evaluation, ours), (reference, theirs))
    ]
    chosen = []
    for signs["up"], signs["down"] in ((1, -1), (-1, 1)):
        chosen += [(one(model), one.primary_metric)[1] for one, model in both]
    assert len(set(chosen)) == 1


def test_queries_without_an_answer_and_unknown_main_functions_are_told_about():
    with pytest.raises(ValueError, match="No query has a relevant document"):
        evaluation.InformationRetrievalEvaluator(QUERIES, CORPUS, {})
    with pytest.raises(ValueError, match="put it into score_functions"):
        retrieval(evaluation, score_functions={"mine": np.dot}, main_score_function="cosine")


def test_an_answer_that_is_listed_twice_is_one_answer(ours):
    twice = {query: [*found, *found] for query, found in RELEVANT.items()}
    found = evaluation.InformationRetrievalEvaluator(QUERIES, CORPUS, twice)(ours)
    assert found == near(retrieval(evaluation, batch_size=32)(ours))


def test_metrics_of_ones_own_rankings_equal_the_reference():
    rng = np.random.default_rng(3)
    rankings = [
        [
            {"corpus_id": f"d{n}", "score": float(rng.integers(9))}
            for n in rng.permutation(60)[:size]
        ]
        for size in (30, 12, 3)
    ]
    texts = {f"d{n}": f"text {n}" for n in range(60)}
    asked = {f"q{n}": f"query {n}" for n in range(3)}
    answers = {"q0": {"d1", "d2", "d3", "d4"}, "q1": {"d5"}, "q2": {rankings[2][1]["corpus_id"]}}
    found, expected = (
        module.InformationRetrievalEvaluator(asked, texts, answers).compute_metrics(rankings)
        for module in (evaluation, reference)
    )
    assert found.keys() == expected.keys()
    for metric, by_cutoff in found.items():
        assert by_cutoff == pytest.approx(expected[metric])


def test_the_gain_of_a_ranking_equals_the_reference():
    relevances = [1, 0, 3, 0, 2]
    for k in (1, 3, 10):
        found, expected = (
            module.InformationRetrievalEvaluator.compute_dcg_at_k(relevances, k)
            for module in (evaluation, reference)
        )
        assert found == pytest.approx(expected)


def test_the_metrics_of_each_function_equal_the_reference(ours, theirs):
    functions = {"score_functions": {"cosine": cos_sim, "dot": dot_score}}
    found = retrieval(evaluation, **functions).compute_all_metrics(ours)
    expected = retrieval(reference, **functions).compute_all_metrics(theirs)
    assert found.keys() == expected.keys()
    for name, metrics in found.items():
        assert metrics.keys() == expected[name].keys()
        for metric, by_cutoff in metrics.items():
            assert by_cutoff == pytest.approx(expected[name][metric], abs=1e-5)
