"""One batch of texts through a tiny BERT, ours and the reference's: the value, and every gradient.

Equal means what the harness of embeddings means by it.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.conformance.losses.harness import DIGITS, assert_same, gradients_of
from tests.tiny_model import sentences

Make = Callable[[Any], nn.Module]

batches = st.integers(3, 7)


def texts_of(seed: int, columns: int, batch: int) -> list[list[str]]:
    return [sentences(batch, seed=seed * 10 + column) for column in range(columns)]


def same_through(
    models: tuple[Any, Any],
    make: tuple[Make, Make],
    columns: Sequence[Sequence[str]],
    labels: Tensor | None = None,
    dtype: torch.dtype = torch.float32,
    seed: int = 0,
) -> None:
    """Assert equal values and equal gradients of every weight, the losses' own included.

    What the losses draw at random is drawn after the same seed; their own weights are ours.
    """
    ours, theirs = (model.to(dtype).eval() for model in models)
    mine, reference = make[0](ours), make[1](theirs)
    copy_own_weights(ours, mine, theirs, reference)
    found = [
        measured(model, loss.to(dtype), columns, labels, seed)
        for model, loss in ((ours, mine), (theirs, reference))
    ]
    assert_same(*found, DIGITS[dtype])


def measured(
    model: Any,
    loss: nn.Module,
    columns: Sequence[Sequence[str]],
    labels: Tensor | None = None,
    seed: int = 0,
    outer_scale: float = 1.0,
) -> dict[str, Tensor]:
    """By name: each value that the loss gives, and the gradient of each weight."""
    loss.zero_grad()
    model.zero_grad()
    random.seed(seed)
    torch.manual_seed(seed)
    value = loss([model.preprocess(list(texts)) for texts in columns], labels)
    values = value if isinstance(value, dict) else {"loss": value}
    (torch.stack(list(values.values())).sum() * outer_scale).backward()
    weights = dict(model.named_parameters()) | own_weights(model, loss)
    return {f"value of {n}": v.detach() for n, v in values.items()} | gradients_of(weights)


def own_weights(model: nn.Module, loss: nn.Module) -> dict[str, Tensor]:
    """The weights that a loss learns beside the model's. A guide's aren't learned."""
    shared = {id(weight) for weight in model.parameters()}
    return {
        name: weight
        for name, weight in loss.named_parameters()
        if id(weight) not in shared and "guide" not in name.split(".")
    }


def copy_own_weights(
    model: nn.Module, loss: nn.Module, their_model: nn.Module, theirs: nn.Module
) -> None:
    mine = own_weights(model, loss)
    wanted = own_weights(their_model, theirs)
    assert list(mine) == list(wanted)
    with torch.no_grad():
        for name, weight in wanted.items():
            weight.copy_(mine[name])
