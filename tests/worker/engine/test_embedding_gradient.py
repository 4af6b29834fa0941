"""The kept gradient of word embeddings is the one that the framework would make."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from worker.engine import embedding_gradient


def twins(**options):
    torch.manual_seed(0)
    ours, theirs = nn.Embedding(50, 8, **options), nn.Embedding(50, 8, **options)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def learn(table, batches, accumulate=1):
    """The gradients of each step, and the table at the end."""
    optimizer = torch.optim.AdamW(table.parameters(), lr=0.1)
    seen = []
    for n, ids in enumerate(batches, start=1):
        found = table(ids)
        (found * torch.linspace(-1, 1, found.numel()).view_as(found)).sum().backward()
        if n % accumulate == 0:
            seen.append(table.weight.grad.clone())
            optimizer.step()
            optimizer.zero_grad()
    return seen, table.weight.detach().clone()


def some(batches=6):
    torch.manual_seed(1)
    return [torch.randint(0, 50, (4, 7)) for _ in range(batches)]


@pytest.mark.parametrize("options", [{}, {"padding_idx": 3}])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_each_gradient_is_the_frameworks(options, accumulate):
    ours, theirs = twins(**options)
    with embedding_gradient.kept(ours):
        assert type(ours) is not nn.Embedding
        found = learn(ours, some(), accumulate)
    expected = learn(theirs, some(), accumulate)
    assert type(ours) is nn.Embedding
    for grad, right in zip(found[0], expected[0], strict=True):
        torch.testing.assert_close(grad, right)
    torch.testing.assert_close(found[1], expected[1])


def test_a_gradient_that_was_scaled_in_place_is_zero_again_in_the_next_step():
    ours, theirs = twins()
    with embedding_gradient.kept(ours):
        for table in (ours, theirs):
            table(torch.tensor([1, 2])).sum().backward()
            nn.utils.clip_grad_norm_(table.parameters(), 0.1)
            table.weight.grad = None
            table(torch.tensor([5])).sum().backward()
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad)


def test_activations_that_are_made_again_give_the_same_gradient():
    ours, theirs = twins()
    read = nn.Sequential(ours, nn.Linear(8, 8), nn.GELU())
    plain = nn.Sequential(theirs, *list(read)[1:])
    ids = some()[0]
    with embedding_gradient.kept(read):
        checkpoint(read, ids, use_reentrant=False).square().sum().backward()
    plain(ids).square().sum().backward()
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad)


def test_tables_that_are_shared_or_cannot_be_kept_are_left_alone():
    tied = nn.ModuleList([nn.Embedding(9, 4), nn.Linear(4, 9, bias=False)])
    tied[1].weight = tied[0].weight
    renormed = nn.Embedding(9, 4, max_norm=1.0)
    with embedding_gradient.kept(nn.ModuleList([tied, renormed])):
        assert type(tied[0]) is type(renormed) is nn.Embedding


def test_who_listens_to_the_gradient_hears_of_it():
    table = nn.Embedding(9, 4)
    heard = []
    table.weight.register_post_accumulate_grad_hook(lambda p: heard.append(p.grad.clone()))
    with embedding_gradient.kept(table):
        table(torch.tensor([1, 1, 2])).sum().backward()
    assert len(heard) == 1


def test_nothing_is_kept_where_nothing_is_learned():
    table = nn.Embedding(9, 4)
    with embedding_gradient.kept(table):
        with torch.no_grad():
            assert not table(torch.tensor([1])).requires_grad
        table.weight.requires_grad_(False)
        assert not table(torch.tensor([1])).requires_grad
