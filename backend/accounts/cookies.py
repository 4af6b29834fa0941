"""The cookie that holds a session's secret.

Over https it is `__Host-…`: no subdomain and no plain http can set or see it. RFC 6265bis §4.1.3.
"""

from fastapi import Request, Response

from backend.accounts.sessions import LONGEST
from backend.settings import Settings

PLAIN, SAFE = "likewise_session", "__Host-likewise_session"


def name(settings: Settings) -> str:
    return SAFE if settings.is_https else PLAIN


def shown(request: Request, settings: Settings) -> str | None:
    """The secret that a browser came with."""
    return request.cookies.get(name(settings))


def put(response: Response, settings: Settings, secret: str) -> None:
    response.set_cookie(
        name(settings),
        secret,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def take_away(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        name(settings), path="/", secure=settings.is_https, httponly=True, samesite="lax"
    )
