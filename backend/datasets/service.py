"""What one can do with datasets. Slow work first, without a session; then one short transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from backend.accounts.people import Person
from backend.catalog.columns import TableFacts
from backend.datasets import facts, rows
from backend.datasets.incoming import workplace
from backend.datasets.parsed import Parsed, name_of, operation_of
from backend.datasets.reading.table import read_tables
from backend.datasets.sample import sample_table
from backend.datasets.schemas import DatasetChange
from backend.datasets.tables import Dataset, DatasetVersion
from backend.ids import DatasetId, VersionId
from backend.problems import NotFound
from backend.storage import Storage
from backend.studio import Studio
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce

_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class ParsedTable:
    """A table whose rows are in the artifact store; no version names them yet.

    `operation` says what it was made from, for the version's row.
    """

    facts: TableFacts
    content_hash: str
    object_hash: str
    size_bytes: int
    operation: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A version, and whether it is new: the same content twice is one version."""

    version: DatasetVersion
    is_new: bool


def read_files(studio: Studio, files: Sequence[tuple[Path, str]]) -> ParsedTable:
    """Read these files, each with its owner's name for it, as one table into the artifact store.

    Raises BadFile, and leaves nothing behind, if they hold none.
    """
    with workplace(studio.settings) as folder:
        place = folder / "rows.parquet"
        read = read_tables(files, place)
        parsed = Parsed.of(read, name_of(files), operation_of(files))
        return stored(studio.storage, place, parsed)


def stored(storage: Storage, rows_file: Path, parsed: Parsed) -> ParsedTable:
    """Bring the rows of a table that was read into the artifact store."""
    return ParsedTable(
        facts=parsed.facts,
        content_hash=parsed.content_hash,
        object_hash=storage.put_file(rows_file),
        size_bytes=rows_file.stat().st_size,
        operation=parsed.operation,
    )


def keep(
    session: Session,
    who: Person,
    parsed: ParsedTable,
    *,
    name: str,
    dataset_id: DatasetId | None = None,
    parent_id: VersionId | None = None,
) -> Kept:
    """A version of this table: the one that there is of the same content, or else a new one, in
    `dataset_id` or in a new dataset called `name`.

    Raises NotFound if `who` may not see `dataset_id`.
    """
    dataset = get_dataset(session, who, dataset_id) if dataset_id else None
    same = _of_content(who, parsed.content_hash)
    if version := session.scalar(same):
        return Kept(version=version, is_new=False)
    try:
        with session.begin_nested():
            return Kept(version=_add(session, who, parsed, name, dataset, parent_id), is_new=True)
    except IntegrityError:  # someone else kept the same content between our look and our insert
        return Kept(version=session.scalars(same).one(), is_new=False)


def _add(
    session: Session,
    who: Person,
    parsed: ParsedTable,
    name: str,
    dataset: Dataset | None,
    parent_id: VersionId | None,
) -> DatasetVersion:
    if dataset is None:
        dataset = Dataset(project_id=who.project_id, name=name.strip()[:_LONGEST_NAME] or "dataset")
        session.add(dataset)
        session.flush()
    version = DatasetVersion(
        project_id=who.project_id,
        dataset_id=dataset.id,
        parent_id=parent_id,
        operation=parsed.operation,
        content_hash=parsed.content_hash,
        object_hash=parsed.object_hash,
        size_bytes=parsed.size_bytes,
        rows=parsed.facts.rows,
        facts=facts.to_json(parsed.facts),
    )
    session.add(version)
    session.flush()
    announce(
        session,
        who.project_id,
        WebhookKind.VERSION_READY,
        {
            "id": version.id,
            "dataset_id": dataset.id,
            "rows": version.rows,
            "url": f"/api/v1/dataset-versions/{version.id}",
        },
    )
    return version


def import_path(studio: Studio, who: Person, path: Path, name: str | None = None) -> Kept:
    """The version of a file's table; without a name, the dataset takes the file's.

    Raises BadFile if it holds no table.
    """
    files = [(path, path.name)]
    parsed = read_files(studio, files)
    return studio.database.retrying(
        lambda session: keep(session, who, parsed, name=name or name_of(files))
    )


def import_table(
    studio: Studio, who: Person, table: pa.Table, name: str, operation: dict[str, Any]
) -> Kept:
    """The version of a table that was made here, by `operation`."""
    with workplace(studio.settings) as folder:
        path = folder / "made.parquet"
        pq.write_table(table, path)
        parsed = replace(read_files(studio, [(path, path.name)]), operation=operation)
    return studio.database.retrying(lambda session: keep(session, who, parsed, name=name))


def import_sample(studio: Studio, who: Person) -> Kept:
    """The sample: the documentation of the installed Python packages, in some ten seconds."""
    return import_table(studio, who, sample_table(), "Python's own words", {"kind": "sample"})


def get_dataset(session: Session, who: Person, dataset_id: DatasetId) -> Dataset:
    """Raises NotFound if there is none, or none that `who` may see."""
    dataset = session.scalar(datasets_of(who).where(Dataset.id == dataset_id))
    if dataset is None:
        raise NotFound("dataset", dataset_id)
    return dataset


def change(session: Session, who: Person, dataset_id: DatasetId, wished: DatasetChange) -> Dataset:
    """Give a dataset another name or other tags. Raises NotFound if `who` may not see it."""
    dataset = get_dataset(session, who, dataset_id)
    for name, value in wished.model_dump(exclude_none=True).items():
        setattr(dataset, name, value)
    session.flush()
    return dataset


def get_version(session: Session, who: Person, version_id: VersionId) -> DatasetVersion:
    """Raises NotFound if there is none, or none that `who` may see."""
    version = session.scalar(_versions_of(who).where(DatasetVersion.id == version_id))
    if version is None:
        raise NotFound("dataset version", version_id)
    return version


def datasets_of(who: Person) -> Select[Dataset]:
    """All datasets that `who` may see, with their versions."""
    return (
        select(Dataset)
        .where(Dataset.project_id == who.project_id)
        .options(selectinload(Dataset.versions))
    )


def facts_of(
    session: Session, who: Person, version_ids: Iterable[VersionId]
) -> dict[VersionId, TableFacts]:
    """The facts of those versions that there are and that `who` may see."""
    found = session.scalars(_versions_of(who).where(DatasetVersion.id.in_(version_ids)))
    return {version.id: facts.from_json(version.facts) for version in found}


def rows_of(
    storage: Storage, version: DatasetVersion, offset: int, limit: int, query: str | None = None
) -> rows.RowPage:
    """A page of the version's rows; with a query, of those with a text that holds it."""
    return rows.page(storage.file(version.object_hash), offset, limit, query)


def _versions_of(who: Person) -> Select[DatasetVersion]:
    return select(DatasetVersion).where(DatasetVersion.project_id == who.project_id)


def _of_content(who: Person, content_hash: str) -> Select[DatasetVersion]:
    return _versions_of(who).where(DatasetVersion.content_hash == content_hash)
