"""A pretrained transformer with its tokenizer: from texts to one vector a token."""

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedModel
from transformers import PreTrainedTokenizerBase as Tokenizer

from worker.engine.model.modules.module import (
    Features,
    Module,
    read_json,
    refuse_pickles,
    write_json,
)
from worker.engine.model.problems import WrongModelFile

UNLIMITED_TOKENS = 1_000_000  # transformers writes 1e30 where a tokenizer has no limit
ROBERTA_FAMILY = frozenset({"roberta", "xlm-roberta", "camembert", "mpnet", "roberta-prelayernorm"})
CONFIG_FILES = (
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_distilbert_config.json",
    "sentence_camembert_config.json",
    "sentence_albert_config.json",
    "sentence_xlm-roberta_config.json",
    "sentence_xlnet_config.json",
)
"""Names under which old releases wrote the same settings."""


class Transformer(Module):
    """Any encoder of `transformers`; its weights are always 32-bit floats here.

    A checkpoint stored in 16 bits would otherwise be trained in 16 bits, in which small steps
    vanish; mixed precision is the trainer's to choose.
    Shapes: input_ids B×T → token_embeddings B×T×D.
    """

    type_name = "sentence_transformers.models.Transformer"
    config_file = CONFIG_FILES[0]

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: Tokenizer,
        max_seq_length: int | None,
        do_lower_case: bool = False,
    ) -> None:
        super().__init__()
        self.model = model
        self.tokenizer = tokenizer
        self.do_lower_case = do_lower_case
        self.max_seq_length = max_seq_length or _longest(model, tokenizer)
        self._accepted = set(inspect.signature(model.forward).parameters)

    @property
    def auto_model(self) -> PreTrainedModel:
        """The model by the name that scripts from before version 5.4 use."""
        return self.model

    @property
    def max_seq_length(self) -> int | None:
        """How many tokens of a text are read, special ones included; None where nothing limits."""
        limit = self.tokenizer.model_max_length
        return limit if limit < UNLIMITED_TOKENS else None

    @max_seq_length.setter
    def max_seq_length(self, value: int | None) -> None:
        self.tokenizer.model_max_length = UNLIMITED_TOKENS if value is None else value

    @property
    def out_dimension(self) -> int:
        return int(self.model.config.hidden_size)

    def tokenize(self, texts: Sequence[str], prompt: str | None = None) -> Features:
        """Token ids and mask, padded to the longest of `texts`; with a prompt, its length too."""
        features: Features = dict(self._tokens([(prompt or "") + text for text in texts]))
        if prompt:
            features["prompt_length"] = self._prompt_length(prompt)
        return features

    def _tokens(self, texts: list[str]) -> dict[str, torch.Tensor]:
        tokens = self.tokenizer(
            [text.lower() for text in texts] if self.do_lower_case else texts,
            padding=True,
            truncation="longest_first",
            max_length=self.max_seq_length,
            return_tensors="pt",
        )
        return dict(tokens)

    def _prompt_length(self, prompt: str) -> int:
        ids = self._tokens([prompt])["input_ids"][0]
        ends_specially = int(ids[-1]) in self.tokenizer.all_special_ids
        return len(ids) - ends_specially  # the text goes on where the prompt alone would end

    def forward(self, features: Features) -> Features:
        inputs = {n: v for n, v in features.items() if n in self._accepted}
        features["token_embeddings"] = self.model(**inputs, return_dict=True).last_hidden_state
        return features

    def save(self, folder: Path) -> None:
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        settings = {"max_seq_length": self.max_seq_length, "do_lower_case": self.do_lower_case}
        write_json(folder / self.config_file, settings)

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls.from_pretrained(folder)

    @classmethod
    def from_pretrained(
        cls,
        folder: Path,
        model_kwargs: dict[str, Any] | None = None,
        tokenizer_kwargs: dict[str, Any] | None = None,
        config_kwargs: dict[str, Any] | None = None,
    ) -> Self:
        """Read a folder of `transformers`. Raises PickledWeights, WrongModelFile."""
        refuse_pickles(folder)
        settings = next((read_json(folder / n) for n in CONFIG_FILES if (folder / n).is_file()), {})
        ours_alone = {"local_files_only": True, "trust_remote_code": False}
        try:
            config = AutoConfig.from_pretrained(folder, **{**(config_kwargs or {}), **ours_alone})
            model = AutoModel.from_pretrained(
                folder,
                config=config,
                **{"dtype": torch.float32, **(model_kwargs or {})},
                **ours_alone,
                use_safetensors=True,
            )
            tokenizer = AutoTokenizer.from_pretrained(
                folder, **{**(tokenizer_kwargs or {}), **ours_alone}
            )
        except (OSError, ValueError) as cause:
            raise WrongModelFile(f"{folder} can't be loaded as a transformer: {cause}") from cause
        return cls(
            model,
            tokenizer,
            max_seq_length=settings.get("max_seq_length"),
            do_lower_case=settings.get("do_lower_case", False),
        )


def _longest(model: PreTrainedModel, tokenizer: Tokenizer) -> int | None:
    """The lesser of what the tokenizer and the positions of the model allow; None: no limit."""
    positions = getattr(model.config, "max_position_embeddings", None)
    if positions and model.config.model_type in ROBERTA_FAMILY:
        positions -= model.config.pad_token_id + 1  # its positions start after the padding id
    limits = [n for n in (positions, tokenizer.model_max_length) if n and 0 < n < UNLIMITED_TOKENS]
    return min(limits, default=None)
