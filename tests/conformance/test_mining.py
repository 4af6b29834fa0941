"""Mined negatives are the reference library's, row by row; random ones follow its laws."""

import random
from collections import Counter

import numpy as np
import pytest
from datasets import Dataset
from sentence_transformers.util import mine_hard_negatives as reference

from likewise.util import mine_hard_negatives
from tests.tiny_model import sentences
from worker.engine.mining import candidates

ANCHORS = sentences(40, seed=1)
ANSWERS = sentences(40, seed=2)
# some anchors have several positives, some positives several anchors, some rows come twice
PAIRS = Dataset.from_dict(
    {
        "question": [*ANCHORS, *ANCHORS[:8], ANCHORS[0]],
        "answer": [*ANSWERS, *ANSWERS[20:28], ANSWERS[0]],
    }
)
MORE = sentences(60, seed=3)
FORMATS = ("triplet", "n-tuple", "labeled-pair", "labeled-list")


class Reader:
    """Scores a pair by the letters that its texts share, as a cross-encoder might."""

    def __init__(self):
        self.asked = 0

    def predict(self, pairs, batch_size=32, convert_to_tensor=False, pool=None):
        import torch

        self.asked += len(pairs)
        scores = [len(set(a) & set(b)) / len(set(a) | set(b)) for a, b in pairs]
        return torch.tensor(scores) if convert_to_tensor else np.array(scores)


class PlainReader:
    """Knows nothing but pairs."""

    def predict(self, pairs):
        return Reader().predict(pairs).tolist()


def both(ours, theirs, data=PAIRS, **options):
    random.seed(7)
    mine = mine_hard_negatives(data, ours, verbose=False, **options)
    random.seed(7)
    expected = reference(data, theirs, verbose=False, **options)
    return mine, expected


def assert_same(mine, expected):
    assert mine.column_names == expected.column_names
    assert len(mine) == len(expected)
    for name in mine.column_names:
        if name in ("score", "scores"):
            flat = [np.concatenate([np.atleast_1d(v) for v in d[name]]) for d in (mine, expected)]
            assert flat[0] == pytest.approx(flat[1], abs=1e-5)
        else:
            assert list(mine[name]) == list(expected[name])


@pytest.mark.parametrize("output_scores", [False, True])
@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"corpus": MORE, "num_negatives": 5},
        {"range_min": 3, "range_max": 12},
        {"range_max": 100},
        {"absolute_margin": 0.05},
        {"relative_margin": 0.05, "corpus": MORE},
        {"absolute_margin": 0.01, "relative_margin": 0.02, "max_score": 0.9, "min_score": 0.5},
        {"min_score": 0.8},
        {"margin": 0.1},
        {"sampling_strategy": "random", "range_max": 20},
        {"sampling_strategy": "random", "relative_margin": 0.1, "num_negatives": 2},
        {"faiss_batch_size": 7},
        {"query_prompt": "who ", "corpus_prompt": "the "},
    ],
    ids=lambda options: "-".join(options) or "defaults",
)
def test_rows_are_the_same(ours, theirs, options, output_format, output_scores):
    assert_same(
        *both(ours, theirs, output_format=output_format, output_scores=output_scores, **options)
    )


@pytest.mark.parametrize(
    "limit", [{"relative_margin": 0.05}, {"min_score": 0.4}, {"max_score": 0.7}]
)
def test_a_cross_encoder_decides_where_a_limit_is_set(ours, theirs, limit):
    mine, expected = both(ours, theirs, cross_encoder=Reader(), output_scores=True, **limit)
    assert_same(mine, expected)


def test_anything_with_predict_can_be_the_cross_encoder(ours):
    options = {"relative_margin": 0.05, "output_scores": True, "verbose": False}
    with_names = mine_hard_negatives(PAIRS, ours, cross_encoder=Reader(), **options)
    plain = mine_hard_negatives(PAIRS, ours, cross_encoder=PlainReader(), **options)
    assert_same(plain, with_names)


def test_a_cross_encoder_is_not_asked_where_no_limit_is_set(ours):
    reader = Reader()
    mine_hard_negatives(PAIRS, ours, cross_encoder=reader, verbose=False)
    assert reader.asked == 0


