"""Every public name of the reference library is ours too, takes the same, and is tested."""

import importlib
import subprocess
import sys

import pytest

from tests.conformance.coverage import mentions
from tests.conformance.upstream import OTHER_FAMILIES, Public, addresses, differences, public_names

HEAVY = ("torch", "transformers", "datasets", "accelerate", "numpy")

DIFFERENT = {}
"""Whose parameters part from upstream's, and why: `path: reason`. A missing name is never here."""

PUBLIC = public_names()
by_path = pytest.mark.parametrize("public", PUBLIC, ids=lambda p: f"{p.kind}-{p.path}")


def test_importing_the_front_door_loads_nothing_heavy():
    code = f"import sys, likewise; print([m for m in {HEAVY} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@by_path
def test_we_have_each_public_name(public: Public):
    assert public.ours is not None


@by_path
def test_parameters_and_defaults_are_the_reference_s(public: Public):
    assert (differences(public) == []) is (public.path not in DIFFERENT), differences(public)


def test_each_name_stands_at_every_address_that_the_reference_gives_it():
    missing = [
        f"{address}.{name}"
        for address, names in addresses().items()
        for name in names
        if not hasattr(importlib.import_module(f"likewise.{address}"), name)
    ]
    assert missing == []


def test_each_public_name_is_in_a_test():
    untested = [public.path for public in PUBLIC if not mentions(public)]
    ours_to_test = {public.path for public in PUBLIC if not public.is_inherited}
    assert [path for path in untested if path in ours_to_test] == []


def test_at_most_ten_kinds_of_thing_are_left_to_other_families():
    assert len(OTHER_FAMILIES) <= 10


def test_the_front_door_offers_each_name_it_lists():
    import likewise

    offered = [name for name in likewise.__all__ if name != "Client"]
    assert all(getattr(likewise, name) is not None for name in offered)
    with pytest.raises(AttributeError, match="likewise has no 'nonsense'"):
        likewise.nonsense  # noqa: B018  # the look-up is what is tested
