"""Signing in by the provider: led there, and back."""

import json
import secrets
from dataclasses import asdict
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from backend.accounts import audit, cookies, signing_in
from backend.accounts.audit import Act
from backend.accounts.door_pages import sign_in_page
from backend.accounts.oidc.arriving import arrive
from backend.accounts.oidc.id_token import NotBelieved
from backend.accounts.oidc.provider import Attempt, Provider
from backend.accounts.people import a_stranger
from backend.accounts.sign_in_api import WhoCame
from backend.accounts.signing_in import Came
from backend.keyring import Sealed, WrongKey
from backend.problems import NotFound, NotSignedIn
from backend.studio import Studio
from backend.web.dependencies import TheStudio
from backend.web.outgoing import NotReached
from backend.web.templates import see
from backend.web.theme import own_path

log = structlog.get_logger()
router = APIRouter(prefix="/sign-in/oidc", include_in_schema=False)

COOKIE = "likewise_oidc"
LASTS_SECONDS = 600

Said = Annotated[str, Query(max_length=4_000)]


@router.get("")
def go(
    request: Request,
    studio: TheStudio,
    from_where: WhoCame,
    next_: Annotated[str, Query(alias="next", max_length=2_000)] = "/",
) -> Response:
    provider = _provider(request)
    attempt = Attempt(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(32),
        next=own_path(next_),
    )
    try:
        response = RedirectResponse(provider.address_for(attempt), status_code=303)
    except (NotReached, NotBelieved) as error:
        return _failed(request, studio, from_where, attempt.next, error)
    response.set_cookie(
        COOKIE,
        studio.keyring.seal(json.dumps(asdict(attempt))),
        max_age=LASTS_SECONDS,
        path="/sign-in/oidc",
        secure=studio.settings.is_https,
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/back")
def back(
    request: Request,
    studio: TheStudio,
    from_where: WhoCame,
    state: Said = "",
    code: Said = "",
    iss: Said = "",
) -> Response:
    """A browser comes back: is it the one that we sent, and whom does the provider name?"""
    provider = _provider(request)
    attempt = _begun(studio, request)
    try:
        if attempt is None or not secrets.compare_digest(state.encode(), attempt.state.encode()):
            raise NotBelieved("state")
        if iss and iss != provider.issuer:  # RFC 9207: an answer of another provider
            raise NotBelieved("iss of the answer")
        if not code:
            raise NotBelieved("no code: it was refused there")
        identity = provider.identity(code, attempt)
    except (NotReached, NotBelieved) as error:
        return _failed(request, studio, from_where, attempt.next if attempt else "/", error)
    with studio.database.writing() as session:
        user = arrive(session, identity, studio.settings.oidc_domains, from_where.address)
        secret = None if user is None else signing_in.admit(session, user.id, from_where)
    if secret is None:
        return _stranger(request, studio, from_where, identity.email or "")
    response = see(attempt.next)
    cookies.put(response, studio.settings, secret)
    response.delete_cookie(COOKIE, path="/sign-in/oidc")
    return response


def _provider(request: Request) -> Provider:
    found: Provider = request.app.state.provider
    if not found.is_there:
        raise NotFound("way to sign in", "oidc")
    return found


def _begun(studio: Studio, request: Request) -> Attempt | None:
    sealed = request.cookies.get(COOKIE)
    if not sealed:
        return None
    try:
        return Attempt(**json.loads(studio.keyring.open(Sealed(sealed), LASTS_SECONDS)))
    except WrongKey:  # too old, or not ours
        return None


def _failed(request: Request, studio: Studio, came: Came, next_: str, error: Exception) -> Response:
    """What exactly is in our log alone: it helps whoever attacks more than whoever signs in."""
    log.warning("sign-in by the provider failed", why=str(error))
    _note(studio, came, "", str(error))
    provider: Provider = request.app.state.provider
    refusal = NotSignedIn(
        "provider_failed",
        f"Signing in with {provider.name} did not work",
        "Try it once more from here. If it fails again, tell an administrator: the studio's log "
        "and its audit log say why.",
    )
    return sign_in_page(request, next_, "", refusal)


def _stranger(request: Request, studio: Studio, came: Came, email: str) -> Response:
    _note(studio, came, email, "not invited")
    refusal = NotSignedIn(
        "not_invited",
        "Nobody has let you in yet",
        f"{email or 'This account, whose address is not verified,'} has no account in this studio. "
        "Ask an administrator for an invitation to exactly this address, then sign in again.",
    )
    return sign_in_page(request, "/", "", refusal)


def _note(studio: Studio, came: Came, email: str, why: str) -> None:
    with studio.database.writing() as session:
        who = a_stranger(came.address, email)
        audit.record(session, who, Act.SIGNED_IN, is_done=False, why=why)
