"""People over REST: for administrators of the studio."""

from backend.accounts import signing_in, users
from backend.accounts.current import MayRunStudio
from backend.accounts.schemas import UserChange, UserIn, UserOut
from backend.accounts.tables import User
from backend.ids import PersonId
from backend.rest.route import rest_router
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("accounts", under="/users")


@router.get("", operation_id="listUsers")
def list_(
    who: MayRunStudio, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[UserOut]:
    """Everybody with an account, the newest first."""
    return newest_first(session, users.newest(), User.id, limit, cursor, UserOut.model_validate)


@router.post("", operation_id="createUser", status_code=201)
def create(body: UserIn, who: MayRunStudio, studio: TheStudio) -> UserOut:
    """An account for somebody. They are in no project yet; an invitation does both at once."""
    signing_in.check_accounts(studio)
    password_hash = users.new_password_hash(body.password, body.email, body.name)
    with studio.database.writing() as session:
        user = users.create(
            session, who, body.email, body.name, password_hash, body.is_administrator
        )
        return UserOut.model_validate(user)


@router.get("/{user_id}", operation_id="getUser")
def show(user_id: PersonId, who: MayRunStudio, session: ReadSession) -> UserOut:
    """One person with an account."""
    return UserOut.model_validate(users.get(session, user_id))


@router.patch("/{user_id}", operation_id="changeUser")
def change(user_id: PersonId, body: UserChange, who: MayRunStudio, studio: TheStudio) -> UserOut:
    """Another name, other rights, a new password; all but the name end their sessions."""
    with studio.database.reading() as session:
        found = users.get(session, user_id)
    password_hash = (
        None
        if body.password is None
        else users.new_password_hash(body.password, found.email, found.name)
    )
    with studio.database.writing() as session:
        if password_hash is not None:
            users.set_password(session, who, user_id, password_hash)
        user = users.change(
            session,
            who,
            user_id,
            name=body.name,
            is_administrator=body.is_administrator,
            is_disabled=body.is_disabled,
        )
        return UserOut.model_validate(user)
