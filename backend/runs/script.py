"""A run as a plain script, with the rows that it was trained on."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.datasets import facts, part_files
from backend.datasets import service as datasets
from backend.datasets.dividing import Indivisible
from backend.datasets.incoming import workplace
from backend.datasets.tables import DatasetVersion
from backend.datasets.training_parts import Parts, read_parts
from backend.ids import RunId
from backend.problems import Conflict
from backend.recipes.as_script import script
from backend.recipes.schemas import Recipe
from backend.runs import service
from backend.studio import Studio

_CHUNK_BYTES = 1 << 20


def source(session: Session, who: Person, run_id: RunId) -> str:
    """The script's text. Raises NotFound if `who` may not see the run."""
    run = service.get(session, who, run_id)
    recipe = Recipe.model_validate(run.recipe)
    known = [facts.from_json(version.facts) for version in _versions(session, who, recipe)]
    return script.script(recipe, known, run.name, run.job.halvings)


def archive(studio: Studio, who: Person, run_id: RunId) -> Iterator[bytes]:
    """The script and its rows as one zip, a piece at a time; the rows are divided before the first.

    Takes no session: reading and dividing are slow. Raises NotFound if `who` may not see the run,
    Conflict where its rows can't be divided.
    """
    with studio.database.reading() as session:
        recipe = Recipe.model_validate(service.get(session, who, run_id).recipe)
        text = source(session, who, run_id)
        versions = _versions(session, who, recipe)
        tables = [(facts.from_json(v.facts), v.object_hash) for v in versions]
    try:
        parts = read_parts(recipe, [(known, studio.storage.file(h)) for known, h in tables])
    except Indivisible as error:
        raise Conflict(error.code, error.title, error.detail) from error
    return _zipped(studio, run_id, text, recipe, parts)


def _versions(session: Session, who: Person, recipe: Recipe) -> list[DatasetVersion]:
    return [datasets.get_version(session, who, use.version) for use in recipe.datasets]


def _zipped(
    studio: Studio, run_id: RunId, text: str, recipe: Recipe, parts: Parts
) -> Iterator[bytes]:
    with workplace(studio.settings) as folder:
        place = folder / "script.zip"
        _write(place, run_id, text, part_files.write(parts, recipe, folder))
        with place.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk


def _write(place: Path, root: str, text: str, rows: list[Path]) -> None:
    """Stored, not deflated: Parquet is packed already."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as bundle:
        bundle.writestr(f"{root}/{script.FILE_NAME}", text)
        for path in rows:
            bundle.write(path, f"{root}/{path.name}")
            path.unlink()
