"""What became of a run, for the notice that a browser shows by itself."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from backend.accounts.current import MayRead
from backend.ids import RunId
from backend.problems import Conflict
from backend.runs import service
from backend.runs.states import JobStatus
from backend.telling import words
from backend.web.dependencies import ReadSession
from backend.web.languages import chosen_language
from backend.webhooks.kinds import WebhookKind

router = APIRouter(include_in_schema=False)

KINDS = {
    JobStatus.SUCCEEDED: WebhookKind.RUN_SUCCEEDED,
    JobStatus.FAILED: WebhookKind.RUN_FAILED,
    JobStatus.PAUSED: WebhookKind.RUN_PAUSED,
}


class NoticeOut(BaseModel):
    title: str
    body: str


@router.get("/runs/{run_id}/notice")
def notice(request: Request, run_id: RunId, who: MayRead, session: ReadSession) -> NoticeOut:
    """The words of its present state. Raises NotFound; Conflict where nobody is told of it."""
    run = service.get(session, who, run_id)
    kind = KINDS.get(run.job.status)
    if kind is None:
        raise Conflict("nothing_to_tell", "Nothing to tell", "This run goes on.")
    said = words.of_run(session, run, kind, chosen_language(request))
    return NoticeOut(title=said.title, body=said.body)
