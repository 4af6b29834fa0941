"""What a run has told, over REST: figures by step, its log, its checkpoints, its machines."""

from typing import Annotated

from fastapi import Header, Query, Response

from backend.accounts.current import MayRead
from backend.ids import RunId
from backend.problems import Invalid, Pointer, Problem
from backend.rest.route import rest_router
from backend.runs import log_lines, machine, metrics, service
from backend.runs.checkpoints import CheckpointsOut, checkpoints
from backend.runs.curves import MOST_POINTS
from backend.runs.log_lines import LogLineOut, LogOut
from backend.runs.machine import SystemMetricsOut
from backend.runs.metrics import Window
from backend.runs.told import CurveOut, MetricsOut
from backend.web.dependencies import ReadSession, TheStudio

router = rest_router("runs")

MaxPoints = Annotated[
    int,
    Query(ge=10, le=10_000, description="About how many at most; lowest and highest are kept."),
]
FewerPoints = Annotated[int, Query(ge=10, le=10_000, description="How many samples at most.")]
Keys = Annotated[
    str | None,
    Query(max_length=4_000, description="Names with commas between, such as `loss`. Empty: all."),
]
Step = Annotated[int, Query(ge=0, le=2**53)]


@router.get("/runs/{run_id}/metrics", operation_id="listRunMetrics")
def list_metrics(
    run_id: RunId,
    who: MayRead,
    session: ReadSession,
    keys: Keys = None,
    from_step: Step = 0,
    to_step: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    max_points: MaxPoints = MOST_POINTS,
) -> MetricsOut:
    """Figures by step, such as the loss, thinned to what a screen can show. Of a step that was
    trained twice, the later attempt's figure counts."""
    if to_step is not None and to_step < from_step:
        raise Invalid(
            Problem(
                code="empty_window",
                title="There are no such steps",
                detail=f"to_step, {to_step}, is before from_step, {from_step}.",
                at=Pointer("/to_step"),
            )
        )
    job = service.get(session, who, run_id).job
    window = Window(from_step=from_step, to_step=to_step, max_points=max_points)
    wanted = keys.split(",") if keys else None
    return MetricsOut(
        items=[CurveOut.of(drawn) for drawn in metrics.drawn(session, job.id, wanted, window)],
        keys=metrics.keys(session, job.id),
        last_seq=job.last_seq,
        is_ended=job.status.is_ended,
    )


@router.get(
    "/runs/{run_id}/logs",
    operation_id="listRunLogs",
    response_model=LogOut,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def list_logs(
    run_id: RunId,
    who: MayRead,
    session: ReadSession,
    tail: Annotated[int, Query(ge=1, le=5_000, description="How many lines at most.")] = 300,
    after: Annotated[
        int | None, Query(ge=0, le=2**53, description="The first lines after this event instead.")
    ] = None,
    accept: Annotated[str, Header()] = "",
) -> LogOut | Response:
    """The newest lines of a run's log, in their order; as text with `Accept: text/plain`."""
    job = service.get(session, who, run_id).job
    found = log_lines.lines(session, job.id, tail, after)
    lines = [LogLineOut.of(event) for event in found]
    if "text/plain" in accept:
        text = "".join(f"{line.in_words}\n" for line in lines)
        return Response(text, media_type="text/plain; charset=utf-8")
    return LogOut(items=lines, last_seq=job.last_seq, is_ended=job.status.is_ended)


@router.get("/runs/{run_id}/checkpoints", operation_id="listRunCheckpoints")
def list_checkpoints(
    run_id: RunId, who: MayRead, session: ReadSession, studio: TheStudio
) -> CheckpointsOut:
    """What the run could go on from, if it is tried again or resumed."""
    job_id = service.get(session, who, run_id).job_id
    return CheckpointsOut(items=checkpoints(studio.settings, job_id))


@router.get("/runs/{run_id}/system-metrics", operation_id="listRunSystemMetrics")
def list_system_metrics(
    run_id: RunId, who: MayRead, session: ReadSession, max_points: FewerPoints = 500
) -> SystemMetricsOut:
    """Processor, memory and GPUs of the machine that trains, over the run's life."""
    return machine.samples(session, service.get(session, who, run_id).job_id, max_points)
