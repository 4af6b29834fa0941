"""One batch through our loss and the reference's: the same values, the same gradients, all of them.

Equal means, tensor by tensor, max|ours − theirs| ≤ digits · max(1, max|theirs|).
"""

from collections.abc import Mapping, Sequence

import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from torch import Tensor, nn

DIGITS = {torch.float32: 1e-5, torch.float64: 1e-9}
WIDTH = 12

ALL_PAIRS = ("cos_sim", "dot_score", "manhattan_sim", "euclidean_sim")
PAIRWISE = tuple(f"pairwise_{name}" for name in ALL_PAIRS)

FAST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEEDS = range(1000)

seeds = st.sampled_from(SEEDS)
rows = st.integers(2, 9)
dtypes = st.sampled_from(list(DIGITS))

Features = dict[str, Tensor]


class GivenEmbeddings(nn.Module):
    """Stands for a model: its features already carry the embedding of the column."""

    device = torch.device("cpu")

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.width = width

    def forward(self, features: Features) -> Features:
        return features

    def get_embedding_dimension(self) -> int:
        return self.width


def columns_of(
    seed: int,
    columns: int,
    batch: int,
    width: int = WIDTH,
    dtype: torch.dtype = torch.float32,
) -> list[Tensor]:
    """Random embeddings about as long as a model's: 1. Far longer ones, scaled twentyfold, differ
    in the last digits of fp32 by the mere order of a sum."""
    generator = torch.Generator().manual_seed(seed)
    drawn = (torch.randn(batch, width, generator=generator) for _ in range(columns))
    return [(column / width**0.5).to(dtype) for column in drawn]


def drawn(seed: int, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Labels between 0 and 1, such as scores, or a teacher's embeddings."""
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def both(
    ours: nn.Module,
    theirs: nn.Module,
    embeddings: Sequence[Tensor],
    labels: Tensor | None = None,
    digits: float | None = None,
) -> None:
    """Assert equal values and equal gradients of embeddings and of the losses' own weights.

    Weights of the losses themselves are ours on both sides. `digits` is what the embeddings' dtype
    allows, unless a test gives another and says why.
    """
    allowed = DIGITS[embeddings[0].dtype] if digits is None else digits
    theirs.load_state_dict(ours.state_dict())
    assert_same(*(measured(loss, embeddings, labels) for loss in (ours, theirs)), allowed)


def measured(
    loss: nn.Module, embeddings: Sequence[Tensor], labels: Tensor | None
) -> dict[str, Tensor]:
    """By name: each value that the loss gives, and each gradient of the values' sum."""
    loss.to(embeddings[0].dtype).zero_grad()
    leaves = [column.clone().requires_grad_() for column in embeddings]
    value = loss([{"sentence_embedding": leaf} for leaf in leaves], labels)
    values = value if isinstance(value, dict) else {"loss": value}
    torch.stack(list(values.values())).sum().backward()
    weights = [*((f"column {i}", leaf) for i, leaf in enumerate(leaves)), *loss.named_parameters()]
    return {f"value of {name}": value.detach() for name, value in values.items()} | gradients_of(
        dict(weights)
    )


def gradients_of(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The gradient of each weight by its name; zeros where the loss doesn't depend on it."""
    return {
        f"gradient of {name}": torch.zeros_like(weight) if weight.grad is None else weight.grad
        for name, weight in weights.items()
    }


def assert_same(
    mine: Mapping[str, Tensor], theirs: Mapping[str, Tensor], digits: float = 1e-5
) -> None:
    assert list(mine) == list(theirs)
    for name, expected in theirs.items():
        apart = float((mine[name] - expected).abs().max())
        allowed = digits * max(1.0, float(expected.abs().max()))
        assert apart <= allowed, f"{name}: {apart:.2g} apart, {allowed:.2g} allowed"
