"""Examples in an order in which several of one label follow each other, for batch-triplet losses."""

import logging
from collections.abc import Iterator

import numpy as np
from torch.utils.data import IterableDataset

from worker.engine.legacy.input_example import InputExample

log = logging.getLogger(__name__)


class SentenceLabelDataset(IterableDataset[InputExample]):
    """Draws `samples_per_label` different examples of one label, then of the next, by NumPy's
    random numbers, until as many are drawn as there are.

    Labels with fewer examples are left out. The batch size should be a multiple of
    `samples_per_label`. `with_replacement` is taken for scripts that give it: a label has one turn a
    round, in which no example comes twice, and any may come again in the next.
    """

    def __init__(
        self,
        examples: list[InputExample],
        samples_per_label: int = 2,
        with_replacement: bool = False,
    ) -> None:
        self.samples_per_label = samples_per_label
        self.with_replacement = with_replacement
        by_label: dict[object, list[InputExample]] = {}
        for example in examples:
            by_label.setdefault(example.label, []).append(example)
        kept = [own for own in by_label.values() if len(own) >= samples_per_label]
        self.grouped_inputs = [example for own in kept for example in own]
        self.groups_right_border = np.cumsum([len(own) for own in kept]).tolist()
        self.label_range = np.arange(len(kept))
        np.random.shuffle(self.label_range)
        log.info(
            "%d of %d examples have a label that at least %d share; there are %d such labels.",
            len(self.grouped_inputs), len(examples), samples_per_label, len(kept),
        )  # fmt: skip

    def __iter__(self) -> Iterator[InputExample]:
        drawn = turn = 0
        while drawn < len(self.grouped_inputs):
            label = self.label_range[turn]
            first = self.groups_right_border[label - 1] if label else 0
            own = np.arange(first, self.groups_right_border[label])
            for place in np.random.choice(own, self.samples_per_label, replace=False):
                yield self.grouped_inputs[place]
            drawn += self.samples_per_label
            turn = (turn + 1) % len(self.label_range)
            if turn == 0:
                np.random.shuffle(self.label_range)

    def __len__(self) -> int:
        return len(self.grouped_inputs)
