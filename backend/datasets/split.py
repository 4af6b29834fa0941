"""Held-out truth: a table's rows in three parts, so that no text of one part is in another.

Rows that share a text, in any of the inputs, or a value of the group column are one cluster, and a
cluster is never divided. Of several datasets the first alone is split; the others are learned from
`without` the texts that it keeps aside. Pure and deterministic: same content, mapping and seed,
same parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from backend.recipes.schemas import HeldOut, Mapping

Indices: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Split:
    """Row numbers, ascending; each row of the table is in exactly one part."""

    train: Indices
    choose: Indices
    prove: Indices


def split(
    table: pa.Table, mapping: Mapping, held_out: HeldOut, seed: int, stratify: str | None = None
) -> Split:
    """Fill *prove*, then *choose*, with clusters drawn at random; the rest is *train*.

    A part gets at most as many rows as are wanted, unless only larger clusters could fill it. The
    largest cluster always trains. With too few clusters a part stays smaller, or empty.
    `stratify` names a column of classes: then each class fills its share of a part, and the largest
    cluster of each trains.
    """
    choose_rows, prove_rows = held_out.rows(len(table))
    clusters = cluster_rows(table, mapping)
    sizes = np.bincount(clusters)
    rng = np.random.default_rng(seed)
    wanted = (prove_rows, choose_rows)
    if stratify is None:
        parts = _draw(sizes, wanted, rng)
    else:
        parts = _draw_by_class(sizes, _classes(table.column(stratify), clusters), wanted, rng)
    part_of_row = parts[clusters] if len(table) else np.empty(0, dtype=np.int64)
    train, prove, choose = (np.flatnonzero(part_of_row == part) for part in range(3))
    return Split(train=train, choose=choose, prove=prove)


def texts_of(table: pa.Table, mapping: Mapping) -> set[str]:
    """The texts of these rows, as they are compared."""
    columns = (pc.unique(table.column(name)).drop_null() for name in mapping.inputs)
    return {normal(text) for column in columns for text in column.to_pylist()} - {""}


def without(table: pa.Table, mapping: Mapping, texts: set[str]) -> Indices:
    """The rows that have none of `texts`: what one dataset keeps aside, no other may teach."""
    keep = np.ones(len(table), dtype=bool)
    for name in mapping.inputs:
        encoded = table.column(name).combine_chunks().dictionary_encode()
        is_kept = [normal(text) not in texts for text in encoded.dictionary.to_pylist()]
        codes = encoded.indices.fill_null(len(is_kept)).to_numpy(zero_copy_only=False)
        keep &= np.array([*is_kept, True])[codes]
    return np.flatnonzero(keep)


def _draw(sizes: Indices, wanted: Iterable[int], rng: np.random.Generator) -> Indices:
    """The part of each cluster: 0 is *train*, then one number for each of `wanted`."""
    parts = np.zeros(len(sizes), dtype=np.int64)
    if len(sizes) < 2:
        return parts
    order = rng.permutation(len(sizes))
    free = np.delete(order, np.argmax(sizes[order]))
    for part, rows in enumerate(wanted, start=1):
        taken = _fill(sizes[free], rows, spare=int(sizes.sum()) // 4)
        parts[free[taken]] = part
        free = free[~taken]
    return parts


def _draw_by_class(
    sizes: Indices, classes: Indices, wanted: Iterable[int], rng: np.random.Generator
) -> Indices:
    """The part of each cluster, drawn in each class apart; `classes` are those of the clusters."""
    parts = np.zeros(len(sizes), dtype=np.int64)
    rows = np.bincount(classes, weights=sizes).astype(np.int64)
    quotas = zip(*(_shares(rows, count) for count in wanted), strict=True)
    for number, quota in enumerate(quotas):
        members = np.flatnonzero(classes == number)
        parts[members] = _draw(sizes[members], quota, rng)
    return parts


def _classes(column: pa.ChunkedArray, clusters: Indices) -> Indices:
    """For each cluster the class of most of its rows, the first of several such."""
    encoded = column.combine_chunks().dictionary_encode()
    missing = len(encoded.dictionary)  # rows without a class are one of their own
    codes = encoded.indices.fill_null(missing).to_numpy(zero_copy_only=False).astype(np.int64)
    pairs, counts = np.unique(np.stack([clusters, codes], axis=1), axis=0, return_counts=True)
    order = np.lexsort((pairs[:, 1], -counts, pairs[:, 0]))
    _, first = np.unique(pairs[order, 0], return_index=True)
    of_cluster: Indices = pairs[order][first, 1]
    return of_cluster


def _shares(rows: Indices, wanted: int) -> list[int]:
    """`wanted` rows shared out by size; what rounding leaves goes to the largest remainders."""
    wanted = min(wanted, int(rows.sum()))
    exact = rows * wanted / max(1, rows.sum())
    shares = np.floor(exact).astype(np.int64)
    left = wanted - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:left]] += 1
    return [int(share) for share in shares]


def _fill(sizes: Indices, rows: int, spare: int) -> npt.NDArray[np.bool_]:
    """Which clusters, in their order, fill a part of `rows` rows.

    Where more than half of it stays empty because the others are too large for it, the smallest of
    them too, if it holds no more than `spare` rows.
    """
    taken = np.zeros(len(sizes), dtype=bool)
    left = rows
    for i in np.flatnonzero(sizes <= rows):
        if left == 0:
            break
        if sizes[i] <= left:
            taken[i] = True
            left -= int(sizes[i])
    others = np.flatnonzero(~taken)
    if left > rows / 2 and len(others):
        smallest = others[np.argmin(sizes[others])]
        taken[smallest] = sizes[smallest] <= spare
    return taken


def cluster_rows(table: pa.Table, mapping: Mapping) -> Indices:
    """For each row the number of its cluster, from 0 on without a gap."""
    keys = [_text_keys(table, mapping.inputs)]
    if mapping.group is not None:
        keys.append(_group_keys(table.column(mapping.group), first=int(keys[0].max(initial=0)) + 1))
    keys_RK = np.concatenate(keys, axis=1)  # R rows, K keys each; rows with a key in common belong
    cluster_of_key = _connect(keys_RK)
    _, clusters = np.unique(cluster_of_key[keys_RK[:, 0]], return_inverse=True)
    return clusters.astype(np.int64)


def _text_keys(table: pa.Table, inputs: list[str]) -> Indices:
    """A number for each row and input; the same text has the same number in whichever column.

    Case and spacing make no difference: such texts say the same to most models. A blank text is
    like no other.
    """
    number_of: dict[str, int] = {}
    columns = []
    for name in inputs:
        encoded = table.column(name).combine_chunks().dictionary_encode()
        texts = [normal(text) for text in encoded.dictionary.to_pylist()]
        numbers = np.array([number_of.setdefault(t, len(number_of)) for t in texts], dtype=np.int64)
        blank = {number_of[""]} if "" in number_of else set()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        key = np.where(codes < 0, -1, numbers[codes] if len(numbers) else -1)
        columns.append(np.where(np.isin(key, list(blank)), -1, key))
    keys_RK = np.stack(columns, axis=1)
    nobody = keys_RK < 0
    keys_RK[nobody] = len(number_of) + np.arange(nobody.sum())
    return keys_RK


def normal(text: str) -> str:
    """A text as it is compared: without the difference that case and spacing make."""
    return " ".join(text.casefold().split())


def _group_keys(column: pa.ChunkedArray, first: int) -> Indices:
    """A number for each row, from `first` on; rows of one group have the same."""
    encoded = column.combine_chunks().dictionary_encode()
    codes: Indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    alone = codes < 0
    codes[alone] = len(encoded.dictionary) + np.arange(alone.sum())
    return codes[:, None] + first


def _connect(keys_RK: Indices) -> Indices:
    """For each key the least key that a chain of rows connects it with.

    Every round each root hooks on to the least root that a row ties it to, and paths are then
    halved until flat; the rounds are as many as the logarithm of the longest chain.
    Source: Shiloach and Vishkin 1982, doi 10.1016/0196-6774(82)90008-6.
    """
    root = np.arange(int(keys_RK.max(initial=0)) + 1, dtype=np.int64)
    if not keys_RK.size:
        return root
    while True:
        roots_RK = root[keys_RK]
        least_R = roots_RK.min(axis=1)
        if (roots_RK == least_R[:, None]).all():
            return root
        np.minimum.at(root, roots_RK.ravel(), np.repeat(least_R, keys_RK.shape[1]))
        while not np.array_equal(root, root[root]):
            root = root[root]
