"""Which learning rate and weight decay each weight gets."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from torch import nn


def parameter_groups(
    module: nn.Module, decayed: Collection[str], weight_decay: float, rates: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Groups for an optimizer: by learning rate, and in each with and without weight decay.

    `rates` are regular expressions searched in parameter names; the first that is found wins.
    Raises ValueError for one that is found nowhere: a typing error would go unseen for hours.
    """
    groups: dict[tuple[str | None, bool], list[nn.Parameter]] = {}
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            pattern = next((p for p in rates if re.search(p, name)), None)
            groups.setdefault((pattern, name in decayed), []).append(parameter)
    if unused := [p for p in rates if p not in {pattern for pattern, _ in groups}]:
        raise ValueError(
            f"learning_rate_mapping: no weight's name matches {unused[0]!r}. Names look like "
            f"{next(iter(dict(module.named_parameters())), 'none')!r}."
        )
    return [
        {"params": parameters, "weight_decay": weight_decay if decays else 0.0}
        | ({} if pattern is None else {"lr": rates[pattern]})
        for (pattern, decays), parameters in groups.items()
    ]
