"""Runs over REST."""

from asyncio import to_thread
from functools import partial
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, Header, Query, Request, Response
from pydantic import AwareDatetime

from backend.accounts.current import MayRead, MayTrain
from backend.cookbook import service as cookbook
from backend.ids import DatasetId, RunId, VersionId
from backend.problems import Invalid
from backend.recipes.estimate.estimate import Estimate
from backend.recipes.schemas import Recipe
from backend.rest.route import rest_router
from backend.runs import erasing, estimates, events, live, seeds, service
from backend.runs.live import RunHub
from backend.runs.schemas import (
    CloneIn,
    CostOut,
    EstimateIn,
    EventOut,
    EventsOut,
    JudgeIn,
    JudgementOut,
    RunChange,
    RunIn,
    RunOut,
)
from backend.runs.service import Order
from backend.runs.states import JobStatus
from backend.runs.wanted import STATUS_LIST, Sort, Wanted
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import Limit, Page
from backend.web.problem_details import ProblemOut
from backend.web.sorting import sorted_page

router = rest_router("runs")


def the_hub(request: Request) -> RunHub:
    hub: RunHub = request.app.state.hub
    return hub


TheHub = Annotated[RunHub, Depends(the_hub)]
After = Annotated[int, Query(ge=0, description="Events after this number only.")]
NO_NUL = r"^[^\x00]*$"
LastEventId = Annotated[int | None, Header(ge=0, description="Wins over `after`.")]


@router.post("/recipes/validate", operation_id="validateRecipe")
def validate(body: JudgeIn, who: MayRead, session: ReadSession) -> JudgementOut:
    """Everything that is wrong with a recipe, at once, each with its place and its repairs."""
    recipe, problems = service.judge(session, who, body.recipe)
    return JudgementOut(
        problems=[ProblemOut.of(problem) for problem in problems],
        advice=[ProblemOut.of(each) for each in service.advice(session, who, recipe)]
        if recipe
        else [],
    )


@router.post("/recipes/estimate", operation_id="estimateRecipe")
def estimate(body: EstimateIn, who: MayRead, session: ReadSession) -> Estimate:
    """How long a training would take, how much memory and how much disk, on the worker at hand."""
    recipe, problems = service.judge(session, who, body.recipe)
    if recipe is None or problems:
        raise Invalid(*problems)
    return estimates.foresee(session, who, recipe, body.hosts).estimate


@router.get("/schemas/recipe", operation_id="getRecipeSchema")
def recipe_schema(_who: MayRead) -> dict[str, Any]:
    """The JSON Schema of a recipe."""
    return Recipe.model_json_schema()


@router.post("/runs", operation_id="createRun", status_code=202)
def create(
    body: RunIn, who: MayTrain, session: DbSession, studio: TheStudio, response: Response
) -> RunOut:
    """Queue a training. Answers at once; follow its events to see it work."""
    order = Order(
        name=body.name,
        priority=body.priority,
        time_limit_seconds=body.time_limit_seconds,
        hosts=body.hosts,
        tags=body.tags,
        notes=body.notes,
        pairs=body.metadata,
        opens_prove=body.opens_prove,
    )
    recipe = body.recipe
    if body.recipe_id is not None:
        recipe = cookbook.get(session, who, body.recipe_id).recipe
    run = service.create(session, who, studio.broker, recipe, order)
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return service.show(run)


def _wanted(
    status: Annotated[
        str | None, Query(pattern=STATUS_LIST, description="One or more, with commas between.")
    ] = None,
    dataset_id: Annotated[DatasetId | None, Query(description="Trained on any of it.")] = None,
    version_id: VersionId | None = None,
    tag: Annotated[str | None, Query(max_length=50, pattern=NO_NUL)] = None,
    created_after: Annotated[AwareDatetime | None, Query(examples=["2026-11-23T14:00Z"])] = None,
    q: Annotated[
        str | None, Query(max_length=200, pattern=NO_NUL, description="In the name.")
    ] = None,
) -> Wanted:
    return Wanted(
        statuses=tuple(JobStatus(each) for each in status.split(",")) if status else (),
        dataset_id=dataset_id,
        version_id=version_id,
        tag=tag,
        created_after=created_after,
        q=q,
    )


@router.get("/runs", operation_id="listRuns")
def list_(
    who: MayRead,
    session: ReadSession,
    wanted: Annotated[Wanted, Depends(_wanted)],
    sort: Sort = Sort.NEWEST,
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=2_000, pattern=NO_NUL)] = None,
) -> Page[RunOut]:
    """Your runs, newest first unless `sort` says otherwise."""
    query = wanted.of(session, service.newest(who))
    return sorted_page(session, query, sort.keys, sort.is_descending, limit, cursor, service.show)


def _run(run_id: RunId, who: MayRead, studio: TheStudio) -> RunOut:
    with studio.database.reading() as session:
        return service.show(service.get(session, who, run_id))


