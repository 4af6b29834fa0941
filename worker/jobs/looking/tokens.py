"""How long texts are for a base model: its tokenizer alone is read, no weights."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
from tokenizers import Tokenizer

from backend.catalog.base_models import carried
from backend.datasets.looking.lengths import LengthCounts
from backend.datasets.profile import TokenLengths
from worker.jobs import hub_access

_AT_ONCE = 2_000
_NO_LIMIT = 1_000_000  # tokenizers without one say 10³⁰


class NoTokenizer(Exception):
    """The model's tokenizer can't be read here; the message says why and what to do."""


@dataclass(frozen=True)
class TokenCounter:
    """A tokenizer, and after how many tokens its model cuts a text."""

    tokenizer: Tokenizer
    limit: int

    def count(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """Tokens of each text, with those that the model puts around it."""
        counts = [
            len(encoded.ids)
            for first in range(0, len(texts), _AT_ONCE)
            for encoded in self.tokenizer.encode_batch_fast(list(texts[first : first + _AT_ONCE]))
        ]
        return np.array(counts, dtype=np.int64)

    def lengths(self, counts: npt.NDArray[np.int64]) -> TokenLengths | None:
        seen = LengthCounts()
        seen.see(counts)
        lengths = seen.lengths()
        if lengths is None:
            return None
        cut = int((counts > self.limit).sum())
        return TokenLengths(lengths=lengths, limit=self.limit, cut=cut, looked_at=len(counts))


def token_counter(name: str, folders: Mapping[str, Path]) -> TokenCounter:
    """That of a model: this studio's own by its folder, one that a package carries, or the Hub's.

    Raises NoTokenizer.
    """
    folder = folders.get(name) or carried(name) or _fetched(name)
    place = _first_module(folder)
    if not (place / "tokenizer.json").is_file():
        raise NoTokenizer(f"{name} has no tokenizer that can be read by itself (tokenizer.json).")
    tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return TokenCounter(tokenizer, _limit(place))


def _fetched(name: str) -> Path:
    try:
        return Path(snapshot_download(name, allow_patterns=["*.json"], token=hub_access.token()))
    except (HFValidationError, LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise NoTokenizer(
            f"Tokens were not counted: {name} is neither on this machine nor could its tokenizer "
            "be fetched from the Hub. You can go on without; or check the name, and this machine's way "
            "to the Hub."
        ) from error


def _first_module(folder: Path) -> Path:
    """Where the module that reads texts is: mostly the folder itself."""
    modules = _json(folder / "modules.json")
    return folder / modules[0]["path"] if modules else folder


def _limit(folder: Path) -> int:
    """What the model says of itself, else the least that its tokenizer and its positions take."""
    own = _json(folder / "sentence_bert_config.json").get("max_seq_length")
    if own:
        return int(own)
    limits = (
        _json(folder / "tokenizer_config.json").get("model_max_length"),
        _json(folder / "config.json").get("max_position_embeddings"),
    )
    return min((int(limit) for limit in limits if limit and limit < _NO_LIMIT), default=_NO_LIMIT)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
