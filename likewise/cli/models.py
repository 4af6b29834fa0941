"""`likewise models`: what the trainings left."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likewise.cli.commands import Commands
from likewise.cli.connect import connect
from likewise.cli.output import Json, facts, show, table

if TYPE_CHECKING:
    from backend.models.lineage_schemas import Lineage
    from backend.models.schemas import ModelOut, SimilarityOut
    from backend.models.seeing_schemas import SearchOut
    from backend.models.sizes.schemas import SizesOut
    from backend.publishing.schemas import PublicationOut

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Models: list, look, try, publish.")

ModelId = Annotated[str, typer.Argument(metavar="MODEL", help="The model's id: mdl_…")]


@app.command("ls")
def ls(
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    as_json: Json = False,
) -> None:
    """The newest models with their verdicts, newest first."""
    with connect() as client:
        models = client.models(limit)
    show(models, as_json, lambda: _list(models))


@app.command("show")
def show_model(model_id: ModelId, as_json: Json = False) -> None:
    """One model: before, after, the verdict, and where it is."""
    with connect() as client:
        model = client.model(model_id)
    show(model, as_json, lambda: _facts(model))


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
    show(answer, as_json, lambda: _similarities(others, answer))


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
    show(found, as_json, lambda: _sizes(found))


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
    show(answer, as_json, lambda: _found(answer, most))


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
    repo: Annotated[str, typer.Argument(help="Owner and name at the Hub.", show_default=False)],
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
    show(found, as_json, lambda: _publication(found))


@app.command("lineage")
def lineage(model_id: ModelId, as_json: Json = False) -> None:
    """Where a model came from, and what came from it."""
    with connect() as client:
        found = client.model_lineage(model_id)
    show(found, as_json, lambda: _lineage(found))


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


def _list(models: list["ModelOut"]) -> str:
    from likewise.cli.verdict import small
    from likewise.cli.words import ago

    if not models:
        return "No models yet. The first: likewise train RECIPE.yaml"
    rows = [[m.id, small(m.verdict), ago(m.created_at), m.name] for m in models]
    return table(["model", "worse  ┼  better", "made", "name"], rows)


def _sizes(found: "SizesOut") -> str:
    rows = [
        [
            str(size.layers or ""),
            str(size.dimensions),
            size.precision.value,
            str(size.bytes_per_vector),
            f"{size.milliseconds_per_text:.2f}",
            f"{size.quality:.4f}",
            f"{size.ci95[0]:+.4f} … {size.ci95[1]:+.4f}",
            f"{size.standing.value}{' ← smallest' if size.is_chosen else ''}",
        ]
        for size in found.sizes
    ]
    heads = [
        "layers",
        "dimensions",
        "stored",
        "bytes",
        "ms",
        found.metric,
        "difference",
        "so it is",
    ]
    return f"{table(heads, rows)}\n\n{found.chosen}"


def _facts(model: "ModelOut") -> str:
    from likewise.cli.verdict import proof
    from likewise.cli.words import size

    about = {
        "name": model.name,
        "from": model.base_model,
        "run": model.run_id,
        "size": size(model.size_bytes),
    }
    return f"{facts(about)}\n\n{proof(model)}"


def _publication(found: "PublicationOut") -> str:
    from likewise.cli.words import size

    files = [[file.name, size(file.size_bytes), file.sha256] for file in found.files]
    about = {
        "to": found.repo + (", which will be made" if found.is_new_repo else ""),
        "seen by": "you, or your organisation, alone" if found.private else "everybody",
        "as": "a pull request" if found.as_pull_request else "one commit",
        "rows": "some rows of the training data" if found.with_samples else "none",
        "size": size(found.size_bytes),
        "published": found.url,
    }
    todo = "" if found.url else "\n\nNothing has left yet. The same with --yes publishes it."
    return f"{table(['file', 'size', 'sha256'], files)}\n\n{facts(about)}{todo}"


def _lineage(found: "Lineage") -> str:
    data = [f"{each.dataset} ({each.version_id})" for each in found.learned_from]
    children = [f"{each.name} ({each.id}, by {each.made_by.value})" for each in found.children]
    about = {
        "run": f"{found.run.name} ({found.run.id})",
        "from": found.base_model,
        "data": ", ".join(data) or None,
        "made of": f"{found.parent.name} ({found.parent.id})" if found.parent else None,
        "made of it": ", ".join(children) or None,
    }
    return facts(about)


def _similarities(others: list[str], answer: "SimilarityOut") -> str:
    rows = [
        [f"{tuned:.4f}", f"{base:.4f}", other]
        for other, tuned, base in zip(others, answer.tuned, answer.base, strict=True)
    ]
    return table(["tuned", "base", "text"], rows)


def _found(answer: "SearchOut", most: int) -> str:
    """What only one of the models has among its first is marked."""
    rows = [
        [kind, str(one.place), f"{one.score:.4f}", "+" * (one.other_place > most), one.text]
        for kind, found in (("tuned", answer.tuned), ("base", answer.base))
        for one in found
    ]
    return table(["model", "place", "cosine", "only", "text"], rows)
