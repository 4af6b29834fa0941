"""Runs side by side, over REST."""

from typing import Annotated

from fastapi import Query

from backend.accounts.current import MayRead
from backend.ids import RunId
from backend.proof.comparing import service
from backend.proof.comparing.schemas import ComparisonOut
from backend.rest.route import rest_router
from backend.web.dependencies import TheStudio

router = rest_router("runs")

Runs = Annotated[
    list[RunId],
    Query(alias="run", max_length=20, description="Two to six; the first is compared with."),
]


@router.get("/runs/compare", operation_id="compareRuns")
def compare(run: Runs, who: MayRead, studio: TheStudio) -> ComparisonOut:
    """Runs beside the first of them: where their recipes differ, their curves, and how far apart
    their models are on *choose*, with intervals. Nothing of *prove* is in it."""
    return service.compare(studio, who, run)
