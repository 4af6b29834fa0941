"""Classes as pairs and triplets: what shares a class belongs together, and nothing else does."""

from collections import defaultdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import do, texts

words = st.sampled_from(["a", "A ", "b", "c", "C", "d", "e", "f", "g", " ", None])
classes = st.sampled_from(["one", "two", "three", None])
sorted_texts = st.lists(st.tuples(words, classes), min_size=1, max_size=25).map(
    lambda rows: texts(text=[t for t, _ in rows], label=[c for _, c in rows])
)
seeds, counts = st.integers(0, 3), st.integers(1, 3)


def normal(text):
    return " ".join(text.casefold().split())


def classes_of(table):
    """The classes of each text, as a person would look them up."""
    found = defaultdict(set)
    for row in table.to_pylist():
        if row["text"] and row["text"].strip() and row["label"]:
            found[normal(row["text"])].add(row["label"])
    return found


def made(table, name, **parameters):
    try:
        return do(table, name, text="text", label="label", **parameters)
    except Invalid as refusal:
        assume(refusal.problems[0].code != "no_rows_left")
        raise


@law
@given(sorted_texts, counts, seeds)
def test_both_texts_of_a_pair_share_a_class_and_differ(table, per_text, seed):
    pairs = made(table, "classes_to_pairs", per_text=per_text, seed=seed)
    of = classes_of(table)
    for row in pairs.to_pylist():
        anchor, positive = normal(row["anchor"]), normal(row["positive"])
        assert anchor != positive
        assert of[anchor] & of[positive]


@law
@given(sorted_texts, counts, seeds)
def test_each_text_that_has_fellows_gets_as_many_as_there_are_up_to_the_wish(table, per_text, seed):
    pairs = made(table, "classes_to_pairs", per_text=per_text, seed=seed)
    of = classes_of(table)
    members = defaultdict(set)
    for text, own in of.items():
        for label in own:
            members[label].add(text)
    expected = sum(min(per_text, len(members[c]) - 1) for own in of.values() for c in own)
    assert len(pairs) == expected
    assert len({tuple(row.values()) for row in pairs.to_pylist()}) <= len(pairs)


@law
@given(sorted_texts, counts, seeds)
def test_no_negative_is_the_anchor_or_of_any_of_its_classes(table, per_text, seed):
    triplets = made(table, "classes_to_triplets", per_text=per_text, seed=seed)
    of = classes_of(table)
    for row in triplets.to_pylist():
        anchor, positive, negative = (normal(text) for text in row.values())
        assert len({anchor, positive, negative}) == 3
        assert of[anchor] & of[positive]
        assert not of[anchor] & of[negative]


@law
@given(sorted_texts, seeds)
def test_anchors_keep_their_order(table, seed):
    pairs = made(table, "classes_to_pairs", seed=seed)
    first = {}
    for place, row in enumerate(table.to_pylist()):
        if row["text"] and row["text"].strip() and row["label"]:
            first.setdefault((normal(row["text"]), row["label"]), place)
    of = classes_of(table)
    rank = {text: min(first[text, label] for label in own) for text, own in of.items()}
    anchors = [normal(anchor) for anchor in pairs["anchor"].to_pylist()]
    once = [text for text in dict.fromkeys(anchors) if len(of[text]) == 1]
    assert once == sorted(once, key=rank.__getitem__)


def test_another_seed_draws_others():
    many = texts(text=[f"t{n}" for n in range(60)], label=[f"c{n % 3}" for n in range(60)])
    draws = {
        tuple(made(many, "classes_to_triplets", seed=s)["negative"].to_pylist()) for s in range(4)
    }
    assert len(draws) == 4


def test_a_class_that_is_nearly_all_still_finds_strangers():
    labels = ["many"] * 3_000 + ["few"] * 2
    table = texts(text=[f"t{n}" for n in range(3_002)], label=labels)
    triplets = made(table, "classes_to_triplets")
    assert len(triplets) == 3_002
    assert set(triplets["negative"].to_pylist()[:3_000]) == {"t3000", "t3001"}


def test_parts_stay_apart_when_rows_are_paired():
    table = texts(
        text=["a", "b", "c", "d"],
        label=["x", "x", "x", "x"],
        part=["train", "prove", "train", "prove"],
    )
    pairs = made(table, "classes_to_pairs")
    assert {frozenset((r["anchor"], r["positive"], r["part"])) for r in pairs.to_pylist()} == {
        frozenset("a c train".split()),
        frozenset("b d prove".split()),
    }


def test_texts_that_are_alone_in_their_classes_are_refused_in_words():
    with pytest.raises(Invalid, match="none would be left"):
        do(texts(text=["a", "b"], label=["x", "y"]), "classes_to_pairs", text="text", label="label")
