"""Translations with a teacher's vectors: how a student learns the teacher's space in new languages.

N. Reimers and I. Gurevych 2020, arXiv 2004.09813.
"""

import logging
import random
from collections.abc import Sequence
from itertools import islice
from typing import Any, Protocol

from torch.utils.data import Dataset

from worker.engine.legacy.input_example import InputExample
from worker.engine.legacy.readers.opening import opened

log = logging.getLogger(__name__)


class Encodes(Protocol):
    """Anything that makes vectors of texts."""

    def encode(self, sentences: list[str], /, **options: Any) -> Any: ...


class ParallelSentencesDataset(Dataset[InputExample]):
    """Each item is a text in some language, with the teacher's vector of the first column's text.

    Rows are lists of texts that say the same, the teacher's language first. Some rows at a time are
    encoded, in batches of `batch_size`, and handed out shuffled; of several data sets, `weight` says
    how many rows each gives a time. `use_embedding_cache` keeps the vectors. Which item comes does
    not depend on the index.
    """

    def __init__(
        self,
        student_model: Any,
        teacher_model: Encodes,
        batch_size: int = 8,
        use_embedding_cache: bool = True,
    ) -> None:
        self.student_model = student_model
        self.teacher_model = teacher_model
        self.batch_size = batch_size
        self.use_embedding_cache = use_embedding_cache
        self.embedding_cache: dict[str, Any] = {}
        self.datasets: list[list[tuple[str, list[str]]]] = []
        self.positions: list[int] = []
        self.dataset_indices: list[int] = []  # each data set as often as its weight
        self.cache: list[InputExample] = []
        self.num_sentences = 0

    def load_data(
        self,
        filepath: str,
        weight: int = 100,
        max_sentences: int | None = None,
        max_sentence_length: int | None = 128,
    ) -> None:
        """Add the rows of a file, one a line, parted by tabs; it may be gzipped."""
        log.info("Loading %s", filepath)
        with opened(filepath) as file:
            rows = (line.strip().split("\t") for line in file)
            short = (row for row in rows if _is_short(row, max_sentence_length))
            self.add_dataset(
                list(islice(short, max_sentences or None)),
                weight,
                max_sentences,
                max_sentence_length,
            )

    def add_dataset(
        self,
        parallel_sentences: Sequence[Sequence[str]],
        weight: int = 100,
        max_sentences: int | None = None,
        max_sentence_length: int | None = 128,
    ) -> None:
        """Add rows: at most `max_sentences` first texts, and none with a longer text than allowed.

        Rows with the same first text become one; its own first text is among what is learnt.
        """
        rows: dict[str, dict[str, None]] = {}
        for row in parallel_sentences:
            if _is_short(row, max_sentence_length):
                rows.setdefault(row[0], {}).update(dict.fromkeys(row))
                if max_sentences and len(rows) >= max_sentences:
                    break
        if not rows:
            return
        self.num_sentences += sum(map(len, rows.values()))
        self.dataset_indices += [len(self.datasets)] * weight
        self.datasets.append([(source, list(texts)) for source, texts in rows.items()])
        self.positions.append(0)

    def __len__(self) -> int:
        return self.num_sentences

    def __getitem__(self, idx: int) -> InputExample:
        if not self.cache:
            self._fill()
        return self.cache.pop()

    def _fill(self) -> None:
        rows = [self._next_row(index) for index in self.dataset_indices]
        vectors = self._vectors([source for source, _ in rows])
        self.cache = [
            InputExample(texts=[text], label=vector)
            for vector, (_, texts) in zip(vectors, rows, strict=True)
            for text in texts
        ]
        random.shuffle(self.cache)

    def _next_row(self, index: int) -> tuple[str, list[str]]:
        rows = self.datasets[index]
        row = rows[self.positions[index]]
        self.positions[index] += 1
        if self.positions[index] >= len(rows):
            self.positions[index] = 0
            random.shuffle(rows)
        return row

    def _vectors(self, texts: list[str]) -> list[Any]:
        known = self.embedding_cache if self.use_embedding_cache else {}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            options = {"show_progress_bar": False, "convert_to_numpy": True}
            vectors = self.teacher_model.encode(new, batch_size=self.batch_size, **options)
            known.update(zip(new, vectors, strict=True))
        return [known[text] for text in texts]


def _is_short(row: Sequence[str], most: int | None) -> bool:
    return not most or max(map(len, row)) <= most
