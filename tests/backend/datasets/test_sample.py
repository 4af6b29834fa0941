"""The sample: plain sentences, no two alike, from what is installed."""

from collections import Counter

import pytest

from backend.datasets.docstrings import is_told_by, spoken, summary_of
from backend.datasets.sample import Documented, collect


@pytest.fixture(scope="module")
def sample() -> list[Documented]:
    return collect(limit=300, per_package=20)


def test_the_sample_is_bounded_and_the_same_each_time(sample):
    assert collect(limit=300, per_package=20) == sample
    assert len(sample) == 300
    assert max(Counter(each.package for each in sample).values()) <= 20


def test_a_limit_leaves_out_a_little_of_each_package(sample):
    assert len({each.package for each in sample}) >= 30


def test_no_name_and_no_summary_comes_twice(sample):
    assert len({each.name for each in sample}) == len(sample)
    assert len({each.summary.casefold() for each in sample}) == len(sample)


def test_summaries_are_plain_sentences(sample):
    for each in sample:
        assert 4 <= len(each.summary.split()) <= 30
        assert not set("`<>{}|\n") & set(each.summary), each


@pytest.mark.parametrize(
    ("docstring", "summary"),
    [
        ("Read a file of the disk. More.\n\nEven more.", "Read a file of the disk"),
        ("Return the :class:`~os.PathLike` of\n  ``it``.", "Return the PathLike of it"),
        ("Like :func:`os.path.join`, for *URLs*.", "Like os.path.join, for URLs"),
        ("Send a message, e.g. Hello, to the peer.", "Send a message, e.g. Hello, to the peer"),
        ("Return it.", None),
        (">>> add(1, 2) is a sum of the two", None),
        ("Deprecated since the last version of it.", None),
        ("Berechnet die Summe zweier Zahlen genau.", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_docstring_is_told_in_one_plain_sentence(docstring, summary):
    assert summary_of(docstring) == summary


def test_names_are_spoken_as_one_would_type_them():
    assert spoken("TarFile", "extract_all") == "tar file extract all"
    assert spoken("HTTPServer") == "http server"
    assert spoken("read", "read_csv") == "read csv"


def test_a_summary_that_only_repeats_the_name_says_nothing():
    assert is_told_by("Returns the closing tags of it", "return closing tag")
    assert not is_told_by("Returns the closing tags and more", "return closing tag")
