"""Connecting a person's account at the Hub: their imports, looks and trainings use it, nobody
else's do. The token is sealed at once, and is never shown again.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.clock import utc_now
from backend.hub.access import Access
from backend.hub.tables import HubConnection
from backend.hub.whoami import Account, whoami
from backend.ids import PersonId
from backend.keyring import Keyring, Sealed
from backend.problems import Pointer, Problem, Refusal
from backend.studio import Studio


class NotConnected(Refusal):
    """404: this person has connected no account."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="not_connected",
                title="No Hugging Face account is connected",
                detail="Connect one by its token: PUT /api/v1/me/hub-connection, or Settings, "
                "Hugging Face.",
            )
        )


class NoSuchToken(Refusal):
    """422: this can't be a token."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            Problem(
                code="wrong_value",
                title="This is no token of the Hub",
                detail="A token begins with hf_ and has letters and digits only. Copy it whole, "
                "from the page where the Hub showed it.",
                at=Pointer("/token"),
            )
        )


def checked(studio: Studio, token: str) -> tuple[Account, Sealed]:
    """Ask the Hub whose token it is, and seal it. Slow: no transaction may be open.

    Raises NoSuchToken, Offline, Away, TokenRefused, NoKey.
    """
    if not token.isascii() or not token.isprintable() or " " in token or len(token) < 8:
        raise NoSuchToken
    return whoami(Access.now().by(token)), studio.keyring.seal(token)


def connect(
    session: Session, who: Person, account: Account, sealed: Sealed, last_four: str
) -> HubConnection:
    """Keep what was `checked`, in place of an account that was connected before."""
    kept = session.merge(
        HubConnection(
            person_id=who.id,
            name=account.name,
            role=account.role,
            token=sealed,
            last_four=last_four,
            connected_at=utc_now(),
        )
    )
    session.flush()
    audit.record(session, who, Act.HUB_CONNECTED, account.name, role=account.role)
    return kept


def get(session: Session, who: Person) -> HubConnection:
    """Raises NotConnected."""
    found = session.get(HubConnection, who.id)
    if found is None:
        raise NotConnected
    return found


def disconnect(session: Session, who: Person) -> None:
    """Forget the token. Twice is once. At the Hub it stays good until it is revoked there."""
    gone = session.execute(
        delete(HubConnection).where(HubConnection.person_id == who.id).returning(HubConnection.name)
    ).one_or_none()
    if gone is not None:
        audit.record(session, who, Act.HUB_DISCONNECTED, gone.name)


def token_of(session: Session, keyring: Keyring, person_id: PersonId | None) -> str | None:
    """A person's own token, where they have connected an account.

    Raises NoKey, WrongKey where it can't be read.
    """
    sealed = session.scalars(
        select(HubConnection.token).where(HubConnection.person_id == person_id)
    ).one_or_none()
    return None if sealed is None else keyring.open(sealed)


def access_of(studio: Studio, who: Person) -> Access:
    """The way to the Hub that this person's requests take. Raises NoKey, WrongKey."""
    with studio.database.reading() as session:
        return Access.now().by(token_of(session, studio.keyring, who.id))
