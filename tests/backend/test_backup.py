"""A backup is the studio as it was, or it is refused: nothing between."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from backend import schema_revision
from backend.accounts.people import THE_PERSON
from backend.backup import MANIFEST, Manifest, back_up, restore
from backend.datasets import service as datasets
from backend.migrate import migrate
from backend.problems import Conflict, Invalid
from backend.settings import Settings
from backend.studio import Studio

ROWS = [f"what is {n}?,it is {n}" for n in range(100)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path / "data")
    made.data.mkdir()
    migrate(made)
    return made


@pytest.fixture
def archive(settings: Settings, tmp_path: Path) -> Path:
    """A backup that was made while a studio was open on its data."""
    studio = Studio.open(settings)
    try:
        table = tmp_path / "pairs.csv"
        table.write_text("\n".join(["question,answer", *ROWS]))
        datasets.import_path(studio, THE_PERSON, table)
        back_up(settings, tmp_path / "backup.tar")
    finally:
        studio.close()
    return tmp_path / "backup.tar"


def rows_in(data: Path) -> list[Any]:
    studio = Studio.open(Settings(data=data))
    try:
        with studio.database.reading() as session:
            [dataset] = session.scalars(datasets.datasets_of(THE_PERSON))
            return datasets.rows_of(studio.storage, dataset.versions[0], 0, len(ROWS)).rows
    finally:
        studio.close()


def test_what_is_put_back_is_what_was_there(
    archive: Path, settings: Settings, tmp_path: Path
) -> None:
    restored = tmp_path / "elsewhere" / "data"
    restore(archive, restored)
    assert len(rows_in(restored)) == len(ROWS)
    assert rows_in(restored) == rows_in(settings.data)
    files = {path.relative_to(restored) for path in restored.rglob("*") if path.is_file()}
    assert not {path.name for path in files} & {MANIFEST}


def test_a_backup_never_takes_the_place_of_something(
    archive: Path, settings: Settings, tmp_path: Path
) -> None:
    before = archive.read_bytes()
    with pytest.raises(Conflict, match="Name another"):
        back_up(settings, archive)
    assert archive.read_bytes() == before
    with pytest.raises(Conflict, match="empty folder"):
        restore(archive, settings.data)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_a_backup_that_was_cut_off_puts_nothing_there(
    archive: Path, tmp_path: Path, share: float
) -> None:
    cut = tmp_path / "cut.tar"
    with tarfile.open(archive) as whole:
        last = whole.getmember(MANIFEST)  # behind it tar has but zeros
    cut.write_bytes(archive.read_bytes()[: int(share * (last.offset_data + last.size - 1))])
    before = set(tmp_path.iterdir())
    with pytest.raises(Invalid):
        restore(cut, tmp_path / "new")
    assert set(tmp_path.iterdir()) == before


def test_a_changed_byte_is_noticed(archive: Path, tmp_path: Path) -> None:
    content = bytearray(archive.read_bytes())
    at = content.index(b"PAR1") + 10  # within a dataset
    content[at] ^= 1
    archive.write_bytes(content)
    with pytest.raises(Invalid, match="is not as it was"):
        restore(archive, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_newer_studios_backup_is_refused_with_its_version(archive: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.tar"
    with tarfile.open(archive) as old, tarfile.open(newer, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            data = content.read()
            if member.name == MANIFEST:
                manifest = Manifest.model_validate_json(data)
                later = f"{int(schema_revision.newest()) + 1:04}"
                changed = manifest.model_copy(update={"revision": later, "studio": "99.0"})
                data = changed.model_dump_json().encode()
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    with pytest.raises(Invalid, match=r"99\.0"):
        restore(newer, tmp_path / "new")


def test_data_in_several_places_is_not_half_kept(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url="postgresql+psycopg://nobody@localhost/x")
    with pytest.raises(Conflict, match="pg_dump"):
        back_up(settings, tmp_path / "backup.tar")
    assert not list(tmp_path.iterdir())
