"""A linear layer over the vector of a text."""

from typing import Any, Self

from torch import nn

from worker.engine.model.modules.module import Features, Module
from worker.engine.model.problems import UnknownModule

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    f"torch.nn.modules.{file}.{cls.__name__}": cls
    for file, classes in {
        "activation": (nn.Tanh, nn.ReLU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.ELU, nn.LeakyReLU),
        "linear": (nn.Identity,),
    }.items()
    for cls in classes
}


class Dense(Module):
    """activation(W · sentence_embedding + b), added to its input if `use_residual`.

    Shapes: B×in_features → B×out_features. Errors: UnknownModule for an activation that is none of
    the usual ones of torch.nn, since a class named by a file is never imported.
    """

    type_name = "sentence_transformers.models.Dense"

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        activation_function: nn.Module | None = None,
        use_residual: bool = False,
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.bias = bias
        self.activation_function = activation_function or nn.Tanh()
        self.use_residual = use_residual
        self.linear = nn.Linear(in_features, out_features, bias=bias)

    def forward(self, features: Features) -> Features:
        embedding = features["sentence_embedding"]
        dense = self.activation_function(self.linear(embedding))
        features["sentence_embedding"] = embedding + dense if self.use_residual else dense
        return features

    @property
    def out_dimension(self) -> int:
        return self.out_features

    def config(self) -> dict[str, Any]:
        activation = type(self.activation_function)
        config = {
            "in_features": self.in_features,
            "out_features": self.out_features,
            "bias": self.bias,
            "activation_function": f"{activation.__module__}.{activation.__name__}",
        }
        return config | {"use_residual": True} if self.use_residual else config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        name = config.get("activation_function", "torch.nn.modules.activation.Tanh")
        if name not in _ACTIVATIONS:
            raise UnknownModule(
                f"The Dense layer uses {name!r}; it can use {', '.join(sorted(_ACTIVATIONS))}."
            )
        return cls(
            config["in_features"],
            config["out_features"],
            bias=config.get("bias", True),
            activation_function=_ACTIVATIONS[name](),
            use_residual=config.get("use_residual", False),
        )
