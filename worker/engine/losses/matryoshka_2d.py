"""Embeddings that may be cut in width and depth."""

from collections.abc import Callable, Sequence
from typing import Any

from torch import nn

from worker.engine.encoder import Encoder
from worker.engine.losses.adaptive_layer import AdaptiveLayerLoss, Weighting
from worker.engine.losses.matryoshka import MatryoshkaLoss


class Matryoshka2dLoss(AdaptiveLayerLoss):
    """AdaptiveLayerLoss of MatryoshkaLoss of `loss`, with a layer and a width drawn for each batch.

    Shapes and errors: theirs.
    Source: Li et al. 2024, arXiv 2402.14776
    """

    def __init__(
        self,
        model: Encoder,
        loss: nn.Module,
        matryoshka_dims: Sequence[int],
        matryoshka_weights: Sequence[float] | None = None,
        n_layers_per_step: int = 1,
        n_dims_per_step: int = 1,
        last_layer_weight: float = 1.0,
        prior_layers_weight: float = 1.0,
        kl_div_weight: float = 1.0,
        kl_temperature: float = 0.3,
        layer_weighting: Weighting | Callable[[int], float] = "uniform",
    ) -> None:
        super().__init__(
            model,
            MatryoshkaLoss(model, loss, matryoshka_dims, matryoshka_weights, n_dims_per_step),
            n_layers_per_step=n_layers_per_step,
            last_layer_weight=last_layer_weight,
            prior_layers_weight=prior_layers_weight,
            kl_div_weight=kl_div_weight,
            kl_temperature=kl_temperature,
            layer_weighting=layer_weighting,
        )

    def get_config_dict(self) -> dict[str, Any]:
        return {**super().get_config_dict(), **self.loss.get_config_dict()}
