"""Every route × everybody × what is theirs and what is a neighbour's, asked of a real studio."""

import re

import pytest

from backend.accounts import gates
from tests.authorisation.asking import ask
from tests.authorisation.belongings import MISSING
from tests.authorisation.conftest import PEOPLE
from tests.authorisation.matrix import LET_IN, TURNED_AWAY
from tests.authorisation.routes import ROUTES

pytestmark = pytest.mark.services

LISTED = ("dataset_id", "run_id", "model_id", "recipe_id", "token_id", "endpoint_id")
"""A cursor is the id of the last thing seen."""

GATED = [row for row in ROUTES if row.gate != "public"]


def is_in(row, name):
    return name in LET_IN[row.gate]


def title(row):
    return f"{row.method} {row.path}"


def test_every_route_has_a_row_and_every_row_a_route(everybody):
    found = {
        f"{method} {route.path}"
        for route in gates.routes(everybody.home.app)
        for method in set(route.methods) - {"HEAD"}
    }
    assert found == {title(row) for row in ROUTES}


@pytest.mark.parametrize("row", GATED, ids=title)
def test_a_stranger_is_asked_to_sign_in(everybody, row):
    answer = ask(everybody.home, row.method, row.path, {}, MISSING)
    is_page = not row.path.startswith(("/api/", "/v1/"))
    assert answer.status_code == (303 if is_page else 401)
    assert answer.headers["location" if is_page else "www-authenticate"].startswith(
        "/sign-in?next=/" if is_page else "Bearer"
    )


@pytest.mark.parametrize("row", GATED, ids=title)
def test_who_may_not_is_refused_before_anything_is_looked_up(everybody, row):
    outside = [name for name in PEOPLE if name != "stranger" and not is_in(row, name)]
    got = {
        name: ask(
            everybody.home, row.method, row.path, everybody.headers(name), MISSING
        ).status_code
        for name in outside
    }
    assert got == dict.fromkeys(outside, 403)


@pytest.mark.parametrize("row", GATED, ids=title)
def test_who_may_gets_what_is_theirs(everybody, row):
    got = {
        name: ask(
            everybody.home,
            row.method,
            row.path,
            everybody.headers(name),
            everybody.things_of(name, everybody.ours, anew=row.takes_away),
        ).status_code
        for name in LET_IN[row.gate]
    }
    assert row.own is None or got == dict.fromkeys(LET_IN[row.gate], row.own)
    assert row.own is not None or TURNED_AWAY.isdisjoint(got.values()), got


@pytest.mark.parametrize("row", [row for row in GATED if row.foreign is not None], ids=title)
def test_what_is_a_neighbours_is_missing_for_everybody(everybody, row):
    of_the_studio = {name: MISSING[name] for name in ("worker_id", "user_id", "session_id")}
    theirs = everybody.things_of("member", everybody.theirs) | of_the_studio

    def told(name, things):
        headers = everybody.headers(name)
        answer = ask(everybody.home, row.method, row.path, headers, things)
        text = answer.text.partition('"request_id"')[0]
        for place, found in things.items():
            text = text.replace(found, place)
        return answer.status_code, re.sub(r"\bterm-\d+", "term", text)  # counted from page to page

    names = row.kept_from
    foreign = {name: told(name, theirs) for name in names}
    assert {name: status for name, (status, _) in foreign.items()} == dict.fromkeys(
        names, row.foreign
    )
    assert [foreign[name] for name in names[:1]] == [told(name, MISSING) for name in names[:1]]


@pytest.mark.parametrize(
    "row", [row for row in GATED if row.method == "GET" and row.foreign is None], ids=title
)
def test_no_list_and_no_cursor_shows_a_neighbours_things(everybody, row):
    theirs = everybody.things_of("member", everybody.theirs)
    ids = {found for name, found in theirs.items() if name not in ("user_id", "project_id")}
    name = LET_IN[row.gate][-1]
    headers = everybody.headers(name)
    for cursor in ("", *(f"?cursor={theirs[kind]}" for kind in LISTED)):
        answer = ask(everybody.home, row.method, row.path, headers, theirs, cursor)
        assert [found for found in ids - {cursor.partition("=")[2]} if found in answer.text] == []
