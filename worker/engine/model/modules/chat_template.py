"""Texts in the frame of a chat: each is what a user says, and the prompt is the system's message.

A checkpoint whose tokenizer has a chat template has learned from texts in that frame, and gives
other vectors, better ones as a rule, for texts within it.

Legend: B texts, T tokens of the longest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase as Tokenizer

from worker.engine.model.modules.conversation import (
    Conversation,
    filled,
    in_parts,
    is_conversation,
    refuse_media,
)
from worker.engine.model.modules.module import Features
from worker.engine.model.modules.transformer_config import PLAIN_TEXT, TEXT

OF_A_PAIR = ("query", "document")
"""The roles of the two texts of a pair."""

FLAT = frozenset({"apertus", "deepseek_v3", "gpt_oss", "seed_oss"})
"""Models whose templates look as if they took parts, and take texts."""

SIGNS_OF_PARTS = ("content[0]", ".type", "'type'", '"type"', "message.content[")
"""What a template says that takes the content of a message in parts."""

OF_THE_TOKENIZER = frozenset({"padding", "truncation", "max_length", "return_tensors"})
"""Options that may stand among the template's, and go to the tokenizer."""

FILLERS = ("0", "1 2 3 4")
"""Two contents without a common last token: what two chats still end with is the template's."""


def modalities_of(tokenizer: Tokenizer, model_type: str) -> dict[str, dict[str, Any]]:
    """The modality_config of a checkpoint: through the template, if its tokenizer has one."""
    if tokenizer.chat_template is None:
        return PLAIN_TEXT
    return {**PLAIN_TEXT, "message": {**TEXT, "format": format_of({}, tokenizer, model_type)}}


def format_of(how: Mapping[str, str], tokenizer: Tokenizer, model_type: str) -> str:
    """What the template takes for the content of a message: "flat", a text; "structured",
    [{"type": "text", "text": …}]. `how` says it, or else the template's look."""
    said = how.get("format", "auto")
    if said != "auto":
        return said
    template = tokenizer.chat_template
    if model_type in FLAT:
        return "flat"
    if not isinstance(template, str) or any(sign in template for sign in SIGNS_OF_PARTS):
        return "structured"
    return "flat"


@dataclass(frozen=True)
class ChatTemplate:
    """How a tokenizer with a chat template reads texts.

    `form` is "flat" or "structured", what its messages contain. `variables` are what the template
    is told besides, such as `add_generation_prompt` or `task`. What a template puts behind
    a text survives its truncation, because a decoder's vector is that of the last token; with the
    variable `restore_suffix=False` it doesn't.
    Errors: ValueError where the template refuses what it is given, or drops a text of a pair.
    """

    tokenizer: Tokenizer
    form: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    def read(
        self, inputs: Sequence[Any], prompt: str | None, options: Mapping[str, Any]
    ) -> Features:
        """Token ids and mask, B×T, of texts, pairs or conversations; `options` are the
        tokenizer's."""
        said = {name: v for name, v in self.variables.items() if name in OF_THE_TOKENIZER}
        options = {**options, **said, "return_tensors": "pt", "add_special_tokens": False}
        conversations = [self._conversation(text, prompt) for text in inputs]
        self._check_pairs(conversations)
        features: Features = dict(self.tokenizer(self._rendered(conversations), **options))
        limit, cut = options.get("max_length"), options.get("truncation")
        if limit and cut not in (False, "do_not_truncate") and self._keeps_ends:
            self._restore_ends(features, conversations, limit, options)
        return features

    @property
    def _keeps_ends(self) -> bool:
        return bool(self.variables.get("restore_suffix", True))

    def _conversation(self, text: Any, prompt: str | None) -> Conversation:
        if is_conversation(text):
            messages = text if isinstance(text, list) else [text]
            refuse_media(messages)
        elif isinstance(text, str):
            messages = [self._message("user", text)]
        elif len(text) == len(OF_A_PAIR):
            messages = [self._message(*both) for both in zip(OF_A_PAIR, text, strict=True)]
        else:
            raise ValueError(
                f"A chat template reads a text, two texts, or a conversation; not {text!r}."
            )
        return [self._message("system", prompt), *messages] if prompt else messages

    def _message(self, role: str, text: str) -> dict[str, Any]:
        return {"role": role, "content": text if self.form == "flat" else in_parts(text)}

    def _rendered(self, conversations: list[Conversation]) -> list[str]:
        if self.tokenizer.chat_template is None:
            raise ValueError(
                "The model is to read texts through a chat template, and its tokenizer has none. "
                'Set tokenizer.chat_template, or load it with modality_config={"text": …}.'
            )
        kept = OF_THE_TOKENIZER | {"restore_suffix"}
        variables = {name: v for name, v in self.variables.items() if name not in kept}
        try:
            texts = self.tokenizer.apply_chat_template(conversations, tokenize=False, **variables)
        except TemplateError as cause:
            raise ValueError(
                f"The tokenizer's chat template refuses these messages: {cause}. A prompt becomes "
                "a system message; leave it out where the template knows none, or change "
                "tokenizer.chat_template."
            ) from cause
        return [str(text) for text in texts]

    def _check_pairs(self, conversations: list[Conversation]) -> None:
        """Most templates know no such roles, and many silently drop what they don't know."""
        if not any(set(OF_A_PAIR) <= {m.get("role") for m in chat} for chat in conversations):
            return
        words = dict(zip(OF_A_PAIR, ("alpha", "bravo"), strict=True))
        probe = [self._message(role, word) for role, word in words.items()]
        shown = self._rendered([probe])[0].lower()
        if dropped := [role for role, word in words.items() if word not in shown]:
            raise ValueError(
                f"The tokenizer's chat template drops the {' and the '.join(dropped)} of a pair. "
                "Give tokenizer.chat_template one that shows messages of both roles, or join the "
                "two texts into one."
            )

    def _restore_ends(
        self,
        features: Features,
        conversations: list[Conversation],
        limit: int,
        options: Mapping[str, Any],
    ) -> None:
        """Write the template's end over the last tokens of each row that was cut at `limit`."""
        ids_BT, mask_BT = features["input_ids"], features["attention_mask"]
        ends: dict[str, list[int]] = {}  # by all that the template sees but for the texts
        for ids_T, mask_T, chat in zip(ids_BT, mask_BT, conversations, strict=True):
            real = mask_T.nonzero().flatten()  # padding may be on either side
            if len(real) < limit:
                continue
            key = repr(filled(chat, ""))
            if key not in ends:
                ends[key] = self._end_of(chat, options)
            if end := ends[key][-len(real) :]:
                ids_T[real[-len(end) :]] = torch.tensor(end)

    def _end_of(self, chat: Conversation, options: Mapping[str, Any]) -> list[int]:
        """The tokens that the template puts behind the texts of `chat`, whatever they are."""
        whole = {name: v for name, v in options.items() if name not in OF_THE_TOKENIZER}
        texts = self._rendered([filled(chat, filler) for filler in FILLERS])
        one, other = self.tokenizer(texts, **whole, verbose=False)["input_ids"]
        same = [a == b for a, b in zip(reversed(one), reversed(other), strict=False)]
        if all(same):
            return []  # the template shows none of the texts: there is no end behind them
        return list(one[len(one) - same.index(False) :])
