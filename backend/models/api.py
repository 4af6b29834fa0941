"""Models over REST."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from backend.accounts.current import MayEmbed, MayRead
from backend.ids import ModelId
from backend.models import service
from backend.models.embedder import Embedder
from backend.models.schemas import ModelOut, SimilarityIn, SimilarityOut
from backend.models.tables import Model
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = APIRouter(tags=["models"])


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


@router.get(
    "/models/{model_id}/card",
    operation_id="getModelCard",
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}},
)
def card(model: TheModel, studio: TheStudio) -> Response:
    """The model card, as Markdown."""
    return Response(service.card(studio.storage, model), media_type="text/markdown")


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
