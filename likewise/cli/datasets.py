"""`likewise datasets`: what there is to train on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, facts, show, table

if TYPE_CHECKING:
    from backend.datasets.schemas import DatasetOut, FitsOut, VersionOut

app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Data: bring it in, look, see what fits."
)

VersionId = Annotated[str, typer.Argument(metavar="VERSION", help="Its version's id: dsv_…")]


@app.command("ls")
def ls(
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """The newest datasets, newest first."""
    with connect() as client:
        datasets = client.datasets(limit)
    show(datasets, as_json, lambda: _list(datasets))


@app.command("upload")
def upload(
    path: Annotated[Path, typer.Argument(help="CSV, JSON, JSONL or Parquet.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="What the dataset is called.")] = None,
    as_json: Json = False,
) -> None:
    """Bring a file in. The same rows again give the same version."""
    with connect() as client:
        version = client.upload(path, name)
    show(version, as_json, lambda: _facts(version))


@app.command("import")
def import_(
    repo: Annotated[str, typer.Argument(help="Its id on the Hub: owner/name", show_default=False)],
    subset: Annotated[str | None, typer.Option(help="Where it has several.")] = None,
    split: Annotated[str, typer.Option(help="May be a slice: train[:10000]")] = "train",
    revision: Annotated[str | None, typer.Option(help="A commit of it.")] = None,
    as_json: Json = False,
) -> None:
    """Bring a dataset of the Hugging Face Hub in."""
    with connect() as client:
        version = client.import_from_hub(repo, subset, split, revision)
    show(version, as_json, lambda: _facts(version))


@app.command("show")
def show_version(version_id: VersionId, as_json: Json = False) -> None:
    """One version: its rows and columns."""
    with connect() as client:
        version = client.version(version_id)
    show(version, as_json, lambda: _facts(version))


@app.command("fits")
def fits(version_id: VersionId, as_json: Json = False) -> None:
    """What this data can be trained with: an answer for every loss."""
    with connect() as client:
        answers = client.fits(version_id)
    show(answers, as_json, lambda: _fits(answers))


@app.command("rm")
def rm(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A dataset, ds_…, or a version, dsv_…")],
    as_json: Json = False,
) -> None:
    """Delete a dataset with all its versions, or one version; not where something came from it."""
    with connect() as client:
        delete = client.delete_version if id_.startswith("dsv_") else client.delete_dataset
        delete(id_)
    show({"deleted": id_}, as_json, lambda: f"{id_} is deleted")


def _list(datasets: list["DatasetOut"]) -> str:
    from likewise.cli.words import ago

    if not datasets:
        return "No data yet. The first: likewise datasets upload FILE"
    rows = [
        [version.id, f"{version.rows:,}", ago(version.created_at), dataset.name]
        for dataset in datasets
        for version in dataset.versions
    ]
    return table(["version", "rows", "made", "dataset"], rows)


def _facts(version: "VersionOut") -> str:
    about = {"version": version.id, "dataset": version.dataset_id, "rows": f"{version.rows:,}"}
    columns = [
        [column.name, column.type, f"{column.distinct:,}", *column.examples[:1]]
        for column in version.columns
    ]
    padded = [[*row, ""][:4] for row in columns]
    return f"{facts(about)}\n\n{table(['column', 'type', 'distinct', 'for example'], padded)}"


def _fits(answer: "FitsOut") -> str:
    marks = {"fits": "yes", "after_a_change": "after a change", "no": "no"}
    rows = [[marks[fit.fitness], fit.loss, fit.because or fit.purpose] for fit in answer.losses]
    return table(["", "loss", ""], rows)
