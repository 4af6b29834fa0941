"""What one can learn of runs side by side. No HTTP here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.ids import JobId, ModelId, RunId
from backend.problems import Invalid, Pointer, Problem
from backend.proof import kept
from backend.proof.comparing.chosen import beside_the_first
from backend.proof.comparing.schemas import BesideOut, ComparisonOut, CurvesOut, PointsOut
from backend.proof.comparing.settings import differences
from backend.proof.kept import CHOOSE, Kept
from backend.proof.tables import Evaluation
from backend.recipes.evaluators import proving
from backend.recipes.schemas import Recipe
from backend.runs import metrics, service
from backend.runs.states import JobStatus
from backend.studio import Studio

FEWEST, MOST = 2, 6


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What is read of a run before the slow part. `folder` is the key of what its model was
    judged by."""

    id: RunId
    name: str
    status: JobStatus
    job_id: JobId
    model_id: ModelId | None
    plain: dict[str, Any]
    folder: str | None

    @property
    def recipe(self) -> Recipe:
        return Recipe.model_validate(self.plain)


def compare(studio: Studio, who: Person, run_ids: Sequence[RunId]) -> ComparisonOut:
    """Two to six runs beside the first of them. Takes no session: bootstraps take a while.

    Raises Invalid for another number of runs, NotFound for one that `who` may not see.
    """
    wanted = list(dict.fromkeys(run_ids))
    if not FEWEST <= len(wanted) <= MOST:
        raise Invalid(
            Problem(
                code="how_many_runs",
                title="Choose some runs to compare",
                detail=f"{FEWEST} to {MOST} runs can be compared, and you chose {len(wanted)}. Tick "
                "them in the list of runs.",
                at=Pointer("/run"),
            )
        )
    with studio.database.reading() as session:
        runs = [_read(session, who, run_id) for run_id in wanted]
        curves = _curves(session, runs)
    chosen = beside_the_first([_kept(studio, run) for run in runs])
    return ComparisonOut(
        runs=[
            BesideOut(
                id=run.id,
                name=run.name,
                status=run.status,
                model_id=run.model_id,
                rows_a_step=_rows_a_step(run.recipe),
                choose=judged,
            )
            for run, judged in zip(runs, chosen, strict=True)
        ],
        settings=differences([run.plain for run in runs]),
        curves=curves,
    )


def _read(session: Session, who: Person, run_id: RunId) -> _Run:
    run = service.get(session, who, run_id)
    return _Run(
        id=run.id,
        name=run.name,
        status=run.job.status,
        job_id=run.job_id,
        model_id=run.model_id,
        plain=Recipe.model_validate(run.recipe).model_dump(mode="json"),
        folder=_folder(session, run.model_id) if run.model_id else None,
    )


def _folder(session: Session, model_id: ModelId) -> str | None:
    """Where what a model was chosen by lies, item by item."""
    query = select(Evaluation.folder).where(
        Evaluation.model_id == model_id, Evaluation.part == CHOOSE
    )
    return session.scalar(query.order_by(Evaluation.id.desc()).limit(1))


def _kept(studio: Studio, run: _Run) -> Kept | None:
    if run.folder is None:
        return None
    try:
        return kept.read(studio.storage.folder(run.folder), CHOOSE)
    except FileNotFoundError:
        return None


def _rows_a_step(recipe: Recipe) -> int:
    asked = recipe.arguments
    return asked.per_device_train_batch_size * asked.gradient_accumulation_steps


def _curves(session: Session, runs: Sequence[_Run]) -> list[CurvesOut]:
    """The metric that chooses, of each that has one; then the loss."""
    rows = [proving(run.recipe.evaluators) for run in runs]
    keys = [*dict.fromkeys(f"choose/{row.metric}" for row in rows if row), "loss"]
    told = [
        {each.curve.key: each.curve for each in metrics.drawn(session, run.job_id, keys)}
        for run in runs
    ]
    return [
        CurvesOut(
            key=key,
            runs=[
                PointsOut(steps=curves[key].steps, values=curves[key].values)
                if key in curves
                else PointsOut(steps=[], values=[])
                for curves in told
            ],
        )
        for key in keys
        if any(key in curves for curves in told)
    ]
