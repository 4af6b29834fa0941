"""A model for what is tried on one."""

import pytest

from tests.models import a_model
from tests.tiny_model import write_tiny_bert


@pytest.fixture
def model(studio, tmp_path, hub_cache, monkeypatch):
    """A model of the studio, tuned from the tiny one of the Hub's cache."""
    monkeypatch.setenv("HF_HOME", str(hub_cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return a_model(studio, write_tiny_bert(tmp_path / "tuned", seed=7))