TheRun = Annotated[RunOut, Depends(_run)]


@router.get("/runs/{run_id}", operation_id="getRun")
async def get(
    run: TheRun,
    who: MayRead,
    studio: TheStudio,
    hub: TheHub,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for news.")] = 0,
) -> RunOut:
    """One run; with `wait`, as soon as there is something new, or after so many seconds."""
    if wait and not run.status.is_ended:
        await hub.changed(run.job_id, run.last_seq, wait)
        return await to_thread(_run, run.id, who, studio)
    return run


@router.get("/runs/{run_id}/cost", operation_id="getRunCost")
def cost(run_id: RunId, who: MayRead, session: ReadSession) -> CostOut:
    """What a run was expected to take when it was queued; once it has ended well, what it took."""
    run = service.get(session, who, run_id)
    return estimates.told(session, run.id)


@router.patch("/runs/{run_id}", operation_id="changeRun")
def change(run_id: RunId, body: RunChange, who: MayTrain, session: DbSession) -> RunOut:
    """Give a run another name, or write on it what you want to find it by."""
    return service.show(service.change(session, who, run_id, body))


@router.delete("/runs/{run_id}", operation_id="deleteRun", status_code=204)
def delete(
    run_id: RunId,
    who: MayTrain,
    session: DbSession,
    studio: TheStudio,
    later: BackgroundTasks,
) -> None:
    """Delete a run that has ended and left no model, with its events, checkpoints and files."""
    later.add_task(erasing.purge, studio, erasing.erase(session, who, run_id))


@router.post("/runs/{run_id}/cancel", operation_id="cancelRun", status_code=202)
def cancel(run_id: RunId, who: MayTrain, session: DbSession, studio: TheStudio) -> RunOut:
    """End a run: at once if it waits, within seconds if it works."""
    return service.show(service.cancel(session, who, studio.broker, run_id))


@router.post("/runs/{run_id}/pause", operation_id="pauseRun", status_code=202)
def pause(run_id: RunId, who: MayTrain, session: DbSession, studio: TheStudio) -> RunOut:
    """Set a run aside: at once if it waits, within a minute and with a checkpoint if it works."""
    return service.show(service.pause(session, who, studio.broker, run_id))


@router.post("/runs/{run_id}/resume", operation_id="resumeRun", status_code=202)
def resume(run_id: RunId, who: MayTrain, session: DbSession, studio: TheStudio) -> RunOut:
    """Let a run that was paused, by a person or a full disk, go on from its last checkpoint."""
    return service.show(service.resume(session, who, studio.broker, run_id))


@router.post("/runs/{run_id}/seeds", operation_id="trainOtherSeeds", status_code=202)
def train_other_seeds(
    run_id: RunId, who: MayTrain, session: DbSession, studio: TheStudio
) -> list[RunOut]:
    """Train the same recipe twice more, with the next seeds."""
    found = seeds.train_others(session, who, studio.broker, run_id)
    return [service.show(run) for run in found]


@router.post("/runs/{run_id}/retry", operation_id="retryRun", status_code=202)
def retry(run_id: RunId, who: MayTrain, session: DbSession, studio: TheStudio) -> RunOut:
    """Try a run again that failed or was stopped: one more attempt, from its last checkpoint where
    that is still kept."""
    return service.show(service.retry(session, who, studio.broker, run_id))


@router.post("/runs/{run_id}/clone", operation_id="cloneRun", status_code=202)
def clone(
    run_id: RunId,
    body: CloneIn,
    who: MayTrain,
    session: DbSession,
    studio: TheStudio,
    response: Response,
) -> RunOut:
    """A new run of the same recipe, with your changes to it."""
    run = service.clone(session, who, studio.broker, run_id, body.changes, body.name)
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return service.show(run)


@router.get(
    "/runs/{run_id}/events",
    operation_id="listRunEvents",
    response_model=EventsOut,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def list_events(
    run: TheRun,
    who: MayRead,
    studio: TheStudio,
    hub: TheHub,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
    last_event_id: LastEventId = None,
    accept: Annotated[str, Header()] = "",
) -> Any:
    """A run's numbered events: as JSON, or live with `Accept: text/event-stream`."""
    seq = min(after if last_event_id is None else last_event_id, run.last_seq)
    if "text/event-stream" in accept:
        is_welcome = partial(live.may_go_on, studio, who, run.id)
        return live.streamed(run, seq, live.frames(hub, run.job_id, seq, is_welcome))
    return await to_thread(_events, studio, run, seq, limit)


def _events(studio: Studio, run: RunOut, seq: int, limit: int) -> EventsOut:
    with studio.database.reading() as session:
        found = events.after(session, run.job_id, seq, limit)
        items = [EventOut.model_validate(event) for event in found]
    return EventsOut(items=items, last_seq=run.last_seq, is_ended=run.status.is_ended)
