"""Pairs with a class as triplets, as AllNLI is made."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import do, texts

few = st.sampled_from(["p", "P ", "q", "r", "s", "t", "u", " ", None])
kinds = st.sampled_from(["yes", "no", "maybe", None])
sure = [("v", "w1", "yes"), ("v", "w2", "no")]
judged = (
    st.lists(st.tuples(few, few, kinds), max_size=30)
    .map(sure.__add__)
    .map(
        lambda rows: texts(
            premise=[r[0] for r in rows],
            hypothesis=[r[1] for r in rows],
            label=[r[2] for r in rows],
        )
    )
)


def normal(text):
    return " ".join(text.casefold().split())


def triplets_of(table, positive="yes", negative="no"):
    return do(
        table,
        "pair_class_to_triplets",
        anchor="premise",
        other="hypothesis",
        label="label",
        positive=positive,
        negative=negative,
    )


def of_class(table, label):
    """What the table says of each anchor, looked up row by row."""
    found = defaultdict(set)
    for row in table.to_pylist():
        written = (row["premise"] or "").strip() and (row["hypothesis"] or "").strip()
        if row["label"] == label and written:
            found[normal(row["premise"])].add(normal(row["hypothesis"]))
    return found


@law
@given(judged)
def test_each_triplet_stands_in_the_table_and_no_negative_is_also_a_positive(table):
    positives, negatives = of_class(table, "yes"), of_class(table, "no")
    expected = {
        anchor: (own, negatives[anchor] - own - {anchor})
        for anchor, own in positives.items()
        if negatives[anchor] - own - {anchor}
    }
    seen = defaultdict(lambda: (set(), set()))
    rows = triplets_of(table).to_pylist()
    for row in rows:
        right, wrong = seen[normal(row["anchor"])]
        right.add(normal(row["positive"]))
        wrong.add(normal(row["negative"]))
    assert dict(seen) == expected  # nothing made up, nothing left out, no contradiction
    assert len(rows) == sum(max(len(right), len(wrong)) for right, wrong in expected.values())


def test_the_shorter_list_begins_again():
    table = texts(
        premise=["p", "p", "p", "p", "lonely"],
        hypothesis=["e1", "e2", "e3", "c1", "e4"],
        label=["yes", "yes", "yes", "no", "yes"],
    )
    assert triplets_of(table).to_pydict() == {
        "anchor": ["p", "p", "p"],
        "positive": ["e1", "e2", "e3"],
        "negative": ["c1", "c1", "c1"],
    }


def test_a_class_that_is_not_there_is_answered_with_those_there_are():
    table = texts(premise=["p"], hypothesis=["h"], label=["YES"])
    with pytest.raises(Invalid, match="there are 'YES'") as refusal:
        triplets_of(table)
    assert refusal.value.problems[0].at == "/operations/0/parameters/positive"
    assert refusal.value.problems[0].fixes[0].patch[0]["value"] == "YES"


def test_positive_and_negative_are_two_classes():
    table = texts(premise=["p"], hypothesis=["h"], label=["yes"])
    with pytest.raises(Invalid, match="Name two classes"):
        triplets_of(table, negative="yes")
