"""How a batch becomes embeddings: whatever the encoding, the rows are the same, in their order."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tests.tiny_model import sentences, write_tiny_bert
from worker.engine.encoder import Apart, Cached, every_layer, sentence_embedding
from worker.engine.encoder.equal_texts import gives_equal_texts_equal_embeddings
from worker.engine.model import SentenceTransformer
from worker.engine.model.rows import chunks, count, take

FAST = settings(max_examples=25, deadline=None)
lengths = st.lists(st.integers(1, 9), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def sober(tmp_path_factory):
    """A model without dropout, training, so that what it gives doesn't depend on chance."""
    folder = write_tiny_bert(tmp_path_factory.mktemp("sober") / "bert")
    return SentenceTransformer(folder, device="cpu").double().train()


class Counting(nn.Module):
    """Stands for a model: gives each text the sum of its tokens, and remembers what it was asked."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def forward(self, features):
        self.asked.append(features["input_ids"].shape)
        mask = features["attention_mask"]
        total = (features["input_ids"] * mask).sum(dim=1, keepdim=True)
        return {"sentence_embedding": total.double()}


def padded(row_lengths, side="right"):
    """Features of rows with so many tokens; token t of row r is 100 · r + t + 1."""
    width = max(row_lengths) + 2
    ids, mask = torch.zeros(2, len(row_lengths), width, dtype=torch.long)
    for row, length in enumerate(row_lengths):
        place = slice(0, length) if side == "right" else slice(width - length, width)
        ids[row, place] = 100 * row + torch.arange(1, length + 1)
        mask[row, place] = 1
    return {"input_ids": ids, "attention_mask": mask, "task": "query", "prompt_length": 2}


# ---- chunks


@FAST
@given(row_lengths=lengths, size=st.integers(1, 13))
def test_chunks_of_texts_hold_each_row_once_in_order(row_lengths, size):
    spans = list(chunks(padded(row_lengths), size))
    assert [row for s in spans for row in range(s.start, s.stop)] == list(range(len(row_lengths)))
    assert all(s.stop - s.start == size for s in spans[:-1])


@FAST
@given(row_lengths=lengths, budget=st.integers(1, 30))
def test_chunks_of_tokens_are_as_large_as_the_budget_allows(row_lengths, budget):
    spans = list(chunks(padded(row_lengths), 1, budget))
    assert [row for s in spans for row in range(s.start, s.stop)] == list(range(len(row_lengths)))
    for span, following in zip(spans, [*spans[1:], None], strict=True):
        tokens = sum(row_lengths[span])
        assert tokens <= budget or span.stop - span.start == 1
        assert following is None or tokens + row_lengths[following.start] > budget


@pytest.mark.parametrize(("side", "kept"), [("right", 3), ("left", 8)])
def test_padding_is_cut_at_the_end_alone(side, kept):
    taken = take(padded([6, 3, 2], side), slice(1, 3))
    assert taken["input_ids"].shape == taken["attention_mask"].shape == (2, kept)
    assert taken["attention_mask"].sum() == 5
    assert (taken["task"], taken["prompt_length"]) == ("query", 2)


def test_tokens_cant_be_counted_without_a_mask():
    with pytest.raises(ValueError, match=r"have none\. Leave it out"):
        list(chunks({"input_ids": torch.ones(2, 3)}, 2, 5))


def test_a_bag_of_all_tokens_cant_be_cut():
    bag = {"input_ids": torch.arange(5), "offsets": torch.tensor([0, 2])}
    with pytest.raises(ValueError, match="Take the loss without caching"):
        Cached()(Counting(), [bag])
    as_many_tokens_as_texts = {"input_ids": torch.arange(2), "offsets": torch.arange(2)}
    with pytest.raises(ValueError, match="one long list of tokens"):
        count(as_many_tokens_as_texts)


# ---- encodings


@FAST
@given(
    seeds=st.lists(st.integers(0, 3), min_size=1, max_size=6),
    encoding=st.sampled_from(
        [Apart(equal_texts_once=False), Cached(2), Cached(3), Cached(mini_batch_num_tokens=20)]
    ),
    read=st.sampled_from([sentence_embedding, every_layer]),
)
def test_every_encoding_gives_the_same_rows_in_order(sober, seeds, encoding, read):
    pool = sentences(4)
    columns = [sober.preprocess([pool[s] for s in seeds]), sober.preprocess(pool)]
    expected = Apart()(sober, columns, read)
    for one, other in zip(encoding(sober, columns, read), expected, strict=True):
        torch.testing.assert_close(one, other)


def test_the_last_of_all_layers_is_the_embedding(sober):
    features = sober.preprocess(sentences(3))
    layers_BLD = every_layer(sober, features)
    assert layers_BLD.shape == (3, 3, 32)  # the token embeddings, and two layers
    assert torch.equal(layers_BLD[:, -1], sentence_embedding(sober, features))
    assert not torch.allclose(layers_BLD[:, 0], layers_BLD[:, 1])
    assert not sober[0].auto_model.config.output_hidden_states


def test_features_stay_as_they_were(sober):
    features = sober.preprocess(sentences(3))
    names = set(features)
    for encoding in (Apart(), Cached(2)):
        encoding(sober, [features])
        encoding(sober, [features], every_layer)
    assert set(features) == names


# ---- equal texts


def test_equal_texts_are_read_once():
    model = Counting()
    features = padded([3, 2, 4])
    features = {n: v[[0, 1, 0, 2, 1]] if torch.is_tensor(v) else v for n, v in features.items()}
    (found,) = Apart()(model, [features])
    assert [shape[0] for shape in model.asked] == [3]
    assert torch.equal(found, sentence_embedding(model, features))


def test_dropout_gives_equal_texts_values_of_their_own(model):
    features = model.preprocess(["the cat"] * 4)
    asked = []
    model.register_forward_pre_hook(lambda _, given: asked.append(len(given[0]["input_ids"])))
    Apart()(model.eval(), [features])
    (found,) = Apart()(model.train(), [features])
    assert asked == [1, 4]
    assert not torch.equal(found[0], found[1])


@pytest.mark.parametrize(
    ("part", "once"),
    [
        (nn.Dropout(0.1), False),
        (nn.LSTM(4, 4, num_layers=2, dropout=0.1), False),
        (nn.LSTM(4, 4, num_layers=2), True),
    ],
    ids=["dropout", "LSTM with dropout", "LSTM without"],
)
def test_equal_texts_share_a_forward_where_nothing_is_dropped(part, once):
    model = Counting()
    model.part = part
    assert gives_equal_texts_equal_embeddings(model.train()) is once
    assert gives_equal_texts_equal_embeddings(model.eval())


def test_texts_with_vectors_of_their_own_arent_compared():
    features = padded([3, 3]) | {"sentence_embedding": torch.rand(2, 4)}
    model = Counting()
    Apart()(model, [features])
    assert [shape[0] for shape in model.asked] == [2]
