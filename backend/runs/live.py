"""A run's events as they come: read and written out once for all viewers, as Server-Sent Events.

Frames: `id` is the event's number, `event` its kind, `data` the event as JSON; `event: end` closes.
A client that comes back with `Last-Event-ID` misses nothing; after the end it gets 204, which tells
it to stay away. Source: HTML Living Standard, 9.2 Server-sent events.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass

from fastapi.responses import Response
from fastapi.sse import format_sse_event
from sqlalchemy import select

from backend.accounts import principal
from backend.accounts.people import Person, Scope
from backend.ids import JobId, RunId
from backend.problems import NotFound
from backend.runs import service
from backend.runs.events import after
from backend.runs.schemas import EventOut, RunOut
from backend.runs.tables import Job
from backend.studio import Studio
from backend.web.event_stream import EventStream
from backend.web.hub import Batch, Hub

RETRY_MILLISECONDS = 2_000
READ_AT_ONCE = 200
PIECE_BYTES = 32_768
RECHECK_SECONDS = 45.0
"""With 15 s between two signs of life, nobody goes on for longer than 60 s unasked."""


@dataclass(frozen=True, eq=False)
class Told:
    """An event, and its frame: written once, sent to all. It is itself alone, so it can be a key."""

    seq: int
    event: EventOut
    frame: bytes

    @classmethod
    def of(cls, event: EventOut) -> "Told":
        data = event.model_dump_json(by_alias=True)
        frame = format_sse_event(data_str=data, event=event.kind, id=str(event.seq))
        return cls(event.seq, event, frame)


RunHub = Hub[Told]


class NoLongerWelcome(Exception):
    """This viewer may not see the run any more: signed out, revoked, or the run is gone."""


def read_batch(studio: Studio, topic: str, seq: int) -> Batch[Told]:
    """The events of a job after `seq`. The state is read first: an end that it shows is complete."""
    with studio.database.reading() as session:
        status = session.scalar(select(Job.status).where(Job.id == JobId(topic)))
        events = after(session, JobId(topic), seq, READ_AT_ONCE)
        items = [Told.of(EventOut.model_validate(event)) for event in events]
    return Batch(items, is_ended=status is None or status.is_ended)


async def batches(
    hub: RunHub, job_id: JobId, seq: int, is_welcome: Callable[[], bool]
) -> AsyncIterator[list[Told]]:
    """What `hub` tells of a job, for as long as this viewer may see it.

    Raises NoLongerWelcome.
    """
    asked_at, revocations = time.monotonic(), hub.revocations
    async for batch in hub.follow(job_id, seq):
        now = time.monotonic()
        if now - asked_at >= RECHECK_SECONDS or revocations != hub.revocations:
            asked_at, revocations = now, hub.revocations
            if not await asyncio.to_thread(is_welcome):
                raise NoLongerWelcome
        yield batch


async def frames(
    hub: RunHub, job_id: JobId, seq: int, is_welcome: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """The stream of one viewer, from the event after `seq` to the end of the run."""
    yield format_sse_event(comment="events of a run", retry=RETRY_MILLISECONDS)
    try:
        async for batch in batches(hub, job_id, seq, is_welcome):
            for piece in pieces(told.frame for told in batch):
                yield piece
            if not batch:
                yield format_sse_event(comment="still here")
    except (asyncio.CancelledError, NoLongerWelcome):
        return  # the viewer hung up, or has to
    yield farewell() if hub.is_closing else END


END = format_sse_event(data_str="{}", event="end")


def farewell() -> bytes:
    """The server leaves: come back, but not all in the same moment."""
    return format_sse_event(comment="the server leaves", retry=come_back_milliseconds())


def come_back_milliseconds() -> int:
    return random.randint(RETRY_MILLISECONDS // 2, RETRY_MILLISECONDS * 2)


def pieces(frames: Iterable[bytes]) -> Iterator[bytes]:
    """These frames, several to a write, and no write so large that a slow client piles it up."""
    piece = b""
    for frame in frames:
        piece += frame
        if len(piece) >= PIECE_BYTES:
            yield piece
            piece = b""
    if piece:
        yield piece


def streamed(run: RunOut, seq: int, frames_of_a_run: AsyncIterator[bytes]) -> Response:
    """The stream; 204 where there is nothing left to tell, so that a browser doesn't come again."""
    if run.status.is_ended and seq >= run.last_seq:
        return Response(status_code=204)
    return EventStream(frames_of_a_run)


def may_go_on(studio: Studio, who: Person, run_id: RunId) -> bool:
    """Is `who` still signed in, and may they still see this run?"""
    with studio.database.reading() as session:
        now = principal.again(session, who)
        if now is None or not now.may(Scope.READ):
            return False
        try:
            service.get(session, now, run_id)
        except NotFound:
            return False
    return True
