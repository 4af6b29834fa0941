"""Why somebody who is known is not let in: 403, in the words of each reason."""

from backend.accounts.people import Scope
from backend.problems import Forbidden


def takes_scope(scope: Scope) -> Forbidden:
    return Forbidden(
        "not_allowed",
        "You may not do this here",
        f"It takes the scope {str(scope)!r}, which your role in this project, or the API token "
        "you came with, doesn't have. An administrator of the project can change your role; the "
        "scopes of an API token are chosen when it is made.",
    )


def takes_administrator() -> Forbidden:
    return Forbidden(
        "administrators_only",
        "This is for administrators of the studio",
        "People and projects, and what all projects share, are looked after by its "
        "administrators. Ask one of them.",
    )


def takes_a_person() -> Forbidden:
    return Forbidden(
        "not_by_token",
        "A token can't do this",
        "Passwords, tokens and sessions are changed by people. Sign in with a browser.",
    )
