"""What is learned without padding is what is learned with it: the loss, and every gradient."""

import pytest
import torch

from tests.tiny_model import write_tiny_bert
from worker.engine import embedding_gradient, losses
from worker.engine.model import SentenceTransformer

WORDS = "a the big small red blue cat dog bird fish mat road sky sea on with near".split()


@pytest.fixture
def model(tmp_path):
    return SentenceTransformer(write_tiny_bert(tmp_path / "bert"), device="cpu")


def texts(seed, longest):
    torch.manual_seed(seed)
    lengths = torch.randint(1, longest, (24,)).tolist()
    return [" ".join(WORDS[n % len(WORDS)] for n in torch.randint(0, 99, (k,))) for k in lengths]


MAKERS = {
    "MultipleNegativesRanking": losses.MultipleNegativesRankingLoss,
    "cached": lambda m: losses.CachedMultipleNegativesRankingLoss(m, mini_batch_size=4),
    "cached, by tokens": lambda m: losses.MultipleNegativesRankingLoss(m).cached(
        mini_batch_num_tokens=70
    ),
    "CoSENT": losses.CoSENTLoss,
    "Matryoshka": lambda m: losses.MatryoshkaLoss(
        m, losses.MultipleNegativesRankingLoss(m), [32, 16]
    ),
    "of every layer": lambda m: losses.AdaptiveLayerLoss(
        m, losses.MultipleNegativesRankingLoss(m), n_layers_per_step=-1
    ),
}


@pytest.mark.parametrize("name", MAKERS)
def test_the_loss_and_its_gradients_are_those_of_padded_columns(name, model):
    columns = [texts(1, 6), texts(2, 18)]
    labels = torch.linspace(0, 1, 24)
    found = []
    for is_packed in (True, False):
        model.train()
        assert model[0].leaves_out_padding
        model[0].may_leave_out_padding = is_packed
        model.zero_grad()
        loss = MAKERS[name](model)
        with embedding_gradient.kept(model if is_packed else torch.nn.Identity()):
            value = loss([model.preprocess(column) for column in columns], labels)
            total = sum(value.values()) if isinstance(value, dict) else value
            total.backward()
        found.append((total.detach(), {n: p.grad for n, p in model.named_parameters()}))
    (ours, our_grads), (theirs, their_grads) = found
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)
    for weight, grad in their_grads.items():
        if grad is not None:
            torch.testing.assert_close(our_grads[weight], grad, atol=2e-5, rtol=1e-4, msg=weight)


def test_nothing_is_packed_where_nothing_is_learned_or_others_may_look_at_padding(model):
    model.train()
    with torch.no_grad():
        assert not model[0].leaves_out_padding
    model.eval()
    assert not model[0].leaves_out_padding
    model.append(torch.nn.Identity())
    model.train()
    assert not model[0].leaves_out_padding
