"""What a run's page says beside its state: its curves in words and as a file, and people's notes."""

import csv
import io

from fastapi import APIRouter, Request, Response

from backend.accounts.current import MayRead, MayTrain
from backend.ids import RunId
from backend.problems import Invalid, Problem
from backend.runs import metrics, service
from backend.runs.history import curves_of
from backend.runs.metrics import Window
from backend.runs.pages import drawn_keys, said_of
from backend.runs.plan_pages import SentForm
from backend.runs.schemas import LONGEST_NOTES, RunChange
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.templates import is_partial, page, see

router = APIRouter(include_in_schema=False)

MOST_POINTS = 100_000
"""Of each figure, in a file."""


@router.get("/runs/{run_id}/reading")
def read(request: Request, run_id: RunId, who: MayRead, session: ReadSession) -> Response:
    """What the curves say by now; a browser that asks for it as a page is led to the run's."""
    found = service.get(session, who, run_id)
    if not is_partial(request):
        return see(f"/runs/{run_id}")
    run = service.show(found)
    said = said_of(run, curves_of(session, found, drawn_keys(run)))
    return page(request, "runs/show.html", "reading", run=run, said=said)


@router.get("/runs/{run_id}/figures.csv")
def figures(run_id: RunId, who: MayRead, session: ReadSession) -> Response:
    """Every figure of the run: one a line, with its name and step."""
    job_id = service.get(session, who, run_id).job_id
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["figure", "step", "value"])
    for drawn in metrics.drawn(session, job_id, window=Window(max_points=MOST_POINTS)):
        points = zip(drawn.curve.steps, drawn.curve.values, strict=True)
        writer.writerows((drawn.curve.key, step, repr(value)) for step, value in points)
    named = {"Content-Disposition": f'attachment; filename="{run_id}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


@router.post("/runs/{run_id}/notes")
def note(run_id: RunId, who: MayTrain, studio: TheStudio, sent: SentForm) -> Response:
    notes = sent.get("notes", "")
    if len(notes) > LONGEST_NOTES:
        raise Invalid(
            Problem(
                code="too_long",
                title="These notes are too long",
                detail=f"They have {len(notes):,} letters; {LONGEST_NOTES:,} can be kept.",
            )
        )
    with studio.database.writing() as session:
        service.change(session, who, run_id, RunChange(notes=notes))
    return see(f"/runs/{run_id}#notes")
