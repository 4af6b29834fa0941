import pytest
from fastapi import Depends, FastAPI

from backend.accounts import gates
from backend.accounts.current import MayRead, MayWrite
from backend.accounts.gates import BareRoute
from backend.accounts.people import THE_PERSON, Person, Scope
from backend.app import create_app
from backend.settings import Settings


def test_an_application_with_a_bare_route_does_not_start():
    def secrets() -> None: ...

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.get("/secrets")(secrets)
    with pytest.raises(BareRoute, match=r"/secrets asks for nothing.*exactly one gate"):
        gates.check(app)


def test_a_route_with_two_gates_is_refused():
    def below(who: MayRead) -> Person:
        return who

    def both(who: MayWrite, again: Person = Depends(below)) -> None: ...

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.get("/both")(both)
    with pytest.raises(BareRoute, match=r"read.*write"):
        gates.check(app)


def test_a_public_route_with_a_gate_is_refused():
    def live(who: MayRead) -> None: ...

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.get("/livez")(live)
    with pytest.raises(BareRoute, match="choose one"):
        gates.check(app)


def test_every_public_path_is_one_of_the_application(settings: Settings):
    assert set(gates.PUBLIC) <= {route.path for route in gates.routes(create_app(settings))}


def test_the_one_person_without_accounts_may_do_all():
    assert THE_PERSON.scopes == set(Scope)
