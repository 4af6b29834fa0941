"""Home, and the list of runs: runs beside the verdicts of the models that they have made.

They stand above both features, because runs know nothing of models.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead
from backend.accounts.people import Person
from backend.catalog.glossary import GLOSSARY
from backend.models import service as models
from backend.proof.schemas import Verdict
from backend.runs import service as runs
from backend.runs.schemas import RunOut
from backend.runs.states import JobStatus
from backend.runs.tables import Run
from backend.studio import Studio
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.paging import Cursor, Page, newest_first
from backend.web.templates import page
from backend.web.whisker import span

AT_HOME = 20
LISTED = 50

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class JudgedRun:
    run: RunOut
    verdict: Verdict | None


@router.get("/glossary")
def glossary(request: Request, who: MayRead) -> Response:
    words = sorted(GLOSSARY.values(), key=lambda row: row.name.casefold())
    return page(request, "glossary.html", words=words)


@router.get("/")
def home(request: Request, who: MayRead, session: ReadSession, studio: TheStudio) -> Response:
    """What runs, how the finished did, and where a new file goes."""
    found = _judged(session, studio, who, AT_HOME).items
    running = [each for each in found if not each.run.status.is_ended]
    finished = [each for each in found if each.run.status.is_ended]
    return page(
        request,
        "home.html",
        "runs",
        running=running,
        finished=finished,
        between=_span(finished),
    )


@router.get("/runs")
def list_runs(
    request: Request,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    cursor: Cursor = None,
) -> Response:
    found = _judged(session, studio, who, LISTED, cursor)
    return page(
        request,
        "runs/index.html",
        runs=found.items,
        next_cursor=found.next_cursor,
        between=_span(found.items),
    )


def _judged(
    session: Session, studio: Studio, who: Person, limit: int, cursor: str | None = None
) -> Page[JudgedRun]:
    def judged(run: Run) -> JudgedRun:
        return JudgedRun(run=runs.show(run), verdict=_verdict(session, studio, who, run))

    return newest_first(session, runs.newest(who), Run.id, limit, cursor, judged)


def _verdict(session: Session, studio: Studio, who: Person, run: Run) -> Verdict | None:
    if run.job.status is not JobStatus.SUCCEEDED or run.model_id is None:
        return None
    model = models.get(session, who, run.model_id)
    return models.show(session, studio.storage, model).verdict


def _span(found: list[JudgedRun]) -> tuple[float, float]:
    """One line for all, so that the figures of a list can be compared."""
    return span(each.verdict.ci95 for each in found if each.verdict)
