"""The door, for people: signing in and out, claiming a new studio, accepting an invitation."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from backend.accounts import claims, cookies, invitations, signing_in
from backend.accounts.current import SignedIn
from backend.accounts.sign_in_api import WhoCame
from backend.ids import PersonId
from backend.problems import Gone, Problem, Refusal
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.templates import page, see
from backend.web.theme import own_path

router = APIRouter(include_in_schema=False)

Email = Annotated[str, Form(max_length=254)]
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=1_024)]


@router.get("/sign-in")
def ask(
    request: Request,
    studio: TheStudio,
    next_: Annotated[str, Query(alias="next", max_length=2_000)] = "/",
) -> Response:
    if studio.settings.auth == "none":
        return see("/")
    return sign_in_page(request, next_)


@router.post("/sign-in")
def sign_in(
    request: Request,
    studio: TheStudio,
    from_where: WhoCame,
    email: Email = "",
    password: Password = "",
    next_: Annotated[str, Form(alias="next", max_length=2_000)] = "/",
) -> Response:
    try:
        secret = signing_in.sign_in(studio, email, password, from_where)
    except Refusal as refusal:
        return sign_in_page(request, next_, email, refusal)
    return _in(studio, secret, own_path(next_))


@router.post("/sign-out")
def sign_out(who: SignedIn, session: DbSession, studio: TheStudio) -> Response:
    signing_in.sign_out(session, who)
    response = see("/sign-in")
    cookies.take_away(response, studio.settings)
    return response


@router.get("/claim/{token}")
def ask_to_claim(request: Request, token: str, session: ReadSession, studio: TheStudio) -> Response:
    signing_in.check_accounts(studio)
    claims.check(session, token)
    return page(request, "accounts/claim.html", problems=(), email="", name="")


@router.post("/claim/{token}")
def claim(
    request: Request,
    token: str,
    studio: TheStudio,
    from_where: WhoCame,
    email: Email = "",
    name: Name = "",
    password: Password = "",
) -> Response:
    try:
        user = claims.claim(studio, token, _address(email), name, password, from_where.address)
    except Gone:
        raise
    except Refusal as refusal:
        return page(
            request,
            "accounts/claim.html",
            status=refusal.status,
            problems=tuple(refusal.problems),
            email=email,
            name=name,
        )
    return _admit(studio, user.id, from_where, "/welcome")


@router.get("/invitation/{token}")
def ask_invited(request: Request, token: str, session: ReadSession, studio: TheStudio) -> Response:
    signing_in.check_accounts(studio)
    return _invited(request, invitations.check(session, token).email)


@router.post("/invitation/{token}")
def accept(
    request: Request,
    token: str,
    studio: TheStudio,
    from_where: WhoCame,
    name: Name = "",
    password: Password = "",
) -> Response:
    with studio.database.reading() as session:
        email = invitations.check(session, token).email
    try:
        user = invitations.accept(studio, token, name, password, from_where.address)
    except Gone:
        raise
    except Refusal as refusal:
        return _invited(request, email, name, refusal.status, refusal.problems)
    return _admit(studio, user.id, from_where, "/")


def sign_in_page(
    request: Request, next_: str, email: str = "", refusal: Refusal | None = None
) -> Response:
    """The page at the door, with what went wrong there."""
    response = page(
        request,
        "accounts/sign_in.html",
        status=refusal.status if refusal else 200,
        problems=tuple(refusal.problems) if refusal else (),
        email=email,
        next=own_path(next_),
        provider=request.app.state.provider,
    )
    response.headers.update(refusal.headers if refusal else {})
    return response


def _invited(
    request: Request,
    email: str,
    name: str = "",
    status: int = 200,
    problems: Sequence[Problem] = (),
) -> Response:
    return page(
        request,
        "accounts/invitation.html",
        status=status,
        problems=problems,
        email=email,
        name=name,
    )


def _address(email: str) -> str:
    """Raises Invalid for what is no address."""
    plain = signing_in.plain_email(email)
    if plain.count("@") != 1 or plain.startswith("@") or plain.endswith("@") or " " in plain:
        raise signing_in.no_address(email)
    return plain


def _admit(studio: Studio, user_id: PersonId, came: WhoCame, path: str) -> Response:
    with studio.database.writing() as session:
        secret = signing_in.admit(session, user_id, came)
    return _in(studio, secret, path)


def _in(studio: Studio, secret: str, path: str) -> Response:
    response = see(path)
    cookies.put(response, studio.settings, secret)
    return response
