"""A person's connection to the Hub over REST."""

from fastapi import Response

from backend.accounts.current import InPerson, SignedIn
from backend.hub import connection
from backend.hub.schemas import HubConnectionOut, HubTokenIn
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("me")


@router.put("/me/hub-connection", operation_id="connectHub")
def connect(given: HubTokenIn, who: InPerson, studio: TheStudio) -> HubConnectionOut:
    """Connect your Hugging Face account: the Hub is asked whose token it is, then it is sealed."""
    token = given.token.get_secret_value().strip()
    account, sealed = connection.checked(studio, token)
    with studio.database.writing() as session:
        kept = connection.connect(session, who, account, sealed, token[-4:])
        return HubConnectionOut.model_validate(kept)


@router.get("/me/hub-connection", operation_id="getHubConnection")
def get(who: SignedIn, session: ReadSession) -> HubConnectionOut:
    """The account that your imports, looks and trainings use."""
    return HubConnectionOut.model_validate(connection.get(session, who))


@router.delete("/me/hub-connection", operation_id="disconnectHub", status_code=204)
def disconnect(who: InPerson, session: DbSession) -> Response:
    """Forget your token. Twice is once."""
    connection.disconnect(session, who)
    return Response(status_code=204)
