"""A checkpoint of `transformers` on disk: which class opens it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedModel
from transformers import PreTrainedConfig as Config
from transformers import PreTrainedTokenizerBase as Tokenizer

from worker.engine.model.folder import refuse_pickles
from worker.engine.model.modules.adapter import ADAPTER_CONFIG, base_of, put_on
from worker.engine.model.problems import WrongModelFile

ENCODERS = {
    "longt5": "LongT5EncoderModel",
    "mt5": "MT5EncoderModel",
    "switch_transformers": "SwitchTransformersEncoderModel",
    "t5": "T5EncoderModel",
    "t5gemma": "T5GemmaEncoderModel",
    "umt5": "UMT5EncoderModel",
}
"""Models with a decoder that a vector doesn't need: model_type → the class of the encoder alone."""

WHOLE = frozenset({"bart", "mbart"})
"""Models with a decoder that reads what the encoder read: their vectors are the decoder's."""

HUB_OPTIONS = frozenset({"cache_dir", "local_files_only", "revision", "token"})
"""How a checkpoint is fetched: said once, when its folder is found."""


def open_model(
    folder: Path, model_kwargs: Mapping[str, Any], config_kwargs: Mapping[str, Any]
) -> PreTrainedModel:
    """The encoder in `folder`, in 32-bit floats unless `model_kwargs` has a dtype.

    A folder that holds an adapter gives its base model with the adapter on it. Raises ModelProblem.
    """
    if (folder / ADAPTER_CONFIG).is_file():
        base, name = base_of(folder, model_kwargs)
        model = open_model(base, model_kwargs, config_kwargs)
        return put_on(model, folder, name)
    refuse_pickles(folder)
    options = {"dtype": torch.float32, **_said(model_kwargs), "use_safetensors": True}
    if "torch_dtype" in options:  # its name before transformers 5
        options["dtype"] = options.pop("torch_dtype")
    try:
        config = _open_config(folder, config_kwargs)
        encoder = ENCODERS.get(config.model_type)
        if config.is_encoder_decoder and encoder is None and config.model_type not in WHOLE:
            raise ValueError(
                f"{config.model_type} has an encoder and a decoder, and its encoder has no class of "
                f"its own in transformers that could be loaded. Those that have: {', '.join(ENCODERS)}."
            )
        config.is_encoder_decoder &= encoder is None  # T5Gemma's class insists
        opener = AutoModel if encoder is None else getattr(transformers, encoder)
        model = opener.from_pretrained(folder, config=config, **options)
    except (OSError, ValueError) as cause:
        raise WrongModelFile(f"{folder} can't be loaded as a transformer: {cause}") from cause
    assert isinstance(model, PreTrainedModel)
    return model


def open_tokenizer(folder: Path, options: Mapping[str, Any]) -> Tokenizer:
    """The tokenizer in `folder`; it pads with its end-of-text where it has nothing for that.

    Raises WrongModelFile.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **_said(options))
    except (OSError, ValueError) as cause:
        raise WrongModelFile(f"{folder} has no tokenizer that we can load: {cause}") from cause
    assert isinstance(tokenizer, Tokenizer)
    if tokenizer.pad_token is None:  # decoders; the mask hides what is padded, whatever it is
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _open_config(folder: Path, options: Mapping[str, Any]) -> Config:
    config = AutoConfig.from_pretrained(folder, **_said(options))
    assert isinstance(config, Config)
    for part in (config, config.get_text_config()):
        if hasattr(part, "use_cache"):  # keys and values kept for a next token, which nobody asks
            part.use_cache = options.get("use_cache", False)
        if "/" in str(part._attn_implementation) and "attn_implementation" not in options:
            part._attn_implementation = None  # the file names code on the Hub, and transformers
            # would fetch and run it
    return config


def _said(options: Mapping[str, Any]) -> dict[str, Any]:
    """What a caller says to transformers about a folder that is already here."""
    said = {name: value for name, value in options.items() if name not in HUB_OPTIONS}
    trusted = bool(said.get("trust_remote_code"))
    return said | {"trust_remote_code": trusted, "local_files_only": not trusted}
