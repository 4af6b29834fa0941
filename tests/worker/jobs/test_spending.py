"""What a training took, and how fast its machine is, as its own processes see it."""

import time

import numpy as np
import pytest
import torch

from backend.recipes.estimate.model_facts import ASSUMED, BYTES_A_WEIGHT
from backend.recipes.estimate.reckoned import BACKWARD
from worker.jobs import probe
from worker.jobs.spending import Spending, peak_bytes


def test_seconds_between_steps_go_to_what_they_were_spent_on():
    spending = Spending()
    spending.training_begins(0)
    time.sleep(0.02)
    spending.stepped(1)
    time.sleep(0.06)
    spending.evaluated()
    time.sleep(0.1)
    spending.saved()
    time.sleep(0.02)
    spending.stepped(2)
    assert spending._training_seconds == pytest.approx(0.04, abs=0.02)
    assert spending._evaluation_seconds == pytest.approx(0.06, abs=0.02)


def test_the_peak_is_what_was_held_and_not_what_is_held():
    before = peak_bytes()
    held = np.ones(300_000_000, dtype=np.uint8)
    del held
    assert peak_bytes() >= max(before, 300_000_000)


def test_a_pass_is_found_again_in_the_seconds_that_it_makes():
    flops, width, pair, fixed = 1e11, 4e-8, 2e-9, 3e-3
    facts = ASSUMED.model_copy(update={"hidden": probe.WIDTH, "inner": 4 * probe.WIDTH})
    cpu = torch.device("cpu")
    batches = [probe._batch(*shape, cpu) for shape in (probe.TINY, probe.SHORT, probe.LONG)]
    times = 1 + BACKWARD

    def seconds(batch):
        products = times * (batch.tokens * facts.flops + 4 * probe.WIDTH * batch.square)
        beside = width * probe.WIDTH * batch.tokens + pair * facts.heads * batch.square
        return probe.LAYERS * (fixed + products / flops + beside)

    taken = [probe.LAYERS * fixed, *(seconds(batch) for batch in batches[1:])]
    found = probe._pass(taken, batches, facts, flops, times)
    assert found.width_seconds == pytest.approx(width)
    assert found.pair_seconds == pytest.approx(pair)
    assert found.batch_seconds == pytest.approx(fixed)


@pytest.mark.slow
def test_a_machine_measures_itself():
    found = probe._measured(torch.device("cpu"), 500_000_000, 5.0)
    assert found.device == "cpu"
    assert 1e9 < found.flops_per_second < 1e14
    assert found.learn.width_seconds + found.learn.pair_seconds > 0
    assert found.learn.batch_seconds > found.read.batch_seconds
    assert 0 < found.update_seconds < 1e-6
    assert found.memory_bytes > 1e9
    assert torch.zeros(1).element_size() == BYTES_A_WEIGHT
