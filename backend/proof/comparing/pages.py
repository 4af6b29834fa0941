"""Runs side by side, for people."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from backend.accounts.current import MayRead
from backend.ids import RunId
from backend.proof.comparing import service
from backend.proof.comparing.schemas import ComparisonOut, CurvesOut
from backend.web.dependencies import TheStudio
from backend.web.templates import page
from backend.web.whisker import span

router = APIRouter(include_in_schema=False)


class By(StrEnum):
    """What curves are aligned by."""

    STEPS = "steps"
    ROWS = "rows"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One figure of all runs. `points` are theirs: where each is, aligned, and what it was."""

    key: str
    points: list[dict[str, list[float]]]

    @property
    def metric(self) -> str:
        return self.key.removeprefix("choose/")

    @property
    def is_loss(self) -> bool:
        return self.key == "loss"


@router.get("/runs/compare")
def show(
    request: Request,
    who: MayRead,
    studio: TheStudio,
    run: Annotated[list[RunId], Query(default_factory=list, max_length=20)],
    by: By = By.STEPS,
) -> Response:
    found = service.compare(studio, who, run)
    gaps = [each.choose.gap for each in found.runs if each.choose and each.choose.gap]
    return page(
        request,
        "runs/compare.html",
        compared=found,
        charts=[_chart(found, curves, by) for curves in found.curves],
        by=by.value,
        between=span(gap.ci95 for gap in gaps),
    )


def _chart(found: ComparisonOut, curves: CurvesOut, by: By) -> Chart:
    scales = [each.rows_a_step if by is By.ROWS else 1 for each in found.runs]
    return Chart(
        key=curves.key,
        points=[
            {"at": [step * scale for step in each.steps], "values": each.values}
            for each, scale in zip(curves.runs, scales, strict=True)
        ],
    )
