"""From what a person names to the parts of a model: a folder here, a Hub id, or modules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from worker.engine.model import reading
from worker.engine.model.bare_names import ORIGINAL_TRANSFORMER_MODELS
from worker.engine.model.finding import find


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a model comes from, and how it is read. The token never leaves this process."""

    name: str | None
    organization: str | None = None
    revision: str | None = None
    cache_folder: str | Path | None = None
    local_files_only: bool = False
    token: bool | str | None = field(default=None, repr=False)
    trust_remote_code: bool = False
    model_kwargs: dict[str, Any] = field(default_factory=dict)
    processor_kwargs: dict[str, Any] = field(default_factory=dict)
    config_kwargs: dict[str, Any] = field(default_factory=dict)

    @property
    def is_folder(self) -> bool:
        return self.name is not None and Path(self.name).is_dir()

    @property
    def hub_name(self) -> str:
        """The id on the Hub; a bare name is one of `organization`, but for those older than it."""
        bare = self.name or ""
        if "/" in bare or bare.lower() in ORIGINAL_TRANSFORMER_MODELS or not self.organization:
            return bare
        return f"{self.organization}/{bare}"


def opened(source: Source, modules: Sequence[nn.Module] | None) -> reading.Saved:
    """The parts of the model that `source` names, else `modules`. Raises a ModelProblem."""
    if source.name is None:
        if modules is not None and not len(modules):
            raise ValueError("modules is empty; a model begins with a Transformer, for one.")
        return reading.Saved(modules=tuple(modules or ()))
    name = source.name if source.is_folder else source.hub_name
    folder = find(name, source.revision, source.cache_folder, source.local_files_only, source.token)
    trust = {"trust_remote_code": True} if source.trust_remote_code else {}
    hub = {  # for the base model of an adapter, which is a model of its own
        "cache_dir": source.cache_folder,
        "local_files_only": source.local_files_only,
        "token": source.token,
    }
    return reading.read(
        folder,
        {**hub, **trust, **source.model_kwargs},
        {**trust, **source.processor_kwargs},
        {**trust, **source.config_kwargs},
        name=None if source.is_folder else name,
    )
