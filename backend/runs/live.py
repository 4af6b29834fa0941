"""A run's events as they come: read once for all viewers, sent as Server-Sent Events.

Frames: `id` is the event's number, `event` its kind, `data` the event as JSON; `event: end` closes.
A client that comes back with `Last-Event-ID` misses nothing.
Source: HTML Living Standard, 9.2 Server-sent events.
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from sqlalchemy import select

from backend.ids import JobId
from backend.runs.events import after
from backend.runs.schemas import EventOut
from backend.runs.tables import Job
from backend.studio import Studio
from backend.web.hub import Batch, Hub

RunHub = Hub[EventOut]

SSE_HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
RETRY_MILLISECONDS = 2_000


def read_batch(studio: Studio, topic: str, seq: int) -> Batch[EventOut]:
    """The events of a job after `seq`. The state is read first: an end that it shows is complete."""
    with studio.database.reading() as session:
        status = session.scalar(select(Job.status).where(Job.id == JobId(topic)))
        events = after(session, JobId(topic), seq)
        items = [EventOut.model_validate(event) for event in events]
    return Batch(items, is_ended=status is None or status.is_ended)


async def frames(hub: RunHub, job_id: JobId, seq: int) -> AsyncIterator[bytes]:
    """The stream of one viewer, from the event after `seq` to the end of the run."""
    yield format_sse_event(comment="events of a run", retry=RETRY_MILLISECONDS)
    ended = False
    try:
        async for batch in hub.follow(job_id, seq):
            for event in batch:
                yield format_sse_event(
                    data_str=event.model_dump_json(by_alias=True),
                    event=event.kind,
                    id=str(event.seq),
                )
            if not batch:
                yield format_sse_event(comment="still here")
        ended = not hub.is_closing
    except asyncio.CancelledError:
        return  # the viewer hung up
    if ended:
        yield format_sse_event(data_str="{}", event="end")


def streamed(frames_of_a_run: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(frames_of_a_run, media_type="text/event-stream", headers=SSE_HEADERS)
