"""Picking a dataset of the Hub, for people: search, look at its first rows, bring it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import ValidationError

from backend.accounts.current import MayRead, MayWrite
from backend.hub.connection import access_of
from backend.preparing import imports
from backend.preparing.hub.api import Repo, Revision, Split, Subset, Words
from backend.preparing.hub.picked import pick
from backend.preparing.hub.search import Found, Sort, find
from backend.problems import Invalid, Pointer, Problem, Refusal
from backend.recipes.hub import HubDataset
from backend.web.dependencies import DbSession, TheStudio
from backend.web.own_address import address_of
from backend.web.templates import page, see

_LISTED = 30

router = APIRouter(include_in_schema=False)


@router.get("/data/hub")
def search(
    request: Request,
    who: MayRead,
    studio: TheStudio,
    q: Words = "",
    sort: Sort = Sort.DOWNLOADS,
) -> Response:
    """Without words the shelf of what is made for embedding models, with words all of the Hub."""
    access = access_of(studio, who)
    found: list[Found] = []
    problems: tuple[Problem, ...] = ()
    status = 200
    try:
        found = find(access, q, sort, recommended=not q.strip(), limit=_LISTED)
    except Refusal as refusal:
        problems, status = tuple(refusal.problems), refusal.status
    return page(
        request,
        "data/hub.html",
        "found",
        status,
        q=q.strip(),
        sort=sort,
        sorts=list(Sort),
        found=found,
        problems=problems,
        hub=access.hub,
    )


@router.get("/data/hub/{repo:path}")
def show(
    request: Request,
    repo: Repo,
    who: MayRead,
    studio: TheStudio,
    subset: Subset = None,
    split: Split = None,
    revision: Revision = None,
    rows: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    picked = pick(studio, who, repo, subset or None, split or None, revision or None)
    return page(
        request,
        "data/hub_dataset.html",
        "picked",
        picked.status,
        picked=picked,
        rows=rows,
        problems=tuple(picked.problems),
        address=address_of(request),
    )


@router.post("/data/hub/{repo:path}")
def bring(
    request: Request,
    repo: Repo,
    who: MayWrite,
    session: DbSession,
    studio: TheStudio,
    subset: Annotated[str, Form(max_length=200)] = "",
    split: Annotated[str, Form(max_length=200)] = "train",
    revision: Annotated[str, Form(max_length=100)] = "",
    rows: Annotated[str, Form(max_length=20)] = "",
    also: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Queue the import of what was looked at, at the same commit, and lead on to its waiting."""
    wanted = _wanted(repo, subset, _sliced(split, rows), revision, also or [])
    job = imports.from_hub(studio, session, who, wanted.model_dump(mode="json"))
    return see(f"/data/imports/{job.id}")


def _sliced(split: str, rows: str) -> str:
    """The first rows of a split; all of it where no number is given."""
    number = "".join(rows.split()).replace(",", "")
    if not number:
        return split
    if not number.isdecimal() or int(number) < 1:
        raise Invalid(
            Problem(
                code="wrong_value",
                title="This is no number of rows",
                detail=f"{rows!r} is not a whole number above 0. Leave it empty for all rows.",
                at=Pointer("/rows"),
            )
        )
    return f"{split}[:{int(number)}]"


def _wanted(repo: str, subset: str, split: str, revision: str, also: list[str]) -> HubDataset:
    """Raises Invalid, naming the field."""
    fields = {"splits": [split, *also]} if also else {"split": split}
    try:
        return HubDataset.model_validate(
            {"repo": repo, "subset": subset or None, "revision": revision or None, **fields}
        )
    except ValidationError as error:
        raise Invalid(
            *(
                Problem(
                    code="wrong_value",
                    title="This can't be brought so",
                    detail=f"{'/'.join(map(str, fault['loc']))}: {fault['input']!r}: {fault['msg']}",
                    at=Pointer("/" + "/".join(map(str, fault["loc"]))),
                )
                for fault in error.errors()
            )
        ) from error
