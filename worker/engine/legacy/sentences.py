"""A list of examples as a torch dataset; a DataLoader takes the list as well."""

from typing import TYPE_CHECKING

from torch.utils.data import Dataset

from worker.engine.legacy.input_example import InputExample

if TYPE_CHECKING:
    from worker.engine.model import SentenceTransformer


class SentencesDataset(Dataset[InputExample]):
    """`examples` in their order; `model` was needed once, and is taken for scripts that give it."""

    def __init__(self, examples: list[InputExample], model: "SentenceTransformer") -> None:
        self.examples = examples

    def __getitem__(self, item: int) -> InputExample:
        return self.examples[item]

    def __len__(self) -> int:
        return len(self.examples)
