"""The server: all features' routes in one application. It never imports torch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI

from backend import quotas
from backend.accounts import claims, gates, revocations
from backend.accounts.addresses import client_address
from backend.accounts.admission import Admission
from backend.accounts.counted import known_person
from backend.accounts.oidc.provider import Provider
from backend.accounts.shown import shown_to
from backend.broker import KEY_PREFIX, redis_url
from backend.datasets.incoming import sweep
from backend.delivering.sender import Sender
from backend.experiments.rounds import go_on_with_experiments
from backend.models.embedder import Embedder
from backend.preparing import deleting, uploads
from backend.rest import keyed
from backend.rest.document import DescribedAPI
from backend.routes import every_route
from backend.runs.live import read_batch
from backend.runs.reconciler import Reconciler
from backend.runs.room import go_on_where_there_is_room
from backend.settings import LOOPBACK, Settings
from backend.studio import Studio
from backend.system.prometheus import Timed, Timings
from backend.telling.notifications import Notifications
from backend.web import database_trouble, problem_details, problem_pages
from backend.web.body_limits import BodyLimits
from backend.web.database_trouble import Repeats
from backend.web.hub import Hub
from backend.web.last_resort import LastResort
from backend.web.outgoing import Outgoing
from backend.web.rate_limits import Counter, RateLimits
from backend.web.request_ids import RequestIds
from backend.web.security import Guard
from backend.web.stream_limits import StreamLimits
from backend.webhooks.sender import Webhooks
from backend.workers.watch import WorkerWatch


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, on a database that `backend.migrate` has brought up to date."""
    settings = settings or Settings()
    studio = Studio.open(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(_say_how_to_claim, studio)
        sweep(settings)
        uploads.sweep(studio)
        watch = WorkerWatch(settings.lost_seconds)
        reconciler = Reconciler(
            studio,
            watch,
            go_on_where_there_is_room,
            go_on_with_experiments,
            sweeps=[deleting.sweep],
        )
        reconciler.start()
        senders: list[Sender[Any]] = [
            Sender(studio, Webhooks(studio, app.state.way_out)),
            Sender(studio, Notifications(studio)),
        ]
        for sender in senders:
            sender.start()
        await app.state.hub.start()
        yield
        await app.state.hub.stop()
        reconciler.stop()
        for sender in senders:
            sender.stop()
        await asyncio.to_thread(reconciler.join)
        for sender in senders:
            await asyncio.to_thread(sender.join)
        app.state.embedder.close()
        studio.close()

    app = DescribedAPI(
        public=gates.PUBLIC,
        title="Likewise",
        version="1",
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page would load scripts from a foreign host
        redoc_url=None,
    )
    quotas.hold(studio)
    app.state.studio = studio
    app.state.shown_to = partial(shown_to, studio)
    app.state.embedder = Embedder(settings)
    app.state.way_out = Outgoing(settings.outgoing_networks)
    app.state.provider = Provider(settings, app.state.way_out)
    app.state.hub = Hub(
        redis_url(settings.broker),
        f"{KEY_PREFIX}job",
        partial(read_batch, studio),
        settings.poll_seconds,
        partial(revocations.newest, studio),
    )
    problem_details.install(app)
    database_trouble.install(app)
    keyed.install(app)
    problem_pages.install(app)
    app.router.routes.extend(every_route())
    gates.check(app)
    app.state.timings = Timings()
    # The last that is added stands outermost.
    app.add_middleware(Timed, timings=app.state.timings)
    is_counted = settings.auth != "none"
    counter = Counter(None if settings.is_embedded_broker else settings.broker)
    if is_counted:
        app.add_middleware(StreamLimits, most=settings.most_streams, who_asks=known_person)
        app.add_middleware(
            RateLimits,
            counter=counter,
            policy="person",
            most_a_minute=settings.requests_per_minute,
            who_asks=known_person,
        )
    app.add_middleware(Admission, studio=studio, public=gates.PUBLIC)
    if is_counted:
        app.add_middleware(
            RateLimits,
            counter=counter,
            policy="address",
            most_a_minute=settings.requests_per_minute_of_an_address,
            who_asks=partial(client_address, trusted_proxies=settings.trusted_proxies),
        )
    app.add_middleware(LastResort)
    app.add_middleware(Repeats)
    app.add_middleware(BodyLimits, settings=settings)
    app.add_middleware(Guard, allowed_hosts=[*LOOPBACK, "[::1]", *settings.allowed_hosts])
    app.add_middleware(RequestIds)
    return app


def _say_how_to_claim(studio: Studio) -> None:
    """On the terminal and in the log, which nobody reads but whoever runs the studio."""
    link = claims.on_start(studio)
    if link is not None:
        print(f"Nobody has an account yet. Within an hour, once: {link}", flush=True)
