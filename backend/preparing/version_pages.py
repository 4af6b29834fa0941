"""A version, for people: what it is, what can be trained with it, its columns and rows."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from backend.accounts.current import MayRead
from backend.datasets.reading.limits import MOST_COLUMNS, MOST_NAME_CHARACTERS
from backend.ids import VersionId
from backend.preparing.mapping_form import Sent, meant
from backend.preparing.version_view import TheLooked, view
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.own_address import address_of
from backend.web.templates import is_partial, page, see

Names = Annotated[list[str], Form(max_length=MOST_COLUMNS)]
Name = Annotated[str, Form(max_length=MOST_NAME_CHARACTERS)]

router = APIRouter(include_in_schema=False)


@router.get("/data/{version_id}")
def show(
    request: Request,
    version_id: VersionId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    looked: TheLooked,
) -> Response:
    context = view(request, session, who, studio, version_id, looked)
    answer = page(request, "data/show.html", "version", **context)
    if is_partial(request):
        answer.headers["HX-Push-Url"] = address_of(request)
    return answer


@router.post("/data/{version_id}/columns")
def arrange(
    version_id: VersionId,
    _who: MayRead,
    column: Names,
    use: Names,
    name: Names,
    was_label: Name = "",
    was_grade: Name = "",
    group: Name = "",
    low: Name = "",
    high: Name = "",
    up: Name = "",
    down: Name = "",
) -> Response:
    """The editor of columns leads to the page that says in its address what was chosen."""
    sent = Sent(
        columns=list(zip(column, use, name, strict=False)),
        was_label=was_label,
        was_grade=was_grade,
        group=group,
        low=low,
        high=high,
        up=up,
        down=down,
    )
    return see(f"/data/{version_id}?{meant(sent).query}#columns")