def test_positives_can_be_kept_among_the_candidates(ours, theirs):
    assert_same(*both(ours, theirs, include_positives=True, num_negatives=6, output_scores=True))


@pytest.mark.parametrize("old", [{"as_triplets": True}, {"as_triplets": False}])
def test_older_names_still_work(ours, theirs, old):
    assert_same(*both(ours, theirs, **old))


def test_faiss_finds_the_same(ours, theirs):
    pytest.importorskip("faiss")
    assert_same(*both(ours, theirs, use_faiss=True, relative_margin=0.05, output_scores=True))


def test_columns_can_be_named_in_any_order(ours, theirs):
    turned = PAIRS.select_columns(["answer", "question"])
    names = {"anchor_column_name": "question", "positive_column_name": "answer"}
    assert_same(*both(ours, theirs, turned, **names))


def test_the_corpus_may_be_seen_in_any_number_of_parts(ours, monkeypatch):
    whole = mine_hard_negatives(PAIRS, ours, corpus=MORE, output_scores=True, verbose=False)
    monkeypatch.setattr(candidates, "SCORES_AT_ONCE", 40 * 9)  # nine texts at a time
    parts = mine_hard_negatives(PAIRS, ours, corpus=MORE, output_scores=True, verbose=False)
    assert_same(parts, whole)


def test_random_negatives_are_any_of_those_allowed_each_as_likely(ours):
    pairs = PAIRS.select(range(20))
    options = {"num_negatives": 1, "range_min": 2, "range_max": 6, "verbose": False}
    ranked = mine_hard_negatives(pairs, ours, **options | {"num_negatives": 4})
    allowed = {}
    for row in ranked:
        allowed.setdefault(row["question"], []).append(row["negative"])
    random.seed(0)
    drawn = Counter(
        allowed[row["question"]].index(row["negative"])
        for _ in range(15)
        for row in mine_hard_negatives(pairs, ours, sampling_strategy="random", **options)
    )
    assert sorted(drawn) == [0, 1, 2, 3]
    assert max(drawn.values()) < 2 * min(drawn.values())


def test_vectors_are_kept_and_used_again_until_texts_prompt_or_weights_change(ours, tmp_path):
    import torch

    options = {"cache_folder": str(tmp_path), "verbose": False, "output_scores": True}
    first = mine_hard_negatives(PAIRS, ours, **options)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert [name.split("_")[0] for name in files] == ["corpus", "query"]
    assert_same(mine_hard_negatives(PAIRS, ours, **options), first)
    assert len(list(tmp_path.iterdir())) == 2
    mine_hard_negatives(PAIRS, ours, query_prompt="who ", **options)
    assert len(list(tmp_path.iterdir())) == 3
    with torch.no_grad():
        next(ours.parameters()).add_(0.1)
    mine_hard_negatives(PAIRS, ours, **options)
    assert len(list(tmp_path.iterdir())) == 5


def test_a_summary_tells_scores_what_was_dropped_and_who_found_too_few(ours, capsys):
    mine_hard_negatives(PAIRS, ours, relative_margin=0.2, num_negatives=30)
    told = capsys.readouterr().out
    assert "median" in told
    assert "relative_margin=0.2 took out" in told
    assert "queries found fewer than 30" in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_negatives": 0}, "at least 1"),
        ({"range_min": -1}, "ranks begin at 0"),
        ({"range_min": 5, "range_max": 6}, "leave 1 candidates for 3"),
        ({"output_format": "quads"}, "output_format is one of"),
        ({"sampling_strategy": "best"}, "sampling_strategy is"),
        ({"faiss_batch_size": 0}, "faiss_batch_size is 0"),
        ({"anchor_column_name": "nobody"}, "no column 'nobody'"),
    ],
)
def test_settings_that_find_nothing_are_refused(ours, options, message):
    with pytest.raises(ValueError, match=message):
        mine_hard_negatives(PAIRS, ours, verbose=False, **options)


def test_no_rows_and_no_second_column_are_refused(ours):
    with pytest.raises(ValueError, match="no rows"):
        mine_hard_negatives(PAIRS.select([]), ours)
    with pytest.raises(ValueError, match="second column"):
        mine_hard_negatives(PAIRS.select_columns(["question"]), ours)
