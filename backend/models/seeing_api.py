"""Seeing what a model learned, over REST: neighbours, a map, and a search in one's own texts."""

from typing import Annotated

from fastapi import Query, Response

from backend.accounts.current import MayEmbed, MayRead, MayTrain
from backend.ids import ModelId
from backend.models import seeing, service
from backend.models.api import TheEmbedder
from backend.models.seeing_schemas import MapOut, SearchIn, SearchOut, SeenOut
from backend.proof.seen import MOST_TEXTS
from backend.rest.route import rest_router
from backend.runs.schemas import JobOut
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("models")


@router.post("/models/{model_id}/seen", operation_id="lookAtTexts", status_code=202)
def look(
    model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio, response: Response
) -> JobOut:
    """Queue a look: base and tuned model embed the texts of the run's data, at most 5,000. Once it
    was done, the answer is that job."""
    job = seeing.begin(session, who, studio.broker, model_id)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.model_validate(job)


@router.get("/models/{model_id}/seen", operation_id="getSeen")
def seen(
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    most: Annotated[int, Query(ge=1, le=100, description="Of the texts that changed most.")] = 10,
) -> SeenOut:
    """How the nearest neighbours of your texts changed; 404 before a look was done."""
    model = service.get(session, who, model_id)
    return seeing.summary(seeing.of_model(session, who, studio.storage, model), most)


@router.get("/models/{model_id}/seen/map", operation_id="getSeenMap")
def seen_map(
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    by: Annotated[str | None, Query(description="What groups the points; one of `groups`.")] = None,
    most: Annotated[int, Query(ge=1, le=MOST_TEXTS)] = seeing.MOST_POINTS,
) -> MapOut:
    """Your texts on two maps, by the base and by the tuned model."""
    model = service.get(session, who, model_id)
    return seeing.flat_map(seeing.of_model(session, who, studio.storage, model), by, most)


@router.post(
    "/models/{model_id}/search",
    operation_id="searchTexts",
    responses={503: {"description": "The model is being loaded; see Retry-After."}},
)
def search(
    model_id: ModelId,
    body: SearchIn,
    who: MayEmbed,
    studio: TheStudio,
    embedder: TheEmbedder,
) -> SearchOut:
    """What the base and the tuned model find among your texts; 404 before a look was done."""
    with studio.database.reading() as session:
        model = service.get(session, who, model_id)
        found = seeing.of_model(session, who, studio.storage, model)
    return seeing.search(embedder, model, found, body.query, body.most)
