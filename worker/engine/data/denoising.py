"""Damaged texts beside their originals, for DenoisingAutoEncoderLoss."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from torch.utils.data import Dataset

from worker.engine.legacy.input_example import InputExample

_WORD = re.compile(r"\s*(?:\w+(?:['’-]\w+)*|[^\w\s])")
"""A word or a mark, with the space before it. Hyphens and apostrophes inside a word belong to it."""


class DenoisingAutoEncoderDataset(Dataset[InputExample]):
    """Row i: [noise_fn(sentences[i]), sentences[i]]; the noise is drawn anew at each look.

    Unless you give another `noise_fn`, `delete` takes 60 % of the words out.
    Source: Wang et al. 2021, arXiv 2104.06979
    """

    def __init__(
        self,
        sentences: Sequence[str],
        noise_fn: Callable[[str], str] = lambda text: DenoisingAutoEncoderDataset.delete(text),
    ) -> None:
        self.sentences = sentences
        self.noise_fn = noise_fn

    def __getitem__(self, item: int) -> InputExample:
        text = self.sentences[item]
        return InputExample(texts=[self.noise_fn(text), text])

    def __len__(self) -> int:
        return len(self.sentences)

    @staticmethod
    def delete(text: str, del_ratio: float = 0.6) -> str:
        """`text` without each word or mark at a chance of `del_ratio`; one at least is left.

        What stays keeps the space before it, so that marks still follow their words: "The cat,
        black as night, slept." becomes "The, black night slept." Sentence Transformers splits with
        NLTK instead, which takes contractions apart: "don't" is two words there and one here.
        """
        words = _WORD.findall(text)
        if not words:
            return text
        kept = np.random.rand(len(words)) > del_ratio
        if not kept.any():
            kept[np.random.choice(len(words))] = True
        return "".join(word for word, stays in zip(words, kept, strict=True) if stays).strip()
