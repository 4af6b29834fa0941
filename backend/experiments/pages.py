"""Experiments, for people: one table of what was tried, and which was chosen."""

from fastapi import APIRouter, Request, Response

from backend.accounts.current import MayRead, MayTrain
from backend.experiments import service
from backend.experiments.form import experiment_of
from backend.experiments.schemas import ExperimentOut
from backend.ids import ExperimentId
from backend.proof import judged
from backend.runs.plan_pages import SentForm, planned
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.templates import page, see

router = APIRouter(include_in_schema=False)

SPARK_WIDTH, SPARK_HEIGHT = 100.0, 24.0


@router.post("/experiments")
def start(who: MayTrain, studio: TheStudio, sent: SentForm) -> Response:
    """Try a few settings of the plan that was sent."""
    with studio.database.reading() as session:
        wished = experiment_of(sent, planned(session, who, sent))
    with studio.database.writing() as session:
        experiment_id = service.create(session, who, wished).id
    return see(f"/experiments/{experiment_id}")


@router.get("/experiments/{experiment_id}")
def show(
    request: Request, experiment_id: ExperimentId, who: MayRead, session: ReadSession
) -> Response:
    found = service.show(session, service.get(session, who, experiment_id))
    proof = judged.newest(session, found.chosen_model_id) if found.chosen_model_id else None
    return page(
        request,
        "runs/experiment.html",
        "trials",
        experiment=found,
        sparks=_sparks(found),
        verdict=judged.verdict_of(session, proof) if proof else None,
    )


@router.post("/experiments/{experiment_id}/cancel")
def cancel(experiment_id: ExperimentId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        service.cancel(session, who, studio.broker, experiment_id)
    return see(f"/experiments/{experiment_id}")


def _sparks(found: ExperimentOut) -> list[str]:
    """Each trial's curve as points of a line, all on one scale."""
    values = [value for each in found.tried for value in each.curve]
    low, high = min(values, default=0.0), max(values, default=1.0)
    tall = (high - low) or 1.0
    return [
        " ".join(
            f"{SPARK_WIDTH * place / max(len(each.curve) - 1, 1):.1f},"
            f"{2 + (SPARK_HEIGHT - 4) * (high - value) / tall:.1f}"
            for place, value in enumerate(each.curve)
        )
        for each in found.tried
    ]
