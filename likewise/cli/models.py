"""`likewise models`: what the trainings left."""

from pathlib import Path
from typing import Annotated

import typer

from likewise.cli import model_words as words
from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, show

app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Models: list, prove, look, try, publish."
)

ModelId = Annotated[str, typer.Argument(metavar="MODEL", help="The model's id: mdl_…")]


@app.command("ls")
def ls(
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """The newest models with their verdicts, newest first."""
    with connect() as client:
        models = client.models(limit)
    show(models, as_json, lambda: words.listed(models))


@app.command("show")
def show_model(model_id: ModelId, as_json: Json = False) -> None:
    """One model: before, after, the verdict, and where it is."""
    with connect() as client:
        model = client.model(model_id)
    show(model, as_json, lambda: words.told(model))


@app.command("similarity")
def similarity(
    model_id: ModelId,
    source: Annotated[str, typer.Argument(help="A text.", show_default=False)],
    others: Annotated[list[str], typer.Argument(help="One or more others.", show_default=False)],
    as_json: Json = False,
) -> None:
    """How alike a text is to others, by the tuned and by the base model."""
    with connect() as client:
        answer = client.similarity(model_id, source, others)
    show(answer, as_json, lambda: words.similarities(others, answer))


@app.command("prove")
def prove(model_id: ModelId, as_json: Json = False) -> None:
    """Judge a model that was trained with its proving rows closed. It can be done once."""
    with connect() as client:
        job = client.open_prove(model_id)
    show(job, as_json, lambda: f"{job.id} judges it; then: likewise models show {model_id}")


@app.command("examples")
def examples(
    model_id: ModelId,
    most: Annotated[int, typer.Option(min=1, max=100, help="Of each kind.")] = 5,
    as_json: Json = False,
) -> None:
    """What a model now does better than its base model, and what worse."""
    with connect() as client:
        found = client.examples(model_id, most)
    show(found, as_json, lambda: words.examples(found))


@app.command("guard")
def guard(
    model_id: ModelId,
    measure: Annotated[bool, typer.Option(help="Have it measured, instead of shown.")] = False,
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="A general set; may be given several times.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a model has kept of other fields, and what it lost."""
    with connect() as client:
        if measure or sets:
            job = client.guard_model(model_id, sets or [])
            show(job, as_json, lambda: f"{job.id} measures it")
            return
        found = client.guard(model_id)
    show(found, as_json, lambda: words.guarded(found))


@app.command("blend")
def blend(model_id: ModelId, as_json: Json = False) -> None:
    """Make a model between this one and its base model, as much of the base as costs nothing."""
    with connect() as client:
        job = client.blend_model(model_id)
    show(job, as_json, lambda: f"{job.id} makes it")


@app.command("sizes")
def sizes(
    model_id: ModelId,
    measure: Annotated[bool, typer.Option(help="Have them measured, instead of listed.")] = False,
    margin: Annotated[float, typer.Option(help="The loss that would be too much.")] = 0.02,
    as_json: Json = False,
) -> None:
    """How small a model may be: what each size costs, and the smallest that is sound."""
    with connect() as client:
        if measure:
            job = client.measure_sizes(model_id)
            show(job, as_json, lambda: f"{job.id} measures them")
            return
        found = client.sizes(model_id, margin)
    show(found, as_json, lambda: words.sizes(found))


@app.command("shrink")
def shrink(
    model_id: ModelId,
    dimensions: Annotated[int, typer.Option(min=1, help="Of its vectors, so many are kept.")],
    precision: Annotated[str, typer.Option(help="float32, int8 or binary.")] = "float32",
    layers: Annotated[int | None, typer.Option(min=1, help="So many are kept.")] = None,
    as_json: Json = False,
) -> None:
    """Make a size that was measured a model of its own, judged once on what proves."""
    from backend.models.sizes.schemas import ShrinkIn

    size = {"dimensions": dimensions, "precision": precision, "layers": layers}
    with connect() as client:
        job = client.shrink_model(model_id, ShrinkIn.model_validate(size))
    show(job, as_json, lambda: f"{job.id} makes it")


@app.command("look")
def look(model_id: ModelId, as_json: Json = False) -> None:
    """Have base and tuned model embed the texts of a model's data, to be searched."""
    with connect() as client:
        job = client.look_at_texts(model_id)
    show(job, as_json, lambda: f"{job.id} is {job.status}; then: likewise models search")


@app.command("search")
def search(
    model_id: ModelId,
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)],
    most: Annotated[int, typer.Option(min=1, max=50, help="So many of each model.")] = 10,
    as_json: Json = False,
) -> None:
    """What base and tuned model find among the texts of a model's data."""
    with connect() as client:
        answer = client.search(model_id, query, most)
    show(answer, as_json, lambda: words.found_in(answer, most))


@app.command("card")
def card(model_id: ModelId) -> None:
    """A model's card, as Markdown."""
    with connect() as client:
        print(client.model_card(model_id))


@app.command("download")
def download(
    model_id: ModelId,
    place: Annotated[Path, typer.Argument(help="A file or a folder.")] = Path(),
    as_json: Json = False,
) -> None:
    """A model's folder as a zip; unpacked, sentence-transformers loads it."""
    with connect() as client:
        path = client.download_model(model_id, place)
    show({"path": str(path)}, as_json, lambda: str(path))


@app.command("publish")
def publish(
    model_id: ModelId,
    repo: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="Where at the Hub.")],
    license: Annotated[str, typer.Option(help="The Hub's short name of one: apache-2.0, mit …")],
    language: Annotated[list[str], typer.Option(help="An ISO code; may be given several times.")],
    public: Annotated[bool, typer.Option("--public", help="For everybody to see.")] = False,
    pull_request: Annotated[
        bool, typer.Option("--pull-request", help="Propose it to a repository that is there.")
    ] = False,
    with_samples: Annotated[
        bool, typer.Option("--with-samples", help="Show some rows of the training data.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Publish at once, without a preview.")] = False,
    as_json: Json = False,
) -> None:
    """Publish a model to the Hub, privately unless you say otherwise. Without --yes it shows what
    would leave, and nothing does."""
    with connect() as client:
        found = client.preview_publication(
            model_id,
            repo,
            license,
            language,
            private=not public,
            as_pull_request=pull_request,
            with_samples=with_samples,
        )
        if yes:
            found = client.publish(found.id)
    show(found, as_json, lambda: words.publication(found))


@app.command("lineage")
def lineage(model_id: ModelId, as_json: Json = False) -> None:
    """Where a model came from, and what came from it."""
    with connect() as client:
        found = client.model_lineage(model_id)
    show(found, as_json, lambda: words.lineage(found))


@app.command("export")
def export(
    model_id: ModelId,
    place: Annotated[Path, typer.Argument(help="A file or a folder.")] = Path(),
    as_json: Json = False,
) -> None:
    """A model as ONNX: exports it, waits, and downloads its folder with the graphs as a zip."""
    with connect() as client:
        made = client.export_model(model_id)
        path = client.download_export(model_id, place)
    told = {"path": str(path), **made.model_dump(mode="json")}
    lines = [f"{file.name}: {file.served.sentence}" for file in made.files]
    show(told, as_json, lambda: "\n".join([str(path), *lines]))


@app.command("rm")
def rm(model_id: ModelId, as_json: Json = False) -> None:
    """Delete a model that no other was trained from, with its files."""
    with connect() as client:
        client.delete_model(model_id)
    show({"deleted": model_id}, as_json, lambda: f"{model_id} is deleted")
