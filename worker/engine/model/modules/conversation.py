"""Conversations of texts: what a chat template takes, and what of it we don't read."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Conversation: TypeAlias = list[dict[str, Any]]
"""Messages in their order, each with a role and a content: a text, or a list of parts."""


def is_conversation(value: object) -> bool:
    """Whether `value` is a message, or a list of them."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and {"role", "content"} <= first.keys()


def refuse_conversations(inputs: Sequence[object]) -> None:
    """Raise ValueError where a model that reads plain texts is given a message."""
    if any(map(is_conversation, inputs)):
        raise ValueError(
            "This model reads plain texts, and no messages with role and content. Give it their "
            "contents, or a model whose tokenizer has a chat template and whose modality_config "
            'has "message".'
        )


def in_parts(text: str) -> list[dict[str, str]]:
    """`text` as the content of a message whose template takes parts."""
    return [{"type": "text", "text": text}]


def filled(chat: Conversation, filler: str) -> Conversation:
    """`chat` with `filler` for each content; the system's stays, a template may end with it."""
    return [
        message
        if message.get("role") == "system"
        else {**message, "content": filler if _is_flat(message) else in_parts(filler)}
        for message in chat
    ]


def _is_flat(message: Mapping[str, Any]) -> bool:
    return not isinstance(message.get("content"), list)


def refuse_media(messages: Conversation) -> None:
    """Raise ValueError where a message holds more than text."""
    parts = [part for m in messages if not _is_flat(m) for part in m["content"]]
    if media := sorted({str(part.get("type", "text")) for part in parts} - {"text"}):
        raise ValueError(
            f"A message holds {' and '.join(media)}; we read texts only. Leave these parts out, or "
            "use a model of that kind."
        )
