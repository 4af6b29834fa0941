"""What a model lost, and blending it back, over REST."""

from backend.accounts.current import MayRead, MayTrain
from backend.ids import ModelId
from backend.models import guarding, service
from backend.models.schemas import GuardIn
from backend.problems import NotFound
from backend.proof.schemas import GuardOut
from backend.rest.route import rest_router
from backend.runs.schemas import JobOut
from backend.web.dependencies import DbSession, ReadSession, TheStudio

router = rest_router("models")


@router.post("/models/{model_id}/guard", operation_id="guardModel", status_code=202)
def guard(
    model_id: ModelId, body: GuardIn, who: MayTrain, session: DbSession, studio: TheStudio
) -> JobOut:
    """Measure it and its base model on general sets, to see what was lost."""
    job = guarding.guard(session, who, studio.broker, model_id, body.sets)
    return JobOut.model_validate(job)


@router.get("/models/{model_id}/guard", operation_id="getGuard")
def get_guard(model_id: ModelId, who: MayRead, session: ReadSession) -> GuardOut:
    """What the newest look at the general sets has found."""
    service.get(session, who, model_id)
    found = guarding.newest(session, who, model_id).found
    if found is None:
        raise NotFound("look at the general sets of model", model_id)
    return found


@router.post("/models/{model_id}/blend", operation_id="blendModel", status_code=202)
def blend(model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio) -> JobOut:
    """Make a model between it and its base, by a share that is chosen on *choose*. The job's
    `result` has the shares that were tried, and `model_id`."""
    return JobOut.model_validate(guarding.blend(session, who, studio.broker, model_id))
