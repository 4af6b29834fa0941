"""What happens in the studio, written down for webhooks in the transaction that makes it happen.

Both are kept, or neither: nothing is told that was taken back, and nothing is forgotten. The sender
takes it from there. Messages are thin: ids, a state, and where to read the rest.
"""

import json
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from backend.clock import utc_now
from backend.ids import PersonId, ProjectId
from backend.notifications.outbox import notify
from backend.webhooks.kinds import WebhookKind
from backend.webhooks.tables import WebhookDelivery, WebhookEndpoint


def announce(
    session: Session,
    project_id: ProjectId | None,
    kind: WebhookKind,
    data: dict[str, Any],
    person_id: PersonId | None = None,
) -> None:
    """Tell every endpoint of the project that listens to this kind, and the people who asked to be
    told; None: of all projects, for what is of the studio. `person_id`: whose doing it is."""
    if project_id is not None:
        notify(session, project_id, kind, message(kind, data), person_id)
    query = select(WebhookEndpoint).where(WebhookEndpoint.is_enabled)
    if project_id is not None:
        query = query.where(WebhookEndpoint.project_id == project_id)
    listening = [endpoint for endpoint in session.scalars(query) if endpoint.hears(kind)]
    if listening:
        body = message(kind, data)
        rows = [
            {
                "project_id": endpoint.project_id,
                "endpoint_id": endpoint.id,
                "type": kind,
                "body": body,
            }
            for endpoint in listening
        ]
        session.execute(insert(WebhookDelivery), rows)


def message(kind: WebhookKind, data: dict[str, Any]) -> str:
    """The payload, in the shape that Standard Webhooks 1.0 recommends."""
    said = {"type": kind.value, "timestamp": utc_now().isoformat(), "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
