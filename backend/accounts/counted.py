"""Whom a request counts for: see `backend.web.rate_limits`."""

from starlette.types import Scope

from backend.accounts.people import Person


def known_person(scope: Scope) -> str | None:
    """Whoever signed in or came with a token; None for a stranger, whose address is counted."""
    who: Person = scope["state"]["person"]
    return who.id if who.is_known else None
