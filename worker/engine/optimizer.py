"""Which learning rate and weight decay each weight gets."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from worker.engine.trainer import SentenceTransformerTrainer


def optimizer_of(trainer: "SentenceTransformerTrainer", module: nn.Module) -> torch.optim.Optimizer:
    """The optimizer that the trainer is set to, over `module`, with the rates of its arguments."""
    args = trainer.args
    kind, options = trainer.optimizer_cls_and_kwargs or trainer.get_optimizer_cls_and_kwargs(
        args,
        module,  # type: ignore[arg-type]  # any module will do
    )
    decayed = trainer.get_decay_parameter_names(module)
    groups = parameter_groups(module, decayed, args.weight_decay, args.learning_rates)
    made: torch.optim.Optimizer = kind(groups, **options)
    return made


def parameter_groups(
    module: nn.Module, decayed: Collection[str], weight_decay: float, rates: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Groups for an optimizer: by learning rate, and in each with and without weight decay.

    `rates` are regular expressions searched in parameter names; the last that is found wins. A
    weight of the loss is found by its name in the loss too.
    Raises ValueError for one that is found nowhere: a typing error would go unseen for hours.
    """
    groups: dict[tuple[str | None, bool], list[nn.Parameter]] = {}
    unused = dict.fromkeys(rates)
    for name, parameter in module.named_parameters():
        found = [p for p in rates if re.search(p, name) or re.search(p, _in_loss(name))]
        for pattern in found:
            unused.pop(pattern, None)
        if parameter.requires_grad:
            group = (found[-1] if found else None, name in decayed)
            groups.setdefault(group, []).append(parameter)
    if unused:
        raise ValueError(
            f"learning_rate_mapping: no weight's name matches {next(iter(unused))!r}. Names look "
            f"like {next(iter(dict(module.named_parameters())), 'none')!r}."
        )
    return [
        {"params": parameters, "weight_decay": weight_decay if decays else 0.0}
        | ({} if pattern is None else {"lr": rates[pattern]})
        for (pattern, decays), parameters in groups.items()
    ]


def _in_loss(name: str) -> str:
    return name.removeprefix("loss.")
