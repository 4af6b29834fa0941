"""A linear layer over the vector of a text, or over those of its tokens."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from torch import Tensor, nn

from worker.engine.model.modules.module import Features, Module
from worker.engine.model.problems import UnknownModule


class Dense(Module):
    """activation(W · x + b) of the feature `module_input_name`, plus x if `use_residual`.

    `init_weight` and `init_bias` are where W and b start from. A residual between widths that
    differ goes through a linear layer of its own.
    Shapes: …×in_features → …×out_features. Errors: UnknownModule for an activation that is no class
    of torch.nn without arguments, since a class named by a file is never imported.
    """

    config_keys = (
        "in_features",
        "out_features",
        "bias",
        "activation_function",
        "module_input_name",
        "module_output_name",
        "use_residual",
    )
    added_config: ClassVar[Mapping[str, object]] = {
        "module_input_name": "sentence_embedding",
        "module_output_name": "sentence_embedding",
        "use_residual": False,
    }

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        activation_function: Callable[[Tensor], Tensor] | None = nn.Tanh(),  # noqa: B008  # no state
        init_weight: Tensor | None = None,
        init_bias: Tensor | None = None,
        module_input_name: str = "sentence_embedding",
        module_output_name: str | None = None,
        use_residual: bool = False,
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.bias = bias
        self.activation_function = activation_function or nn.Identity()
        self.module_input_name = module_input_name
        self.module_output_name = module_output_name or module_input_name
        self.use_residual = use_residual
        self.linear = nn.Linear(in_features, out_features, bias=bias)
        if init_weight is not None:
            self.linear.weight = nn.Parameter(init_weight)
        if init_bias is not None and bias:
            self.linear.bias = nn.Parameter(init_bias)
        if use_residual and in_features != out_features:
            self.residual = nn.Linear(in_features, out_features, bias=False)

    def forward(self, features: Features) -> Features:
        x: Tensor = features[self.module_input_name]
        dense = self.activation_function(self.linear(x))
        if self.use_residual:
            dense = dense + (self.residual(x) if hasattr(self, "residual") else x)
        features[self.module_output_name] = dense
        return features

    def get_embedding_dimension(self) -> int:
        return self.out_features

    def get_config_dict(self) -> dict[str, Any]:
        activation = type(self.activation_function)
        name = f"{activation.__module__}.{activation.__name__}"
        return super().get_config_dict() | {"activation_function": name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        name = config.get("activation_function", "torch.nn.modules.activation.Tanh")
        return super().from_config(config | {"activation_function": _activation(name)})


def _activation(name: str) -> nn.Module:
    """The activation that a file calls `name`: a class of torch.nn, looked up and not imported."""
    found = getattr(nn, str(name).rpartition(".")[2], None)
    if not (isinstance(found, type) and issubclass(found, nn.Module) and name in _paths(found)):
        raise UnknownModule(
            f"The Dense layer uses {name!r}, which is no activation of torch.nn, such as "
            "'torch.nn.modules.activation.Tanh'."
        )
    try:
        return found()
    except TypeError as cause:
        raise UnknownModule(f"{name!r} can't be built without arguments: {cause}") from cause


def _paths(activation: type[nn.Module]) -> tuple[str, str]:
    return f"{activation.__module__}.{activation.__name__}", f"torch.nn.{activation.__name__}"
