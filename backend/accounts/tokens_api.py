"""Your API tokens over REST. Each is good in the project in which it was made."""

from backend.accounts import signing_in, tokens
from backend.accounts.current import InPerson
from backend.accounts.schemas import NewTokenOut, TokenIn, TokenOut
from backend.accounts.tables import ApiToken
from backend.ids import TokenId
from backend.rest.keyed import SHOWN_ONCE
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.paging import Cursor, Limit, Page, newest_first

router = rest_router("accounts", under="/tokens")


@router.post("", operation_id="createToken", status_code=201, dependencies=[SHOWN_ONCE])
def create(body: TokenIn, who: InPerson, session: DbSession, studio: TheStudio) -> NewTokenOut:
    """A token for a program, with some of your own scopes. Its secret is shown this once."""
    signing_in.check_accounts(studio)
    token, secret = tokens.create(session, who, body.name, body.scopes, body.expires_at)
    shown = TokenOut.model_validate(token).model_dump()
    return NewTokenOut(**shown, token=secret)


@router.get("", operation_id="listTokens")
def list_(
    who: InPerson, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[TokenOut]:
    """Yours in this project, newest first, dead ones too."""
    query = tokens.newest(who)
    return newest_first(session, query, ApiToken.id, limit, cursor, TokenOut.model_validate)


@router.get("/{token_id}", operation_id="getToken")
def show(token_id: TokenId, who: InPerson, session: ReadSession) -> TokenOut:
    """One of your tokens, without its secret."""
    return TokenOut.model_validate(tokens.get(session, who, token_id))


@router.delete("/{token_id}", operation_id="revokeToken", status_code=204)
def revoke(token_id: TokenId, who: InPerson, session: DbSession) -> None:
    """Dead from now on. Twice is once."""
    tokens.revoke(session, who, token_id)
