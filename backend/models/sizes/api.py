"""How small a model may be, over REST."""

from typing import Annotated

from fastapi import Query

from backend.accounts.current import MayRead, MayTrain
from backend.ids import ModelId
from backend.models.sizes import service
from backend.models.sizes.schemas import DEFAULT_MARGIN, Margin, ShrinkIn, SizesOut
from backend.rest.route import rest_router
from backend.runs.schemas import JobOut
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("models")


@router.post("/models/{model_id}/sizes", operation_id="measureSizes", status_code=202)
def begin(model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio) -> JobOut:
    """Have a model measured on *choose* at smaller sizes: fewer dimensions, fewer bits a number,
    fewer layers. Twice while it is under way is once."""
    return JobOut.model_validate(service.begin(session, who, studio.broker, model_id))


@router.get("/models/{model_id}/sizes", operation_id="getSizes")
def show(
    model_id: ModelId,
    who: MayRead,
    session: ReadSession,
    margin: Annotated[Margin, Query()] = DEFAULT_MARGIN,
) -> SizesOut:
    """What each size costs, and the smallest that is not measurably worse."""
    return service.show(session, who, model_id, margin)


@router.post("/models/{model_id}/smaller", operation_id="shrinkModel", status_code=202)
def take(
    model_id: ModelId, body: ShrinkIn, who: MayTrain, session: DbSession, studio: TheStudio
) -> JobOut:
    """Make one of the sizes that were measured a model of its own, and state once on *prove* what it
    is worth. The job's `result` names the model."""
    return JobOut.model_validate(service.take(session, who, studio.broker, model_id, body))
