"""Model and loss as one module: what the optimizer sees and what is wrapped for many devices.

The loss's own weights are then trained, averaged over devices and set to zero like the model's.
"""

from typing import Any

from torch import Tensor, nn

from worker.engine.loss_setting import Losses
from worker.engine.losses.loss import LossValue
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules.module import Features


class Objective(nn.Module):
    """forward(sentence_features, labels, dataset_name) is the loss of one batch."""

    accepts_loss_kwargs = False

    def __init__(self, model: SentenceTransformer, losses: Losses) -> None:
        super().__init__()
        self.model = model  # first: its weights keep their names, and the loss's own come after
        self.loss: nn.Module = (
            nn.ModuleDict({_key(name): loss for name, loss in losses.items()})
            if isinstance(losses, dict)
            else losses
        )

    def forward(
        self,
        sentence_features: list[Features],
        labels: Tensor | None = None,
        dataset_name: str | None = None,
    ) -> LossValue:
        value: LossValue = self.of(dataset_name)(sentence_features, labels)
        return value

    def of(self, dataset_name: str | None) -> nn.Module:
        """The loss of that dataset."""
        if isinstance(self.loss, nn.ModuleDict):
            return self.loss[_key(dataset_name or "")]
        return self.loss

    def loss_weights(self) -> dict[str, Tensor]:
        """The tensors that belong to the losses alone, by their names there.

        Frozen ones don't count: a guide or a teacher is given anew by who resumes.
        """
        models = {id(t) for t in self.model.state_dict(keep_vars=True).values()}
        return _trained(self.loss, without=models)

    def model_weights(self) -> dict[str, Tensor]:
        """The model's tensors that a training changes: those of an adapter, where it has one."""
        return _trained(self.model, without=set())

    def load_loss_weights(self, weights: dict[str, Any]) -> None:
        """Put back what `loss_weights` gave. Raises ValueError if it is of another loss."""
        wanted = set(self.loss_weights())
        if wanted != set(weights):
            raise ValueError(
                f"The checkpoint holds the weights {sorted(weights)} of its loss; this loss has "
                f"{sorted(wanted)}. Resume with the loss and settings that the run began with."
            )
        self.loss.load_state_dict(weights, strict=False)  # all but the model's, which are loaded


def _trained(module: nn.Module, without: set[int]) -> dict[str, Tensor]:
    """Each tensor of `module` once, but for frozen ones and those whose ids are in `without`."""
    found: dict[str, Tensor] = {}
    for name, tensor in module.state_dict(keep_vars=True).items():
        is_frozen = isinstance(tensor, nn.Parameter) and not tensor.requires_grad
        if id(tensor) not in without and not is_frozen:
            without = without | {id(tensor)}  # one loss may serve two datasets
            found[name] = tensor.detach()
    return found


def _key(dataset: str) -> str:
    """A name that torch takes: it keeps the dot for itself, and "train" and its like for methods."""
    return "/" + dataset.replace("/", "//").replace(".", "/_")
