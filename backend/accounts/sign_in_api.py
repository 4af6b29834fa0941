"""Signing in and out over REST: for those who are not yet known, and those who leave."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from backend.accounts import claims, cookies, invitations, signing_in
from backend.accounts.current import SignedIn, ThePerson
from backend.accounts.schemas import AcceptIn, ClaimIn, SignInIn
from backend.accounts.signing_in import Came
from backend.rest.route import API
from backend.web.dependencies import DbSession, TheStudio

router = APIRouter(prefix=API, tags=["accounts"])


def came(request: Request, who: ThePerson, studio: TheStudio) -> Came:
    return Came(
        address=who.address,
        agent=request.headers.get("user-agent", ""),
        before=cookies.shown(request, studio.settings),
    )


WhoCame = Annotated[Came, Depends(came)]


@router.post("/sign-in", operation_id="signIn", status_code=204)
def sign_in(body: SignInIn, from_where: WhoCame, studio: TheStudio, response: Response) -> None:
    """Begin a session: the answer sets its cookie. Programs use an API token instead."""
    secret = signing_in.sign_in(studio, body.email, body.password, from_where)
    cookies.put(response, studio.settings, secret)


@router.post("/claim", operation_id="claimStudio", status_code=204)
def claim(body: ClaimIn, from_where: WhoCame, studio: TheStudio, response: Response) -> None:
    """Make a new studio yours by the link that its terminal showed: once, within an hour."""
    signing_in.check_accounts(studio)
    user = claims.claim(
        studio, body.token, body.email, body.name, body.password, from_where.address
    )
    with studio.database.writing() as session:
        cookies.put(response, studio.settings, signing_in.admit(session, user.id, from_where))


@router.post("/invitations/accept", operation_id="acceptInvitation", status_code=204)
def accept(body: AcceptIn, from_where: WhoCame, studio: TheStudio, response: Response) -> None:
    """Make an account by an invitation's link; the answer signs you in."""
    signing_in.check_accounts(studio)
    user = invitations.accept(studio, body.token, body.name, body.password, from_where.address)
    with studio.database.writing() as session:
        cookies.put(response, studio.settings, signing_in.admit(session, user.id, from_where))


@router.post("/sign-out", operation_id="signOut", status_code=204)
def sign_out(who: SignedIn, session: DbSession, studio: TheStudio, response: Response) -> None:
    """End this session."""
    signing_in.sign_out(session, who)
    cookies.take_away(response, studio.settings)
