"""What happened, in words: for a message on its way, and for the browser's own notice.

They stand above runs and models, which know nothing of them. Put together when it is said, so that a
verdict is told as it stands then.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend.ids import ModelId, RunId
from backend.models.tables import Model
from backend.proof import judged
from backend.proof.schemas import Verdict
from backend.runs.tables import Run
from backend.web.languages import speaking
from backend.web.templates import environment
from backend.webhooks.kinds import WebhookKind


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`path` is where to read on, in this studio."""

    title: str
    body: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the words are made of. `name` is that of the run or the model."""

    kind: WebhookKind
    name: str = ""
    verdict: Verdict | None = None
    reason: str = ""
    hub_url: str = ""


def notice(session: Session, kind: WebhookKind, body: str, language: str) -> Notice | None:
    """A message of the outbox in words; None where what it was about is gone."""
    data: dict[str, Any] = json.loads(body)["data"]
    found = _found(session, kind, data)
    if found is None:
        return None
    facts, path = found
    return in_words(facts, path, language)


def of_run(session: Session, run: Run, kind: WebhookKind, language: str) -> Notice:
    """What became of a run, in words."""
    return in_words(_of_run(session, kind, run), f"/runs/{run.id}", language)


def in_words(facts: Facts, path: str, language: str) -> Notice:
    """Plain text: what a template would escape is taken back."""
    words: Any = environment().get_template("notifications/words.html").module
    with speaking(language):
        title, body = words.title(facts), words.body(facts)
    return Notice(title=_plain(title), body=_plain(body), path=path)


def _found(session: Session, kind: WebhookKind, data: dict[str, Any]) -> tuple[Facts, str] | None:
    if kind in (WebhookKind.TEST, WebhookKind.VERSION_INVALID):
        problem = data.get("problem") or {}
        place = "/settings/notifications" if kind is WebhookKind.TEST else "/data"
        return Facts(kind=kind, reason=problem.get("title", "")), place
    if kind is WebhookKind.MODEL_PUBLISHED:
        model = session.get(Model, ModelId(data["id"]))
        if model is None:
            return None
        facts = Facts(kind=kind, name=model.name, hub_url=data["hub_url"])
        return facts, f"/models/{model.id}"
    run = session.get(Run, RunId(data["id"]))
    return None if run is None else (_of_run(session, kind, run), f"/runs/{run.id}")


def _of_run(session: Session, kind: WebhookKind, run: Run) -> Facts:
    proof = None
    if kind is WebhookKind.RUN_SUCCEEDED and run.model_id is not None:
        proof = judged.newest(session, run.model_id)
    problem = run.job.problem or {}
    is_bad = kind in (WebhookKind.RUN_FAILED, WebhookKind.RUN_PAUSED)
    return Facts(
        kind=kind,
        name=run.name,
        verdict=None if proof is None else judged.verdict_of(session, proof),
        reason=problem.get("title", "") if is_bad else "",
    )


def _plain(said: Any) -> str:
    return " ".join(said.unescape().split())
