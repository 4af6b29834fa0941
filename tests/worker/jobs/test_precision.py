"""A precision that the processor hasn't is refused with a reason; others go to the trainer."""

import pytest
import torch

from backend.recipes.schemas import Arguments
from worker.jobs.ending import Refused
from worker.jobs.precision import demand


@pytest.fixture
def card(monkeypatch):
    """Pretends that there is a card of this generation: this machine may have none."""

    def pretend(capability):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: capability is not None)
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Tesla T4")

    return pretend


@pytest.mark.parametrize("name", ["bf16", "fp16", "tf32"])
def test_without_a_gpu_each_is_refused(card, name):
    card(None)
    with pytest.raises(Refused, match="need a GPU") as refusal:
        demand(Arguments(**{name: True}))
    assert name in refusal.value.title
    demand(Arguments())


@pytest.mark.parametrize(("name", "instead"), [("bf16", "fp16 instead"), ("tf32", "leave it out")])
def test_an_older_card_has_no_bf16_and_no_tf32(card, name, instead):
    card((7, 5))
    with pytest.raises(Refused, match=f"Tesla T4 has none.*{instead}"):
        demand(Arguments(**{name: True}))
    demand(Arguments(fp16=True))
    card((8, 0))
    demand(Arguments(**{name: True}))
