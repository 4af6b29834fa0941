"""The server: all features' routes in one application. It never imports torch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import Depends, FastAPI

from backend import quotas
from backend.accounts import (
    account_pages,
    audit_api,
    audit_pages,
    claims,
    door_pages,
    gates,
    me_api,
    people_pages,
    project_pages,
    projects_api,
    revocations,
    sign_in_api,
    token_pages,
    tokens_api,
    users_api,
)
from backend.accounts.addresses import client_address
from backend.accounts.admission import Admission
from backend.accounts.counted import known_person
from backend.accounts.current import GATES
from backend.accounts.oidc import pages as oidc_pages
from backend.accounts.oidc.provider import Provider
from backend.accounts.people import Scope
from backend.accounts.shown import shown_to
from backend.broker import KEY_PREFIX, redis_url
from backend.catalog import api as catalog_api
from backend.cookbook import api as cookbook_api
from backend.datasets import api as datasets_api
from backend.datasets.incoming import sweep
from backend.home import pages as home_pages
from backend.home import welcome_pages
from backend.hub import api as hub_connection_api
from backend.hub import pages as hub_connection_pages
from backend.models import api as models_api
from backend.models import openai_api
from backend.models import pages as models_pages
from backend.models.embedder import Embedder
from backend.preparing import (
    bring_pages,
    change_pages,
    convert_pages,
    deleting,
    deleting_api,
    imports_api,
    imports_pages,
    noticed_pages,
    operations_api,
    profiles_api,
    review_pages,
    uploads,
    uploads_api,
    version_pages,
)
from backend.preparing.hub import api as hub_api
from backend.preparing.hub import pages as hub_pages
from backend.rest import keyed
from backend.rest.document import DescribedAPI
from backend.runs import api as runs_api
from backend.runs import figures_api, jobs_api, plan_pages
from backend.runs import pages as runs_pages
from backend.runs.live import read_batch
from backend.runs.reconciler import Reconciler
from backend.runs.room import go_on_where_there_is_room
from backend.settings import LOOPBACK, Settings
from backend.studio import Studio
from backend.system import api as system_api
from backend.system import prometheus
from backend.system.prometheus import Timed, Timings
from backend.web import assets, database_trouble, health, problem_details, problem_pages, theme
from backend.web.body_limits import BodyLimits
from backend.web.database_trouble import Repeats
from backend.web.hub import Hub
from backend.web.last_resort import LastResort
from backend.web.outgoing import Outgoing
from backend.web.rate_limits import Counter, RateLimits
from backend.web.request_ids import RequestIds
from backend.web.security import Guard
from backend.web.stream_limits import StreamLimits
from backend.webhooks import api as webhooks_api
from backend.webhooks import pages as webhooks_pages
from backend.webhooks.sender import Sender
from backend.workers import api as workers_api
from backend.workers import pages as workers_pages
from backend.workers.watch import WorkerWatch

API = "/api/v1"
APIS = (
    sign_in_api,
    me_api,
    tokens_api,
    users_api,
    projects_api,
    audit_api,
    jobs_api,
    hub_api,
    hub_connection_api,
    imports_api,
    uploads_api,
    datasets_api,
    deleting_api,
    cookbook_api,
    profiles_api,
    operations_api,
    runs_api,
    figures_api,
    models_api,
    workers_api,
    webhooks_api,
    system_api,
)
PAGES = (
    door_pages,
    oidc_pages,
    account_pages,
    token_pages,
    hub_connection_pages,
    project_pages,
    webhooks_pages,
    people_pages,
    audit_pages,
    welcome_pages,
    home_pages,
    hub_pages,  # before the page of a version: its path would take ours
    bring_pages,
    imports_pages,
    plan_pages,
    runs_pages,
    models_pages,
    workers_pages,
    version_pages,
    noticed_pages,
    convert_pages,
    change_pages,
    review_pages,
    theme,
    assets,
    health,
)


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
        reconciler = Reconciler(studio, watch, go_on_where_there_is_room, sweeps=[deleting.sweep])
        reconciler.start()
        sender = Sender(studio, app.state.way_out)
        sender.start()
        await app.state.hub.start()
        yield
        await app.state.hub.stop()
        reconciler.stop()
        sender.stop()
        await asyncio.to_thread(reconciler.join)
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
    app.include_router(  # knows nobody: the catalogue is below accounts
        catalog_api.router, prefix=API, dependencies=[Depends(GATES[Scope.READ])]
    )
    for feature in APIS:
        app.include_router(feature.router, prefix=API)
    app.include_router(openai_api.router)
    app.include_router(prometheus.router)
    for feature in PAGES:
        app.include_router(feature.router)
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
