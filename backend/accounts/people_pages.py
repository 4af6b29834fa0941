"""Settings, People: who has an account, for administrators of the studio."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from backend.accounts import users
from backend.accounts.current import MayRunStudio
from backend.accounts.tables import User
from backend.ids import PersonId
from backend.problems import Refusal
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import newest_first
from backend.web.templates import page, see

router = APIRouter(prefix="/settings/people", include_in_schema=False)

HERE = "/settings/people"
LISTED = 50


@router.get("")
def show(
    request: Request,
    who: MayRunStudio,
    session: ReadSession,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    listed = newest_first(session, users.newest(), User.id, LISTED, cursor, lambda user: user.id)
    found = [users.get(session, user_id) for user_id in listed.items]
    return page(
        request,
        "settings/people.html",
        people=found,
        next_cursor=listed.next_cursor,
        me=who.id,
    )


@router.get("/{user_id}")
def show_one(
    request: Request, user_id: PersonId, who: MayRunStudio, session: ReadSession
) -> Response:
    return page(
        request, "settings/person.html", person=users.get(session, user_id), problems=(), me=who.id
    )


@router.post("/{user_id}/rights")
def change(
    user_id: PersonId,
    who: MayRunStudio,
    session: DbSession,
    is_administrator: Annotated[bool | None, Form()] = None,
    is_disabled: Annotated[bool | None, Form()] = None,
) -> Response:
    users.change(session, who, user_id, is_administrator=is_administrator, is_disabled=is_disabled)
    return see(f"{HERE}/{user_id}")


@router.post("/{user_id}/password")
def set_password(
    request: Request,
    user_id: PersonId,
    who: MayRunStudio,
    studio: TheStudio,
    new: Annotated[str, Form(max_length=1_024)] = "",
) -> Response:
    """For somebody who has forgotten theirs; all their sessions end."""
    with studio.database.reading() as session:
        found = users.get(session, user_id)
    try:
        password_hash = users.new_password_hash(new, found.email, found.name)
    except Refusal as refusal:
        return page(
            request,
            "settings/person.html",
            status=refusal.status,
            person=found,
            problems=tuple(refusal.problems),
            me=who.id,
        )
    with studio.database.writing() as session:
        users.set_password(session, who, user_id, password_hash)
    return see(HERE)
