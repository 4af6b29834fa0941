"""Rows 1, 2 and 6 to 9 as a stranger tries them: what is another's, what was taken away, what was
used before, what nobody asked for."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from backend.accounts import claims, invitations, passwords, projects, sessions, users
from backend.accounts.people import THE_PROJECT, Person, Role, Scope, at_the_terminal
from backend.accounts.tables import SignInSession
from backend.datasets.tables import Dataset
from backend.db import Base
from backend.ids import DatasetId
from tests.people import BROWSER, House, house, with_accounts

COOKIE = "likewise_session"
PASSWORD = "purple fridge sonata"
BEYOND_READING = [
    ("POST", "tokens", {"name": "more", "scopes": ["admin"]}),
    ("GET", "tokens", None),
    ("PATCH", "me", {"name": "Eve"}),
    ("PUT", "me/password", {"current": PASSWORD, "new": "green whale ladder"}),
    ("POST", "me/sign-out-everywhere", None),
    ("POST", "projects", {"name": "mine"}),
    ("GET", "users", None),
    ("POST", "datasets/paste", {"text": "a\tb\nc\td"}),
    ("GET", "system/audit-log", None),
]


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def home(studio):
    with house(with_accounts(studio.settings)) as opened:
        yield opened


@pytest.fixture
def ada(home: House, password_hash: str):
    return home.person("ada@example.org", password_hash=password_hash)


@pytest.fixture
def elsewhere(home: House):
    """A project with a dataset in it that `ada` has nothing to do with."""
    project_id = home.project("elsewhere")
    with home.studio.database.writing() as session:
        dataset = Dataset(project_id=project_id, name="secret plans")
        session.add(dataset)
        session.flush()
        return project_id, dataset.id


def sign_in(home: House, **headers: str):
    body = {"email": "ada@example.org", "password": PASSWORD}
    return home.client.post("/api/v1/sign-in", json=body, headers={**BROWSER, **headers})


def secret_of(answer) -> str:
    return str(answer.headers["set-cookie"]).partition(";")[0].partition("=")[2]


def status(home: House, headers: dict[str, str], path: str = "me") -> int:
    home.client.cookies.clear()
    return int(home.client.get(f"/api/v1/{path}", headers=headers).status_code)


def test_a_session_that_somebody_planted_is_dead_after_signing_in(home, ada):
    planted = home.cookie(home.person("eve@example.org"))
    answer = sign_in(home, Cookie=planted["Cookie"])
    assert secret_of(answer) not in planted["Cookie"]
    assert status(home, planted) == 401
    assert status(home, {"Cookie": f"{COOKIE}={secret_of(answer)}"}) == 200


def test_a_made_up_secret_is_never_taken_for_a_session(home, ada):
    made_up = "x" * 43
    answer = sign_in(home, Cookie=f"{COOKIE}={made_up}")
    assert secret_of(answer) != made_up
    assert status(home, {"Cookie": f"{COOKIE}={made_up}"}) == 401


def test_another_role_ends_the_sessions_and_cuts_the_tokens(home, ada):
    browser, program = home.cookie(ada), home.bearer(ada, THE_PROJECT, Scope.READ, Scope.WRITE)
    with home.studio.database.writing() as session:
        projects.set_member(session, at_the_terminal(), THE_PROJECT, ada, Role.VIEWER)
    assert status(home, browser) == 401
    assert status(home, program, "datasets") == 200
    pasted = {"text": "a\tb\nc\td"}
    told = home.client.post("/api/v1/datasets/paste", json=pasted, headers=program)
    assert told.status_code == 403


def test_who_was_taken_out_of_a_project_is_out_with_every_token(home, ada):
    program = home.bearer(ada, THE_PROJECT, Scope.READ)
    with home.studio.database.writing() as session:
        projects.remove_member(session, at_the_terminal(), THE_PROJECT, ada)
    assert status(home, program, "datasets") == 401


def test_who_is_disabled_is_out_with_every_session_and_token(home, ada):
    home.person("root@example.org", is_administrator=True)
    browser, program = home.cookie(ada), home.bearer(ada, THE_PROJECT, Scope.READ)
    with home.studio.database.writing() as session:
        users.change(session, at_the_terminal(), ada, is_disabled=True)
    assert (status(home, browser), status(home, program)) == (401, 401)
    assert sign_in(home).status_code == 401


def test_a_token_does_no_more_than_it_says_even_an_administrators(home):
    root = home.person("root@example.org", {THE_PROJECT: Role.ADMIN}, is_administrator=True)
    program = home.bearer(root, THE_PROJECT, Scope.READ)
    for method, path, body in BEYOND_READING:
        asked = home.client.request(method, f"/api/v1/{path}", json=body, headers=program)
        assert asked.status_code in (403, 404)


def test_what_is_another_projects_is_answered_as_what_is_not_there(home, ada, elsewhere):
    project_id, dataset_id = elsewhere
    mine = home.cookie(ada)
    for name, foreign, missing in (
        ("datasets", dataset_id, DatasetId.new()),
        ("projects", project_id, "proj_01h455vb4pex5vsknk084sn02q"),
    ):
        told = [
            home.client.get(f"/api/v1/{name}/{each}", headers=mine) for each in (foreign, missing)
        ]
        first, second = (
            answer.text.replace(str(each), "it").split('"request_id"')[0]
            for answer, each in zip(told, (foreign, missing), strict=True)
        )
        assert [answer.status_code for answer in told] == [404, 404]
        assert first == second


def test_a_cursor_of_another_project_shows_nothing_of_it(home, ada, elsewhere):
    _, dataset_id = elsewhere
    mine = home.cookie(ada)
    for cursor in (str(dataset_id), str(DatasetId.new()), "z", "'; --"):
        told = home.client.get("/api/v1/datasets", params={"cursor": cursor}, headers=mine)
        assert "secret plans" not in told.text
        assert told.status_code in (200, 400, 422)


def test_one_enters_no_project_that_one_is_not_in(home, ada, elsewhere):
    project_id, _ = elsewhere
    mine = home.cookie(ada)
    told = home.client.patch("/api/v1/me", json={"project_id": project_id}, headers=mine)
    assert told.status_code == 404
    forced = home.cookie(ada, project_id)  # even if a row of ours said so
    assert home.client.get("/api/v1/datasets", headers=forced).json()["items"] == []


def test_a_claim_works_once_and_for_an_hour(home):
    with home.studio.database.writing() as session:
        secret, late = claims.new_link(session), claims.new_link(session)
        session.flush()
    body = {"email": "root@example.org", "name": "Root", "password": "green whale ladder"}
    told = [
        home.client.post("/api/v1/claim", json={**body, "token": each}, headers=BROWSER).status_code
        for each in (secret, secret, late, "x" * 32)
    ]
    assert told == [204, 410, 410, 410]


def test_an_invitation_works_once_for_its_address_and_not_when_it_was_taken_back(home, ada):
    root = home.who(home.person("root@example.org", {THE_PROJECT: Role.ADMIN}))
    with home.studio.database.writing() as session:
        _, secret = invitations.create(session, root, "bob@example.org", Role.VIEWER)
        again, taken_back = invitations.create(session, root, "eve@example.org", Role.VIEWER)
        invitations.revoke(session, root, again.id)
    body = {"name": "Bob", "password": "green whale ladder"}
    told = [
        home.client.post(
            "/api/v1/invitations/accept", json={**body, "token": each}, headers=BROWSER
        ).status_code
        for each in (secret, secret, taken_back)
    ]
    assert told == [204, 410, 410]


def test_an_invitation_gives_no_more_than_it_was_made_for(home, ada):
    root = home.who(home.person("root@example.org", {THE_PROJECT: Role.ADMIN}))
    with home.studio.database.writing() as session:
        _, secret = invitations.create(session, root, "bob@example.org", Role.VIEWER)
    for more in ("email", "role", "is_administrator", "project_id", "id"):
        body = {"token": secret, "name": "Bob", "password": "green whale ladder", more: "admin"}
        told = home.client.post("/api/v1/invitations/accept", json=body, headers=BROWSER)
        assert told.status_code == 422


def test_no_route_takes_a_field_that_it_does_not_name(app):
    """What comes in and what goes out are different models: none of ours lets a surplus field by."""
    document = app.openapi()
    schemas = document["components"]["schemas"]
    bodies = {
        f"{method} {path}": operation["requestBody"]["content"]["application/json"]["schema"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    loose = {
        where
        for where, schema in bodies.items()
        for ref in _objects(schema)
        if schemas[ref].get("additionalProperties") is not False
    }
    assert len(bodies) > 15
    assert loose == {"post /v1/embeddings"}  # as OpenAI has it: its clients send more than we know


def _objects(schema: dict) -> list[str]:
    """The objects of ours that a body may be."""
    kinds = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [kind["$ref"].rsplit("/", 1)[1] for kind in kinds if "$ref" in kind]


def test_nothing_that_lets_somebody_in_lies_in_the_database_as_it_is(home, ada):
    root = home.who(home.person("root@example.org", {THE_PROJECT: Role.ADMIN}))
    given = [
        secret_of(sign_in(home)),
        home.bearer(ada, THE_PROJECT, Scope.READ)["Authorization"].removeprefix("Bearer "),
    ]
    with home.studio.database.writing() as session:
        given += [claims.new_link(session)]
        given += [invitations.create(session, root, "bob@example.org", Role.VIEWER)[1]]
    with home.studio.database.reading() as session:
        names = [table.name for table in Base.metadata.sorted_tables]
        rows = [
            str(row) for name in names for row in session.execute(text(f'SELECT * FROM "{name}"'))
        ]
    dump = "\n".join(rows)
    assert "ada@example.org" in dump
    assert [secret for secret in [*given, PASSWORD] if secret in dump] == []


def test_a_session_that_stood_still_is_over(home, ada):
    browser = home.cookie(ada)
    with home.studio.database.writing() as session:
        found = session.query(SignInSession).one()
        found.seen_at -= sessions.IDLE + timedelta(seconds=1)
    assert status(home, browser) == 401


def test_nobody_is_let_in_by_a_token_in_an_address_or_a_form(home, ada):
    secret = home.bearer(ada, THE_PROJECT, Scope.READ)["Authorization"].removeprefix("Bearer ")
    for headers, query in (
        ({"Cookie": f"{COOKIE}={secret}"}, {}),
        ({}, {"token": secret, "access_token": secret}),
        ({"X-API-Key": secret}, {}),
        ({"Authorization": f"Basic {secret}"}, {}),
        ({"Authorization": secret}, {}),
    ):
        told = home.client.get("/api/v1/datasets", headers=headers, params=query)
        assert told.status_code == 401


def test_what_is_done_and_what_is_refused_is_written_down_and_what_is_taken_back_is_not(home, ada):
    viewer = home.who(ada)
    sign_in(home)
    home.client.cookies.clear()
    home.client.get("/api/v1/users", headers=home.cookie(ada))
    with pytest.raises(RuntimeError, match="taken back"):
        _invite_and_fail(home, viewer)
    assert home.log() == [("signed in", True), ("admitted", False)]


def _invite_and_fail(home: House, who: Person) -> None:
    with home.studio.database.writing() as session:
        invitations.create(session, who, "bob@example.org", Role.VIEWER)
        raise RuntimeError("taken back")


def test_no_route_changes_the_audit_log(app):
    methods = {
        method
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if "audit" in path
    }
    assert methods == {"get"}
