"""Bringing a dataset of the Hub: its splits' rows, as one Parquet file, in flat memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasets import Features, IterableDataset

from backend.hub import errors
from backend.preparing.hub.columns import Shape, as_columns
from backend.recipes.hub import HubDataset, part_of
from backend.recipes.words import and_list
from worker.jobs.hub_access import hub_access
from worker.jobs.hub_slices import batches_of
from worker.jobs.hub_source import Source, opened, told
from worker.jobs.report import Report
from worker.jobs.whole_table import WholeTable

PART = "part"
_TOLD_EVERY_ROWS = 50_000


def bring(wanted: HubDataset, place: Path, report: Report) -> dict[str, Any]:
    """Write the rows to `place`; answers the version's operation, with the commit they are of.

    Raises a Refusal, and leaves nothing at `place`, if the Hub doesn't give them.
    """
    access = hub_access()
    report.log(f"asking the Hub for {wanted.in_words}")
    source = opened(access, wanted.repo, wanted.subset, wanted.revision)
    report.log(f"reading at commit {source.commit[:12]}")
    shape = shape_of(source, wanted.wanted_splits[0].split("[")[0].split("+")[0], wanted.repo)
    with told(access, wanted.repo), WholeTable(place) as written:
        for table in _tables(source, wanted, shape):
            before = written.rows
            written.write(table)
            if written.rows // _TOLD_EVERY_ROWS > before // _TOLD_EVERY_ROWS:
                report.log(f"{written.rows:,} rows so far")
    if not written.rows:
        raise errors.Unusable(
            "no_rows", "There are no rows in it", f"{wanted.in_words} is empty. Take other rows."
        )
    report.log(f"{written.rows:,} rows came")
    found: dict[str, Any] = {"classes": shape.classes, "left_out": list(shape.left_out)}
    told_of = {name: value for name, value in found.items() if value}
    return {
        "kind": "hub",
        **wanted.model_dump(exclude_none=True, exclude_defaults=True),
        "commit": source.commit,
        **told_of,
    }


def shape_of(source: Source, split: str, repo: str) -> Shape:
    """What its features say of its columns; those of the first rows where nobody declared any.

    Raises Unusable if no column can be used.
    """
    with told(hub_access(), repo):
        shape = Shape.of(features_of(source.split(split)))
    if not shape.usable:
        raise errors.Unusable(
            "not_a_table_of_texts",
            "There are no texts in this dataset",
            f"{repo} holds {and_list(list(shape.left_out)) or 'no column'}: pictures, sounds or "
            "arrays. Choose a dataset with columns of texts.",
        )
    return shape


def features_of(rows: IterableDataset) -> dict[str, Any]:
    features = rows.features
    if features is None:
        first = next(iter(rows.with_format("arrow").iter(batch_size=1)), None)
        features = Features.from_arrow_schema(first.schema) if first is not None else Features()
    written: dict[str, Any] = features.to_dict()
    return written


def _tables(source: Source, wanted: HubDataset, shape: Shape) -> Iterator[pa.Table]:
    def shorten(rows: IterableDataset) -> IterableDataset:
        return rows.select_columns(list(shape.usable)) if shape.left_out else rows

    for split in wanted.wanted_splits:
        for table in batches_of(source, split, shorten):
            columns = as_columns(table, shape)
            yield _marked(columns, split) if wanted.splits else columns


def _marked(table: pa.Table, split: str) -> pa.Table:
    """With a column that says what these rows are for."""
    if PART in table.column_names:
        raise errors.Unusable(
            "part_is_taken",
            "A column is called part already",
            "Several splits come with a column `part` of their own. Bring one split at a time.",
        )
    return table.append_column(PART, pa.array([part_of(split)] * table.num_rows, pa.string()))
