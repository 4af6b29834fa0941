"""A pretrained transformer with its tokenizer: from texts to one vector a token."""

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from torch import nn
from transformers import PreTrainedConfig as Config
from transformers import PreTrainedModel
from transformers import PreTrainedTokenizerBase as Tokenizer

from worker.engine.model.finding import find
from worker.engine.model.folder import write_json
from worker.engine.model.modules import transformer_config as saved
from worker.engine.model.modules.adapter import call
from worker.engine.model.modules.chat_template import ChatTemplate, format_of, modalities_of
from worker.engine.model.modules.conversation import refuse_conversations
from worker.engine.model.modules.input_module import InputModule, lowered, with_prompt
from worker.engine.model.modules.module import Features
from worker.engine.model.modules.pretrained import open_model, open_tokenizer
from worker.engine.packing import without_padding

UNSET: tuple[object, ...] = (None, {})
UNLIMITED_TOKENS = 1_000_000  # transformers writes 1e30 where a tokenizer has no limit


class Transformer(InputModule):
    """Any encoder or decoder of `transformers`; its weights are 32-bit floats unless you say else.

    A checkpoint stored in 16 bits would otherwise be trained in 16 bits, in which small steps
    vanish; mixed precision is the trainer's to choose. Of T5 and its kin the encoder alone is
    loaded. A folder with a PEFT adapter gives its base model with the adapter.

    `model_kwargs`, `processor_kwargs` and `config_kwargs` go to `from_pretrained` of the model, its
    tokenizer and its configuration; `model_kwargs` also say how the Hub is asked (`revision`,
    `cache_dir`, `token`, `local_files_only`). Code that comes with a model runs only if they hold
    `trust_remote_code=True`. `processing_kwargs={"text": {…}}` go to each call of the tokenizer.
    `query_length` and `document_length` limit the texts of these two tasks. `unpad_inputs` does
    nothing here: it belongs to the format, and a model whose folder has it keeps it.

    `modality_config` says how texts are read: plain with {"text": …} alone, through the chat
    template of the tokenizer with {"text": …, "message": …}; then a conversation, a list of
    messages with role and content, is an input too. Left out, a tokenizer that has a chat template
    uses it. `processing_kwargs={"chat_template": {…}}` go to the template.

    `model_args`, `tokenizer_args`, `config_args` and `cache_dir` are spellings from before version
    5.4.

    Shapes: input_ids B×T → token_embeddings B×T×D; with `output_hidden_states` in the model's
    configuration also all_layer_embeddings, layers + 1 of B×T×D.
    Errors: ModelProblem; ValueError for what belongs to other families of models.
    """

    config_file_name = saved.CONFIG_FILES[0]
    tokenizer: Tokenizer

    def __init__(
        self,
        model_name_or_path: str | Path,
        max_seq_length: int | None = None,
        *,
        transformer_task: str = "feature-extraction",
        model_kwargs: dict[str, Any] | None = None,
        processor_kwargs: dict[str, Any] | None = None,
        config_kwargs: dict[str, Any] | None = None,
        processing_kwargs: dict[str, dict[str, Any]] | None = None,
        backend: str = "torch",
        modality_config: dict[str, Any] | None = None,
        module_output_name: str | None = None,
        unpad_inputs: bool | None = None,
        query_length: int | None = None,
        document_length: int | None = None,
        query_expansion: dict[str, Any] | None = None,
        do_lower_case: bool = False,
        tokenizer_name_or_path: str | Path | None = None,
        model_args: dict[str, Any] | None = None,
        tokenizer_args: dict[str, Any] | None = None,
        config_args: dict[str, Any] | None = None,
        cache_dir: str | None = None,
    ) -> None:
        super().__init__()
        saved.check_family(
            transformer_task=transformer_task,
            backend=backend,
            modality_config=modality_config,
            module_output_name=module_output_name,
            query_expansion=query_expansion,
        )
        model_kwargs = {"cache_dir": cache_dir, **(model_kwargs or model_args or {})}
        processor_kwargs = processor_kwargs or tokenizer_args or {}
        folder = _find(model_name_or_path, model_kwargs)
        self.model = open_model(folder, model_kwargs, config_kwargs or config_args or {})
        if not Path(model_name_or_path).is_dir():
            self._keep(str(model_name_or_path))
        if tokenizer_name_or_path is not None:
            folder = _find(tokenizer_name_or_path, model_kwargs, has_weights=False)
        self.tokenizer = open_tokenizer(folder, processor_kwargs)
        self.do_lower_case = do_lower_case
        self.processing_kwargs = processing_kwargs or {}
        self.unpad_inputs = unpad_inputs
        self.query_length = query_length
        self.document_length = document_length
        if "model_max_length" not in processor_kwargs:
            self.max_seq_length = max_seq_length or _longest(self.model, self.tokenizer)
        read = modality_config or modalities_of(self.tokenizer, self.config.model_type)
        self.modality_config = {name: dict(how) for name, how in read.items()}
        self.may_leave_out_padding = False
        self._accepted = set(inspect.signature(self.model.forward).parameters)

    @property
    def auto_model(self) -> PreTrainedModel:
        """The model by the name that scripts from before version 5.4 use."""
        return self.model

    @property
    def config(self) -> Config:
        """The configuration of the model."""
        return self.model.config

    @property
    def processor(self) -> Tokenizer:
        """The tokenizer by the name that it has beside images and sounds."""
        return self.tokenizer

    @property
    def modalities(self) -> list[str]:
        """["text"], and "message" where texts are read through a chat template."""
        return list(self.modality_config)

    @property
    def max_seq_length(self) -> int | None:
        """How many tokens of a text are read, special ones included; None where nothing limits."""
        limit = self.tokenizer.model_max_length
        return limit if limit < UNLIMITED_TOKENS else None

    @max_seq_length.setter
    def max_seq_length(self, value: int | None) -> None:
        self.tokenizer.model_max_length = UNLIMITED_TOKENS if value is None else value

    def get_embedding_dimension(self) -> int:
        return int(self.model.config.get_text_config().hidden_size)

    def preprocess(
        self,
        inputs: Sequence[Any],
        prompt: str | None = None,
        processing_kwargs: dict[str, dict[str, Any]] | None = None,
        *,
        task: str | None = None,
        max_length: int | None = None,
        **options: Any,
    ) -> Features:
        """Token ids and mask, padded to the longest of `inputs`; with a prompt, its length too.

        Through a chat template a prompt is a message of its own, and its length isn't told.

        `max_length` limits the tokens of these texts, else the length of the task, else
        `max_seq_length`; `processing_kwargs` win over those of the module.
        """
        of_task = {"query": self.query_length, "document": self.document_length}.get(task or "")
        chosen = {"padding": True, "truncation": "longest_first"}
        chosen["max_length"] = max_length or of_task or self.max_seq_length
        variables = {} if task is None else {"task": task}
        for kwargs in (self.processing_kwargs, processing_kwargs or {}):
            chosen |= {**kwargs.get("common", {}), **kwargs.get("text", {})}
            variables |= kwargs.get("chat_template", {})
        if self.do_lower_case:
            inputs, prompt = lowered(list(inputs)), lowered(prompt)
        if how := self.modality_config.get("message"):
            form = format_of(how, self.tokenizer, self.config.model_type)
            return ChatTemplate(self.tokenizer, form, variables).read(inputs, prompt, chosen)
        refuse_conversations(inputs)
        features: Features = self._tokens(with_prompt(inputs, prompt), chosen)
        if prompt:
            features["prompt_length"] = self._prompt_length(prompt, chosen)
        return features

    def _tokens(self, texts: list[str], chosen: dict[str, Any]) -> dict[str, torch.Tensor]:
        return dict(self.tokenizer(texts, **{**chosen, "return_tensors": "pt"}))

    def _prompt_length(self, prompt: str, chosen: dict[str, Any]) -> int:
        ids = self._tokens([prompt], chosen)["input_ids"][0]
        ends_specially = int(ids[-1]) in self.tokenizer.all_special_ids
        return len(ids) - ends_specially  # the text goes on where the prompt alone would end

    def forward(self, features: Features, **kwargs: Any) -> Features:
        """`features` with token_embeddings; `kwargs` go to the model. The model is called here
        and nowhere else."""
        inputs = {n: v for n, v in features.items() if n in self._accepted} | kwargs
        packed = without_padding(self.model, inputs) if self.leaves_out_padding else None
        output = packed or self.model(**inputs, return_dict=True)
        features["token_embeddings"] = output.last_hidden_state
        layers = getattr(output, "hidden_states", None)
        if layers is not None:
            features["all_layer_embeddings"] = layers
        return features

    @property
    def leaves_out_padding(self) -> bool:
        """Whether a batch is read without padding: in training, where the modules that follow look at
        no padding (`may_leave_out_padding`). What is encoded is read as it always was. So are the
        parts of a batch under DataParallel: their copies share a configuration, in threads."""
        is_copy = getattr(self.model, "_is_replica", False)
        is_learning = self.training and torch.is_grad_enabled()
        return self.may_leave_out_padding and is_learning and not is_copy

    def get_config_dict(self) -> dict[str, Any]:
        return {
            "max_seq_length": self.max_seq_length,
            "do_lower_case": self.do_lower_case,
            **{name: value for name in saved.ADDED if (value := getattr(self, name)) not in UNSET},
            **saved.of_modalities(self.modality_config),
        }

    def save(self, output_path: str | Path, safe_serialization: bool = True) -> None:
        """Write model and tokenizer as `transformers` does; of an adapted model the adapter."""
        self.refuse_unsafe(safe_serialization)
        self.model.save_pretrained(output_path)
        self.tokenizer.save_pretrained(output_path)
        write_json(Path(output_path) / self.config_file_name, self.get_config_dict())

    @classmethod
    def read(
        cls, folder: Path, name: str | None = None, is_checkpoint: bool = False, **kwargs: Any
    ) -> Self:
        """Read a folder of `transformers`, with our settings or without. `name` is the Hub's.

        Of a saved model, whose vectors must stay, texts are read plain unless its settings say
        else; of a plain checkpoint as its tokenizer has it.
        """
        module = cls(folder, **saved.options(folder, kwargs, is_checkpoint))
        if name is not None:
            module._keep(name)
        return module

    def _keep(self, name: str) -> None:
        """Be saved under the Hub's `name`; an adapter's base model has its own already."""
        if not hasattr(self.model, "peft_config"):
            call(self.model, name)


def _find(name: str | Path, options: dict[str, Any], has_weights: bool = True) -> Path:
    return find(
        str(name),
        revision=options.get("revision"),
        cache_folder=options.get("cache_dir"),
        local_files_only=options.get("local_files_only", False),
        token=options.get("token"),
        has_weights=has_weights,
    )


def _longest(model: PreTrainedModel, tokenizer: Tokenizer) -> int | None:
    """The lesser of what the tokenizer and the positions of the model allow; None: no limit."""
    positions = getattr(model.config.get_text_config(), "max_position_embeddings", None) or 0
    limits = (positions - _first_position(model), tokenizer.model_max_length)
    return min((n for n in limits if 0 < n < UNLIMITED_TOKENS), default=None)


def _first_position(model: PreTrainedModel) -> int:
    """Where positions begin: RoBERTa and its kin count on from the padding id, others from 0."""
    for module in model.modules():
        padding = getattr(module, "padding_idx", None)
        if isinstance(getattr(module, "position_embeddings", None), nn.Embedding) and padding:
            return int(padding) + 1
    return 0
