"""Wrong answers that may be right, for people: one question at a time, each answer kept at once."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from backend.accounts.current import MayRead, MayWrite
from backend.datasets import service
from backend.datasets.findings.finding import FindingKind
from backend.ids import VersionId
from backend.preparing import reviews
from backend.preparing.reviews import Answer, ReviewItem
from backend.problems import NotFound
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.own_address import path_of
from backend.web.templates import is_partial, page, see

router = APIRouter(include_in_schema=False)

At = Annotated[int | None, Query(ge=0)]


@router.get("/data/{version_id}/review/{finding}")
def show(
    request: Request,
    version_id: VersionId,
    finding: str,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    at: At = None,
) -> Response:
    """The question at this place; without one, the first that is not answered; behind the last,
    what the answers come to."""
    if finding != FindingKind.FALSE_NEGATIVES:
        raise NotFound("review list", finding)
    version = service.get_version(session, who, version_id)
    review = reviews.review_of(session, who, studio.storage, version)
    place = min(_first_open(review.items) if at is None else at, len(review.items))
    answer = page(
        request,
        "data/review.html",
        "review",
        version_id=version_id,
        name=service.get_dataset(session, who, version.dataset_id).name,
        review=review,
        at=place,
        item=review.items[place] if place < len(review.items) else None,
        counts={said.value: _count(review.items, said) for said in Answer},
    )
    if is_partial(request):
        answer.headers["HX-Push-Url"] = f"{path_of(request)}?at={place}"
    return answer


@router.post("/data/{version_id}/review/{finding}")
def say(
    version_id: VersionId,
    finding: str,
    who: MayWrite,
    session: DbSession,
    row: Annotated[int, Form(ge=0)],
    column: Annotated[str, Form(max_length=200)],
    answer: Annotated[Answer, Form()],
    at: Annotated[int, Form(ge=0)],
) -> Response:
    """Keep an answer, and go on to the next question."""
    version = service.get_version(session, who, version_id)
    reviews.answer(session, who, version, row, column, answer)
    return see(f"/data/{version_id}/review/{finding}?at={at + 1}")


def _first_open(items: list[ReviewItem]) -> int:
    return next((n for n, item in enumerate(items) if item.answer is None), len(items))


def _count(items: list[ReviewItem], said: Answer) -> int:
    return sum(item.answer is said for item in items)
