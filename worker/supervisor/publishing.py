"""The publication job, as its supervisor sees it: what was previewed, and where it lies now."""

from dataclasses import replace
from typing import Any

from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person, on_behalf_of
from backend.accounts.tables import User
from backend.clock import utc_now
from backend.ids import PublicationId
from backend.models.tables import Model
from backend.publishing.tables import Publication
from backend.runs.claims import Claim
from backend.runs.tables import Job
from backend.studio import Studio
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.outbox import announce
from worker.jobs.folder import JobFolder
from worker.jobs.publish_order import RESULT_FILE, Published, PublishOrder
from worker.supervisor.orders import model_order


def prepare(studio: Studio, claim: Claim) -> BaseModel:
    with studio.database.reading() as session:
        found = session.get_one(Publication, PublicationId(claim.payload["publication_id"]))
    order = model_order(studio, claim)
    return PublishOrder(
        publication_id=found.id,
        repo=found.repo,
        private=found.private,
        as_pull_request=found.as_pull_request,
        with_samples=found.with_samples,
        files=found.files,
        card=found.card,
        is_new_repo=found.is_new_repo,
        parent=found.parent,
        title=f"Publish {order.model_name}"[:200],
        model=order,
    )


def store(_studio: Studio, claim: Claim, folder: JobFolder) -> Any:
    text = (folder.result / RESULT_FILE).read_text(encoding="utf-8")
    published = Published.model_validate_json(text)

    def keep(session: Session) -> None:
        found = session.get_one(Publication, PublicationId(claim.payload["publication_id"]))
        found.commit, found.url = published.commit, published.url
        found.pull_request_url = published.pull_request_url
        found.served = published.served.model_dump(mode="json") if published.served else None
        found.published_at = utc_now()
        session.get_one(Model, found.model_id).published = {
            "repo": found.repo,
            "url": published.url,
            "commit": published.commit,
            "is_proposed": published.pull_request_url is not None,
            "at": found.published_at.isoformat(),
        }
        told = {
            "id": found.model_id,
            "publication_id": found.id,
            "hub_url": published.url,
            "url": f"/api/v1/models/{found.model_id}",
        }
        who = _who(session, claim, found)
        announce(session, found.project_id, WebhookKind.MODEL_PUBLISHED, told, who.id)
        result = {"publication_id": str(found.id), "url": published.url}
        session.execute(update(Job).where(Job.id == claim.job_id).values(result=result))
        audit.record(
            session,
            who,
            Act.MODEL_PUBLISHED,
            found.model_id,
            publication_id=found.id,
            url=published.url,
            commit=published.commit,
        )

    return keep


def _who(session: Session, claim: Claim, found: Publication) -> Person:
    """The person who had it published, whose account at the Hub it was."""
    worker = on_behalf_of(found.project_id)
    person_id = session.get_one(Job, claim.job_id).person_id
    user = session.get(User, person_id) if person_id else None
    return replace(worker, id=person_id or worker.id, email=user.email if user else "")
