"""What a Transformer's folder says beside the checkpoint, in every release's spelling."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from worker.engine.model.folder import read_json
from worker.engine.model.problems import WrongModelFile

log = logging.getLogger(__name__)

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

ADDED = ("processing_kwargs", "unpad_inputs", "query_length", "document_length")
"""Settings that releases before 5.4 can't read: written only where they are set."""

PLAIN = ("max_seq_length", "do_lower_case", *ADDED)

OPTIONS = {
    "model_kwargs": "model_args",
    "processor_kwargs": "tokenizer_args",
    "config_kwargs": "config_args",
}
"""Options of `from_pretrained`, and their names in files from before version 5.4."""

CHOSEN_BY_FILES = {
    "model_kwargs": frozenset({"add_pooling_layer"}),
    "processor_kwargs": frozenset(
        {
            "add_bos_token",
            "add_eos_token",
            "add_prefix_space",
            "do_lower_case",
            "model_max_length",
            "padding_side",
            "truncation_side",
        }
    ),
    "config_kwargs": frozenset(
        {"is_causal", "is_decoder", "output_hidden_states", "use_bidirectional_attention"}
    ),
}
"""Those that a model's folder may choose. Others lead to files elsewhere, or to code that runs."""

OF_OTHER_FAMILIES: Mapping[str, tuple[object, ...]] = {
    "transformer_task": ("feature-extraction",),
    "backend": ("torch",),
    "module_output_name": (None, "token_embeddings"),
    "query_expansion": (None,),
}
"""Constructor arguments that only models of other kinds give other values than these."""

TEXT = {"method": "forward", "method_output_name": "last_hidden_state"}
PLAIN_TEXT = {"text": TEXT}
FORMATS = ("auto", "flat", "structured")
"""How a chat template takes the content of a message; auto: as it looks."""


def of_modalities(modality_config: Mapping[str, Any]) -> dict[str, Any]:
    """What is written about them: nothing of plain texts, which every release takes for granted."""
    if modality_config == PLAIN_TEXT:
        return {}
    return {"modality_config": modality_config, "module_output_name": "token_embeddings"}


def check_family(modality_config: Mapping[str, Any] | None, **given: object) -> None:
    """Raise ValueError for what another kind of model than one from text to vectors would need."""
    for name, value in given.items():
        if value not in OF_OTHER_FAMILIES[name]:
            raise ValueError(
                f"{name}={value!r} belongs to another kind of model. A text embedding model has "
                f"{' or '.join(repr(known) for known in OF_OTHER_FAMILIES[name])}."
            )
    if modality_config is not None and not _reads_texts(modality_config):
        raise ValueError(
            f"modality_config is {dict(modality_config)}; we read texts by the model's "
            'last_hidden_state, plain ("text") or through a chat template ("text" and "message"), '
            "and no images, sounds or videos. Leave modality_config out, or use a model of that "
            "kind."
        )


def _reads_texts(modality_config: Mapping[str, Any]) -> bool:
    said = {name: dict(how) for name, how in modality_config.items()}
    form = said.get("message", {}).pop("format", "auto")
    return form in FORMATS and said in (PLAIN_TEXT, {**PLAIN_TEXT, "message": TEXT})


def options(folder: Path, given: Mapping[str, Any], is_checkpoint: bool) -> dict[str, Any]:
    """The constructor's arguments: what `folder` says, and over it what the caller has `given`.

    A saved model that says nothing of its modalities reads plain texts: releases that could have
    written more hadn't come. Of a plain checkpoint they are left to its tokenizer.

    Raises WrongModelFile for a model of another kind.
    """
    found = next((read_json(folder / n) for n in CONFIG_FILES if (folder / n).is_file()), {})
    of_kind = {name: found[name] for name in OF_OTHER_FAMILIES if name in found}
    try:
        check_family(found.get("modality_config"), **of_kind)
    except ValueError as cause:
        raise WrongModelFile(f"{folder} can't be loaded: {cause}") from cause
    chosen = {name: found[name] for name in PLAIN if name in found}
    chosen["modality_config"] = found.get("modality_config", None if is_checkpoint else PLAIN_TEXT)
    for new, old in OPTIONS.items():
        chosen[new] = _of_file(new, found.get(new) or found.get(old) or {}) | (given.get(new) or {})
    return chosen


def _of_file(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in options.items() if name in CHOSEN_BY_FILES[kind]}
    if left_out := sorted(options.keys() - kept.keys()):
        log.warning("%s that a model's folder may not choose are left out: %s", kind, left_out)
    return kept
