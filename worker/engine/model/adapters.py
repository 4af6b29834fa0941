"""What a model does by way of its transformer; above all adapters (LoRA and kin): a few weights
that are trained beside those of the transformer, which rest.

What is done to them lies with `transformers` and `peft`. A model with an adapter is saved as the
adapter alone, until the adapter is merged.
"""

from typing import Any

from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel
from transformers.integrations.peft import PeftAdapterMixin
from transformers.utils.import_utils import is_peft_available

from worker.engine.model.finding import find
from worker.engine.model.folder import refuse_pickles
from worker.engine.model.modules.adapter import ADAPTER_WEIGHTS


class OverTransformer(nn.Sequential):
    """Modules of which one may hold a model of `transformers`."""

    @property
    def transformers_model(self) -> PreTrainedModel | None:
        """The first model of `transformers` in it; None for one without."""
        found = (m for m in self.modules() if isinstance(m, PreTrainedModel))
        return next(found, None)

    @property
    def config(self) -> PreTrainedConfig | None:
        """The configuration of `transformers_model`."""
        return getattr(self.transformers_model, "config", None)

    @config.setter
    def config(self, value: PreTrainedConfig) -> None:
        if self.transformers_model is not None:
            self.transformers_model.config = value

    def gradient_checkpointing_enable(
        self, gradient_checkpointing_kwargs: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """Keep fewer activations in training, and make them again when they are needed."""
        for module in self.modules():
            if isinstance(module, PreTrainedModel) and module.supports_gradient_checkpointing:
                module.gradient_checkpointing_enable(gradient_checkpointing_kwargs, **kwargs)  # type: ignore[no-untyped-call]  # transformers'

    def has_peft_compatible_model(self) -> bool:
        """Whether the model has a transformer, which alone can take adapters."""
        return isinstance(self.transformers_model, PeftAdapterMixin)

    def check_peft_compatible_model(self) -> None:
        """Raise ValueError for a model that can take no adapters, ImportError where peft is missing."""
        if not self.has_peft_compatible_model():
            raise ValueError(
                "Adapters belong to a transformer, and this model has none that can take them. Begin "
                "it with a Transformer module, whose model isn't wrapped by peft already."
            )
        if not is_peft_available():
            raise ImportError("Adapters need the package peft: pip install 'likewise[lora]'.")

    def add_adapter(self, *args: Any, **kwargs: Any) -> None:
        """Add a new adapter by its peft configuration, and train it in place of the model's weights."""
        self._adaptable().add_adapter(*args, **kwargs)

    def load_adapter(self, peft_model_id: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Add an adapter from a folder or the Hub. Raises PickledWeights if it is a pickle."""
        if peft_model_id is not None:
            hub: dict[str, Any] = {name: kwargs.get(name) for name in ("revision", "token")}
            folder = find(
                str(peft_model_id), local_files_only=bool(kwargs.get("local_files_only")), **hub
            )
            if not (folder / ADAPTER_WEIGHTS).is_file():
                refuse_pickles(folder)
            peft_model_id = str(folder)
        self._adaptable().load_adapter(peft_model_id, *args, **kwargs)

    def set_adapter(self, *args: Any, **kwargs: Any) -> None:
        """Use this adapter, and no other."""
        self._adaptable().set_adapter(*args, **kwargs)

    def disable_adapters(self) -> None:
        """Use the model as it was before it had adapters."""
        self._adaptable().disable_adapters()

    def enable_adapters(self) -> None:
        """Use the adapters again."""
        self._adaptable().enable_adapters()

    def active_adapters(self) -> list[str]:
        """The names of the adapters in use."""
        names: list[str] = self._adaptable().active_adapters()
        return names

    def active_adapter(self) -> str:
        """The name of the first adapter in use."""
        return self.active_adapters()[0]

    def get_adapter_state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The weights of an adapter by name, of the one in use unless told otherwise."""
        weights: dict[str, Any] = self._adaptable().get_adapter_state_dict(*args, **kwargs)
        return weights

    def delete_adapter(self, *args: Any, **kwargs: Any) -> None:
        """Take an adapter, or several, out of the model."""
        self._adaptable().delete_adapter(*args, **kwargs)

    def merge_adapters(self) -> None:
        """Add the adapters in use to the weights beneath, and go on as a plain model.

        The vectors stay the same; what is saved from now on is the whole model.
        """
        from peft.tuners.tuners_utils import BaseTunerLayer

        transformer = self._adaptable()
        for name, layer in list(transformer.named_modules()):
            if isinstance(layer, BaseTunerLayer):
                layer.merge()
                parent, _, own = name.rpartition(".")
                setattr(transformer.get_submodule(parent), own, layer.get_base_layer())
        transformer._hf_peft_config_loaded = False
        transformer.__dict__.pop("peft_config", None)
        transformer.requires_grad_(True)  # the adapter's coming had laid the weights to rest

    def _adaptable(self) -> Any:
        self.check_peft_compatible_model()
        return self.transformers_model
