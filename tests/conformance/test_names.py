"""The names of the reference library are ours too, and cost nothing until they are used."""

import importlib
import inspect
import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "datasets", "accelerate", "numpy")
MODULES = {
    "losses": "sentence_transformers.sentence_transformer.losses",
    "evaluation": "sentence_transformers.sentence_transformer.evaluation",
    "training_args": "sentence_transformers.sentence_transformer.training_args",
    "sampler": "sentence_transformers.base.sampler",
    "models": "sentence_transformers.sentence_transformer.modules",
    "util": "sentence_transformers.util",
    "similarity_functions": "sentence_transformers.util",
}


def test_importing_the_front_door_loads_nothing_heavy():
    code = f"import sys, likewise; print([m for m in {HEAVY} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("module", MODULES)
def test_every_name_of_ours_is_a_name_of_the_reference(module):
    mine = importlib.import_module(f"likewise.{module}")
    theirs = vars(importlib.import_module(MODULES[module]))
    also = {"SentenceEvaluator", "SimilarityFunction"}  # kept from where older releases had them
    assert [name for name in mine.__all__ if name not in theirs and name not in also] == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (module, name)
        for module in ("losses", "evaluation")
        for name in importlib.import_module(f"likewise.{module}").__all__
        if name not in ("SimilarityFunction", "SentenceEvaluator", "TripletDistanceMetric")
    ],
)
def test_parameters_have_the_names_and_order_of_the_reference(module, name):
    mine = inspect.signature(getattr(importlib.import_module(f"likewise.{module}"), name))
    theirs = inspect.signature(getattr(importlib.import_module(MODULES[module]), name))
    assert list(mine.parameters) == list(theirs.parameters)


def test_the_front_door_offers_each_name_it_lists():
    import likewise

    offered = [name for name in likewise.__all__ if name != "Client"]
    assert all(getattr(likewise, name) is not None for name in offered)
    assert likewise.losses.CoSENTLoss is not None
    with pytest.raises(AttributeError, match="likewise has no 'nonsense'"):
        likewise.nonsense  # noqa: B018  # the look-up is what is tested
