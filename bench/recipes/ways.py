"""The recipes that are tried on each dataset, each as a change of what the studio proposes."""

from dataclasses import dataclass, field
from typing import Any

from backend.catalog.losses import LOSSES
from backend.catalog.presets import PRESETS
from backend.recipes.merge_patch import merged

PROPOSED = "proposed"


@dataclass(frozen=True, kw_only=True)
class Way:
    """`patch` is a JSON merge patch of the proposed recipe."""

    name: str
    says: str
    patch: dict[str, Any] = field(default_factory=dict)
    guards: bool = True
    """Whether duplicates are kept out of a batch."""

    def of(
        self, recipe: dict[str, Any], seed: int, held_out: dict[str, int] | None = None
    ) -> dict[str, Any]:
        """The recipe to train: all of one dataset are judged by the same rows. `held_out`: so many,
        and not as proposed."""
        changed: dict[str, Any] = merged(recipe, self.patch)
        sampler = LOSSES[changed["loss"]["name"]].sampler
        if not self.guards and sampler == "no_duplicates":
            changed = merged(changed, {"arguments": {"batch_sampler": "batch_sampler"}})
        changed["datasets"][0]["held_out"] |= {"seed": 0, **(held_out or {})}
        return changed | {"seed": seed}


WAYS = (
    Way(name=PROPOSED, says="as the studio proposes it"),
    Way(name="quick", says="the preset Quick: one round", patch=PRESETS["quick"].patch),
    Way(
        name="higher rate",
        says="one round, at a rate of 5e-5",
        patch=merged(PRESETS["quick"].patch, {"arguments": {"learning_rate": 5e-5}}),
    ),
    Way(
        name="batch 8",
        says="batch 8, 3e-5, three epochs, duplicates in a batch: a default of other tools",
        patch={
            "arguments": {
                "per_device_train_batch_size": 8,
                "learning_rate": 3e-5,
                "num_train_epochs": 3.0,
            }
        },
        guards=False,
    ),
    Way(
        name="LoRA",
        says="one round, as LoRA of rank 16 at 2e-4",
        patch=merged(
            PRESETS["quick"].patch,
            {"lora": {"rank": 16}, "arguments": {"learning_rate": 2e-4}},
        ),
    ),
)
