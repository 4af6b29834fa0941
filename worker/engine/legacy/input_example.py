"""One row of training data, as it was before there were columns."""

from typing import Any


class InputExample:
    """Some texts that belong together, with a label: a number, or a teacher's vector."""

    def __init__(self, guid: str = "", texts: list[str] | None = None, label: Any = 0) -> None:
        self.guid = guid
        self.texts = texts
        self.label = label

    def __str__(self) -> str:
        return f"<InputExample> label: {self.label}, texts: {'; '.join(self.texts or ())}"
