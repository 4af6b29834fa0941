"""All features' routes. They know no settings and hold no studio: that of a request has both."""

from functools import cache

from fastapi import APIRouter, Depends
from starlette.routing import BaseRoute

from backend.accounts import (
    account_pages,
    audit_api,
    audit_pages,
    door_pages,
    me_api,
    people_pages,
    project_pages,
    projects_api,
    sign_in_api,
    token_pages,
    tokens_api,
    users_api,
)
from backend.accounts.current import GATES
from backend.accounts.oidc import pages as oidc_pages
from backend.accounts.people import Scope
from backend.catalog import api as catalog_api
from backend.cookbook import api as cookbook_api
from backend.datasets import api as datasets_api
from backend.experiments import api as experiments_api
from backend.experiments import pages as experiments_pages
from backend.home import pages as home_pages
from backend.home import welcome_pages
from backend.hub import api as hub_connection_api
from backend.hub import pages as hub_connection_pages
from backend.models import api as models_api
from backend.models import (
    guarding_api,
    guarding_pages,
    openai_api,
    seeing_api,
    seeing_pages,
    taking_api,
    taking_pages,
)
from backend.models import pages as models_pages
from backend.models.sizes import api as sizes_api
from backend.models.sizes import pages as sizes_pages
from backend.notifications import api as notifications_api
from backend.notifications import pages as notifications_pages
from backend.preparing import (
    bring_pages,
    change_pages,
    convert_pages,
    deleting_api,
    imports_api,
    imports_pages,
    noticed_pages,
    operations_api,
    profiles_api,
    review_pages,
    uploads_api,
    version_pages,
)
from backend.preparing.hub import api as hub_api
from backend.preparing.hub import pages as hub_pages
from backend.proof.comparing import api as comparing_api
from backend.proof.comparing import pages as comparing_pages
from backend.publishing import api as publishing_api
from backend.publishing import pages as publishing_pages
from backend.runs import about_pages, figures_api, jobs_api, plan_pages, script_api, template_pages
from backend.runs import api as runs_api
from backend.runs import pages as runs_pages
from backend.sharing import api as sharing_api
from backend.sharing import pages as sharing_pages
from backend.system import api as system_api
from backend.system import prometheus
from backend.telling import pages as telling_pages
from backend.web import assets, health, languages, theme
from backend.webhooks import api as webhooks_api
from backend.webhooks import pages as webhooks_pages
from backend.workers import api as workers_api
from backend.workers import pages as workers_pages

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
    comparing_api,  # before a run's own: its path would take ours
    runs_api,
    figures_api,
    sharing_api,
    script_api,
    models_api,
    guarding_api,
    publishing_api,
    experiments_api,
    sizes_api,
    taking_api,
    seeing_api,
    workers_api,
    webhooks_api,
    notifications_api,
    system_api,
)
PAGES = (
    door_pages,
    oidc_pages,
    account_pages,
    token_pages,
    hub_connection_pages,
    notifications_pages,
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
    template_pages,
    about_pages,
    comparing_pages,
    telling_pages,
    sharing_pages,
    runs_pages,
    experiments_pages,
    models_pages,
    guarding_pages,
    publishing_pages,
    sizes_pages,
    taking_pages,
    seeing_pages,
    workers_pages,
    version_pages,
    noticed_pages,
    convert_pages,
    change_pages,
    review_pages,
    theme,
    languages,
    assets,
    health,
)


@cache
def every_route() -> list[BaseRoute]:
    """Made once in a process, which takes most of the time that an application needs to begin."""
    catalogue = APIRouter()  # knows nobody: it is below accounts
    catalogue.include_router(catalog_api.router, dependencies=[Depends(GATES[Scope.READ])])
    features = (*APIS, openai_api, prometheus, *PAGES)
    return [*catalogue.routes, *(route for feature in features for route in feature.router.routes)]
