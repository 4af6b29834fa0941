"""Caching and wrapping are no business of single losses: every row of the catalogue can be both."""

import random

import pytest
import torch

from backend.catalog.losses import LOSSES as ROWS
from tests.worker.engine.test_loss_rows import made, value_of
from worker.engine import losses

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")

every_loss = pytest.mark.parametrize("name", [row.name for row in ROWS.values() if row.accepts])


def learned(loss, model, row):
    """The value of a batch in the row's first form, and the gradient of each of the weights."""
    form = row.accepts[0]
    columns = len(form.inputs)
    width = columns + form.widths[0] if form.widths else None
    model.zero_grad()
    loss.zero_grad()
    random.seed(0)
    torch.manual_seed(0)  # labels are drawn, too
    value = value_of(loss, model, form, columns, width)
    value.backward()
    weights = dict(model.named_parameters()) | dict(loss.named_parameters())
    return {n: w.grad.clone() for n, w in weights.items() if w.grad is not None} | {"value": value}


def assert_close(one, other):
    assert one.keys() == other.keys()
    for name, expected in other.items():
        torch.testing.assert_close(one[name], expected, rtol=1e-4, atol=1e-5, msg=name)


@every_loss
def test_every_loss_can_be_cached(name, model):
    loss = made(ROWS[name], model.eval()).eval()
    loss.encoding = losses.Loss.encoding
    plain = learned(loss, model, ROWS[name])
    assert_close(learned(loss.cached(mini_batch_size=3), model, ROWS[name]), plain)


@every_loss
def test_every_loss_can_be_wrapped_twice(name, model):
    loss = made(ROWS[name], model.eval()).eval()
    inner = losses.MatryoshkaLoss(model, loss, [32])  # a decoder takes no shorter ones
    found = learned(losses.AdaptiveLayerLoss(model, inner).eval(), model, ROWS[name])
    assert torch.isfinite(found["value"])
    assert all(torch.isfinite(gradient).all() for gradient in found.values())
