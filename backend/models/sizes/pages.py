"""How small a model may be, for people: the chart, the table, and a button to take a size."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from backend.accounts.current import MayRead, MayTrain
from backend.ids import ModelId
from backend.models import service as models
from backend.models import work
from backend.models.sizes import chart, service
from backend.models.sizes.schemas import DEFAULT_MARGIN, Margin, Precision, ShrinkIn
from backend.models.sizes.snippet import storing
from backend.models.tabs import TABS
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.templates import page, see

MARGINS = (0.005, 0.01, 0.02, 0.05)

router = APIRouter(include_in_schema=False)


@router.get("/models/{model_id}/size")
def show(
    request: Request,
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    margin: Annotated[Margin, Query()] = DEFAULT_MARGIN,
) -> Response:
    """The address says which loss of quality would be too much."""
    model = models.show(session, studio.storage, models.get(session, who, model_id))
    found = service.measured(session, who, model_id)
    table = service.table(found, margin) if found else None
    measuring = work.newest(session, who, model_id, JobKind.MEASURE_SIZES)
    taking = work.newest(session, who, model_id, JobKind.SHRINK)
    return page(
        request,
        "models/size.html",
        model=model,
        tabs=TABS,
        why_not=service.why_not(session, who, model_id),
        table=table,
        by_bytes=table and chart.by_bytes(table),
        by_time=table and chart.by_time(table),
        margins=sorted({margin, *MARGINS}),
        measuring=_told(measuring),
        taking=_told(taking),
        snippets={p: storing(model.path or model.id, p) for p in Precision},
    )


@router.post("/models/{model_id}/size")
def begin(model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio) -> Response:
    service.begin(session, who, studio.broker, model_id)
    return see(f"/models/{model_id}/size")


@router.post("/models/{model_id}/size/take")
def take(
    model_id: ModelId,
    who: MayTrain,
    session: DbSession,
    studio: TheStudio,
    dimensions: Annotated[int, Form(ge=1)],
    precision: Annotated[Precision, Form()],
    layers: Annotated[int | None, Form()] = None,
) -> Response:
    wanted = ShrinkIn(layers=layers, dimensions=dimensions, precision=precision)
    service.take(session, who, studio.broker, model_id, wanted)
    return see(f"/models/{model_id}/size#taking")


def _told(job: Job | None) -> JobOut | None:
    """What the page says of a job: nothing of one that nobody needs to hear of any more."""
    if job is None or job.status is JobStatus.CANCELLED:
        return None
    return JobOut.model_validate(job)
