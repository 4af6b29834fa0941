"""Every layer as good a last one as it can be. Legend: B rows, L layers, D dimensions, N texts."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn
from torch.nn.functional import kl_div, log_softmax, softmax

from worker.engine.encoder import Encoder, Read, every_layer, sentence_embedding
from worker.engine.losses import citations
from worker.engine.losses.loss import LossValue
from worker.engine.losses.names import function_name
from worker.engine.losses.wrapper import Wrapper, added, weighted
from worker.engine.model.modules.module import Features
from worker.engine.similarity import as_floats

Weighting: TypeAlias = Literal["uniform", "log", "linear"]

_WEIGHTS: dict[str, Callable[[int], float]] = {
    "uniform": lambda layer: 1.0,
    "log": lambda layer: 1 / (1 + math.log(1 + layer)),
    "linear": lambda layer: 1 / (1 + layer),
}


class AdaptiveLayerLoss(Wrapper):
    """last_layer_weight · loss(last) + Σ_i [prior_layers_weight · weight_i / n · loss(layer i)
    + kl_div_weight · T · KL(softmax(last / T) ‖ softmax(layer i / T))], T = kl_temperature.

    i runs over `n_layers_per_step` layers before the last, drawn for each batch (all of them if
    that is 0 or less); layer 0 is what the token embeddings give before any layer. The last
    layer's side of the divergence is a constant; T of 0 or less leaves the divergence out.
    Shapes: those of `loss`, which may be a wrapper, be cached, or be a module of your own
    (foreign.py says what that has to keep to). All layers come from one forward.
    Errors: ValueError for an unknown layer_weighting, or a model that doesn't begin with a
    transformer.
    Source: Li et al. 2024, arXiv 2402.14776
    """

    def __init__(
        self,
        model: Encoder,
        loss: nn.Module,
        n_layers_per_step: int = 1,
        last_layer_weight: float = 1.0,
        prior_layers_weight: float = 1.0,
        kl_div_weight: float = 1.0,
        kl_temperature: float = 0.3,
        layer_weighting: Weighting | Callable[[int], float] = "uniform",
    ) -> None:
        super().__init__(model, loss)
        if not callable(layer_weighting) and layer_weighting not in _WEIGHTS:
            raise ValueError(
                f"layer_weighting is one of {', '.join(get_args(Weighting))}, or a function of the "
                f"layer's number; not {layer_weighting!r}."
            )
        self.n_layers_per_step = n_layers_per_step
        self.last_layer_weight = last_layer_weight
        self.prior_layers_weight = prior_layers_weight
        self.kl_div_weight = kl_div_weight
        self.kl_temperature = kl_temperature
        self.layer_weighting = layer_weighting

    def embed(self, columns: list[Features], read: Read = sentence_embedding) -> list[Tensor]:
        """One tensor B×L×D a column."""
        return self.loss.embed(columns, every_layer)

    def compute(self, embeddings: list[Tensor], labels: Any) -> LossValue:
        last = [column_BLD[:, -1] for column_BLD in embeddings]
        value = weighted(self.loss.compute(last, labels), self.last_layer_weight)
        drawn = self._drawn(before_last=embeddings[0].shape[1] - 1)
        for layer in drawn:
            here = [column_BLD[:, layer] for column_BLD in embeddings]
            weight = self.prior_layers_weight * self.get_layer_weight(layer) / len(drawn)
            value = added(value, weighted(self.loss.compute(here, labels), weight))
            if self.kl_temperature > 0:
                value = _with_divergence(value, self.kl_div_weight * self._divergence(here, last))
        return value

    def _drawn(self, before_last: int) -> Sequence[int]:
        layers = range(before_last)
        if 0 < self.n_layers_per_step < before_last:
            return random.sample(layers, self.n_layers_per_step)
        return layers

    def get_layer_weight(self, layer_idx: int) -> float:
        """What the inner loss of this layer counts, before it is shared among those drawn."""
        if isinstance(self.layer_weighting, str):
            return _WEIGHTS[self.layer_weighting](layer_idx)
        return self.layer_weighting(layer_idx)

    def _divergence(self, here: list[Tensor], last: list[Tensor]) -> Tensor:
        here_ND, last_ND = (
            as_floats(torch.cat(layer)) / self.kl_temperature for layer in (here, last)
        )
        apart = kl_div(
            log_softmax(here_ND, dim=-1), softmax(last_ND, dim=-1).detach(), reduction="batchmean"
        )
        return self.kl_temperature * apart

    def get_config_dict(self) -> dict[str, Any]:
        weighting = self.layer_weighting
        return {
            "loss": self.inner_name,
            "n_layers_per_step": self.n_layers_per_step,
            "last_layer_weight": self.last_layer_weight,
            "prior_layers_weight": self.prior_layers_weight,
            "kl_div_weight": self.kl_div_weight,
            "kl_temperature": self.kl_temperature,
            "layer_weighting": weighting
            if isinstance(weighting, str)
            else function_name(weighting),
        }

    @property
    def citation(self) -> str:
        return citations.MATRYOSHKA_2D


def _with_divergence(value: LossValue, divergence: Tensor) -> LossValue:
    """Added to a scalar; beside the parts of a loss that has parts."""
    return added(value, {"layers_kl": divergence} if isinstance(value, dict) else divergence)
