"""Publications over REST: what will leave first, then exactly this."""

from fastapi import Response

from backend.accounts.current import MayPublish, MayRead
from backend.ids import ModelId, PublicationId
from backend.publishing import service
from backend.publishing.schemas import PublicationIn, PublicationOut
from backend.publishing.tables import Publication
from backend.rest.route import rest_router
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.headers import attached
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("models")


@router.post("/models/{model_id}/publications", operation_id="previewPublication", status_code=201)
def preview(
    model_id: ModelId,
    body: PublicationIn,
    who: MayPublish,
    studio: TheStudio,
    response: Response,
) -> PublicationOut:
    """What would leave, to the byte, frozen. Nothing leaves before it is published."""
    made = service.preview(studio, who, model_id, body)
    response.headers["Location"] = f"/api/v1/publications/{made.id}"
    with studio.database.reading() as session:
        return service.show(session, made)


@router.get("/models/{model_id}/publications", operation_id="listPublications")
def list_(
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PublicationOut]:
    """What was previewed and published of a model, newest first."""
    return newest_first(
        session,
        service.newest(session, who, model_id),
        Publication.id,
        limit,
        cursor,
        lambda found: service.show(session, found),
    )


@router.get("/publications/{publication_id}", operation_id="getPublication")
def get(publication_id: PublicationId, who: MayRead, session: ReadSession) -> PublicationOut:
    """What will leave, or how far it is, or where it lies."""
    return service.show(session, service.get(session, who, publication_id))


@router.get(
    "/publications/{publication_id}/card",
    operation_id="getPublicationCard",
    responses={200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}},
)
def card(publication_id: PublicationId, who: MayRead, session: ReadSession) -> Response:
    """The card as it will lie on the Hub, as Markdown: the bytes of its README.md."""
    return Response(
        service.get(session, who, publication_id).card.encode(),
        media_type="text/markdown",
        headers=attached(f"{publication_id}.md"),
    )


@router.post("/publications/{publication_id}/publish", operation_id="publishModel", status_code=202)
def publish(publication_id: PublicationId, who: MayPublish, studio: TheStudio) -> PublicationOut:
    """Send exactly what was previewed, in one commit. After a failure it goes on from where it was.

    Refused if the model is no longer what was shown.
    """
    found = service.publish(studio, who, publication_id)
    with studio.database.reading() as session:
        return service.show(session, found)
