"""Texts that belong together on the same line of several files."""

from collections.abc import Sequence
from contextlib import ExitStack

from worker.engine.legacy.input_example import InputExample
from worker.engine.legacy.readers.opening import at_most, opened


class PairedFilesReader:
    """`filepaths` are read side by side, gzipped or not, up to the end of the shortest."""

    def __init__(self, filepaths: Sequence[str]) -> None:
        self.filepaths = filepaths

    def get_examples(self, max_examples: int = 0) -> list[InputExample]:
        """One example a line, with the label 1; lines keep their ends."""
        with ExitStack() as stack:
            files = [stack.enter_context(opened(path)) for path in self.filepaths]
            rows = at_most(zip(*files, strict=False), max_examples)
            return [InputExample(str(n), list(texts), 1) for n, texts in enumerate(rows)]
