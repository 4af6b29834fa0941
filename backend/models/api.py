"""Models over REST."""

from typing import Annotated

from fastapi import BackgroundTasks, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from backend.accounts.current import MayEmbed, MayRead, MayTrain, MayWrite
from backend.ids import ModelId
from backend.models import examples as examples_of
from backend.models import proving, service
from backend.models.embedder import Embedder
from backend.models.schemas import (
    ExamplesOut,
    ModelChange,
    ModelFile,
    ModelOut,
    SeedOut,
    SimilarityIn,
    SimilarityOut,
)
from backend.models.tables import Model
from backend.models.taking_api import zip_of
from backend.rest.route import rest_router
from backend.runs import service as runs
from backend.runs.schemas import JobOut
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.headers import attached
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("models")


def the_embedder(request: Request) -> Embedder:
    embedder: Embedder = request.app.state.embedder
    return embedder


TheEmbedder = Annotated[Embedder, Depends(the_embedder)]


def _model(model_id: ModelId, who: MayRead, studio: TheStudio) -> Model:
    with studio.database.reading() as session:
        return service.get(session, who, model_id)


TheModel = Annotated[Model, Depends(_model)]


@router.get("/models", operation_id="listModels")
def list_(
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ModelOut]:
    """Your models, newest first, each with its verdict."""
    return newest_first(
        session,
        service.newest(who),
        Model.id,
        limit,
        cursor,
        lambda model: service.show(session, studio.storage, model),
    )


@router.get("/models/{model_id}", operation_id="getModel")
def get(model_id: ModelId, who: MayRead, session: ReadSession, studio: TheStudio) -> ModelOut:
    """One model: where it came from, how it did before and after, and the verdict."""
    return service.show(session, studio.storage, service.get(session, who, model_id))


@router.patch("/models/{model_id}", operation_id="changeModel")
def change(
    model_id: ModelId, body: ModelChange, who: MayWrite, session: DbSession, studio: TheStudio
) -> ModelOut:
    """Give a model another name or other tags."""
    return service.show(session, studio.storage, service.change(session, who, model_id, body))


@router.delete("/models/{model_id}", operation_id="deleteModel", status_code=204)
def delete(
    model_id: ModelId,
    who: MayWrite,
    session: DbSession,
    studio: TheStudio,
    later: BackgroundTasks,
) -> None:
    """Delete a model that nothing was trained from, with its files."""
    for folder in service.delete(session, who, model_id):
        later.add_task(studio.storage.remove_folder, folder)


@router.get("/models/{model_id}/examples", operation_id="listExamples")
def examples(
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    most: Annotated[int, Query(ge=1, le=100, description="Of each kind.")] = 10,
) -> ExamplesOut:
    """What it now does better than its base model, and what worse, on *prove*."""
    model = service.get(session, who, model_id)
    return examples_of.of_model(session, studio.storage, model, most)


@router.get("/models/{model_id}/seeds", operation_id="listSeeds")
def seeds(model_id: ModelId, who: MayRead, session: ReadSession) -> list[SeedOut]:
    """What became of its recipe with other seeds; empty where it was trained with one alone."""
    model = service.get(session, who, model_id)
    return service.over_seeds(session, who, runs.get(session, who, model.run_id))


@router.post("/models/{model_id}/prove", operation_id="openProve", status_code=202)
def prove(model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio) -> JobOut:
    """Judge a model that was trained with *prove* closed. It can be opened once for a model."""
    return JobOut.model_validate(proving.open_prove(session, who, studio.broker, model_id))


@router.get("/models/{model_id}/files", operation_id="listModelFiles")
def list_files(model: TheModel) -> list[ModelFile]:
    """What its folder holds."""
    return [ModelFile.model_validate(file) for file in model.files]


@router.get(
    "/models/{model_id}/archive",
    operation_id="downloadModel",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string"}}}}},
)
def archive(model: TheModel, studio: TheStudio) -> StreamingResponse:
    """Its folder as a zip, as sentence-transformers loads it once it is unpacked."""
    return zip_of(studio, model)


@router.get(
    "/models/{model_id}/card",
    operation_id="getModelCard",
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}},
)
def card(model: TheModel, studio: TheStudio) -> Response:
    """The model card, as Markdown."""
    return Response(
        service.card(studio.storage, model),
        media_type="text/markdown",
        headers=attached(f"{model.id}.md"),
    )


@router.post(
    "/models/{model_id}/similarity",
    operation_id="compareTexts",
    responses={503: {"description": "The model is being loaded; see Retry-After."}},
)
def similarity(
    model_id: ModelId,
    body: SimilarityIn,
    who: MayEmbed,
    studio: TheStudio,
    embedder: TheEmbedder,
) -> SimilarityOut:
    """How alike a text is to others, by the tuned and by the base model."""
    with studio.database.reading() as session:
        model = service.get(session, who, model_id)
    return service.similarity(embedder, model, body)
