"""Held-out rows: no text crosses parts, nothing is lost, the same seed gives the same split."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.datasets.split import Split, cluster_rows, split, without
from backend.datasets.split import texts_of as texts_aside
from backend.recipes.schemas import HeldOut, Mapping
from tests.backend.datasets.laws import law

PAIRS = Mapping(inputs=["a", "b"])
GROUPED = Mapping(inputs=["a", "b"], group="g")

few_texts = st.sampled_from(["x", "X ", "y", "z", "u v", "u  V", "w", "", None, "p", "q", "r", "s"])
groups = st.sampled_from(["one", "two", "three", None])
tables_of_pairs = st.lists(st.tuples(few_texts, few_texts, groups), max_size=30).map(
    lambda rows: pa.table(
        {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate("abg")}
    )
)
wishes = st.builds(HeldOut, choose_rows=st.integers(0, 20), prove_rows=st.integers(0, 20))
mappings = st.sampled_from([PAIRS, GROUPED, Mapping(inputs=["b"])])
seeds = st.integers(0, 5)


def normal(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def parts(found: Split) -> list[list[int]]:
    return [found.train.tolist(), found.choose.tolist(), found.prove.tolist()]


def texts_of(table: pa.Table, mapping: Mapping, rows: list[int]) -> set[str]:
    cells = [table.column(name)[row].as_py() for name in mapping.inputs for row in rows]
    return {normal(cell) for cell in cells} - {""}


@law
@given(tables_of_pairs, mappings, wishes, seeds)
def test_every_row_is_in_exactly_one_part(table, mapping, wish, seed):
    rows = [row for part in parts(split(table, mapping, wish, seed)) for row in part]
    assert sorted(rows) == list(range(len(table)))


@law
@given(tables_of_pairs, mappings, wishes, seeds)
def test_no_text_of_one_part_is_in_another(table, mapping, wish, seed):
    train, choose, prove = (
        texts_of(table, mapping, rows) for rows in parts(split(table, mapping, wish, seed))
    )
    assert not train & choose
    assert not train & prove
    assert not choose & prove


@law
@given(tables_of_pairs, mappings, wishes, tables_of_pairs, mappings, seeds)
def test_another_dataset_teaches_no_text_that_is_kept_aside(
    table, mapping, wish, other, its_mapping, seed
):
    found = split(table, mapping, wish, seed)
    aside = table.take(np.concatenate([found.choose, found.prove]))
    kept = texts_aside(aside, mapping)
    rows = without(other, its_mapping, kept).tolist()
    assert not texts_of(other, its_mapping, rows) & texts_of(table, mapping, [*found.choose])
    assert not texts_of(other, its_mapping, rows) & texts_of(table, mapping, [*found.prove])
    left_out = set(range(len(other))) - set(rows)
    assert all(texts_of(other, its_mapping, [row]) & kept for row in left_out)


@law
@given(tables_of_pairs, wishes, seeds)
def test_no_group_is_in_two_parts(table, wish, seed):
    seen = [
        {table.column("g")[row].as_py() for row in rows} - {None}
        for rows in parts(split(table, GROUPED, wish, seed))
    ]
    assert sum(map(len, seen)) == len(set().union(*seen))


@law
@given(tables_of_pairs, mappings, wishes, seeds)
def test_the_same_seed_gives_the_same_split(table, mapping, wish, seed):
    again = table.combine_chunks().slice(0)
    assert parts(split(table, mapping, wish, seed)) == parts(split(again, mapping, wish, seed))


@law
@given(tables_of_pairs, mappings, wishes, seeds)
def test_there_is_always_something_to_learn_from(table, mapping, wish, seed):
    assert len(split(table, mapping, wish, seed).train) > 0 or len(table) == 0


@law
@given(st.integers(20, 300), wishes, seeds)
def test_rows_that_share_nothing_fill_the_parts_as_wanted(rows, wish, seed):
    table = pa.table({"a": [f"a{i}" for i in range(rows)], "b": [f"b{i}" for i in range(rows)]})
    found = split(table, PAIRS, wish, seed)
    prove = min(wish.prove_rows, rows - 1)
    assert len(found.prove) == prove
    assert len(found.choose) == min(wish.choose_rows, rows - 1 - prove)


@law
@given(st.lists(st.tuples(few_texts, few_texts, groups), min_size=1, max_size=25))
def test_clusters_are_the_connected_components_of_shared_texts(rows):
    table = pa.table(
        {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate("abg")}
    )
    clusters = cluster_rows(table, GROUPED)
    assert same_partition(clusters.tolist(), components(rows))


def components(rows: list[tuple[str | None, ...]]) -> list[int]:
    """By walking from row to row, as slowly as plainly."""

    def keys(row: tuple[str | None, ...]) -> set[tuple[str, str]]:
        texts = {("text", normal(text)) for text in row[:2]} - {("text", "")}
        return texts | ({("group", row[2])} if row[2] is not None else set())

    component = [-1] * len(rows)
    for start in range(len(rows)):
        waiting = [start] if component[start] < 0 else []
        while waiting:
            row = waiting.pop()
            component[row] = start
            waiting += [
                other
                for other in range(len(rows))
                if component[other] < 0 and keys(rows[row]) & keys(rows[other])
            ]
    return component


def same_partition(one: list[int], other: list[int]) -> bool:
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


def test_a_chain_of_a_hundred_thousand_rows_is_one_cluster():
    names = np.random.default_rng(0).permutation(100_001)
    table = pa.table({"a": [f"t{n}" for n in names[:-1]], "b": [f"t{n}" for n in names[1:]]})
    assert set(cluster_rows(table, PAIRS).tolist()) == {0}


@pytest.mark.parametrize(
    ("groups_of", "prove_rows"),
    [
        (40, 400),  # ten groups fit exactly
        (1_000, 1_000),  # none fits; one is better than no proof
        (6_000, 0),  # the two groups are halves: holding one out would cost too much
    ],
)
def test_large_groups_fill_a_part_without_starving_the_training(groups_of, prove_rows):
    rows = 12_000
    table = pa.table(
        {
            "a": [f"a{i}" for i in range(rows)],
            "b": [f"b{i}" for i in range(rows)],
            "g": [str(i // groups_of) for i in range(rows)],
        }
    )
    wish = HeldOut(choose_rows=0, prove_rows=400)
    assert len(split(table, GROUPED, wish, seed=1).prove) == prove_rows


def test_another_seed_is_another_split():
    table = pa.table({"a": [f"a{i}" for i in range(100)], "b": [f"b{i}" for i in range(100)]})
    one, two = (split(table, PAIRS, HeldOut(), seed).prove.tolist() for seed in (1, 2))
    assert one != two
