"""Light, dark, or as the system has it: a cookie, so that a page comes in its colours at once."""

from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

Theme: TypeAlias = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")
COOKIE = "theme"
YEAR_SECONDS = 31_536_000

router = APIRouter(include_in_schema=False)


def chosen_theme(request: Request) -> Theme:
    cookie = request.cookies.get(COOKIE)
    return next((theme for theme in THEMES if theme == cookie), "system")


@router.post("/theme")
def choose(theme: Annotated[Theme, Form()], back: Annotated[str, Form()] = "/") -> Response:
    response = RedirectResponse(own_path(back), status_code=303)
    response.set_cookie(COOKIE, theme, max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return response


def own_path(path: str) -> str:
    """`path` if it stays in the studio, else home: `//elsewhere` would lead to another host."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_own and path.isprintable() else "/"
