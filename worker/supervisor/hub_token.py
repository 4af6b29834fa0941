"""Whose token a job goes to the Hub with: that of the person who asked for it, else the studio's."""

from pydantic import SecretStr
from sqlalchemy import select

from backend.hub.access import Access
from backend.hub.connection import token_of
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio


def hub_token(studio: Studio, claim: Claim) -> SecretStr | None:
    """It goes into the pipe of the job's process, and nowhere else.

    Raises NoKey, WrongKey, NoToken where there is one that can't be read.
    """
    with studio.database.reading() as session:
        person_id = session.scalars(select(Job.person_id).where(Job.id == claim.job_id)).one()
        own = token_of(session, studio.keyring, person_id)
    token = Access.now().by(own).token
    return SecretStr(token) if token else None
