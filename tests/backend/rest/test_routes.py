"""Every route of the API does what all of them do; one that was forgotten is named."""

import pytest

from backend.accounts import gates
from backend.app import create_app
from backend.rest.route import RestRoute

OF_STRANGERS = {path for path in gates.PUBLIC if path.startswith("/api/")}
"""Nobody is known there, so no key is anybody's."""

COMES_TO_THE_SAME_TWICE = {"signOut"}

BELOW_ACCOUNTS = {"catalogue"}


@pytest.fixture
def of_the_api(settings):
    return [
        route.original_route
        for route in gates.routes(create_app(settings))
        if route.path.startswith("/api/v1/") and route.path not in OF_STRANGERS
    ]


def test_every_post_heeds_an_idempotency_key_and_every_get_has_an_etag(of_the_api):
    plain = [
        route.operation_id
        for route in of_the_api
        if not isinstance(route, RestRoute) and not BELOW_ACCOUNTS & set(route.tags)
    ]
    assert set(plain) == COMES_TO_THE_SAME_TWICE
