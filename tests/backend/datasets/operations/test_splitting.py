"""Kept aside: no text or group in two parts, nothing lost, each class its share."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import do, texts

few = st.sampled_from(["x", "X ", "y", "u v", "u  V", "", None])
many = st.integers(0, 99).map(lambda n: f"t{n}")
mixed = st.one_of(few, many, many, many)
rows = st.lists(st.tuples(mixed, mixed, st.sampled_from("abc")), min_size=1, max_size=30)
counts = st.integers(0, 8)
PAIR = {"inputs": ["one", "other"]}


def pairs(made):
    return texts(one=[r[0] for r in made], other=[r[1] for r in made], label=[r[2] for r in made])


def normal(text):
    return " ".join((text or "").casefold().split())


@law
@given(rows, counts, counts, st.integers(0, 3), st.sampled_from([None, "label"]))
def test_no_text_of_one_part_is_in_another_and_rows_stay_as_they_were(
    made, choose, prove, seed, stratify
):
    table = pairs(made)
    wanted = {"choose_rows": choose, "prove_rows": prove}
    try:
        split = do(table, "split", mapping=PAIR, seed=seed, stratify=stratify, **wanted)
    except Invalid as refusal:
        assume(refusal.problems[0].code != "cannot_split")  # rather than a leak
        raise
    assert split.drop_columns(["part"]).equals(table)
    part_of = {}
    for row in split.to_pylist():
        for text in {normal(row["one"]), normal(row["other"])} - {""}:
            assert part_of.setdefault(text, row["part"]) == row["part"]


def test_each_class_gives_its_share_to_each_part():
    labels = ["big"] * 60 + ["middle"] * 30 + ["small"] * 10
    table = texts(text=[f"t{n}" for n in range(100)], label=labels)
    split = do(
        table,
        "split",
        mapping={"inputs": ["text"]},
        choose_rows=20,
        prove_rows=20,
        stratify="label",
    )
    shares = Counter((row["part"], row["label"]) for row in split.to_pylist())
    for part in ("choose", "prove"):
        assert [shares[part, label] for label in ("big", "middle", "small")] == [12, 6, 2]


def test_a_group_is_never_divided():
    table = texts(text=[f"t{n}" for n in range(40)], group=[f"g{n % 8}" for n in range(40)])
    split = do(table, "split", mapping={"inputs": ["text"], "group": "group"}, prove_rows=10)
    parts = {(row["group"], row["part"]) for row in split.to_pylist()}
    assert len(parts) == 8
    assert Counter(split["part"].to_pylist())["prove"] == 10


def test_rows_that_hang_together_are_refused_rather_than_leaked():
    table = texts(one=["hub"] * 20, other=[f"t{n}" for n in range(20)])
    with pytest.raises(Invalid, match="would leak"):
        do(table, "split", mapping=PAIR)


def test_what_is_split_already_is_refused_and_a_first_step_offered():
    table = texts(text=["a", "b"], part=["train", "prove"])
    with pytest.raises(Invalid) as refusal:
        do(table, "split", mapping={"inputs": ["text"]})
    (fix,) = refusal.value.problems[0].fixes
    assert fix.patch[0]["path"] == "/operations/0"
    assert fix.patch[0]["value"]["name"] == "drop_columns"
