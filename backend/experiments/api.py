"""Experiments over REST."""

from fastapi import Response

from backend.accounts.current import MayRead, MayTrain
from backend.experiments import service
from backend.experiments.schemas import ExperimentIn, ExperimentOut
from backend.experiments.tables import Experiment
from backend.ids import ExperimentId
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("experiments")


@router.post("/experiments", operation_id="createExperiment", status_code=202)
def create(
    body: ExperimentIn, who: MayTrain, session: DbSession, response: Response
) -> ExperimentOut:
    """Try a few settings of a recipe as runs of their own. The best on *choose* is chosen when all
    have ended; *prove* is then opened for its model alone."""
    experiment = service.create(session, who, body)
    response.headers["Location"] = f"/api/v1/experiments/{experiment.id}"
    return service.show(session, experiment)


@router.get("/experiments", operation_id="listExperiments")
def list_(
    who: MayRead, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[ExperimentOut]:
    """Your experiments, newest first."""
    return newest_first(
        session,
        service.newest(who),
        Experiment.id,
        limit,
        cursor,
        lambda experiment: service.show(session, experiment),
    )


@router.get("/experiments/{experiment_id}", operation_id="getExperiment")
def get(experiment_id: ExperimentId, who: MayRead, session: ReadSession) -> ExperimentOut:
    """One experiment: its trials, what each gave on *choose*, and which one is chosen."""
    return service.show(session, service.get(session, who, experiment_id))


@router.post(
    "/experiments/{experiment_id}/cancel", operation_id="cancelExperiment", status_code=202
)
def cancel(
    experiment_id: ExperimentId, who: MayTrain, session: DbSession, studio: TheStudio
) -> ExperimentOut:
    """Start no more trials, and stop those that run or wait."""
    experiment = service.cancel(session, who, studio.broker, experiment_id)
    return service.show(session, experiment)
