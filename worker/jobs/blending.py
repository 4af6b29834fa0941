"""A model between two: each weight a weighted mean of theirs.

Source: M. Wortsman et al. 2022, Robust fine-tuning of zero-shot models, arXiv 2109.01903.
"""

from collections.abc import Mapping

from torch import Tensor

Weights = Mapping[str, Tensor]


class NotAlike(ValueError):
    """The two are not built alike: most weights of one have no counterpart in the other."""


def blended(base: Weights, tuned: Weights, share: float) -> dict[str, Tensor]:
    """`share` of the tuned weights and the rest of the base's; share 0 is the base, 1 the tuned.

    What the base doesn't have, or has in another shape, and whole numbers are the tuned's.
    Raises NotAlike where that were more than half of all.
    """
    alike = {
        name
        for name, weight in tuned.items()
        if weight.is_floating_point() and name in base and base[name].shape == weight.shape
    }
    if 2 * len(alike) < len(tuned):
        raise NotAlike(f"only {len(alike)} of {len(tuned)} weights have a counterpart")
    return {
        name: base[name].to(weight).lerp(weight, share) if name in alike else weight
        for name, weight in tuned.items()
    }
