"""Repeats go, the first stays: exactly, or nearly, against a comparison of all with all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.datasets.operations.near import alikeness, words_of
from backend.problems import Invalid
from tests.backend.datasets.laws import law
from tests.backend.datasets.operations.tables import any_tables, do, texts

word = st.sampled_from("a b c d e f g h".split())
sentences = st.one_of(st.none(), st.lists(word, max_size=7).map(" ".join))
pairs = st.lists(st.tuples(sentences, sentences), min_size=1, max_size=25)
thresholds = st.sampled_from([0.2, 0.5, 2 / 3, 0.75, 0.8, 0.9, 1.0])


def words(text):
    return set(re.findall(r"\w+", (text or "").casefold()))


def jaccard(one, other):
    one, other = words(one), words(other)
    return len(one & other) / len(one | other) if one | other else 1.0


@law
@given(pairs, thresholds)
def test_near_repeats_are_those_that_comparing_all_with_all_finds(rows, threshold):
    kept = []
    for row in rows:
        if not any(
            all(jaccard(a, b) >= threshold for a, b in zip(row, k, strict=True)) for k in kept
        ):
            kept.append(row)
    table = texts(a=[a for a, _ in rows], b=[b for _, b in rows])
    made = do(table, "drop_duplicates", near=True, threshold=threshold)
    assert [tuple(row.values()) for row in made.to_pylist()] == kept


@law
@given(any_tables.filter(len), st.sampled_from([[], ["a"], ["a", "label"], ["vector", "score"]]))
def test_the_first_of_those_that_say_the_same_stays_in_its_place(table, columns):
    def key(row):
        cells = [row[name] for name in columns or table.column_names if name]
        kinds = [name in ("a", "b", "label") for name in columns or table.column_names]
        return repr(
            [
                " ".join(cell.casefold().split()) if is_text and cell is not None else cell
                for cell, is_text in zip(cells, kinds, strict=True)
            ]
        )

    first = {}
    for row in table.to_pylist():
        first.setdefault(key(row), row)
    made = do(table, "drop_duplicates", columns=columns)
    assert made.to_pylist() == list(first.values())


@law
@given(any_tables.filter(len), st.booleans())
def test_twice_is_once(table, near):
    once = do(table, "drop_duplicates", columns=["a", "b"], near=near)
    assert do(once, "drop_duplicates", columns=["a", "b"], near=near).equals(once)


def test_another_label_makes_another_row():
    table = texts(text=["a b c d e", "a b c d e f"], label=["x", "y"])
    assert len(do(table, "drop_duplicates", near=True)) == 2
    assert len(do(table, "drop_duplicates", near=True, columns=["text"])) == 1


def test_numbers_alone_are_near_to_nothing():
    table = texts(text=["x"]).append_column("n", [[1]])
    with pytest.raises(Invalid, match="Only texts"):
        do(table, "drop_duplicates", near=True, columns=["n"])


def test_alikeness_is_shared_words_over_all_words():
    assert alikeness(words_of("A b, c"), words_of("b c d")) == 0.5


def test_a_threshold_that_rounds_up_misses_nothing():
    one = " ".join(f"w{n}" for n in range(14))
    other = f"{one} {' '.join(f'x{n}' for n in range(11))}"
    assert 0.56 * 25 > 14  # and yet 14 shared words of 25 are as alike as 0.56
    assert len(do(texts(a=[one, other]), "drop_duplicates", near=True, threshold=0.56)) == 1
