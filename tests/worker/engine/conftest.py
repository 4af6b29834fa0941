"""A tiny model and tiny data, with dropout on, as a training has it."""

from pathlib import Path

import pytest
import torch
from datasets import Dataset

from tests.tiny_model import sentences, write_tiny_bert
from worker.engine.model import SentenceTransformer


@pytest.fixture(autouse=True)
def _one_thread():
    """Sums in a fixed order, and two cores left for others."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bert(tmp_path_factory.mktemp("tiny") / "bert", dropout=0.2)


@pytest.fixture
def model(tiny_bert: Path) -> SentenceTransformer:
    return SentenceTransformer(tiny_bert, device="cpu")


@pytest.fixture(scope="session")
def pairs() -> Dataset:
    return Dataset.from_dict({"anchor": sentences(44, seed=1), "positive": sentences(44, seed=2)})


@pytest.fixture(scope="session")
def classes(pairs: Dataset) -> Dataset:
    return pairs.add_column("label", [i % 3 for i in range(len(pairs))])
