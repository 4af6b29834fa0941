"""A label and a text a line."""

from pathlib import Path

from worker.engine.legacy.input_example import InputExample
from worker.engine.legacy.readers.opening import at_most, opened


class LabelSentenceReader:
    """Lines of a file in `folder` with a label and a text in two columns; labels become 0, 1, 2 …
    in the order in which they are first read, over all files of this reader."""

    def __init__(
        self,
        folder: str | Path,
        label_col_idx: int = 0,
        sentence_col_idx: int = 1,
        separator: str = "\t",
    ) -> None:
        self.folder = folder
        self.label_col_idx = label_col_idx
        self.sentence_col_idx = sentence_col_idx
        self.separator = separator
        self.label_map: dict[str, int] = {}

    def get_examples(self, filename: str, max_examples: int = 0) -> list[InputExample]:
        """One example a line, at most `max_examples` unless that is 0."""
        examples = []
        with opened(Path(self.folder, filename)) as file:
            for number, line in enumerate(at_most(file, max_examples)):
                cells = line.strip().split(self.separator)
                label = cells[self.label_col_idx]
                place = self.label_map.setdefault(label, len(self.label_map))
                text = cells[self.sentence_col_idx]
                examples.append(InputExample(f"{filename}-{number}", [text], place))
        return examples
