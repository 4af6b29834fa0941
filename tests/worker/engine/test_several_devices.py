"""Two processes learn of half a batch each what one learns of the whole."""

import pytest
import torch
from safetensors.torch import load_file
from torch import multiprocessing

from tests.tiny_model import write_tiny_bert
from tests.worker.engine.two_processes import cases, gradients, models, work
from worker.engine.objective import Objective

pytestmark = pytest.mark.slow  # two processes that start torch beside this one

OF_EACH = ("cached ranking of each",)
"""Not gathered: each half is a batch of its own, and the gradient is the mean of both."""

NAMES = [
    "ranking",
    "ranking in every direction",
    "cached ranking",
    "cached ranking of each",
    "guided",
    "cached guided",
    "cached widths",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The gradients of both processes in every case: one start for all."""
    folder = tmp_path_factory.mktemp("two")
    write_tiny_bert(folder / "bert")
    write_tiny_bert(folder / "guide", seed=5)
    multiprocessing.spawn(work, args=(folder,), nprocs=2)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_two_processes_learn_what_one_learns_of_the_joined_batch(folder, name):
    model, guide = models(folder)
    alone = cases(model, guide)[name]
    halves = (slice(0, 4), slice(4, 8)) if name in OF_EACH else (slice(0, 8),)
    parts = [gradients(Objective(model, alone), model, rows) for rows in halves]
    for rank in (0, 1):
        found = load_file(folder / f"{name} {rank}.safetensors")
        for weight in parts[0]:
            expected = sum(part[weight] for part in parts) / len(parts)
            torch.testing.assert_close(found[weight], expected, rtol=0, atol=1e-9, msg=weight)
            if "query.weight" in weight:
                assert expected.abs().max() > 1e-3


def test_every_case_is_looked_at(folder):
    assert list(cases(*models(folder))) == NAMES
