"""Embeddings for programs that know OpenAI's API: change the address, keep the code.

Outside /api/v1, with their shapes and their errors.
"""

from typing import Any

from fastapi import APIRouter

from backend.accounts.current import MayEmbed
from backend.models import openai_service
from backend.models.api import TheEmbedder
from backend.models.openai_errors import OpenAIRoute
from backend.models.openai_schemas import (
    EmbeddingsIn,
    EmbeddingsOut,
    OpenAIErrorBody,
    OpenAIModel,
    OpenAIModels,
)
from backend.web.dependencies import ReadSession, TheStudio

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": OpenAIErrorBody, "description": words}
    for status, words in (
        (400, "What was sent is wrong."),
        (401, "Nobody knows who asks."),
        (403, "The token doesn't have the scope `embed`."),
        (404, "There is no such model."),
        (409, "The model is not in a state to answer."),
        (413, "More was sent than is taken at once."),
        (429, "Too often; see Retry-After."),
        (503, "The model is being loaded; see Retry-After."),
    )
}

router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute)


@router.post(
    "/embeddings",
    operation_id="createEmbeddings",
    responses=_ERRORS,
    response_model=EmbeddingsOut,
)
def create_embeddings(
    body: EmbeddingsIn, who: MayEmbed, studio: TheStudio, embedder: TheEmbedder
) -> EmbeddingsOut:
    """Embed texts, as OpenAI's `client.embeddings.create` asks for it."""
    with studio.database.reading() as session:
        model = openai_service.model_of(session, who, body.model)
    return openai_service.embed(embedder, model.id, body)


@router.get("/models", operation_id="listOpenAIModels", responses={**_ERRORS})
def list_models(who: MayEmbed, session: ReadSession) -> OpenAIModels:
    """The models that `/v1/embeddings` answers by."""
    return OpenAIModels(data=openai_service.models_of(session, who))


@router.get("/models/{name:path}", operation_id="getOpenAIModel", responses={**_ERRORS})
def get_model(name: str, who: MayEmbed, session: ReadSession) -> OpenAIModel:
    """One of them."""
    return openai_service.model_of(session, who, name)
