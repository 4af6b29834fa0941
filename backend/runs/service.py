"""What one can do with runs. No HTTP here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonpatch
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts.people import Person
from backend.broker import Broker
from backend.datasets import service as datasets
from backend.datasets.tables import Dataset, DatasetVersion
from backend.ids import ExperimentId, RunId
from backend.problems import Invalid, NotFound, Pointer, Problem
from backend.recipes.diagnose import advise, diagnose
from backend.recipes.read import read
from backend.recipes.schemas import Recipe
from backend.runs import estimates, jobs
from backend.runs.actions import actions
from backend.runs.schemas import FailureOut, ProgressOut, RunChange, RunOut
from backend.runs.states import JobKind
from backend.runs.tables import Run, RunVersion


def judge(session: Session, who: Person, data: Any) -> tuple[Recipe | None, list[Problem]]:
    """A recipe from outside, and everything that is wrong with it, at once."""
    recipe, problems = read(data)
    if recipe is not None:
        versions = {use.version for use in recipe.datasets}
        problems = problems + diagnose(recipe, datasets.facts_of(session, who, versions))
    return recipe, problems


def advice(session: Session, who: Person, recipe: Recipe) -> list[Problem]:
    """What would not stop a training, and is worth a thought before it."""
    versions = {use.version for use in recipe.datasets}
    return advise(recipe, datasets.facts_of(session, who, versions))


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a run is to be queued, beside its recipe. Where it doesn't open *prove*, its model is
    not judged: of several that are tried, only the chosen one is."""

    name: str | None = None
    priority: int = 0
    time_limit_seconds: int | None = None
    hosts: int = 1
    tags: list[str] = field(default_factory=list)
    notes: str = ""
    pairs: dict[str, str] = field(default_factory=dict)
    experiment_id: ExperimentId | None = None
    opens_prove: bool = True


def create(
    session: Session, who: Person, broker: Broker, data: Any, order: Order | None = None
) -> Run:
    """Queue the training of a recipe.

    Raises Invalid with every problem of the recipe.
    """
    order = order or Order()
    recipe, problems = judge(session, who, data)
    if recipe is None or problems:
        raise Invalid(*problems)
    plain = recipe.model_dump(mode="json")
    job = jobs.enqueue(
        session,
        who,
        broker,
        JobKind.TRAIN,
        {"recipe": plain, "opens_prove": order.opens_prove},
        order.priority,
        order.time_limit_seconds,
        order.hosts,
    )
    title = order.name or recipe.name or _title(session, recipe)
    run = Run(
        project_id=who.project_id,
        job_id=job.id,
        name=title[:200],
        tags=order.tags,
        notes=order.notes,
        pairs=order.pairs,
        recipe=plain,
        experiment_id=order.experiment_id,
        job=job,
    )
    session.add(run)
    session.flush()
    versions = sorted({use.version for use in recipe.datasets})
    session.add_all(RunVersion(run_id=run.id, version_id=version) for version in versions)
    session.flush()
    foreseen = estimates.foresee(session, who, recipe, order.hosts, opens_prove=order.opens_prove)
    estimates.keep(session, run.id, recipe, foreseen)
    return run


def _title(session: Session, recipe: Recipe) -> str:
    """What a run is called whose owner gave it no name: its data, and the model that learns."""
    of_data = select(Dataset.name).join(DatasetVersion)
    data = session.scalar(of_data.where(DatasetVersion.id == recipe.datasets[0].version))
    return f"{data}, {recipe.base_model.split('/')[-1]}"


def get(session: Session, who: Person, run_id: RunId) -> Run:
    """Raises NotFound where there is none, or it isn't theirs."""
    query = select(Run).where(Run.id == run_id, Run.project_id == who.project_id)
    run = session.scalars(query).one_or_none()
    if run is None:
        raise NotFound("run", run_id)
    return run


def newest(who: Person) -> Select[Run]:
    """All their runs, to be ordered and cut into pages."""
    return select(Run).where(Run.project_id == who.project_id)


def change(session: Session, who: Person, run_id: RunId, wished: RunChange) -> Run:
    """Write on a run what its owner wants to find it by.

    Raises NotFound if `who` may not see it.
    """
    run = get(session, who, run_id)
    values = wished.model_dump(exclude_none=True)
    for name, value in values.items():
        setattr(run, "pairs" if name == "metadata" else name, value)
    session.flush()
    return run


def cancel(session: Session, who: Person, broker: Broker, run_id: RunId) -> Run:
    """End a run: at once if it waits, within seconds if it works. Twice is once.

    Raises NotFound if `who` may not see it, Conflict if it has already ended in another way.
    """
    run = get(session, who, run_id)
    jobs.cancel(session, run.job, broker)
    return run


def resume(session: Session, who: Person, broker: Broker, run_id: RunId) -> Run:
    """Let a paused run go on.

    Raises NotFound if `who` may not see it, Conflict if it isn't paused.
    """
    run = get(session, who, run_id)
    jobs.resume(session, run.job, broker)
    return run


def pause(session: Session, who: Person, broker: Broker, run_id: RunId) -> Run:
    """Set a run aside: at once if it waits, with a checkpoint if it works. Twice is once.

    Raises NotFound if `who` may not see it, Conflict if it has ended.
    """
    run = get(session, who, run_id)
    jobs.pause(session, run.job, broker)
    return run


def retry(session: Session, who: Person, broker: Broker, run_id: RunId) -> Run:
    """Try a run again that failed or was stopped: another attempt of the same run.

    Raises NotFound if `who` may not see it, Conflict if it did neither.
    """
    run = get(session, who, run_id)
    jobs.retry(session, run.job, broker)
    return run


def clone(
    session: Session,
    who: Person,
    broker: Broker,
    run_id: RunId,
    changes: Sequence[dict[str, Any]],
    name: str | None,
) -> Run:
    """A new run of the same recipe, with `changes` (a JSON Patch, RFC 6902) applied to it.

    Raises NotFound if `who` may not see it, Invalid where the patch can't be applied, or with every
    problem of the recipe that it makes.
    """
    run = get(session, who, run_id)
    try:
        recipe = jsonpatch.apply_patch(run.recipe, list(changes))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise Invalid(
            Problem(
                code="cannot_patch",
                title="These changes can't be made to the recipe",
                detail=f"{error}. Each change is an operation of RFC 6902 on the run's recipe.",
                at=Pointer("/changes"),
            )
        ) from error
    job = run.job
    return create(
        session,
        who,
        broker,
        recipe,
        Order(
            name=name or run.name,
            priority=job.priority,
            time_limit_seconds=job.time_limit_seconds,
            tags=run.tags,
        ),
    )


def show(run: Run) -> RunOut:
    """A run as people and programs see it."""
    job = run.job
    return RunOut(
        id=run.id,
        job_id=job.id,
        name=run.name,
        tags=run.tags,
        notes=run.notes,
        metadata=run.pairs,
        status=job.status,
        phase=job.phase,
        wish=job.wish,
        attempt=job.attempt,
        priority=job.priority,
        time_limit_seconds=job.time_limit_seconds,
        ran_seconds=round(job.ran_seconds, 1),
        actions=actions(job),
        progress=ProgressOut.model_validate(job.progress) if job.progress else None,
        problem=FailureOut.model_validate(job.problem) if job.problem else None,
        recipe=Recipe.model_validate(run.recipe),
        model_id=run.model_id,
        experiment_id=run.experiment_id,
        last_seq=job.last_seq,
        created_at=run.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )
