"""What Prometheus reads at /metrics: how much waits, what runs, who works, how long requests take.

Counts come from the database when they are asked for, so that every server says the same. A token
with the scope `admin` is needed, as for all that concerns more than one project.
"""

import time
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.accounts.current import MayAdminister
from backend.studio import Studio
from backend.system.service import jobs_by_kind_and_status
from backend.web.dependencies import TheStudio
from backend.workers import service as workers

router = APIRouter(tags=["system"])

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class Timings:
    """How long the requests of one server took, by route, method and status."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "likewise_request_seconds",
            "Until the first byte of the answer, by route.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        self._seconds.labels(scope["method"], _route(scope), str(status)).observe(seconds)


def _route(scope: Scope) -> str:
    """The route that answers, never the path: that can hold anything."""
    return str(getattr(scope.get("route"), "path", "none"))


class Timed:
    """Notes each request once its answer begins. Stands innermost: what is refused at the door is
    not in it, and the route is known there."""

    def __init__(self, app: ASGIApp, timings: Timings) -> None:
        self._app = app
        self._timings = timings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._timings.note(scope, message["status"], time.monotonic() - began)
            await send(message)

        await self._app(scope, receive, noted)


class Counts(Collector):
    """How many jobs and workers there are, over all projects."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._studio.database.reading() as session:
            jobs = jobs_by_kind_and_status(session)
            queues = workers.queues(session, self._studio.settings.queue_limits)
        by_kind = GaugeMetricFamily(
            "likewise_jobs", "Jobs, by kind and status.", labels=("kind", "status")
        )
        for kind, statuses in jobs.items():
            for status, count in statuses.items():
                by_kind.add_metric((kind, status), count)
        yield by_kind
        for name, words, values in (
            ("queue_depth", "Jobs that wait.", [(each.name, each.queued) for each in queues]),
            ("queue_running", "Jobs that run.", [(each.name, each.running) for each in queues]),
            (
                "workers_online",
                "Workers that beat.",
                [(each.name, each.workers_online) for each in queues],
            ),
        ):
            yield _by_queue(name, words, values)


def _by_queue(name: str, words: str, values: Iterable[tuple[str, int]]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"likewise_{name}", words, labels=("queue",))
    for queue, value in values:
        gauge.add_metric((queue,), value)
    return gauge


@router.get(
    "/metrics",
    operation_id="readPrometheusMetrics",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request, who: MayAdminister, studio: TheStudio) -> Response:
    """For Prometheus: jobs, queues, workers, and how long requests take."""
    counts = CollectorRegistry()
    counts.register(Counts(studio))
    timings: Timings = request.app.state.timings
    text = generate_latest(counts) + generate_latest(timings.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
